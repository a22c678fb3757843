/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exchanges the variables of a request for a copy, without the values that can be computed, and
 * stands between nginx and the getters, so that none sees the captures of another.
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

/** $1 and the like of a request. */
struct captures {
#if (NGX_PCRE)
    int *offsets;
    ngx_uint_t count;
    u_char *text;
    unsigned shared : 1; /* the next regular expression needs offsets of its own */
#else
    int none;
#endif
};

/** The getter of a variable, in whose place stands get_alone. */
struct getter {
    struct pc_nginx_fresh *fresh;
    ngx_http_get_variable_pt get;
    uintptr_t data;
};

struct pc_nginx_fresh {
    ngx_uint_t request_id;  /* an index; see below */
    struct getter *getters; /* of all variables, as the next two */
    ngx_uint_t count;
    ngx_http_variable_value_t *values;
    u_char *kinds; /* enum kind */

    ngx_http_request_t *request; /* whose variables are fresh; NULL: none has such */
    ngx_http_variable_value_t *own_values;
    struct captures captures;
};

static void take_captures(const ngx_http_request_t *r, struct captures *out)
{
#if (NGX_PCRE)
    out->offsets = r->captures;
    out->count = r->ncaptures;
    out->text = r->captures_data;
    out->shared = r->realloc_captures & 1u;
#else
    (void)r;
    out->none = 0;
#endif
}

static void give_captures(ngx_http_request_t *r, const struct captures *captures)
{
#if (NGX_PCRE)
    r->captures = captures->offsets;
    r->ncaptures = captures->count;
    r->captures_data = captures->text;
    r->realloc_captures = captures->shared;
#else
    (void)r;
    (void)captures;
#endif
}

/**
 * A regular expression of a map leaves its own captures, which the client may have a say in. So
 * each variable of a question begins with those of the request, and takes its own along when it
 * ends.
 */
static ngx_int_t get_alone(ngx_http_request_t *r, ngx_http_variable_value_t *value, uintptr_t data)
{
    const struct getter *getter = (const struct getter *)data;
    if (getter->fresh->request != r) {
        return getter->get(r, value, getter->data);
    }
    struct captures callers;
    take_captures(r, &callers);
    give_captures(r, &getter->fresh->captures);
    ngx_int_t rc = getter->get(r, value, getter->data);
    give_captures(r, &callers);
    return rc;
}

static void replace_getters(struct pc_nginx_fresh *fresh, ngx_http_variable_t *variables)
{
    for (ngx_uint_t i = 0; i < fresh->count; i++) {
        struct getter *getter = &fresh->getters[i];
        getter->fresh = fresh;
        getter->get = variables[i].get_handler;
        getter->data = variables[i].data;
        variables[i].get_handler = get_alone;
        variables[i].data = (uintptr_t)getter;
    }
}

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
    fresh->count = core->variables.nelts;
    fresh->request_id = (ngx_uint_t)main->request_id;
    fresh->getters = ngx_pcalloc(cycle->pool, (fresh->count + 1) * sizeof(*fresh->getters));
    fresh->values = ngx_pcalloc(cycle->pool, (fresh->count + 1) * sizeof(*fresh->values));
    fresh->kinds = ngx_pcalloc(cycle->pool, fresh->count + 1);
    if (fresh->getters == NULL || fresh->values == NULL || fresh->kinds == NULL) {
        return NULL;
    }
    /* $request_id is computed from chance: another one would lead nowhere. */
    fresh->kinds[fresh->request_id] = KIND_STORED;
    replace_getters(fresh, core->variables.elts);
    return fresh;
}

/** Of a variable that has a value. */
static enum kind kind_of(struct pc_nginx_fresh *fresh, ngx_http_request_t *r, ngx_uint_t at)
{
    if (fresh->kinds[at] == KIND_UNKNOWN) {
        const struct getter *getter = &fresh->getters[at];
        ngx_http_variable_value_t value = {0};
        enum kind kind = KIND_STORED;
        if (getter->data != at && get_alone(r, &value, (uintptr_t)getter) == NGX_OK &&
            !value.not_found) {
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

void pc_nginx_fresh_begin(struct pc_nginx_fresh *fresh, ngx_http_request_t *r)
{
    take_captures(r, &fresh->captures);
#if (NGX_PCRE)
    fresh->captures.shared = 1; /* a later `alias` may want them */
#endif
    fresh->request = r;
    take_values(fresh, r);
}

void pc_nginx_fresh_end(struct pc_nginx_fresh *fresh, ngx_http_request_t *r)
{
    fresh->request = NULL;
    fresh->own_values[fresh->request_id] = fresh->values[fresh->request_id];
    r->variables = fresh->own_values;
}
