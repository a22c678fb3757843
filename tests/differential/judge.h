// SPDX-License-Identifier: Apache-2.0
//
// Asks everybody the same case and says who differs from whom in what: the engine with its index,
// without it, without reasons, in the wide reading, observed, explained, and the reference
// evaluator.
#ifndef JUDGE_H
#define JUDGE_H

#include "engine.h"

enum judge_party {
    JUDGE_ENGINE = 0, // with the index
    JUDGE_WALK,       // PC_DECIDE_NO_INDEX
    JUDGE_BRIEF,      // PC_DECIDE_NO_REASONS: compared on decision and primary only
    JUDGE_WIDE,      // PC_DECIDE_WIDE_STARS: another reading, which nobody compares with the others
    JUDGE_WIDE_WALK, // the same without the index: compared with it
    JUDGE_OBSERVED,  // with an observer, whose matching statements are compared
    JUDGE_EXPLAINED, // explained
    JUDGE_REFERENCE,
    JUDGE_PARTIES,
};

// What two answers can differ in, the weightiest first.
enum judge_aspect {
    JUDGE_REFUSED = 0,
    JUDGE_DECISION,
    JUDGE_STATEMENTS,
    JUDGE_BLOCKED_BY,
    JUDGE_PRIMARY,
    JUDGE_MISSING,
    JUDGE_OWNER,
    JUDGE_ASPECTS, // their number; none: they agree
};

const char *judge_party_text(enum judge_party party);
const char *judge_aspect_text(enum judge_aspect aspect);

// The first aspect in which they differ. Lists are compared without their order.
enum judge_aspect judge_compare(const struct ref_answer *a, const struct ref_answer *b);

struct judge_verdict {
    bool readable; // the text is JSON; nothing below counts otherwise
    struct ref_answer answers[JUDGE_PARTIES];
    enum judge_party party;   // the first that differs
    enum judge_party from;    // whom it differs from: the engine, in the wide reading or not
    enum judge_aspect aspect; // in what; JUDGE_ASPECTS: all agree
    struct pc_str ground;     // of a refusal by one side: the code or the rule that it names
};

struct judge {
    struct pc_arena arena; // of one case
    struct engine engine;
    // Falsifies the answers, to test the tests; NULL: does not.
    void (*distort)(const struct pc_json *subject, struct ref_answer *answers);
    // Spoils the images before anybody is asked; NULL: does not. They are in writable memory.
    void (*damage)(const struct engine_case *prepared);
};

void judge_init(struct judge *judge);
void judge_release(struct judge *judge);

// *verdict is valid until the next call.
void judge_ask(struct judge *judge, struct pc_str text, struct judge_verdict *verdict);

// Appends an answer on one line: "allowed by identity:S1, missing aws:sourceip".
void judge_write(struct pc_buf *out, const struct ref_answer *answer);

#endif
