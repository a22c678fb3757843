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
    bool
        whole; // a pattern of actions is asked about as a whole, and what comes of it is the answer
};

// Ways that were found, in the arena of what is kept; `end` is to be &first at the start.
struct pc_reach_ways {
    struct pc_way *first, **end;
};

// Adds those that are not there yet; none: they cannot. *excluded: none of their requests
// is as the question says, and pc_reach_complain tells why. Errors as pc_reach_begin.
PC_MUST_CHECK enum pc_status pc_reach_find_ways(struct pc_reach_asking *asking,
                                                const struct pc_reach_question *question,
                                                const struct pc_reach_somebody *somebody,
                                                struct pc_reach_ways *ways, bool *excluded);

#endif
