// SPDX-License-Identifier: Apache-2.0
#include "fork.h"

#include <pthread.h>

atomic_uint pc_forks;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void count_fork(void)
{
    atomic_fetch_add_explicit(&pc_forks, 1, memory_order_relaxed);
}

// Without memory for the handler a child is not noticed, and nothing can be done about it.
static void start(void)
{
    (void)pthread_atfork(NULL, NULL, count_fork);
}

void pc_fork_watch(void)
{
    (void)pthread_once(&once, start);
}
