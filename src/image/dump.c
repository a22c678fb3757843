// SPDX-License-Identifier: Apache-2.0
//
// Whatever comes from a policy goes through pc_buf_printable, so that no name or value can end its
// line and pass itself off as another statement. Within a statement it is escaped besides, so that
// the text has one reading.
#include "image/dump.h"

#include "base/diag.h"
#include "dumping.h"
#include "match/arn_pattern.h"
#include "ops/operator.h"

// The text, with a backslash in front of each backslash and quotation mark of its own.
void pc_dump_text(struct pc_buf *out, struct pc_str text)
{
    size_t done = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\\' || text.ptr[i] == '"') {
            pc_buf_printable(out, pc_str_slice(text, done, i));
            pc_buf_byte(out, '\\');
            pc_buf_byte(out, text.ptr[i]);
            done = i + 1;
        }
    }
    pc_buf_printable(out, pc_str_slice(text, done, text.len));
}

static void put_quoted(struct pc_buf *out, struct pc_str text)
{
    pc_buf_byte(out, '"');
    pc_dump_text(out, text);
    pc_buf_byte(out, '"');
}

void pc_dump_line(struct pc_buf *out, const char *label, struct pc_str text)
{
    pc_buf_text(out, label);
    pc_dump_text(out, text);
    pc_buf_byte(out, '\n');
}

// What write makes of the bytes.
void pc_dump_written(struct pc_buf *out, struct pc_str bytes,
                     void (*write)(struct pc_str bytes, struct pc_buf *out))
{
    PC_CLEANUP(pc_buf_release) struct pc_buf raw = {0};
    write(bytes, &raw);
    pc_dump_text(out, pc_buf_view(&raw));
    if (out->status == PC_OK) {
        out->status = pc_buf_status(&raw);
    }
}

static const char *const principal_words[PC_IMAGE_PRINCIPAL_KINDS] = {
    [PC_IMAGE_PRINCIPAL_NEVER] = "nobody",
    [PC_IMAGE_PRINCIPAL_ANY] = "anyone",
    [PC_IMAGE_PRINCIPAL_ACCOUNT] = "account",
    [PC_IMAGE_PRINCIPAL_USER] = "user",
    [PC_IMAGE_PRINCIPAL_ROLE] = "role",
    [PC_IMAGE_PRINCIPAL_SESSION] = "session",
    [PC_IMAGE_PRINCIPAL_FEDERATED_USER] = "federated user",
    [PC_IMAGE_PRINCIPAL_ID] = "id",
    [PC_IMAGE_PRINCIPAL_SERVICE] = "service",
    [PC_IMAGE_PRINCIPAL_FEDERATED] = "provider",
    [PC_IMAGE_PRINCIPAL_CANONICAL_USER] = "canonical user",
};

// "    Action" or "    NotAction", or nothing when the list is absent.
static bool list_head(struct pc_buf *out, uint8_t kind, const char *noun)
{
    if (kind == PC_IMAGE_LIST_ABSENT) {
        return false;
    }
    pc_buf_format(out, "    %s%s\n", kind == PC_IMAGE_LIST_NEGATED ? "Not" : "", noun);
    return true;
}

static void dump_principals(const struct pc_image *image,
                            const struct pc_image_statement *statement, struct pc_buf *out)
{
    if (!list_head(out, statement->principal_kind, "Principal")) {
        return;
    }
    for (uint32_t i = 0; i < statement->principals.count; i++) {
        const struct pc_image_principal *principal =
            pc_image_principal(image, statement->principals.first + i);
        pc_buf_format(out, "      %s", principal_words[principal->kind]);
        if (principal->kind != PC_IMAGE_PRINCIPAL_ANY) {
            pc_buf_byte(out, ' ');
            pc_dump_text(out, pc_image_text(image, principal->text));
        }
        if (principal->kind == PC_IMAGE_PRINCIPAL_ACCOUNT && principal->partition.length > 0) {
            pc_buf_text(out, " of ");
            pc_dump_text(out, pc_image_text(image, principal->partition));
        }
        pc_buf_byte(out, '\n');
    }
}

static void dump_actions(const struct pc_image *image, const struct pc_image_statement *statement,
                         struct pc_buf *out)
{
    list_head(out, statement->action_kind, "Action");
    for (uint32_t i = 0; i < statement->actions.count; i++) {
        const struct pc_image_action *action = pc_image_action(image, statement->actions.first + i);
        if (action->kind == PC_IMAGE_ACTION_NAME) {
            pc_buf_text(out, "      ");
            pc_dump_text(out, pc_image_text(image, action->service));
            pc_buf_byte(out, ':');
            pc_dump_written(out, pc_image_text(image, action->name), pc_pattern_write);
            pc_buf_byte(out, '\n');
        } else if (action->kind == PC_IMAGE_ACTION_ANY) {
            pc_buf_text(out, "      *\n");
        } else {
            pc_dump_line(out, "      never: ", pc_image_text(image, action->name));
        }
    }
}

static void write_resource(struct pc_str bytes, struct pc_buf *out)
{
    pc_arn_pattern_write_2012(bytes, false, out);
}

static void dump_resources(const struct pc_image *image, const struct pc_image_statement *statement,
                           struct pc_buf *out)
{
    if (!list_head(out, statement->resource_kind, "Resource")) {
        return;
    }
    for (uint32_t i = 0; i < statement->resources.count; i++) {
        const struct pc_image_resource *resource =
            pc_image_resource(image, statement->resources.first + i);
        struct pc_str bytes = pc_image_text(image, resource->pattern);
        if (resource->kind == PC_IMAGE_RESOURCE_NEVER) {
            pc_dump_line(out, "      never: ", bytes);
            continue;
        }
        pc_buf_text(out, "      ");
        pc_dump_written(out, bytes, write_resource);
        pc_buf_byte(out, '\n');
    }
}

// Keys with spaces are those of tags and of an encryption context.
static void put_key(struct pc_buf *out, struct pc_str key)
{
    if (pc_str_find(key, ' ', 0) != SIZE_MAX) {
        put_quoted(out, key);
    } else {
        pc_dump_text(out, key);
    }
}

static void dump_condition(const struct pc_image *image, const struct pc_image_condition *condition,
                           struct pc_buf *out)
{
    struct pc_op_use use = {pc_operator_get(condition->op), (uint8_t)condition->flags};
    pc_buf_text(out, "    if ");
    pc_op_use_write(&use, out);
    pc_buf_byte(out, ' ');
    put_key(out, pc_image_text(image, pc_image_key(image, condition->key)->name));
    for (uint32_t i = 0; i < condition->values.count; i++) {
        pc_buf_text(out, i == 0 ? " \"" : ", \"");
        const struct pc_image_value *value = pc_image_value(image, condition->values.first + i);
        pc_dump_written(out, pc_image_text(image, value->bytes), use.op->write);
        pc_buf_byte(out, '"');
    }
    pc_buf_text(out, condition->values.count == 0 ? " (no value)\n" : "\n");
}

// Its Sid, or its place in its document; a Sid that could be such a place is quoted.
static void put_name(struct pc_buf *out, const struct pc_image *image,
                     const struct pc_image_statement *statement)
{
    struct pc_str sid = pc_image_text(image, statement->sid);
    if (sid.len == 0) {
        pc_buf_format(out, "#%u", statement->number);
    } else if (sid.ptr[0] == '#') {
        put_quoted(out, sid);
    } else {
        pc_dump_text(out, sid);
    }
}

static void dump_statement(const struct pc_image *image, uint32_t index, struct pc_buf *out)
{
    const struct pc_image_statement *statement = pc_image_statement(image, index);
    pc_buf_format(out, "  %u: %s ", index, statement->effect == PC_IMAGE_ALLOW ? "Allow" : "Deny");
    put_name(out, image, statement);
    pc_buf_format(out, " (document %u, %u:%u)\n", statement->document, statement->line,
                  statement->column);
    dump_principals(image, statement, out);
    dump_actions(image, statement, out);
    dump_resources(image, statement, out);
    for (uint32_t i = 0; i < statement->conditions.count; i++) {
        dump_condition(image, pc_image_condition(image, statement->conditions.first + i), out);
    }
}

void pc_image_dump(const struct pc_image *image, const char *type_text, struct pc_buf *out)
{
    pc_buf_format(out, "%s policy set, format %u, %u bytes\n", type_text, image->header->version,
                  image->header->size);
    pc_buf_text(out, "documents\n");
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_DOCUMENTS); i++) {
        const struct pc_image_document *document = pc_image_document(image, i);
        pc_buf_format(out, "  %u: ", i);
        pc_dump_text(out, pc_image_text(image, document->name));
        pc_dump_line(out, " in ", pc_image_text(image, document->file));
    }
    pc_buf_text(out, "statements\n");
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_STATEMENTS); i++) {
        dump_statement(image, i, out);
    }
    pc_dump_index(image, out);
}
