// SPDX-License-Identifier: Apache-2.0
//
// What a server does with libpolcheck, in actions that memory_api.c runs with a fault each.
#include "memory_api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    WAIT_MS = 5000, // that a change of the store may take at most to be seen
    LOGGED = 8,     // decisions
};

static void sleep_ms(long milliseconds)
{
    const struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    (void)nanosleep(&time, NULL);
}

static struct polcheck_options options_of(const struct memory_world *world,
                                          enum polcheck_reload reload)
{
    struct polcheck_options options = memory_options(world, reload);
    options.interval_ms = 1;
    return options;
}

// Opening, asking, closing
// --------------------------------------------------------------------------

static void open_and_ask(struct memory_world *world)
{
    struct polcheck_options options = options_of(world, POLCHECK_RELOAD_MANUAL);
    struct polcheck_engine *engine = NULL;
    struct polcheck_scratch *scratch = NULL;
    struct polcheck_request *request = NULL;
    memory_fail(world);
    if (memory_is_ok(world, "polcheck_engine_open", polcheck_engine_open(&options, &engine)) &&
        memory_is_ok(world, "polcheck_scratch_new", polcheck_scratch_new(engine, &scratch)) &&
        memory_is_ok(world, "polcheck_request_new", polcheck_request_new(&request))) {
        memory_ask_all(world, scratch, request);
    }
    polcheck_request_free(request);
    polcheck_scratch_free(scratch);
    polcheck_engine_close(engine);
    memory_suffices(world);
}

const struct memory_action memory_open = {"open", open_and_ask, false};

static void count_observation(void *context, const struct polcheck_observation *observation)
{
    size_t *counts = context;
    counts[observation->obstacle == POLCHECK_OBSTACLE_NONE ? 1 : 0]++;
}

// With handles that are used again and again. Every statement of the role is shown.
static void ask_and_explain(struct memory_world *world)
{
    size_t counts[2] = {0, 0};
    struct polcheck_observer observer = POLCHECK_OBSERVER_INIT;
    observer.context = counts;
    observer.statement = count_observation;
    memory_fail(world);
    memory_ask_all(world, world->scratch, world->request);
    memory_pose(world, world->request, 2);
    struct polcheck_verdict verdict = polcheck_ask(world->scratch, world->request);
    if (memory_is_ok(world, "polcheck_ask", verdict.status) &&
        memory_is_ok(world, "polcheck_explain", polcheck_explain(world->scratch, &observer)) &&
        (counts[0] != 2 || counts[1] != 1)) {
        memory_complain(world, "%zu statements match and %zu do not", counts[1], counts[0]);
    }
    memory_suffices(world);
}

const struct memory_action memory_ask = {"ask", ask_and_explain, false};

// A policy that is refused stays refused: it is not told as one that is fine, nor the other way
// round.
static void compile_policy(struct memory_world *world)
{
    const struct polcheck_document good = {
        POLCHECK_STR("good"),
        POLCHECK_STR(
            "{\"Version\":\"2012-10-17\",\"Statement\":{\"Sid\":\"Two\",\"Effect\":\"Allow\","
            "\"Action\":\"s3:Get*\",\"Resource\":\"*\",\"Condition\":{\"StringLike\":"
            "{\"aws:PrincipalTag/team\":\"p*\"}}}}")};
    const struct polcheck_document bad = {
        POLCHECK_STR("bad"),
        POLCHECK_STR("{\"Statement\":{\"Effect\":\"Allow\",\"Resource\":\"*\"}}")};
    char text[512];
    const struct polcheck_room why = {text, sizeof(text)};
    struct polcheck_policy *policy = NULL;
    memory_fail(world);
    (void)memory_is_ok(world, "polcheck_policy_compile",
                       polcheck_policy_compile(POLCHECK_SESSION, &good, 1, &why, &policy));
    polcheck_policy_free(policy);
    policy = NULL;
    enum polcheck_status status = polcheck_policy_compile(POLCHECK_SESSION, &bad, 1, &why, &policy);
    memory_suffices(world);
    polcheck_policy_free(policy);
    if (status != POLCHECK_ERR_POLICY && (world->whole || status != POLCHECK_ERR_NOMEM)) {
        memory_complain(world, "a policy to be refused: %s", polcheck_status_text(status));
    }
}

const struct memory_action memory_policy = {"policy", compile_policy, false};

// A store that changes
// ------------------------------------------------------------------------------

// An engine on the state before a compile, and its scratch.
struct server {
    struct polcheck_engine *engine;
    struct polcheck_scratch *scratch;
};

static bool begin(struct memory_world *world, enum polcheck_reload reload, struct server *server)
{
    struct polcheck_options options = options_of(world, reload);
    *server = (struct server){NULL, NULL};
    if (polcheck_engine_open(&options, &server->engine) != POLCHECK_OK ||
        polcheck_scratch_new(server->engine, &server->scratch) != POLCHECK_OK) {
        memory_complain(world, "an engine cannot be opened");
        return false;
    }
    memory_compile(world);
    return true;
}

// Behind the fault: the engine goes on, and has the new state as soon as it looks.
static void end(struct memory_world *world, struct server *server)
{
    if (server->scratch != NULL) {
        bool whole = world->whole;
        world->whole = true;
        (void)memory_is_ok(world, "polcheck_engine_reload, afterwards",
                           polcheck_engine_reload(server->engine));
        memory_ask_all(world, server->scratch, world->request);
        if (polcheck_engine_snapshot(server->engine) != world->compiled) {
            memory_complain(world, "the new state is not seen");
        }
        world->whole = whole;
    }
    polcheck_scratch_free(server->scratch);
    polcheck_engine_close(server->engine);
}

static void reload_and_ask(struct memory_world *world)
{
    struct server server;
    if (begin(world, POLCHECK_RELOAD_MANUAL, &server)) {
        memory_fail(world);
        (void)memory_is_ok(world, "polcheck_engine_reload", polcheck_engine_reload(server.engine));
        memory_ask_all(world, server.scratch, world->request);
        memory_suffices(world);
    }
    end(world, &server);
}

const struct memory_action memory_reload = {"reload", reload_and_ask, false};

static void poll_and_ask(struct memory_world *world)
{
    struct server server;
    if (begin(world, POLCHECK_RELOAD_MANUAL, &server)) {
        memory_fail(world);
        for (size_t i = 0; i < 1000 && polcheck_engine_poll(server.engine, 1); i++) {
        }
        memory_ask_all(world, server.scratch, world->request);
        memory_suffices(world);
    }
    end(world, &server);
}

const struct memory_action memory_poll = {"poll", poll_and_ask, false};

static void ask_at_once(struct memory_world *world)
{
    struct server server;
    if (begin(world, POLCHECK_RELOAD_NEXT_CALL, &server)) {
        memory_fail(world);
        memory_ask_all(world, server.scratch, world->request);
        memory_suffices(world);
    }
    end(world, &server);
}

const struct memory_action memory_next = {"reload at the next call", ask_at_once, false};

// The engine's thread meets the fault; when memory suffices again it sees the new state by itself.
static void wait_for_thread(struct memory_world *world)
{
    struct server server;
    struct polcheck_options options = options_of(world, POLCHECK_RELOAD_BACKGROUND);
    struct polcheck_engine *none = NULL;
    if (begin(world, POLCHECK_RELOAD_BACKGROUND, &server)) {
        memory_compile(world);
        memory_fail(world);
        enum polcheck_status status = polcheck_engine_open(&options, &none);
        sleep_ms(8);
        memory_ask_all(world, server.scratch, world->request);
        memory_suffices(world);
        polcheck_engine_close(none);
        if (status != POLCHECK_ERR_INTERNAL || world->whole) { // which says: no thread
            (void)memory_is_ok(world, "polcheck_engine_open", status);
        }
        for (int i = 0; i < WAIT_MS && polcheck_engine_snapshot(server.engine) != world->compiled;
             i++) {
            sleep_ms(1);
        }
        if (polcheck_engine_snapshot(server.engine) != world->compiled) {
            memory_complain(world, "the thread does not see the new state");
        }
    }
    end(world, &server);
}

const struct memory_action memory_wait = {"reload by a thread", wait_for_thread, false};

// Logging
// -------------------------------------------------------------------------------------------

// Lines of the log, each of which must be whole.
static size_t count_lines(struct memory_world *world)
{
    char line[8192];
    size_t count = 0;
    FILE *file = fopen(world->log, "r");
    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        size_t length = strlen(line);
        count++;
        if (line[0] != '{' || length < 3 || strcmp(line + length - 2, "}\n") != 0) {
            memory_complain(world, "the log has half a line: %s", line);
        }
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return count;
}

static void log_decisions(struct memory_world *world)
{
    struct polcheck_logger_options how = POLCHECK_LOGGER_OPTIONS_INIT;
    struct polcheck_options options = options_of(world, POLCHECK_RELOAD_MANUAL);
    struct polcheck_logger *logger = NULL;
    struct server server = {NULL, NULL};
    const struct polcheck_str masked[] = {POLCHECK_STR("aws:SourceIp")};
    uint64_t dropped = 0;
    how.path = world->log;
    how.masked = masked;
    how.masked_count = 1;
    (void)unlink(world->log);
    memory_fail(world);
    enum polcheck_status status = polcheck_logger_open(&how, &logger);
    options.on_decision = polcheck_logger_log;
    options.decision_context = logger;
    size_t logged = 0;
    if (status == POLCHECK_OK && polcheck_engine_open(&options, &server.engine) == POLCHECK_OK &&
        polcheck_scratch_new(server.engine, &server.scratch) == POLCHECK_OK) {
        for (size_t i = 0; i < LOGGED; i++, logged++) {
            memory_pose(world, world->request, i % MEMORY_QUESTIONS);
            struct polcheck_verdict verdict = polcheck_ask(server.scratch, world->request);
            (void)memory_is_ok(world, "polcheck_ask", verdict.status);
        }
        (void)polcheck_logger_flush(logger, WAIT_MS);
        dropped = polcheck_logger_dropped(logger);
    }
    memory_suffices(world);
    polcheck_scratch_free(server.scratch);
    polcheck_engine_close(server.engine);
    polcheck_logger_close(logger);
    if (status != POLCHECK_ERR_INTERNAL || world->whole) { // which says: no thread
        (void)memory_is_ok(world, "polcheck_logger_open", status);
    }
    if (count_lines(world) < logged - dropped || (world->whole && logged != LOGGED)) {
        memory_complain(world, "%zu decisions, %llu dropped, not all are logged", logged,
                        (unsigned long long)dropped);
    }
}

const struct memory_action memory_logging = {"logger", log_decisions, false};

// Secrets
// -------------------------------------------------------------------------------------------

static void judge_release(struct memory_world *world, struct polcheck_verdict verdict,
                          const struct polcheck_environment *environment)
{
    size_t count = polcheck_environment_count(environment);
    if (!polcheck_is_allowed(verdict)) {
        bool told = verdict.status == POLCHECK_ERR_NOMEM || verdict.status == POLCHECK_ERR_LIMIT;
        if (count != 0 || !told || world->whole) {
            memory_complain(world, "not released: %s, %zu variables",
                            polcheck_status_text(verdict.status), count);
        }
        return;
    }
    struct polcheck_str value = polcheck_environment_value(environment, 0);
    if (count != 1 || value.len != 6 || memcmp(value.ptr, "s3cr3t", 6) != 0) {
        memory_complain(world, "another value was released");
    }
}

// LIMIT says that memory cannot be locked.
static bool is_opened(struct memory_world *world, const char *call, enum polcheck_status status)
{
    return (status != POLCHECK_ERR_LIMIT || world->whole) && memory_is_ok(world, call, status);
}

// With the world's scratch.
static void release(struct memory_world *world)
{
    struct polcheck_secrets_options options = POLCHECK_SECRETS_OPTIONS_INIT;
    struct polcheck_secrets *secrets = NULL;
    struct polcheck_environment *environment = NULL;
    struct polcheck_release order = POLCHECK_RELEASE_INIT;
    options.vault = world->vault;
    options.root_key_file = world->key;
    order.function = POLCHECK_STR("arn:aws:lambda:eu-west-1:111122223333:function:thumbs");
    if (is_opened(world, "polcheck_secrets_open", polcheck_secrets_open(&options, &secrets)) &&
        is_opened(world, "polcheck_environment_new", polcheck_environment_new(&environment))) {
        struct polcheck_verdict verdict =
            polcheck_secrets_release(secrets, world->scratch, &order, environment);
        judge_release(world, verdict, environment);
    }
    polcheck_environment_free(environment);
    polcheck_secrets_close(secrets);
}

static void release_alone(struct memory_world *world)
{
    memory_fail(world);
    release(world);
    memory_suffices(world);
}

const struct memory_action memory_release = {"release", release_alone, false};

// The first calls ever
// --------------------------------------------------------------------------------

static void call_first(struct memory_world *world)
{
    memory_fail(world);
    if (memory_handles_make(world)) {
        memory_ask_all(world, world->scratch, world->request);
        release(world);
    }
    memory_suffices(world);
    memory_handles_release(world);
}

const struct memory_action memory_first = {"the first calls of a process", call_first, true};
