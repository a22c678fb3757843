/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a worker opens after it was forked, looks after once a second, and closes.
 *
 * Nothing here keeps a worker from starting: without an engine everything is denied, and the next
 * second tries again. The processes of nginx's cache and the master have no engine. With
 * `master_process off`, which nginx has for its developers, a reload leaves the process without
 * one: everything is denied.
 */
#include "events.h"
#include "fresh.h"

enum {
    TICK_MS = 1000,
    VERIFY_US = 2000 /* that requests wait at most while new policies are verified */
};

/** Of the configuration; NULL: it has no http block. */
static struct pc_nginx_main *main_of(ngx_cycle_t *cycle)
{
    return ngx_http_cycle_get_module_main_conf(cycle, ngx_http_polcheck_module);
}

static void on_decision(void *context, const struct polcheck_decision_event *event)
{
    struct pc_nginx_main *main = context;
    if (main->current_log != NULL && main->current_log->logger != NULL) {
        polcheck_logger_log(main->current_log->logger, event);
    }
}

static void close_store(struct pc_nginx_store *store)
{
    polcheck_scratch_free(store->scratch);
    store->scratch = NULL;
    polcheck_engine_close(store->engine);
    store->engine = NULL;
}

/** NULL: there is none. */
static const char *path_of(const ngx_str_t *path)
{
    return path->len == 0 ? NULL : (const char *)path->data;
}

static enum polcheck_status open_engine(struct pc_nginx_main *main, struct pc_nginx_store *store)
{
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    options.store = (const char *)store->path.data;
    options.flags = POLCHECK_WAIT_FOR_STORE;
    options.reload = POLCHECK_RELOAD_MANUAL; /* watch */
    options.trusted_keys = path_of(&store->trusted_keys);
    options.seen = path_of(&store->seen);
    options.on_store = pc_nginx_tell_event;
    options.store_context = store;
    if (store->logged) {
        options.on_decision = on_decision;
        options.decision_context = main;
    }
    enum polcheck_status status = polcheck_engine_open(&options, &store->engine);
    return status != POLCHECK_OK ? status : polcheck_scratch_new(store->engine, &store->scratch);
}

static void open_store(struct pc_nginx_main *main, struct pc_nginx_store *store, ngx_log_t *log)
{
    if (!store->used || store->scratch != NULL) {
        return;
    }
    enum polcheck_status status = open_engine(main, store);
    if (status != POLCHECK_OK) {
        close_store(store);
        if (status != store->failed) {
            ngx_log_error(
                NGX_LOG_ALERT, log, 0,
                "polcheck: store \"%V\": no engine could be opened, everything is denied: "
                "%s; the worker tries again each second",
                &store->path, polcheck_status_text(status));
        }
    }
    store->failed = status;
}

static void open_log(struct pc_nginx_log *decisions, ngx_log_t *log)
{
    if (decisions->logger != NULL) {
        return;
    }
    struct polcheck_logger_options options = POLCHECK_LOGGER_OPTIONS_INIT;
    options.path = (const char *)decisions->path.data;
    options.masked = decisions->masked.elts;
    options.masked_count = decisions->masked.nelts;
    options.flags = decisions->only_denied ? POLCHECK_LOG_ONLY_DENIED : 0;
    enum polcheck_status status = polcheck_logger_open(&options, &decisions->logger);
    if (status != POLCHECK_OK && status != decisions->failed) {
        ngx_log_error(
            NGX_LOG_ALERT, log, 0,
            "polcheck: decisions are not logged, \"%V\" could not be opened: %s; the worker "
            "tries again each second",
            &decisions->path, polcheck_status_text(status));
    }
    decisions->failed = status;
}

static void count_dropped(struct pc_nginx_log *decisions, ngx_log_t *log)
{
    uint64_t dropped = polcheck_logger_dropped(decisions->logger);
    if (dropped > decisions->dropped) {
        ngx_log_error(NGX_LOG_WARN, log, 0, "polcheck: %uL decisions are missing in \"%V\"",
                      dropped - decisions->dropped, &decisions->path);
        decisions->dropped = dropped;
    }
}

static void open_all(struct pc_nginx_main *main, ngx_log_t *log)
{
    struct pc_nginx_store **store = main->stores.elts;
    struct pc_nginx_log **decisions = main->logs.elts;
    for (ngx_uint_t i = 0; i < main->logs.nelts; i++) {
        open_log(decisions[i], log);
    }
    for (ngx_uint_t i = 0; i < main->stores.nelts; i++) {
        open_store(main, store[i], log);
    }
    if (main->request == NULL && polcheck_request_new(&main->request) != POLCHECK_OK) {
        main->request = NULL;
    }
}

/** An idle worker's scratch would keep the snapshot that it asked last, and the store's file grow.
 */
static void look_after(struct pc_nginx_main *main, ngx_log_t *log)
{
    struct pc_nginx_store **store = main->stores.elts;
    struct pc_nginx_log **decisions = main->logs.elts;
    for (ngx_uint_t i = 0; i < main->stores.nelts; i++) {
        if (store[i]->scratch != NULL) {
            /* What is wrong with the store is an event, and the status of the next question. */
            polcheck_scratch_renew(store[i]->scratch);
        }
    }
    for (ngx_uint_t i = 0; i < main->logs.nelts; i++) {
        if (decisions[i]->logger != NULL) {
            count_dropped(decisions[i], log);
        }
    }
}

static void tick(ngx_event_t *event)
{
    ngx_connection_t *owner = event->data;
    struct pc_nginx_main *main = owner->data;
    open_all(main, event->log);
    look_after(main, event->log);
    ngx_add_timer(event, TICK_MS);
}

/**
 * Looks at the stores, in the worker's own thread: one of the library's would make every system
 * call of the worker dearer, by more than all decisions cost. New policies are verified a little at
 * a time, so that no request waits for long.
 */
static void watch(ngx_event_t *event)
{
    ngx_connection_t *owner = event->data;
    struct pc_nginx_main *main = owner->data;
    struct pc_nginx_store **store = main->stores.elts;
    ngx_msec_t next = main->interval;
    for (ngx_uint_t i = 0; i < main->stores.nelts; i++) {
        if (store[i]->engine != NULL && polcheck_engine_poll(store[i]->engine, VERIFY_US)) {
            next = 1;
        }
    }
    ngx_add_timer(event, next);
}

static void start_timer(struct pc_nginx_main *main, ngx_event_t *timer,
                        ngx_event_handler_pt handler, ngx_msec_t after)
{
    timer->data = &main->timer_owner;
    timer->handler = handler;
    timer->log = ngx_cycle->log;
    timer->cancelable = 1; /* a worker that is to end does not wait for it */
    ngx_add_timer(timer, after);
}

static ngx_uint_t is_in_use(const struct pc_nginx_main *main)
{
    struct pc_nginx_store **store = main->stores.elts;
    for (ngx_uint_t i = 0; i < main->stores.nelts; i++) {
        if (store[i]->used) {
            return 1;
        }
    }
    return 0;
}

ngx_int_t pc_nginx_init_process(ngx_cycle_t *cycle)
{
    struct pc_nginx_main *main = main_of(cycle);
    if (main == NULL || !is_in_use(main) ||
        (ngx_process != NGX_PROCESS_WORKER && ngx_process != NGX_PROCESS_SINGLE)) {
        return NGX_OK;
    }
    main->fresh = pc_nginx_fresh_new(cycle, main);
    if (main->fresh == NULL) {
        return NGX_ERROR;
    }
    open_all(main, cycle->log);
    main->timer_owner.fd = (ngx_socket_t)-1;
    main->timer_owner.data = main;
    start_timer(main, &main->tick, tick, TICK_MS);
    start_timer(main, &main->watch, watch, main->interval);
    return NGX_OK;
}

void pc_nginx_exit_process(ngx_cycle_t *cycle)
{
    struct pc_nginx_main *main = main_of(cycle);
    if (main == NULL) {
        return;
    }
    struct pc_nginx_store **store = main->stores.elts;
    struct pc_nginx_log **decisions = main->logs.elts;
    for (ngx_uint_t i = 0; i < main->stores.nelts; i++) {
        close_store(store[i]);
    }
    for (ngx_uint_t i = 0; i < main->logs.nelts; i++) {
        polcheck_logger_close(decisions[i]->logger);
        decisions[i]->logger = NULL;
    }
    polcheck_request_free(main->request);
    main->request = NULL;
}
