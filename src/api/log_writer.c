// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE // sem_clockwait
#include "log_writer.h"

#include "base/clock.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

enum {
    LOOK_MS = 20,     // a line waits so long at most, when nobody wakes the writer
    BATCH = 64 << 10, // bytes of lines that make a write worth while
    NOTICE = 256,     // bytes that hold the line about what was dropped
    RETRY_MS = 1000,  // to open the path again
    NANOSECONDS = 1000000000,
};

// Waiting -----------------------------------------------------------------------------------------

// By the clock that nobody sets, where the C library can: otherwise a line could wait as long as
// the time is set back.
#ifdef __GLIBC_PREREQ
#define HAS_CLOCKWAIT __GLIBC_PREREQ(2, 30)
#else
#define HAS_CLOCKWAIT 0
#endif

#if HAS_CLOCKWAIT
static const clockid_t wait_clock = CLOCK_MONOTONIC;

static int wait_until(sem_t *semaphore, const struct timespec *until)
{
    return sem_clockwait(semaphore, wait_clock, until);
}
#else
static const clockid_t wait_clock = CLOCK_REALTIME;

static int wait_until(sem_t *semaphore, const struct timespec *until)
{
    return sem_timedwait(semaphore, until);
}
#endif

// Until somebody wakes the writer, a signal comes, or it is time to look.
static void wait_for_work(struct pc_log_writer *writer)
{
    struct timespec until = {0, 0};
    (void)clock_gettime(wait_clock, &until);
    until.tv_nsec += LOOK_MS * 1000000L;
    if (until.tv_nsec >= NANOSECONDS) {
        until.tv_nsec -= NANOSECONDS;
        until.tv_sec++;
    }
    (void)wait_until(&writer->wake, &until);
    while (sem_trywait(&writer->wake) == 0) {
        // one look is enough, however often it was woken
    }
}

// Writing -----------------------------------------------------------------------------------------

static void count_lost(struct pc_log_writer *writer, uint64_t count)
{
    if (count > 0) {
        atomic_fetch_add_explicit(&writer->lost, count, memory_order_relaxed);
        atomic_fetch_add_explicit(&writer->dropped, count, memory_order_relaxed);
    }
}

// Takes records until the batch is full or the ring is empty.
static void fill_batch(struct pc_log_writer *writer)
{
    struct pc_buf *batch = &writer->batch;
    const void *record = pc_ring_next(&writer->ring);
    pc_buf_reset(batch);
    while (record != NULL && batch->len < BATCH) {
        size_t before = batch->len;
        if (pc_log_line_write(&writer->lines, batch, record) != PC_OK) {
            batch->len = before; // not to happen: the room is for the longest line
            batch->status = PC_OK;
            count_lost(writer, 1);
        }
        pc_ring_pass(&writer->ring);
        record = pc_ring_next(&writer->ring);
    }
}

// Adds the line about what was dropped, if there is news. Returns what it tells in all.
static uint64_t add_notice(struct pc_log_writer *writer)
{
    uint64_t dropped = atomic_load_explicit(&writer->dropped, memory_order_relaxed);
    struct timespec now = {0, 0};
    size_t before = writer->batch.len;
    if (dropped == writer->told || clock_gettime(CLOCK_REALTIME, &now) != 0) {
        return writer->told;
    }
    int64_t time = (int64_t)now.tv_sec * NANOSECONDS + now.tv_nsec;
    if (pc_log_line_dropped(&writer->batch, time, dropped - writer->told, dropped) != PC_OK) {
        writer->batch.len = before;
        writer->batch.status = PC_OK;
        return writer->told;
    }
    return dropped;
}

static uint64_t count_lines(struct pc_str text)
{
    uint64_t count = 0;
    for (size_t at = pc_str_find(text, '\n', 0); at != SIZE_MAX;
         at = pc_str_find(text, '\n', at + 1)) {
        count++;
    }
    return count;
}

static void write_batch(struct pc_log_writer *writer)
{
    uint64_t tells = add_notice(writer);
    bool notice = tells != writer->told;
    struct pc_str batch = pc_buf_view(&writer->batch);
    size_t written = pc_log_file_write(&writer->file, batch);
    struct pc_str rest = pc_str_slice(batch, written, batch.len);
    // A line that lacks only its end is in the file: the end comes in front of the next one.
    rest = pc_str_has_prefix(rest, PC_STR("\n")) ? pc_str_slice(rest, 1, rest.len) : rest;
    if (rest.len == 0) {
        writer->told = tells;
        return;
    }
    // The notice is the last line, so that it is not written either; it will be made anew.
    count_lost(writer, count_lines(rest) - notice);
}

// After the batch was filled and before it is written: a line that was logged after the path was
// to be opened anew is not written to the old file.
static void follow_path(struct pc_log_writer *writer)
{
    if (atomic_exchange_explicit(&writer->reopen, false, memory_order_acquire)) {
        writer->retry = pc_clock_millis();
    }
    if (writer->retry == 0 || pc_clock_millis() < writer->retry) {
        return;
    }
    bool opened = pc_log_file_reopen(&writer->file) == PC_OK;
    writer->retry = opened ? 0 : pc_clock_millis() + RETRY_MS;
}

static void drain(struct pc_log_writer *writer)
{
    do {
        fill_batch(writer);
        follow_path(writer);
        write_batch(writer);
        atomic_store_explicit(&writer->settled, writer->ring.head, memory_order_release);
    } while (pc_ring_next(&writer->ring) != NULL);
}

static void *run(void *argument)
{
    struct pc_log_writer *writer = argument;
    bool closing = false;
    while (!closing) {
        wait_for_work(writer);
        closing = atomic_load_explicit(&writer->closing, memory_order_acquire);
        drain(writer);
    }
    return NULL;
}

// Beginning and end -------------------------------------------------------------------------------

static enum pc_status init_rest(struct pc_log_writer *writer, size_t entries, size_t entry_bytes)
{
    size_t size = BATCH + pc_log_line_most(entry_bytes) + NOTICE;
    writer->room = malloc(size);
    if (writer->room == NULL) {
        return PC_ERR_NOMEM;
    }
    writer->batch = pc_buf_over(writer->room, size);
    PC_TRY(pc_ring_init(&writer->ring, entries, entry_bytes));
    return sem_init(&writer->wake, 0, 0) == 0 ? PC_OK : PC_ERR_INTERNAL;
}

static void free_rest(struct pc_log_writer *writer)
{
    pc_log_file_close(&writer->file);
    pc_log_lines_release(&writer->lines);
    pc_ring_release(&writer->ring);
    free(writer->room);
}

enum pc_status pc_log_writer_init(struct pc_log_writer *writer, const char *path, size_t entries,
                                  size_t entry_bytes)
{
    atomic_init(&writer->dropped, 0);
    atomic_init(&writer->lost, 0);
    atomic_init(&writer->settled, 0);
    atomic_init(&writer->closing, false);
    atomic_init(&writer->reopen, false);
    enum pc_status status = pc_log_file_open(&writer->file, path);
    if (status == PC_OK) {
        status = init_rest(writer, entries, entry_bytes);
    }
    if (status != PC_OK) {
        free_rest(writer);
    }
    return status;
}

void pc_log_writer_release(struct pc_log_writer *writer)
{
    (void)sem_destroy(&writer->wake);
    free_rest(writer);
}

// A new thread has the mask of the one that makes it.
enum pc_status pc_log_writer_start(struct pc_log_writer *writer)
{
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int failure = pthread_create(&writer->thread, NULL, run, writer);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failure == 0 ? PC_OK : PC_ERR_INTERNAL;
}

void pc_log_writer_stop(struct pc_log_writer *writer)
{
    atomic_store_explicit(&writer->closing, true, memory_order_release);
    (void)sem_post(&writer->wake);
    (void)pthread_join(writer->thread, NULL);
}
