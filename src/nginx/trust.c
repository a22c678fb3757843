/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which keys must have signed a store. They belong to the store, so that there is no location by
 * which it is asked without them: locations that disagree are an error of the configuration.
 */
#include "module.h"

#include <fcntl.h>

char *pc_nginx_set_trust(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t *path = (ngx_str_t *)(void *)((char *)conf + cmd->offset);
    ngx_str_t *word = cf->args->elts;
    if (path->data != NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" is there twice", &word[0]);
        return NGX_CONF_ERROR;
    }
    if (word[1].len == 0 || ngx_strlchr(word[1].data, word[1].data + word[1].len, '$') != NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "%V needs the path of a file, without variables: \"%V\"", &word[0],
                           &word[1]);
        return NGX_CONF_ERROR;
    }
    if (ngx_conf_full_name(cf->cycle, &word[1], 0) != NGX_OK) {
        return NGX_CONF_ERROR;
    }
    *path = word[1];
    return NGX_CONF_OK;
}

static ngx_uint_t same(const ngx_str_t *a, const ngx_str_t *b)
{
    return a->len == b->len && ngx_strncmp(a->data, b->data, a->len) == 0;
}

/** A worker denies everything without its keys, so nobody is to find out only then. What is in the
 * file is the library's business. */
static char *check_keys(ngx_conf_t *cf, const ngx_str_t *path)
{
    int file = open((const char *)path->data, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (file < 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           "the trusted keys \"%V\" cannot be read: without them everything would "
                           "be denied",
                           path);
        return NGX_CONF_ERROR;
    }
    (void)close(file);
    return NGX_CONF_OK;
}

/** Which state was seen says nothing about another store. */
static char *check_seen(ngx_conf_t *cf, const struct pc_nginx_location *location)
{
    struct pc_nginx_main *main = ngx_http_conf_get_module_main_conf(cf, ngx_http_polcheck_module);
    struct pc_nginx_store **other = main->stores.elts;
    for (ngx_uint_t i = 0; location->seen.len > 0 && i < main->stores.nelts; i++) {
        if (same(&other[i]->seen, &location->seen) &&
            !pc_nginx_may_be_one_store(&other[i]->path, &location->store->path)) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "polcheck_seen \"%V\" is for one store, and not for both \"%V\" and "
                               "\"%V\"",
                               &location->seen, &other[i]->path, &location->store->path);
            return NGX_CONF_ERROR;
        }
    }
    return NGX_CONF_OK;
}

/** With all locations before this one that ask the same store, whatever they call it. */
static char *check_agreement(ngx_conf_t *cf, const struct pc_nginx_location *location)
{
    struct pc_nginx_main *main = ngx_http_conf_get_module_main_conf(cf, ngx_http_polcheck_module);
    struct pc_nginx_store **other = main->stores.elts;
    for (ngx_uint_t i = 0; i < main->stores.nelts; i++) {
        ngx_uint_t agree = same(&other[i]->trusted_keys, &location->trusted_keys) &&
                           same(&other[i]->seen, &location->seen);
        if (other[i]->used && !agree &&
            pc_nginx_may_be_one_store(&other[i]->path, &location->store->path)) {
            ngx_conf_log_error(
                NGX_LOG_EMERG, cf, 0,
                "the store \"%V\" (here \"%V\") is asked by locations with different "
                "polcheck_trusted_keys or polcheck_seen: set them where "
                "polcheck_store stands",
                &other[i]->path, &location->store->path);
            return NGX_CONF_ERROR;
        }
    }
    return NGX_CONF_OK;
}

char *pc_nginx_bind_trust(ngx_conf_t *cf, const struct pc_nginx_location *location)
{
    struct pc_nginx_store *store = location->store;
    if (check_agreement(cf, location) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }
    if (store->used) {
        return NGX_CONF_OK;
    }
    store->trusted_keys = location->trusted_keys;
    store->seen = location->seen;
    if (location->trusted_keys.len == 0) {
        if (location->seen.len > 0) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "polcheck_seen without polcheck_trusted_keys: an unsigned store has "
                               "no place in an order");
            return NGX_CONF_ERROR;
        }
        return NGX_CONF_OK;
    }
    return check_keys(cf, &location->trusted_keys) == NGX_CONF_OK ? check_seen(cf, location)
                                                                  : NGX_CONF_ERROR;
}
