// SPDX-License-Identifier: Apache-2.0
//
// Wrappers of calls: each asks the plan, and else does what the C library does.
#define _GNU_SOURCE
#undef _FILE_OFFSET_BITS // both names of a function are wanted
#include "io_plan.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static int fail(void)
{
    errno = io_error();
    return -1;
}

static size_t part(size_t size)
{
    return size > 1 ? size / 2 : size;
}

// The function of that name that would be called without this library.
static void *next(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

#define REAL(name, function) memcpy(&(name), &(void *){next(function)}, sizeof(name))

// Files -------------------------------------------------------------------------------------------

static mode_t mode_of(int flags, va_list rest)
{
    return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(rest, mode_t) : 0;
}

static int open_in(int folder, const char *path, int flags, mode_t mode)
{
    return io_fails(CALL_OPEN) ? fail() : (int)syscall(SYS_openat, folder, path, flags, mode);
}

int open(const char *path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_of(flags, rest);
    va_end(rest);
    return open_in(AT_FDCWD, path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_of(flags, rest);
    va_end(rest);
    return open_in(folder, path, flags, mode);
}

// It is closed all the same, as Linux does.
int close(int fd)
{
    bool chosen = io_fails(CALL_CLOSE);
    int result = (int)syscall(SYS_close, fd);
    return chosen ? fail() : result;
}

ssize_t read(int fd, void *room, size_t size)
{
    bool chosen = io_fails(CALL_READ);
    if (chosen && !io_is_short(CALL_READ)) {
        return fail();
    }
    return syscall(SYS_read, fd, room, chosen ? part(size) : size);
}

ssize_t pread(int fd, void *room, size_t size, off_t at)
{
    bool chosen = io_fails(CALL_PREAD);
    if (chosen && !io_is_short(CALL_PREAD)) {
        return fail();
    }
    return syscall(SYS_pread64, fd, room, chosen ? part(size) : size, at);
}

static enum call write_on(int fd)
{
    return fd == STDOUT_FILENO || fd == STDERR_FILENO ? CALL_PRINT : CALL_WRITE;
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    enum call call = write_on(fd);
    bool chosen = io_fails(call);
    if (chosen && !io_is_short(call)) {
        return fail();
    }
    return syscall(SYS_write, fd, bytes, chosen ? part(size) : size);
}

// Half of it is written only where the file grows: what is there already has its room.
static bool pwrite_is_short(int fd, off_t end)
{
    return io_is_short(CALL_PWRITE) && (!io_is_full() || syscall(SYS_lseek, fd, 0, SEEK_END) < end);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at)
{
    bool chosen = io_fails(CALL_PWRITE);
    if (chosen && !pwrite_is_short(fd, at + (off_t)size)) {
        return fail();
    }
    return syscall(SYS_pwrite64, fd, bytes, chosen ? part(size) : size, at);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    enum call call = write_on(fd);
    bool chosen = io_fails(call);
    if (!chosen) {
        return syscall(SYS_writev, fd, parts, count);
    }
    return io_is_short(call) && count > 0
               ? syscall(SYS_write, fd, parts[0].iov_base, part(parts[0].iov_len))
               : fail();
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at)
{
    bool chosen = io_fails(CALL_PWRITE);
    if (!chosen) {
        return syscall(SYS_pwritev, fd, parts, count, at, 0);
    }
    return io_is_short(CALL_PWRITE) && count > 0
               ? syscall(SYS_pwrite64, fd, parts[0].iov_base, part(parts[0].iov_len), at)
               : fail();
}

int fsync(int fd)
{
    return io_fails(CALL_SYNC) ? fail() : (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    return io_fails(CALL_SYNC) ? fail() : (int)syscall(SYS_fdatasync, fd);
}

int msync(void *map, size_t size, int flags)
{
    return io_fails(CALL_SYNC) ? fail() : (int)syscall(SYS_msync, map, size, flags);
}

int ftruncate(int fd, off_t size)
{
    return io_fails(CALL_TRUNCATE) ? fail() : (int)syscall(SYS_ftruncate, fd, size);
}

int posix_fallocate(int fd, off_t at, off_t size)
{
    int (*real)(int, off_t, off_t);
    REAL(real, "posix_fallocate");
    return io_fails(CALL_ALLOCATE) ? io_error() : real(fd, at, size);
}

void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset)
{
    // Memory that is not a file's is for the allocation tests.
    if (fd >= 0 && io_fails(CALL_MMAP)) {
        errno = io_error();
        return MAP_FAILED;
    }
    return (void *)syscall(SYS_mmap, at, size, protection, flags, fd, offset);
}

int fstat(int fd, struct stat *info)
{
    int (*real)(int, struct stat *);
    REAL(real, "fstat");
    return io_fails(CALL_STAT) ? fail() : real(fd, info);
}

int stat(const char *path, struct stat *info)
{
    int (*real)(const char *, struct stat *);
    REAL(real, "stat");
    return io_fails(CALL_STAT) ? fail() : real(path, info);
}

int fstatat(int folder, const char *path, struct stat *info, int flags)
{
    int (*real)(int, const char *, struct stat *, int);
    REAL(real, "fstatat");
    return io_fails(CALL_STAT) ? fail() : real(folder, path, info, flags);
}

int fcntl(int fd, int command, ...)
{
    va_list rest;
    va_start(rest, command);
    long argument = va_arg(rest, long);
    va_end(rest);
    return io_fails(CALL_FCNTL) ? fail() : (int)syscall(SYS_fcntl, fd, command, argument);
}

int flock(int fd, int how)
{
    return io_fails(CALL_FLOCK) ? fail() : (int)syscall(SYS_flock, fd, how);
}

// Names -------------------------------------------------------------------------------------------

int rename(const char *from, const char *to)
{
    return io_fails(CALL_RENAME) ? fail()
                                 : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
    return io_fails(CALL_RENAME) ? fail()
                                 : (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, 0);
}

int link(const char *from, const char *to)
{
    return io_fails(CALL_LINK) ? fail() : (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int unlink(const char *path)
{
    return io_fails(CALL_UNLINK) ? fail() : (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

int unlinkat(int folder, const char *path, int flags)
{
    return io_fails(CALL_UNLINK) ? fail() : (int)syscall(SYS_unlinkat, folder, path, flags);
}

int rmdir(const char *path)
{
    return io_fails(CALL_UNLINK) ? fail()
                                 : (int)syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR);
}

int mkdir(const char *path, mode_t mode)
{
    return io_fails(CALL_MKDIR) ? fail() : (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

char *mkdtemp(char *name)
{
    char *(*real)(char *);
    REAL(real, "mkdtemp");
    if (io_fails(CALL_MKDIR)) {
        errno = io_error();
        return NULL;
    }
    return real(name);
}

// Folders -----------------------------------------------------------------------------------------

DIR *opendir(const char *path)
{
    DIR *(*real)(const char *);
    REAL(real, "opendir");
    if (io_fails(CALL_FOLDER)) {
        errno = io_error();
        return NULL;
    }
    return real(path);
}

DIR *fdopendir(int fd)
{
    DIR *(*real)(int);
    REAL(real, "fdopendir");
    if (io_fails(CALL_FOLDER)) {
        errno = io_error();
        return NULL;
    }
    return real(fd);
}

struct dirent *readdir(DIR *folder)
{
    struct dirent *(*real)(DIR *);
    REAL(real, "readdir");
    if (io_fails(CALL_LIST)) {
        errno = io_error();
        return NULL;
    }
    return real(folder);
}

char *realpath(const char *path, char *resolved)
{
    char *(*real)(const char *, char *);
    REAL(real, "realpath");
    if (io_fails(CALL_REALPATH)) {
        errno = io_error();
        return NULL;
    }
    return real(path, resolved);
}

// The names that other settings of the compiler give them -----------------------------------------

int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int folder, const char *path, int flags);
int __openat64_2(int folder, const char *path, int flags);
ssize_t __read_chk(int fd, void *room, size_t size, size_t most);
ssize_t __pread_chk(int fd, void *room, size_t size, off_t at, size_t most);
ssize_t __pread64_chk(int fd, void *room, size_t size, off_t at, size_t most);
char *__realpath_chk(const char *path, char *resolved, size_t most);
int __fxstat(int version, int fd, struct stat *info);
int __xstat(int version, const char *path, struct stat *info);

int __open_2(const char *path, int flags)
{
    return open_in(AT_FDCWD, path, flags, 0);
}

int __open64_2(const char *path, int flags)
{
    return open_in(AT_FDCWD, path, flags, 0);
}

int __openat_2(int folder, const char *path, int flags)
{
    return open_in(folder, path, flags, 0);
}

int __openat64_2(int folder, const char *path, int flags)
{
    return open_in(folder, path, flags, 0);
}

ssize_t __read_chk(int fd, void *room, size_t size, size_t most)
{
    (void)most;
    return read(fd, room, size);
}

ssize_t __pread_chk(int fd, void *room, size_t size, off_t at, size_t most)
{
    (void)most;
    return pread(fd, room, size, at);
}

ssize_t __pread64_chk(int fd, void *room, size_t size, off_t at, size_t most)
{
    (void)most;
    return pread(fd, room, size, at);
}

char *__realpath_chk(const char *path, char *resolved, size_t most)
{
    (void)most;
    return realpath(path, resolved);
}

int __fxstat(int version, int fd, struct stat *info)
{
    (void)version;
    return fstat(fd, info);
}

int __xstat(int version, const char *path, struct stat *info)
{
    (void)version;
    return stat(path, info);
}

#if defined(__LP64__) // there both are the same
int open64(const char *path, int flags, ...) __attribute__((alias("open")));
int openat64(int folder, const char *path, int flags, ...) __attribute__((alias("openat")));
ssize_t pread64(int fd, void *room, size_t size, off64_t at) __attribute__((alias("pread")));
ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at)
    __attribute__((alias("pwrite")));
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at)
    __attribute__((alias("pwritev")));
int ftruncate64(int fd, off64_t size) __attribute__((alias("ftruncate")));
int posix_fallocate64(int fd, off64_t at, off64_t size) __attribute__((alias("posix_fallocate")));
void *mmap64(void *at, size_t size, int protection, int flags, int fd, off64_t offset)
    __attribute__((alias("mmap")));
int fcntl64(int fd, int command, ...) __attribute__((alias("fcntl")));
struct dirent64 *readdir64(DIR *folder)
{
    struct dirent *entry = readdir(folder);
    return (struct dirent64 *)(void *)entry;
}

int fstat64(int fd, struct stat64 *info)
{
    return fstat(fd, (struct stat *)(void *)info);
}

int stat64(const char *path, struct stat64 *info)
{
    return stat(path, (struct stat *)(void *)info);
}

int fstatat64(int folder, const char *path, struct stat64 *info, int flags)
{
    return fstatat(folder, path, (struct stat *)(void *)info, flags);
}
#endif
