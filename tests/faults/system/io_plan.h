// SPDX-License-Identifier: Apache-2.0
//
// System calls that fail when a test wants it: loaded before the C library (LD_PRELOAD), io_calls.c
// counts the calls of a program by name, in a file that all processes of a run share, and lets some
// fail.
//
//   FAULT_COUNTS  the file: a number of 64 bits for each name, in the order of enum call, then one
//   of calls that failed FAULT_CALL    the name; FAULT_FIRST to FAULT_LAST: which of these calls
//   fail, from 1 on FAULT_ERROR   the errno; "short": less is read or written than was asked;
//                 "full": the first is short and the others have no space, as on a disk that fills
//                 up
//
// Not seen is what the C library calls for itself; of that, what polcheck relies on has a wrapper.
#ifndef IO_PLAN_H
#define IO_PLAN_H

#include <stdbool.h>
#include <stddef.h>

// io.py has the same order.
enum call {
    CALL_OPEN,
    CALL_CLOSE,
    CALL_READ,
    CALL_PREAD,
    CALL_PRINT, // a write to standard output or standard error
    CALL_WRITE,
    CALL_PWRITE,
    CALL_SYNC,
    CALL_TRUNCATE,
    CALL_ALLOCATE,
    CALL_STAT,
    CALL_MMAP,
    CALL_FCNTL,
    CALL_FLOCK,
    CALL_RENAME,
    CALL_LINK,
    CALL_UNLINK,
    CALL_MKDIR,
    CALL_FOLDER, // opendir, fdopendir
    CALL_LIST,   // readdir
    CALL_REALPATH,
    CALLS,
};

// Counts a call; whether it is one that fails. Any thread.
bool io_fails(enum call call);

// Whether one that fails does less than was asked, instead of nothing.
bool io_is_short(enum call call);

// Whether it is because a disk fills up.
bool io_is_full(void);

// The errno of the others.
int io_error(void);

#endif
