// SPDX-License-Identifier: Apache-2.0
//
// Calls of the target `api` about the log of decisions.
#include "api_play.h"

#include <unistd.h>

#include "fuzz.h"
#include "stage.h"
#include "json/reader.h"

// Each line is JSON, whatever was asked, and tells of a decision or of some that were dropped.
static void check_line(struct pc_str line)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena;
    const struct pc_json_source from = {.file = PC_STR("log"), .text = line};
    const struct pc_json *json;
    struct pc_diags diags;
    pc_arena_init(&arena);
    pc_diags_init(&diags, &arena);
    FUZZ_CHECK(pc_json_parse(&arena, &from, &diags, &json) == PC_OK, "no JSON: %.*s",
               PC_STR_ARG(line));
    const struct pc_json *decision = pc_json_get(json, PC_STR("decision"));
    const struct pc_json *status = pc_json_get(json, PC_STR("status"));
    FUZZ_CHECK(pc_json_get(json, PC_STR("time")) != NULL &&
                   (decision != NULL) != (pc_json_get(json, PC_STR("dropped")) != NULL),
               "neither, or both: %.*s", PC_STR_ARG(line));
    FUZZ_CHECK(status == NULL || decision == NULL ||
                   pc_str_eq(decision->text, PC_STR("implicitDeny")),
               "a failure that is no deny: %.*s", PC_STR_ARG(line));
}

void play_close_log(struct play *play)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf log = {0};
    for (size_t i = 0; i < EACH; i++) {
        if (play->engines[i].logs) {
            play_close_engine(play, &play->engines[i]);
        }
    }
    polcheck_logger_close(play->logger);
    play->logger = NULL;
    if (access(world_log(), F_OK) != 0) {
        return;
    }
    stage_read(world_log(), &log);
    struct pc_str rest = pc_buf_view(&log);
    FUZZ_CHECK(rest.len == 0 || rest.ptr[rest.len - 1] == '\n', "a line without its end");
    while (rest.len > 0) {
        check_line(fuzz_line(&rest));
    }
}

// "logger FLAGS ENTRIES BYTES WHERE MASK": engines that are opened from now on tell it.
static void call_logger(struct play *play, struct pc_str words)
{
    static const size_t entries[] = {0, 1, 7, 64, 1048577};
    struct polcheck_logger_options options = POLCHECK_LOGGER_OPTIONS_INIT;
    struct polcheck_logger *made = NULL;
    play_close_log(play);
    options.flags = (unsigned)play_number(&words, 3);
    options.entries = entries[play_number(&words, sizeof(entries) / sizeof(entries[0]))];
    options.entry_bytes = play_number(&words, 70000);
    options.path = play_number(&words, 4) == 0 ? "/proc/nothing/there" : world_log();
    const struct polcheck_str masked = play_text(&words);
    options.masked = &masked;
    options.masked_count = masked.len > 0 ? 1 : 0;
    enum polcheck_status status = polcheck_logger_open(&options, &made);
    FUZZ_CHECK(play_is_status(status) && (status == POLCHECK_OK) == (made != NULL), "%s",
               polcheck_status_name(status));
    bool usage =
        options.flags > 1 || options.entries > 1048576 ||
        (options.entry_bytes != 0 && (options.entry_bytes < 512 || options.entry_bytes > 65536));
    FUZZ_CHECK(!usage || status == POLCHECK_ERR_USAGE, "%s", polcheck_status_name(status));
    play->logger = made;
}

// "log R STATUS PRINCIPAL|ACTION|RESOURCE": a failure, as an engine tells it.
static void call_log(struct play *play, struct pc_str words)
{
    struct polcheck_decision_event event = {.size = sizeof(event)};
    event.request = play_request(play, &words);
    event.verdict.status = (enum polcheck_status)(1 + play_number(&words, 30));
    event.principal = play_text(&words);
    event.action = play_text(&words);
    event.resource = play_text(&words);
    event.message = POLCHECK_STR("why");
    if (play->logger != NULL) {
        polcheck_logger_log(play->logger, &event);
    }
}

static void call_flush(struct play *play, struct pc_str words)
{
    if (play_number(&words, 2) == 1) {
        polcheck_logger_reopen(play->logger);
    }
    bool done = polcheck_logger_flush(play->logger, 1000);
    FUZZ_CHECK(done || play->logger == NULL, "a second is not enough");
    (void)polcheck_logger_dropped(play->logger);
}

const struct play_call api_log_calls[] = {
    {"logger", call_logger},
    {"log", call_log},
    {"flush", call_flush},
    {NULL, NULL},
};
