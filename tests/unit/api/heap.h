// SPDX-License-Identifier: Apache-2.0
//
// The C library's allocator with eyes: counts what each thread asks for, and fails when told to. It
// takes the place of malloc in the whole process, the shared library included.
#ifndef PC_TESTS_API_HEAP_H
#define PC_TESTS_API_HEAP_H

#include <stdbool.h>
#include <stddef.h>

// How often the calling thread asked for memory so far.
size_t heap_asked(void);

// Pieces that were given out and not taken back, of all threads.
long heap_live(void);

// From now on the calling thread's n-th request (from 0) fails, once. SIZE_MAX: none does.
void heap_fail_at(size_t n);

// Has it failed? Sets it back as well, so that none fails any more.
bool heap_failed(void);

#endif
