// SPDX-License-Identifier: Apache-2.0
//
// What a campaign and the process whose memory runs out share: a file that both map, so that it is
// also told when the process does not live to its end. memory.py knows this layout.
#ifndef PC_TESTS_MEMORY_FAULTS_H
#define PC_TESTS_MEMORY_FAULTS_H

#include <stdint.h>

enum {
    MEMORY_STACKS = 1 << 20,
};

enum memory_kind {
    MEMORY_NONE = 0,
    MEMORY_HEAP = 1,   // malloc and its like
    MEMORY_MAP = 2,    // mmap, also of files
    MEMORY_LOCK = 3,   // mlock, which is refused long before memory is out
    MEMORY_THREAD = 4, // pthread_create, which needs a stack
};

struct memory_faults {
    uint64_t at;                    // the call that fails, from 0; UINT64_MAX: none
    uint64_t all;                   // not 0: all calls behind it too
    uint64_t trace;                 // not 0: note the stack of each call
    uint64_t calls;                 // that were made
    uint64_t failed;                // of them
    uint64_t kind;                  // enum memory_kind of the first that failed
    uint64_t stacks[MEMORY_STACKS]; // a hash of each call's stack
};

// For a program that this is linked to, and that makes faults to itself: memory of its own, at
// first with no fault.
struct memory_faults *memory_faults(void);

#endif
