/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The module as nginx sees it: its directives, its hooks, and what a loadable module exports. The
 * latter is what nginx's own build would generate; order is empty, because the handlers find their
 * places in the phases by themselves (handler.c).
 */
#include "module.h"

#define LEVELS NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF

#define VALUE(name, member)                                                                        \
    {                                                                                              \
        ngx_string(name), LEVELS | NGX_CONF_TAKE1, pc_nginx_set_value, NGX_HTTP_LOC_CONF_OFFSET,   \
            offsetof(struct pc_nginx_location, member), NULL                                       \
    }

static ngx_conf_enum_t deny_formats[] = {{ngx_string("json"), PC_NGINX_DENY_JSON},
                                         {ngx_string("xml"), PC_NGINX_DENY_XML},
                                         {ngx_string("none"), PC_NGINX_DENY_NONE},
                                         {ngx_null_string, 0}};

static ngx_command_t commands[] = {
    {ngx_string("polcheck"), LEVELS | NGX_CONF_FLAG, ngx_conf_set_flag_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(struct pc_nginx_location, on), NULL},
    {ngx_string("polcheck_store"), LEVELS | NGX_CONF_TAKE1, pc_nginx_set_store,
     NGX_HTTP_LOC_CONF_OFFSET, 0, NULL},
    {ngx_string("polcheck_trusted_keys"), LEVELS | NGX_CONF_TAKE1, pc_nginx_set_trust,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(struct pc_nginx_location, trusted_keys), NULL},
    {ngx_string("polcheck_seen"), LEVELS | NGX_CONF_TAKE1, pc_nginx_set_trust,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(struct pc_nginx_location, seen), NULL},
    VALUE("polcheck_principal", principal),
    VALUE("polcheck_action", action),
    VALUE("polcheck_resource", resource),
    VALUE("polcheck_resource_account", resource_account),
    VALUE("polcheck_role", role),
    {ngx_string("polcheck_context"), LEVELS | NGX_CONF_TAKE23, pc_nginx_set_pair,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(struct pc_nginx_location, context), NULL},
    {ngx_string("polcheck_tag"), LEVELS | NGX_CONF_TAKE2, pc_nginx_set_pair,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(struct pc_nginx_location, tags), NULL},
    {ngx_string("polcheck_deny_format"), LEVELS | NGX_CONF_TAKE1, ngx_conf_set_enum_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(struct pc_nginx_location, deny_format), deny_formats},
    {ngx_string("polcheck_shadow"), LEVELS | NGX_CONF_FLAG, ngx_conf_set_flag_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(struct pc_nginx_location, shadow), NULL},
    {ngx_string("polcheck_log"), LEVELS | NGX_CONF_1MORE, pc_nginx_set_log,
     NGX_HTTP_LOC_CONF_OFFSET, 0, NULL},
    {ngx_string("polcheck_function_home"), LEVELS | NGX_CONF_TAKE1, pc_nginx_set_function_home,
     NGX_HTTP_LOC_CONF_OFFSET, 0, NULL},
    {ngx_string("polcheck_interval"), NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1, ngx_conf_set_msec_slot,
     NGX_HTTP_MAIN_CONF_OFFSET, offsetof(struct pc_nginx_main, interval), NULL},
    ngx_null_command};

static ngx_http_module_t hooks = {pc_nginx_add_variables, /* before the configuration is read */
                                  pc_nginx_add_handlers,  /* after */
                                  pc_nginx_create_main,     pc_nginx_init_main,     NULL, NULL,
                                  pc_nginx_create_location, pc_nginx_merge_location};

ngx_module_t ngx_http_polcheck_module = {
    NGX_MODULE_V1,         &hooks, commands, NGX_HTTP_MODULE,       NULL, pc_nginx_init_module,
    pc_nginx_init_process, NULL,   NULL,     pc_nginx_exit_process, NULL, NGX_MODULE_V1_PADDING};

#define EXPORTED __attribute__((visibility("default")))

extern char *ngx_module_order[];

EXPORTED ngx_module_t *ngx_modules[] = {&ngx_http_polcheck_module, NULL};
EXPORTED char *ngx_module_names[] = {(char *)(uintptr_t) "ngx_http_polcheck_module", NULL};
EXPORTED char *ngx_module_order[] = {NULL};
