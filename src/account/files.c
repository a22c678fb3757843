// SPDX-License-Identifier: Apache-2.0
//
// What the user named is found first, then read all at once, then taken into the picture in the
// order in which it was found.
#include "files.h"

#include "base/path.h"
#include "load.h"
#include "walk.h"

#include <errno.h>
#include <string.h>

void pc_files_complain(struct pc_diags *diags, enum pc_diag_code code, struct pc_place place,
                       struct pc_str path, int error)
{
    char reason[128];
    if (strerror_r(error, reason, sizeof(reason)) != 0) {
        reason[0] = '?';
        reason[1] = '\0';
    }
    pc_diag_report(diags, code, place, "\"%.*s\" cannot be %s: %s", PC_STR_ARG(path),
                   code == PC_DIAG_FILE_MISSING ? "opened" : "read", reason);
}

enum pc_status pc_files_identity(struct pc_arena *arena, const struct stat *found,
                                 struct pc_str *out)
{
    const uint64_t identity[] = {(uint64_t)found->st_dev, (uint64_t)found->st_ino};
    const void *bytes = identity;
    return pc_arena_copy(arena, (struct pc_str){bytes, sizeof(identity)}, out);
}

struct pc_str pc_files_own_name(const struct pc_file *file)
{
    return pc_str_slice(file->name, file->folder.len, file->name.len);
}

// Taking what was read ----------------------------------------------------------------------------

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

// Reports at `place` what went wrong with the opening or reading of it, if anything.
static void report_load(struct pc_import *import, const struct pc_load *load, struct pc_place place)
{
    if (load->missing != 0) {
        pc_files_complain(import->diags, PC_DIAG_FILE_MISSING, place, load->path, load->missing);
    } else if (load->unread != 0) {
        pc_files_complain(import->diags, PC_DIAG_FILE_READ, place, load->path, load->unread);
    } else {
        import->counts.files++;
        pc_diags_append(import->diags, &load->diags);
    }
}

// Adds what was read to the picture, unless the same file is there already. *out is NULL when it
// could not be opened.
static enum pc_status take(struct pc_import *import, const struct pc_load *load,
                           struct pc_place place, struct pc_file **out)
{
    struct pc_str identity = load->path;
    *out = NULL;
    PC_TRY(load->status);
    if (load->missing != 0) {
        report_load(import, load, place);
        return PC_OK;
    }
    if (!load->input) {
        PC_TRY(pc_files_identity(import->arena, &load->found, &identity));
        *out = pc_map_get(&import->file_by_identity, identity);
    }
    if (*out != NULL) {
        return PC_OK;
    }
    PC_TRY(new_file(import, load->path, out));
    PC_TRY(pc_map_put(&import->file_by_identity, identity, *out));
    if (!load->input) {
        PC_TRY(pc_map_put(&import->file_by_path, load->path, *out));
    }
    (*out)->text = load->text;
    (*out)->json = load->json;
    report_load(import, load, place);
    return PC_OK;
}

// Takes what was read for the user, in the order in which it was named.
static enum pc_status take_listed(struct pc_import *import)
{
    for (const struct pc_load *load = import->loads; load != NULL; load = load->next) {
        struct pc_file *file;
        PC_TRY(take(import, load, (struct pc_place){.file = load->path}, &file));
        if (file != NULL) {
            file->listed = true;
        }
    }
    return PC_OK;
}

enum pc_status pc_files_read(struct pc_import *import)
{
    PC_TRY(pc_load_files(import->loads, import->load_count, import));
    return take_listed(import);
}

// Finding what the user named ---------------------------------------------------------------------

static enum pc_status add_load(struct pc_import *import, struct pc_str path, bool input)
{
    struct pc_load *load = pc_arena_alloc(import->arena, sizeof(*load));
    if (load == NULL) {
        return PC_ERR_NOMEM;
    }
    load->path = path;
    load->input = input;
    *import->loads_end = load;
    import->loads_end = &load->next;
    import->load_count++;
    return PC_OK;
}

static enum pc_status add_document(struct pc_import *import, struct pc_str path)
{
    return add_load(import, path, false);
}

static enum pc_status add_input(struct pc_import *import)
{
    if (import->input_read) {
        return PC_OK;
    }
    import->input_read = true;
    return add_load(import, PC_STR(PC_FILES_INPUT), true);
}

// A pipe or the like can be read once only, so it is known again before it is opened.
static enum pc_status add_special(struct pc_import *import, struct pc_str path,
                                  const struct stat *found)
{
    struct pc_str identity;
    PC_TRY(pc_files_identity(import->arena, found, &identity));
    if (pc_map_get(&import->visited_by_identity, identity) != NULL) {
        return PC_OK;
    }
    PC_TRY(pc_map_put(&import->visited_by_identity, identity, import));
    return add_load(import, path, false);
}

enum pc_status pc_files_add(struct pc_import *import, struct pc_str path)
{
    struct stat found;
    struct pc_str copy;
    if (pc_str_eq(path, PC_STR("-"))) {
        return add_input(import);
    }
    PC_TRY(pc_arena_copy(import->arena, path, &copy));
    if (stat(copy.ptr, &found) != 0) {
        pc_files_complain(import->diags, PC_DIAG_FILE_MISSING, (struct pc_place){.file = copy},
                          copy, errno);
        return PC_OK;
    }
    if (S_ISDIR(found.st_mode)) {
        return pc_walk_folder(import, copy, &found, add_document);
    }
    return S_ISREG(found.st_mode) ? add_load(import, copy, false)
                                  : add_special(import, copy, &found);
}

// What a manifest names ---------------------------------------------------------------------------

enum pc_status pc_files_path(struct pc_import *import, const struct pc_file *from,
                             struct pc_str path, struct pc_str *out)
{
    return pc_path_from(import->arena, from->name, path, out);
}

// Reads the file that `found` describes, unless that was done ahead.
static enum pc_status read_named(struct pc_import *import, struct pc_str path,
                                 const struct stat *found, struct pc_place place,
                                 struct pc_file **out)
{
    const struct pc_load *ahead = pc_map_get(&import->ahead_by_path, path);
    if (ahead != NULL && ahead->missing == 0 && ahead->unread == 0 &&
        ahead->found.st_dev == found->st_dev && ahead->found.st_ino == found->st_ino) {
        return take(import, ahead, place, out);
    }
    struct pc_load load = {.path = path};
    pc_load_file(&load, import->arena, import->trees);
    return take(import, &load, place, out);
}

enum pc_status pc_files_find(struct pc_import *import, const struct pc_file *from,
                             struct pc_str path, struct pc_place place, struct pc_file **out)
{
    struct stat found;
    struct pc_str whole, identity;
    *out = NULL;
    if (!pc_path_is(path)) {
        pc_diag_report(import->diags, PC_DIAG_MANIFEST_VALUE, place,
                       "a path that is empty or holds a zero byte");
        return PC_OK;
    }
    PC_TRY(pc_files_path(import, from, path, &whole));
    *out = pc_map_get(&import->file_by_path, whole);
    if (*out != NULL) {
        return PC_OK;
    }
    int error = stat(whole.ptr, &found) != 0 ? errno : 0;
    if (error == 0 && !S_ISREG(found.st_mode)) {
        error = S_ISDIR(found.st_mode) ? EISDIR : EINVAL;
    }
    if (error != 0) {
        pc_files_complain(import->diags, PC_DIAG_FILE_MISSING, place, whole, error);
        if (error == ENOENT && from->folder.len > 0) {
            pc_diag_hint(import->diags, "paths begin in the manifest's folder, \"%.*s\"",
                         PC_STR_ARG(from->folder));
        }
        return PC_OK;
    }
    PC_TRY(pc_files_identity(import->arena, &found, &identity));
    *out = pc_map_get(&import->file_by_identity, identity);
    return *out != NULL ? PC_OK : read_named(import, whole, &found, place, out);
}
