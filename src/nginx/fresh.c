/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exchanges the variables of a request for a copy, without the values that can be computed.
 *
 * nginx does not tell which ones can. A variable of `set` has its own index as its data; other
 * stored ones have a getter that never finds anything. The getter of each variable is tried once a
 * worker, where a value is there: one that finds nothing then belongs to a stored variable.
 */
#include "fresh.h"

enum kind {
    KIND_UNKNOWN = 0,
    KIND_COMPUTED,
    KIND_STORED
};

struct pc_nginx_fresh {
    ngx_uint_t request_id; /* an index; see below */
    ngx_http_variable_t *variables;
    ngx_uint_t count;
    ngx_http_variable_value_t *values;
    u_char *kinds; /* enum kind */
#if (NGX_PCRE)
    int *captures;
    ngx_uint_t capture_count;
#endif

    /* What the request had. */
    ngx_http_variable_value_t *own_values;
#if (NGX_PCRE)
    int *own_captures;
    ngx_uint_t own_ncaptures;
    u_char *own_captures_data;
    unsigned own_realloc : 1;
#endif
};

struct pc_nginx_fresh *pc_nginx_fresh_new(ngx_cycle_t *cycle)
{
    ngx_http_core_main_conf_t *core =
        ngx_http_cycle_get_module_main_conf(cycle, ngx_http_core_module);
    struct pc_nginx_main *main =
        ngx_http_cycle_get_module_main_conf(cycle, ngx_http_polcheck_module);
    struct pc_nginx_fresh *fresh = ngx_pcalloc(cycle->pool, sizeof(*fresh));
    if (fresh == NULL) {
        return NULL;
    }
    fresh->variables = core->variables.elts;
    fresh->count = core->variables.nelts;
    fresh->request_id = (ngx_uint_t)main->request_id;
    fresh->values = ngx_pcalloc(cycle->pool, (fresh->count + 1) * sizeof(*fresh->values));
    fresh->kinds = ngx_pcalloc(cycle->pool, fresh->count + 1);
    if (fresh->values == NULL || fresh->kinds == NULL) {
        return NULL;
    }
    /* $request_id is computed from chance: another one would lead nowhere. */
    fresh->kinds[fresh->request_id] = KIND_STORED;
#if (NGX_PCRE)
    fresh->capture_count = core->ncaptures;
    fresh->captures = ngx_pcalloc(cycle->pool, (core->ncaptures + 1) * sizeof(int));
    if (fresh->captures == NULL) {
        return NULL;
    }
#endif
    return fresh;
}

/** Of a variable that has a value. */
static enum kind kind_of(struct pc_nginx_fresh *fresh, ngx_http_request_t *r, ngx_uint_t at)
{
    if (fresh->kinds[at] == KIND_UNKNOWN) {
        ngx_http_variable_t *variable = &fresh->variables[at];
        ngx_http_variable_value_t value = {0};
        enum kind kind = KIND_STORED;
        if (variable->get_handler != NULL && variable->data != at &&
            variable->get_handler(r, &value, variable->data) == NGX_OK && !value.not_found) {
            kind = KIND_COMPUTED;
        }
        fresh->kinds[at] = (u_char)kind;
    }
    return (enum kind)fresh->kinds[at];
}

static void take_values(struct pc_nginx_fresh *fresh, ngx_http_request_t *r)
{
    fresh->own_values = r->variables;
    ngx_memcpy(fresh->values, r->variables, fresh->count * sizeof(*fresh->values));
    r->variables = fresh->values;
    for (ngx_uint_t i = 0; i < fresh->count; i++) {
        ngx_http_variable_value_t *value = &fresh->values[i];
        if (value->not_found || (value->valid && kind_of(fresh, r, i) == KIND_COMPUTED)) {
            value->valid = 0;
            value->not_found = 0;
        }
    }
}

/* A regular expression of a map overwrites $1 and the like, which a later `alias` may want. */
static void take_captures(struct pc_nginx_fresh *fresh, ngx_http_request_t *r)
{
#if (NGX_PCRE)
    fresh->own_captures = r->captures;
    fresh->own_ncaptures = r->ncaptures;
    fresh->own_captures_data = r->captures_data;
    fresh->own_realloc = r->realloc_captures & 1u;
    r->captures = fresh->captures;
    r->realloc_captures = 0;
#endif
    pc_nginx_fresh_captures(fresh, r);
}

void pc_nginx_fresh_captures(struct pc_nginx_fresh *fresh, ngx_http_request_t *r)
{
#if (NGX_PCRE)
    if (fresh->own_captures != NULL) {
        ngx_memcpy(fresh->captures, fresh->own_captures, fresh->capture_count * sizeof(int));
    }
    r->ncaptures = fresh->own_ncaptures;
    r->captures_data = fresh->own_captures_data;
#endif
}

void pc_nginx_fresh_begin(struct pc_nginx_fresh *fresh, ngx_http_request_t *r)
{
    take_captures(fresh, r);
    take_values(fresh, r);
}

void pc_nginx_fresh_end(struct pc_nginx_fresh *fresh, ngx_http_request_t *r)
{
    fresh->own_values[fresh->request_id] = fresh->values[fresh->request_id];
    r->variables = fresh->own_values;
#if (NGX_PCRE)
    r->captures = fresh->own_captures;
    r->ncaptures = fresh->own_ncaptures;
    r->captures_data = fresh->own_captures_data;
    r->realloc_captures = fresh->own_realloc & 1u;
#endif
}
