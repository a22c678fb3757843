// SPDX-License-Identifier: Apache-2.0
//
// The thread of a decision log: takes records from the ring and appends their lines to the file.
// What may be touched by other threads is said.
#ifndef PC_API_LOG_WRITER_H
#define PC_API_LOG_WRITER_H

#include "log_file.h"
#include "log_line.h"
#include "ring.h"

#include <pthread.h>
#include <semaphore.h>

struct pc_log_writer {
    struct pc_ring ring; // any thread as a producer; the writer's is the consumer

    // Any thread. What is dropped is counted by whoever drops it.
    _Alignas(PC_RING_LINE) atomic_uint_least64_t dropped;
    atomic_uint_least64_t lost; // of them, those that were in the ring
    atomic_size_t settled;      // tickets below are in the file, or lost
    atomic_bool closing;        // nobody logs any more
    atomic_bool reopen;         // before the next line
    sem_t wake;                 // posted to have the writer look at once

    // Of the writer's thread alone while it runs.
    _Alignas(PC_RING_LINE) struct pc_log_file file;
    struct pc_log_lines lines;
    struct pc_buf batch; // over `room`
    char *room;          // for lines that go into one write
    uint64_t told;       // of dropped, that the file tells of
    int64_t retry;       // when to open the path again, of pc_clock_millis; 0: no need to

    pthread_t thread;
};

// Opens the path, and makes all that the thread needs, for a zeroed writer. On a failure nothing is
// left to release. PC_ERR_IO, PC_ERR_NOMEM, PC_ERR_INTERNAL (the system has no semaphore).
PC_MUST_CHECK enum pc_status pc_log_writer_init(struct pc_log_writer *writer, const char *path,
                                                size_t entries, size_t entry_bytes);

// Frees all and closes the file. The thread must have ended, or be another process's.
void pc_log_writer_release(struct pc_log_writer *writer);

// Starts the thread, with all signals blocked. PC_ERR_INTERNAL: none can be started.
PC_MUST_CHECK enum pc_status pc_log_writer_start(struct pc_log_writer *writer);

// Has the thread write what is in the ring, and waits for its end.
void pc_log_writer_stop(struct pc_log_writer *writer);

#endif
