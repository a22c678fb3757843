// SPDX-License-Identifier: Apache-2.0
#include "base/memory.h"

#include <stdatomic.h>

static atomic_bool ran_out;
static _Thread_local size_t failures;

void pc_memory_note(void)
{
    failures++;
    atomic_store_explicit(&ran_out, true, memory_order_relaxed);
}

bool pc_memory_ran_out(void)
{
    return atomic_load_explicit(&ran_out, memory_order_relaxed);
}

size_t pc_memory_failures(void)
{
    return failures;
}
