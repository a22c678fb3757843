// SPDX-License-Identifier: Apache-2.0
#include "lint_statement.h"

static bool is_before(const struct pc_place *place, uint32_t line, uint32_t column)
{
    return place->line < line || (place->line == line && place->column < column);
}

// The last member of the document that begins at the place or before it.
static const struct pc_json_member *member_at(const struct pc_json *document,
                                              const struct pc_place *place)
{
    const struct pc_json_member *found = NULL;
    for (size_t i = 0; document->type == PC_JSON_OBJECT && i < document->count; i++) {
        const struct pc_json_member *member = &document->members[i];
        if (!is_before(place, member->line, member->column)) {
            found = member;
        }
    }
    return found;
}

enum pc_status pc_lint_statement(struct pc_arena *arena, const struct pc_json *document,
                                 const struct pc_place *place, struct pc_str *out)
{
    const struct pc_json_member *member = member_at(document, place);
    size_t number = 0;
    *out = PC_STR("");
    if (member == NULL || !pc_str_eq(member->name, PC_STR("Statement")) ||
        (member->line == document->line && member->column == document->column)) {
        return PC_OK;
    }
    bool list = member->value.type == PC_JSON_ARRAY;
    const struct pc_json *statements = list ? member->value.items : &member->value;
    size_t count = list ? member->value.count : 1;
    while (number < count &&
           !is_before(place, statements[number].line, statements[number].column)) {
        number++;
    }
    if (number == 0) {
        return PC_OK;
    }
    const struct pc_json *sid = pc_json_get(&statements[--number], PC_STR("Sid"));
    if (sid != NULL && sid->type == PC_JSON_STRING && sid->text.len > 0) {
        return pc_arena_copy(arena, sid->text, out);
    }
    return pc_arena_format(arena, out, "#%zu", number);
}
