/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Variables as they are now.
 *
 * nginx computes a `map` once a request and keeps its value, also when an internal redirect has
 * changed the URI, and a subrequest shares the values of its parent. A decision on such a value
 * would be one about another resource than the one that is served. So while a question is put
 * together the request has variables of its own, in which whatever can be computed is computed
 * anew. What was stored (`set`, named captures, `auth_request_set`) is kept, also in a variable
 * that could be computed. $1 and the like are those of the request's location, in a directive and
 * in each variable that is computed for one, whatever regular expressions of maps there are.
 * Nothing of it stays with the request.
 */
#ifndef PC_NGINX_FRESH_H
#define PC_NGINX_FRESH_H

#include "module.h"

/**
 * Reserves a place among the variables of each request, where it has notes of what was computed
 * (nginx's contexts do not outlive an internal redirect). No configuration can name it. NGX_ERROR:
 * no memory.
 */
ngx_int_t pc_nginx_fresh_add_notes(ngx_conf_t *cf);

/** Makes what a worker needs for it, once; NULL: no memory. From then on it stands in front of the
 * getters of all variables. */
struct pc_nginx_fresh *pc_nginx_fresh_new(ngx_cycle_t *cycle, const struct pc_nginx_main *main);

/** From here on the variables of the request are fresh ones. */
void pc_nginx_fresh_begin(struct pc_nginx_fresh *fresh, ngx_http_request_t *r);

/** Gives the request back what it had. Returns the name of a variable that was asked for and could
 * not be computed, so that something may be lacking in what was made of it; NULL: all could. */
const ngx_str_t *pc_nginx_fresh_end(struct pc_nginx_fresh *fresh, ngx_http_request_t *r);

#endif
