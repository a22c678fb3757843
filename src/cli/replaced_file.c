// SPDX-License-Identifier: Apache-2.0
#include "replaced_file.h"

#include "attend.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MOST_LINKS = 40, // as Linux has it
    LINK_BYTES = 4096,
    MOST_NAMES = 100,
    NAME_BYTES = 64,
    PLAIN_MODE = 0777,
    NEW_MODE = 0666, // less the umask
    ANY_WRITE = 0222,
};

static enum pc_status complain(struct pc_cli *cli, const struct pc_replaced_file *file,
                               const char *what, const char *why)
{
    pc_diag_report(&cli->diags, file->code, (struct pc_place){.file = file->path},
                   "\"%.*s\" %s: %s", PC_STR_ARG(file->path), what, why);
    return PC_ERR_INVALID;
}

// Opening ----------------------------------------------------------------------------------------

static struct pc_str folder_of(struct pc_str path)
{
    size_t slash = pc_str_find_last(path, '/');
    return slash == SIZE_MAX ? PC_STR("") : pc_str_slice(path, 0, slash + 1);
}

// Where a link leads to: by its own folder, if it does not say all.
static enum pc_status follow(struct pc_cli *cli, struct pc_replaced_file *file)
{
    char target[LINK_BYTES];
    ssize_t length = readlink(file->real.ptr, target, sizeof(target));
    if (length < 0 || (size_t)length == sizeof(target)) {
        return complain(cli, file, "cannot be followed",
                        strerror(length < 0 ? errno : ENAMETOOLONG));
    }
    const struct pc_str parts[] = {target[0] == '/' ? PC_STR("") : folder_of(file->real),
                                   {target, (size_t)length}};
    return pc_arena_join(&cli->arena, parts, 2, &file->real);
}

static enum pc_status find_real(struct pc_cli *cli, struct pc_replaced_file *file)
{
    struct stat about;
    PC_TRY(pc_arena_copy(&cli->arena, file->path, &file->real)); // ends in zero then
    for (int i = 0; lstat(file->real.ptr, &about) == 0 && S_ISLNK(about.st_mode); i++) {
        if (i == MOST_LINKS) {
            return complain(cli, file, "cannot be followed", strerror(ELOOP));
        }
        PC_TRY(follow(cli, file));
    }
    struct pc_str folder = folder_of(file->real);
    file->base = pc_str_slice(file->real, folder.len, file->real.len);
    return PC_OK;
}

static enum pc_status complain_of_folder(struct pc_cli *cli, const struct pc_replaced_file *file,
                                         struct pc_str folder, const char *what, int error)
{
    pc_diag_report(&cli->diags, file->code, (struct pc_place){.file = folder},
                   "\"%.*s\" cannot be %s: %s", PC_STR_ARG(folder), what, strerror(error));
    return PC_ERR_INVALID;
}

static enum pc_status lock_folder(struct pc_cli *cli, struct pc_replaced_file *file)
{
    struct pc_str folder = folder_of(file->real);
    PC_TRY(pc_arena_copy(&cli->arena, folder.len > 0 ? folder : PC_STR("."), &folder));
    file->folder = open(folder.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file->folder < 0) {
        return complain_of_folder(cli, file, folder, "opened", errno);
    }
    int result;
    do {
        result = flock(file->folder, LOCK_EX);
    } while (result != 0 && errno == EINTR);
    // A file system without locks: then it is up to the user not to run two at once.
    bool without = result != 0 && (errno == ENOLCK || errno == EOPNOTSUPP || errno == EBADF);
    return result == 0 || without ? PC_OK : complain_of_folder(cli, file, folder, "locked", errno);
}

// Of one without any right to write not even the superuser replaces what is in it: somebody meant
// it to stay.
static const char *flaw_of(const struct pc_replaced_file *file, const struct stat *about)
{
    if (!S_ISREG(about->st_mode)) {
        return "it is not a file";
    }
    if ((about->st_mode & ANY_WRITE) == 0 ||
        faccessat(file->folder, file->base.ptr, W_OK, AT_EACCESS) != 0) {
        return "it is read-only";
    }
    return NULL;
}

static enum pc_status look(struct pc_cli *cli, struct pc_replaced_file *file)
{
    struct stat about;
    if (fstatat(file->folder, file->base.ptr, &about, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT ? PC_OK : complain(cli, file, "cannot be changed", strerror(errno));
    }
    const char *flaw = flaw_of(file, &about);
    if (flaw != NULL) {
        return complain(cli, file, "cannot be changed", flaw);
    }
    file->exists = true;
    return PC_OK;
}

enum pc_status pc_replaced_file_open(struct pc_cli *cli, const char *path, enum pc_diag_code code,
                                     struct pc_replaced_file *out)
{
    *out = (struct pc_replaced_file){.code = code, .path = pc_str_from(path), .folder = -1};
    if (pc_str_eq(out->path, PC_STR("-"))) {
        return complain(cli, out, "cannot be changed", "it is not a file");
    }
    PC_TRY(find_real(cli, out));
    PC_TRY(lock_folder(cli, out));
    return look(cli, out);
}

void pc_replaced_file_close(struct pc_replaced_file *file)
{
    if (file->folder >= 0) {
        (void)close(file->folder); // and the lock with it
        file->folder = -1;
    }
}

// Writing ----------------------------------------------------------------------------------------

// Makes a file beside it under a name that none has. -1: errno tells.
static int make_beside(const struct pc_replaced_file *file, char name[NAME_BYTES])
{
    int fd = -1;
    errno = EEXIST;
    for (int i = 0; i < MOST_NAMES && fd < 0 && errno == EEXIST; i++) {
        (void)snprintf(name, NAME_BYTES, ".polcheck-%ld-%d.tmp", (long)getpid(), i);
        fd = openat(file->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                    file->exists ? S_IRUSR | S_IWUSR : NEW_MODE);
    }
    return fd;
}

// Gives it the owner, if that may be, and the mode of the file that it replaces. 0, or an errno.
static int take_on(const struct pc_replaced_file *file, int fd)
{
    struct stat about;
    if (!file->exists) {
        return 0;
    }
    if (fstatat(file->folder, file->base.ptr, &about, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno;
    }
    if (fchown(fd, about.st_uid, about.st_gid) != 0) {
        (void)!fchown(fd, (uid_t)-1, about.st_gid);
    }
    return fchmod(fd, about.st_mode & PLAIN_MODE) != 0 ? errno : 0;
}

// 0, or an errno.
static int fill(const struct pc_replaced_file *file, int fd, struct pc_str text)
{
    int error = take_on(file, fd);
    error = error == 0 ? pc_output_write(fd, text) : error;
    error = error == 0 && fsync(fd) != 0 ? errno : error;
    return close(fd) != 0 && error == 0 ? errno : error;
}

static void sync_folder(const struct pc_replaced_file *file)
{
    // Some file systems cannot: then the name reaches the disk when the system writes it.
    (void)!fsync(file->folder);
}

enum pc_status pc_replaced_file_write(struct pc_cli *cli, const struct pc_replaced_file *file,
                                      struct pc_str text)
{
    char name[NAME_BYTES];
    if (pc_memory_ran_out()) { // then the text may not be whole
        return PC_ERR_NOMEM;
    }
    int fd = make_beside(file, name);
    if (fd < 0) {
        return complain(cli, file, "cannot be written", strerror(errno));
    }
    int error = fill(file, fd, text);
    if (error == 0 && renameat(file->folder, name, file->folder, file->base.ptr) != 0) {
        error = errno;
    }
    if (error != 0) {
        (void)unlinkat(file->folder, name, 0);
        return complain(cli, file, "cannot be written", strerror(error));
    }
    sync_folder(file);
    return PC_OK;
}

enum pc_status pc_replaced_file_remove(struct pc_cli *cli, const struct pc_replaced_file *file)
{
    if (unlinkat(file->folder, file->base.ptr, 0) != 0) {
        return complain(cli, file, "cannot be removed", strerror(errno));
    }
    sync_folder(file);
    return PC_OK;
}

enum pc_status pc_replaced_file_put(struct pc_cli *cli, const char *path, enum pc_diag_code code,
                                    struct pc_str text)
{
    PC_CLEANUP(pc_replaced_file_close) struct pc_replaced_file file = {.folder = -1};
    struct pc_held held;
    PC_TRY(pc_replaced_file_open(cli, path, code, &file));
    pc_signals_hold(&held);
    enum pc_status status = pc_replaced_file_write(cli, &file, text);
    pc_signals_let_go(&held);
    cli->changed = cli->changed || status == PC_OK;
    return status;
}
