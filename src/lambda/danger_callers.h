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

#endif
