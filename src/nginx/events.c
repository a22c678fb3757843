/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ring of the last events under a mutex. What is not taken in time is counted and overwritten:
 * the newest says what the store is like now.
 */
#include "events.h"

#include "escape.h"

#include <pthread.h>

enum {
    EVENTS = 8,
    MESSAGE_MAX = 512
};

struct event {
    enum polcheck_store_change change;
    uint64_t snapshot;
    size_t len;
    u_char message[MESSAGE_MAX];
};

struct pc_nginx_events {
    pthread_mutex_t mutex;
    struct event ring[EVENTS];
    size_t first, count, overwritten;
};

struct pc_nginx_events *pc_nginx_events_new(void)
{
    struct pc_nginx_events *events = calloc(1, sizeof(*events));
    if (events != NULL && pthread_mutex_init(&events->mutex, NULL) != 0) {
        free(events);
        return NULL;
    }
    return events;
}

void pc_nginx_events_free(struct pc_nginx_events *events)
{
    if (events != NULL) {
        (void)pthread_mutex_destroy(&events->mutex);
        free(events);
    }
}

void pc_nginx_events_note(void *context, const struct polcheck_store_event *event)
{
    struct pc_nginx_events *events = context;
    (void)pthread_mutex_lock(&events->mutex);
    if (events->count == EVENTS) {
        events->first = (events->first + 1) % EVENTS;
        events->count--;
        events->overwritten++;
    }
    struct event *place = &events->ring[(events->first + events->count) % EVENTS];
    place->change = event->change;
    place->snapshot = event->snapshot;
    place->len = event->message.len < MESSAGE_MAX ? event->message.len : MESSAGE_MAX;
    if (place->len > 0) {
        memcpy(place->message, event->message.ptr, place->len);
    }
    events->count++;
    (void)pthread_mutex_unlock(&events->mutex);
}

/** The oldest event; false: there is none. */
static bool take(struct pc_nginx_events *events, struct event *out, size_t *overwritten)
{
    (void)pthread_mutex_lock(&events->mutex);
    bool some = events->count > 0;
    if (some) {
        *out = events->ring[events->first];
        events->first = (events->first + 1) % EVENTS;
        events->count--;
        *overwritten = events->overwritten;
        events->overwritten = 0;
    }
    (void)pthread_mutex_unlock(&events->mutex);
    return some;
}

static void tell(const struct event *event, ngx_str_t *path, ngx_log_t *log)
{
    /* A byte becomes six at most. */
    u_char room[6 * MESSAGE_MAX];
    ngx_str_t message = {pc_nginx_escape(PC_NGINX_JSON, event->message, event->len, room), room};
    switch (event->change) {
    case POLCHECK_STORE_RELOADED:
        ngx_log_error(NGX_LOG_NOTICE, log, 0,
                      "polcheck: store \"%V\": answers come from snapshot %uL", path,
                      event->snapshot);
        break;
    case POLCHECK_STORE_REFUSED:
        ngx_log_error(NGX_LOG_ERR, log, 0,
                      "polcheck: store \"%V\": refused, snapshot %uL stays in use: %V; mend it or "
                      "compile the policies anew",
                      path, event->snapshot, &message);
        break;
    case POLCHECK_STORE_LOST:
    default:
        ngx_log_error(NGX_LOG_ALERT, log, 0,
                      "polcheck: store \"%V\": lost, everything is denied until it is back: %V",
                      path, &message);
        break;
    }
}

void pc_nginx_events_tell(struct pc_nginx_events *events, ngx_str_t *path, ngx_log_t *log)
{
    struct event event;
    size_t overwritten = 0;
    while (take(events, &event, &overwritten)) {
        if (overwritten > 0) {
            ngx_log_error(NGX_LOG_WARN, log, 0,
                          "polcheck: store \"%V\": %uz earlier changes are not told here", path,
                          overwritten);
            overwritten = 0;
        }
        tell(&event, path, log);
    }
}
