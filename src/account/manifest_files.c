// SPDX-License-Identifier: Apache-2.0
#include "manifest_files.h"

#include "base/path.h"
#include "files.h"
#include "load.h"
#include "members.h"
#include "shapes.h"

struct finding {
    struct pc_import *import;
    const struct pc_file *file; // the manifest
    struct pc_load *first;
    size_t count;
};

// A policy or dump that may be a path.
static enum pc_status find_in(struct finding *finding, const struct pc_json *value)
{
    struct pc_import *import = finding->import;
    struct pc_str path;
    if (value->type != PC_JSON_STRING || pc_str_has_prefix(value->text, PC_STR("arn:")) ||
        !pc_path_is(value->text)) {
        return PC_OK;
    }
    PC_TRY(pc_files_path(import, finding->file, value->text, &path));
    if (pc_map_get(&import->file_by_path, path) != NULL ||
        pc_map_get(&import->ahead_by_path, path) != NULL) {
        return PC_OK;
    }
    struct pc_load *load = pc_arena_alloc(import->arena, sizeof(*load));
    if (load == NULL) {
        return PC_ERR_NOMEM;
    }
    *load = (struct pc_load){.path = path, .regular = true, .next = finding->first};
    finding->first = load;
    finding->count++;
    return pc_map_put(&import->ahead_by_path, path, load);
}

// A policy or dump, or an array of them, among the members of an element.
static enum pc_status find_in_element(struct finding *finding, const struct pc_json *element)
{
    static const char *const names[] = {"policy", "policies", "boundary",     "trust",
                                        "scp",    "rcp",      "notification", "targets"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const struct pc_json *value = pc_members_find(element, names[i]);
        if (value != NULL && value->type != PC_JSON_ARRAY) {
            PC_TRY(find_in(finding, value));
        }
        for (size_t j = 0; value != NULL && value->type == PC_JSON_ARRAY && j < value->count; j++) {
            PC_TRY(find_in(finding, &value->items[j]));
        }
    }
    return PC_OK;
}

static enum pc_status find_in_lists(struct finding *finding, const struct pc_json *object)
{
    static const char *const names[] = {"policies",  "groups",    "roles",  "users",
                                        "resources", "functions", "levels", "accounts"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const struct pc_json *list = pc_members_find(object, names[i]);
        for (size_t j = 0; list != NULL && list->type == PC_JSON_ARRAY && j < list->count; j++) {
            PC_TRY(find_in_element(finding, &list->items[j]));
        }
    }
    return PC_OK;
}

static enum pc_status find_in_file(struct finding *finding)
{
    for (const struct pc_piece *piece = finding->file->pieces; piece != NULL; piece = piece->next) {
        if (piece->shape->manifest) {
            PC_TRY(find_in_lists(finding, piece->json));
            PC_TRY(find_in_lists(finding, pc_members_find(piece->json, "organization")));
        }
    }
    return PC_OK;
}

enum pc_status pc_manifest_files_read(struct pc_import *import)
{
    struct finding finding = {.import = import};
    if (import->jobs < 2) {
        return PC_OK;
    }
    for (finding.file = import->files; finding.file != NULL; finding.file = finding.file->next) {
        if (finding.file->listed) {
            PC_TRY(find_in_file(&finding));
        }
    }
    return pc_load_files(finding.first, finding.count, import);
}
