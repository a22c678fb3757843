/* SPDX-License-Identifier: Apache-2.0 */
#include "events.h"

#include "escape.h"

enum {
    MESSAGE_MAX = 512
};

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
                      "polcheck: store \"%V\": refused, snapshot %uL stays in use: %V; mend it or "
                      "compile the policies anew",
                      &store->path, event->snapshot, &message);
        break;
    case POLCHECK_STORE_LOST:
    default:
        ngx_log_error(NGX_LOG_ALERT, log, 0,
                      "polcheck: store \"%V\": lost, everything is denied until it is back: %V",
                      &store->path, &message);
        break;
    }
}
