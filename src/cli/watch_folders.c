// SPDX-License-Identifier: Apache-2.0
//
// Folders are watched, never files: an editor that saves by renaming puts another file in the
// place of the one that it read.
#define _XOPEN_SOURCE 700 // realpath
#include "watch_folders.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/stat.h>

enum {
    MASK = IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM |
           IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR,
};

static struct pc_arena *arena_of(struct pc_watch *watch)
{
    return &watch->arenas[0];
}

struct pc_watch_folder *pc_watch_folder_of(struct pc_watch_folder *folders, int number)
{
    while (folders != NULL && folders->number != number) {
        folders = folders->next;
    }
    return folders;
}

// The first failure is kept.
static void fail(struct pc_watch *watch, int error)
{
    watch->error = watch->error == 0 ? error : watch->error;
}

// Watches the folder at the path, which ends in zero. NULL: it is none, or a failure was kept.
static struct pc_watch_folder *watch_folder(struct pc_watch *watch, struct pc_str path)
{
    struct stat about;
    int number = inotify_add_watch(watch->fd, path.ptr, MASK);
    bool gone = number < 0 && (errno == ENOENT || errno == ENOTDIR || errno == EACCES);
    if (number < 0 && !gone) {
        fail(watch, errno);
    }
    struct pc_watch_folder *folder = number < 0 ? NULL : pc_watch_folder_of(watch->now, number);
    if (number < 0 || folder != NULL || stat(path.ptr, &about) != 0) {
        return folder;
    }
    folder = pc_arena_alloc(arena_of(watch), sizeof(*folder));
    if (folder == NULL) {
        fail(watch, ENOMEM);
        return NULL;
    }
    *folder = (struct pc_watch_folder){.number = number,
                                       .path = path,
                                       .device = about.st_dev,
                                       .inode = about.st_ino,
                                       .next = watch->now};
    watch->now = folder;
    return folder;
}

static struct pc_str join(struct pc_watch *watch, struct pc_str folder, const char *entry)
{
    struct pc_str path = PC_STR("");
    const char *slash = pc_str_has_suffix(folder, PC_STR("/")) ? "" : "/";
    if (pc_arena_format(arena_of(watch), &path, "%.*s%s%s", PC_STR_ARG(folder), slash, entry) !=
        PC_OK) {
        fail(watch, ENOMEM);
    }
    return path;
}

static bool is_folder(struct pc_str path)
{
    struct stat about;
    return path.len > 0 && stat(path.ptr, &about) == 0 && S_ISDIR(about.st_mode);
}

// The folder and all below. A link that leads back ends where it was already.
static void watch_tree(struct pc_watch *watch, struct pc_str path)
{
    struct pc_watch_folder *folder = watch_folder(watch, path);
    if (folder == NULL || folder->whole) {
        return;
    }
    folder->whole = true;
    DIR *opened = opendir(path.ptr);
    if (opened == NULL) {
        return; // whoever reads it says so
    }
    const struct dirent *entry;
    while ((entry = readdir(opened)) != NULL) {
        if (entry->d_name[0] != '.') {
            struct pc_str below = join(watch, path, entry->d_name);
            if (is_folder(below)) {
                watch_tree(watch, below);
            }
        }
    }
    (void)closedir(opened);
}

static bool has_name(const struct pc_watch_folder *folder, struct pc_str name)
{
    for (const struct pc_watch_name *known = folder->names; known != NULL; known = known->next) {
        if (pc_str_eq(known->text, name)) {
            return true;
        }
    }
    return false;
}

// The folder of a path, and the name in it; or, when there is no such folder, the nearest above
// and the step that is missing in it.
static void watch_name(struct pc_watch *watch, struct pc_str path)
{
    struct pc_watch_folder *folder = NULL;
    struct pc_str name = path;
    while (folder == NULL && path.len > 0) {
        size_t slash = pc_str_find_last(path, '/');
        name = slash == SIZE_MAX ? path : pc_str_slice(path, slash + 1, path.len);
        bool root = slash == 0;
        struct pc_str above = slash == SIZE_MAX ? PC_STR(".") : pc_str_slice(path, 0, slash);
        if (pc_arena_copy(arena_of(watch), root ? PC_STR("/") : above, &above) != PC_OK) {
            fail(watch, ENOMEM);
            return;
        }
        folder = watch_folder(watch, above);
        path = slash == SIZE_MAX || root ? PC_STR("") : above;
    }
    struct pc_watch_name *added =
        folder == NULL ? NULL : pc_arena_alloc(arena_of(watch), sizeof(*added));
    if (added != NULL && pc_arena_copy(arena_of(watch), name, &added->text) == PC_OK) {
        added->next = folder->names;
        folder->names = added;
    } else if (folder != NULL) {
        fail(watch, ENOMEM);
    }
}

void pc_watch_add(struct pc_watch *watch, struct pc_str path)
{
    char real[PATH_MAX];
    struct pc_str copy;
    while (path.len > 1 && path.ptr[path.len - 1] == '/') {
        path.len--;
    }
    if (pc_arena_copy(arena_of(watch), path, &copy) != PC_OK) {
        fail(watch, ENOMEM);
        return;
    }
    watch_name(watch, copy);
    if (realpath(copy.ptr, real) != NULL) {
        watch_name(watch, pc_str_from(real));
    }
    if (is_folder(copy)) {
        watch_tree(watch, copy);
    }
}

void pc_watch_ignore(struct pc_watch *watch, struct pc_str path)
{
    struct stat about;
    struct pc_watch_own *own = pc_arena_alloc(arena_of(watch), sizeof(*own));
    size_t slash = pc_str_find_last(path, '/');
    struct pc_str above = slash == SIZE_MAX ? PC_STR(".") : pc_str_slice(path, 0, slash + 1);
    if (own == NULL || pc_arena_copy(arena_of(watch), above, &above) != PC_OK ||
        pc_arena_copy(arena_of(watch), path, &own->path) != PC_OK) {
        fail(watch, ENOMEM);
        return;
    }
    if (stat(above.ptr, &about) != 0) {
        return; // it cannot be written either
    }
    own->name = pc_str_slice(own->path, slash == SIZE_MAX ? 0 : slash + 1, own->path.len);
    own->device = about.st_dev;
    own->inode = about.st_ino;
    own->next = watch->own;
    watch->own = own;
}

// What counts.

static bool is_own(const struct pc_watch *watch, const struct pc_watch_folder *folder,
                   struct pc_str name)
{
    for (const struct pc_watch_own *own = watch->own; own != NULL; own = own->next) {
        if (own->device == folder->device && own->inode == folder->inode &&
            pc_str_eq(own->name, name)) {
            return true;
        }
    }
    return false;
}

// The data file of a store is one of those that are read.
static bool is_read(struct pc_str name)
{
    return pc_str_has_suffix(name, PC_STR(".json")) || pc_str_has_suffix(name, PC_STR(".ndjson")) ||
           pc_str_eq(name, PC_STR("data.mdb"));
}

bool pc_watch_counts(const struct pc_watch *watch, const struct pc_watch_folder *folder,
                     struct pc_str name, bool is_directory)
{
    if (has_name(folder, name)) {
        return true;
    }
    bool hidden = name.len == 0 || name.ptr[0] == '.';
    return folder->whole && !hidden && (is_directory || is_read(name)) &&
           !is_own(watch, folder, name);
}
