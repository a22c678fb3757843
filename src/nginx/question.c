/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evaluates the directives with fresh variables, and tells the library the result. A key or tag
 * whose value is empty is left out: that is how nginx says that something is not there. A variable
 * that fails says nothing, so there is no question then.
 */
#include "question.h"

#include "fresh.h"

static ngx_int_t variable_of(ngx_http_request_t *r, ngx_uint_t index, ngx_str_t *out)
{
    ngx_http_variable_value_t *value = ngx_http_get_flushed_variable(r, index);
    if (value == NULL) {
        return NGX_ERROR;
    }
    if (value->not_found) {
        ngx_str_null(out); /* as nginx's scripts do it */
    } else {
        out->data = value->data;
        out->len = value->len;
    }
    return NGX_OK;
}

static ngx_int_t value_of(ngx_http_request_t *r, struct pc_nginx_value *value, ngx_str_t *out)
{
    if (value == NULL) {
        ngx_str_null(out);
        return NGX_OK;
    }
    if (value->variable != NGX_ERROR) {
        return variable_of(r, (ngx_uint_t)value->variable, out);
    }
    return ngx_http_complex_value(r, &value->script, out);
}

static ngx_int_t values_of(ngx_http_request_t *r, const ngx_array_t *pairs, ngx_str_t **out)
{
    *out = NULL;
    if (pairs == NULL) {
        return NGX_OK;
    }
    struct pc_nginx_pair *pair = pairs->elts;
    ngx_str_t *values = ngx_palloc(r->pool, pairs->nelts * sizeof(*values));
    if (values == NULL) {
        return NGX_ERROR;
    }
    for (ngx_uint_t i = 0; i < pairs->nelts; i++) {
        if (value_of(r, &pair[i].value, &values[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }
    *out = values;
    return NGX_OK;
}

static ngx_int_t read_all(ngx_http_request_t *r, struct pc_nginx_question *out)
{
    struct pc_nginx_location *location = pc_nginx_location_of(r);
    if (value_of(r, location->principal, &out->principal) != NGX_OK ||
        value_of(r, location->action, &out->action) != NGX_OK ||
        value_of(r, location->resource, &out->resource) != NGX_OK ||
        value_of(r, location->resource_account, &out->resource_account) != NGX_OK ||
        value_of(r, location->role, &out->role) != NGX_OK ||
        values_of(r, location->context, &out->context) != NGX_OK ||
        values_of(r, location->tags, &out->tags) != NGX_OK) {
        return NGX_ERROR;
    }
    return NGX_OK;
}

ngx_int_t pc_nginx_question_read(ngx_http_request_t *r, struct pc_nginx_question *out)
{
    struct pc_nginx_fresh *fresh = pc_nginx_main_of(r)->fresh;
    ngx_memzero(out, sizeof(*out));
    pc_nginx_fresh_begin(fresh, r);
    ngx_int_t rc = read_all(r, out);
    out->failed = pc_nginx_fresh_end(fresh, r);
    return out->failed == NULL ? rc : NGX_ERROR;
}

static int is_blank(u_char c)
{
    return c == ' ' || c == '\t';
}

/** The next element of a list, without blanks around it. */
static struct polcheck_str next_element(ngx_str_t *list)
{
    u_char *begin = list->data;
    u_char *end = ngx_strlchr(begin, begin + list->len, ',');
    size_t taken = end == NULL ? list->len : (size_t)(end - begin) + 1;
    u_char *last = end == NULL ? begin + list->len : end;
    list->data += taken;
    list->len -= taken;
    while (begin < last && is_blank(*begin)) {
        begin++;
    }
    while (last > begin && is_blank(last[-1])) {
        last--;
    }
    return polcheck_bytes((const char *)begin, (size_t)(last - begin));
}

static ngx_int_t tell_list(ngx_http_request_t *r, ngx_str_t key, ngx_str_t list,
                           struct polcheck_request *request)
{
    size_t most = 1;
    for (size_t i = 0; i < list.len; i++) {
        most += list.data[i] == ',';
    }
    struct polcheck_value *values = ngx_palloc(r->pool, most * sizeof(*values));
    if (values == NULL) {
        return NGX_ERROR;
    }
    size_t count = 0;
    while (list.len > 0) {
        struct polcheck_str element = next_element(&list);
        if (element.len > 0) {
            values[count++] = polcheck_string(element);
        }
    }
    polcheck_request_add_list(request, pc_nginx_view(key), values, count);
    return NGX_OK;
}

/** Lists one by one, texts all at once: that costs least. */
static ngx_int_t tell_context(ngx_http_request_t *r, const ngx_array_t *context,
                              const ngx_str_t *values, struct polcheck_request *request)
{
    struct pc_nginx_pair *pair = context->elts;
    struct polcheck_pair *texts = ngx_palloc(r->pool, context->nelts * sizeof(*texts));
    if (texts == NULL) {
        return NGX_ERROR;
    }
    size_t count = 0;
    for (ngx_uint_t i = 0; i < context->nelts; i++) {
        if (values[i].len == 0) {
            continue;
        }
        if (!pair[i].list) {
            texts[count].key = pc_nginx_view(pair[i].key);
            texts[count++].value = pc_nginx_view(values[i]);
        } else if (tell_list(r, pair[i].key, values[i], request) != NGX_OK) {
            return NGX_ERROR;
        }
    }
    polcheck_request_add_pairs(request, texts, count);
    return NGX_OK;
}

static void tell_tags(const ngx_array_t *tags, const ngx_str_t *values,
                      struct polcheck_request *request)
{
    struct pc_nginx_pair *tag = tags->elts;
    for (ngx_uint_t i = 0; i < tags->nelts; i++) {
        if (values[i].len > 0) {
            polcheck_request_add_principal_tag(request, pc_nginx_view(tag[i].key),
                                               pc_nginx_view(values[i]));
        }
    }
}

ngx_int_t pc_nginx_question_tell(ngx_http_request_t *r, const struct pc_nginx_question *question,
                                 struct polcheck_request *request)
{
    struct pc_nginx_location *location = pc_nginx_location_of(r);
    polcheck_request_begin(request, pc_nginx_view(question->principal),
                           pc_nginx_view(question->action), pc_nginx_view(question->resource));
    if (question->role.len > 0) {
        polcheck_request_set_role(request, pc_nginx_view(question->role));
    }
    if (question->resource_account.len > 0) {
        polcheck_request_set_resource_account(request, pc_nginx_view(question->resource_account));
    }
    if (location->tags != NULL) {
        tell_tags(location->tags, question->tags, request);
    }
    if (location->context != NULL) {
        return tell_context(r, location->context, question->context, request);
    }
    return NGX_OK;
}

const char *pc_nginx_question_lacks(const struct pc_nginx_question *question)
{
    if (question->principal.len == 0) {
        return "polcheck_principal";
    }
    if (question->action.len == 0) {
        return "polcheck_action";
    }
    return question->resource.len == 0 ? "polcheck_resource" : NULL;
}
