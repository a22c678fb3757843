// SPDX-License-Identifier: Apache-2.0
//
// Changes the text and not the tree: what is not touched stays as it was written. A new statement
// takes on the layout of the one before it.
#include "lambda/policy_text.h"

#include "layout.h"
#include "policy/reader.h"

#include "json/reader.h"

// A text taken apart.
struct opened {
    struct pc_arena *arena;
    const struct pc_policy_text *policy;
    const struct pc_permission *permission;
    struct pc_diags *diags;
    const struct pc_json *outer;     // the file
    const struct pc_json *string;    // in it, of what get-policy prints; else NULL
    const struct pc_json *document;  // the policy
    struct pc_str text;              // of the document
    const struct pc_json *statement; // array or object
};

// Statements: of a document with one alone that one.
static size_t statement_count(const struct opened *opened)
{
    return opened->statement->type == PC_JSON_ARRAY ? opened->statement->count : 1;
}

static const struct pc_json *statement_at(const struct opened *opened, size_t i)
{
    return opened->statement->type == PC_JSON_ARRAY ? &opened->statement->items[i]
                                                    : opened->statement;
}

// Reading ----------------------------------------------------------------------------------------

static enum pc_status refuse(const struct opened *opened, const struct pc_json *at,
                             const char *flaw)
{
    pc_diag_report(opened->diags, PC_DIAG_POLICY_TEXT, pc_json_place(opened->policy->file, at),
                   "\"%.*s\" %s", PC_STR_ARG(opened->policy->file), flaw);
    return PC_ERR_INVALID;
}

static enum pc_status parse_outer(struct opened *opened)
{
    const struct pc_json_source source = {.file = opened->policy->file,
                                          .text = opened->policy->text};
    return pc_json_parse(opened->arena, &source, opened->diags, &opened->outer);
}

static enum pc_status parse_inner(struct opened *opened)
{
    const struct pc_json_source source = {.file = opened->policy->file,
                                          .text = opened->string->text,
                                          .inside = opened->string,
                                          .outer = opened->policy->text};
    opened->text = source.text;
    return pc_json_parse(opened->arena, &source, opened->diags, &opened->document);
}

static enum pc_status find_document(struct opened *opened)
{
    PC_TRY(parse_outer(opened));
    const struct pc_json *string = pc_json_get(opened->outer, PC_STR("Policy"));
    if (pc_json_get(opened->outer, PC_STR("Statement")) != NULL) {
        opened->document = opened->outer;
        opened->text = opened->policy->text;
        return PC_OK;
    }
    if (string == NULL || string->type != PC_JSON_STRING) {
        return refuse(opened, opened->outer,
                      "is neither a policy document nor what aws lambda get-policy prints");
    }
    opened->string = string;
    return parse_inner(opened);
}

// Only errors are told: the rest is the business of who compiles it.
static enum pc_status check_document(struct opened *opened)
{
    struct pc_diags found;
    const struct pc_policy *model;
    const struct pc_policy_input input = {
        .type = PC_POLICY_RESOURCE,
        .service = PC_STR("lambda"),
        .file = opened->policy->file,
        .name = opened->policy->file,
        .document = opened->document,
        .source = opened->text,
    };
    pc_diags_init(&found, opened->arena);
    enum pc_status status = pc_policy_read(opened->arena, &input, &found, &model);
    if (status == PC_ERR_INVALID) {
        pc_diags_append(opened->diags, &found);
    }
    PC_TRY(status);
    opened->statement = pc_json_get(opened->document, PC_STR("Statement"));
    return PC_OK;
}

// Whose it is: the policy of a function, a version or an alias each have their own. A statement for
// exactly one of them tells, if there is none that could be for the wanted one.

enum owner {
    OWNER_UNKNOWN,
    OWNER_WANTED,
    OWNER_OTHER
};

static enum owner owner_of(const struct opened *opened, const struct pc_json *resource)
{
    struct pc_function_name name;
    if (resource->type != PC_JSON_STRING || !pc_function_name_parse(resource->text, &name)) {
        return OWNER_UNKNOWN; // a pattern, or something else that says nothing
    }
    return pc_str_eq(name.arn, opened->permission->function.arn) ? OWNER_WANTED : OWNER_OTHER;
}

// *at: the first resource that is another's.
static enum owner owner_of_statement(const struct opened *opened, const struct pc_json *statement,
                                     const struct pc_json **at)
{
    const struct pc_json *resource = pc_json_get(statement, PC_STR("Resource"));
    size_t count = resource == NULL ? 0 : resource->type == PC_JSON_ARRAY ? resource->count : 1;
    enum owner found = OWNER_UNKNOWN;
    for (size_t i = 0; i < count; i++) {
        const struct pc_json *item =
            resource->type == PC_JSON_ARRAY ? &resource->items[i] : resource;
        enum owner owner = owner_of(opened, item);
        if (owner == OWNER_WANTED) {
            return owner;
        }
        if (owner == OWNER_OTHER && *at == NULL) {
            *at = item;
            found = owner;
        }
    }
    return found;
}

static enum pc_status check_owner(const struct opened *opened)
{
    const struct pc_json *other = NULL;
    for (size_t i = 0; i < statement_count(opened); i++) {
        if (owner_of_statement(opened, statement_at(opened, i), &other) == OWNER_WANTED) {
            return PC_OK;
        }
    }
    if (other == NULL) {
        return PC_OK;
    }
    pc_diag_report(opened->diags, PC_DIAG_POLICY_TEXT, pc_json_place(opened->policy->file, other),
                   "\"%.*s\" is the policy of \"%.*s\", not of \"%.*s\"",
                   PC_STR_ARG(opened->policy->file), PC_STR_ARG(other->text),
                   PC_STR_ARG(opened->permission->function.arn));
    pc_diag_hint(opened->diags, "a function and each version and alias have policies of their own: "
                                "name another file");
    return PC_ERR_INVALID;
}

static enum pc_status check_revision(const struct opened *opened)
{
    struct pc_str wanted = opened->policy->revision;
    const struct pc_json *revision =
        opened->string != NULL ? pc_json_get(opened->outer, PC_STR("RevisionId")) : NULL;
    if (wanted.len == 0) {
        return PC_OK;
    }
    if (revision == NULL || revision->type != PC_JSON_STRING) {
        pc_diag_report(opened->diags, PC_DIAG_REVISION_UNKNOWN,
                       (struct pc_place){.file = opened->policy->file},
                       "\"%.*s\" does not say its revision, so that \"%.*s\" was not compared",
                       PC_STR_ARG(opened->policy->file), PC_STR_ARG(wanted));
        return PC_OK;
    }
    if (!pc_str_eq(revision->text, wanted)) {
        pc_diag_report(opened->diags, PC_DIAG_PERMISSION_REVISION,
                       pc_json_place(opened->policy->file, revision),
                       "the policy is of revision \"%.*s\", not \"%.*s\": 412 "
                       "PreconditionFailedException",
                       PC_STR_ARG(revision->text), PC_STR_ARG(wanted));
        return PC_ERR_INVALID;
    }
    return PC_OK;
}

static enum pc_status open_text(struct opened *opened)
{
    PC_TRY(find_document(opened));
    PC_TRY(check_document(opened));
    PC_TRY(check_owner(opened));
    return check_revision(opened);
}

// Changing ---------------------------------------------------------------------------------------

// Appends the permission's statement, on several lines if the one at `model` is.
static void append_statement(const struct opened *opened, const struct pc_json *model,
                             struct pc_buf *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf json = {0};
    struct pc_json_writer writer;
    struct pc_str like = pc_str_slice(opened->text, model->start, model->end);
    bool lines = pc_str_find(like, '\n', 0) != SIZE_MAX;
    pc_json_writer_init(&writer, &json, lines);
    pc_permission_write(&writer, opened->permission);
    if (pc_buf_status(&json) != PC_OK) {
        out->status = pc_buf_status(&json);
        return;
    }
    pc_layout_append(out, pc_buf_view(&json), pc_layout_indent(opened->text, model->start),
                     opened->text);
}

static enum pc_status check_length(const struct opened *opened, struct pc_str document)
{
    size_t size = pc_layout_compact_size(document);
    if (size <= PC_FUNCTION_POLICY_BYTES) {
        return PC_OK;
    }
    pc_diag_report(opened->diags, PC_DIAG_PERMISSION_LENGTH,
                   (struct pc_place){.file = opened->policy->file},
                   "the policy would have %zu bytes, more than %d: 400 "
                   "PolicyLengthExceededException",
                   size, PC_FUNCTION_POLICY_BYTES);
    return PC_ERR_INVALID;
}

// Appends the file's text with another document in the place of the present one.
static enum pc_status append_file(const struct opened *opened, struct pc_str document,
                                  struct pc_buf *out)
{
    struct pc_str file = opened->policy->text;
    struct pc_json_writer writer;
    if (opened->string == NULL) {
        pc_buf_str(out, document);
        return pc_buf_status(out);
    }
    pc_buf_str(out, pc_str_slice(file, 0, opened->string->start));
    pc_json_writer_init(&writer, out, false);
    pc_json_string(&writer, document);
    pc_buf_str(out, pc_str_slice(file, opened->string->end, file.len));
    return pc_buf_status(out);
}

static const struct pc_json *sid_of(const struct pc_json *statement)
{
    return pc_json_get(statement, PC_STR("Sid"));
}

// Finds the statement with the Sid, and how many there are.
static size_t find_statement(const struct opened *opened, size_t *at)
{
    size_t found = 0;
    for (size_t i = 0; i < statement_count(opened); i++) {
        const struct pc_json *sid = sid_of(statement_at(opened, i));
        if (sid != NULL && pc_str_eq(sid->text, opened->permission->statement_id)) {
            *at = found == 0 ? i : *at;
            found++;
        }
    }
    return found;
}

static enum pc_status check_free(const struct opened *opened)
{
    size_t at = 0;
    if (find_statement(opened, &at) == 0) {
        return PC_OK;
    }
    pc_diag_report(opened->diags, PC_DIAG_PERMISSION_TAKEN,
                   pc_json_place(opened->policy->file, sid_of(statement_at(opened, at))),
                   "the statement id \"%.*s\" is taken: 409 ResourceConflictException",
                   PC_STR_ARG(opened->permission->statement_id));
    pc_diag_hint(opened->diags, "take another id, or remove that statement first");
    return PC_ERR_INVALID;
}

static void append_added(const struct opened *opened, struct pc_buf *out)
{
    struct pc_str text = opened->text;
    const struct pc_json *last = statement_at(opened, statement_count(opened) - 1);
    bool alone = opened->statement->type != PC_JSON_ARRAY;
    pc_buf_str(out, pc_str_slice(text, 0, last->start));
    pc_buf_text(out, alone ? "[" : "");
    pc_buf_str(out, pc_str_slice(text, last->start, last->end));
    pc_buf_byte(out, ',');
    if (alone) {
        pc_buf_text(out, pc_str_find(text, '\n', 0) != SIZE_MAX ? " " : "");
    } else {
        pc_buf_str(out, pc_layout_white_before(text, last->start));
    }
    append_statement(opened, last, out);
    pc_buf_text(out, alone ? "]" : "");
    pc_buf_str(out, pc_str_slice(text, last->end, text.len));
}

enum pc_status pc_policy_text_add(struct pc_arena *arena, const struct pc_policy_text *policy,
                                  const struct pc_permission *permission, struct pc_diags *diags,
                                  struct pc_buf *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf document = {0};
    struct opened opened = {
        .arena = arena, .policy = policy, .permission = permission, .diags = diags};
    PC_TRY(open_text(&opened));
    PC_TRY(check_free(&opened));
    append_added(&opened, &document);
    PC_TRY(pc_buf_status(&document));
    PC_TRY(check_length(&opened, pc_buf_view(&document)));
    return append_file(&opened, pc_buf_view(&document), out);
}

// With the comma that parted the statement from the one behind it, or, of the last, before it.
static void append_removed(const struct opened *opened, size_t at, struct pc_buf *out)
{
    struct pc_str text = opened->text;
    const struct pc_json *statement = statement_at(opened, at);
    bool last = at + 1 == statement_count(opened);
    size_t from = last ? statement_at(opened, at - 1)->end : statement->start;
    size_t to = last ? statement->end : statement_at(opened, at + 1)->start;
    pc_buf_str(out, pc_str_slice(text, 0, from));
    pc_buf_str(out, pc_str_slice(text, to, text.len));
}

static enum pc_status find_only(const struct opened *opened, size_t *at)
{
    size_t found = find_statement(opened, at);
    if (found == 0) {
        pc_diag_report(opened->diags, PC_DIAG_PERMISSION_UNKNOWN,
                       (struct pc_place){.file = opened->policy->file},
                       "the policy has no statement \"%.*s\": 404 ResourceNotFoundException",
                       PC_STR_ARG(opened->permission->statement_id));
        return PC_ERR_INVALID;
    }
    return found == 1 ? PC_OK
                      : refuse(opened, statement_at(opened, *at),
                               "has several statements of this id, and polcheck does not choose");
}

enum pc_status pc_policy_text_remove(struct pc_arena *arena, const struct pc_policy_text *policy,
                                     const struct pc_permission *permission, struct pc_diags *diags,
                                     struct pc_buf *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf document = {0};
    struct opened opened = {
        .arena = arena, .policy = policy, .permission = permission, .diags = diags};
    size_t at = 0;
    PC_TRY(open_text(&opened));
    PC_TRY(find_only(&opened, &at));
    if (statement_count(&opened) == 1) {
        return PC_OK;
    }
    append_removed(&opened, at, &document);
    PC_TRY(pc_buf_status(&document));
    return append_file(&opened, pc_buf_view(&document), out);
}

void pc_policy_text_begin(struct pc_buf *out, const struct pc_permission *permission)
{
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, out, true);
    pc_json_begin_object(&writer);
    pc_json_key(&writer, "Version");
    pc_json_text(&writer, "2012-10-17");
    pc_json_key(&writer, "Id");
    pc_json_text(&writer, "default");
    pc_json_key(&writer, "Statement");
    pc_json_begin_array(&writer);
    pc_permission_write(&writer, permission);
    pc_json_end_array(&writer);
    pc_json_end_object(&writer);
    pc_buf_byte(out, '\n');
}
