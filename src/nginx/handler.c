/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where in nginx's phases a request is looked at.
 *
 * The main request in the access phase, after all else there, so that $remote_user or what
 * auth_request found can be the principal. nginx leaves out the access phase of subrequests: those
 * in the phase before. Whatever begins the phases anew (error_page, try_files' last parameter,
 * index, X-Accel-Redirect) is asked about anew. A try_files that finds a file changes the URI
 * behind the access phase: so the last of the phase that it belongs to looks whether the URI is
 * still the one that was asked about.
 */
#include "module.h"

/** The handler of a cleanup is the mark by which an outcome is found again. */
static void outcome_cleanup(void *data)
{
    (void)data;
}

/** nginx forgets a module's context at an internal redirect; the pool of the request does not. */
static struct pc_nginx_outcome *find_outcome(ngx_http_request_t *r)
{
    for (ngx_pool_cleanup_t *at = r->pool->cleanup; at != NULL; at = at->next) {
        if (at->handler == outcome_cleanup) {
            struct pc_nginx_outcome *outcome = at->data;
            if (outcome->request == r) {
                return outcome;
            }
        }
    }
    return NULL;
}

struct pc_nginx_outcome *pc_nginx_outcome_of(ngx_http_request_t *r)
{
    struct pc_nginx_outcome *outcome = ngx_http_get_module_ctx(r, ngx_http_polcheck_module);
    return outcome != NULL || !r->internal ? outcome : find_outcome(r);
}

/** An outcome to be filled, which begins as a deny; NULL: no memory. */
static struct pc_nginx_outcome *begin_outcome(ngx_http_request_t *r)
{
    struct pc_nginx_outcome *outcome = pc_nginx_outcome_of(r);
    if (outcome == NULL) {
        ngx_pool_cleanup_t *cleanup = ngx_pool_cleanup_add(r->pool, sizeof(*outcome));
        if (cleanup == NULL) {
            return NULL;
        }
        cleanup->handler = outcome_cleanup;
        outcome = cleanup->data;
    }
    ngx_memzero(outcome, sizeof(*outcome));
    outcome->request = r;
    ngx_http_set_ctx(r, outcome, ngx_http_polcheck_module);
    return outcome;
}

/** NGX_OK: allowed. NGX_DECLINED: let through without that. Else it was answered or is to be. */
static ngx_int_t check(ngx_http_request_t *r)
{
    struct pc_nginx_outcome *outcome = begin_outcome(r);
    if (outcome == NULL) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "polcheck: denied, no answer: out of memory");
        return NGX_HTTP_FORBIDDEN;
    }
    pc_nginx_ask(r, outcome);
    if (!outcome->passed) {
        return pc_nginx_deny(r, outcome);
    }
    return outcome->shadow ? NGX_DECLINED : NGX_OK;
}

static ngx_int_t access_handler(ngx_http_request_t *r)
{
    return pc_nginx_location_of(r)->on ? check(r) : NGX_DECLINED;
}

/* NGX_OK would leave out what else there is in the phase. */
static ngx_int_t as_generic(ngx_int_t rc)
{
    return rc == NGX_OK ? NGX_DECLINED : rc;
}

static ngx_int_t preaccess_handler(ngx_http_request_t *r)
{
    return r == r->main ? NGX_DECLINED : as_generic(access_handler(r));
}

static ngx_int_t precontent_handler(ngx_http_request_t *r)
{
    struct pc_nginx_outcome *outcome = ngx_http_get_module_ctx(r, ngx_http_polcheck_module);
    /* Not asked, or denied and let through by another access module (satisfy any). */
    if (!pc_nginx_location_of(r)->on || outcome == NULL || !outcome->passed) {
        return NGX_DECLINED;
    }
    if (outcome->uri.len == r->uri.len &&
        ngx_memcmp(outcome->uri.data, r->uri.data, r->uri.len) == 0) {
        return NGX_DECLINED;
    }
    return as_generic(check(r));
}

/** nginx runs the handlers of a phase from the end of the array to its beginning. */
static ngx_int_t add_as_last(ngx_http_core_main_conf_t *core, ngx_http_phases phase,
                             ngx_http_handler_pt handler)
{
    ngx_array_t *handlers = &core->phases[phase].handlers;
    if (ngx_array_push(handlers) == NULL) {
        return NGX_ERROR;
    }
    ngx_http_handler_pt *first = handlers->elts;
    ngx_memmove(first + 1, first, (handlers->nelts - 1) * sizeof(*first));
    *first = handler;
    return NGX_OK;
}

/** A `polcheck on` that was forgotten would leave everything open without a word. */
static void warn_of_idle_stores(ngx_conf_t *cf, const struct pc_nginx_main *main)
{
    struct pc_nginx_store **store = main->stores.elts;
    for (ngx_uint_t i = 0; i < main->stores.nelts; i++) {
        if (!store[i]->used) {
            ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                               "polcheck_store \"%V\" is asked nowhere: without \"polcheck on\" "
                               "everything is let through",
                               &store[i]->path);
        }
    }
}

ngx_int_t pc_nginx_add_handlers(ngx_conf_t *cf)
{
    ngx_http_core_main_conf_t *core = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    if (add_as_last(core, NGX_HTTP_PREACCESS_PHASE, preaccess_handler) != NGX_OK ||
        add_as_last(core, NGX_HTTP_ACCESS_PHASE, access_handler) != NGX_OK ||
        add_as_last(core, NGX_HTTP_PRECONTENT_PHASE, precontent_handler) != NGX_OK) {
        return NGX_ERROR;
    }
    struct pc_nginx_main *main = ngx_http_conf_get_module_main_conf(cf, ngx_http_polcheck_module);
    main->wants_reasons = pc_nginx_variables_want_reasons(cf);
    warn_of_idle_stores(cf, main);
    return NGX_OK;
}
