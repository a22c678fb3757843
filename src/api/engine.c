// SPDX-License-Identifier: Apache-2.0
//
// Opening and closing an engine, and asking it how it is.
#include "engine.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "status.h"
#include "tagged.h"

enum {
    INTERVAL_MS = 25,
    LONGEST_MS = 60000,
};

static const unsigned known_flags =
    POLCHECK_WAIT_FOR_STORE | POLCHECK_WIDE_STARS | POLCHECK_NO_ACCOUNT_LINK;

static bool is_path(const char *path)
{
    return path != NULL && path[0] != '\0';
}

// Who names what was seen, or an empty path, and no keys, would believe itself guarded.
static bool trust_is_sound(const struct polcheck_options *options)
{
    if (options->trusted_keys == NULL) {
        return options->seen == NULL;
    }
    return is_path(options->trusted_keys) && (options->seen == NULL || is_path(options->seen));
}

static bool options_are_sound(const struct polcheck_options *options)
{
    bool reload = options->reload == POLCHECK_RELOAD_BACKGROUND ||
                  options->reload == POLCHECK_RELOAD_NEXT_CALL ||
                  options->reload == POLCHECK_RELOAD_MANUAL;
    return is_path(options->store) && trust_is_sound(options) &&
           (options->flags & ~known_flags) == 0 && reload && options->interval_ms <= LONGEST_MS;
}

static bool make_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0) {
        return false;
    }
    bool made = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
                pthread_cond_init(condition, &attributes) == 0;
    (void)pthread_condattr_destroy(&attributes);
    return made;
}

// Mutexes and conditions of the C library here need no memory of their own, so that nothing is lost
// when the second one cannot be made.
static bool make_locks(struct polcheck_engine *engine)
{
    return pthread_mutex_init(&engine->mutex, NULL) == 0 &&
           pthread_mutex_init(&engine->look_mutex, NULL) == 0 && make_condition(&engine->wake);
}

static void free_memory(struct polcheck_engine *engine)
{
    free((void *)(uintptr_t)engine->options.store);
    free((void *)(uintptr_t)engine->options.trusted_keys);
    free((void *)(uintptr_t)engine->options.seen);
    free(engine);
}

static bool copy_path(const char *path, const char **out)
{
    *out = path == NULL ? NULL : strdup(path);
    return (*out == NULL) == (path == NULL);
}

// Each is a copy or NULL, also on a failure.
static bool copy_paths(const struct polcheck_options *from, struct polcheck_options *to)
{
    bool store = copy_path(from->store, &to->store);
    bool keys = copy_path(from->trusted_keys, &to->trusted_keys);
    bool seen = copy_path(from->seen, &to->seen);
    return store && keys && seen;
}

static enum polcheck_status make(const struct polcheck_options *options,
                                 struct polcheck_engine **out)
{
    struct polcheck_engine *engine = pc_forks_watch() == PC_OK ? calloc(1, sizeof(*engine)) : NULL;
    if (engine == NULL) {
        return POLCHECK_ERR_NOMEM;
    }
    engine->options = *options;
    bool copied = copy_paths(options, &engine->options);
    if (options->interval_ms == 0) {
        engine->options.interval_ms = INTERVAL_MS;
    }
    if (!copied || !make_locks(engine)) {
        free_memory(engine);
        return POLCHECK_ERR_NOMEM;
    }
    engine->lookout.keyring.store = engine->options.store;
    engine->lookout.keyring.path = engine->options.trusted_keys;
    engine->lookout.keyring.seen_path = engine->options.seen;
    atomic_init(&engine->number, 1);
    atomic_init(&engine->status, (int)POLCHECK_ERR_NO_STORE);
    engine->forks = pc_forks();
    *out = engine;
    return POLCHECK_OK;
}

static enum polcheck_status start(struct polcheck_engine *engine)
{
    enum polcheck_status found = pc_engine_look(engine, (struct pc_look){false, PC_LOOK_WHOLE});
    bool wait = (engine->options.flags & POLCHECK_WAIT_FOR_STORE) != 0;
    if (found != POLCHECK_OK && !wait) {
        return found;
    }
    return engine->options.reload == POLCHECK_RELOAD_BACKGROUND ? pc_watch_start(engine)
                                                                : POLCHECK_OK;
}

enum polcheck_status polcheck_engine_open(const struct polcheck_options *options,
                                          struct polcheck_engine **out)
{
    struct polcheck_options known;
    if (options == NULL || out == NULL || !pc_tagged_read(&known, sizeof(known), options) ||
        !options_are_sound(&known)) {
        return POLCHECK_ERR_USAGE;
    }
    struct polcheck_engine *engine;
    enum polcheck_status status = make(&known, &engine);
    if (status != POLCHECK_OK) {
        return status;
    }
    status = start(engine);
    if (status != POLCHECK_OK) {
        polcheck_engine_close(engine);
        return status;
    }
    *out = engine;
    return POLCHECK_OK;
}

void polcheck_engine_close(struct polcheck_engine *engine)
{
    if (engine == NULL) {
        return;
    }
    if (pc_engine_is_forked(engine)) {
        free_memory(engine); // thread, locks and store are the parent's
        return;
    }
    pc_watch_stop(engine);
    pc_candidate_drop(&engine->lookout.candidate);
    pc_keyring_forget(&engine->lookout.keyring);
    pc_edition_release(engine->edition, &engine->mutex);
    pc_arena_release(&engine->lookout.arena);
    (void)pthread_cond_destroy(&engine->wake);
    (void)pthread_mutex_destroy(&engine->look_mutex);
    (void)pthread_mutex_destroy(&engine->mutex);
    free_memory(engine);
}

enum polcheck_status polcheck_engine_status(const struct polcheck_engine *engine)
{
    if (engine == NULL) {
        return POLCHECK_ERR_USAGE;
    }
    return pc_engine_is_forked(engine) ? POLCHECK_ERR_FORKED
                                       : (enum polcheck_status)atomic_load(&engine->status);
}

uint64_t polcheck_engine_snapshot(const struct polcheck_engine *engine)
{
    return engine == NULL || pc_engine_is_forked(engine) ? 0 : atomic_load(&engine->generation);
}

enum polcheck_status polcheck_engine_reload(struct polcheck_engine *engine)
{
    if (engine == NULL) {
        return POLCHECK_ERR_USAGE;
    }
    return pc_engine_is_forked(engine)
               ? POLCHECK_ERR_FORKED
               : pc_engine_look(engine, (struct pc_look){false, PC_LOOK_WHOLE});
}

bool polcheck_engine_poll(struct polcheck_engine *engine, unsigned budget_us)
{
    if (engine == NULL || pc_engine_is_forked(engine)) {
        return false;
    }
    // What the look says is told by on_store, and is the status of the engine.
    (void)pc_engine_look(engine, (struct pc_look){true, (uint64_t)budget_us * 1000});
    pthread_mutex_lock(&engine->look_mutex);
    bool more = engine->lookout.candidate.store != NULL;
    pthread_mutex_unlock(&engine->look_mutex);
    return more;
}
