/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exchanges the variables of a request for a copy, without the values that were computed.
 *
 * nginx does not tell which ones were: `set` and the like may write to the variable of a map, and a
 * getter may find something at one URI and nothing at another. So the module stands in front of
 * all getters, and notes what each has found. A value that is there and that the variable's getter
 * has not found was stored by somebody else.
 */
#include "fresh.h"

enum {
    DEPTH_MAX = 50 /* of variables in variables: nginx takes no more than 100, and then nothing */
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

/** Where in memory a value lies that a getter has found. */
struct note {
    const u_char *data;
    size_t len;
};

/** The getter of a variable, in whose place stands get. */
struct getter {
    struct pc_nginx_fresh *fresh;
    ngx_http_get_variable_pt get;
    uintptr_t data;
    const ngx_str_t *name;
};

struct pc_nginx_fresh {
    ngx_uint_t request_id, notes; /* indexes; see pc_nginx_fresh_add_notes */
    struct getter *getters;       /* of all variables, as the next */
    ngx_uint_t count;
    ngx_http_variable_value_t *values;

    ngx_http_request_t *request; /* whose variables are fresh; NULL: none has such */
    ngx_http_variable_value_t *own_values;
    struct captures captures;
    ngx_uint_t depth;
    const ngx_str_t *failed; /* the first that could not be computed; NULL: all could */
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

/** Calls a getter for a question. A regular expression of a map leaves its own captures, which the
 * client may have a say in. So each variable begins with those of the request, and takes its own
 * along when it ends. */
static ngx_int_t get_for_question(ngx_http_request_t *r, ngx_http_variable_value_t *value,
                                  const struct getter *getter)
{
    struct pc_nginx_fresh *fresh = getter->fresh;
    if (fresh->depth == DEPTH_MAX) {
        return NGX_ERROR;
    }
    struct captures callers;
    take_captures(r, &callers);
    give_captures(r, &fresh->captures);
    fresh->depth++;
    ngx_int_t rc = getter->get(r, value, getter->data);
    fresh->depth--;
    give_captures(r, &callers);
    return rc;
}

/** The notes of the request, which it shares with its subrequests as the variables; NULL: it has
 * none. */
static struct note *notes_of(const struct pc_nginx_fresh *fresh,
                             const ngx_http_variable_value_t *values)
{
    return (struct note *)(void *)values[fresh->notes].data;
}

/** The same, which are made when there are none; NULL: no memory. */
static struct note *make_notes(const struct pc_nginx_fresh *fresh, ngx_http_request_t *r)
{
    if (notes_of(fresh, r->variables) == NULL) {
        r->variables[fresh->notes].data = ngx_pcalloc(r->pool, fresh->count * sizeof(struct note));
    }
    return notes_of(fresh, r->variables);
}

/** Calls a getter for nginx. What it finds without that it could be noted it has not found. */
static ngx_int_t get_for_nginx(ngx_http_request_t *r, ngx_http_variable_value_t *value,
                               const struct getter *getter)
{
    struct note *notes = make_notes(getter->fresh, r);
    if (notes == NULL) {
        return NGX_ERROR;
    }
    struct note *note = &notes[getter - getter->fresh->getters];
    ngx_int_t rc = getter->get(r, value, getter->data);
    if (value->len == 0) {
        value->data = (u_char *)note; /* which no empty value of somebody else begins at */
    }
    note->data = value->data;
    note->len = value->len;
    return rc;
}

static ngx_int_t get(ngx_http_request_t *r, ngx_http_variable_value_t *value, uintptr_t data)
{
    const struct getter *getter = (const struct getter *)data;
    struct pc_nginx_fresh *fresh = getter->fresh;
    ngx_int_t rc =
        fresh->request == r ? get_for_question(r, value, getter) : get_for_nginx(r, value, getter);
    /* To nginx's scripts and maps it is empty then. */
    if (rc != NGX_OK && fresh->request != NULL && fresh->failed == NULL) {
        fresh->failed = getter->name;
    }
    return rc;
}

static void replace_getters(struct pc_nginx_fresh *fresh, ngx_http_variable_t *variables)
{
    for (ngx_uint_t i = 0; i < fresh->count; i++) {
        struct getter *getter = &fresh->getters[i];
        getter->fresh = fresh;
        getter->get = variables[i].get_handler;
        getter->data = variables[i].data;
        getter->name = &variables[i].name;
        variables[i].get_handler = get;
        variables[i].data = (uintptr_t)getter;
    }
}

static ngx_int_t find_nothing(ngx_http_request_t *r, ngx_http_variable_value_t *value,
                              uintptr_t data)
{
    (void)r;
    (void)data;
    value->not_found = 1;
    return NGX_OK;
}

ngx_int_t pc_nginx_fresh_add_notes(ngx_conf_t *cf)
{
    struct pc_nginx_main *main = ngx_http_conf_get_module_main_conf(cf, ngx_http_polcheck_module);
    ngx_str_t name = ngx_string("notes of polcheck");
    ngx_http_variable_t *variable = ngx_http_add_variable(cf, &name, NGX_HTTP_VAR_NOHASH);
    if (variable == NULL) {
        return NGX_ERROR;
    }
    variable->get_handler = find_nothing;
    main->notes = ngx_http_get_variable_index(cf, &name);
    return main->notes == NGX_ERROR ? NGX_ERROR : NGX_OK;
}

struct pc_nginx_fresh *pc_nginx_fresh_new(ngx_cycle_t *cycle, const struct pc_nginx_main *main)
{
    ngx_http_core_main_conf_t *core =
        ngx_http_cycle_get_module_main_conf(cycle, ngx_http_core_module);
    struct pc_nginx_fresh *fresh = ngx_pcalloc(cycle->pool, sizeof(*fresh));
    if (fresh == NULL) {
        return NULL;
    }
    fresh->count = core->variables.nelts;
    fresh->request_id = (ngx_uint_t)main->request_id;
    fresh->notes = (ngx_uint_t)main->notes;
    fresh->getters = ngx_pcalloc(cycle->pool, fresh->count * sizeof(*fresh->getters));
    fresh->values = ngx_pcalloc(cycle->pool, fresh->count * sizeof(*fresh->values));
    if (fresh->getters == NULL || fresh->values == NULL) {
        return NULL;
    }
    replace_getters(fresh, core->variables.elts);
    return fresh;
}

/** Of a variable that has a value. */
static ngx_uint_t is_stored(const struct pc_nginx_fresh *fresh, ngx_uint_t at)
{
    const struct note *notes = notes_of(fresh, fresh->values);
    /* $request_id is computed from chance: another one would lead nowhere. */
    return at == fresh->request_id || notes == NULL || notes[at].data != fresh->values[at].data ||
           notes[at].len != fresh->values[at].len;
}

static void take_values(struct pc_nginx_fresh *fresh, ngx_http_request_t *r)
{
    fresh->own_values = r->variables;
    ngx_memcpy(fresh->values, r->variables, fresh->count * sizeof(*fresh->values));
    r->variables = fresh->values;
    for (ngx_uint_t i = 0; i < fresh->count; i++) {
        ngx_http_variable_value_t *value = &fresh->values[i];
        /* auth_request_set leaves the mark of a `volatile` map, which would be computed then. */
        value->no_cacheable = 0;
        if (value->not_found || (value->valid && !is_stored(fresh, i))) {
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
    fresh->failed = NULL;
    take_values(fresh, r);
}

const ngx_str_t *pc_nginx_fresh_end(struct pc_nginx_fresh *fresh, ngx_http_request_t *r)
{
    fresh->request = NULL;
    fresh->own_values[fresh->request_id] = fresh->values[fresh->request_id];
    r->variables = fresh->own_values;
    return fresh->failed;
}
