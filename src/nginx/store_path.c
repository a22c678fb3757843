/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether two paths lead to one store. What cannot be told counts as the same: the answer decides
 * whether one may be asked without the keys of the other.
 */
#include "module.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/** Adds a name to a path that ends in none of "/", "." and "..". False: the path gets too long. */
static ngx_uint_t add_name(char *path, const char *name, size_t len)
{
    size_t end = strlen(path);
    if (len == 0 || (len == 1 && name[0] == '.')) {
        return 1;
    }
    if (len == 2 && name[0] == '.' && name[1] == '.') {
        char *last = strrchr(path, '/');
        if (last != NULL) {
            *last = '\0';
        }
        return 1;
    }
    if (end + 1 + len >= PATH_MAX) {
        return 0;
    }
    path[end] = '/';
    ngx_memcpy(path + end + 1, name, len);
    path[end + 1 + len] = '\0';
    return 1;
}

/** Resolves the front of the path that is there, and returns its length in bytes; -1: the path is
 * too long, or a link to what is not there follows. */
static ssize_t resolve_front(const ngx_str_t *path, char out[PATH_MAX])
{
    char front[PATH_MAX], target;
    size_t end = path->len;
    if (end >= PATH_MAX) {
        return -1;
    }
    (void)ngx_cpystrn((u_char *)front, path->data, end + 1);
    while (end > 0 && realpath(front, out) == NULL) {
        if (readlink(front, &target, 1) >= 0) {
            return -1;
        }
        do {
            end--;
        } while (front[end] != '/');
        front[end] = '\0';
    }
    if (end == 0 || strcmp(out, "/") == 0) {
        out[0] = '\0';
    }
    return (ssize_t)end;
}

/** Writes the path without links, "." and "..": what is there as the system reads it, the rest as
 * it is written. False: that cannot be told. */
static ngx_uint_t resolve(const ngx_str_t *path, char out[PATH_MAX])
{
    ssize_t end = resolve_front(path, out);
    if (end < 0) {
        return 0;
    }
    const char *name = (const char *)path->data + end;
    while (*name != '\0') {
        size_t len = strcspn(name, "/");
        if (!add_name(out, name, len)) {
            return 0;
        }
        name += len;
        name += *name == '/';
    }
    return 1;
}

static ngx_uint_t stat_data(const char *store, struct stat *out)
{
    char path[PATH_MAX + sizeof("/data.mdb")];
    (void)ngx_sprintf((u_char *)path, "%s/data.mdb%Z", store);
    return stat(path, out) == 0;
}

/** A data file may have several names, too. */
static ngx_uint_t share_data(const char *a, const char *b)
{
    struct stat one, other;
    return stat_data(a, &one) && stat_data(b, &other) && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino;
}

ngx_uint_t pc_nginx_may_be_one_store(const ngx_str_t *a, const ngx_str_t *b)
{
    char one[PATH_MAX], other[PATH_MAX];
    return !resolve(a, one) || !resolve(b, other) || strcmp(one, other) == 0 ||
           share_data(one, other);
}
