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

// Stores ------------------------------------------------------------------------------------------

// The engine may have taken what lies at the path.
static void note_possible(struct play *play, struct engine *engine)
{
    unsigned serial = world_serial(play->live);
    if (!play_may_use(play, engine, play->live)) {
        return;
    }
    engine->seen |= 1U << play->live;
    if (engine->trust == TRUST_SEEN && serial > play->may_be_noted) {
        play->may_be_noted = serial;
    }
}

// The engine has taken it: nothing older is answered from any more, where keys are trusted or
// nobody but such looks does it.
static void note_certain(struct play *play, struct engine *engine)
{
    unsigned now = 1U << play->live;
    note_possible(play, engine);
    engine->placed = play->placed;
    if (engine->reload == POLCHECK_RELOAD_MANUAL || engine->trust != TRUST_NONE) {
        engine->seen = now;
    }
    if (engine->trust != TRUST_NONE) {
        engine->serial = world_serial(play->live);
    }
    if (engine->trust == TRUST_SEEN) {
        play->noted = engine->serial;
    }
}

// Engines ----------------------------------------------------------------------------------------

static void set_trust(struct polcheck_options *options, enum trust trust)
{
    bool keys = trust == TRUST_KEYS || trust == TRUST_SEEN;
    bool seen = trust == TRUST_SEEN || trust == TRUST_SEEN_ALONE;
    options->trusted_keys = keys ? world_keys() : trust == TRUST_NO_KEYS ? world_log() : NULL;
    options->seen = seen ? world_seen() : NULL;
}

static void set_listeners(struct polcheck_options *options, const struct play *play,
                          struct engine *engine)
{
    engine->logs = !engine->tells && play->logger != NULL;
    options->on_store = on_store;
    options->on_decision = engine->tells ? on_decision : engine->logs ? polcheck_logger_log : NULL;
    options->decision_context = engine->logs ? (void *)play->logger : engine;
}

// "engine I FLAGS RELOAD INTERVAL WHERE TRUST": WHERE is 0: the path, else a wrong one.
static void call_engine(struct play *play, struct pc_str words)
{
    static const char *const wrong[] = {NULL, "", "/dev/null", "/proc/self/nothing"};
    struct engine *engine = &play->engines[play_number(&words, EACH)];
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    struct polcheck_engine *const before = (struct polcheck_engine *)(void *)&options;
    struct polcheck_engine *made = before;
    play_close_engine(play, engine);
    unsigned flags = (unsigned)play_number(&words, 16);
    options.flags = flags & 7;
    options.reload = (enum polcheck_reload)play_number(&words, 4);
    options.interval_ms = (unsigned)play_number(&words, 0);
    size_t where = play_number(&words, 5);
    *engine = (struct engine){.flags = options.flags,
                              .reload = options.reload,
                              .trust = (enum trust)play_number(&words, TRUST_WAYS),
                              .watches = where == 0,
                              .tells = (flags & 8) != 0,
                              .placed = play->placed - 1};
    options.store = where == 0 ? world_path() : wrong[where - 1];
    set_trust(&options, engine->trust);
    set_listeners(&options, play, engine);
    enum polcheck_status status = polcheck_engine_open(&options, &made);
    bool wrong_number = options.reload > POLCHECK_RELOAD_MANUAL || options.interval_ms > 60000;
    bool unusable = wrong_number || where == 1 || engine->trust == TRUST_SEEN_ALONE;
    bool may = where == 0 && play_may_use(play, engine, play->live);
    bool fine = where == 0 && play_can_use(play, engine, play->live);
    bool waits = (options.flags & POLCHECK_WAIT_FOR_STORE) != 0;
    bool open_question = (where == 2 && waits) || (may && !fine);
    FUZZ_CHECK((status == POLCHECK_OK) == (made != before), "%s, and a handle: %d",
               polcheck_status_name(status), made != before);
    FUZZ_CHECK(!wrong_number || status == POLCHECK_ERR_USAGE, "%s", polcheck_status_name(status));
    FUZZ_CHECK((open_question && !unusable) ||
                   (status == POLCHECK_OK) == ((fine || waits) && !unusable),
               "%s, store %d, way %zu, trust %d", polcheck_status_name(status), (int)play->live,
               where, (int)engine->trust);
    if (status != POLCHECK_OK) {
        *engine = (struct engine){0};
        return;
    }
    engine->handle = made;
    if (fine) {
        note_certain(play, engine);
    } else if (may) {
        note_possible(play, engine);
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
                                  .watches = true,
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
        struct engine *engine = &play->engines[i];
        if (engine->watches && engine->reload != POLCHECK_RELOAD_MANUAL) {
            note_possible(play, engine);
        }
    }
}

static void call_reload(struct play *play, struct pc_str words)
{
    struct engine *engine = &play->engines[play_number(&words, EACH)];
    enum polcheck_status status = polcheck_engine_reload(engine->handle);
    FUZZ_CHECK(engine->handle != NULL || status == POLCHECK_ERR_USAGE, "of none: %s",
               polcheck_status_name(status));
    FUZZ_CHECK(status != POLCHECK_OK || !engine->watches || play_may_use(play, engine, play->live),
               "a reload of store %d, trust %d", (int)play->live, (int)engine->trust);
    if (engine->watches && status == POLCHECK_OK) {
        note_certain(play, engine);
    } else if (engine->watches) {
        note_possible(play, engine);
    }
}

static void call_poll(struct play *play, struct pc_str words)
{
    struct engine *engine = &play->engines[play_number(&words, EACH)];
    bool more = polcheck_engine_poll(engine->handle, (unsigned)play_number(&words, 0));
    FUZZ_CHECK(engine->handle != NULL || !more, "of none there is more");
    if (engine->watches) {
        note_possible(play, engine);
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
