// SPDX-License-Identifier: Apache-2.0
//
// The order of an import: all files first, then manifests, which may claim files, then the rest,
// then the links between them.
#include "account/import.h"

#include "documents.h"
#include "documents_ahead.h"
#include "files.h"
#include "import.h"
#include "link.h"
#include "manifest_files.h"
#include "pieces.h"
#include "shapes.h"

static enum pc_status split_files(struct pc_import *import)
{
    for (struct pc_file *file = import->files; file != NULL; file = file->next) {
        PC_TRY(pc_pieces_of(import, file));
    }
    return PC_OK;
}

// Reads the manifests, or all others, among the documents of a file.
static enum pc_status read_file(struct pc_import *import, const struct pc_file *file,
                                bool manifests)
{
    for (struct pc_piece *piece = file->pieces; piece != NULL; piece = piece->next) {
        if (piece->shape->read != NULL && piece->shape->manifest == manifests) {
            PC_TRY(pc_piece_read(import, piece));
        }
    }
    return PC_OK;
}

// The same among all that the user named. A file that only a manifest names holds a policy, or is
// refused there.
static enum pc_status read_files(struct pc_import *import, bool manifests)
{
    for (const struct pc_file *file = import->files; file != NULL; file = file->next) {
        if (file->listed) {
            PC_TRY(read_file(import, file, manifests));
        }
    }
    return PC_OK;
}

// What the holder's ARN is like, as far as the shape tells; NULL: nothing tells.
static const char *holder_like(const struct pc_piece *piece)
{
    static const struct {
        enum pc_status (*open)(struct pc_import *import, struct pc_piece *piece);
        const char *arn;
    } likes[] = {
        {pc_key_dump_open, "arn:aws:kms:REGION:ACCOUNT:key/ID"},
        {pc_repository_dump_open, "arn:aws:ecr:REGION:ACCOUNT:repository/NAME"},
        {pc_policy_string_open, "ARN of the bucket, table, stream or whatever it is"},
    };
    for (size_t i = 0; i < sizeof(likes) / sizeof(likes[0]); i++) {
        if (piece->shape->open == likes[i].open) {
            return likes[i].arn;
        }
    }
    return NULL;
}

static void hint_manifest(struct pc_import *import, const struct pc_piece *piece)
{
    const char *like = holder_like(piece);
    struct pc_str name = pc_files_own_name(piece->file);
    if (pc_str_eq(piece->file->name, PC_STR(PC_FILES_INPUT))) {
        pc_diag_hint(import->diags, "save it to a file, and name that in a manifest");
    } else if (like == NULL) {
        pc_diag_hint(import->diags,
                     "name it in a manifest, by its path from the manifest's folder; polcheck lint "
                     "looks at policies that nobody holds");
    } else {
        pc_diag_hint(import->diags,
                     "say it in a manifest beside it: {\"polcheck\": 1, \"resources\": "
                     "[{\"arn\": \"%s\", \"policy\": \"%.*s\"}]}",
                     like, PC_STR_ARG(name));
    }
}

static void report_unattached(struct pc_import *import, const struct pc_piece *piece)
{
    pc_diag_report(import->diags, PC_DIAG_POLICY_UNATTACHED,
                   pc_json_place(piece->file->name, piece->json),
                   "\"%.*s\" (%s) does not say to whom it belongs", PC_STR_ARG(piece->file->name),
                   piece->shape->name);
    hint_manifest(import, piece);
}

// A policy that no manifest has claimed belongs to whom its dump names. A resource of which the
// dump shows none is told as well: an update takes away what it had.
static enum pc_status settle(struct pc_import *import, const struct pc_piece *piece, bool all_held)
{
    struct pc_document *document = piece->document;
    if (piece->owner.len > 0 && piece->empty) {
        struct pc_resource *resource;
        return pc_picture_resource(import, piece->owner,
                                   pc_json_place(piece->file->name, piece->json), &resource);
    }
    if (piece->taken || document == NULL || document->only != PC_POLICY_NONE) {
        return PC_OK;
    }
    if (piece->owner.len > 0) {
        return pc_picture_resource_policy(import, piece->owner, document, document->place);
    }
    if (all_held) {
        report_unattached(import, piece);
    }
    return PC_OK;
}

// all_held: a policy of nobody is an error.
static enum pc_status settle_files(struct pc_import *import, bool all_held)
{
    for (const struct pc_file *file = import->files; file != NULL; file = file->next) {
        for (const struct pc_piece *piece = file->pieces; piece != NULL; piece = piece->next) {
            PC_TRY(settle(import, piece, all_held));
        }
    }
    return PC_OK;
}

// A guard-rail that no level has would not hold.
static void check_organization_policies(struct pc_import *import)
{
    for (const struct pc_file *file = import->files; file != NULL; file = file->next) {
        for (const struct pc_piece *piece = file->pieces; piece != NULL; piece = piece->next) {
            const struct pc_document *document = piece->document;
            if (document != NULL && document->only != PC_POLICY_NONE && !piece->taken &&
                !document->used) {
                report_unattached(import, piece);
            }
        }
    }
}

enum pc_status pc_import_read(struct pc_import *import, const struct pc_import_input *input,
                              bool all_held)
{
    for (size_t i = 0; i < input->count; i++) {
        PC_TRY(pc_files_add(import, input->paths[i]));
    }
    PC_TRY(pc_files_read(import));
    PC_TRY(split_files(import));
    PC_TRY(pc_manifest_files_read(import));
    PC_TRY(read_files(import, true));
    PC_TRY(read_files(import, false));
    return settle_files(import, all_held);
}

static enum pc_status run(struct pc_import *import, const struct pc_import_input *input)
{
    PC_TRY(pc_import_read(import, input, true));
    PC_TRY(pc_documents_read_ahead(import));
    PC_TRY(pc_link(import));
    check_organization_policies(import);
    return PC_OK;
}

enum pc_status pc_import_paths(struct pc_arena *arena, const struct pc_import_input *input,
                               struct pc_diags *diags, const struct pc_import **out)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena trees;
    struct pc_import *import;
    size_t errors = diags->errors;
    pc_arena_init(&trees);
    PC_TRY(pc_picture_new(arena, diags, &import));
    import->jobs = input->jobs;
    import->trees = &trees;
    PC_TRY(run(import, input));
    if (diags->errors > errors) {
        return PC_ERR_INVALID;
    }
    import->diags = NULL;
    import->trees = NULL;
    *out = import;
    return PC_OK;
}

const struct pc_recognised *pc_import_recognised(const struct pc_import *import)
{
    return import->recognised;
}

struct pc_import_counts pc_import_counts(const struct pc_import *import)
{
    return import->counts;
}
