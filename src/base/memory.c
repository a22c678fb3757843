// SPDX-License-Identifier: Apache-2.0
#include "base/memory.h"

#include <stdatomic.h>

static atomic_bool ran_out;
// In the part of a thread's memory that is there from its start: the other way needs the dynamic
// linker's help in libpolcheck, which is to need no library more.
static _Thread_local size_t failures __attribute__((tls_model("initial-exec")));

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
