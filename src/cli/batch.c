// SPDX-License-Identifier: Apache-2.0
//
// Reads lines in blocks, hands each block to the workers in equal parts, and writes their answers
// in the order of the lines.
#include "batch.h"

#include "batch_worker.h"
#include "file.h"
#include "line_input.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    MAX_LINE = 16 << 20,
    LEAST_LINES = 64, // a thread for fewer costs more than it saves
};

// A worker's part of a block.
struct part {
    struct pc_batch_worker *worker;
    const struct pc_str *lines;
    size_t count;
    pthread_t thread;
    bool threaded;
};

struct batch {
    struct pc_batch_worker workers[PC_BATCH_MAX_JOBS];
    size_t worker_count;
    struct pc_line_input input;
    struct pc_str file;
    struct pc_str *lines; // of the block at hand
    size_t line_count, line_capacity;
    struct pc_output *out;
    struct pc_diags *diags;
};

static void *run_part(void *argument)
{
    const struct part *part = argument;
    pc_batch_answer_lines(part->worker, part->lines, part->count);
    return NULL;
}

// The first part is done by the caller's own thread; so is one that gets no thread of its own.
static void run_parts(struct part *parts, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        parts[i].threaded = pthread_create(&parts[i].thread, NULL, run_part, &parts[i]) == 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (!parts[i].threaded) {
            (void)run_part(&parts[i]);
        }
    }
    for (size_t i = 1; i < count; i++) {
        if (parts[i].threaded) {
            (void)pthread_join(parts[i].thread, NULL);
        }
    }
}

// Moves a worker's answers to the output.
static enum pc_status take_answers(struct batch *batch, struct pc_batch_worker *worker)
{
    PC_TRY(pc_buf_status(&worker->out));
    pc_buf_str(&batch->out->text, pc_buf_view(&worker->out));
    pc_buf_reset(&worker->out);
    PC_TRY(pc_buf_status(&batch->out->text));
    return pc_output_drain(batch->out) ? PC_OK : PC_ERR_IO;
}

static enum pc_status answer_block(struct batch *batch)
{
    struct part parts[PC_BATCH_MAX_JOBS] = {{0}};
    if (batch->line_count == 0) {
        return PC_OK; // there may be no array of lines yet
    }
    size_t jobs = batch->line_count / LEAST_LINES;
    jobs = jobs < 1 ? 1 : jobs > batch->worker_count ? batch->worker_count : jobs;
    for (size_t i = 0; i < jobs; i++) {
        size_t from = batch->line_count * i / jobs;
        size_t to = batch->line_count * (i + 1) / jobs;
        parts[i].worker = &batch->workers[i];
        parts[i].lines = batch->lines + from;
        parts[i].count = to - from;
    }
    run_parts(parts, jobs);
    for (size_t i = 0; i < jobs; i++) {
        PC_TRY(take_answers(batch, parts[i].worker));
    }
    return PC_OK;
}

static enum pc_status add_line(struct batch *batch, struct pc_str line)
{
    if (batch->line_count == batch->line_capacity) {
        size_t capacity = batch->line_capacity == 0 ? 1024 : batch->line_capacity * 2;
        struct pc_str *grown = realloc(batch->lines, capacity * sizeof(*grown));
        if (grown == NULL) {
            return PC_ERR_NOMEM;
        }
        batch->lines = grown;
        batch->line_capacity = capacity;
    }
    batch->lines[batch->line_count++] = line;
    return PC_OK;
}

// Whoever waits for answers before it asks on must get them.
static enum pc_status fill(struct batch *batch)
{
    if (pc_line_input_waits(&batch->input) && !pc_output_flush(batch->out)) {
        return PC_ERR_IO;
    }
    enum pc_status status = pc_line_input_fill(&batch->input);
    if (status == PC_ERR_IO) {
        pc_diag_report(batch->diags, PC_DIAG_FILE_READ, (struct pc_place){.file = batch->file},
                       "cannot be read: %s", strerror(batch->input.error));
        return PC_ERR_INVALID;
    }
    return status;
}

// What came before it is answered first.
static enum pc_status refuse_long_line(struct batch *batch)
{
    struct pc_batch_worker *worker = &batch->workers[0];
    struct pc_diags found;
    PC_TRY(answer_block(batch));
    batch->line_count = 0;
    pc_arena_reset(&worker->arena);
    pc_diags_init(&found, &worker->arena);
    pc_diag_report(&found, PC_DIAG_JSON_SIZE, (struct pc_place){.file = batch->file},
                   "the line is longer than %d MiB", MAX_LINE >> 20);
    pc_batch_answer_error(worker, PC_STR("null"), PC_ERR_LIMIT, &found);
    return take_answers(batch, worker);
}

// Skips a line that is longer than may be kept up to its end.
static enum pc_status skip_long_line(struct batch *batch)
{
    struct pc_str rest;
    PC_TRY(refuse_long_line(batch));
    while (!pc_line_input_next(&batch->input, &rest) && !batch->input.eof) {
        pc_line_input_drop(&batch->input);
        PC_TRY(fill(batch));
    }
    return PC_OK;
}

// Of a long line whose end is there already, the length counts just so: what is refused does not
// depend on how the bytes come in.
static enum pc_status take_line(struct batch *batch, struct pc_str line)
{
    return line.len > MAX_LINE ? refuse_long_line(batch) : add_line(batch, line);
}

static enum pc_status answer_all(struct batch *batch)
{
    struct pc_str line;
    while (!batch->input.eof) {
        PC_TRY(fill(batch));
        batch->line_count = 0;
        while (pc_line_input_next(&batch->input, &line)) {
            PC_TRY(take_line(batch, line));
        }
        PC_TRY(answer_block(batch));
        if (pc_line_input_rest(&batch->input) > MAX_LINE) {
            PC_TRY(skip_long_line(batch));
        }
    }
    return PC_OK;
}

// All answer from the same state of the store, also while another process compiles.
static enum pc_status open_workers(struct batch *batch, const struct pc_asker *asker, size_t jobs)
{
    jobs = jobs < 1 ? 1 : jobs > PC_BATCH_MAX_JOBS ? PC_BATCH_MAX_JOBS : jobs;
    for (size_t i = 0; i < jobs; i++) {
        batch->workers[i].file = batch->file;
        PC_TRY(pc_asker_share(asker, &batch->workers[i].asker));
        batch->worker_count++;
    }
    return PC_OK;
}

static enum pc_status run(struct batch *batch, const struct pc_asker *asker,
                          const struct pc_batch_options *options)
{
    if (!pc_str_eq(options->path, PC_STR("-"))) {
        PC_TRY(pc_file_open(options->path, batch->diags, &batch->input.fd));
    }
    PC_TRY(open_workers(batch, asker, options->jobs));
    return answer_all(batch);
}

static void release(struct batch *batch, struct pc_batch_counts *counts)
{
    *counts = (struct pc_batch_counts){0, 0};
    for (size_t i = 0; i < batch->worker_count; i++) {
        struct pc_batch_worker *worker = &batch->workers[i];
        counts->lines += worker->counts.lines;
        counts->bad += worker->counts.bad;
        pc_asker_close(&worker->asker);
        pc_arena_release(&worker->arena);
        pc_buf_release(&worker->out);
    }
    free(batch->lines);
    if (batch->input.fd != STDIN_FILENO) {
        (void)close(batch->input.fd);
    }
    pc_line_input_release(&batch->input);
}

enum pc_status pc_batch_run(const struct pc_asker *asker, const struct pc_batch_options *options,
                            struct pc_output *out, struct pc_diags *diags,
                            struct pc_batch_counts *counts)
{
    struct batch *batch = calloc(1, sizeof(*batch));
    if (batch == NULL) {
        return PC_ERR_NOMEM;
    }
    batch->input.fd = STDIN_FILENO;
    batch->file = pc_file_name(options->path);
    batch->out = out;
    batch->diags = diags;
    enum pc_status status = run(batch, asker, options);
    release(batch, counts);
    free(batch);
    return status;
}
