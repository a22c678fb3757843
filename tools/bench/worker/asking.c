// SPDX-License-Identifier: Apache-2.0
#include "asking.h"

#include "explain/explain.h"
#include "staging.h"

static enum pc_status open_public(struct pc_bench_asker *asker, const char *store)
{
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    options.store = store;
    bool open = polcheck_engine_open(&options, &asker->engine) == POLCHECK_OK &&
                polcheck_scratch_new(asker->engine, &asker->scratch) == POLCHECK_OK &&
                polcheck_request_new(&asker->request) == POLCHECK_OK;
    return open ? PC_OK : PC_ERR_IO;
}

enum pc_status pc_bench_asker_open(struct pc_bench_asker *asker, const char *store,
                                   enum pc_bench_way way, struct pc_diags *diags)
{
    if (way == PC_BENCH_PUBLIC) {
        return open_public(asker, store);
    }
    PC_TRY(pc_asker_open(&asker->asker, store, diags));
    asker->reasons = way == PC_BENCH_REASONS;
    asker->explained = way == PC_BENCH_EXPLAIN;
    return PC_OK;
}

void pc_bench_asker_close(struct pc_bench_asker *asker)
{
    polcheck_request_free(asker->request);
    polcheck_scratch_free(asker->scratch);
    polcheck_engine_close(asker->engine);
    pc_asker_close(&asker->asker);
    pc_arena_release(&asker->arena);
}

static enum pc_status make_request(struct pc_arena *arena, const struct pc_bench_request *asked,
                                   struct pc_request *request)
{
    if (!pc_request_start(request, asked->principal, asked->action, asked->resource)) {
        return PC_ERR_INVALID;
    }
    request->resource_account = PC_BENCH_ACCOUNT;
    return pc_request_add_texts(arena, request, asked->keys, asked->key_count);
}

enum pc_status pc_bench_prepare(struct pc_bench_asker *asker, struct pc_arena *arena,
                                struct pc_bench_requests requests)
{
    struct pc_request *prepared = pc_arena_array(arena, requests.count, sizeof(*prepared));
    if (prepared == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < requests.count; i++) {
        PC_TRY(make_request(arena, &requests.items[i], &prepared[i]));
    }
    asker->requests = requests;
    asker->prepared = prepared;
    return PC_OK;
}

// Completing a request changes it, so that it is a copy that is completed.
static enum pc_status take_request(struct pc_bench_asker *asker,
                                   const struct pc_bench_request *asked, struct pc_request *request)
{
    if (asker->prepared == NULL) {
        return make_request(&asker->arena, asked, request);
    }
    *request = asker->prepared[asked - asker->requests.items];
    return PC_OK;
}

static enum pc_status explain(struct pc_bench_asker *asker, const struct pc_request *request,
                              struct pc_answer *answer)
{
    struct pc_explanation explanation;
    pc_explain_begin(&explanation, &asker->arena, &asker->asker.policies, request);
    const struct pc_observer observer = pc_explain_observer(&explanation);
    enum pc_status status = pc_asker_observe(&asker->asker, &observer, answer);
    return pc_explain_end(&explanation, status, answer);
}

static enum pc_status ask(struct pc_bench_asker *asker, const struct pc_bench_request *asked,
                          struct pc_answer *answer)
{
    const struct pc_asking asking = {.arena = &asker->arena, .diags = &asker->diags};
    struct pc_request request;
    PC_TRY(take_request(asker, asked, &request));
    PC_TRY(pc_resolver_renew(asker->asker.resolver));
    PC_TRY(pc_asker_ask(&asker->asker, &asking, &request, answer));
    if (asker->explained) {
        return explain(asker, &request, answer);
    }
    return asker->reasons ? pc_asker_reasons(&asker->asker, answer) : PC_OK;
}

static struct polcheck_str text(struct pc_str view)
{
    return polcheck_bytes(view.ptr, view.len);
}

_Static_assert(sizeof(struct polcheck_pair) == sizeof(struct pc_tag),
               "the keys of a request are pairs of texts on both sides");

static bool ask_public(struct pc_bench_asker *asker, const struct pc_bench_request *asked)
{
    polcheck_request_begin(asker->request, text(asked->principal), text(asked->action),
                           text(asked->resource));
    polcheck_request_set_resource_account(asker->request, text(PC_BENCH_ACCOUNT));
    polcheck_request_add_pairs(
        asker->request, (const struct polcheck_pair *)(const void *)asked->keys, asked->key_count);
    return polcheck_is_allowed(polcheck_ask(asker->scratch, asker->request));
}

bool pc_bench_ask(struct pc_bench_asker *asker, const struct pc_bench_request *asked)
{
    struct pc_answer answer = {0};
    if (asker->engine != NULL) {
        return ask_public(asker, asked);
    }
    pc_arena_reset(&asker->arena);
    pc_diags_init(&asker->diags, &asker->arena);
    return ask(asker, asked, &answer) == PC_OK && answer.decision == PC_DECISION_ALLOWED;
}
