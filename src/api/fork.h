// SPDX-License-Identifier: Apache-2.0
//
// Tells a forked child from its parent, at the cost of reading a number: what belongs to the parent
// must not be used in the child, where LMDB would free the parent's reader slots.
#ifndef PC_API_FORK_H
#define PC_API_FORK_H

#include <stdatomic.h>

// Of the file's own functions.
extern atomic_uint pc_forks;

// Has the library notice forks from now on.
void pc_fork_watch(void);

// How often the processes from the first one to this one forked since then.
static inline unsigned pc_fork_count(void)
{
    return atomic_load_explicit(&pc_forks, memory_order_relaxed);
}

#endif
