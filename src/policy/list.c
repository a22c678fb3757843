// SPDX-License-Identifier: Apache-2.0
//
// Lists of strings: Action, Resource, the values of a principal map. A lone string is a list of one
// nothing but strings is legal in them; they may be empty.
#include "reading.h"

static void report_value(struct pc_reading *reading, const struct pc_json_member *member,
                         const struct pc_json *json)
{
    bool item = json != &member->value;
    pc_diag_report(reading->diags, PC_DIAG_STRING_LIST, pc_reading_at(reading, json),
                   "%s in \"%.*s\" instead of a string%s", pc_json_type_text(json->type),
                   PC_SHOWN(member->name), item ? "" : " or an array of strings");
    if (json->type == PC_JSON_NUMBER) {
        pc_diag_hint(reading->diags, "write \"%.*s\", in quotes", PC_SHOWN(json->text));
    }
}

enum pc_status pc_strings_read(struct pc_reading *reading, const struct pc_json_member *member,
                               struct pc_text **items, size_t *count)
{
    const struct pc_json *value = &member->value;
    bool array = value->type == PC_JSON_ARRAY;
    const struct pc_json *values = array ? value->items : value;
    size_t given = array ? value->count : 1;
    struct pc_text *texts = pc_arena_array(reading->arena, given, sizeof(*texts));
    if (texts == NULL) {
        return PC_ERR_NOMEM;
    }
    size_t used = 0;
    for (size_t i = 0; i < given; i++) {
        if (values[i].type == PC_JSON_STRING) {
            texts[used++] = (struct pc_text){values[i].text, values[i].line, values[i].column};
        } else {
            report_value(reading, member, &values[i]);
        }
    }
    *items = texts;
    *count = used;
    return PC_OK;
}

void pc_list_check_pair(struct pc_reading *reading, const struct pc_json_member *member,
                        enum pc_list_kind before)
{
    if (before == PC_LIST_ABSENT) {
        return;
    }
    struct pc_str name = member->name;
    struct pc_str plain =
        pc_str_has_prefix(name, PC_STR("Not")) ? pc_str_slice(name, 3, name.len) : name;
    pc_diag_report(reading->diags, PC_DIAG_ELEMENT_PAIR, pc_reading_at_name(reading, member),
                   "\"%.*s\" and \"Not%.*s\" in one statement", PC_STR_ARG(plain),
                   PC_STR_ARG(plain));
}

static bool is_empty_array(const struct pc_json *json)
{
    return json->type == PC_JSON_ARRAY && json->count == 0;
}

enum pc_status pc_text_list_read(struct pc_reading *reading, const struct pc_json_member *member,
                                 enum pc_list_kind kind, pc_text_check *check,
                                 struct pc_text_list *out)
{
    pc_list_check_pair(reading, member, out->kind);
    struct pc_text *items;
    size_t count;
    PC_TRY(pc_strings_read(reading, member, &items, &count));
    for (size_t i = 0; i < count; i++) {
        check(reading, &items[i]);
    }
    if (is_empty_array(&member->value)) {
        pc_diag_report(reading->diags, PC_DIAG_LIST_EMPTY, pc_reading_at(reading, &member->value),
                       "\"%.*s\" is empty: %s", PC_STR_ARG(member->name),
                       kind == PC_LIST_NEGATED ? "it excludes nothing"
                                               : "the statement matches nothing");
    }
    *out = (struct pc_text_list){kind, items, count, member->line, member->column};
    return PC_OK;
}
