/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose the decision log is. The master opens it as root, by its path, when it starts, at a reload
 * and at USR1, and the workers write to it as another user. So nobody but root may have a say in
 * where the path leads, and only what surely is the log is given to the workers.
 */
#include "module.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static ngx_core_conf_t *core_of(ngx_cycle_t *cycle)
{
    return (ngx_core_conf_t *)ngx_get_conf(cycle->conf_ctx, ngx_core_module);
}

static ngx_uid_t workers_user(ngx_cycle_t *cycle)
{
    return core_of(cycle)->user;
}

/** While the configuration is read, also if their user is not known yet. */
static ngx_uint_t workers_are_others(ngx_cycle_t *cycle)
{
    return geteuid() == 0 && workers_user(cycle) != 0;
}

/** True if nobody but root can change what is in the folder. Of one above it suffices if they
 * cannot change what root has in it, as with the sticky bit of /tmp; and a group of the system's,
 * to which /var/log belongs on some, is believed if it is not that of the workers. */
static ngx_uint_t is_roots(const char *folder, ngx_uint_t is_above, ngx_gid_t workers)
{
    struct stat about;
    if (stat(folder, &about) != 0 || about.st_uid != 0) {
        return 0;
    }
    if (!is_above) {
        return (about.st_mode & (S_IWGRP | S_IWOTH)) == 0;
    }
    return (about.st_mode & S_ISVTX) != 0 ||
           ((about.st_mode & S_IWOTH) == 0 &&
            ((about.st_mode & S_IWGRP) == 0 || about.st_gid != workers));
}

/** Of an absolute path without links. */
static char *check_owners(ngx_conf_t *cf, const ngx_str_t *log, char *folder)
{
    for (ngx_uint_t is_above = 0;; is_above = 1) {
        if (!is_roots(folder, is_above, core_of(cf->cycle)->group)) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "polcheck_log \"%V\": others than root may write to \"%s\", and "
                               "nginx opens the log as root: use a folder that is root's alone, as "
                               "all above it",
                               log, folder);
            return NGX_CONF_ERROR;
        }
        char *last = strrchr(folder, '/');
        if (last == NULL || last[1] == '\0') {
            return NGX_CONF_OK;
        }
        last[last == folder] = '\0';
    }
}

char *pc_nginx_check_log_folder(ngx_conf_t *cf, const ngx_str_t *log)
{
    if (!workers_are_others(cf->cycle)) {
        return NGX_CONF_OK;
    }
    char real[PATH_MAX];
    char *folder = (char *)ngx_pnalloc(cf->pool, log->len + 1);
    if (folder == NULL) {
        return NGX_CONF_ERROR;
    }
    (void)ngx_cpystrn((u_char *)folder, log->data, log->len + 1);
    char *last = strrchr(folder, '/');
    last[last == folder] = '\0';
    if (realpath(folder, real) == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           "polcheck_log \"%V\": its folder cannot be found", log);
        return NGX_CONF_ERROR;
    }
    if (strcmp(folder, real) != 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "polcheck_log \"%V\" has a link, \".\", \"..\" or \"//\" in it, and "
                           "nginx opens the log as root: the folder is \"%s\": write it so",
                           log, real);
        return NGX_CONF_ERROR;
    }
    return check_owners(cf, log, real);
}

/** Of /dev/stdout in a container and the like, which nginx has open already. */
static ngx_uint_t is_pipe(ngx_fd_t file, struct stat *about)
{
    return fstat(file, about) == 0 && (S_ISFIFO(about->st_mode) || S_ISSOCK(about->st_mode));
}

/** False, with the reason in errno (0: it is another kind of file): it was not given away. */
static ngx_uint_t give(const struct pc_nginx_log *log, ngx_uid_t user)
{
    struct stat about;
    if (is_pipe(log->file->fd, &about)) {
        return about.st_uid == user || fchown(log->file->fd, user, (gid_t)-1) == 0;
    }
    int file = open((const char *)log->path.data,
                    O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (file < 0) {
        return 0;
    }
    ngx_uint_t given = fstat(file, &about) == 0;
    if (given && about.st_uid != user) {
        errno = 0;
        given = S_ISREG(about.st_mode) && about.st_nlink == 1 && about.st_uid == 0 &&
                fchown(file, user, (gid_t)-1) == 0;
    }
    int error = errno;
    (void)close(file);
    errno = error;
    return given;
}

ngx_int_t pc_nginx_init_module(ngx_cycle_t *cycle)
{
    struct pc_nginx_main *main =
        ngx_http_cycle_get_module_main_conf(cycle, ngx_http_polcheck_module);
    if (main == NULL || ngx_test_config || !workers_are_others(cycle)) {
        return NGX_OK;
    }
    struct pc_nginx_log **decisions = main->logs.elts;
    for (ngx_uint_t i = 0; i < main->logs.nelts; i++) {
        if (!give(decisions[i], workers_user(cycle))) {
            ngx_log_error(
                NGX_LOG_ALERT, cycle->log, ngx_errno,
                "polcheck: \"%V\" is not given to the workers: it is no pipe, and no plain "
                "file of root's with one name; name another log, or give it to them",
                &decisions[i]->path);
        }
    }
    return NGX_OK;
}
