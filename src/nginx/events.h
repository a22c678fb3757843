/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of a store, in the error log.
 */
#ifndef PC_NGINX_EVENTS_H
#define PC_NGINX_EVENTS_H

#include "module.h"

/**
 * An on_store of the library; context is the struct pc_nginx_store. For engines without a thread of
 * their own, for nginx's logging is for nginx's one thread.
 */
void pc_nginx_tell_event(void *context, const struct polcheck_store_event *event);

#endif
