/* SPDX-License-Identifier: Apache-2.0 */
#include "events.h"

#include "escape.h"

enum {
    MESSAGE_MAX = 512
};

/** What can be done about a store that is refused or lost. */
static const char *advice(enum polcheck_status status)
{
    if (status == POLCHECK_ERR_UNTRUSTED) {
        return "sign it with a key of polcheck_trusted_keys (polcheck sign), or copy it again from "
               "where that was done";
    }
    if (status == POLCHECK_ERR_ROLLBACK) {
        return "put the newer one back, or sign this one anew: polcheck sign";
    }
    if (status == POLCHECK_ERR_TRUST) {
        return "mend the file of polcheck_trusted_keys or polcheck_seen, which the user of nginx's "
               "workers must be able to read, and the latter to write";
    }
    return "mend it or compile the policies anew";
}

void pc_nginx_tell_event(void *context, const struct polcheck_store_event *event)
{
    struct pc_nginx_store *store = context;
    ngx_log_t *log = ngx_cycle->log;
    u_char room[6 * MESSAGE_MAX]; /* a byte becomes six at most */
    size_t len = event->message.len < MESSAGE_MAX ? event->message.len : MESSAGE_MAX;
    ngx_str_t message;
    message.data = room;
    message.len = pc_nginx_escape(PC_NGINX_JSON, (const u_char *)event->message.ptr, len, room);
    switch (event->change) {
    case POLCHECK_STORE_RELOADED:
        ngx_log_error(NGX_LOG_NOTICE, log, 0,
                      "polcheck: store \"%V\": answers come from snapshot %uL", &store->path,
                      event->snapshot);
        break;
    case POLCHECK_STORE_REFUSED:
        ngx_log_error(NGX_LOG_ERR, log, 0,
                      "polcheck: store \"%V\": refused, snapshot %uL stays in use: %V; %s",
                      &store->path, event->snapshot, &message, advice(event->status));
        break;
    case POLCHECK_STORE_LOST:
    default:
        ngx_log_error(NGX_LOG_ALERT, log, 0,
                      "polcheck: store \"%V\": lost, everything is denied until it is back: %V; %s",
                      &store->path, &message, advice(event->status));
        break;
    }
}
