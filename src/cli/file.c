// SPDX-License-Identifier: Apache-2.0
#include "file.h"

#include "base/map.h"
#include "json/reader.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BLOCK = 64 << 10,
    MAX_PATH = 4096,
};

struct pc_str pc_file_name(struct pc_str path)
{
    return pc_str_eq(path, PC_STR("-")) ? PC_STR("<stdin>") : path;
}

static enum pc_status complain(struct pc_diags *diags, enum pc_diag_code code, struct pc_str path,
                               const char *what, int error)
{
    struct pc_place place = {.file = pc_file_name(path)};
    if (error == 0) {
        pc_diag_report(diags, code, place, "\"%.*s\" %s", PC_STR_ARG(place.file), what);
    } else {
        pc_diag_report(diags, code, place, "\"%.*s\" %s: %s", PC_STR_ARG(place.file), what,
                       strerror(error));
    }
    return PC_ERR_INVALID;
}

static enum pc_status read_all(int fd, struct pc_str path, struct pc_diags *diags,
                               struct pc_buf *buf)
{
    char block[BLOCK];
    for (;;) {
        ssize_t count = read(fd, block, sizeof(block));
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return complain(diags, PC_DIAG_FILE_READ, path, "cannot be read", errno);
        }
        if (count == 0) {
            return pc_buf_status(buf);
        }
        pc_buf_append(buf, block, (size_t)count);
        if (buf->len > PC_JSON_MAX_BYTES) {
            return complain(diags, PC_DIAG_JSON_SIZE, path, "is too large to be read at once", 0);
        }
        PC_TRY(pc_buf_status(buf));
    }
}

enum pc_status pc_file_open(struct pc_str path, struct pc_diags *diags, int *fd)
{
    char name[MAX_PATH];
    if (path.len >= sizeof(name)) {
        return complain(diags, PC_DIAG_FILE_MISSING, path, "cannot be opened", ENAMETOOLONG);
    }
    (void)snprintf(name, sizeof(name), "%.*s", PC_STR_ARG(path));
    int opened = open(name, O_RDONLY | O_CLOEXEC);
    if (opened < 0) {
        return complain(diags, PC_DIAG_FILE_MISSING, path, "cannot be opened", errno);
    }
    *fd = opened;
    return PC_OK;
}

enum pc_status pc_file_read(struct pc_str path, struct pc_diags *diags, struct pc_buf *buf)
{
    int fd;
    pc_buf_reset(buf);
    if (pc_str_eq(path, PC_STR("-"))) {
        return read_all(STDIN_FILENO, path, diags, buf);
    }
    PC_TRY(pc_file_open(path, diags, &fd));
    enum pc_status status = read_all(fd, path, diags, buf);
    (void)close(fd);
    return status;
}

static enum pc_status push(struct pc_paths *paths, struct pc_arena *arena, struct pc_str path)
{
    if (paths->count == paths->capacity) {
        size_t capacity = paths->capacity == 0 ? 16 : paths->capacity * 2;
        struct pc_str *grown = pc_arena_array(arena, capacity, sizeof(*grown));
        if (grown == NULL) {
            return PC_ERR_NOMEM;
        }
        if (paths->count > 0) {
            memcpy(grown, paths->items, paths->count * sizeof(*grown));
        }
        paths->items = grown;
        paths->capacity = capacity;
    }
    paths->items[paths->count++] = path;
    return PC_OK;
}

// What is found below a folder.
struct search {
    struct pc_arena *arena;
    struct pc_diags *diags;
    struct pc_paths *files;
    struct pc_paths folders, links; // still to be listed, behind those that are; links to folders
    struct pc_map seen;             // folders by identity: each is listed once
};

// Sorts one entry of a folder to the files, the folders, the links, or nowhere.
static enum pc_status take_entry(struct search *search, struct pc_str folder, const char *entry)
{
    struct pc_str name = pc_str_from(entry);
    struct pc_str path;
    struct stat about, itself;
    const char *slash = pc_str_has_suffix(folder, PC_STR("/")) ? "" : "/";
    if (name.ptr[0] == '.') {
        return PC_OK;
    }
    PC_TRY(pc_arena_format(search->arena, &path, "%.*s%s%s", PC_STR_ARG(folder), slash, entry));
    bool there = stat(path.ptr, &about) == 0;
    if (there && S_ISDIR(about.st_mode)) {
        bool link = lstat(path.ptr, &itself) == 0 && S_ISLNK(itself.st_mode);
        return push(link ? &search->links : &search->folders, search->arena, path);
    }
    if (!pc_str_has_suffix(name, PC_STR(".json")) && !pc_str_has_suffix(name, PC_STR(".ndjson"))) {
        return PC_OK;
    }
    if (there && !S_ISREG(about.st_mode)) { // reading a pipe would wait for ever
        return complain(search->diags, PC_DIAG_FILE_READ, path, "is not a regular file", 0);
    }
    return push(search->files, search->arena, path);
}

static enum pc_status list_folder(struct search *search, struct pc_str folder)
{
    DIR *opened = opendir(folder.ptr);
    if (opened == NULL) {
        return complain(search->diags, PC_DIAG_FILE_MISSING, folder, "cannot be opened", errno);
    }
    enum pc_status status = PC_OK;
    const struct dirent *entry;
    errno = 0;
    while (status == PC_OK && (entry = readdir(opened)) != NULL) {
        status = take_entry(search, folder, entry->d_name);
        errno = 0;
    }
    if (status == PC_OK && errno != 0) {
        status = complain(search->diags, PC_DIAG_FILE_READ, folder, "cannot be read", errno);
    }
    (void)closedir(opened);
    return status;
}

static enum pc_status list_once(struct search *search, struct pc_str folder)
{
    struct stat about;
    struct pc_str identity;
    if (stat(folder.ptr, &about) != 0) {
        return complain(search->diags, PC_DIAG_FILE_MISSING, folder, "cannot be opened", errno);
    }
    PC_TRY(pc_arena_format(search->arena, &identity, "%llu %llu", (unsigned long long)about.st_dev,
                           (unsigned long long)about.st_ino));
    if (pc_map_get(&search->seen, identity) != NULL) {
        return PC_OK;
    }
    PC_TRY(pc_map_put(&search->seen, identity, search));
    return list_folder(search, folder);
}

static int by_name(const void *a, const void *b)
{
    return pc_str_cmp(*(const struct pc_str *)a, *(const struct pc_str *)b);
}

static void sort(struct pc_paths *paths, size_t first)
{
    if (paths->count > first) {
        qsort(paths->items + first, paths->count - first, sizeof(*paths->items), by_name);
    }
}

// Links last, by name: a folder that is also there itself is called by its own name, whatever the
// order in which the system lists.
static enum pc_status list_all(struct search *search)
{
    size_t folder = 0, link = 0;
    while (folder < search->folders.count || link < search->links.count) {
        if (folder < search->folders.count) {
            PC_TRY(list_once(search, search->folders.items[folder++]));
            continue;
        }
        sort(&search->links, link);
        PC_TRY(list_once(search, search->links.items[link++]));
    }
    return PC_OK;
}

enum pc_status pc_paths_add(struct pc_paths *paths, struct pc_arena *arena, struct pc_str path,
                            struct pc_diags *diags)
{
    struct search search = {.arena = arena, .diags = diags, .files = paths};
    struct stat about;
    size_t before = paths->count;
    PC_TRY(pc_arena_copy(arena, path, &path)); // ends in zero then
    if (pc_str_eq(path, PC_STR("-")) || stat(path.ptr, &about) != 0 || !S_ISDIR(about.st_mode)) {
        return push(paths, arena, path);
    }
    pc_map_init(&search.seen, arena);
    PC_TRY(push(&search.folders, arena, path));
    PC_TRY(list_all(&search));
    if (paths->count == before) {
        return complain(diags, PC_DIAG_FOLDER_EMPTY, path, "holds no .json or .ndjson file", 0);
    }
    sort(paths, before);
    return PC_OK;
}
