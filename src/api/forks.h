// SPDX-License-Identifier: Apache-2.0
//
// Tells a process from the parent that it was forked from without asking the system: a handle keeps
// the number of its process, and is another's when the number has changed.
#ifndef PC_API_FORKS_H
#define PC_API_FORKS_H

#include <stdatomic.h>

#include "base/status.h"

// Of the functions below alone.
extern atomic_uint pc_forks_counted;

// Begins to count forks, once; before the first pc_forks that is kept. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_forks_watch(void);

// How many forks lie between the first process that watched and this one. Any thread, at the cost
// of a load. Only children made by fork() count: one of vfork or of a bare clone may not call the
// library.
static inline unsigned pc_forks(void)
{
    return atomic_load_explicit(&pc_forks_counted, memory_order_relaxed);
}

#endif
