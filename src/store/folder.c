// SPDX-License-Identifier: Apache-2.0
//
// Folder and files of a store by plain POSIX calls.
#define _DEFAULT_SOURCE // MAP_ANONYMOUS
#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int pc_folder_open(const char *path, struct pc_folder *out)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return errno;
    }
    struct stat info;
    if (fstat(fd, &info) != 0) {
        int error = errno;
        close(fd);
        return error;
    }
    *out = (struct pc_folder){fd, (uint64_t)info.st_dev, (uint64_t)info.st_ino};
    return 0;
}

void pc_folder_close(struct pc_folder *folder)
{
    if (folder->fd >= 0) {
        close(folder->fd);
    }
    folder->fd = -1;
}

bool pc_folder_link(const struct pc_folder *folder, char out[PC_FOLDER_LINK])
{
    struct stat info;
    int length = snprintf(out, PC_FOLDER_LINK, "/proc/self/fd/%d", folder->fd);
    return length > 0 && length < PC_FOLDER_LINK && stat(out, &info) == 0 &&
           (uint64_t)info.st_dev == folder->device && (uint64_t)info.st_ino == folder->inode;
}

int pc_folder_look(const struct pc_folder *folder, const char *name, struct pc_folder_file *out)
{
    struct stat info;
    if (fstatat(folder->fd, name, &info, 0) != 0) {
        if (errno != ENOENT) {
            return errno;
        }
        *out = (struct pc_folder_file){.exists = false};
        return 0;
    }
    *out = (struct pc_folder_file){
        .exists = true,
        .regular = S_ISREG(info.st_mode),
        .size = (uint64_t)info.st_size,
        .inode = (uint64_t)info.st_ino,
        .changed = (int64_t)info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec,
    };
    return 0;
}

int pc_folder_marks(const struct pc_folder *folder, struct pc_store_marks *out)
{
    struct pc_folder_file data = {.exists = false};
    struct pc_folder_file lock = {.exists = false};
    int error = pc_folder_look(folder, PC_FOLDER_DATA, &data);
    if (error == 0) {
        error = pc_folder_look(folder, PC_FOLDER_LOCK, &lock);
    }
    if (error == 0) {
        *out = (struct pc_store_marks){
            .device = folder->device,
            .folder = folder->inode,
            .data = data.inode,
            .lock = lock.inode,
            .bytes = data.size,
            .changed = data.changed,
        };
    }
    return error;
}

static bool is_own_name(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, PC_FOLDER_DATA) == 0 ||
           strcmp(name, PC_FOLDER_LOCK) == 0 ||
           strncmp(name, PC_FOLDER_SITE, sizeof(PC_FOLDER_SITE) - 1) == 0;
}

int pc_folder_is_free(const struct pc_folder *folder, bool *is_free)
{
    int fd = openat(folder->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return errno;
    }
    DIR *dir = fdopendir(fd);
    if (dir == NULL) {
        int error = errno;
        close(fd);
        return error;
    }
    bool only_own = true;
    errno = 0;
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        only_own = only_own && is_own_name(entry->d_name);
    }
    int error = errno;
    closedir(dir);
    if (error == 0) {
        *is_free = only_own;
    }
    return error;
}

int pc_folder_check_own(const struct pc_folder *folder, const char *name)
{
    struct stat info;
    if (fstatat(folder->fd, name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT ? 0 : errno;
    }
    if (S_ISLNK(info.st_mode)) {
        return ELOOP;
    }
    return S_ISREG(info.st_mode) ? 0 : EINVAL;
}

int pc_folder_make_lock(const struct pc_folder *folder, uint64_t bytes)
{
    // An existing one is not even opened: closing it again would drop the locks that this process
    // holds on it.
    int fd = openat(folder->fd, PC_FOLDER_LOCK, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC,
                    S_IRUSR | S_IWUSR);
    if (fd < 0) {
        return errno == EEXIST ? pc_folder_check_own(folder, PC_FOLDER_LOCK) : errno;
    }
    int error = posix_fallocate(fd, 0, (off_t)bytes);
    close(fd);
    if (error == EOPNOTSUPP || error == EINVAL) {
        return 0; // a file system that cannot: LMDB sets the size
    }
    if (error != 0) {
        unlinkat(folder->fd, PC_FOLDER_LOCK, 0);
    }
    return error;
}

bool pc_folder_may_lock(const struct pc_folder *folder)
{
    return faccessat(folder->fd, PC_FOLDER_LOCK, R_OK | W_OK, AT_EACCESS) == 0;
}

// May everybody whom the lock's mode lets write to it write to this as well?
static bool covers(const struct stat *other, const struct stat *lock)
{
    mode_t more = lock->st_mode & ~other->st_mode & (S_IWGRP | S_IWOTH);
    bool other_group = (lock->st_mode & S_IWGRP) != 0 && lock->st_gid != other->st_gid &&
                       (other->st_mode & S_IWOTH) == 0;
    return more == 0 && !other_group;
}

// May the lock's owner write to this? Nobody gives a file to a group that he is not in.
static bool is_of(const struct stat *lock, const struct stat *other)
{
    return lock->st_uid == other->st_uid || (other->st_mode & S_IWOTH) != 0 ||
           ((other->st_mode & S_IWGRP) != 0 && lock->st_gid == other->st_gid);
}

// Who may write to the folder puts other data in the place of these. In a sticky one that is its
// owner alone.
static bool is_foreign(const struct stat *lock, const struct stat *data, const struct stat *folder)
{
    bool open = (folder->st_mode & S_ISVTX) == 0;
    bool owned = lock->st_uid == 0 || lock->st_uid == geteuid() || is_of(lock, data) ||
                 lock->st_uid == folder->st_uid || (open && is_of(lock, folder));
    return !owned || !(covers(data, lock) || (open && covers(folder, lock)));
}

int pc_folder_lock_is_foreign(const struct pc_folder *folder, bool *out)
{
    struct stat lock, data = {.st_mode = 0}, own; // no data: of a new store
    *out = false;
    if (fstatat(folder->fd, PC_FOLDER_LOCK, &lock, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT ? 0 : errno;
    }
    if (fstat(folder->fd, &own) != 0 ||
        (fstatat(folder->fd, PC_FOLDER_DATA, &data, 0) != 0 && errno != ENOENT)) {
        return errno;
    }
    *out = is_foreign(&lock, &data, &own);
    return 0;
}

int pc_folder_open_data(const struct pc_folder *folder, int *fd)
{
    int opened = openat(folder->fd, PC_FOLDER_DATA, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (opened < 0) {
        return errno;
    }
    *fd = opened;
    return 0;
}

int pc_folder_size(int fd, uint64_t *bytes)
{
    struct stat info;
    if (fstat(fd, &info) != 0) {
        return errno;
    }
    *bytes = info.st_size > 0 ? (uint64_t)info.st_size : 0;
    return 0;
}

int pc_folder_inode(int fd, uint64_t *inode)
{
    struct stat info;
    if (fstat(fd, &info) != 0) {
        return errno;
    }
    *inode = (uint64_t)info.st_ino;
    return 0;
}

int pc_folder_reserve(int fd, size_t bytes, struct pc_str *out)
{
    void *map = mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED) {
        return errno;
    }
    *out = (struct pc_str){map, bytes};
    return 0;
}

bool pc_folder_has_addresses(size_t bytes)
{
    void *map = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (map == MAP_FAILED) {
        return false;
    }
    (void)munmap(map, bytes);
    return true;
}

int pc_folder_map(int fd, struct pc_str *out)
{
    uint64_t bytes = 0;
    int error = pc_folder_size(fd, &bytes);
    if (error == 0 && bytes == 0) {
        *out = PC_STR("");
        return 0;
    }
    return error != 0 ? error : pc_folder_reserve(fd, bytes, out);
}

void pc_folder_unmap(struct pc_str *bytes)
{
    if (bytes->len > 0) {
        // munmap takes a pointer to what may change, but changes nothing.
        munmap((void *)(uintptr_t)bytes->ptr, bytes->len);
    }
    *bytes = PC_STR("");
}

// Of what may go wrong only this is about room.
static int about_room(int error)
{
    return error == ENOSPC || error == EDQUOT || error == EFBIG ? error : 0;
}

int pc_folder_try_room(const struct pc_folder *folder, uint64_t offset, uint64_t bytes)
{
    char name[64];
    int length = snprintf(name, sizeof(name), "probe-%ld.tmp", (long)getpid());
    if (length < 0 || (size_t)length >= sizeof(name)) {
        return 0;
    }
    int fd = openat(folder->fd, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd < 0) {
        return about_room(errno);
    }
    unlinkat(folder->fd, name, 0);
    int error = posix_fallocate(fd, (off_t)offset, (off_t)bytes);
    close(fd);
    return about_room(error);
}
