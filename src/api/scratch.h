// SPDX-License-Identifier: Apache-2.0
//
// What one thread needs to ask: the edition that it asks, the memory of a question, and what the
// last answer was.
#ifndef PC_API_SCRATCH_H
#define PC_API_SCRATCH_H

#include "account/asker.h"
#include "engine.h"

// The reasons of the last question; belongs to the scratch.
struct polcheck_answer {
    struct polcheck_verdict verdict;
    uint64_t generation;
    struct pc_answer found;
    struct polcheck_statement *statements;
    size_t capacity;
    struct polcheck_scratch *scratch; // whose it is
};

struct polcheck_scratch {
    struct polcheck_engine *engine;
    uint64_t number; // of the engine, when the edition was taken; 0: none was yet
    struct pc_edition *edition;
    struct pc_asker asker;       // at the edition; zeroed without one
    enum polcheck_status status; // why there is none

    struct pc_arena arena; // of the last question
    struct pc_diags diags;
    struct pc_request request; // the last question
    struct polcheck_verdict verdict;
    bool asked;             // the last question was decided
    bool has_reasons;       // `answer` is about it
    struct pc_buf message;  // what was wrong with it
    struct pc_buf sentence; // of the answer
    struct polcheck_answer answer;
    struct pc_release *release; // what releasing secrets takes; NULL: none was released yet
};

// Moves to the engine's edition, if that is another one by now. The status is that of a good
// question.
enum polcheck_status pc_scratch_follow(struct polcheck_scratch *scratch);

// The same, after a look at the store where the engine has each question look first.
enum polcheck_status pc_scratch_look(struct polcheck_scratch *scratch);

// Whatever was asked before is not the last question any more. Empties `arena` and `diags`.
void pc_scratch_forget(struct polcheck_scratch *scratch);

// Keeps the reasons of the last question, which were found with its decision. PC_ERR_NOMEM,
// PC_ERR_INTERNAL.
PC_MUST_CHECK enum pc_status pc_scratch_take_reasons(struct polcheck_scratch *scratch,
                                                     const struct pc_answer *found);

// Makes a failure of the last question, which `diags` tell about.
struct polcheck_verdict pc_scratch_fail(struct polcheck_scratch *scratch,
                                        enum polcheck_status status);

#endif
