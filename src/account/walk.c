// SPDX-License-Identifier: Apache-2.0
#define _DEFAULT_SOURCE // DT_REG

#include "walk.h"

#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    FOLDERS_MAX = 64, // inside each other
};

// Names of a folder -----------------------------------------------------------------------------

struct entry {
    struct pc_str name;
    bool regular; // the folder itself says so: a regular file and no link
};

struct entry_list {
    struct entry *entries;
    size_t count, capacity;
};

static enum pc_status add_entry(struct pc_arena *arena, struct entry_list *list,
                                const struct dirent *found)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 32 : list->capacity * 2;
        struct entry *entries = pc_arena_array(arena, capacity, sizeof(*entries));
        if (entries == NULL) {
            return PC_ERR_NOMEM;
        }
        if (list->count > 0) {
            memcpy(entries, list->entries, list->count * sizeof(*entries));
        }
        list->entries = entries;
        list->capacity = capacity;
    }
    struct entry *entry = &list->entries[list->count];
    PC_TRY(pc_arena_copy(arena, pc_str_from(found->d_name), &entry->name));
    entry->regular = found->d_type == DT_REG;
    list->count++;
    return PC_OK;
}

static int compare_names(const void *a, const void *b)
{
    const struct entry *first = a;
    const struct entry *second = b;
    return pc_str_cmp(first->name, second->name);
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
                                  struct entry_list *list)
{
    struct pc_place place = {.file = path};
    PC_CLEANUP(close_folder) DIR *const folder = open_folder(path.ptr);
    if (folder == NULL) {
        pc_files_complain(import->diags, PC_DIAG_FILE_MISSING, place, path, errno);
        return PC_OK;
    }
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(folder);
        if (entry == NULL) {
            break;
        }
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            PC_TRY(add_entry(import->arena, list, entry));
        }
    }
    if (errno != 0) {
        pc_files_complain(import->diags, PC_DIAG_FILE_READ, place, path, errno);
    }
    if (list->count > 1) {
        qsort(list->entries, list->count, sizeof(*list->entries), compare_names);
    }
    return PC_OK;
}

// Walking ---------------------------------------------------------------------------------------

struct walk {
    struct pc_import *import;
    pc_walk_visit *visit;
    unsigned depth;
    size_t documents; // *.json found
};

static enum pc_status walk_folder(struct walk *walk, struct pc_str path, const struct stat *found);

static enum pc_status visit_document(struct walk *walk, struct pc_str path,
                                     const struct stat *found)
{
    walk->documents++;
    if (found != NULL && !S_ISREG(found->st_mode)) {
        pc_diag_report(walk->import->diags, PC_DIAG_FILE_READ, (struct pc_place){.file = path},
                       "\"%.*s\" cannot be read: not a regular file", PC_STR_ARG(path));
        return PC_OK;
    }
    return walk->visit(walk->import, path);
}

static enum pc_status walk_entry(struct walk *walk, struct pc_str path, bool regular)
{
    struct stat found;
    bool document = pc_str_has_suffix(path, PC_STR(".json"));
    if (regular) {
        return document ? visit_document(walk, path, NULL) : PC_OK;
    }
    if (stat(path.ptr, &found) != 0) {
        if (document) {
            walk->documents++;
            pc_files_complain(walk->import->diags, PC_DIAG_FILE_MISSING,
                              (struct pc_place){.file = path}, path, errno);
        }
        return PC_OK; // a link to nowhere that is not a document
    }
    if (S_ISDIR(found.st_mode)) {
        return walk_folder(walk, path, &found);
    }
    return document ? visit_document(walk, path, &found) : PC_OK;
}

static enum pc_status walk_entries(struct walk *walk, struct pc_str path,
                                   const struct entry_list *list)
{
    struct pc_str separator = pc_str_has_suffix(path, PC_STR("/")) ? PC_STR("") : PC_STR("/");
    for (size_t i = 0; i < list->count; i++) {
        const struct pc_str parts[] = {path, separator, list->entries[i].name};
        struct pc_str child;
        PC_TRY(pc_arena_join(walk->import->arena, parts, 3, &child));
        PC_TRY(walk_entry(walk, child, list->entries[i].regular));
    }
    return PC_OK;
}

static enum pc_status walk_folder(struct walk *walk, struct pc_str path, const struct stat *found)
{
    struct pc_import *import = walk->import;
    struct pc_str identity;
    PC_TRY(pc_files_identity(import->arena, found, &identity));
    size_t *below = pc_map_get(&import->visited_by_identity, identity);
    if (below != NULL) {
        walk->documents += *below;
        return PC_OK;
    }
    below = pc_arena_alloc(import->arena, sizeof(*below)); // 0 until the walk is through
    if (below == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(pc_map_put(&import->visited_by_identity, identity, below));
    size_t before = walk->documents;
    if (walk->depth == FOLDERS_MAX) {
        struct pc_place place = {.file = path};
        pc_diag_report(import->diags, PC_DIAG_FILE_READ, place,
                       "\"%.*s\" cannot be read: more than %d folders inside each other",
                       PC_STR_ARG(path), FOLDERS_MAX);
        return PC_OK;
    }
    struct entry_list list = {.entries = NULL};
    PC_TRY(list_folder(import, path, &list));
    walk->depth++;
    PC_TRY(walk_entries(walk, path, &list));
    walk->depth--;
    *below = walk->documents - before;
    return PC_OK;
}

enum pc_status pc_walk_folder(struct pc_import *import, struct pc_str path,
                              const struct stat *found, pc_walk_visit *visit)
{
    struct walk walk = {.import = import, .visit = visit};
    size_t errors = import->diags->errors;
    PC_TRY(walk_folder(&walk, path, found));
    if (walk.documents == 0 && import->diags->errors == errors) {
        struct pc_place place = {.file = path};
        pc_diag_report(import->diags, PC_DIAG_FOLDER_EMPTY, place, "\"%.*s\" holds no .json file",
                       PC_STR_ARG(path));
    }
    return PC_OK;
}
