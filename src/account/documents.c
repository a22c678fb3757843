// SPDX-License-Identifier: Apache-2.0
#include "documents.h"

#include "policy/reader.h"

enum pc_status pc_diags_copy_new(struct pc_map *seen, const struct pc_diags *from,
                                 struct pc_diags *to)
{
    for (const struct pc_diag *diag = from->first; diag != NULL; diag = diag->next) {
        struct pc_str key;
        PC_TRY(pc_arena_format(seen->arena, &key, "%d:%u:%u:%.*s:%.*s", (int)diag->code,
                               diag->place.line, diag->place.column, PC_STR_ARG(diag->place.file),
                               PC_STR_ARG(diag->message)));
        if (pc_map_get(seen, key) != NULL) {
            continue;
        }
        PC_TRY(pc_map_put(seen, key, seen));
        pc_diag_report(to, diag->code, diag->place, "%.*s", PC_STR_ARG(diag->message));
        if (diag->hint.len > 0) {
            pc_diag_hint(to, "%.*s", PC_STR_ARG(diag->hint));
        }
    }
    // One that was lost for want of memory is no less an error.
    return from->errors > 0 && from->first == NULL ? PC_ERR_NOMEM : PC_OK;
}

// Percent-encoding ------------------------------------------------------------------------------

static int hex_digit(char c)
{
    char lower = pc_char_lower(c);
    if (pc_char_is_digit(c)) {
        return c - '0';
    }
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// False: a '%' without two hexadecimal digits behind it.
static bool percent_decode(struct pc_str text, struct pc_buf *out)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '%') {
            pc_buf_byte(out, text.ptr[i]);
            continue;
        }
        int high = i + 1 < text.len ? hex_digit(text.ptr[i + 1]) : -1;
        int low = i + 2 < text.len ? hex_digit(text.ptr[i + 2]) : -1;
        if (high < 0 || low < 0) {
            return false;
        }
        pc_buf_byte(out, (char)(high * 16 + low));
        i += 2;
    }
    return true;
}

static enum pc_status moved_copy(struct pc_arena *arena, const struct pc_json *json,
                                 const struct pc_json *at, struct pc_json *out);

static enum pc_status moved_members(struct pc_arena *arena, const struct pc_json *json,
                                    const struct pc_json *at, struct pc_json *out)
{
    struct pc_json_member *members = pc_arena_array(arena, json->count, sizeof(*members));
    if (members == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < json->count; i++) {
        members[i].name = json->members[i].name;
        members[i].line = at->line;
        members[i].column = at->column;
        PC_TRY(moved_copy(arena, &json->members[i].value, at, &members[i].value));
    }
    out->members = members;
    return PC_OK;
}

static enum pc_status moved_items(struct pc_arena *arena, const struct pc_json *json,
                                  const struct pc_json *at, struct pc_json *out)
{
    struct pc_json *items = pc_arena_array(arena, json->count, sizeof(*items));
    if (items == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < json->count; i++) {
        PC_TRY(moved_copy(arena, &json->items[i], at, &items[i]));
    }
    out->items = items;
    return PC_OK;
}

// Copies the tree with every place moved to that of `at`. Nesting is limited by the reader of JSON.
static enum pc_status moved_copy(struct pc_arena *arena, const struct pc_json *json,
                                 const struct pc_json *at, struct pc_json *out)
{
    *out = *json;
    out->line = at->line;
    out->column = at->column;
    if (json->type == PC_JSON_OBJECT) {
        return moved_members(arena, json, at, out);
    }
    return json->type == PC_JSON_ARRAY ? moved_items(arena, json, at, out) : PC_OK;
}

// Reading ---------------------------------------------------------------------------------------

struct text_document {
    const struct pc_json *json; // NULL: refused
    struct pc_str source;
};

static enum pc_status read_string(struct pc_import *import, const struct pc_file *file,
                                  const struct pc_json *value, struct text_document *out)
{
    struct pc_json_source source = {
        .file = file->name,
        .text = value->text,
        .inside = value,
        .outer = file->text,
        .nodes = import->trees,
    };
    enum pc_status status = pc_json_parse(import->arena, &source, import->diags, &out->json);
    out->source = value->text;
    return status == PC_ERR_INVALID ? PC_OK : status;
}

static enum pc_status read_encoded(struct pc_import *import, const struct pc_file *file,
                                   const struct pc_json *value, struct text_document *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf buf;
    pc_buf_init(&buf);
    struct pc_place place = pc_json_place(file->name, value);
    if (!percent_decode(value->text, &buf)) {
        pc_diag_report(import->diags, PC_DIAG_DUMP_VALUE, place,
                       "a policy document with a '%%' that no two hexadecimal digits follow");
        return PC_OK;
    }
    PC_TRY(pc_buf_status(&buf));
    PC_TRY(pc_arena_copy(import->arena, pc_buf_view(&buf), &out->source));

    struct pc_diags inner;
    pc_diags_init(&inner, import->arena);
    struct pc_json_source source = {
        .file = file->name, .text = out->source, .nodes = import->trees};
    const struct pc_json *json;
    enum pc_status status = pc_json_parse(import->arena, &source, &inner, &json);
    if (status == PC_ERR_INVALID) {
        for (const struct pc_diag *diag = inner.first; diag != NULL; diag = diag->next) {
            pc_diag_report(import->diags, diag->code, place, "%.*s (line %u of the decoded text)",
                           PC_STR_ARG(diag->message), diag->place.line);
        }
        return inner.first == NULL ? PC_ERR_NOMEM : PC_OK;
    }
    PC_TRY(status);
    struct pc_json *moved = pc_arena_alloc(import->trees, sizeof(*moved));
    if (moved == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(moved_copy(import->trees, json, value, moved));
    out->json = moved;
    return PC_OK;
}

static bool is_encoded(struct pc_str text)
{
    size_t i = 0;
    while (i < text.len && (text.ptr[i] == ' ' || text.ptr[i] == '\t' || text.ptr[i] == '\r' ||
                            text.ptr[i] == '\n')) {
        i++;
    }
    return i < text.len && text.ptr[i] == '%';
}

enum pc_status pc_document_new(struct pc_import *import, const struct pc_file *file,
                               const struct pc_json *value, struct pc_str name,
                               struct pc_document **out)
{
    struct text_document text = {.json = value, .source = file->text};
    *out = NULL;
    if (value->type == PC_JSON_STRING) {
        text.json = NULL;
        PC_TRY((is_encoded(value->text) ? read_encoded : read_string)(import, file, value, &text));
    }
    if (text.json == NULL) {
        return PC_OK;
    }
    struct pc_document *document = pc_arena_alloc(import->arena, sizeof(*document));
    if (document == NULL) {
        return PC_ERR_NOMEM;
    }
    *document = (struct pc_document){
        .name = name,
        .file = file,
        .json = text.json,
        .source = text.source,
        .raw = pc_str_slice(file->text, value->start, value->end),
        .place = pc_json_place(file->name, text.json),
        .number = import->counts.documents++,
    };
    *import->documents_end = document;
    import->documents_end = &document->next;
    *out = document;
    return PC_OK;
}

struct pc_policy_input pc_document_input(const struct pc_document *document)
{
    struct pc_policy_input input = {
        .service = document->service,
        .file = document->file->name,
        .name = document->name,
        .document = document->json,
        .source = document->source,
    };
    return input;
}

void pc_document_read(struct pc_document_reading *reading, struct pc_arena *arena)
{
    struct pc_policy_input input = pc_document_input(reading->document);
    input.type = reading->type;
    input.service = reading->service;
    pc_diags_init(&reading->diags, arena);
    reading->status = pc_policy_read(arena, &input, &reading->diags, &reading->policy);
}

struct pc_document_reading *pc_document_reading(const struct pc_document *document,
                                                enum pc_policy_type type, struct pc_str service)
{
    struct pc_document_reading *reading = document->readings;
    while (reading != NULL && (reading->type != type || !pc_str_eq(reading->service, service))) {
        reading = reading->other;
    }
    return reading;
}

enum pc_status pc_document_use(struct pc_import *import, struct pc_document *document,
                               enum pc_policy_type type)
{
    document->used = true;
    if (document->refused || document->read[type] != NULL) {
        return PC_OK;
    }
    struct pc_document_reading now = {
        .document = document, .type = type, .service = document->service};
    const struct pc_document_reading *reading =
        pc_document_reading(document, type, document->service);
    if (reading == NULL) {
        pc_document_read(&now, import->arena);
        reading = &now;
    }
    PC_TRY(pc_diags_copy_new(&import->seen, &reading->diags, import->diags));
    document->refused = reading->status == PC_ERR_INVALID;
    document->read[type] = reading->policy;
    return document->refused ? PC_OK : reading->status;
}

size_t pc_document_size(const struct pc_document *document, bool without_white_space)
{
    struct pc_policy_input input = pc_document_input(document);
    return pc_policy_size(&input, without_white_space);
}
