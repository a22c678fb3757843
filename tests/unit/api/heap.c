// SPDX-License-Identifier: Apache-2.0
#include "heap.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>

static _Thread_local size_t asked;
static _Thread_local size_t until_failure = SIZE_MAX;
static _Thread_local bool failed;
static atomic_long live;

size_t heap_asked(void)
{
    return asked;
}

long heap_live(void)
{
    return atomic_load(&live);
}

void heap_fail_at(size_t n)
{
    failed = false;
    until_failure = n;
}

bool heap_failed(void)
{
    until_failure = SIZE_MAX;
    return failed;
}

static bool fails(void)
{
    asked++;
    if (until_failure == SIZE_MAX) {
        return false;
    }
    if (until_failure > 0) {
        until_failure--;
        return false;
    }
    until_failure = SIZE_MAX;
    failed = true;
    errno = ENOMEM;
    return true;
}

// Of the GNU C library, which lets a program define the four below.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void __libc_free(void *piece);

#define SEEN __attribute__((visibility("default")))

SEEN void *malloc(size_t size);
SEEN void *calloc(size_t count, size_t size);
SEEN void *realloc(void *old, size_t size);
SEEN void free(void *piece);

void *malloc(size_t size)
{
    void *piece = fails() ? NULL : __libc_malloc(size);
    atomic_fetch_add(&live, piece != NULL);
    return piece;
}

void *calloc(size_t count, size_t size)
{
    void *piece = fails() ? NULL : __libc_calloc(count, size);
    atomic_fetch_add(&live, piece != NULL);
    return piece;
}

void *realloc(void *old, size_t size)
{
    void *piece = fails() ? NULL : __libc_realloc(old, size);
    atomic_fetch_add(&live, old == NULL && piece != NULL);
    return piece;
}

void free(void *piece)
{
    atomic_fetch_sub(&live, piece != NULL);
    __libc_free(piece);
}
