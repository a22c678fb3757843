// SPDX-License-Identifier: Apache-2.0
#include "json_layout.h"

// Elements of a document and of a statement, in the order of AWS's grammar of the policy language.
// Others come behind them, as they are.
static const char *const document_order[] = {"Version", "Id", "Statement", NULL};
static const char *const statement_order[] = {"Sid",       "Effect",    "Principal", "NotPrincipal",
                                              "Action",    "NotAction", "Resource",  "NotResource",
                                              "Condition", NULL};

struct layout {
    struct pc_buf *out;
    struct pc_str source;
};

static void write_value(const struct layout *layout, const struct pc_json *json,
                        const char *const *order, size_t depth);

static void write_line(const struct layout *layout, size_t depth)
{
    pc_buf_byte(layout->out, '\n');
    pc_buf_fill(layout->out, ' ', 2 * depth);
}

static bool is_policy(const struct pc_json *json)
{
    const struct pc_json *statement = pc_json_get(json, PC_STR("Statement"));
    return statement != NULL &&
           (statement->type == PC_JSON_ARRAY || statement->type == PC_JSON_OBJECT);
}

static size_t rank(const char *const *order, struct pc_str name)
{
    size_t at = 0;
    while (order[at] != NULL && !pc_str_eq(pc_str_from(order[at]), name)) {
        at++;
    }
    return at;
}

static size_t last_rank(const char *const *order)
{
    size_t at = 0;
    while (order != NULL && order[at] != NULL) {
        at++;
    }
    return at;
}

static void write_member(const struct layout *layout, const struct pc_json_member *member,
                         const char *const *order, size_t depth)
{
    bool statements = order == document_order && pc_str_eq(member->name, PC_STR("Statement"));
    write_line(layout, depth);
    pc_buf_format(layout->out, "\"%.*s\": ", PC_STR_ARG(member->name));
    write_value(layout, &member->value, statements ? statement_order : NULL, depth);
}

static void write_object(const struct layout *layout, const struct pc_json *json,
                         const char *const *order, size_t depth)
{
    bool first = true;
    pc_buf_byte(layout->out, '{');
    for (size_t wanted = 0; wanted <= last_rank(order); wanted++) {
        for (size_t i = 0; i < json->count; i++) {
            const struct pc_json_member *member = &json->members[i];
            if (order != NULL && rank(order, member->name) != wanted) {
                continue;
            }
            pc_buf_text(layout->out, first ? "" : ",");
            first = false;
            write_member(layout, member, order, depth + 1);
        }
    }
    if (json->count > 0) {
        write_line(layout, depth);
    }
    pc_buf_byte(layout->out, '}');
}

// One scalar stays on the line of its brackets; statements keep their order in an array.
static void write_array(const struct layout *layout, const struct pc_json *json,
                        const char *const *order, size_t depth)
{
    bool short_one = json->count == 1 && json->items[0].count == 0;
    pc_buf_byte(layout->out, '[');
    for (size_t i = 0; i < json->count; i++) {
        pc_buf_text(layout->out, i > 0 ? "," : "");
        if (!short_one) {
            write_line(layout, depth + 1);
        }
        write_value(layout, &json->items[i], order, depth + 1);
    }
    if (json->count > 0 && !short_one) {
        write_line(layout, depth);
    }
    pc_buf_byte(layout->out, ']');
}

// order: of the members of an object, or of those in an array.
static void write_value(const struct layout *layout, const struct pc_json *json,
                        const char *const *order, size_t depth)
{
    if (json->type == PC_JSON_OBJECT) {
        write_object(layout, json, order == NULL && is_policy(json) ? document_order : order,
                     depth);
    } else if (json->type == PC_JSON_ARRAY) {
        write_array(layout, json, order, depth);
    } else {
        pc_buf_str(layout->out, pc_str_slice(layout->source, json->start, json->end));
    }
}

enum pc_status pc_json_layout(struct pc_buf *out, const struct pc_json *json, struct pc_str source)
{
    const struct layout layout = {out, source};
    write_value(&layout, json, NULL, 0);
    pc_buf_byte(out, '\n');
    return pc_buf_status(out);
}

static bool same_object(const struct pc_json *a, const struct pc_json *b)
{
    for (size_t i = 0; i < a->count; i++) {
        const struct pc_json *other = pc_json_get(b, a->members[i].name);
        if (other == NULL || !pc_json_same(&a->members[i].value, other)) {
            return false;
        }
    }
    return true;
}

bool pc_json_same(const struct pc_json *a, const struct pc_json *b)
{
    if (a->type != b->type || a->count != b->count || !pc_str_eq(a->text, b->text) ||
        (a->type == PC_JSON_BOOLEAN && a->boolean != b->boolean)) {
        return false;
    }
    if (a->type == PC_JSON_OBJECT) {
        return same_object(a, b);
    }
    for (size_t i = 0; a->type == PC_JSON_ARRAY && i < a->count; i++) {
        if (!pc_json_same(&a->items[i], &b->items[i])) {
            return false;
        }
    }
    return true;
}
