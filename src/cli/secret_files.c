// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE // memfd_create, F_ADD_SEALS, F_DUPFD_CLOEXEC
#include "secret_files.h"

#include "child_environment.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

enum {
    // Shells and scripts use the numbers below by themselves.
    FIRST_NUMBER = 10,
    SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE,
};

static enum pc_status complain(struct pc_diags *diags, struct pc_str name, int error)
{
    pc_diag_report(diags, PC_DIAG_DELIVERY, (struct pc_place){.file = PC_STR("")},
                   "the file of \"%.*s\" cannot be made: %s", PC_STR_ARG(name), strerror(error));
    return PC_ERR_IO;
}

// Writes all, straight from where it lies; 0 or errno.
static int write_value(int fd, struct pc_str value)
{
    size_t done = 0;
    while (done < value.len) {
        ssize_t count = pwrite(fd, value.ptr + done, value.len - done, (off_t)done);
        if (count < 0 && errno != EINTR) {
            return errno;
        }
        done += count > 0 ? (size_t)count : 0;
    }
    return 0;
}

static struct pc_str value_of(const char *assignment)
{
    struct pc_str text = pc_str_from(assignment);
    return pc_str_slice(text, pc_assignment_name(assignment).len + 1, text.len);
}

// The file opened last is at `path`.
static enum pc_status add_variable(struct pc_arena *arena, const struct pc_secret_files *files,
                                   struct pc_str path)
{
    static const char middle[] = "_FILE=";
    size_t at = files->count - 1;
    struct pc_str name = files->files[at].name;
    char *text = pc_arena_alloc(arena, name.len + sizeof(middle) + path.len);
    if (text == NULL) {
        return PC_ERR_NOMEM;
    }
    memcpy(text, name.ptr, name.len);
    memcpy(text + name.len, middle, sizeof(middle) - 1);
    memcpy(text + name.len + sizeof(middle) - 1, path.ptr, path.len);
    files->variables[at] = text;
    return PC_OK;
}

static enum pc_status begin(struct pc_arena *arena, size_t count, int folder,
                            const struct pc_user *user, struct pc_secret_files *files)
{
    *files = (struct pc_secret_files){.folder = folder, .user = user};
    files->files = pc_arena_array(arena, count, sizeof(*files->files));
    files->variables = pc_arena_array(arena, count, sizeof(*files->variables));
    return files->files == NULL || files->variables == NULL ? PC_ERR_NOMEM : PC_OK;
}

// 0 or errno.
static int give(int fd, const struct pc_user *user)
{
    return user != NULL && fchown(fd, user->uid, user->gid) != 0 ? errno : 0;
}

// In memory ---------------------------------------------------------------------------------------

// Under a number of its own that execve leaves open; -1 and errno. The kernel knows only since 6.3
// how to promise that it is never run.
static int open_memory(void)
{
    int made = memfd_create("polcheck", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
    if (made < 0 && errno == EINVAL) {
        made = memfd_create("polcheck", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    }
    if (made < 0) {
        return -1;
    }
    int moved = fcntl(made, F_DUPFD, FIRST_NUMBER);
    int error = errno;
    (void)close(made);
    errno = error;
    return moved;
}

static int fill_memory(int fd, struct pc_str value, const struct pc_user *user)
{
    int error = give(fd, user);
    if (error == 0) {
        error = write_value(fd, value);
    }
    if (error != 0) {
        return error;
    }
    return fchmod(fd, 0400) != 0 || fcntl(fd, F_ADD_SEALS, SEALS) != 0 ? errno : 0;
}

static enum pc_status seal_one(struct pc_arena *arena, const char *assignment,
                               struct pc_diags *diags, struct pc_secret_files *files)
{
    struct pc_str name = pc_assignment_name(assignment);
    struct pc_str path;
    int fd = open_memory();
    if (fd < 0) {
        return complain(diags, name, errno);
    }
    files->files[files->count++] = (struct pc_delivered_file){.name = name, .fd = fd};
    int error = fill_memory(fd, value_of(assignment), files->user);
    if (error != 0) {
        return complain(diags, name, error);
    }
    PC_TRY(pc_arena_format(arena, &path, "/proc/self/fd/%d", fd));
    return add_variable(arena, files, path);
}

enum pc_status pc_secret_files_seal(struct pc_arena *arena, const struct pc_secret_values *values,
                                    const struct pc_secret_place *place, struct pc_diags *diags,
                                    struct pc_secret_files *out)
{
    struct pc_secret_files files;
    enum pc_status status = begin(arena, values->count, -1, place->user, &files);
    for (size_t i = 0; i < values->count && status == PC_OK; i++) {
        status = seal_one(arena, values->assignments[i], diags, &files);
    }
    if (status != PC_OK) {
        pc_secret_files_clear(&files);
        return status;
    }
    *out = files;
    return PC_OK;
}

// In a folder -------------------------------------------------------------------------------------

static enum pc_status refuse_folder(struct pc_diags *diags, const char *path, const char *why)
{
    pc_diag_report(diags, PC_DIAG_DELIVERY_FOLDER, (struct pc_place){.file = PC_STR("")},
                   "\"%s\" cannot hold secrets: %s", path, why);
    return PC_ERR_INVALID;
}

static const char *flaw_of_folder(int folder, const struct pc_user *user)
{
    struct statfs system;
    struct stat about;
    if (fstatfs(folder, &system) != 0 || fstat(folder, &about) != 0) {
        return strerror(errno);
    }
    // The kernel's numbers are positive; the type of f_type differs between systems.
    if ((unsigned long)system.f_type != TMPFS_MAGIC &&
        (unsigned long)system.f_type != RAMFS_MAGIC) {
        return "it does not lie in memory (tmpfs)";
    }
    if (about.st_uid != (user != NULL ? user->uid : geteuid())) {
        return user != NULL ? "it does not belong to the user of --user" : "it is another user's";
    }
    return (about.st_mode & (S_IRWXG | S_IRWXO)) != 0 ? "others may enter it; chmod it to 700"
                                                      : NULL;
}

// *path: absolute, for the command may work elsewhere.
static enum pc_status open_folder(struct pc_arena *arena, const struct pc_secret_place *place,
                                  struct pc_diags *diags, struct pc_str *path, int *out)
{
    const char *given = place->folder;
    int folder = open(given, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    char *real = folder >= 0 ? realpath(given, NULL) : NULL;
    const char *flaw = real == NULL ? strerror(errno) : flaw_of_folder(folder, place->user);
    enum pc_status status = flaw != NULL ? refuse_folder(diags, given, flaw)
                                         : pc_arena_copy(arena, pc_str_from(real), path);
    free(real);
    if (status != PC_OK && folder >= 0) {
        (void)close(folder);
    }
    if (status == PC_OK) {
        *out = folder;
    }
    return status;
}

static enum pc_status write_one(struct pc_arena *arena, const char *assignment,
                                struct pc_str folder, struct pc_diags *diags,
                                struct pc_secret_files *files)
{
    struct pc_str value = value_of(assignment);
    struct pc_str name, path;
    PC_TRY(pc_arena_copy(arena, pc_assignment_name(assignment), &name));
    PC_TRY(pc_arena_format(arena, &path, "%.*s/%s", PC_STR_ARG(folder), name.ptr));
    int fd =
        openat(files->folder, name.ptr, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0400);
    if (fd < 0) {
        return complain(diags, name, errno);
    }
    files->files[files->count++] =
        (struct pc_delivered_file){.name = name, .fd = fd, .size = value.len, .linked = true};
    int error = give(fd, files->user);
    if (error == 0) {
        error = write_value(fd, value);
    }
    return error != 0 ? complain(diags, name, error) : add_variable(arena, files, path);
}

enum pc_status pc_secret_files_write(struct pc_arena *arena, const struct pc_secret_values *values,
                                     const struct pc_secret_place *place, struct pc_diags *diags,
                                     struct pc_secret_files *out)
{
    struct pc_secret_files files;
    struct pc_str path;
    int opened = -1;
    PC_TRY(open_folder(arena, place, diags, &path, &opened));
    enum pc_status status = begin(arena, values->count, opened, place->user, &files);
    for (size_t i = 0; i < values->count && status == PC_OK; i++) {
        status = write_one(arena, values->assignments[i], path, diags, &files);
    }
    if (status != PC_OK) {
        pc_secret_files_clear(&files);
        return status;
    }
    *out = files;
    return PC_OK;
}

// The end -----------------------------------------------------------------------------------------

static void overwrite(const struct pc_delivered_file *file)
{
    static const char zeros[512];
    for (size_t at = 0; at < file->size; at += sizeof(zeros)) {
        size_t rest = file->size - at;
        struct pc_str part = {zeros, rest < sizeof(zeros) ? rest : sizeof(zeros)};
        (void)!pwrite(file->fd, part.ptr, part.len, (off_t)at);
    }
}

void pc_secret_files_clear(struct pc_secret_files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        const struct pc_delivered_file *file = &files->files[i];
        if (file->linked) {
            overwrite(file);
            (void)unlinkat(files->folder, file->name.ptr,
                           0); // what the command put there instead, too
        }
        (void)close(file->fd);
    }
    if (files->files != NULL && files->folder >= 0) {
        (void)close(files->folder);
    }
    *files = (struct pc_secret_files){.folder = -1};
}
