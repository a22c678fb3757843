// SPDX-License-Identifier: Apache-2.0
//
// An allocator that fails on demand, for tests that are linked with --wrap=malloc and
// --wrap=realloc. Include it once in a test.
#ifndef PC_TESTS_BASE_FAULTS_H
#define PC_TESTS_BASE_FAULTS_H

#include <stddef.h>
#include <stdint.h>

// Calls that still succeed; SIZE_MAX: all of them. Once it has run out every call fails.
static size_t allocations_left = SIZE_MAX;

void *__real_malloc(size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_realloc(void *old, size_t size);

static int allocation_fails(void)
{
    if (allocations_left == SIZE_MAX) {
        return 0;
    }
    if (allocations_left == 0) {
        return 1;
    }
    allocations_left--;
    return 0;
}

void *__wrap_malloc(size_t size)
{
    return allocation_fails() ? NULL : __real_malloc(size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return allocation_fails() ? NULL : __real_realloc(old, size);
}

#endif
