// SPDX-License-Identifier: Apache-2.0
//
// Mutants: each document that the cases use is changed in one place at a time, and all cases that
// use it are asked again. A change that no case notices is a part of the policy that no case tests.
#ifndef PC_SUITE_MUTATION_H
#define PC_SUITE_MUTATION_H

#include "base/buf.h"
#include "suite/coverage.h"

// Kinds of changes by place in the table, NULL behind the last one.
struct pc_mutant_kind {
    const char *name;    // "drop-statement"
    const char *summary; // what is changed, in one line
};
const struct pc_mutant_kind *pc_mutant_kind_at(size_t index);

struct pc_mutation_judge {
    // Is the answer as the question expects it?
    bool (*meets)(void *context, const struct pc_suite_question *question,
                  const struct pc_answer *answer);
    void *context;
    void (*progress)(void *context, size_t done, size_t total); // NULL: nobody wants to know
    void *progress_context;
};

// A change that no case notices.
struct pc_mutant_survivor {
    const struct pc_mutant_kind *kind;
    struct pc_place place;
    struct pc_str statement; // its name
    struct pc_str text;      // "the condition Bool of aws:SecureTransport is dropped"
    const char *hint;        // a case that would notice
};

struct pc_mutation {
    size_t killed;     // some case that passes otherwise fails
    size_t equivalent; // nobody noticed, and nobody could: what is compiled means the same
    size_t invalid;    // the changed document does not compile
    size_t fixed;      // documents of which no model is known: none was changed
    size_t unasked;    // questions that passed: they notice nothing
    size_t mute;       // questions whose answers are not as expected without any change, which
                       // therefore notice nothing
    const struct pc_mutant_survivor *survivors; // by file and place
    size_t survivor_count;
};

// Makes every mutant of the suite's documents and asks for it. The suite keeps. Texts are in the
// arena or borrowed from the suite. Costs for each mutant a compilation of the sets that have its
// document, and at most a decision for each question that it can matter to.
// PC_ERR_NOMEM. PC_ERR_LIMIT.
PC_MUST_CHECK enum pc_status pc_mutation_run(struct pc_suite *suite,
                                             const struct pc_mutation_judge *judge,
                                             struct pc_arena *arena, struct pc_mutation *out);

// Killed, of those that could have been.
struct pc_coverage_count pc_mutation_score(const struct pc_mutation *mutation);

// Each survivor as a diagnostic (POL1350).
void pc_mutation_report(const struct pc_mutation *mutation, struct pc_diags *diags);

// One line of figures.
void pc_mutation_write_text(const struct pc_mutation *mutation, struct pc_buf *out);

// One JSON object, without an end of line.
void pc_mutation_write_json(const struct pc_mutation *mutation, struct pc_buf *out);

#endif
