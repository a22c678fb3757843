// SPDX-License-Identifier: Apache-2.0
#include "folder.h"

#include "secrets/audit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct pc_place place_of(const char *path)
{
    return (struct pc_place){.file = pc_str_from(path)};
}

static enum pc_status fail(struct pc_diags *diags, const char *path, int error)
{
    if (error == ENOENT || error == ENOTDIR) {
        pc_diag_report(diags, PC_DIAG_VAULT_MISSING, place_of(path), "no vault in \"%s\"", path);
        pc_diag_hint(diags, "polcheck secrets init makes one");
        return PC_ERR_NOTFOUND;
    }
    pc_diag_report(diags, PC_DIAG_VAULT_IO, place_of(path),
                   "the vault's folder \"%s\" cannot be used: %s", path, strerror(error));
    return PC_ERR_IO;
}

static bool is_ours_alone(const struct stat *about)
{
    bool mine = about->st_uid == geteuid() || about->st_uid == 0;
    return mine && (about->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static enum pc_status check_owner(int fd, const char *path, struct pc_diags *diags)
{
    struct stat folder;
    if (fstat(fd, &folder) != 0) {
        return fail(diags, path, errno);
    }
    if (is_ours_alone(&folder)) {
        return PC_OK;
    }
    pc_diag_report(diags, PC_DIAG_VAULT_IO, place_of(path),
                   "others may write to the vault's folder \"%s\"", path);
    pc_diag_hint(diags, "it must belong to you or to root: chmod 700 \"%s\"", path);
    return PC_ERR_INVALID;
}

enum pc_status pc_vault_folder_open(const char *path, struct pc_diags *diags, int *out)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return fail(diags, path, errno);
    }
    enum pc_status status = check_owner(fd, path, diags);
    if (status != PC_OK) {
        close(fd);
        return status;
    }
    *out = fd;
    return PC_OK;
}

// 0, or an errno: a folder that cannot be looked through is not taken for an empty one.
static int look_through(int fd, bool *empty)
{
    int own = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = own < 0 ? NULL : fdopendir(own);
    if (folder == NULL) {
        int error = errno;
        if (own >= 0) {
            close(own);
        }
        return error;
    }
    *empty = true;
    errno = 0;
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        *empty = *empty && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0);
    }
    int error = errno;
    closedir(folder);
    return error;
}

static enum pc_status check_empty(int fd, const char *path, struct pc_diags *diags)
{
    bool empty = false;
    int error = look_through(fd, &empty);
    if (error != 0) {
        return fail(diags, path, error);
    }
    if (empty) {
        return PC_OK;
    }
    pc_diag_report(diags, PC_DIAG_VAULT_EXISTS, place_of(path),
                   "there is something in \"%s\" already", path);
    pc_diag_hint(diags, "name a folder that does not exist, or an empty one");
    return PC_ERR_INVALID;
}

enum pc_status pc_vault_folder_make(const char *path, struct pc_diags *diags, int *out,
                                    bool *is_new)
{
    int fd = -1;
    bool made = mkdir(path, 0700) == 0;
    if (!made && errno != EEXIST) {
        pc_diag_report(diags, PC_DIAG_VAULT_IO, place_of(path),
                       "the vault's folder \"%s\" cannot be made: %s", path, strerror(errno));
        return PC_ERR_IO;
    }
    enum pc_status status = pc_vault_folder_open(path, diags, &fd);
    if (status == PC_OK) {
        status = check_empty(fd, path, diags);
    }
    if (status == PC_OK) {
        *out = fd;
        *is_new = made;
        return PC_OK;
    }
    if (fd >= 0) {
        close(fd);
    }
    if (made) {
        (void)rmdir(path); // which leaves what others have put there
    }
    return status;
}

static enum pc_status expose(struct pc_diags *diags, const char *vault, const char *part,
                             const struct stat *about)
{
    const char *front = "";
    const char *behind = " belongs to another user";
    if (S_ISLNK(about->st_mode)) {
        behind = " is a link";
    } else if ((about->st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        front = "others may write to ";
        behind = "";
    }
    pc_diag_report(diags, PC_DIAG_VAULT_IO, place_of(vault), "%s\"%s/%s\"%s", front, vault, part,
                   behind);
    pc_diag_hint(diags,
                 "it must belong to you or to root, and neither group nor others may write to it: "
                 "chmod go-w \"%s/%s\"",
                 vault, part);
    return PC_ERR_INVALID;
}

enum pc_status pc_vault_explain_missing(int folder, enum pc_status status, struct pc_diags *diags)
{
    struct stat about;
    if (status == PC_ERR_NOTFOUND &&
        fstatat(folder, PC_AUDIT_LOG, &about, AT_SYMLINK_NOFOLLOW) == 0) {
        pc_diag_hint(diags,
                     "there is an " PC_AUDIT_LOG
                     ", so a vault was not finished here or has lost its store: restore a "
                     "copy of the whole folder; one that never held anything can be removed");
    }
    return status;
}

// LMDB believes the pages that it reads, and shares memory with whoever writes to its lock file:
// what is authentic in a record is no help against them.
enum pc_status pc_vault_store_check(int folder, struct pc_str path, struct pc_diags *diags)
{
    static const char *const parts[] = {"store", "store/data.mdb", "store/lock.mdb"};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        struct stat about;
        bool there = fstatat(folder, parts[i], &about, AT_SYMLINK_NOFOLLOW) == 0;
        if (!there && (errno != ENOENT || strcmp(parts[i], "store/lock.mdb") != 0)) {
            return pc_vault_explain_missing(folder, fail(diags, path.ptr, errno), diags);
        }
        if (there && (S_ISLNK(about.st_mode) || !is_ours_alone(&about))) {
            return expose(diags, path.ptr, parts[i], &about);
        }
    }
    return PC_OK;
}

enum pc_status pc_vault_store_path(struct pc_arena *arena, struct pc_str vault, struct pc_str *out)
{
    const struct pc_str parts[] = {vault, PC_STR("/store")};
    return pc_arena_join(arena, parts, 2, out);
}
