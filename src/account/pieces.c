// SPDX-License-Identifier: Apache-2.0
#include "pieces.h"

#include "documents.h"
#include "files.h"
#include "shapes.h"
#include "truncated.h"

static enum pc_status note_recognised(struct pc_import *import, struct pc_piece *piece)
{
    struct pc_recognised *recognised = pc_arena_alloc(import->arena, sizeof(*recognised));
    if (recognised == NULL) {
        return PC_ERR_NOMEM;
    }
    recognised->file = piece->file->name;
    recognised->shape = piece->shape->name;
    *import->recognised_end = recognised;
    import->recognised_end = &recognised->next;
    piece->recognised = recognised;
    return PC_OK;
}

static enum pc_status add_piece(struct pc_import *import, struct pc_file *file,
                                const struct pc_json *json)
{
    const struct pc_shape *shape = pc_shape_of(json);
    const struct pc_shape *second = shape != NULL ? pc_shape_beside(json, shape) : NULL;
    if (second != NULL) {
        pc_shape_refuse_two(import, file, json, shape, second);
        return PC_OK;
    }
    if (shape == NULL || (shape->open == NULL && shape->read == NULL)) {
        pc_shape_refuse(import, file, json, shape);
        return PC_OK;
    }
    if (!shape->manifest) {
        pc_dump_refuse_truncated(import, file, json);
    }
    struct pc_piece *piece = pc_arena_alloc(import->arena, sizeof(*piece));
    if (piece == NULL) {
        return PC_ERR_NOMEM;
    }
    *piece = (struct pc_piece){.file = file, .json = json, .shape = shape};
    *file->pieces_end = piece;
    file->pieces_end = &piece->next;
    PC_TRY(note_recognised(import, piece));
    if (shape->open != NULL) {
        PC_TRY(shape->open(import, piece));
        piece->recognised->policies = piece->document != NULL;
    }
    return PC_OK;
}

enum pc_status pc_pieces_of(struct pc_import *import, struct pc_file *file)
{
    const struct pc_json *json = file->json;
    if (json == NULL || file->split) {
        return PC_OK;
    }
    file->split = true;
    if (json->type != PC_JSON_ARRAY || json->count == 0) {
        return add_piece(import, file, json);
    }
    for (size_t i = 0; i < json->count; i++) {
        PC_TRY(add_piece(import, file, &json->items[i]));
    }
    return PC_OK;
}

enum pc_status pc_piece_read(struct pc_import *import, struct pc_piece *piece)
{
    size_t before = import->counts.documents;
    import->reading = piece->recognised;
    PC_TRY(piece->shape->read(import, piece));
    import->reading = NULL;
    piece->recognised->policies = import->counts.documents - before;
    return PC_OK;
}

// Policies that a manifest names ----------------------------------------------------------------

static void complain(const struct pc_members *reader, const struct pc_json *value,
                     const char *format, const struct pc_file *file, const char *more)
{
    struct pc_place place = pc_members_place(reader, value);
    pc_diag_report(reader->import->diags, PC_DIAG_MANIFEST_VALUE, place, "\"%.*s\" %s%s",
                   PC_STR_ARG(file->name), format, more);
}

// Does the dump leave it to the manifest whose policy it is, or say the same?
static bool fits(const struct pc_piece *piece, const struct pc_naming *naming)
{
    if (piece->owner_ending.len > 0) {
        return pc_str_has_suffix(naming->holder, piece->owner_ending);
    }
    return piece->owner.len == 0 || piece->inferred || pc_str_eq(piece->owner, naming->holder);
}

enum pc_status pc_pieces_named(const struct pc_members *reader, const struct pc_json *value,
                               struct pc_piece **out)
{
    struct pc_file *file;
    *out = NULL;
    PC_TRY(pc_files_find(reader->import, reader->file, value->text, pc_members_place(reader, value),
                         &file));
    if (file == NULL || file->json == NULL) {
        return PC_OK;
    }
    PC_TRY(pc_pieces_of(reader->import, file));
    *out = file->pieces; // none of a known shape: that is reported
    return PC_OK;
}

static enum pc_status name_path(const struct pc_members *reader, const struct pc_json *value,
                                const struct pc_naming *naming, struct pc_document **out)
{
    struct pc_piece *piece;
    PC_TRY(pc_pieces_named(reader, value, &piece));
    if (piece == NULL) {
        return PC_OK;
    }
    const struct pc_file *file = piece->file;
    if (piece->shape->open == NULL) {
        complain(reader, value, "holds no single policy; it was recognised as: ", file,
                 piece->shape->name);
        return PC_OK;
    }
    for (struct pc_piece *each = piece; each != NULL; each = each->next) {
        each->taken = true;
    }
    if (piece->next != NULL) {
        complain(reader, value, "holds several documents, not one policy", file, "");
    } else if (piece->empty) {
        complain(reader, value, "holds no policy", file, "");
    } else if (!fits(piece, naming)) {
        complain(reader, value, "says itself that it belongs to another resource", file, "");
    } else if (piece->superseded) {
        complain(reader, value, "says itself that another version of the policy is in force", file,
                 "");
        pc_diag_hint(reader->import->diags, "name the version that is, or the document alone");
    } else {
        *out = piece->document;
    }
    return PC_OK;
}

static enum pc_status name_inline(const struct pc_members *reader, const struct pc_json *value,
                                  struct pc_str name, struct pc_document **out)
{
    static const char *const names[] = {"name", "document", NULL};
    const struct pc_json *document = value;
    if (pc_members_find(value, "document") != NULL || pc_members_find(value, "name") != NULL) {
        struct pc_str own;
        pc_members_known(reader, value, "a named policy", names);
        if (!pc_members_object(reader, value, "document", PC_REQUIRED, &document) ||
            !pc_members_string(reader, value, "name", PC_OPTIONAL, &own)) {
            return PC_OK;
        }
        name = own.len > 0 ? own : name;
    }
    return pc_document_new(reader->import, reader->file, document, name, out);
}

enum pc_status pc_naming_read(const struct pc_members *reader, const struct pc_json *value,
                              const struct pc_naming *naming, struct pc_reference *out, bool *found)
{
    struct pc_reference reference = {.place = pc_members_place(reader, value)};
    *found = false;
    if (value->type == PC_JSON_OBJECT) {
        PC_TRY(name_inline(reader, value, naming->name, &reference.document));
    } else if (value->type != PC_JSON_STRING) {
        pc_diag_report(reader->import->diags, PC_DIAG_MANIFEST_VALUE, reference.place,
                       "a policy is a document, a path or an ARN, not %s",
                       pc_json_type_text(value->type));
    } else if (!pc_str_has_prefix(value->text, PC_STR("arn:"))) {
        PC_TRY(name_path(reader, value, naming, &reference.document));
    } else if (naming->by_arn) {
        reference.arn = value->text;
    } else {
        pc_diag_report(reader->import->diags, PC_DIAG_MANIFEST_VALUE, reference.place,
                       "this policy is a document or a path, not the ARN of a managed policy");
    }
    if (reference.document != NULL || reference.arn.len > 0) {
        *out = reference;
        *found = true;
    }
    return PC_OK;
}
