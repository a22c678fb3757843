// SPDX-License-Identifier: Apache-2.0
//
// The decision log of the public header: checks what it is given, and leaves the work to the writer
// (log_writer.h). In a child of the process that opened a logger there is no thread of it: there
// everything is dropped, and closing it frees memory and the child's descriptor alone.
#include "forks.h"
#include "log_record.h"
#include "log_writer.h"
#include "tagged.h"

#include "base/clock.h"

#include <stdlib.h>
#include <time.h>

enum {
    ENTRIES = 4096,
    ENTRIES_MOST = 1048576,
    ENTRY_BYTES = 2048,
    FLUSH_LOOK_NS = 200000,
};

struct polcheck_logger {
    struct pc_log_writer writer;

    // Never changes.
    struct pc_log_mask mask;
    size_t entry_bytes;
    unsigned forks; // of the process that it belongs to
    bool only_denied;
};

static enum polcheck_status to_public(enum pc_status status)
{
    if (status == PC_OK) {
        return POLCHECK_OK;
    }
    if (status == PC_ERR_NOMEM) {
        return POLCHECK_ERR_NOMEM;
    }
    return status == PC_ERR_IO ? POLCHECK_ERR_IO : POLCHECK_ERR_INTERNAL;
}

static bool is_parents(const struct polcheck_logger *logger)
{
    return logger->forks != pc_forks();
}

// Opening -----------------------------------------------------------------------------------------

static bool names_are_views(const struct polcheck_logger_options *options)
{
    for (size_t i = 0; i < options->masked_count; i++) {
        if (options->masked[i].ptr == NULL && options->masked[i].len > 0) {
            return false;
        }
    }
    return true;
}

// Reads the options, with the defaults where they have zeros. False: they cannot be meant.
static bool read_options(const struct polcheck_logger_options *given,
                         struct polcheck_logger_options *options)
{
    if (given == NULL || !pc_tagged_read(options, sizeof(*options), given)) {
        return false;
    }
    options->entries = options->entries == 0 ? ENTRIES : options->entries;
    options->entry_bytes = options->entry_bytes == 0 ? ENTRY_BYTES : options->entry_bytes;
    return (options->flags & ~(unsigned)POLCHECK_LOG_ONLY_DENIED) == 0 && options->path != NULL &&
           options->path[0] != '\0' && options->entries <= ENTRIES_MOST &&
           options->entry_bytes >= PC_LOG_RECORD_LEAST &&
           options->entry_bytes <= PC_LOG_RECORD_MOST &&
           (options->masked != NULL || options->masked_count == 0) && names_are_views(options);
}

static enum pc_status start(struct polcheck_logger *logger,
                            const struct polcheck_logger_options *options)
{
    PC_TRY(pc_forks_watch());
    logger->forks = pc_forks();
    logger->entry_bytes = options->entry_bytes;
    logger->only_denied = (options->flags & POLCHECK_LOG_ONLY_DENIED) != 0;
    PC_TRY(pc_log_mask_init(&logger->mask, options->masked, options->masked_count));
    PC_TRY(
        pc_log_writer_init(&logger->writer, options->path, options->entries, options->entry_bytes));
    enum pc_status status = pc_log_writer_start(&logger->writer);
    if (status != PC_OK) {
        pc_log_writer_release(&logger->writer);
    }
    return status;
}

enum polcheck_status polcheck_logger_open(const struct polcheck_logger_options *options,
                                          struct polcheck_logger **out)
{
    struct polcheck_logger_options read;
    if (out == NULL || !read_options(options, &read)) {
        return POLCHECK_ERR_USAGE;
    }
    struct polcheck_logger *logger =
        aligned_alloc(_Alignof(struct polcheck_logger), sizeof(*logger));
    if (logger == NULL) {
        return POLCHECK_ERR_NOMEM;
    }
    memset(logger, 0, sizeof(*logger));
    enum pc_status status = start(logger, &read);
    if (status != PC_OK) {
        pc_log_mask_release(&logger->mask);
        free(logger);
        return to_public(status);
    }
    *out = logger;
    return POLCHECK_OK;
}

void polcheck_logger_close(struct polcheck_logger *logger)
{
    if (logger == NULL) {
        return;
    }
    if (!is_parents(logger)) {
        pc_log_writer_stop(&logger->writer);
    }
    pc_log_writer_release(&logger->writer);
    pc_log_mask_release(&logger->mask);
    free(logger);
}

// Logging -----------------------------------------------------------------------------------------

static void drop(struct polcheck_logger *logger)
{
    atomic_fetch_add_explicit(&logger->writer.dropped, 1, memory_order_relaxed);
}

void polcheck_logger_log(void *handle, const struct polcheck_decision_event *event)
{
    struct polcheck_logger *logger = handle;
    size_t ticket;
    if (logger == NULL || event == NULL) {
        return;
    }
    bool whole = event->size >= sizeof(*event);
    if (whole && logger->only_denied && polcheck_is_allowed(event->verdict)) {
        return;
    }
    void *room = whole && !is_parents(logger) ? pc_ring_claim(&logger->writer.ring, &ticket) : NULL;
    if (room == NULL) {
        drop(logger);
        return;
    }
    pc_log_record_write(room, logger->entry_bytes, event, &logger->mask);
    if (pc_ring_publish(&logger->writer.ring, ticket)) {
        (void)sem_post(&logger->writer.wake);
    }
}

// Only what the handler of a signal may do.
void polcheck_logger_reopen(struct polcheck_logger *logger)
{
    if (logger != NULL && !is_parents(logger)) {
        atomic_store_explicit(&logger->writer.reopen, true, memory_order_release);
        (void)sem_post(&logger->writer.wake);
    }
}

bool polcheck_logger_flush(struct polcheck_logger *logger, unsigned timeout_ms)
{
    if (logger == NULL || is_parents(logger)) {
        return false;
    }
    struct pc_log_writer *writer = &logger->writer;
    const struct timespec look = {0, FLUSH_LOOK_NS};
    int64_t until = pc_clock_millis() + (int64_t)timeout_ms;
    uint64_t lost = atomic_load_explicit(&writer->lost, memory_order_relaxed);
    size_t target = pc_ring_tail(&writer->ring);
    (void)sem_post(&writer->wake);
    for (;;) {
        size_t settled = atomic_load_explicit(&writer->settled, memory_order_acquire);
        if ((ptrdiff_t)(settled - target) >= 0) {
            return atomic_load_explicit(&writer->lost, memory_order_relaxed) == lost;
        }
        if (pc_clock_millis() >= until) {
            return false;
        }
        (void)nanosleep(&look, NULL);
    }
}

uint64_t polcheck_logger_dropped(const struct polcheck_logger *logger)
{
    return logger == NULL ? 0 : atomic_load_explicit(&logger->writer.dropped, memory_order_relaxed);
}
