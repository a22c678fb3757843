// SPDX-License-Identifier: Apache-2.0
#include "batch_worker.h"

#include "answer.h"
#include "base/memory.h"
#include "output.h"
#include "request_json.h"

static bool is_blank(struct pc_str line)
{
    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] != ' ' && line.ptr[i] != '\t' && line.ptr[i] != '\r') {
            return false;
        }
    }
    return true;
}

void pc_batch_answer_error(struct pc_batch_worker *worker, struct pc_str id, enum pc_status status,
                           const struct pc_diags *diags)
{
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, &worker->out, false);
    pc_reply_write_error(&writer, id, status, diags);
    pc_buf_byte(&worker->out, '\n');
    worker->counts.lines++;
    worker->counts.bad++;
}

// Reads, asks, and writes the answer. *id: the request's id as JSON, as soon as it is known.
static enum pc_status ask_line(struct pc_batch_worker *worker, struct pc_str line,
                               struct pc_diags *diags, struct pc_str *id)
{
    const struct pc_json_source source = {.file = worker->file, .text = line};
    const struct pc_request_reading reading = {&worker->arena, worker->file, diags};
    const struct pc_json *json;
    const struct pc_json *given = NULL;
    struct pc_request request;
    struct pc_answer answer;
    struct pc_json_writer writer;
    PC_TRY(pc_json_parse(&worker->arena, &source, diags, &json));
    given = pc_json_get(json, PC_STR("id"));
    if (given != NULL) {
        *id = pc_str_slice(line, given->start, given->end);
    }
    PC_TRY(pc_request_read(&reading, json, &given, &request));
    const struct pc_asking asking = {&worker->arena, pc_json_place(worker->file, json), diags};
    PC_TRY(pc_asker_ask(&worker->asker, &asking, &request, &answer));
    PC_TRY(pc_asker_reasons(&worker->asker, &answer));
    const struct pc_reply reply = {
        .request = &request, .answer = &answer, .id = given != NULL ? *id : PC_STR("")};
    pc_json_writer_init(&writer, &worker->out, false);
    pc_reply_write_json(&writer, &reply);
    return PC_OK;
}

static void answer_line(struct pc_batch_worker *worker, struct pc_str line)
{
    struct pc_diags diags;
    struct pc_str id = PC_STR("null");
    if (is_blank(line)) {
        return;
    }
    pc_arena_reset(&worker->arena);
    pc_diags_init(&diags, &worker->arena);
    size_t before = worker->out.len;
    size_t failures = pc_memory_failures();
    enum pc_status status = ask_line(worker, line, &diags, &id);
    if (status == PC_OK && pc_memory_failures() != failures) {
        worker->out.len = before; // something of the reply may be missing
        status = PC_ERR_NOMEM;
    }
    if (status != PC_OK) {
        pc_batch_answer_error(worker, id, status, &diags);
    } else {
        pc_buf_byte(&worker->out, '\n');
        worker->counts.lines++;
    }
}

void pc_batch_answer_lines(struct pc_batch_worker *worker, const struct pc_str *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        answer_line(worker, lines[i]);
    }
}
