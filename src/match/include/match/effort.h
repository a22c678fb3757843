// SPDX-License-Identifier: Apache-2.0
//
// What a decision may still cost. It is counted in steps, each of them up to 64 comparisons of a
// byte and so at most some tens of nanoseconds, by whoever does something that grows with the
// policies or with the request. So a policy and a request that were made to be slow together are
// bounded, whatever they are; those that are not made so come nowhere near.
#ifndef PC_MATCH_EFFORT_H
#define PC_MATCH_EFFORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PC_EFFORT_BYTES = 64, // compared in one step
};

// Where nothing is left, work is left undone and what came of it counts no more: who set the limit
// asks in the end, and gives no answer then.
struct pc_effort {
    int64_t left; // steps; spent: less than one
};

// Whoever takes more than there is spends it; what is spent stays so, however often it is taken
// from. steps: at most 2^62.
static inline void pc_effort_take(struct pc_effort *effort, uint64_t steps)
{
    effort->left -= effort->left > 0 ? (int64_t)steps : 0;
}

static inline bool pc_effort_is_spent(const struct pc_effort *effort)
{
    return effort->left <= 0;
}

// The steps of going through so many bytes once.
static inline uint64_t pc_effort_of(size_t bytes)
{
    return 1 + bytes / PC_EFFORT_BYTES;
}

#endif
