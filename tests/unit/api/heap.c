// SPDX-License-Identifier: Apache-2.0
#include "heap.h"

// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): the C library's headers have
// others What is defined below is to be seen by the shared library.
#pragma GCC visibility push(default)
#include <malloc.h>
#include <stdlib.h>
#pragma GCC visibility pop

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

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

// Of the GNU C library, which lets a program define its own allocator on these.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *piece);

// Of what is given back nothing stays: who still reads it reads what makes no sense.
static void spoil(void *piece)
{
    memset(piece, 0xa5, malloc_usable_size(piece));
}

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

void *aligned_alloc(size_t alignment, size_t size)
{
    void *piece = fails() ? NULL : __libc_memalign(alignment, size);
    atomic_fetch_add(&live, piece != NULL);
    return piece;
}

// Always another place.
void *realloc(void *old, size_t size)
{
    void *piece = fails() ? NULL : __libc_malloc(size);
    if (piece == NULL || old == NULL) {
        atomic_fetch_add(&live, piece != NULL);
        return piece;
    }
    size_t before = malloc_usable_size(old);
    memcpy(piece, old, before < size ? before : size);
    spoil(old);
    __libc_free(old);
    return piece;
}

void free(void *piece)
{
    if (piece != NULL) {
        atomic_fetch_sub(&live, 1);
        spoil(piece);
    }
    __libc_free(piece);
}
// NOLINTEND(readability-inconsistent-declaration-parameter-name)
