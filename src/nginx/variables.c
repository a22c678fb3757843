/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The variables: what became of a request, for log formats and headers, and what a request names,
 * for the directives. None is cached by nginx: each look gives what is so now.
 */
#include "fresh.h"
#include "path.h"

static ngx_int_t found(ngx_http_variable_value_t *value, const void *text, size_t len)
{
    value->len = len & 0xfffffffu;
    value->data = (u_char *)(uintptr_t)text;
    value->valid = 1;
    value->no_cacheable = 0;
    value->not_found = 0;
    return NGX_OK;
}

static ngx_int_t found_text(ngx_http_variable_value_t *value, const char *text)
{
    return found(value, text, ngx_strlen(text));
}

static ngx_int_t not_found(ngx_http_variable_value_t *value)
{
    value->valid = 0;
    value->not_found = 1;
    return NGX_OK;
}

static ngx_int_t get_decision(ngx_http_request_t *r, ngx_http_variable_value_t *value,
                              uintptr_t data)
{
    (void)data;
    struct pc_nginx_outcome *outcome = pc_nginx_outcome_of(r);
    if (outcome == NULL || !outcome->asked) {
        return not_found(value);
    }
    return found_text(value, polcheck_decision_text(outcome->verdict.decision));
}

static ngx_int_t get_status(ngx_http_request_t *r, ngx_http_variable_value_t *value, uintptr_t data)
{
    (void)data;
    struct pc_nginx_outcome *outcome = pc_nginx_outcome_of(r);
    if (outcome == NULL || !outcome->asked) {
        return not_found(value);
    }
    enum polcheck_status status = outcome->verdict.status;
    return found_text(value, status == POLCHECK_OK ? "" : polcheck_status_name(status));
}

static ngx_int_t get_reason(ngx_http_request_t *r, ngx_http_variable_value_t *value, uintptr_t data)
{
    (void)data;
    struct pc_nginx_outcome *outcome = pc_nginx_outcome_of(r);
    if (outcome == NULL || outcome->reason.len == 0) {
        return not_found(value);
    }
    /* It has names of the request in it, such as the decoded path, and may stand in a header. */
    ngx_str_t line = pc_nginx_line(r, outcome->reason);
    return found(value, line.data, line.len);
}

static ngx_int_t get_snapshot(ngx_http_request_t *r, ngx_http_variable_value_t *value,
                              uintptr_t data)
{
    (void)data;
    struct pc_nginx_outcome *outcome = pc_nginx_outcome_of(r);
    if (outcome == NULL || outcome->snapshot == 0) {
        return not_found(value);
    }
    u_char *digits = ngx_pnalloc(r->pool, NGX_INT64_LEN);
    if (digits == NULL) {
        return NGX_ERROR;
    }
    return found(value, digits, (size_t)(ngx_sprintf(digits, "%uL", outcome->snapshot) - digits));
}

static ngx_int_t get_shadow(ngx_http_request_t *r, ngx_http_variable_value_t *value, uintptr_t data)
{
    (void)data;
    struct pc_nginx_outcome *outcome = pc_nginx_outcome_of(r);
    if (outcome == NULL || !outcome->shadow) {
        return not_found(value);
    }
    return found_text(value, "denied");
}

static struct pc_nginx_text text_of(ngx_str_t text)
{
    struct pc_nginx_text view = {text.data, text.len};
    return view;
}

/** True if the file system and a back end read the same path as nginx. A back end gets the target
 * as the client sent it; after a rewrite and in subrequests it gets nginx's path. */
static ngx_uint_t path_is_plain(ngx_http_request_t *r)
{
    if (!pc_nginx_path_is_resolved(text_of(r->uri))) {
        return 0;
    }
    return r != r->main || !r->valid_unparsed_uri ||
           pc_nginx_path_is_plain(text_of(r->unparsed_uri), text_of(r->uri));
}

static ngx_int_t get_path(ngx_http_request_t *r, ngx_http_variable_value_t *value, uintptr_t data)
{
    (void)data;
    return path_is_plain(r) ? found(value, r->uri.data, r->uri.len) : found_text(value, "");
}

static ngx_int_t get_method(ngx_http_request_t *r, ngx_http_variable_value_t *value, uintptr_t data)
{
    (void)data;
    return found(value, r->method_name.data, r->method_name.len);
}

static ngx_int_t get_function_arn(ngx_http_request_t *r, ngx_http_variable_value_t *value,
                                  uintptr_t data)
{
    (void)data;
    struct pc_nginx_location *location = pc_nginx_location_of(r);
    struct pc_nginx_function *function = ngx_palloc(r->pool, sizeof(*function));
    if (function == NULL) {
        return NGX_ERROR;
    }
    if (!path_is_plain(r)) {
        return found_text(value, "");
    }
    pc_nginx_function_read(text_of(location->function_home), text_of(r->uri), text_of(r->args),
                           function);
    return found(value, function->arn, function->len);
}

/** Each with its getter, and whether it is there only if each decision finds its reasons. */
static const struct {
    ngx_str_t name;
    ngx_http_get_variable_pt get;
    ngx_uint_t wants_reasons;
} table[] = {
    {ngx_string("polcheck_decision"), get_decision, 0},
    {ngx_string("polcheck_status"), get_status, 0},
    {ngx_string("polcheck_reason"), get_reason, 1},
    {ngx_string("polcheck_snapshot"), get_snapshot, 1},
    {ngx_string("polcheck_shadow"), get_shadow, 0},
    {ngx_string("polcheck_path"), get_path, 0},
    {ngx_string("polcheck_method"), get_method, 0},
    {ngx_string("polcheck_function_arn"), get_function_arn, 0},
};

enum {
    VARIABLES = sizeof(table) / sizeof(table[0])
};

ngx_int_t pc_nginx_add_variables(ngx_conf_t *cf)
{
    struct pc_nginx_main *main = ngx_http_conf_get_module_main_conf(cf, ngx_http_polcheck_module);
    for (ngx_uint_t i = 0; i < VARIABLES; i++) {
        ngx_str_t name = table[i].name;
        ngx_http_variable_t *variable = ngx_http_add_variable(cf, &name, NGX_HTTP_VAR_NOCACHEABLE);
        if (variable == NULL) {
            return NGX_ERROR;
        }
        variable->get_handler = table[i].get;
    }
    ngx_str_t request_id = ngx_string("request_id");
    main->request_id = ngx_http_get_variable_index(cf, &request_id);
    return main->request_id == NGX_ERROR ? NGX_ERROR : pc_nginx_fresh_add_notes(cf);
}

static ngx_uint_t is_used(const ngx_array_t *used, const ngx_str_t *name)
{
    ngx_http_variable_t *variable = used->elts;
    for (ngx_uint_t i = 0; i < used->nelts; i++) {
        if (variable[i].name.len == name->len &&
            ngx_strncmp(variable[i].name.data, name->data, name->len) == 0) {
            return 1;
        }
    }
    return 0;
}

ngx_uint_t pc_nginx_variables_want_reasons(ngx_conf_t *cf)
{
    ngx_http_core_main_conf_t *core = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    for (ngx_uint_t i = 0; i < VARIABLES; i++) {
        if (table[i].wants_reasons && is_used(&core->variables, &table[i].name)) {
            return 1;
        }
    }
    return 0;
}
