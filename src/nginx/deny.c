/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The answer to who is not let through: 403 in the words and forms of AWS.
 *
 * What a deny says is the refusal's sentence. When there was no answer it says "Access denied" and
 * nothing else: what went wrong is nobody's business but the error log's.
 */
#include "escape.h"
#include "module.h"

static ngx_str_t plain_refusal = ngx_string("Access denied");
static ngx_str_t json_type = ngx_string("application/json");
static ngx_str_t xml_type = ngx_string("application/xml");

/** nginx itself answers: an error_page is wanted, another access module may let it through, or the
 * administrator wants nginx's page. */
static ngx_uint_t is_left_to_nginx(ngx_http_request_t *r)
{
    ngx_http_core_loc_conf_t *core = ngx_http_get_module_loc_conf(r, ngx_http_core_module);
    if (pc_nginx_location_of(r)->deny_format == PC_NGINX_DENY_NONE) {
        return 1;
    }
    if (r == r->main && core->satisfy == NGX_HTTP_SATISFY_ANY) {
        return 1;
    }
    if (core->error_pages == NULL || r->error_page) {
        return 0;
    }
    ngx_http_err_page_t *page = core->error_pages->elts;
    for (ngx_uint_t i = 0; i < core->error_pages->nelts; i++) {
        if (page[i].status == NGX_HTTP_FORBIDDEN) {
            return 1;
        }
    }
    return 0;
}

static ngx_int_t add_header(ngx_http_request_t *r, const char *name, ngx_str_t value)
{
    ngx_table_elt_t *header = ngx_list_push(&r->headers_out.headers);
    if (header == NULL) {
        return NGX_ERROR;
    }
    ngx_memzero(header, sizeof(*header));
    header->hash = 1;
    header->key.len = ngx_strlen(name);
    header->key.data = (u_char *)(uintptr_t)name;
    header->value = value;
    return NGX_OK;
}

/** $request_id, which access logs can have too; empty when it cannot be had. */
static ngx_str_t request_id(ngx_http_request_t *r)
{
    ngx_str_t id = ngx_null_string;
    ngx_http_variable_value_t *value =
        ngx_http_get_indexed_variable(r, (ngx_uint_t)pc_nginx_main_of(r)->request_id);
    if (value != NULL && !value->not_found) {
        id.data = value->data;
        id.len = value->len;
    }
    return id;
}

/** Puts together what stands between the texts of a request. */
struct body {
    u_char *begin, *at;
};

static void append(struct body *body, const char *text)
{
    body->at = ngx_cpymem(body->at, text, ngx_strlen(text));
}

static void append_escaped(struct body *body, enum pc_nginx_form form, ngx_str_t text)
{
    body->at += pc_nginx_escape(form, text.data, text.len, body->at);
}

static ngx_str_t finish(const struct body *body)
{
    ngx_str_t text = {(size_t)(body->at - body->begin), body->begin};
    return text;
}

#define JSON_BEGIN "{\"__type\":\"AccessDeniedException\",\"Message\":\""
#define JSON_END   "\"}"

static ngx_int_t json_body(ngx_http_request_t *r, ngx_str_t message, ngx_str_t *out)
{
    size_t room = sizeof(JSON_BEGIN JSON_END) +
                  pc_nginx_escape(PC_NGINX_JSON, message.data, message.len, NULL);
    struct body body;
    body.begin = body.at = ngx_pnalloc(r->pool, room);
    if (body.begin == NULL) {
        return NGX_ERROR;
    }
    append(&body, JSON_BEGIN);
    append_escaped(&body, PC_NGINX_JSON, message);
    append(&body, JSON_END);
    *out = finish(&body);
    ngx_str_t type = ngx_string("AccessDeniedException");
    ngx_str_t id = request_id(r);
    if (add_header(r, "x-amzn-ErrorType", type) != NGX_OK) {
        return NGX_ERROR;
    }
    return id.len == 0 ? NGX_OK : add_header(r, "x-amzn-RequestId", id);
}

#define XML_BEGIN                                                                                  \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessDenied</Code><Message>"
#define XML_RESOURCE "</Message><Resource>"
#define XML_ID       "</Resource><RequestId>"
#define XML_END      "</RequestId></Error>"

static ngx_int_t xml_body(ngx_http_request_t *r, ngx_str_t message, ngx_str_t *out)
{
    ngx_str_t id = request_id(r);
    size_t room = sizeof(XML_BEGIN XML_RESOURCE XML_ID XML_END) +
                  pc_nginx_escape(PC_NGINX_XML, message.data, message.len, NULL) +
                  pc_nginx_escape(PC_NGINX_XML, r->uri.data, r->uri.len, NULL) +
                  pc_nginx_escape(PC_NGINX_XML, id.data, id.len, NULL);
    struct body body;
    body.begin = body.at = ngx_pnalloc(r->pool, room);
    if (body.begin == NULL) {
        return NGX_ERROR;
    }
    append(&body, XML_BEGIN);
    append_escaped(&body, PC_NGINX_XML, message);
    append(&body, XML_RESOURCE);
    append_escaped(&body, PC_NGINX_XML, r->uri);
    append(&body, XML_ID);
    append_escaped(&body, PC_NGINX_XML, id);
    append(&body, XML_END);
    *out = finish(&body);
    return id.len == 0 ? NGX_OK : add_header(r, "x-amz-request-id", id);
}

ngx_int_t pc_nginx_deny(ngx_http_request_t *r, const struct pc_nginx_outcome *outcome)
{
    ngx_http_complex_value_t body;
    ngx_memzero(&body, sizeof(body));
    if (is_left_to_nginx(r)) {
        return NGX_HTTP_FORBIDDEN;
    }
    ngx_uint_t json = pc_nginx_location_of(r)->deny_format == PC_NGINX_DENY_JSON;
    ngx_str_t message =
        outcome->failed || outcome->reason.len == 0 ? plain_refusal : outcome->reason;
    ngx_int_t rc = json ? json_body(r, message, &body.value) : xml_body(r, message, &body.value);
    if (rc != NGX_OK) {
        return NGX_HTTP_FORBIDDEN;
    }
    /* A status that an error_page asked for must not stand over a refusal. */
    r->err_status = 0;
    rc = ngx_http_send_response(r, NGX_HTTP_FORBIDDEN, json ? &json_type : &xml_type, &body);
    ngx_http_finalize_request(r, rc);
    return NGX_DONE;
}
