// SPDX-License-Identifier: Apache-2.0
//
// In which ways somebody can do what is asked about. Not for use outside the module.
#ifndef PC_REACH_WAYS_H
#define PC_REACH_WAYS_H

#include "parts.h"

// A question read: what it asks of each principal.
struct pc_reach_question {
    const struct pc_request *request;
    struct pc_reach_actions actions;
    struct pc_reach_parts parts;
};

// Finds them, in the arena of what is kept; no way: they cannot. *excluded: none of their requests
// is as the question says, and pc_reach_complain tells why. Errors as pc_reach_begin.
PC_MUST_CHECK enum pc_status pc_reach_find_ways(struct pc_reach_asking *asking,
                                                const struct pc_reach_question *question,
                                                const struct pc_reach_somebody *somebody,
                                                struct pc_way **out, bool *excluded);

#endif
