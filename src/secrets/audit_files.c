// SPDX-License-Identifier: Apache-2.0
#include "audit_files.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lock.h"

enum {
    MODE = S_IRUSR | S_IWUSR,
    REASON = 256,
};

// What is said ------------------------------------------------------------------------------------

struct pc_place pc_audit_place_at(struct pc_str path, uint64_t line)
{
    return (struct pc_place){.file = path, .line = line <= UINT32_MAX ? (uint32_t)line : 0};
}

static const char *advice(int error)
{
    switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return "make room; until then nothing is released";
    case EACCES:
    case EPERM:
    case EROFS:
        return "whoever releases must be able to write audit.log and audit.head";
    case ELOOP:
        return "it must be a file and not a link to one";
    case ENOENT:
        return "restore audit.log and audit.head from one copy; if they are lost for good, see "
               "polcheck secrets audit --accept --lost";
    default:
        return "nothing is released until it can be read and written again";
    }
}

enum pc_status pc_audit_report_io(struct pc_diags *diags, struct pc_str path, const char *verb,
                                  int error)
{
    char reason[REASON];
    if (strerror_r(error, reason, sizeof(reason)) != 0) {
        reason[0] = '\0';
    }
    pc_diag_report(diags, PC_DIAG_AUDIT_IO, pc_audit_place_at(path, 0), "\"%.*s\" cannot be %s: %s",
                   PC_STR_ARG(path), verb, reason);
    pc_diag_hint(diags, "%s", advice(error));
    return PC_ERR_IO;
}

enum pc_status pc_audit_damaged(struct pc_diags *diags)
{
    pc_diag_hint(diags, "polcheck secrets audit --verify says what is wrong where; restore "
                        "audit.log and audit.head from one copy, or, if it was a power failure "
                        "or there is no copy, see polcheck secrets audit --accept");
    return PC_ERR_DAMAGED;
}

static enum pc_status report_missing(struct pc_diags *diags, struct pc_str path)
{
    pc_diag_report(diags, PC_DIAG_AUDIT_DAMAGED, pc_audit_place_at(path, 0),
                   "\"%.*s\" is missing beside the vault", PC_STR_ARG(path));
    return pc_audit_damaged(diags);
}

static enum pc_status report_exposed(struct pc_diags *diags, struct pc_str path, const char *what)
{
    pc_diag_report(diags, PC_DIAG_AUDIT_IO, pc_audit_place_at(path, 0), "\"%.*s\" %s",
                   PC_STR_ARG(path), what);
    pc_diag_hint(diags, "it must be a regular file that belongs to you or to root and that "
                        "neither group nor others may write: chmod go-w FILE, once "
                        "polcheck secrets audit --verify finds nothing");
    return PC_ERR_IO;
}

// Opening -----------------------------------------------------------------------------------------

static int flags_of(enum pc_audit_access access, bool log)
{
    // O_NONBLOCK: a FIFO that somebody put there must not make us wait before it is refused.
    int flags = O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;
    int append = log ? O_APPEND : 0;
    switch (access) {
    case PC_AUDIT_WRITE:
        return flags | O_RDWR | append;
    case PC_AUDIT_CREATE:
        return flags | O_RDWR | O_CREAT | O_EXCL | append;
    case PC_AUDIT_MEND: // O_APPEND would have every write go to the end
    case PC_AUDIT_RENEW:
        return flags | O_RDWR;
    case PC_AUDIT_READ:
    default:
        return flags | O_RDONLY;
    }
}

// The file is what may be trusted not to be written by others.
static enum pc_status check_file(int fd, struct pc_str path, struct pc_diags *diags,
                                 struct pc_audit_identity *out)
{
    struct stat info;
    if (fstat(fd, &info) != 0) {
        return pc_audit_report_io(diags, path, "looked at", errno);
    }
    if (!S_ISREG(info.st_mode)) {
        return report_exposed(diags, path, "is not a regular file");
    }
    if (info.st_uid != 0 && info.st_uid != geteuid()) {
        return report_exposed(diags, path, "belongs to another user");
    }
    if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return report_exposed(diags, path, "can be written by others");
    }
    *out = (struct pc_audit_identity){info.st_dev, info.st_ino};
    return PC_OK;
}

static int open_again(int folder, const char *name, int flags)
{
    int fd;
    do {
        fd = openat(folder, name, flags, MODE);
    } while (fd < 0 && errno == EINTR);
    return fd;
}

struct opening {
    int folder;
    enum pc_audit_access access;
    struct pc_diags *diags;
    bool made; // the file that was opened last, as it was not there
};

static bool is_made(const struct opening *opening, bool log)
{
    return opening->access == PC_AUDIT_RENEW || (opening->access == PC_AUDIT_MEND && !log);
}

// *fd stays as it is for a file that is missing where it may be.
static enum pc_status open_file(struct opening *opening, const char *name, struct pc_str path,
                                int *fd, struct pc_audit_identity *identity)
{
    bool log = strcmp(name, PC_AUDIT_LOG) == 0;
    int flags = flags_of(opening->access, log);
    int opened = open_again(opening->folder, name, flags);
    opening->made = false;
    if (opened < 0 && errno == ENOENT && is_made(opening, log)) {
        opened = open_again(opening->folder, name, flags | O_CREAT | O_EXCL);
        opening->made = opened >= 0;
    }
    if (opened < 0 && errno == ENOENT && opening->access != PC_AUDIT_CREATE) {
        return opening->access == PC_AUDIT_READ ? PC_OK : report_missing(opening->diags, path);
    }
    if (opened < 0) {
        return pc_audit_report_io(opening->diags, path, "opened", errno);
    }
    enum pc_status status = check_file(opened, path, opening->diags, identity);
    if (status != PC_OK) {
        if (opening->access == PC_AUDIT_CREATE || opening->made) {
            (void)unlinkat(opening->folder, name, 0);
        }
        (void)close(opened);
        return status;
    }
    *fd = opened;
    return PC_OK;
}

static enum pc_status make_paths(struct pc_str folder, struct pc_audit_files *files)
{
    struct pc_buf *paths = &files->paths;
    pc_buf_str(paths, folder);
    pc_buf_text(paths, "/" PC_AUDIT_LOG);
    size_t middle = paths->len;
    pc_buf_str(paths, folder);
    pc_buf_text(paths, "/" PC_AUDIT_HEAD);
    PC_TRY(pc_buf_status(paths));
    files->log_path = pc_str_slice(pc_buf_view(paths), 0, middle);
    files->head_path = pc_str_slice(pc_buf_view(paths), middle, paths->len);
    return PC_OK;
}

static enum pc_status open_both(struct opening *opening, struct pc_audit_files *files)
{
    PC_TRY(open_file(opening, PC_AUDIT_LOG, files->log_path, &files->log, &files->log_is));
    files->made_log = opening->made;
    enum pc_status status =
        open_file(opening, PC_AUDIT_HEAD, files->head_path, &files->head, &files->head_is);
    files->made_head = status == PC_OK && opening->made;
    if (status != PC_OK) {
        pc_audit_files_unmake(files);
    }
    if (status != PC_OK && opening->access == PC_AUDIT_CREATE) {
        (void)unlinkat(opening->folder, PC_AUDIT_LOG, 0);
    }
    PC_TRY(status);
    return files->log < 0 && files->head < 0
               ? pc_audit_report_io(opening->diags, files->log_path, "opened", ENOENT)
               : PC_OK;
}

enum pc_status pc_audit_files_open(const struct pc_audit_place *place, enum pc_audit_access access,
                                   struct pc_diags *diags, struct pc_audit_files *out)
{
    struct pc_audit_files files = {.folder = place->folder, .log = -1, .head = -1};
    struct opening opening = {place->folder, access, diags, false};
    enum pc_status status = make_paths(place->name, &files);
    status = status == PC_OK ? open_both(&opening, &files) : status;
    if (status != PC_OK) {
        pc_audit_files_close(&files);
        return status;
    }
    *out = files;
    return PC_OK;
}

void pc_audit_files_close(struct pc_audit_files *files)
{
    if (files->log >= 0) {
        (void)close(files->log);
    }
    if (files->head >= 0) {
        (void)close(files->head);
    }
    pc_buf_release(&files->paths);
    files->log = -1;
    files->head = -1;
}

void pc_audit_files_unmake(const struct pc_audit_files *files)
{
    if (files->made_head) {
        (void)unlinkat(files->folder, PC_AUDIT_HEAD, 0);
    }
    if (files->made_log) {
        (void)unlinkat(files->folder, PC_AUDIT_LOG, 0);
    }
}

void pc_audit_files_unlink(const struct pc_audit_place *place)
{
    (void)unlinkat(place->folder, PC_AUDIT_HEAD, 0);
    (void)unlinkat(place->folder, PC_AUDIT_LOG, 0);
}

// The lock ----------------------------------------------------------------------------------------

static enum pc_status report_locked(struct pc_diags *diags, struct pc_str path)
{
    pc_diag_report(diags, PC_DIAG_AUDIT_IO, pc_audit_place_at(path, 0),
                   "\"%.*s\" is locked by another process", PC_STR_ARG(path));
    pc_diag_hint(diags,
                 "polcheck has it for a moment only: try again; whoever may read it can keep "
                 "it locked, and then nothing is released: chmod go-r it");
    return PC_ERR_IO;
}

enum pc_status pc_audit_files_lock(const struct pc_audit_files *files, bool alone,
                                   struct pc_diags *diags)
{
    int error = pc_lock_take(files->head, alone, PC_AUDIT_WAIT_MS);
    if (error == EWOULDBLOCK) {
        return report_locked(diags, files->head_path);
    }
    return error == 0 ? PC_OK : pc_audit_report_io(diags, files->head_path, "locked", error);
}

void pc_audit_files_unlock(const struct pc_audit_files *files)
{
    pc_lock_give(files->head);
}

// Reading -----------------------------------------------------------------------------------------

static ssize_t pread_again(int fd, char *room, size_t count, uint64_t offset)
{
    ssize_t got;
    do {
        got = pread(fd, room, count, (off_t)offset);
    } while (got < 0 && errno == EINTR);
    return got;
}

enum pc_status pc_audit_read_at(int fd, char *room, size_t count, uint64_t offset, size_t *got)
{
    size_t have = 0;
    ssize_t part = 1;
    while (have < count && part > 0) {
        part = pread_again(fd, room + have, count - have, offset + have);
        if (part < 0) {
            return PC_ERR_IO;
        }
        have += (size_t)part;
    }
    *got = have;
    return PC_OK;
}

// Entries beside the file that people find are as good as none, and a lock on another one's head
// keeps nobody out.
static enum pc_status find(const struct pc_audit_files *files, bool log, struct pc_diags *diags,
                           struct stat *info)
{
    const struct pc_audit_identity *identity = log ? &files->log_is : &files->head_is;
    struct pc_str path = log ? files->log_path : files->head_path;
    bool there =
        fstatat(files->folder, log ? PC_AUDIT_LOG : PC_AUDIT_HEAD, info, AT_SYMLINK_NOFOLLOW) == 0;
    if (!there && errno != ENOENT) {
        return pc_audit_report_io(diags, path, "looked at", errno);
    }
    if (there && info->st_dev == identity->device && info->st_ino == identity->inode) {
        return PC_OK;
    }
    pc_diag_report(diags, PC_DIAG_AUDIT_DAMAGED, pc_audit_place_at(path, 0),
                   "the audit log was removed or replaced while it was open");
    return pc_audit_damaged(diags);
}

enum pc_status pc_audit_files_check(const struct pc_audit_files *files, struct pc_diags *diags)
{
    struct stat info;
    if (files->head >= 0) {
        PC_TRY(find(files, false, diags, &info));
    }
    return find(files, true, diags, &info);
}

enum pc_status pc_audit_files_size(const struct pc_audit_files *files, struct pc_diags *diags,
                                   uint64_t *out)
{
    struct stat info;
    if (fstat(files->log, &info) != 0) {
        return pc_audit_report_io(diags, files->log_path, "looked at", errno);
    }
    *out = (uint64_t)info.st_size;
    return PC_OK;
}

enum pc_status pc_audit_files_read_head(const struct pc_audit_files *files, struct pc_diags *diags,
                                        struct pc_audit_head *out, bool *whole)
{
    char room[PC_AUDIT_HEAD_BYTES + 1]; // one more shows a file that is too long
    ssize_t first = pread_again(files->head, room, sizeof(room), 0);
    size_t got = sizeof(out->bytes);
    // What has the right size is as it should be, and costs one call.
    if (first != sizeof(out->bytes) &&
        pc_audit_read_at(files->head, room, sizeof(room), 0, &got) != PC_OK) {
        return pc_audit_report_io(diags, files->head_path, "read", errno);
    }
    *whole = got == sizeof(out->bytes);
    if (*whole) {
        memcpy(out->bytes, room, sizeof(out->bytes));
    }
    return PC_OK;
}

// Writing -----------------------------------------------------------------------------------------

// Writes all of it, in one call but for file systems that do half of it. PC_ERR_IO, with errno.
static enum pc_status write_at(int fd, struct pc_str bytes, uint64_t at, bool *begun)
{
    size_t done = 0;
    while (done < bytes.len) {
        ssize_t count = pwrite(fd, bytes.ptr + done, bytes.len - done, (off_t)(at + done));
        if (count == 0 || (count < 0 && errno != EINTR)) {
            errno = count < 0 ? errno : ENOSPC;
            return PC_ERR_IO;
        }
        done += count > 0 ? (size_t)count : 0;
        *begun = *begun || count > 0;
    }
    return PC_OK;
}

enum pc_status pc_audit_files_write_head(const struct pc_audit_files *files,
                                         const struct pc_audit_head *head, struct pc_diags *diags)
{
    struct pc_str bytes = {head->bytes, sizeof(head->bytes)};
    bool begun = false;
    return write_at(files->head, bytes, 0, &begun) == PC_OK
               ? PC_OK
               : pc_audit_report_io(diags, files->head_path, "written", errno);
}

enum pc_status pc_audit_files_put(const struct pc_audit_files *files, struct pc_str line,
                                  uint64_t at, bool *begun, struct pc_diags *diags)
{
    *begun = false;
    return write_at(files->log, line, at, begun) == PC_OK
               ? PC_OK
               : pc_audit_report_io(diags, files->log_path, "written", errno);
}

static int cut_again(int fd, uint64_t size)
{
    int result;
    do {
        result = ftruncate(fd, (off_t)size);
    } while (result != 0 && errno == EINTR);
    return result;
}

enum pc_status pc_audit_files_cut(const struct pc_audit_files *files, uint64_t size,
                                  struct pc_diags *diags)
{
    return cut_again(files->log, size) == 0
               ? PC_OK
               : pc_audit_report_io(diags, files->log_path, "cut", errno);
}

enum pc_status pc_audit_files_fit_head(const struct pc_audit_files *files, struct pc_diags *diags)
{
    return cut_again(files->head, PC_AUDIT_HEAD_BYTES) == 0
               ? PC_OK
               : pc_audit_report_io(diags, files->head_path, "cut", errno);
}

enum pc_status pc_audit_files_append(const struct pc_audit_files *files, struct pc_str line,
                                     uint64_t size, struct pc_diags *diags)
{
    size_t done = 0;
    while (done < line.len) {
        ssize_t count = write(files->log, line.ptr + done, line.len - done);
        if (count == 0 || (count < 0 && errno != EINTR)) {
            enum pc_status status =
                pc_audit_report_io(diags, files->log_path, "written", count < 0 ? errno : ENOSPC);
            if (done > 0) {
                // Where this fails too, the next one to append cuts it off.
                (void)!pc_audit_files_cut(files, size, diags);
            }
            return status;
        }
        done += count > 0 ? (size_t)count : 0;
    }
    return PC_OK;
}

static int sync_again(int fd)
{
    int result;
    do {
        result = fdatasync(fd);
    } while (result != 0 && errno == EINTR);
    return result;
}

enum pc_status pc_audit_files_sync(const struct pc_audit_files *files, struct pc_diags *diags)
{
    if (sync_again(files->log) != 0) {
        return pc_audit_report_io(diags, files->log_path, "brought to the disk", errno);
    }
    return sync_again(files->head) == 0
               ? PC_OK
               : pc_audit_report_io(diags, files->head_path, "brought to the disk", errno);
}

enum pc_status pc_audit_files_sync_folder(const struct pc_audit_files *files, int folder,
                                          struct pc_diags *diags)
{
    int result;
    do {
        result = fsync(folder);
    } while (result != 0 && errno == EINTR);
    return result == 0 || errno == EINVAL
               ? PC_OK
               : pc_audit_report_io(diags, files->log_path, "brought to the disk", errno);
}
