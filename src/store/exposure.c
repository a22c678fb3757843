// SPDX-License-Identifier: Apache-2.0
#define _DEFAULT_SOURCE // S_ISVTX
#include "store/exposure.h"

#include "reader.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// The parts of a store, by what their names have behind the store's path.
enum part {
    FOLDER,
    DATA,
    LOCK,
    PARTS,
};

static const char *const names[PARTS] = {"", "/" PC_FOLDER_DATA, "/" PC_FOLDER_LOCK};

struct exposure {
    enum part part;
    const char *front, *behind; // of the part's name, in a sentence; NULL: there is none
    bool belongs;               // to another user
};

// 0, or an errno. Of a lock file that is not there `about` is left alone: a reader of what may not
// be written has none.
static int look(const struct pc_store *store, enum part part, struct stat *about)
{
    mdb_filehandle_t data;
    const struct pc_folder *folder = &store->env.folder;
    switch (part) {
    case FOLDER:
        return fstat(folder->fd, about) != 0 ? errno : 0;
    case DATA:
        if (mdb_env_get_fd(store->env.lmdb, &data) != 0) {
            return EBADF;
        }
        return fstat(data, about) != 0 ? errno : 0;
    case LOCK:
    case PARTS:
        break;
    }
    bool failed = fstatat(folder->fd, PC_FOLDER_LOCK, about, AT_SYMLINK_NOFOLLOW) != 0;
    return failed && errno != ENOENT ? errno : 0;
}

static bool everybody_writes(enum part part, mode_t mode)
{
    bool kept = part == FOLDER && (mode & S_ISVTX) != 0; // nobody replaces there what is another's
    return (mode & S_IWOTH) != 0 && !kept;
}

static struct exposure judge(enum part part, const struct stat *about, enum pc_store_care care)
{
    const struct exposure none = {.part = part};
    bool strict = care == PC_CARE_OF_SECRETS;
    if (part == LOCK && !strict) {
        return none;
    }
    if (S_ISLNK(about->st_mode)) { // whose mode says nothing
        return (struct exposure){part, "", " is a link", false};
    }
    if (everybody_writes(part, about->st_mode) || (strict && (about->st_mode & S_IWOTH) != 0)) {
        return (struct exposure){part, "everybody may write to ", "", false};
    }
    if (!strict) {
        return none;
    }
    if ((about->st_mode & S_IWGRP) != 0) {
        return (struct exposure){part, "its group may write to ", "", false};
    }
    if (about->st_uid != geteuid() && about->st_uid != 0) {
        return (struct exposure){part, "", " belongs to another user", true};
    }
    return none;
}

// 0, or an errno.
static int find(const struct pc_store *store, enum pc_store_care care, struct exposure *out)
{
    *out = (struct exposure){.part = FOLDER};
    for (enum part part = FOLDER; part < PARTS && out->front == NULL; part++) {
        struct stat about = {.st_uid = geteuid()};
        int error = look(store, part, &about);
        if (error != 0) {
            return error;
        }
        *out = judge(part, &about, care);
    }
    return 0;
}

static void report(const struct pc_store *store, const struct exposure *found,
                   enum pc_diag_code code, struct pc_diags *diags)
{
    struct pc_str path = pc_store_path(store);
    const char *name = names[found->part];
    pc_diag_report(diags, code, (struct pc_place){.file = path}, "%s\"%.*s%s\"%s", found->front,
                   PC_STR_ARG(path), name, found->behind);
    if (found->belongs) {
        pc_diag_hint(diags, "secrets are released by policies of this user's or of root's alone: "
                            "compile as this user, or give it the folder and its files (chown)");
    } else {
        pc_diag_hint(diags, "chmod go-w \"%.*s%s\", then compile the policies anew",
                     PC_STR_ARG(path), name);
    }
}

static void report_unseen(const struct pc_store *store, int error, enum pc_diag_code code,
                          struct pc_diags *diags)
{
    struct pc_str path = pc_store_path(store);
    pc_diag_report(diags, code, (struct pc_place){.file = path},
                   "who may write to \"%.*s\" cannot be told: %s", PC_STR_ARG(path),
                   strerror(error));
}

enum pc_status pc_store_check_kept(const struct pc_store *store, enum pc_store_care care,
                                   struct pc_diags *diags)
{
    struct exposure found;
    int error = find(store, care, &found);
    if (error != 0) {
        report_unseen(store, error, PC_DIAG_STORE_IO, diags);
        return PC_ERR_IO;
    }
    if (found.front == NULL) {
        return PC_OK;
    }
    report(store, &found, PC_DIAG_STORE_EXPOSED, diags);
    return PC_ERR_INVALID;
}

void pc_store_warn_exposed(const struct pc_store *store, struct pc_diags *diags)
{
    struct exposure found;
    int error = find(store, PC_CARE_OF_DECISIONS, &found);
    if (error != 0) {
        report_unseen(store, error, PC_DIAG_STORE_WRITABLE, diags);
    } else if (found.front != NULL) {
        report(store, &found, PC_DIAG_STORE_WRITABLE, diags);
    }
}
