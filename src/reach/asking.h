// SPDX-License-Identifier: Apache-2.0
//
// Asks the evaluator about one principal, an action and a resource, each of them perhaps a pattern.
// Not for use outside the module.
#ifndef PC_REACH_ASKING_H
#define PC_REACH_ASKING_H

#include "reach/who_can.h"

// Of all questions about one store's state.
struct pc_reach_asking {
    struct pc_asker *asker;
    struct pc_arena *arena; // of what is kept
    struct pc_arena work;   // of the question at hand
    struct pc_place place;
    struct pc_diags *diags;
    struct pc_diags complaints; // about the question at hand, in `work`
    struct pc_image everything; // what accounts that are not known let their principals do
};

// Errors of all: PC_ERR_DAMAGED, PC_ERR_BUSY, PC_ERR_IO, reported. PC_ERR_NOMEM.

PC_MUST_CHECK enum pc_status pc_reach_begin(struct pc_asker *asker, struct pc_arena *arena,
                                            struct pc_place place, struct pc_diags *diags,
                                            struct pc_reach_asking *out);
void pc_reach_end(struct pc_reach_asking *asking); // of a zeroed one, too

// Somebody to ask about.
struct pc_reach_somebody {
    struct pc_caller caller;
    bool stored;   // with policies in the store
    bool stranger; // it stands for others, and `elsewhere` for whom: request.h
    const struct pc_map *elsewhere;
};

// A question with its policies, finished: valid until the next is made ready.
struct pc_reach_ready {
    struct pc_request request;
    struct pc_policies policies;
};

// Makes a question about somebody ready, from one about nobody. PC_ERR_INVALID: no request of
// theirs is like that; unreported, and pc_reach_complain says why.
PC_MUST_CHECK enum pc_status pc_reach_make_ready(struct pc_reach_asking *asking,
                                                 const struct pc_request *question,
                                                 const struct pc_reach_somebody *somebody,
                                                 struct pc_reach_ready *out);

// Reports what was wrong with the last question.
void pc_reach_complain(struct pc_reach_asking *asking);

// Gives the question another action, which the request borrows. PC_ERR_INVALID: it is none.
PC_MUST_CHECK enum pc_status pc_reach_set_action(struct pc_reach_asking *asking,
                                                 struct pc_reach_ready *ready,
                                                 struct pc_str action);

struct pc_reach_statements {
    const struct pc_reach_statement *items;
    size_t count;
};

// Asks. *out is set where the answer is not no: the statements that it rests on, in the arena of
// what is kept.
PC_MUST_CHECK enum pc_status pc_reach_ask(struct pc_reach_asking *asking,
                                          const struct pc_reach_ready *ready, enum pc_reach *reach,
                                          struct pc_reach_statements *out);

#endif
