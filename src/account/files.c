// SPDX-License-Identifier: Apache-2.0
#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FOLDERS_MAX = 64, // inside each other
    CHUNK = 64 << 10,
};

static void close_file(const int *descriptor)
{
    if (*descriptor >= 0) {
        close(*descriptor);
    }
}

static void complain(struct pc_import *import, enum pc_diag_code code, struct pc_place place,
                     struct pc_str path, int error)
{
    char reason[128];
    if (strerror_r(error, reason, sizeof(reason)) != 0) {
        reason[0] = '?';
        reason[1] = '\0';
    }
    pc_diag_report(import->diags, code, place, "cannot %s \"%.*s\": %s",
                   code == PC_DIAG_FILE_MISSING ? "open" : "read", PC_STR_ARG(path), reason);
}

// The key of a file among those read: device and inode.
static enum pc_status identity_of(struct pc_arena *arena, const struct stat *found,
                                  struct pc_str *out)
{
    return pc_arena_format(arena, out, "%llx:%llx", (unsigned long long)found->st_dev,
                           (unsigned long long)found->st_ino);
}

// Reads to the end, or to one byte beyond what a document may have.
static int read_all(int descriptor, struct pc_buf *buf)
{
    char *chunk = malloc(CHUNK);
    if (chunk == NULL) {
        return ENOMEM;
    }
    int error = 0;
    while (buf->len <= PC_JSON_MAX_BYTES) {
        ssize_t count = read(descriptor, chunk, CHUNK);
        if (count == 0) {
            break;
        }
        if (count > 0) {
            pc_buf_append(buf, chunk, (size_t)count);
        } else if (errno != EINTR) {
            error = errno;
            break;
        }
    }
    free(chunk);
    return error;
}

// Takes the text of the open file and parses it. What is wrong is reported and leaves json NULL.
static enum pc_status load(struct pc_import *import, struct pc_file *file, int descriptor,
                           struct pc_place place)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf buf;
    pc_buf_init(&buf);
    int error = read_all(descriptor, &buf);
    if (error == ENOMEM) {
        return PC_ERR_NOMEM;
    }
    if (error != 0) {
        complain(import, PC_DIAG_FILE_READ, place, file->name, error);
        return PC_OK;
    }
    PC_TRY(pc_buf_status(&buf));
    PC_TRY(pc_arena_copy(import->arena, pc_buf_view(&buf), &file->text));
    import->counts.files++;
    struct pc_json_source source = {.file = file->name, .text = file->text};
    enum pc_status status = pc_json_parse(import->arena, &source, import->diags, &file->json);
    return status == PC_ERR_INVALID ? PC_OK : status;
}

static enum pc_status new_file(struct pc_import *import, struct pc_str name, struct pc_file **out)
{
    struct pc_file *file = pc_arena_alloc(import->arena, sizeof(*file));
    if (file == NULL) {
        return PC_ERR_NOMEM;
    }
    size_t folder = name.len;
    while (folder > 0 && name.ptr[folder - 1] != '/') {
        folder--;
    }
    file->name = name;
    file->folder = pc_str_slice(name, 0, folder);
    file->text = PC_STR("");
    file->pieces_end = &file->pieces;
    *import->files_end = file;
    import->files_end = &file->next;
    *out = file;
    return PC_OK;
}

// The file at the path, which `found` describes; read unless it was before.
static enum pc_status open_file(struct pc_import *import, struct pc_str path,
                                const struct stat *found, struct pc_place place,
                                struct pc_file **out)
{
    struct pc_str identity;
    PC_TRY(identity_of(import->arena, found, &identity));
    struct pc_file *file = pc_map_get(&import->file_by_identity, identity);
    if (file != NULL) {
        *out = file;
        return PC_OK;
    }
    PC_CLEANUP(close_file) const int descriptor = open(path.ptr, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        complain(import, PC_DIAG_FILE_MISSING, place, path, errno);
        *out = NULL;
        return PC_OK;
    }
    PC_TRY(new_file(import, path, &file));
    PC_TRY(pc_map_put(&import->file_by_identity, identity, file));
    PC_TRY(load(import, file, descriptor, place));
    *out = file;
    return PC_OK;
}

// Names of a folder -----------------------------------------------------------------------------

struct name_list {
    struct pc_str *names;
    size_t count, capacity;
};

static enum pc_status add_name(struct pc_arena *arena, struct name_list *list, const char *name)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 32 : list->capacity * 2;
        struct pc_str *names = pc_arena_array(arena, capacity, sizeof(*names));
        if (names == NULL) {
            return PC_ERR_NOMEM;
        }
        if (list->count > 0) {
            memcpy(names, list->names, list->count * sizeof(*names));
        }
        list->names = names;
        list->capacity = capacity;
    }
    PC_TRY(pc_arena_copy(arena, pc_str_from(name), &list->names[list->count]));
    list->count++;
    return PC_OK;
}

static int compare_names(const void *a, const void *b)
{
    const struct pc_str *first = a;
    const struct pc_str *second = b;
    return pc_str_cmp(*first, *second);
}

static void close_folder(DIR *const *folder)
{
    if (*folder != NULL) {
        closedir(*folder);
    }
}

static DIR *open_folder(const char *path)
{
    int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) {
        return NULL;
    }
    DIR *folder = fdopendir(descriptor);
    if (folder == NULL) {
        close(descriptor);
    }
    return folder;
}

// What is in the folder, sorted. False: it cannot be read, which is reported.
static enum pc_status list_folder(struct pc_import *import, struct pc_str path,
                                  struct name_list *list)
{
    struct pc_place place = {.file = path};
    PC_CLEANUP(close_folder) DIR *const folder = open_folder(path.ptr);
    if (folder == NULL) {
        complain(import, PC_DIAG_FILE_MISSING, place, path, errno);
        return PC_OK;
    }
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(folder);
        if (entry == NULL) {
            break;
        }
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            PC_TRY(add_name(import->arena, list, entry->d_name));
        }
    }
    if (errno != 0) {
        complain(import, PC_DIAG_FILE_READ, place, path, errno);
    }
    if (list->count > 1) {
        qsort(list->names, list->count, sizeof(*list->names), compare_names);
    }
    return PC_OK;
}

// Walking ---------------------------------------------------------------------------------------

struct walk {
    struct pc_import *import;
    unsigned depth;
    size_t documents; // *.json found
};

static enum pc_status walk_folder(struct walk *walk, struct pc_str path, const struct stat *found);

static enum pc_status walk_entry(struct walk *walk, struct pc_str path)
{
    struct stat found;
    struct pc_place place = {.file = path};
    bool document = pc_str_has_suffix(path, PC_STR(".json"));
    if (stat(path.ptr, &found) != 0) {
        if (document) {
            walk->documents++;
            complain(walk->import, PC_DIAG_FILE_MISSING, place, path, errno);
        }
        return PC_OK; // a link to nowhere that is not a document
    }
    if (S_ISDIR(found.st_mode)) {
        return walk_folder(walk, path, &found);
    }
    if (!document) {
        return PC_OK;
    }
    walk->documents++;
    if (!S_ISREG(found.st_mode)) {
        pc_diag_report(walk->import->diags, PC_DIAG_FILE_READ, place,
                       "cannot read \"%.*s\": not a regular file", PC_STR_ARG(path));
        return PC_OK;
    }
    struct pc_file *file;
    PC_TRY(open_file(walk->import, path, &found, place, &file));
    if (file != NULL) {
        file->listed = true;
    }
    return PC_OK;
}

static enum pc_status walk_folder(struct walk *walk, struct pc_str path, const struct stat *found)
{
    struct pc_import *import = walk->import;
    struct pc_str identity;
    PC_TRY(identity_of(import->arena, found, &identity));
    size_t *below = pc_map_get(&import->folder_by_identity, identity);
    if (below != NULL) {
        walk->documents += *below;
        return PC_OK;
    }
    below = pc_arena_alloc(import->arena, sizeof(*below)); // 0 until the walk is through
    if (below == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(pc_map_put(&import->folder_by_identity, identity, below));
    size_t before = walk->documents;
    if (walk->depth == FOLDERS_MAX) {
        struct pc_place place = {.file = path};
        pc_diag_report(import->diags, PC_DIAG_FILE_READ, place,
                       "cannot read \"%.*s\": more than %d folders inside each other",
                       PC_STR_ARG(path), FOLDERS_MAX);
        return PC_OK;
    }
    struct name_list list = {.names = NULL};
    PC_TRY(list_folder(import, path, &list));
    walk->depth++;
    for (size_t i = 0; i < list.count; i++) {
        struct pc_str child;
        const char *separator = pc_str_has_suffix(path, PC_STR("/")) ? "" : "/";
        PC_TRY(pc_arena_format(import->arena, &child, "%.*s%s%.*s", PC_STR_ARG(path), separator,
                               PC_STR_ARG(list.names[i])));
        PC_TRY(walk_entry(walk, child));
    }
    walk->depth--;
    *below = walk->documents - before;
    return PC_OK;
}

static enum pc_status add_folder(struct pc_import *import, struct pc_str path,
                                 const struct stat *found)
{
    struct walk walk = {.import = import};
    size_t errors = import->diags->errors;
    PC_TRY(walk_folder(&walk, path, found));
    if (walk.documents == 0 && import->diags->errors == errors) {
        struct pc_place place = {.file = path};
        pc_diag_report(import->diags, PC_DIAG_FOLDER_EMPTY, place, "no *.json file below \"%.*s\"",
                       PC_STR_ARG(path));
    }
    return PC_OK;
}

static enum pc_status add_input(struct pc_import *import)
{
    if (import->input_read) {
        return PC_OK;
    }
    import->input_read = true;
    struct pc_file *file;
    struct pc_place place = {.file = PC_STR(PC_FILES_INPUT)};
    PC_TRY(new_file(import, PC_STR(PC_FILES_INPUT), &file));
    file->listed = true;
    return load(import, file, STDIN_FILENO, place);
}

enum pc_status pc_files_add(struct pc_import *import, struct pc_str path)
{
    struct stat found;
    struct pc_str copy;
    if (pc_str_eq(path, PC_STR("-"))) {
        return add_input(import);
    }
    PC_TRY(pc_arena_copy(import->arena, path, &copy));
    struct pc_place place = {.file = copy};
    if (stat(copy.ptr, &found) != 0) {
        complain(import, PC_DIAG_FILE_MISSING, place, copy, errno);
        return PC_OK;
    }
    if (S_ISDIR(found.st_mode)) {
        return add_folder(import, copy, &found);
    }
    struct pc_file *file;
    PC_TRY(open_file(import, copy, &found, place, &file));
    if (file != NULL) {
        file->listed = true;
    }
    return PC_OK;
}

enum pc_status pc_files_find(struct pc_import *import, const struct pc_file *from,
                             struct pc_str path, struct pc_place place, struct pc_file **out)
{
    struct pc_str whole;
    struct stat found;
    struct pc_str folder = pc_str_has_prefix(path, PC_STR("/")) ? PC_STR("") : from->folder;
    *out = NULL;
    PC_TRY(
        pc_arena_format(import->arena, &whole, "%.*s%.*s", PC_STR_ARG(folder), PC_STR_ARG(path)));
    if (path.len == 0 || pc_str_find(path, '\0', 0) != SIZE_MAX) {
        pc_diag_report(import->diags, PC_DIAG_MANIFEST_VALUE, place,
                       "a path that is empty or holds a zero byte");
        return PC_OK;
    }
    if (stat(whole.ptr, &found) != 0) {
        complain(import, PC_DIAG_FILE_MISSING, place, whole, errno);
        return PC_OK;
    }
    if (!S_ISREG(found.st_mode)) {
        complain(import, PC_DIAG_FILE_MISSING, place, whole,
                 S_ISDIR(found.st_mode) ? EISDIR : EINVAL);
        return PC_OK;
    }
    return open_file(import, whole, &found, place, out);
}
