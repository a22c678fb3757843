/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the thread of an engine has to say, until the worker says it.
 *
 * nginx's logging is for nginx's one thread, and its way to wake that thread (ngx_notify) has room
 * for one caller, which is the thread pool. So the engine's thread only leaves its events here, and
 * the worker's timer takes them once a second.
 */
#ifndef PC_NGINX_EVENTS_H
#define PC_NGINX_EVENTS_H

#include "module.h"

/** NULL: no memory. */
struct pc_nginx_events *pc_nginx_events_new(void);
void pc_nginx_events_free(struct pc_nginx_events *events);

/** An on_store of the library, for any thread; context is the struct pc_nginx_events. */
void pc_nginx_events_note(void *context, const struct polcheck_store_event *event);

/** Writes what was noted to the error log. For the worker's own thread. */
void pc_nginx_events_tell(struct pc_nginx_events *events, ngx_str_t *path, ngx_log_t *log);

#endif
