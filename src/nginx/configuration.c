/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration of a level, and how a level inherits from the one around it. A location that
 * could not ask a whole question is refused here, when nginx reads its configuration.
 */
#include "module.h"

enum {
    INTERVAL_MAX_MS = 60000
};

void *pc_nginx_create_main(ngx_conf_t *cf)
{
    struct pc_nginx_main *main = ngx_pcalloc(cf->pool, sizeof(*main));
    if (main == NULL ||
        ngx_array_init(&main->stores, cf->pool, 2, sizeof(struct pc_nginx_store *)) != NGX_OK ||
        ngx_array_init(&main->logs, cf->pool, 2, sizeof(struct pc_nginx_log *)) != NGX_OK) {
        return NULL;
    }
    main->interval = NGX_CONF_UNSET_MSEC;
    return main;
}

char *pc_nginx_init_main(ngx_conf_t *cf, void *conf)
{
    struct pc_nginx_main *main = conf;
    ngx_conf_init_msec_value(main->interval, 25);
    if (main->interval == 0 || main->interval > INTERVAL_MAX_MS) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "polcheck_interval must be from 1ms to 60s");
        return NGX_CONF_ERROR;
    }
    return NGX_CONF_OK;
}

void *pc_nginx_create_location(ngx_conf_t *cf)
{
    struct pc_nginx_location *location = ngx_pcalloc(cf->pool, sizeof(*location));
    if (location == NULL) {
        return NULL;
    }
    location->on = NGX_CONF_UNSET;
    location->shadow = NGX_CONF_UNSET;
    location->deny_format = NGX_CONF_UNSET_UINT;
    location->store = NGX_CONF_UNSET_PTR;
    location->log = NGX_CONF_UNSET_PTR;
    location->principal = NGX_CONF_UNSET_PTR;
    location->action = NGX_CONF_UNSET_PTR;
    location->resource = NGX_CONF_UNSET_PTR;
    location->resource_account = NGX_CONF_UNSET_PTR;
    location->role = NGX_CONF_UNSET_PTR;
    location->context = NGX_CONF_UNSET_PTR;
    location->tags = NGX_CONF_UNSET_PTR;
    return location;
}

static void inherit(struct pc_nginx_location *own, struct pc_nginx_location *outer)
{
    ngx_conf_merge_value(own->on, outer->on, 0);
    ngx_conf_merge_value(own->shadow, outer->shadow, 0);
    ngx_conf_merge_uint_value(own->deny_format, outer->deny_format, PC_NGINX_DENY_JSON);
    ngx_conf_merge_ptr_value(own->store, outer->store, NULL);
    ngx_conf_merge_ptr_value(own->log, outer->log, NULL);
    ngx_conf_merge_str_value(own->trusted_keys, outer->trusted_keys, "");
    ngx_conf_merge_str_value(own->seen, outer->seen, "");
    ngx_conf_merge_ptr_value(own->principal, outer->principal, NULL);
    ngx_conf_merge_ptr_value(own->action, outer->action, NULL);
    ngx_conf_merge_ptr_value(own->resource, outer->resource, NULL);
    ngx_conf_merge_ptr_value(own->resource_account, outer->resource_account, NULL);
    ngx_conf_merge_ptr_value(own->role, outer->role, NULL);
    ngx_conf_merge_ptr_value(own->context, outer->context, NULL);
    ngx_conf_merge_ptr_value(own->tags, outer->tags, NULL);
    ngx_conf_merge_str_value(own->function_home, outer->function_home, "");
}

/** A constant that is empty would deny for ever. */
static ngx_uint_t lacks(const struct pc_nginx_value *value)
{
    return value == NULL || (value->variable == NGX_ERROR && value->script.lengths == NULL &&
                             value->script.value.len == 0);
}

static char *check_whole(ngx_conf_t *cf, const struct pc_nginx_location *location)
{
    ngx_http_core_loc_conf_t *core = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    /* A server block sets what its locations share. What matches none of them lacks the rest, and
     * is denied. */
    if (core->name.len == 0 && !core->noname) {
        return NGX_CONF_OK;
    }
    const char *lacking = location->store == NULL      ? " polcheck_store"
                          : lacks(location->principal) ? " polcheck_principal"
                          : lacks(location->action)    ? " polcheck_action"
                          : lacks(location->resource)  ? " polcheck_resource"
                                                       : NULL;
    if (lacking == NULL) {
        return NGX_CONF_OK;
    }
    ngx_conf_log_error(
        NGX_LOG_EMERG, cf, 0,
        "polcheck is on in location \"%V\", which has no%s: set it there or around it, "
        "or write \"polcheck off\"",
        &core->name, lacking);
    return NGX_CONF_ERROR;
}

char *pc_nginx_merge_location(ngx_conf_t *cf, void *parent, void *child)
{
    struct pc_nginx_location *location = child;
    inherit(location, parent);
    if (!location->on) {
        return NGX_CONF_OK;
    }
    if (location->store != NULL) {
        if (pc_nginx_bind_trust(cf, location) != NGX_CONF_OK) {
            return NGX_CONF_ERROR;
        }
        location->store->used = 1;
        location->store->logged |= location->log != NULL;
    }
    return check_whole(cf, location);
}
