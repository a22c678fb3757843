// SPDX-License-Identifier: Apache-2.0
#include "batch.h"

#include "answer.h"
#include "file.h"
#include "request_json.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    FIRST_BYTES = 256 << 10,
    MAX_LINE = 16 << 20,
};

// Input in blocks, cut at ends of lines.
struct input {
    int fd;
    char *bytes;
    size_t start, end, capacity; // bytes that are there and not used yet
    size_t scanned;              // of them known to hold no end of line
    bool eof;
};

struct batch {
    struct pc_asker *asker;
    struct pc_output *out;
    struct pc_arena arena; // of one line
    struct pc_str file;
    struct pc_batch_counts counts;
};

static enum pc_status make_room(struct input *input)
{
    if (input->start > 0) {
        memmove(input->bytes, input->bytes + input->start, input->end - input->start);
        input->end -= input->start;
        input->start = 0;
    }
    if (input->end < input->capacity) {
        return PC_OK;
    }
    size_t capacity = input->capacity == 0 ? FIRST_BYTES : input->capacity * 2;
    char *grown = realloc(input->bytes, capacity);
    if (grown == NULL) {
        return PC_ERR_NOMEM;
    }
    input->bytes = grown;
    input->capacity = capacity;
    return PC_OK;
}

// Whoever waits for answers before it asks on must get them.
static enum pc_status flush_before_waiting(const struct input *input, struct pc_output *out)
{
    struct pollfd ready = {.fd = input->fd, .events = POLLIN};
    if (poll(&ready, 1, 0) == 0 && !pc_output_flush(out)) {
        return PC_ERR_IO;
    }
    return PC_OK;
}

static enum pc_status fill(struct input *input, struct batch *batch, struct pc_diags *diags)
{
    PC_TRY(make_room(input));
    PC_TRY(flush_before_waiting(input, batch->out));
    ssize_t count;
    do {
        count = read(input->fd, input->bytes + input->end, input->capacity - input->end);
    } while (count < 0 && errno == EINTR);
    if (count < 0) {
        pc_diag_report(diags, PC_DIAG_FILE_READ, (struct pc_place){.file = batch->file},
                       "cannot be read: %s", strerror(errno));
        return PC_ERR_INVALID;
    }
    input->end += (size_t)count;
    input->eof = count == 0;
    return PC_OK;
}

// The next line without its end. False: none is complete yet.
static bool next_line(struct input *input, struct pc_str *line)
{
    size_t there = input->end - input->start;
    const char *begin = input->bytes + input->start;
    const char *end = there == input->scanned
                          ? NULL
                          : memchr(begin + input->scanned, '\n', there - input->scanned);
    if (end == NULL && !(input->eof && there > 0)) {
        input->scanned = there;
        return false;
    }
    size_t length = end != NULL ? (size_t)(end - begin) : there;
    *line = (struct pc_str){begin, length};
    input->start += length + (end != NULL);
    input->scanned = 0;
    return true;
}

static bool is_blank(struct pc_str line)
{
    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] != ' ' && line.ptr[i] != '\t' && line.ptr[i] != '\r') {
            return false;
        }
    }
    return true;
}

static void answer_error(struct batch *batch, struct pc_str id, enum pc_status status,
                         const struct pc_diags *diags)
{
    struct pc_json_writer writer;
    enum pc_diag_code code = pc_diag_code_of(status);
    struct pc_str message = pc_str_from(pc_status_text(status));
    const struct pc_diag *diag = diags->first;
    while (diag != NULL && diag->severity != PC_SEVERITY_ERROR) {
        diag = diag->next;
    }
    if (diag != NULL) {
        code = diag->code;
        message = diag->message;
    }
    pc_json_writer_init(&writer, &batch->out->text, false);
    pc_reply_write_error(&writer, id, code, message);
    batch->counts.bad++;
}

// Reads, asks, and writes the answer. *id: the request's id as JSON, as soon as it is known.
static enum pc_status ask_line(struct batch *batch, struct pc_str line, struct pc_diags *diags,
                               struct pc_str *id)
{
    const struct pc_json_source source = {.file = batch->file, .text = line};
    const struct pc_request_reading reading = {&batch->arena, batch->file, diags};
    const struct pc_json *json;
    const struct pc_json *given = NULL;
    struct pc_request request;
    struct pc_answer answer;
    struct pc_json_writer writer;
    PC_TRY(pc_json_parse(&batch->arena, &source, diags, &json));
    given = pc_json_get(json, PC_STR("id"));
    if (given != NULL) {
        *id = pc_str_slice(line, given->start, given->end);
    }
    PC_TRY(pc_request_read(&reading, json, &given, &request));
    const struct pc_asking asking = {&batch->arena, pc_json_place(batch->file, json), diags};
    PC_TRY(pc_asker_ask(batch->asker, &asking, &request, &answer));
    const struct pc_reply reply = {
        .request = &request, .answer = &answer, .id = given != NULL ? *id : PC_STR("")};
    pc_json_writer_init(&writer, &batch->out->text, false);
    pc_reply_write_json(&writer, &reply);
    return PC_OK;
}

static enum pc_status answer_line(struct batch *batch, struct pc_str line)
{
    struct pc_diags diags;
    struct pc_str id = PC_STR("null");
    if (is_blank(line)) {
        return PC_OK;
    }
    pc_arena_reset(&batch->arena);
    pc_diags_init(&diags, &batch->arena);
    batch->counts.lines++;
    enum pc_status status = ask_line(batch, line, &diags, &id);
    if (status != PC_OK) {
        answer_error(batch, id, status, &diags);
    }
    pc_buf_byte(&batch->out->text, '\n');
    return pc_output_drain(batch->out) ? PC_OK : PC_ERR_IO;
}

// A line that does not fit is answered, and skipped up to its end.
static enum pc_status skip_long_line(struct batch *batch, struct input *input,
                                     struct pc_diags *diags)
{
    struct pc_diags found;
    struct pc_str rest;
    pc_arena_reset(&batch->arena);
    pc_diags_init(&found, &batch->arena);
    pc_diag_report(&found, PC_DIAG_JSON_SIZE, (struct pc_place){.file = batch->file},
                   "the line is longer than %d MiB", MAX_LINE >> 20);
    batch->counts.lines++;
    answer_error(batch, PC_STR("null"), PC_ERR_LIMIT, &found);
    pc_buf_byte(&batch->out->text, '\n');
    while (!next_line(input, &rest) && !input->eof) {
        input->start = input->end = input->scanned = 0;
        PC_TRY(fill(input, batch, diags));
    }
    return PC_OK;
}

static enum pc_status answer_all(struct batch *batch, struct input *input, struct pc_diags *diags)
{
    struct pc_str line;
    while (!input->eof) {
        PC_TRY(fill(input, batch, diags));
        while (next_line(input, &line)) {
            PC_TRY(answer_line(batch, line));
        }
        if (input->end - input->start > MAX_LINE) {
            PC_TRY(skip_long_line(batch, input, diags));
        }
    }
    return PC_OK;
}

enum pc_status pc_batch_run(struct pc_asker *asker, struct pc_str path, struct pc_output *out,
                            struct pc_diags *diags, struct pc_batch_counts *counts)
{
    struct batch batch = {.asker = asker, .out = out, .file = pc_file_name(path)};
    struct input input = {.fd = STDIN_FILENO};
    if (!pc_str_eq(path, PC_STR("-"))) {
        PC_TRY(pc_file_open(path, diags, &input.fd));
    }
    pc_arena_init(&batch.arena);
    enum pc_status status = answer_all(&batch, &input, diags);
    pc_arena_release(&batch.arena);
    free(input.bytes);
    if (input.fd != STDIN_FILENO) {
        (void)close(input.fd);
    }
    *counts = batch.counts;
    return status;
}
