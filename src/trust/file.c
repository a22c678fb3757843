// SPDX-License-Identifier: Apache-2.0
#define _XOPEN_SOURCE 700 // S_ISVTX
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

enum {
    MAY_WRITE = S_IWGRP | S_IWOTH,
    MAY_ANYTHING = S_IRWXG | S_IRWXO,
    MOST_LINKS = 40, // as many as the system follows
    PROC = 0x9fa0,   // what statfs calls the file system of /proc
};

#define HINT_SECRET                                                                                \
    "chmod 600 it; if others could read it, make another key, and take this one out of every set " \
    "of trusted keys"

#define NO_FOLDER "its folder has to be there"

const struct pc_trust_kind pc_trust_public_kind = {
    .what = "the file of trusted keys",
    .code = PC_DIAG_TRUST_FILE,
    .forbidden = MAY_WRITE,
    .links = true,
    .missing = "without it nothing is trusted; it has the lines of one or more *.pub files, which "
               "polcheck keygen makes",
    .exposed = "chmod go-w it, and look whether the keys in it are still yours",
};

const struct pc_trust_kind pc_trust_made_kind = {
    .what = "the public key",
    .code = PC_DIAG_TRUST_FILE,
    .forbidden = MAY_WRITE,
};

const struct pc_trust_kind pc_trust_secret_kind = {
    .what = "the secret key",
    .code = PC_DIAG_TRUST_FILE,
    .forbidden = MAY_ANYTHING,
    .missing = "polcheck keygen NAME makes NAME.key and NAME.pub",
    .exposed = HINT_SECRET,
};

// systemd lets the service's user read by an access list, which shows as a right of the group.
const struct pc_trust_kind pc_trust_credential_kind = {
    .what = "the secret key",
    .code = PC_DIAG_TRUST_FILE,
    .forbidden = MAY_ANYTHING & ~S_IRGRP,
    .exposed = HINT_SECRET,
};

const struct pc_trust_kind pc_trust_seen_kind = {
    .what = "the file of what was seen",
    .code = PC_DIAG_SEEN_FILE,
    .forbidden = MAY_WRITE,
    .alone = true,
    .missing = NO_FOLDER,
    .exposed = "chmod 600 it, and look whether its serial is still that of the newest store",
};

// Failures ----------------------------------------------------------------------------------------

static enum pc_status meaning_of(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return PC_ERR_NOTFOUND;
    case ENOSPC:
    case EDQUOT:
        return PC_ERR_FULL;
    default:
        return PC_ERR_IO;
    }
}

// What can be done about it; NULL: that depends.
static const char *hint_of(const struct pc_trust_file *file, const char *doing, int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return strcmp(doing, "made") == 0 ? NO_FOLDER : file->kind->missing;
    case EEXIST:
        return "choose another name: no file is written over";
    case ELOOP:
        return "what is there is a symbolic link, and is not followed: remove it";
    case EACCES:
        return "run polcheck as the user whose file it is, or as root";
    default:
        return NULL;
    }
}

enum pc_status pc_trust_file_fail(const struct pc_trust_file *file, const char *doing, int error,
                                  struct pc_diags *diags)
{
    const struct pc_place place = {.file = pc_str_from(file->name)};
    enum pc_status status = meaning_of(error);
    pc_diag_report(diags, file->kind->code, place, "%s \"%s\" cannot be %s: %s", file->kind->what,
                   file->name, doing, strerror(error));
    const char *hint = hint_of(file, doing, error);
    if (hint != NULL) {
        pc_diag_hint(diags, "%s", hint);
    }
    return status;
}

static enum pc_status expose(const struct pc_trust_file *file, struct pc_diags *diags,
                             const char *why, const char *hint)
{
    const struct pc_place place = {.file = pc_str_from(file->name)};
    pc_diag_report(diags, PC_DIAG_TRUST_FILE_EXPOSED, place, "%s \"%s\" %s", file->kind->what,
                   file->name, why);
    pc_diag_hint(diags, "%s", hint);
    return PC_ERR_INVALID;
}

// Opening -----------------------------------------------------------------------------------------

static bool is_ours(const struct stat *about)
{
    return about->st_uid == geteuid() || about->st_uid == 0;
}

enum pc_status pc_trust_file_check(const struct pc_trust_file *file, const struct stat *about,
                                   struct pc_diags *diags)
{
    char why[64];
    if (!S_ISREG(about->st_mode)) {
        return expose(file, diags, "is not a regular file", "name a file");
    }
    if (!is_ours(about)) {
        return expose(file, diags, "belongs to another user",
                      "it must belong to you or to root: run polcheck as its owner, or chown it");
    }
    if ((about->st_mode & file->kind->forbidden) != 0) {
        (void)snprintf(why, sizeof(why), "may be touched by others: its mode is %04o",
                       (unsigned)(about->st_mode & 07777));
        return expose(file, diags, why, file->kind->exposed);
    }
    return PC_OK;
}

// Of a path in it; cut where it is longer than any that the system opens.
static void name_folder(const char *path, char folder[PATH_MAX])
{
    const char *slash = strrchr(path, '/');
    size_t length = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);
    (void)snprintf(folder, PATH_MAX, "%.*s", slash == NULL ? 1 : (int)length,
                   slash == NULL ? "." : path);
}

// Containers are given files in folders of mode 0777 that are mounted so that none can be changed.
static bool is_read_only(const char *folder)
{
    struct statvfs about;
    return statvfs(folder, &about) == 0 && (about.f_flag & ST_RDONLY) != 0;
}

static enum pc_status check_folder(const struct pc_trust_file *file, const char *folder,
                                   const char *why, struct pc_diags *diags)
{
    struct stat about;
    if (stat(folder, &about) != 0) {
        return pc_trust_file_fail(file, "used", errno, diags);
    }
    bool kept = (about.st_mode & S_ISVTX) != 0 && !file->kind->alone;
    bool shared = (about.st_mode & MAY_WRITE) != 0 && !kept && !is_read_only(folder);
    return is_ours(&about) && !shared
               ? PC_OK
               : expose(file, diags, why,
                        "others could remove it, or put another one there: give it a folder that "
                        "belongs to who runs polcheck or to root, and that nobody else may write "
                        "to");
}

// Puts what a link in the folder leads to into the place of its path. 0, or an errno.
static int read_link(const char *folder, char path[PATH_MAX])
{
    char target[PATH_MAX];
    ssize_t length = readlink(path, target, sizeof(target) - 1);
    if (length < 0) {
        return errno;
    }
    target[length] = '\0';
    bool whole = target[0] == '/';
    int size = snprintf(path, PATH_MAX, "%s%s%s", whole ? "" : folder, whole ? "" : "/", target);
    return size < 0 || size >= PATH_MAX ? ENAMETOOLONG : 0;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

// Whether a link leads to what was opened whatever its text says: a descriptor below /proc, which
// nobody can replace, and which may be of what has no name any more.
static bool is_descriptor(const char *folder, const char *path, const struct stat *opened)
{
    struct statfs where;
    struct stat about;
    return statfs(folder, &where) == 0 && where.f_type == PROC && stat(path, &about) == 0 &&
           is_same(&about, opened);
}

// A way from the file's path to what was opened.
struct way {
    const struct stat *opened;
    char path[PATH_MAX], folder[PATH_MAX];
    bool is_link;    // it goes on
    bool descriptor; // the last link was one
};

// Goes on to where a link leads. The way ends at what was opened, or it was another one then, with
// a link that nobody has looked at.
static enum pc_status follow(const struct pc_trust_file *file, struct way *way,
                             struct pc_diags *diags)
{
    struct stat about = {.st_mode = 0};
    int error = lstat(way->path, &about) != 0 ? errno : 0;
    if (error == ENOENT && way->descriptor) {
        return PC_OK;
    }
    if (error != 0) {
        return pc_trust_file_fail(file, "used", error, diags);
    }
    way->is_link = S_ISLNK(about.st_mode);
    if (!way->is_link) {
        return is_same(&about, way->opened) ? PC_OK : PC_ERR_BUSY;
    }
    if (!is_ours(&about)) {
        return expose(file, diags, "is a link of another user's", "name the file itself");
    }
    way->descriptor = is_descriptor(way->folder, way->path, way->opened);
    error = read_link(way->folder, way->path);
    return error == 0 ? PC_OK : pc_trust_file_fail(file, "used", error, diags);
}

// Of a link whoever may change the folder that it leads to, or one on the way, chooses what is
// read, too.
enum pc_status pc_trust_folder_check(const struct pc_trust_file *file, const struct stat *opened,
                                     struct pc_diags *diags)
{
    struct way way = {.opened = opened, .is_link = true};
    const char *why = "lies in a folder that others may change";
    (void)snprintf(way.path, sizeof(way.path), "%s", file->name);
    for (unsigned i = 0; i <= MOST_LINKS && way.is_link; i++) {
        name_folder(way.path, way.folder);
        PC_TRY(check_folder(file, way.folder, why, diags));
        way.is_link = false;
        if (file->kind->links) {
            PC_TRY(follow(file, &way, diags));
        }
        why = "is a link into a folder that others may change";
    }
    return way.is_link ? pc_trust_file_fail(file, "used", ELOOP, diags) : PC_OK;
}

// O_NONBLOCK, so that a named pipe is looked at and refused, and not waited for.
enum pc_status pc_trust_file_open(const struct pc_trust_file *file, struct pc_diags *diags, int *fd,
                                  struct stat *about)
{
    int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    int opened = open(file->name, file->kind->links ? flags : flags | O_NOFOLLOW);
    if (opened < 0 && errno == ELOOP && !file->kind->links) {
        return expose(file, diags, "is a symbolic link", "name the file itself");
    }
    if (opened < 0) {
        return pc_trust_file_fail(file, "read", errno, diags);
    }
    enum pc_status status = fstat(opened, about) != 0
                                ? pc_trust_file_fail(file, "read", errno, diags)
                                : pc_trust_file_check(file, about, diags);
    if (status != PC_OK) {
        (void)close(opened);
        return status;
    }
    *fd = opened;
    return PC_OK;
}

enum pc_status pc_trust_file_read(const struct pc_trust_file *file, int fd, struct pc_diags *diags,
                                  struct pc_buf *room)
{
    while (room->len < room->cap) {
        ssize_t got = read(fd, room->ptr + room->len, room->cap - room->len);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return pc_trust_file_fail(file, "read", errno, diags);
        }
        if (got == 0) {
            break;
        }
        room->len += (size_t)got;
    }
    return PC_OK;
}

// Making ------------------------------------------------------------------------------------------

static int write_all(int fd, struct pc_str bytes)
{
    while (bytes.len > 0) {
        ssize_t wrote = write(fd, bytes.ptr, bytes.len);
        if (wrote < 0 && errno != EINTR) {
            return errno;
        }
        if (wrote > 0) {
            bytes = pc_str_slice(bytes, (size_t)wrote, bytes.len);
        }
    }
    return fsync(fd) != 0 ? errno : 0;
}

int pc_trust_file_make(const char *path, mode_t mode, struct pc_str bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        return errno;
    }
    int error = fchmod(fd, mode) != 0 ? errno : write_all(fd, bytes);
    if (close(fd) != 0 && error == 0) {
        error = errno;
    }
    if (error != 0) {
        (void)unlink(path);
    }
    return error;
}

int pc_trust_sync_folder(const char *path)
{
    char folder[PATH_MAX];
    name_folder(path, folder);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return errno;
    }
    int error = fsync(fd) != 0 ? errno : 0;
    (void)close(fd);
    return error == EINVAL || error == EROFS ? 0 : error;
}
