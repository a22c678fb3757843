// SPDX-License-Identifier: Apache-2.0
#include "closed.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdarg.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "stage.h"

static bool closed;

void closed_begin(void)
{
    (void)stage_folder();
    closed = true;
}

void closed_end(void)
{
    closed = false;
}

static int refuse(void)
{
    errno = EACCES;
    return -1;
}

// Reading -----------------------------------------------------------------------------------------

static bool is_open_to(const char *path, int flags)
{
    bool below = strncmp(path, stage_folder(), strlen(stage_folder())) == 0 ||
                 strncmp(path, FUZZ_TOP "/policies/", strlen(FUZZ_TOP "/policies/")) == 0;
    return (flags & (O_ACCMODE | O_CREAT)) == O_RDONLY && below && strstr(path, "..") == NULL;
}

// The rights that a file is made with, 0 where none is made.
static mode_t mode_of(int flags, va_list arguments)
{
    return (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
}

#define OPEN(name)                                                                                 \
    int __real_##name(const char *path, int flags, ...);                                           \
    int __wrap_##name(const char *path, int flags, ...);                                           \
    int __wrap_##name(const char *path, int flags, ...)                                            \
    {                                                                                              \
        va_list arguments;                                                                         \
        va_start(arguments, flags);                                                                \
        mode_t mode = mode_of(flags, arguments);                                                   \
        va_end(arguments);                                                                         \
        return closed && !is_open_to(path, flags) ? refuse() : __real_##name(path, flags, mode);   \
    }
OPEN(open)
OPEN(open64)

// What is below a folder that could be opened.
#define OPENAT(name)                                                                               \
    int __real_##name(int folder, const char *path, int flags, ...);                               \
    int __wrap_##name(int folder, const char *path, int flags, ...);                               \
    int __wrap_##name(int folder, const char *path, int flags, ...)                                \
    {                                                                                              \
        va_list arguments;                                                                         \
        va_start(arguments, flags);                                                                \
        mode_t mode = mode_of(flags, arguments);                                                   \
        va_end(arguments);                                                                         \
        bool inner = (flags & (O_ACCMODE | O_CREAT)) == O_RDONLY && path[0] != '/' &&              \
                     strchr(path, '/') == NULL && strcmp(path, "..") != 0 && folder >= 0;          \
        return closed && !inner ? refuse() : __real_##name(folder, path, flags, mode);             \
    }
OPENAT(openat)
OPENAT(openat64)

DIR *__real_opendir(const char *path);
DIR *__wrap_opendir(const char *path);
DIR *__wrap_opendir(const char *path)
{
    if (closed && !is_open_to(path, O_RDONLY)) {
        (void)refuse();
        return NULL;
    }
    return __real_opendir(path);
}

ssize_t __real_read(int fd, void *room, size_t count);
ssize_t __wrap_read(int fd, void *room, size_t count);
ssize_t __wrap_read(int fd, void *room, size_t count)
{
    return closed && fd <= STDERR_FILENO ? 0 : __real_read(fd, room, count);
}

// A store, by the folder that was opened before.
int __real_mdb_env_open(MDB_env *env, const char *path, unsigned flags, mdb_mode_t mode);
int __wrap_mdb_env_open(MDB_env *env, const char *path, unsigned flags, mdb_mode_t mode);
int __wrap_mdb_env_open(MDB_env *env, const char *path, unsigned flags, mdb_mode_t mode)
{
    bool reads = (flags & MDB_RDONLY) != 0;
    return closed && !reads ? EACCES : __real_mdb_env_open(env, path, flags, mode);
}

// All else ----------------------------------------------------------------------------------------

#define REFUSE(name, parameters, arguments)                                                        \
    int __real_##name parameters;                                                                  \
    int __wrap_##name parameters;                                                                  \
    int __wrap_##name parameters                                                                   \
    {                                                                                              \
        return closed ? refuse() : __real_##name arguments;                                        \
    }
REFUSE(mkdir, (const char *path, mode_t mode), (path, mode))
REFUSE(mkdirat, (int folder, const char *path, mode_t mode), (folder, path, mode))
REFUSE(unlink, (const char *path), (path))
REFUSE(unlinkat, (int folder, const char *path, int flags), (folder, path, flags))
REFUSE(remove, (const char *path), (path))
REFUSE(rmdir, (const char *path), (path))
REFUSE(rename, (const char *from, const char *to), (from, to))
REFUSE(renameat, (int a, const char *from, int b, const char *to), (a, from, b, to))
REFUSE(link, (const char *from, const char *to), (from, to))
REFUSE(inotify_init1, (int flags), (flags))
REFUSE(fork, (void), ())
REFUSE(execve, (const char *path, char *const *words, char *const *names), (path, words, names))
REFUSE(execvp, (const char *path, char *const *words), (path, words))
REFUSE(kill, (pid_t process, int number), (process, number))

char *__real_mkdtemp(char *path);
char *__wrap_mkdtemp(char *path);
char *__wrap_mkdtemp(char *path)
{
    if (closed) {
        (void)refuse();
        return NULL;
    }
    return __real_mkdtemp(path);
}

// What secrets are guarded by, which would last: it is said to be so.
int __real_prctl(int what, ...);
int __wrap_prctl(int what, ...);
int __wrap_prctl(int what, ...)
{
    unsigned long with[4];
    va_list arguments;
    va_start(arguments, what);
    for (size_t i = 0; i < 4; i++) {
        with[i] = va_arg(arguments, unsigned long);
    }
    va_end(arguments);
    return closed ? 0 : __real_prctl(what, with[0], with[1], with[2], with[3]);
}

int __real_setrlimit64(int what, const void *limit);
int __wrap_setrlimit64(int what, const void *limit);
int __wrap_setrlimit64(int what, const void *limit)
{
    return closed ? 0 : __real_setrlimit64(what, limit);
}
