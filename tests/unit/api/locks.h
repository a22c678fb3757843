// SPDX-License-Identifier: Apache-2.0
//
// The C library's mutexes with eyes: counts what each thread locks. It takes the place of
// pthread_mutex_lock in the whole process, the shared library included.
#ifndef PC_TESTS_API_LOCKS_H
#define PC_TESTS_API_LOCKS_H

#include <stddef.h>

// How often the calling thread has locked a mutex so far.
size_t locks_taken(void);

#endif
