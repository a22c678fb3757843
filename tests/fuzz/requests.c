// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as the file of `polcheck eval --batch`. Every line that is not blank gets one answer,
// in order: JSON that repeats the line's id, with a decision or an error, and an error where the
// line is no request. A line alone is answered as in a batch, and by several threads as by one.
#define _GNU_SOURCE // memfd_create
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "batch.h"
#include "batch_worker.h"
#include "eval/form.h"
#include "fuzz.h"
#include "request_json.h"
#include "stage.h"
#include "streams.h"

enum {
    LONGEST = 1 << 16, // bytes of a batch
    NOW = 1764072000,  // 2025-11-25T12:00:00Z
};

static struct pc_asker *asker(void)
{
    static struct pc_asker opened;
    if (opened.store == NULL) {
        PC_CLEANUP(pc_arena_release) struct pc_arena arena;
        struct pc_diags diags;
        pc_arena_init(&arena);
        pc_diags_init(&diags, &arena);
        stage_compile(stage_path("store"));
        FUZZ_CHECK(pc_asker_open(&opened, stage_path("store"), &diags) == PC_OK, "no store");
        opened.fixed_clock = true;
        opened.now = NOW;
    }
    return &opened;
}

// The answer -----------------------------------------------------------------------------------

struct line {
    struct pc_arena arena;
    struct pc_str text;
    const struct pc_json *json; // NULL: it cannot be read
    bool is_request;
};

static void read_line(struct line *line)
{
    const struct pc_json_source source = {.file = PC_STR("batch"), .text = line->text};
    const struct pc_json *id;
    struct pc_request request;
    struct pc_diags diags;
    pc_diags_init(&diags, &line->arena);
    if (pc_json_parse(&line->arena, &source, &diags, &line->json) != PC_OK) {
        line->json = NULL;
        return;
    }
    const struct pc_request_reading reading = {&line->arena, PC_STR("batch"), &diags};
    enum pc_status status = pc_request_read(&reading, line->json, &id, &request);
    FUZZ_CHECK(status == PC_OK || status == PC_ERR_INVALID, "status %d", (int)status);
    FUZZ_CHECK((status == PC_OK) == (diags.errors == 0), "status %d with %u errors", (int)status,
               (unsigned)diags.errors);
    line->is_request = status == PC_OK;
}

static struct pc_str text_of(const struct pc_json *object, const char *name)
{
    const struct pc_json *member = pc_json_get(object, pc_str_from(name));
    return member != NULL && member->type == PC_JSON_STRING ? member->text : PC_STR("");
}

// What was asked is what the answer says was asked.
static void check_decision(const struct line *line, const struct pc_json *answer)
{
    struct pc_str decision = text_of(answer, "decision");
    FUZZ_CHECK(line->is_request, "no request was answered: %.*s", PC_STR_ARG(line->text));
    FUZZ_CHECK(pc_str_eq(decision, PC_STR("allowed")) ||
                   pc_str_eq(decision, PC_STR("implicitDeny")) ||
                   pc_str_eq(decision, PC_STR("explicitDeny")),
               "decision \"%.*s\"", PC_STR_ARG(decision));
    FUZZ_CHECK(pc_str_eq(text_of(answer, "action"), text_of(line->json, "action")) &&
                   pc_str_eq(text_of(answer, "resource"), text_of(line->json, "resource")),
               "it was asked: %.*s", PC_STR_ARG(line->text));
    bool refused = pc_json_get(answer, PC_STR("message")) != NULL;
    FUZZ_CHECK(refused != pc_str_eq(decision, PC_STR("allowed")), "%.*s, and the sentence of AWS",
               PC_STR_ARG(decision));
}

static void check_error(const struct pc_json *error)
{
    struct pc_str code = text_of(error, "code");
    FUZZ_CHECK(code.len == 7 && pc_str_has_prefix(code, PC_STR("POL")), "code \"%.*s\"",
               PC_STR_ARG(code));
    FUZZ_CHECK(!pc_str_eq(code, PC_STR("POL0951")), "a fault of ours");
    FUZZ_CHECK(text_of(error, "message").len > 0, "no message");
}

// The id of a line as it stands there, "" without one.
static struct pc_str id_of(const struct pc_json *json, struct pc_str text)
{
    const struct pc_json *id = json == NULL ? NULL : pc_json_get(json, PC_STR("id"));
    return id == NULL ? PC_STR("") : pc_str_slice(text, id->start, id->end);
}

static void check_answer(const struct line *line, struct pc_str text)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena;
    const struct pc_json_source source = {.file = PC_STR("answer"), .text = text};
    const struct pc_json *answer;
    struct pc_diags diags;
    pc_arena_init(&arena);
    pc_diags_init(&diags, &arena);
    FUZZ_CHECK(pc_json_parse(&arena, &source, &diags, &answer) == PC_OK, "no JSON: %.*s",
               PC_STR_ARG(text));
    const struct pc_json *error = pc_json_get(answer, PC_STR("error"));
    const struct pc_json *decision = pc_json_get(answer, PC_STR("decision"));
    struct pc_str asked = id_of(line->json, line->text);
    struct pc_str told = id_of(answer, text);
    FUZZ_CHECK((error == NULL) != (decision == NULL), "both or neither: %.*s", PC_STR_ARG(text));
    FUZZ_CHECK(pc_str_eq(told, asked.len > 0 || error == NULL ? asked : PC_STR("null")),
               "id %.*s became %.*s", PC_STR_ARG(asked), PC_STR_ARG(told));
    if (error != NULL) {
        check_error(error);
    } else {
        check_decision(line, answer);
    }
}

// Lines by themselves --------------------------------------------------------------------------

static bool is_blank(struct pc_str line)
{
    size_t at = 0;
    while (at < line.len && strchr(" \t\r", line.ptr[at]) != NULL && line.ptr[at] != '\0') {
        at++;
    }
    return at == line.len;
}

// Answers the line, which must not depend on what lies behind it, and appends the answer.
static void answer_alone(struct pc_batch_worker *worker, struct pc_str text, struct pc_buf *out)
{
    char *exact = fuzz_copy(text);
    struct line line = {.text = {exact, text.len}};
    pc_arena_init(&line.arena);
    read_line(&line);
    pc_batch_answer_lines(worker, &line.text, 1);
    struct pc_str answer = pc_buf_view(&worker->out);
    FUZZ_CHECK(answer.len > 0 && pc_str_find(answer, '\n', 0) == answer.len - 1,
               "not one line: %.*s", PC_STR_ARG(answer));
    check_answer(&line, pc_str_slice(answer, 0, answer.len - 1));
    pc_buf_str(out, answer);
    pc_buf_reset(&worker->out);
    pc_arena_release(&line.arena);
    free(exact);
}

static size_t answer_each(struct pc_str input, struct pc_buf *out)
{
    struct pc_batch_worker worker = {.file = PC_STR("batch")};
    size_t count = 0;
    FUZZ_CHECK(pc_asker_share(asker(), &worker.asker) == PC_OK, "no asker");
    while (input.len > 0) {
        struct pc_str line = fuzz_line(&input);
        if (!is_blank(line)) {
            answer_alone(&worker, line, out);
            count++;
        }
    }
    FUZZ_CHECK(worker.counts.lines == count, "%zu lines counted of %zu", worker.counts.lines,
               count);
    pc_asker_close(&worker.asker);
    pc_arena_release(&worker.arena);
    pc_buf_release(&worker.out);
    return count;
}

// The batch ------------------------------------------------------------------------------------

static void check_batch(struct pc_str input, size_t jobs, size_t count, struct pc_str expected)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena;
    char path[64];
    struct streams streams = {0};
    struct pc_output out = {0};
    struct pc_batch_counts counts;
    struct pc_diags diags;
    int fd = memfd_create("batch", MFD_CLOEXEC);
    FUZZ_CHECK(fd >= 0 && write(fd, input.ptr, input.len) == (ssize_t)input.len, "no file");
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    pc_arena_init(&arena);
    pc_diags_init(&diags, &arena);
    const struct pc_batch_options options = {pc_str_from(path), jobs};
    streams_keep(&streams);
    enum pc_status status = pc_batch_run(asker(), &options, &out, &diags, &counts);
    FUZZ_CHECK(status == PC_OK && pc_output_flush(&out), "status %d", (int)status);
    streams_keep(NULL);
    FUZZ_CHECK(counts.lines == count, "%zu lines of %zu", counts.lines, count);
    FUZZ_CHECK(pc_str_eq(pc_buf_view(&streams.out), expected),
               "by %zu threads other answers:\n%.*sthan alone:\n%.*s", jobs,
               PC_STR_ARG(pc_buf_view(&streams.out)), PC_STR_ARG(expected));
    (void)close(fd);
    pc_buf_release(&out.text);
    streams_release(&streams);
}

void fuzz_one(struct pc_str input)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf alone = {0};
    if (input.len > LONGEST) {
        return;
    }
    size_t count = answer_each(input, &alone);
    FUZZ_CHECK(pc_buf_status(&alone) == PC_OK, "no memory");
    check_batch(input, 1, count, pc_buf_view(&alone));
    if (count >= 128) {
        check_batch(input, 3, count, pc_buf_view(&alone));
    }
}
