// SPDX-License-Identifier: Apache-2.0
#include "forks.h"

#include <pthread.h>

atomic_uint pc_forks_counted;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int registered; // what pthread_atfork said; written once

static void in_child(void)
{
    atomic_fetch_add_explicit(&pc_forks_counted, 1, memory_order_relaxed);
}

static void register_once(void)
{
    registered = pthread_atfork(NULL, NULL, in_child);
}

enum pc_status pc_forks_watch(void)
{
    int failure = pthread_once(&once, register_once);
    return failure == 0 && registered == 0 ? PC_OK : PC_ERR_NOMEM;
}
