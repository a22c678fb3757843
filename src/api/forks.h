// SPDX-License-Identifier: Apache-2.0
//
// Tells a process from the parent that it was forked from without asking the system: a handle keeps
// the number of its process, and is another's when the number has changed.
#ifndef PC_API_FORKS_H
#define PC_API_FORKS_H

#include "base/status.h"

// Begins to count forks, once; before the first pc_forks that is kept. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_forks_watch(void);

// How many forks lie between the first process that watched and this one. Any thread, at the cost
// of a load. Only children made by fork() count: one of vfork or of a bare clone may not call the
// library.
unsigned pc_forks(void);

#endif
