// SPDX-License-Identifier: Apache-2.0
//
// Callers of a stranger's account, with what they can say of themselves: their account tags them as
// it likes, gives them names, has them sign in with MFA; their software says who it is.
#ifndef PC_LAMBDA_DANGER_CALLERS_H
#define PC_LAMBDA_DANGER_CALLERS_H

#include "danger_search.h"

struct pc_danger_caller {
    struct pc_str who;
    const struct pc_tag *keys;
    size_t key_count;
    struct pc_danger_caller *next;
};

// Those worth trying against the open statements of the view: root and any role, who say nothing;
// then for each statement who says what it asks for, as far as a stranger can. In search->texts.
PC_MUST_CHECK enum pc_status pc_danger_callers_find(struct pc_danger_search *search,
                                                    struct pc_danger_caller **out);

// For the statement alone, of callers of that account.
PC_MUST_CHECK enum pc_status pc_danger_callers_of(struct pc_danger_search *search,
                                                  const struct pc_view_statement *statement,
                                                  struct pc_str account,
                                                  struct pc_danger_caller **out);

// What a function's policy may give to others (LAMBDA.md 5.3): calls first.
enum {
    PC_FUNCTION_ACTIONS = 29,
    PC_FUNCTION_CALLS = 2,
};
extern const struct pc_str pc_function_actions[PC_FUNCTION_ACTIONS];

// Asks as the caller for one of them on the target.
PC_MUST_CHECK enum pc_status pc_danger_ask_caller(struct pc_danger_search *search,
                                                  const struct pc_danger_caller *caller,
                                                  size_t action, struct pc_answer *out);

#endif
