// SPDX-License-Identifier: Apache-2.0
//
// Condition: operators, keys and values as JSON has them. Which operators
// exist and what their values mean is not known here: the compiler asks the table of operators.
#include "match/key.h"
#include "match/shape.h"
#include "reading.h"

enum {
    FEW = 8, // conditions that are compared with each other
};

// Where the parts of one Condition go.
struct sink {
    struct pc_condition *conditions;
    size_t room, count;
    struct pc_text *idle;
    size_t idle_count;
    struct pc_map seen; // of more than a few: operator and key in lower case, to the condition
};

static struct pc_text text_of_name(const struct pc_json_member *member)
{
    return (struct pc_text){member->name, member->line, member->column};
}

static bool is_white_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

// prefix:name. The form lets spaces into a tag key; at the ends they are a slip.
static bool has_prefix_and_name(struct pc_str key)
{
    return pc_shape_is(PC_SHAPE_CONDITION_KEY, key) && !is_white_space(key.ptr[0]) &&
           !is_white_space(key.ptr[key.len - 1]);
}

// One of the keys that need "/tag-key" behind them, without.
static bool lacks_tag_key(struct pc_str key)
{
    static const struct pc_str tagged[] = {
        PC_STR_INIT("aws:RequestTag"),
        PC_STR_INIT("aws:ResourceTag"),
        PC_STR_INIT("aws:PrincipalTag"),
    };
    for (size_t i = 0; i < sizeof(tagged) / sizeof(tagged[0]); i++) {
        struct pc_str rest = pc_str_slice(key, tagged[i].len, key.len);
        if (pc_str_eq_icase(pc_str_slice(key, 0, tagged[i].len), tagged[i]) &&
            (rest.len == 0 || rest.ptr[0] == ':' || pc_str_eq(rest, PC_STR("/")))) {
            return true;
        }
    }
    return false;
}

// {"aws:SourceIp": {"IpAddress": "..."}}: the operator stands where the key belongs.
static bool are_swapped(struct pc_str op, struct pc_str key)
{
    bool set = pc_str_eq_icase(pc_str_slice(op, 0, 3), PC_STR("For"));
    return !set && has_prefix_and_name(op) && pc_str_find(key, ':', 0) == SIZE_MAX;
}

static void check_key(struct pc_reading *reading, struct pc_str op,
                      const struct pc_json_member *member)
{
    struct pc_place place = pc_reading_at_name(reading, member);
    if (member->name.len > PC_SHAPE_LONGEST) {
        pc_diag_report(reading->diags, PC_DIAG_CONDITION_KEY, place,
                       "the condition key \"%.*s\" is longer than %d bytes", PC_SHOWN(member->name),
                       (int)PC_SHAPE_LONGEST);
        pc_diag_hint(reading->diags, "no service has such a key");
    } else if (lacks_tag_key(member->name)) {
        pc_diag_report(reading->diags, PC_DIAG_CONDITION_KEY, place,
                       "the condition key \"%.*s\" names no tag", PC_SHOWN(member->name));
        pc_diag_hint(reading->diags,
                     "write the tag's key behind it, as in \"aws:RequestTag/team\"");
    } else if (!has_prefix_and_name(member->name)) {
        pc_diag_report(reading->diags, PC_DIAG_CONDITION_KEY, place,
                       "the condition key \"%.*s\" is not of the form prefix:name",
                       PC_SHOWN(member->name));
        pc_diag_hint(reading->diags, "%s",
                     are_swapped(op, member->name)
                         ? "the operator stands outside, the key in it: "
                           "{\"IpAddress\": {\"aws:SourceIp\": \"203.0.113.7\"}}"
                         : "write the prefix of its service, as in \"aws:username\"");
    }
}

// What makes two conditions the same: operator and key, without letter case.
static enum pc_status identity_of(struct pc_arena *arena, const struct pc_condition *condition,
                                  struct pc_str *out)
{
    struct pc_str op;
    struct pc_str key;
    PC_TRY(pc_arena_copy_lower(arena, condition->op.text, &op));
    PC_TRY(pc_key_fold(arena, condition->key.text, &key));
    const struct pc_str parts[] = {op, PC_STR("\n"), key};
    return pc_arena_join(arena, parts, sizeof(parts) / sizeof(parts[0]), out);
}

// *out: the first condition of those before this one that is the same, or NULL.
static enum pc_status find_among_many(struct pc_arena *arena, struct sink *sink,
                                      struct pc_condition *condition,
                                      const struct pc_condition **out)
{
    struct pc_str identity;
    PC_TRY(identity_of(arena, condition, &identity));
    *out = pc_map_get(&sink->seen, identity);
    return *out == NULL ? pc_map_put(&sink->seen, identity, condition) : PC_OK;
}

static const struct pc_condition *find_among_few(const struct sink *sink,
                                                 const struct pc_condition *condition)
{
    for (const struct pc_condition *other = sink->conditions; other != condition; other++) {
        if (pc_str_eq_icase(other->op.text, condition->op.text) &&
            pc_key_eq(other->key.text, condition->key.text)) {
            return other;
        }
    }
    return NULL;
}

static enum pc_status check_duplicate(struct pc_reading *reading, struct sink *sink,
                                      struct pc_condition *condition)
{
    const struct pc_condition *first = NULL;
    if (sink->room > FEW) {
        PC_TRY(find_among_many(reading->arena, sink, condition, &first));
    } else {
        first = find_among_few(sink, condition);
    }
    if (first == NULL) {
        return PC_OK;
    }
    pc_diag_report(reading->diags, PC_DIAG_CONDITION_KEY_DUPLICATE,
                   pc_reading_place(reading, condition->key.line, condition->key.column),
                   "the condition key \"%.*s\" twice under \"%.*s\"", PC_SHOWN(condition->key.text),
                   PC_SHOWN(condition->op.text));
    pc_diag_hint(reading->diags, "it is already at %u:%u; letter case makes no difference",
                 first->key.line, first->key.column);
    return PC_OK;
}

static bool is_scalar(const struct pc_json *json)
{
    return json->type == PC_JSON_STRING || json->type == PC_JSON_NUMBER ||
           json->type == PC_JSON_BOOLEAN;
}

//
static struct pc_text canonical(const struct pc_json *json)
{
    struct pc_str text = json->text;
    if (json->type == PC_JSON_BOOLEAN) {
        text = json->boolean ? PC_STR("true") : PC_STR("false");
    }
    return (struct pc_text){text, json->line, json->column};
}

static void report_mixed(struct pc_reading *reading, const struct pc_json_member *member,
                         const struct pc_json *first, const struct pc_json *other)
{
    pc_diag_report(reading->diags, PC_DIAG_CONDITION_VALUE_MIXED, pc_reading_at(reading, other),
                   "%s among the values of \"%.*s\", of which the first is %s",
                   pc_json_type_text(other->type), PC_SHOWN(member->name),
                   pc_json_type_text(first->type));
    pc_diag_hint(reading->diags, "write all of them as strings");
}

// one JSON type for all; reports the first that differs.
static void check_types(struct pc_reading *reading, const struct pc_json_member *member,
                        const struct pc_json *values, size_t count)
{
    const struct pc_json *first = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct pc_json *value = &values[i];
        if (!is_scalar(value)) {
            pc_diag_report(reading->diags, PC_DIAG_CONDITION_VALUE_TYPE,
                           pc_reading_at(reading, value), "%s as a value of \"%.*s\"",
                           pc_json_type_text(value->type), PC_SHOWN(member->name));
            pc_diag_hint(reading->diags, "a value is a string, a number or a boolean");
        } else if (first == NULL) {
            first = value;
        } else if (value->type != first->type) {
            report_mixed(reading, member, first, value);
            return;
        }
    }
}

static enum pc_status read_values(struct pc_reading *reading, const struct pc_json_member *member,
                                  struct pc_condition *out)
{
    const struct pc_json *value = &member->value;
    bool array = value->type == PC_JSON_ARRAY;
    const struct pc_json *values = array ? value->items : value;
    size_t count = array ? value->count : 1;
    struct pc_text *texts = pc_arena_array(reading->arena, count, sizeof(*texts));
    if (texts == NULL) {
        return PC_ERR_NOMEM;
    }
    check_types(reading, member, values, count);
    for (size_t i = 0; i < count; i++) {
        texts[i] = canonical(&values[i]);
        pc_reading_check_variable(reading, texts[i].text, pc_reading_at(reading, &values[i]));
    }
    if (count == 0) {
        pc_diag_report(reading->diags, PC_DIAG_CONDITION_EMPTY, pc_reading_at(reading, value),
                       "no values for the condition key \"%.*s\"", PC_SHOWN(member->name));
        pc_diag_hint(reading->diags, "write a value, or take the key out");
    }
    out->values = texts;
    out->count = count;
    return PC_OK;
}

static enum pc_status read_operator(struct pc_reading *reading, const struct pc_json_member *member,
                                    struct sink *sink)
{
    const struct pc_json *keys = &member->value;
    if (keys->type != PC_JSON_OBJECT) {
        pc_diag_report(reading->diags, PC_DIAG_CONDITION_FORMAT, pc_reading_at(reading, keys),
                       "the operator \"%.*s\" holds %s, not an object of condition keys",
                       PC_SHOWN(member->name), pc_json_type_text(keys->type));
        return PC_OK;
    }
    if (keys->count == 0) {
        sink->idle[sink->idle_count++] = text_of_name(member);
    }
    for (size_t i = 0; i < keys->count; i++) {
        struct pc_condition *condition = &sink->conditions[sink->count++];
        condition->op = text_of_name(member);
        condition->key = text_of_name(&keys->members[i]);
        check_key(reading, member->name, &keys->members[i]);
        PC_TRY(check_duplicate(reading, sink, condition));
        PC_TRY(read_values(reading, &keys->members[i], condition));
    }
    return PC_OK;
}

// Makes room for as many parts as there are.
static enum pc_status sink_init(struct sink *sink, struct pc_arena *arena,
                                const struct pc_json *json)
{
    size_t keys = 0; // no overflow: there are fewer members than bytes in the source
    for (size_t i = 0; i < json->count; i++) {
        const struct pc_json *value = &json->members[i].value;
        keys += value->type == PC_JSON_OBJECT ? value->count : 0;
    }
    *sink = (struct sink){.room = keys,
                          .conditions = pc_arena_array(arena, keys, sizeof(*sink->conditions)),
                          .idle = pc_arena_array(arena, json->count, sizeof(*sink->idle))};
    pc_map_init(&sink->seen, arena);
    return sink->conditions == NULL || sink->idle == NULL ? PC_ERR_NOMEM : PC_OK;
}

enum pc_status pc_condition_read(struct pc_reading *reading, const struct pc_json_member *member,
                                 enum pc_list_kind kind, struct pc_statement *out)
{
    (void)kind;
    const struct pc_json *json = &member->value;
    struct sink sink;
    if (json->type != PC_JSON_OBJECT) {
        pc_diag_report(reading->diags, PC_DIAG_CONDITION_FORMAT, pc_reading_at(reading, json),
                       "\"Condition\" is %s, not an object of operators",
                       pc_json_type_text(json->type));
        return PC_OK;
    }
    PC_TRY(sink_init(&sink, reading->arena, json));
    for (size_t i = 0; i < json->count; i++) {
        PC_TRY(read_operator(reading, &json->members[i], &sink));
    }
    out->conditions = sink.conditions;
    out->condition_count = sink.count;
    out->idle_operators = sink.idle;
    out->idle_operator_count = sink.idle_count;
    return PC_OK;
}
