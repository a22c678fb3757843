// SPDX-License-Identifier: Apache-2.0
//
// Asks the compiled engine a case, the way that `polcheck test` does: JSON to request and images,
// images to decision. The answer has the form of the reference's, so that the two can be compared.
#ifndef ENGINE_H
#define ENGINE_H

#include "case.h"
#include "reference.h"

enum {
    // The clock of every question of these tests, in seconds since 1970 UTC: 2024-05-15 12:00:00.
    ENGINE_NOW = 1715774400,
};

struct engine {
    struct pc_scratch *scratch;
};

// Memory that runs out ends the program, here and below.
void engine_init(struct engine *engine);
void engine_release(struct engine *engine);

// A case that is ready to be decided.
struct engine_case {
    struct pc_request request;
    struct pc_policies policies;
    struct pc_str refused; // "message [CODE]" of the first error; "": it may be decided
    enum pc_diag_code code;
};

// Reads the request and compiles the policies. text: what the tree was parsed from.
void engine_prepare(struct pc_arena *arena, struct pc_str text, const struct pc_json *subject,
                    struct engine_case *out);

// Decides; flags: PC_DECIDE_*. Texts of the answer live in the arena.
void engine_decide(struct engine *engine, struct pc_arena *arena,
                   const struct engine_case *prepared, unsigned flags, struct ref_answer *out);

// Decides under observation. The statements of the answer are those that the observer was shown as
// matching, as far as the decision makes them deciding ones. What contradicts itself, or leaves a
// statement out, reads as refused.
void engine_observe(struct engine *engine, struct pc_arena *arena,
                    const struct engine_case *prepared, struct ref_answer *out);

// Explains. What contradicts itself, leaves a statement out, or cannot be said, reads as refused.
void engine_explain(struct engine *engine, struct pc_arena *arena,
                    const struct engine_case *prepared, struct ref_answer *out);

// The answer of the engine in the form of the reference's.
void engine_tell(struct pc_arena *arena, const struct engine_case *prepared,
                 const struct pc_answer *answer, struct ref_answer *out);

// How many statements the policies have.
size_t engine_statements(const struct pc_policies *policies);

#endif
