// SPDX-License-Identifier: Apache-2.0
//
// Calls of libpolcheck in any order, with any numbers and texts, as far as its header defines them,
// on a store that is replaced, damaged and taken away. An answer is what an engine of its own says
// of one of the stores that the asking engine can have seen; whatever else happens is a deny with a
// status, changes nothing that was to be filled, and leaves neither memory nor files behind.
//
// Input: a line is a call, words and numbers (modulo what there is) behind its name, texts at its
// end. Two engines, scratches, requests and policies each; see the table `calls`.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api_nulls.h"
#include "api_world.h"
#include "fuzz.h"
#include "stage.h"
#include "json/reader.h"

enum {
    EACH = 2, // engines, scratches, requests, policies
    MOST_CALLS = 64,
    LOOKS = 3, // texts and statements that are looked at beyond the last one
};

struct engine {
    struct polcheck_engine *handle;
    unsigned flags;
    enum polcheck_reload reload;
    unsigned seen;   // stores that it may answer from: a bit each
    unsigned placed; // how often the path had got another store when it looked last
    bool tells, logs;
    struct polcheck_verdict told; // by on_decision
};

struct scratch {
    struct polcheck_scratch *handle;
    struct engine *engine;
    bool answered;                        // the last question
    const struct polcheck_request *asked; // then
};

struct play {
    struct engine engines[EACH];
    struct scratch scratches[EACH];
    struct polcheck_request *requests[EACH];
    struct polcheck_policy *policies[EACH];
    struct polcheck_logger *logger;
    struct polcheck_secrets *secrets;
    struct polcheck_environment *environment;
    enum world_store live;
    unsigned placed;
};

static size_t number(struct pc_str *words, size_t below)
{
    size_t value = 0, at = 0;
    for (; at < words->len && pc_char_is_digit(words->ptr[at]); at++) {
        value = value * 10 + (size_t)(words->ptr[at] - '0');
    }
    *words = pc_str_slice(*words, at + 1, words->len);
    return below == 0 ? value : value % below;
}

// Up to the next bar.
static struct polcheck_str text(struct pc_str *words)
{
    size_t bar = pc_str_find(*words, '|', 0);
    struct pc_str part = pc_str_slice(*words, 0, bar);
    *words = bar == SIZE_MAX ? PC_STR("") : pc_str_slice(*words, bar + 1, words->len);
    return polcheck_bytes(part.ptr, part.len);
}

static bool is_status(enum polcheck_status status)
{
    return strcmp(polcheck_status_name(status), "unknown") != 0 &&
           strcmp(polcheck_status_text(status), "unknown status") != 0;
}

static void check_verdict(struct polcheck_verdict verdict)
{
    FUZZ_CHECK(is_status(verdict.status), "status %d", (int)verdict.status);
    FUZZ_CHECK(verdict.status != POLCHECK_ERR_INTERNAL && verdict.status != POLCHECK_ERR_FORKED,
               "status %s", polcheck_status_name(verdict.status));
    FUZZ_CHECK(verdict.status == POLCHECK_OK || verdict.decision == POLCHECK_IMPLICIT_DENY,
               "%s with %s", polcheck_decision_text(verdict.decision),
               polcheck_status_name(verdict.status));
    FUZZ_CHECK(polcheck_is_allowed(verdict) == (verdict.decision == POLCHECK_ALLOWED),
               "decision %x", (unsigned)verdict.decision);
}

// Engines -----------------------------------------------------------------------------------------

static void on_store(void *context, const struct polcheck_store_event *event)
{
    (void)context;
    bool fine = event->change == POLCHECK_STORE_RELOADED;
    FUZZ_CHECK(event->size >= sizeof(*event), "size %zu", event->size);
    FUZZ_CHECK(fine == (event->status == POLCHECK_OK) && is_status(event->status),
               "change %d with %s", (int)event->change, polcheck_status_name(event->status));
    FUZZ_CHECK((event->change == POLCHECK_STORE_LOST) == (event->snapshot == 0),
               "change %d with snapshot %" PRIu64, (int)event->change, event->snapshot);
    FUZZ_CHECK(fine || event->message.len > 0, "no message");
}

static void on_decision(void *context, const struct polcheck_decision_event *event)
{
    struct engine *engine = context;
    check_verdict(event->verdict);
    engine->told = event->verdict;
    FUZZ_CHECK((event->answer != NULL) == (event->verdict.status == POLCHECK_OK),
               "%s, and reasons: %d", polcheck_status_name(event->verdict.status),
               event->answer != NULL);
    FUZZ_CHECK((event->verdict.status == POLCHECK_OK) == (event->message.len == 0), "message");
}

static void close_engine(struct play *play, struct engine *engine)
{
    for (size_t i = 0; i < EACH; i++) {
        if (play->scratches[i].engine == engine) {
            polcheck_scratch_free(play->scratches[i].handle);
            play->scratches[i] = (struct scratch){0};
        }
    }
    polcheck_engine_close(engine->handle);
    *engine = (struct engine){0};
}

static bool can_open(enum world_store store)
{
    return store == WORLD_THUMBNAILS || store == WORLD_SHOP;
}

// "engine I FLAGS RELOAD INTERVAL WHERE": the last one 0: the path, else a wrong one.
static void call_engine(struct play *play, struct pc_str words)
{
    static const char *const wrong[] = {NULL, "", "/dev/null", "/proc/self/nothing"};
    struct engine *engine = &play->engines[number(&words, EACH)];
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    struct polcheck_engine *const before = (struct polcheck_engine *)(void *)&options;
    struct polcheck_engine *made = before;
    close_engine(play, engine);
    options.flags = (unsigned)number(&words, 16);
    options.reload = (enum polcheck_reload)number(&words, 4);
    options.interval_ms = (unsigned)number(&words, 0);
    size_t where = number(&words, 5);
    options.store = where == 0 ? world_path() : wrong[where - 1];
    options.on_store = on_store;
    bool tells = (options.flags & 8) != 0;
    bool logs = !tells && play->logger != NULL;
    options.on_decision = tells ? on_decision : logs ? polcheck_logger_log : NULL;
    options.decision_context = logs ? (void *)play->logger : engine;
    options.flags &= 7;
    enum polcheck_status status = polcheck_engine_open(&options, &made);
    bool wrong_number = options.reload > POLCHECK_RELOAD_MANUAL || options.interval_ms > 60000;
    bool fine = where == 0 && can_open(play->live);
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
    close_engine(play, &play->engines[number(&words, EACH)]);
}

// "size I N LAST": options of another size, with a last byte that may be one.
static void call_size(struct play *play, struct pc_str words)
{
    char room[512] = {0};
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    struct engine *engine = &play->engines[number(&words, EACH)];
    struct polcheck_engine *made = NULL;
    close_engine(play, engine);
    options.store = world_path();
    options.reload = POLCHECK_RELOAD_MANUAL;
    options.size = number(&words, sizeof(room) + 1);
    memcpy(room, &options, sizeof(options));
    bool grown = options.size > sizeof(options);
    bool more = number(&words, 2) == 1 && grown;
    room[grown ? options.size - 1 : sizeof(room) - 1] = (char)more;
    enum polcheck_status status =
        polcheck_engine_open((const struct polcheck_options *)(const void *)room, &made);
    FUZZ_CHECK(!more || status == POLCHECK_ERR_USAGE, "what it cannot know: %s",
               polcheck_status_name(status));
    FUZZ_CHECK(!grown || more || status != POLCHECK_ERR_USAGE, "zeros are refused");
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
    play->live = (enum world_store)number(&words, WORLD_STORES);
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
    struct engine *engine = &play->engines[number(&words, EACH)];
    enum polcheck_status status = polcheck_engine_reload(engine->handle);
    FUZZ_CHECK(engine->handle != NULL || status == POLCHECK_ERR_USAGE, "of none: %s",
               polcheck_status_name(status));
    FUZZ_CHECK(status != POLCHECK_OK || engine->seen == 0 || can_open(play->live) ||
                   play->live == WORLD_DAMAGED,
               "a reload of store %d", (int)play->live);
    if (engine->handle != NULL && engine->seen != 0) {
        note_look(play, engine, status == POLCHECK_OK);
    }
}

static void call_poll(struct play *play, struct pc_str words)
{
    struct engine *engine = &play->engines[number(&words, EACH)];
    bool more = polcheck_engine_poll(engine->handle, (unsigned)number(&words, 0));
    FUZZ_CHECK(engine->handle != NULL || !more, "of none there is more");
    if (engine->handle != NULL && engine->seen != 0) {
        note_look(play, engine, false);
    }
}

static void call_status(struct play *play, struct pc_str words)
{
    struct engine *engine = &play->engines[number(&words, EACH)];
    enum polcheck_status status = polcheck_engine_status(engine->handle);
    uint64_t snapshot = polcheck_engine_snapshot(engine->handle);
    FUZZ_CHECK(is_status(status), "status %d", (int)status);
    FUZZ_CHECK(engine->handle != NULL || (status == POLCHECK_ERR_USAGE && snapshot == 0),
               "of none: %s", polcheck_status_name(status));
    FUZZ_CHECK(engine->reload != POLCHECK_RELOAD_MANUAL ||
                   (status == POLCHECK_OK) == (snapshot != 0),
               "%s, snapshot %" PRIu64, polcheck_status_name(status), snapshot);
}

// Scratches ---------------------------------------------------------------------------------------

static void call_scratch(struct play *play, struct pc_str words)
{
    struct scratch *scratch = &play->scratches[number(&words, EACH)];
    struct engine *engine = &play->engines[number(&words, EACH)];
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
    struct scratch *scratch = &play->scratches[number(&words, EACH)];
    enum polcheck_status status = polcheck_scratch_renew(scratch->handle);
    FUZZ_CHECK(is_status(status) && (scratch->handle != NULL || status == POLCHECK_ERR_USAGE), "%s",
               polcheck_status_name(status));
    scratch->answered = false;
}

// Requests ----------------------------------------------------------------------------------------

static struct polcheck_request *request_of(struct play *play, struct pc_str *words)
{
    return play->requests[number(words, EACH)];
}

// The reasons of a question are of the request as it was asked.
static void forget(struct play *play, const struct polcheck_request *request)
{
    for (size_t i = 0; i < EACH; i++) {
        struct scratch *scratch = &play->scratches[i];
        scratch->answered = scratch->answered && scratch->asked != request;
    }
}

// "begin R PRINCIPAL|ACTION|RESOURCE"
static void call_begin(struct play *play, struct pc_str words)
{
    struct polcheck_request *request = request_of(play, &words);
    struct polcheck_str principal = text(&words), action = text(&words), resource = text(&words);
    forget(play, request);
    polcheck_request_begin(request, principal, action, resource);
}

static void call_federated(struct play *play, struct pc_str words)
{
    struct polcheck_request *request = request_of(play, &words);
    struct polcheck_str provider = text(&words), action = text(&words), resource = text(&words);
    forget(play, request);
    polcheck_request_begin_federated(request, provider, action, resource);
}

// "set R WHAT TEXT"
static void call_set(struct play *play, struct pc_str words)
{
    static void (*const setters[])(struct polcheck_request * request, struct polcheck_str text) = {
        polcheck_request_set_role, polcheck_request_set_parent, polcheck_request_set_userid,
        polcheck_request_add_service, polcheck_request_set_resource_account};
    struct polcheck_request *request = request_of(play, &words);
    size_t which = number(&words, sizeof(setters) / sizeof(setters[0]));
    forget(play, request);
    setters[which](request, text(&words));
}

static struct polcheck_value value_of(struct pc_str *words)
{
    size_t type = number(words, 6);
    struct polcheck_str value = text(words);
    char digits[64] = {0};
    memcpy(digits, value.len == 0 ? "" : value.ptr, value.len < 63 ? value.len : 63);
    double real = strtod(digits, NULL);
    switch (type) {
    case 1:
        return polcheck_integer(strtoll(digits, NULL, 10));
    case 2:
        return polcheck_number(real);
    case 3:
        return polcheck_boolean(real > 0);
    case 4:
        return (struct polcheck_value){.type = (enum polcheck_value_type)(int)value.len};
    default:
        return polcheck_string(value);
    }
}

// "add R TYPE VALUE|KEY", "list R COUNT TYPE VALUE|TYPE VALUE|KEY", "pairs R KEY|VALUE|KEY|VALUE"
static void call_add(struct play *play, struct pc_str words)
{
    struct polcheck_request *request = request_of(play, &words);
    struct polcheck_value value = value_of(&words);
    forget(play, request);
    polcheck_request_add(request, text(&words), value);
}

static void call_list(struct play *play, struct pc_str words)
{
    struct polcheck_request *request = request_of(play, &words);
    size_t count = number(&words, 6);
    struct polcheck_value values[2] = {value_of(&words), value_of(&words)};
    forget(play, request);
    polcheck_request_add_list(request, text(&words), count > 2 ? NULL : values, count);
}

static void call_pairs(struct play *play, struct pc_str words)
{
    struct polcheck_request *request = request_of(play, &words);
    size_t count = number(&words, 4);
    struct polcheck_pair pairs[2];
    forget(play, request);
    for (size_t i = 0; i < 2; i++) {
        pairs[i].key = text(&words);
        pairs[i].value = text(&words);
    }
    polcheck_request_add_pairs(request, count > 2 ? NULL : pairs, count);
}

static void call_tag(struct play *play, struct pc_str words)
{
    struct polcheck_request *request = request_of(play, &words);
    struct polcheck_str key = text(&words), value = text(&words);
    forget(play, request);
    polcheck_request_add_principal_tag(request, key, value);
}

static void call_absent(struct play *play, struct pc_str words)
{
    struct polcheck_request *request = request_of(play, &words);
    forget(play, request);
    polcheck_request_add_absent(request, text(&words));
}

// "policy P TYPE DOCUMENT|DOCUMENT": what is there already stays, for a request may carry it.
static void call_policy(struct play *play, struct pc_str words)
{
    struct polcheck_policy **policy = &play->policies[number(&words, EACH)];
    enum polcheck_policy_type type = (enum polcheck_policy_type)number(&words, 9);
    char why[256] = "untouched";
    const struct polcheck_room room = {why, sizeof(why)};
    struct polcheck_policy *made = NULL;
    if (*policy != NULL) {
        return;
    }
    const struct polcheck_document documents[2] = {{.json = text(&words)}, {.json = text(&words)}};
    size_t count = documents[1].json.len > 0 ? 2 : documents[0].json.len > 0 ? 1 : 0;
    enum polcheck_status status = polcheck_policy_compile(type, documents, count, &room, &made);
    bool right = type == POLCHECK_SESSION || type == POLCHECK_ENDPOINT;
    FUZZ_CHECK(right == (status != POLCHECK_ERR_USAGE), "type %d: %s", (int)type,
               polcheck_status_name(status));
    FUZZ_CHECK((status == POLCHECK_OK) == (made != NULL), "%s", polcheck_status_name(status));
    FUZZ_CHECK(status != POLCHECK_ERR_POLICY || strstr(why, "error: ") != NULL,
               "refused, because \"%s\"", why);
    FUZZ_CHECK(memchr(why, 0, sizeof(why)) != NULL, "no end");
    *policy = made;
}

static void call_carry(struct play *play, struct pc_str words)
{
    struct polcheck_request *request = request_of(play, &words);
    size_t which = number(&words, EACH + 1);
    const struct polcheck_policy *policy = which < EACH ? play->policies[which] : NULL;
    forget(play, request);
    if (number(&words, 2) == 0) {
        polcheck_request_set_session_policy(request, policy);
    } else {
        polcheck_request_set_endpoint_policy(request, policy);
    }
}

static void call_entries(struct play *play, struct pc_str words)
{
    const struct polcheck_request *request = request_of(play, &words);
    struct polcheck_entry entry;
    size_t at = 0;
    while (polcheck_request_entry(request, at, &entry)) {
        FUZZ_CHECK(entry.count == 0 || entry.values != NULL, "no values");
        FUZZ_CHECK(entry.list || entry.count <= 1, "%zu values", entry.count);
        at++;
    }
    FUZZ_CHECK(!polcheck_request_entry(request, at + 1, &entry) &&
                   !polcheck_request_entry(request, SIZE_MAX, &entry),
               "entries behind the last one");
}

// Asking ------------------------------------------------------------------------------------------

static void check_answer(struct polcheck_scratch *scratch, struct polcheck_verdict verdict)
{
    const struct polcheck_answer *answer = NULL;
    enum polcheck_status status = polcheck_reasons(scratch, &answer);
    FUZZ_CHECK((status == POLCHECK_OK) == (verdict.status == POLCHECK_OK) &&
                   (status == POLCHECK_OK) == (answer != NULL),
               "asked: %s, its reasons: %s", polcheck_status_name(verdict.status),
               polcheck_status_name(status));
    if (answer == NULL) {
        return;
    }
    struct polcheck_verdict again = polcheck_answer_verdict(answer);
    FUZZ_CHECK(again.decision == verdict.decision && again.status == verdict.status, "%s became %s",
               polcheck_decision_text(verdict.decision), polcheck_decision_text(again.decision));
    size_t count = polcheck_answer_statement_count(answer);
    // Some is allowed by no statement, such as to the root user of an account.
    FUZZ_CHECK(polcheck_is_allowed(verdict) ||
                   (count > 0) == (verdict.decision == POLCHECK_EXPLICIT_DENY),
               "%s by %zu statements", polcheck_decision_text(verdict.decision), count);
    for (size_t i = 0; i < count + LOOKS; i++) {
        const struct polcheck_statement *one = polcheck_answer_statement(answer, i);
        FUZZ_CHECK((one != NULL) == (i < count), "statement %zu of %zu", i, count);
        FUZZ_CHECK(one == NULL || (one->allows == polcheck_is_allowed(verdict) &&
                                   one->size >= sizeof(*one) && one->type < POLCHECK_NO_TYPE),
                   "statement %zu", i);
    }
    size_t missing = polcheck_answer_missing_count(answer);
    for (size_t i = 0; i < missing + LOOKS; i++) {
        FUZZ_CHECK((polcheck_answer_missing(answer, i).len > 0) == (i < missing), "key %zu of %zu",
                   i, missing);
    }
    FUZZ_CHECK((polcheck_answer_message(answer).len == 0) == polcheck_is_allowed(verdict),
               "%s, and the sentence of AWS", polcheck_decision_text(verdict.decision));
    FUZZ_CHECK(polcheck_answer_blockers(answer) < 1U << POLCHECK_NO_TYPE, "blockers");
    FUZZ_CHECK(!polcheck_is_allowed(verdict) || polcheck_answer_primary(answer) == POLCHECK_NO_TYPE,
               "something stopped what is allowed");
}

// An answer is that of a store that the engine may have seen; one that lies where it was when the
// engine looked is answered from.
static void check_truth(const struct play *play, const struct engine *engine,
                        const struct polcheck_request *request, struct polcheck_verdict verdict)
{
    bool found = false;
    for (int at = WORLD_THUMBNAILS; at <= WORLD_DAMAGED; at++) {
        enum world_store store = at == WORLD_DAMAGED ? WORLD_THUMBNAILS : (enum world_store)at;
        if ((engine->seen >> at & 1) != 0) {
            struct polcheck_verdict said = world_ask(store, engine->flags, request);
            found = found || (said.status == verdict.status && said.decision == verdict.decision);
        }
    }
    bool steady = engine->reload == POLCHECK_RELOAD_MANUAL && engine->placed == play->placed &&
                  can_open(play->live) && engine->seen == 1U << play->live;
    FUZZ_CHECK(found || (!steady && verdict.status != POLCHECK_OK), "no store says %s, %s",
               polcheck_decision_text(verdict.decision), polcheck_status_name(verdict.status));
}

static void call_ask(struct play *play, struct pc_str words)
{
    struct scratch *scratch = &play->scratches[number(&words, EACH)];
    struct polcheck_request *request = request_of(play, &words);
    struct polcheck_verdict verdict = polcheck_ask(scratch->handle, request);
    check_verdict(verdict);
    FUZZ_CHECK(scratch->handle != NULL || verdict.status == POLCHECK_ERR_USAGE, "of none: %s",
               polcheck_status_name(verdict.status));
    if (scratch->handle == NULL) {
        return;
    }
    FUZZ_CHECK((polcheck_scratch_message(scratch->handle).len == 0) ==
                   (verdict.status == POLCHECK_OK),
               "%s, and says \"%.*s\"", polcheck_status_name(verdict.status),
               POLCHECK_STR_ARG(polcheck_scratch_message(scratch->handle)));
    check_truth(play, scratch->engine, request, verdict);
    FUZZ_CHECK(!scratch->engine->tells || (scratch->engine->told.status == verdict.status &&
                                           scratch->engine->told.decision == verdict.decision),
               "another decision was told");
    check_answer(scratch->handle, verdict);
    scratch->answered = verdict.status == POLCHECK_OK;
    scratch->asked = request;
}

static void observe(void *context, const struct polcheck_observation *seen)
{
    ++*(size_t *)context;
    FUZZ_CHECK(seen->size >= sizeof(*seen) && seen->statement != NULL &&
                   seen->held <= seen->conditions &&
                   (seen->obstacle == POLCHECK_OBSTACLE_NONE ||
                    strcmp(polcheck_obstacle_text(seen->obstacle), "none") != 0),
               "an observation");
}

static void call_explain(struct play *play, struct pc_str words)
{
    struct scratch *scratch = &play->scratches[number(&words, EACH)];
    struct polcheck_observer observer = POLCHECK_OBSERVER_INIT;
    size_t seen = 0;
    observer.context = &seen;
    observer.statement = number(&words, 8) == 0 ? NULL : observe;
    if (scratch->handle != NULL && !scratch->answered) {
        return; // the request may be another one by now
    }
    enum polcheck_status status = polcheck_explain(scratch->handle, &observer);
    bool wrong = scratch->handle == NULL || observer.statement == NULL;
    FUZZ_CHECK(wrong ? status == POLCHECK_ERR_USAGE : status == POLCHECK_OK, "%s",
               polcheck_status_name(status));
    FUZZ_CHECK(!wrong || seen == 0, "observed all the same");
}

// The log -----------------------------------------------------------------------------------------

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

static void close_log(struct play *play)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf log = {0};
    for (size_t i = 0; i < EACH; i++) {
        if (play->engines[i].logs) {
            close_engine(play, &play->engines[i]);
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
    close_log(play);
    options.flags = (unsigned)number(&words, 3);
    options.entries = entries[number(&words, sizeof(entries) / sizeof(entries[0]))];
    options.entry_bytes = number(&words, 70000);
    options.path = number(&words, 4) == 0 ? "/proc/nothing/there" : world_log();
    const struct polcheck_str masked = text(&words);
    options.masked = &masked;
    options.masked_count = masked.len > 0 ? 1 : 0;
    enum polcheck_status status = polcheck_logger_open(&options, &made);
    FUZZ_CHECK(is_status(status) && (status == POLCHECK_OK) == (made != NULL), "%s",
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
    event.request = request_of(play, &words);
    event.verdict.status = (enum polcheck_status)(1 + number(&words, 30));
    event.principal = text(&words);
    event.action = text(&words);
    event.resource = text(&words);
    event.message = POLCHECK_STR("why");
    if (play->logger != NULL) {
        polcheck_logger_log(play->logger, &event);
    }
}

static void call_flush(struct play *play, struct pc_str words)
{
    if (number(&words, 2) == 1) {
        polcheck_logger_reopen(play->logger);
    }
    bool done = polcheck_logger_flush(play->logger, 1000);
    FUZZ_CHECK(done || play->logger == NULL, "a second is not enough");
    (void)polcheck_logger_dropped(play->logger);
}

// Secrets -----------------------------------------------------------------------------------------

// "secrets WAY": 0 the right one.
static void call_secrets(struct play *play, struct pc_str words)
{
    struct polcheck_secrets_options options = POLCHECK_SECRETS_OPTIONS_INIT;
    struct polcheck_secrets *made = NULL;
    char message[64] = "untouched";
    size_t way = number(&words, 6);
    polcheck_secrets_close(play->secrets);
    options.vault = way == 1 ? NULL : way == 2 ? world_path() : world_vault();
    options.root_key_file = way == 3 ? NULL : way == 4 ? world_vault() : world_root_key();
    options.root_key_credential = way == 5 ? "x" : NULL;
    options.message = message;
    options.message_size = sizeof(message);
    enum polcheck_status status = polcheck_secrets_open(&options, &made);
    FUZZ_CHECK((status == POLCHECK_OK) == (way == 0) && (made != NULL) == (way == 0), "way %zu: %s",
               way, polcheck_status_name(status));
    FUZZ_CHECK(memchr(message, 0, sizeof(message)) != NULL, "no end");
    play->secrets = made;
}

static void check_environment(const struct play *play, struct polcheck_verdict verdict)
{
    size_t count = polcheck_environment_count(play->environment);
    FUZZ_CHECK(count <= 1 && (count == 0 || polcheck_is_allowed(verdict)), "%zu released, %s",
               count, polcheck_decision_text(verdict.decision));
    for (size_t i = 0; i < count + LOOKS; i++) {
        struct polcheck_str name = polcheck_environment_name(play->environment, i);
        struct polcheck_str value = polcheck_environment_value(play->environment, i);
        const char *both = polcheck_environment_assignment(play->environment, i);
        FUZZ_CHECK((i < count) == (name.len > 0) && (i < count) == (both != NULL), "variable %zu",
                   i);
        FUZZ_CHECK(i >= count || (strcmp(both, WORLD_NAME "=" WORLD_VALUE) == 0 &&
                                  strcmp(value.ptr, WORLD_VALUE) == 0),
                   "another value is released");
    }
}

// "release S DRY NAMES FUNCTION|PRINCIPAL|DELIVERY|RECIPIENT|KEY|VALUE"
static void call_release(struct play *play, struct pc_str words)
{
    struct scratch *scratch = &play->scratches[number(&words, EACH)];
    bool dry = number(&words, 2) == 1;
    size_t name_count = number(&words, 3);
    const struct polcheck_str names[] = {POLCHECK_STR(WORLD_NAME), POLCHECK_STR("OTHER")};
    struct polcheck_release release = POLCHECK_RELEASE_INIT;
    struct polcheck_pair pair;
    release.function = text(&words);
    if (release.function.len == 0) {
        release.function = POLCHECK_STR(WORLD_FUNCTION);
    }
    release.principal = text(&words);
    release.delivery = text(&words);
    release.recipient = text(&words);
    release.names = names;
    release.name_count = name_count;
    pair.key = text(&words);
    pair.value = text(&words);
    release.context = &pair;
    release.context_count = pair.key.len > 0 ? 1 : 0;
    struct polcheck_verdict said = polcheck_secrets_ask(play->secrets, scratch->handle, &release);
    check_verdict(said);
    scratch->answered = false;
    if (dry) {
        return;
    }
    struct polcheck_verdict verdict =
        polcheck_secrets_release(play->secrets, scratch->handle, &release, play->environment);
    check_verdict(verdict);
    world_released();
    bool steady = scratch->engine != NULL && scratch->engine->reload == POLCHECK_RELOAD_MANUAL;
    FUZZ_CHECK(!polcheck_is_allowed(verdict) || !steady || polcheck_is_allowed(said),
               "released, though %s is said", polcheck_status_name(said.status));
    unsigned has = 1U << WORLD_THUMBNAILS | 1U << WORLD_DAMAGED;
    FUZZ_CHECK(!polcheck_is_allowed(verdict) || (scratch->engine->seen & has) != 0,
               "released by a store without the function");
    check_environment(play, verdict);
}

// The play ----------------------------------------------------------------------------------------

static void call_nulls(struct play *play, struct pc_str words)
{
    (void)play;
    (void)words;
    api_nulls();
}

static const struct {
    const char *name;
    void (*call)(struct play *play, struct pc_str words);
} calls[] = {
    {"engine", call_engine},   {"close", call_close},         {"size", call_size},
    {"live", call_live},       {"reload", call_reload},       {"poll", call_poll},
    {"status", call_status},   {"scratch", call_scratch},     {"renew", call_renew},
    {"begin", call_begin},     {"federated", call_federated}, {"set", call_set},
    {"add", call_add},         {"list", call_list},           {"pairs", call_pairs},
    {"tag", call_tag},         {"absent", call_absent},       {"policy", call_policy},
    {"carry", call_carry},     {"entries", call_entries},     {"ask", call_ask},
    {"explain", call_explain}, {"logger", call_logger},       {"log", call_log},
    {"flush", call_flush},     {"secrets", call_secrets},     {"release", call_release},
    {"nulls", call_nulls},
};

static void play_line(struct play *play, struct pc_str line)
{
    size_t space = pc_str_find(line, ' ', 0);
    struct pc_str name = pc_str_slice(line, 0, space);
    struct pc_str words = space == SIZE_MAX ? PC_STR("") : pc_str_slice(line, space + 1, line.len);
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        if (pc_str_eq(name, pc_str_from(calls[i].name))) {
            calls[i].call(play, words);
        }
    }
}

static void end_play(struct play *play)
{
    close_log(play);
    for (size_t i = 0; i < EACH; i++) {
        close_engine(play, &play->engines[i]);
    }
    for (size_t i = 0; i < EACH; i++) {
        polcheck_request_free(play->requests[i]);
        polcheck_policy_free(play->policies[i]);
    }
    polcheck_environment_free(play->environment);
    polcheck_secrets_close(play->secrets);
}

void fuzz_one(struct pc_str input)
{
    struct play play = {.live = WORLD_NOTHING};
    world_begin();
    unsigned before = stage_descriptors();
    for (size_t i = 0; i < EACH; i++) {
        FUZZ_CHECK(polcheck_request_new(&play.requests[i]) == POLCHECK_OK, "no memory");
    }
    FUZZ_CHECK(polcheck_environment_new(&play.environment) == POLCHECK_OK, "no memory");
    for (size_t i = 0; i < MOST_CALLS && input.len > 0; i++) {
        play_line(&play, fuzz_line(&input));
    }
    end_play(&play);
    FUZZ_CHECK(stage_descriptors() == before, "a file is still open");
}
