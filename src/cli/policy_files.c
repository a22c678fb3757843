// SPDX-License-Identifier: Apache-2.0
#include "policy_files.h"

#include "account/document_shape.h"
#include "base/path.h"
#include "file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

struct policy_file {
    struct pc_str path;
    enum pc_status status;
    struct pc_diags missing; // what hindered the reading: reported where the path is written
    struct pc_diags diags;   // what is wrong within the file
    struct pc_str outer;     // its text
    struct pc_str text;      // that `json` was parsed from: a part of it, or decoded
    const struct pc_json *json;
};

static enum pc_status refuse(struct policy_file *file, const struct pc_json *json,
                             const char *shape)
{
    pc_diag_report(&file->diags, PC_DIAG_CASE_POLICY_FILE, pc_json_place(file->path, json),
                   "%s%s holds no single policy", shape != NULL ? "what was recognised as: " : "",
                   shape != NULL ? shape : "the file");
    pc_diag_hint(&file->diags, "a case names a file with one policy: the document, or what the AWS "
                               "CLI prints for it");
    return PC_ERR_INVALID;
}

// The policy in the document, which may be a text of its own in a string.
static enum pc_status open_policy(struct pc_arena *arena, struct policy_file *file,
                                  const struct pc_json *document)
{
    struct pc_document_shape shape = {NULL, NULL};
    if (!pc_document_shape_of(document, &shape) || shape.policy == NULL) {
        return refuse(file, document, shape.name);
    }
    file->json = shape.policy;
    file->text = file->outer;
    if (shape.policy->type != PC_JSON_STRING) {
        return PC_OK;
    }
    file->text = shape.policy->text;
    const struct pc_json_source inside = {
        .file = file->path, .text = file->text, .inside = shape.policy, .outer = file->outer};
    return pc_json_parse(arena, &inside, &file->diags, &file->json);
}

static enum pc_status read_bytes(struct pc_arena *arena, struct policy_file *file)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    struct stat about;
    if (stat(file->path.ptr, &about) == 0 && !S_ISREG(about.st_mode)) {
        pc_diag_report(&file->missing, PC_DIAG_FILE_READ, (struct pc_place){.file = file->path},
                       "\"%.*s\" is no regular file", PC_STR_ARG(file->path));
        return PC_ERR_INVALID;
    }
    PC_TRY(pc_file_read(file->path, &file->missing, &bytes));
    return pc_arena_copy(arena, pc_buf_view(&bytes), &file->outer);
}

static enum pc_status read_file(struct pc_arena *arena, struct policy_file *file)
{
    const struct pc_json *document;
    PC_TRY(read_bytes(arena, file));
    const struct pc_json_source source = {.file = file->path, .text = file->outer};
    PC_TRY(pc_json_parse(arena, &source, &file->diags, &document));
    return open_policy(arena, file, document);
}

static enum pc_status take_file(struct pc_policy_files *files, struct pc_str path,
                                struct policy_file **out)
{
    struct policy_file *file = pc_map_get(&files->by_path, path);
    *out = file;
    if (file != NULL) {
        return PC_OK;
    }
    file = pc_arena_alloc(&files->arena, sizeof(*file));
    if (file == NULL) {
        return PC_ERR_NOMEM;
    }
    *file = (struct policy_file){.path = path};
    pc_diags_init(&file->missing, &files->arena);
    pc_diags_init(&file->diags, &files->arena);
    if (files->reading != NULL) {
        files->reading(files->context, path);
    }
    file->status = read_file(&files->arena, file);
    if (file->status == PC_ERR_NOMEM) {
        return file->status;
    }
    *out = file;
    return pc_map_put(&files->by_path, path, file);
}

static enum pc_status find(struct pc_policy_loader *loader, const struct pc_case_source *source,
                           const struct pc_json *path, struct pc_case_document *out)
{
    struct pc_policy_files *files = (struct pc_policy_files *)loader; // its first member
    const struct pc_place place = pc_json_place(source->file, path);
    struct policy_file *file;
    struct pc_str found;
    if (!pc_path_is(path->text)) {
        pc_diag_report(source->diags, PC_DIAG_CASE_POLICY_FILE, place, "\"%.*s\" is no path",
                       PC_STR_ARG(path->text));
        return PC_ERR_INVALID;
    }
    PC_TRY(pc_path_from(&files->arena, source->file, path->text, &found));
    PC_TRY(take_file(files, found, &file));
    for (const struct pc_diag *diag = file->missing.first; diag != NULL; diag = diag->next) {
        pc_diag_report(source->diags, diag->code, place, "%.*s", PC_STR_ARG(diag->message));
    }
    pc_diags_append(source->diags, &file->diags);
    PC_TRY(file->status);
    out->name = pc_path_stem(file->path);
    out->file = file->path;
    out->text = file->text;
    out->json = file->json;
    return PC_OK;
}

void pc_policy_files_init(struct pc_policy_files *files)
{
    *files = (struct pc_policy_files){.loader = {find}};
    pc_arena_init(&files->arena);
    pc_map_init(&files->by_path, &files->arena);
}

void pc_policy_files_release(struct pc_policy_files *files)
{
    pc_arena_release(&files->arena);
    *files = (struct pc_policy_files){.loader = {NULL}};
}
