// SPDX-License-Identifier: Apache-2.0
//
// Whom the policies of a resource let in by name and the store does not have among its principals.
// Not for use outside the module.
#ifndef PC_REACH_NAMED_H
#define PC_REACH_NAMED_H

#include "base/map.h"
#include "ways.h"

struct pc_reach_named {
    struct pc_reach_somebody who;
    enum pc_member_kind kind;
    struct pc_str principal; // as it is told
    struct pc_reach_named *next;
};

// Whom of the store's principals those policies let in by themselves.
struct pc_reach_callers {
    bool everybody;
    struct pc_reach_names names; // ARNs of users, roles and sessions, and unique ids
    struct pc_map accounts;      // of the store's principals: to be filled in before who is found
                                 // here is asked about
};

// Is this principal one of them?
bool pc_reach_is_named(const struct pc_reach_callers *callers, const struct pc_caller *caller,
                       struct pc_str id);

// Adds those whom an Allow of the part's policies names that may be about what is asked, each once,
// in the arena of what is kept. Errors as pc_reach_begin.
PC_MUST_CHECK enum pc_status pc_reach_find_named(struct pc_reach_asking *asking,
                                                 const struct pc_reach_question *question,
                                                 const struct pc_reach_part *part,
                                                 struct pc_reach_callers *callers,
                                                 struct pc_reach_named **list);

#endif
