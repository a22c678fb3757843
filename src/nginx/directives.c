/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The directives that are more than a value: stores, decision logs, keys with values.
 */
#include "module.h"

#include "path.h"

#include <fcntl.h>
#include <strings.h>

/* A function of a directive returns nginx's "(char *)-1" for what it has explained itself. */
static char *refuse(ngx_conf_t *cf, const char *why, ngx_str_t *what)
{
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, why, what);
    return NGX_CONF_ERROR;
}

static ngx_uint_t has_variables(const ngx_str_t *text)
{
    return ngx_strlchr(text->data, text->data + text->len, '$') != NULL;
}

static ngx_uint_t same(const ngx_str_t *a, const ngx_str_t *b)
{
    return a->len == b->len && ngx_strncmp(a->data, b->data, a->len) == 0;
}

/** The store of that path, which is made when no directive has named it before. NULL: no memory. */
static struct pc_nginx_store *store_at(ngx_conf_t *cf, const ngx_str_t *path)
{
    struct pc_nginx_main *main = ngx_http_conf_get_module_main_conf(cf, ngx_http_polcheck_module);
    struct pc_nginx_store **known = main->stores.elts;
    for (ngx_uint_t i = 0; i < main->stores.nelts; i++) {
        if (same(&known[i]->path, path)) {
            return known[i];
        }
    }
    struct pc_nginx_store *store = ngx_pcalloc(cf->pool, sizeof(*store));
    struct pc_nginx_store **place = store == NULL ? NULL : ngx_array_push(&main->stores);
    if (place == NULL) {
        return NULL;
    }
    store->path = *path;
    *place = store;
    return store;
}

char *pc_nginx_set_store(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    (void)cmd;
    struct pc_nginx_location *location = conf;
    ngx_str_t *word = cf->args->elts;
    if (location->store != NGX_CONF_UNSET_PTR) {
        return refuse(cf, "\"%V\" is there twice", &word[0]);
    }
    if (word[1].len == 0 || has_variables(&word[1])) {
        return refuse(cf, "polcheck_store needs the path of a store, without variables: \"%V\"",
                      &word[1]);
    }
    if (ngx_conf_full_name(cf->cycle, &word[1], 0) != NGX_OK) {
        return NGX_CONF_ERROR;
    }
    location->store = store_at(cf, &word[1]);
    return location->store == NULL ? NGX_CONF_ERROR : NGX_CONF_OK;
}

/** nginx would make it readable for all. When that fails, nginx says why. */
static void make_private(const ngx_str_t *path)
{
    int file = open((const char *)path->data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file >= 0) {
        (void)close(file);
    }
}

/** nginx calls it before it opens its logs anew, in the master and then in each worker. */
static void on_reopen(ngx_open_file_t *file, ngx_log_t *log)
{
    (void)log;
    struct pc_nginx_log *decisions = file->data;
    make_private(&file->name);
    if (decisions->logger != NULL) {
        polcheck_logger_reopen(decisions->logger);
    }
}

static char *add_masked(ngx_array_t *masked, ngx_str_t names)
{
    while (names.len > 0) {
        u_char *end = ngx_strlchr(names.data, names.data + names.len, ',');
        size_t len = end == NULL ? names.len : (size_t)(end - names.data);
        if (len > 0) {
            struct polcheck_str *name = ngx_array_push(masked);
            if (name == NULL) {
                return NGX_CONF_ERROR;
            }
            *name = polcheck_bytes((const char *)names.data, len);
        }
        names.data += end == NULL ? len : len + 1;
        names.len -= end == NULL ? len : len + 1;
    }
    return NGX_CONF_OK;
}

/** Reads mask=KEY,... and denied. */
static char *read_log_options(ngx_conf_t *cf, struct pc_nginx_log *decisions)
{
    ngx_str_t *word = cf->args->elts;
    if (ngx_array_init(&decisions->masked, cf->pool, 4, sizeof(struct polcheck_str)) != NGX_OK) {
        return NGX_CONF_ERROR;
    }
    for (ngx_uint_t i = 2; i < cf->args->nelts; i++) {
        if (ngx_strcmp(word[i].data, "denied") == 0) {
            decisions->only_denied = 1;
        } else if (ngx_strncmp(word[i].data, "mask=", 5) == 0) {
            ngx_str_t names = {word[i].len - 5, word[i].data + 5};
            if (add_masked(&decisions->masked, names) != NGX_CONF_OK) {
                return NGX_CONF_ERROR;
            }
        } else {
            return refuse(cf,
                          "unknown parameter of polcheck_log: \"%V\"; it knows mask=KEY,... and "
                          "denied",
                          &word[i]);
        }
    }
    return NGX_CONF_OK;
}

static ngx_uint_t same_options(const struct pc_nginx_log *a, const struct pc_nginx_log *b)
{
    struct polcheck_str *x = a->masked.elts;
    struct polcheck_str *y = b->masked.elts;
    if (a->only_denied != b->only_denied || a->masked.nelts != b->masked.nelts) {
        return 0;
    }
    for (ngx_uint_t i = 0; i < a->masked.nelts; i++) {
        if (x[i].len != y[i].len || ngx_strncmp(x[i].ptr, y[i].ptr, x[i].len) != 0) {
            return 0;
        }
    }
    return 1;
}

static char *add_log(ngx_conf_t *cf, struct pc_nginx_log *decisions)
{
    struct pc_nginx_main *main = ngx_http_conf_get_module_main_conf(cf, ngx_http_polcheck_module);
    if (pc_nginx_check_log_folder(cf, &decisions->path) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }
    make_private(&decisions->path);
    decisions->file = ngx_conf_open_file(cf->cycle, &decisions->path);
    struct pc_nginx_log **place = ngx_array_push(&main->logs);
    if (decisions->file == NULL || place == NULL) {
        return NGX_CONF_ERROR;
    }
    if (decisions->file->flush != NULL || decisions->file->data != NULL) {
        return refuse(cf, "another log writes to \"%V\": polcheck_log needs a file of its own",
                      &decisions->path);
    }
    decisions->file->flush = on_reopen;
    decisions->file->data = decisions;
    *place = decisions;
    return NGX_CONF_OK;
}

/** Takes the log of the same path, if a directive named it before with the same options. */
static char *share_log(ngx_conf_t *cf, struct pc_nginx_log *decisions,
                       struct pc_nginx_location *location)
{
    struct pc_nginx_main *main = ngx_http_conf_get_module_main_conf(cf, ngx_http_polcheck_module);
    struct pc_nginx_log **known = main->logs.elts;
    for (ngx_uint_t i = 0; i < main->logs.nelts; i++) {
        if (!same(&known[i]->path, &decisions->path)) {
            continue;
        }
        if (!same_options(known[i], decisions)) {
            return refuse(cf, "polcheck_log \"%V\" is there twice with different parameters",
                          &decisions->path);
        }
        location->log = known[i];
        return NGX_CONF_OK;
    }
    location->log = decisions;
    return add_log(cf, decisions);
}

char *pc_nginx_set_log(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    (void)cmd;
    struct pc_nginx_location *location = conf;
    ngx_str_t *word = cf->args->elts;
    if (location->log != NGX_CONF_UNSET_PTR) {
        return refuse(cf, "\"%V\" is there twice", &word[0]);
    }
    if (ngx_strcmp(word[1].data, "off") == 0 && cf->args->nelts == 2) {
        location->log = NULL;
        return NGX_CONF_OK;
    }
    if (word[1].len == 0 || has_variables(&word[1])) {
        return refuse(cf, "polcheck_log needs the path of a file, without variables: \"%V\"",
                      &word[1]);
    }
    struct pc_nginx_log *decisions = ngx_pcalloc(cf->pool, sizeof(*decisions));
    if (decisions == NULL || ngx_conf_full_name(cf->cycle, &word[1], 0) != NGX_OK) {
        return NGX_CONF_ERROR;
    }
    decisions->path = word[1];
    if (read_log_options(cf, decisions) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }
    return share_log(cf, decisions, location);
}

/** The pair's place in the array, which is made when it is the first; NULL: no memory, or the key
 * is there. */
static struct pc_nginx_pair *add_pair(ngx_conf_t *cf, ngx_array_t **pairs, ngx_str_t *key)
{
    if (*pairs == NGX_CONF_UNSET_PTR) {
        *pairs = ngx_array_create(cf->pool, 4, sizeof(struct pc_nginx_pair));
    }
    if (*pairs == NULL) {
        return NULL;
    }
    struct pc_nginx_pair *known = (*pairs)->elts;
    for (ngx_uint_t i = 0; i < (*pairs)->nelts; i++) {
        if (known[i].key.len == key->len &&
            ngx_strncasecmp(known[i].key.data, key->data, key->len) == 0) {
            (void)refuse(cf, "the key \"%V\" is there twice", key);
            return NULL;
        }
    }
    struct pc_nginx_pair *pair = ngx_array_push(*pairs);
    if (pair != NULL) {
        ngx_memzero(pair, sizeof(*pair));
        pair->key = *key;
    }
    return pair;
}

static ngx_uint_t is_name(const u_char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        u_char c = text[i] | 0x20;
        if ((c < 'a' || c > 'z') && (text[i] < '0' || text[i] > '9') && text[i] != '_') {
            return 0;
        }
    }
    return len > 0;
}

static char *compile_value(ngx_conf_t *cf, ngx_str_t *text, struct pc_nginx_value *out)
{
    out->variable = NGX_ERROR;
    /* $1 is no variable but a capture. */
    if (text->len > 1 && text->data[0] == '$' && (text->data[1] < '0' || text->data[1] > '9') &&
        is_name(text->data + 1, text->len - 1)) {
        ngx_str_t name = {text->len - 1, text->data + 1};
        out->variable = ngx_http_get_variable_index(cf, &name);
        return out->variable == NGX_ERROR ? NGX_CONF_ERROR : NGX_CONF_OK;
    }
    ngx_http_compile_complex_value_t compile;
    ngx_memzero(&compile, sizeof(compile));
    compile.cf = cf;
    compile.value = text;
    compile.complex_value = &out->script;
    return ngx_http_compile_complex_value(&compile) == NGX_OK ? NGX_CONF_OK : NGX_CONF_ERROR;
}

char *pc_nginx_set_value(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    struct pc_nginx_value **value = (struct pc_nginx_value **)(void *)((char *)conf + cmd->offset);
    ngx_str_t *word = cf->args->elts;
    if (*value != NGX_CONF_UNSET_PTR) {
        return refuse(cf, "\"%V\" is there twice", &word[0]);
    }
    *value = ngx_pcalloc(cf->pool, sizeof(**value));
    return *value == NULL ? NGX_CONF_ERROR : compile_value(cf, &word[1], *value);
}

/** polcheck_context KEY VALUE [string|list] and polcheck_tag KEY VALUE. */
char *pc_nginx_set_pair(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_array_t **pairs = (ngx_array_t **)(void *)((char *)conf + cmd->offset);
    ngx_str_t *word = cf->args->elts;
    if (word[1].len == 0 || has_variables(&word[1])) {
        return refuse(cf, "a key must not be empty or have variables: \"%V\"", &word[1]);
    }
    ngx_uint_t list = cf->args->nelts == 4 && ngx_strcmp(word[3].data, "list") == 0;
    if (cf->args->nelts == 4 && !list && ngx_strcmp(word[3].data, "string") != 0) {
        return refuse(cf, "unknown type of a context key: \"%V\"; it is string or list", &word[3]);
    }
    struct pc_nginx_pair *pair = add_pair(cf, pairs, &word[1]);
    if (pair == NULL) {
        return NGX_CONF_ERROR;
    }
    pair->list = list;
    return compile_value(cf, &word[2], &pair->value);
}

char *pc_nginx_set_function_home(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    (void)cmd;
    struct pc_nginx_location *location = conf;
    ngx_str_t *word = cf->args->elts;
    if (location->function_home.data != NULL) {
        return refuse(cf, "\"%V\" is there twice", &word[0]);
    }
    struct pc_nginx_text home = {word[1].data, word[1].len};
    if (!pc_nginx_is_function_home(home)) {
        return refuse(cf,
                      "polcheck_function_home is what the ARNs of functions begin with, such as "
                      "arn:aws:lambda:eu-west-1:111122223333, and not \"%V\"",
                      &word[1]);
    }
    location->function_home = word[1];
    return NGX_CONF_OK;
}
