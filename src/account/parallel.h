// SPDX-License-Identifier: Apache-2.0
//
// One piece of work after another, on several threads. The order in which pieces are done is
// nobody's promise: what a piece finds out is kept with the piece, and its caller goes through the
// pieces in their order afterwards, so that nothing depends on the number of threads.
#ifndef PC_ACCOUNT_PARALLEL_H
#define PC_ACCOUNT_PARALLEL_H

#include "base/arena.h"

enum {
    PC_PARALLEL_MOST = 64, // threads, with that of the caller
};

struct pc_worker {
    size_t number;           // 0: the caller's own thread
    struct pc_arena *arena;  // for what stays: of this thread alone while it runs
    struct pc_arena *trees;  // another one, for what stays less long
    struct pc_arena scratch; // for one piece: empty when the next one begins
};

struct pc_parallel {
    size_t count; // of pieces
    size_t least; // pieces that are worth a thread, at least 1
    void (*run)(void *context, struct pc_worker *worker, size_t piece);
    void *context;
    struct pc_arena *arena, *trees; // which take over those of the threads; trees may be NULL
};

// Runs every piece once, on at most `jobs` threads (0 counts as 1), and returns when all are done.
// What the threads put into their arenas belongs to those of the work then. A thread that cannot be
// made is done without. Signals are left to the caller's thread.
void pc_parallel_run(size_t jobs, const struct pc_parallel *work);

#endif
