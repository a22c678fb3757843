// SPDX-License-Identifier: Apache-2.0
//
// Calls of the target `api` that open engines and scratches, replace the store, and look at it.
#include "api_play.h"

#include <inttypes.h>
#include <string.h>

#include "fuzz.h"

static void on_store(void *context, const struct polcheck_store_event *event)
{
    (void)context;
    bool fine = event->change == POLCHECK_STORE_RELOADED;
    FUZZ_CHECK(event->size >= sizeof(*event), "size %zu", event->size);
    FUZZ_CHECK(fine == (event->status == POLCHECK_OK) && play_is_status(event->status),
               "change %d with %s", (int)event->change, polcheck_status_name(event->status));
    FUZZ_CHECK((event->change == POLCHECK_STORE_LOST) == (event->snapshot == 0),
               "change %d with snapshot %" PRIu64, (int)event->change, event->snapshot);
    FUZZ_CHECK(fine || event->message.len > 0, "no message");
}

static void on_decision(void *context, const struct polcheck_decision_event *event)
{
    struct engine *engine = context;
    play_check_verdict(event->verdict);
    engine->told = event->verdict;
    FUZZ_CHECK((event->answer != NULL) == (event->verdict.status == POLCHECK_OK),
               "%s, and reasons: %d", polcheck_status_name(event->verdict.status),
               event->answer != NULL);
    FUZZ_CHECK((event->verdict.status == POLCHECK_OK) == (event->message.len == 0), "message");
}

// "engine I FLAGS RELOAD INTERVAL WHERE": the last one 0: the path, else a wrong one.
static void call_engine(struct play *play, struct pc_str words)
{
    static const char *const wrong[] = {NULL, "", "/dev/null", "/proc/self/nothing"};
    struct engine *engine = &play->engines[play_number(&words, EACH)];
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    struct polcheck_engine *const before = (struct polcheck_engine *)(void *)&options;
    struct polcheck_engine *made = before;
    play_close_engine(play, engine);
    options.flags = (unsigned)play_number(&words, 16);
    options.reload = (enum polcheck_reload)play_number(&words, 4);
    options.interval_ms = (unsigned)play_number(&words, 0);
    size_t where = play_number(&words, 5);
    options.store = where == 0 ? world_path() : wrong[where - 1];
    options.on_store = on_store;
    bool tells = (options.flags & 8) != 0;
    bool logs = !tells && play->logger != NULL;
    options.on_decision = tells ? on_decision : logs ? polcheck_logger_log : NULL;
    options.decision_context = logs ? (void *)play->logger : engine;
    options.flags &= 7;
    enum polcheck_status status = polcheck_engine_open(&options, &made);
    bool wrong_number = options.reload > POLCHECK_RELOAD_MANUAL || options.interval_ms > 60000;
    bool fine = where == 0 && play_can_open(play->live);
    bool waits = (options.flags & POLCHECK_WAIT_FOR_STORE) != 0;
    bool open_question = (where == 2 && waits) || (where == 0 && play->live == WORLD_DAMAGED);
    bool opens = (fine || waits) && !wrong_number && where != 1;
    FUZZ_CHECK((status == POLCHECK_OK) == (made != before), "%s, and a handle: %d",
               polcheck_status_name(status), made != before);
    FUZZ_CHECK(!wrong_number || status == POLCHECK_ERR_USAGE, "%s", polcheck_status_name(status));
    FUZZ_CHECK(open_question || (status == POLCHECK_OK) == opens, "%s, store %d, way %zu",
               polcheck_status_name(status), (int)play->live, where);
    if (status == POLCHECK_OK) {
        *engine = (struct engine){.handle = made,
                                  .flags = options.flags,
                                  .reload = options.reload,
                                  .tells = tells,
                                  .logs = logs,
                                  .placed = play->placed,
                                  .seen = where == 0 ? 1U << play->live : 0};
    }
}

static void call_close(struct play *play, struct pc_str words)
{
    play_close_engine(play, &play->engines[play_number(&words, EACH)]);
}

// "size I N LAST": options of another size, with a last byte that may be one.
static void call_size(struct play *play, struct pc_str words)
{
    char room[512] = {0};
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    struct engine *engine = &play->engines[play_number(&words, EACH)];
    struct polcheck_engine *made = NULL;
    play_close_engine(play, engine);
    options.store = world_path();
    options.reload = POLCHECK_RELOAD_MANUAL;
    options.size = play_number(&words, sizeof(room) + 1);
    memcpy(room, &options, sizeof(options));
    bool grown = options.size > sizeof(options);
    bool cut = options.size % sizeof(void *) != 0;
    bool more = play_number(&words, 2) == 1 && grown;
    room[grown ? options.size - 1 : sizeof(room) - 1] = (char)more;
    enum polcheck_status status =
        polcheck_engine_open((const struct polcheck_options *)(const void *)room, &made);
    FUZZ_CHECK(!more || status == POLCHECK_ERR_USAGE, "what it cannot know: %s",
               polcheck_status_name(status));
    FUZZ_CHECK(!cut || status == POLCHECK_ERR_USAGE, "a pointer is cut in two");
    FUZZ_CHECK(!grown || more || cut || status != POLCHECK_ERR_USAGE, "zeros are refused");
    FUZZ_CHECK((status == POLCHECK_OK) == (made != NULL), "%s", polcheck_status_name(status));
    if (status == POLCHECK_OK) {
        *engine = (struct engine){.handle = made,
                                  .reload = POLCHECK_RELOAD_MANUAL,
                                  .placed = play->placed,
                                  .seen = 1U << play->live};
    }
}

// "live STORE": what lies at the path from now on.
static void call_live(struct play *play, struct pc_str words)
{
    play->live = (enum world_store)play_number(&words, WORLD_STORES);
    world_place(play->live);
    play->placed++;
    for (size_t i = 0; i < EACH; i++) {
        if (play->engines[i].seen != 0 && play->engines[i].reload != POLCHECK_RELOAD_MANUAL) {
            play->engines[i].seen |= 1U << play->live;
        }
    }
}

// What a look at the store found: after a good one nothing older is answered from, where nobody but
// such looks does it.
static void note_look(const struct play *play, struct engine *engine, bool whole)
{
    unsigned now = 1U << play->live;
    engine->seen = whole && engine->reload == POLCHECK_RELOAD_MANUAL ? now : engine->seen | now;
    engine->placed = whole ? play->placed : engine->placed;
}

static void call_reload(struct play *play, struct pc_str words)
{
    struct engine *engine = &play->engines[play_number(&words, EACH)];
    enum polcheck_status status = polcheck_engine_reload(engine->handle);
    FUZZ_CHECK(engine->handle != NULL || status == POLCHECK_ERR_USAGE, "of none: %s",
               polcheck_status_name(status));
    FUZZ_CHECK(status != POLCHECK_OK || engine->seen == 0 || play_can_open(play->live) ||
                   play->live == WORLD_DAMAGED,
               "a reload of store %d", (int)play->live);
    if (engine->handle != NULL && engine->seen != 0) {
        note_look(play, engine, status == POLCHECK_OK);
    }
}

static void call_poll(struct play *play, struct pc_str words)
{
    struct engine *engine = &play->engines[play_number(&words, EACH)];
    bool more = polcheck_engine_poll(engine->handle, (unsigned)play_number(&words, 0));
    FUZZ_CHECK(engine->handle != NULL || !more, "of none there is more");
    if (engine->handle != NULL && engine->seen != 0) {
        note_look(play, engine, false);
    }
}

static void call_status(struct play *play, struct pc_str words)
{
    struct engine *engine = &play->engines[play_number(&words, EACH)];
    enum polcheck_status status = polcheck_engine_status(engine->handle);
    uint64_t snapshot = polcheck_engine_snapshot(engine->handle);
    FUZZ_CHECK(play_is_status(status), "status %d", (int)status);
    FUZZ_CHECK(engine->handle != NULL || (status == POLCHECK_ERR_USAGE && snapshot == 0),
               "of none: %s", polcheck_status_name(status));
    FUZZ_CHECK(engine->reload != POLCHECK_RELOAD_MANUAL ||
                   (status == POLCHECK_OK) == (snapshot != 0),
               "%s, snapshot %" PRIu64, polcheck_status_name(status), snapshot);
}

// Scratches ---------------------------------------------------------------------------------------

static void call_scratch(struct play *play, struct pc_str words)
{
    struct scratch *scratch = &play->scratches[play_number(&words, EACH)];
    struct engine *engine = &play->engines[play_number(&words, EACH)];
    struct polcheck_scratch *made = scratch->handle;
    polcheck_scratch_free(scratch->handle);
    *scratch = (struct scratch){0};
    made = NULL;
    enum polcheck_status status = polcheck_scratch_new(engine->handle, &made);
    FUZZ_CHECK(status == (engine->handle == NULL ? POLCHECK_ERR_USAGE : POLCHECK_OK), "%s",
               polcheck_status_name(status));
    FUZZ_CHECK((status == POLCHECK_OK) == (made != NULL), "%s", polcheck_status_name(status));
    if (made != NULL) {
        *scratch = (struct scratch){.handle = made, .engine = engine};
    }
}

static void call_renew(struct play *play, struct pc_str words)
{
    struct scratch *scratch = &play->scratches[play_number(&words, EACH)];
    enum polcheck_status status = polcheck_scratch_renew(scratch->handle);
    FUZZ_CHECK(play_is_status(status) && (scratch->handle != NULL || status == POLCHECK_ERR_USAGE),
               "%s", polcheck_status_name(status));
    scratch->answered = false;
}

const struct play_call api_engine_calls[] = {
    {"engine", call_engine}, {"close", call_close},
    {"size", call_size},     {"live", call_live},
    {"reload", call_reload}, {"poll", call_poll},
    {"status", call_status}, {"scratch", call_scratch},
    {"renew", call_renew},   {NULL, NULL},
};
