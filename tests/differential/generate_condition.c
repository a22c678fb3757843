// SPDX-License-Identifier: Apache-2.0
//
// Condition (SEMANTICS.md sections 5 and 6): an operator, a key of its type or rarely of another,
// and values that the request's value meets or misses.
#include "generate_context.h"
#include "generate_elements.h"
#include "generate_pattern.h"

enum {
    MAX_CONDITIONS = 3,
};

// One key under one operator.
struct condition {
    const struct gen_operator *op;
    const char *prefix; // "ForAllValues:" ...
    const char *suffix; // "IfExists"
    const struct gen_key *key;
    const struct gen_entry *entry; // the request's; NULL: none
    struct pc_str op_text, key_text;
    struct pc_str values[GEN_MAX_VALUES];
    bool bare[GEN_MAX_VALUES];
    size_t count;
};

// A key that the request has, of the type if it has one.
static const struct gen_entry *present_entry(struct gen_scene *scene, enum gen_type type)
{
    size_t start = gen_below(scene, scene->entry_count);
    for (size_t i = 0; i < scene->entry_count; i++) {
        const struct gen_entry *entry = &scene->entries[(start + i) % scene->entry_count];
        if (entry->key->type == type) {
            return entry;
        }
    }
    return NULL;
}

static const struct gen_key *some_key(struct gen_scene *scene, enum gen_type type)
{
    const struct gen_key *key = &gen_keys[GEN_KEY_PRINCIPAL_ARN];
    for (int i = 0; i < 1000; i++) {
        key = &gen_keys[gen_below(scene, gen_key_count)];
        bool own = key->service == NULL || strcmp(key->service, scene->action->service) == 0;
        if (key->type == type && (own || gen_percent(scene, 2))) {
            break;
        }
    }
    return key;
}

static void choose_key(struct gen_scene *scene, struct condition *condition)
{
    enum gen_type type = condition->op->type;
    if (gen_percent(scene, condition->op->flavour == GEN_NULL ? 60 : 4)) {
        type = (enum gen_type)gen_below(scene, GEN_TYPES); // any key will do, or is a mistake
    } else if (type == GEN_NUMBER && gen_percent(scene, 4)) {
        type = GEN_DATE; // aws:EpochTime
    }
    condition->entry = gen_percent(scene, 45) ? present_entry(scene, type) : NULL;
    condition->key = condition->entry != NULL ? condition->entry->key : some_key(scene, type);
    if (condition->entry == NULL && gen_percent(scene, 80)) {
        condition->entry = gen_context_want(scene, condition->key);
    }
}

static void choose_affixes(struct gen_scene *scene, struct condition *condition)
{
    bool null = condition->op->flavour == GEN_NULL;
    bool list = condition->entry != NULL && condition->entry->list;
    condition->prefix = "";
    if (gen_percent(scene, null ? 15 : list ? 78 : 28)) {
        condition->prefix = gen_percent(scene, 50) ? "ForAllValues:" : "ForAnyValue:";
    }
    condition->suffix =
        !null && gen_percent(scene, condition->entry == NULL ? 30 : 18) ? "IfExists" : "";
}

static void push(struct condition *condition, struct pc_str value, bool bare)
{
    condition->values[condition->count] = value;
    condition->bare[condition->count++] = bare;
}

// Not a variable where the document knows none, unless the operator takes any text.
static bool is_usable(const struct gen_statement *statement, const struct condition *condition,
                      const struct gen_value *row)
{
    return statement->variables || condition->op->type != GEN_BOOL ||
           strchr(row->text, '$') == NULL;
}

// A value of the operator's type, of the group if it is not 0 and the pool has it.
static void push_typed(const struct gen_statement *statement, struct condition *condition,
                       uint8_t group)
{
    struct gen_scene *scene = statement->scene;
    const struct gen_pool *pool = &gen_types[condition->op->type].policy;
    const struct gen_value *row = &pool->rows[0];
    for (int i = 0; i < 30; i++) {
        const struct gen_value *drawn = &pool->rows[gen_below(scene, pool->count)];
        if (is_usable(statement, condition, drawn)) {
            row = drawn;
            if (group == 0 || row->group == group) {
                break;
            }
        }
    }
    push(condition, gen_expand(scene, row->text), row->bare);
}

// One of the key's own texts, if the operator can read them; else a value of the type.
static void push_own(const struct gen_statement *statement, struct condition *condition)
{
    struct gen_scene *scene = statement->scene;
    const struct gen_key *key = condition->key;
    size_t texts = key->type == condition->op->type ? gen_key_texts(key) : 0;
    if (texts > 0) {
        push(condition, gen_expand(scene, key->texts[gen_below(scene, texts)]), false);
    } else {
        push_typed(statement, condition, 0);
    }
}

// A value of the request, to be met.
static void push_meeting(const struct gen_statement *statement, struct condition *condition)
{
    struct gen_scene *scene = statement->scene;
    const struct gen_entry *entry = condition->entry;
    size_t which = gen_below(scene, entry->count);
    struct pc_str value = entry->values[which];
    switch (condition->op->flavour) {
    case GEN_EXACT:
        push(condition, gen_exact(scene, value, statement->variables), false);
        break;
    case GEN_FOLD:
        push(condition, gen_exact(scene, gen_recase(scene, value), statement->variables), false);
        break;
    case GEN_LIKE:
        push(condition, gen_like(scene, value, statement->variables), false);
        break;
    case GEN_ARN_LIKE:
        if (gen_arn_like(scene, value, statement->variables, &value)) {
            push(condition, value, false);
        } else {
            push_own(statement, condition);
        }
        break;
    case GEN_TYPED:
    case GEN_NULL:
        push_typed(statement, condition, entry->groups[which]);
        break;
    }
}

static void push_missing(const struct gen_statement *statement, struct condition *condition)
{
    struct gen_scene *scene = statement->scene;
    const struct gen_entry *entry = condition->entry;
    bool text = condition->op->type == GEN_STRING && condition->op->flavour != GEN_NULL;
    if (text && entry != NULL && entry->count > 0 && gen_percent(scene, 35)) {
        push(condition, gen_near(scene, entry->values[0]), false);
    } else {
        push_own(statement, condition);
    }
}

// "true" or "false".
static void push_presence(struct gen_scene *scene, struct condition *condition)
{
    static const char *const words[] = {"true", "true", "false", "false", "True", "FALSE"};
    size_t which = gen_below(scene, sizeof(words) / sizeof(words[0]));
    push(condition, pc_str_from(words[which]), which < 4);
}

static void choose_values(const struct gen_statement *statement, struct condition *condition)
{
    static const size_t counts[] = {1, 1, 1, 1, 1, 2, 2, 3, 4};
    struct gen_scene *scene = statement->scene;
    bool null = condition->op->flavour == GEN_NULL;
    size_t count =
        gen_percent(scene, 3) ? 0 : counts[gen_below(scene, sizeof(counts) / sizeof(counts[0]))];
    bool met = condition->entry != NULL && condition->entry->count > 0 && gen_percent(scene, 55);
    condition->count = 0;
    while (condition->count < (null && count > 1 ? count - 1 : count)) {
        if (null) {
            push_presence(scene, condition);
        } else if (met && (condition->count == 0 || gen_percent(scene, 40))) {
            push_meeting(statement, condition);
        } else {
            push_missing(statement, condition);
        }
    }
}

static struct pc_str spell(struct gen_scene *scene, const struct condition *condition)
{
    size_t begin = gen_text_begin(scene);
    gen_text_add(scene, pc_str_from(condition->prefix));
    gen_text_add(scene, pc_str_from(condition->op->name));
    gen_text_add(scene, pc_str_from(condition->suffix));
    return gen_text_end(scene, begin);
}

static void choose(const struct gen_statement *statement, struct condition *condition)
{
    struct gen_scene *scene = statement->scene;
    condition->op = &gen_operators[gen_below(scene, gen_operator_count)];
    choose_key(scene, condition);
    choose_affixes(scene, condition);
    choose_values(statement, condition);
    condition->op_text = spell(scene, condition);
    condition->key_text = pc_str_from(condition->key->name);
    if (gen_percent(scene, 5)) {
        condition->op_text = gen_recase(scene, condition->op_text);
    }
    if (gen_percent(scene, 10)) {
        condition->key_text = gen_recase(scene, condition->key_text);
    }
}

static bool is_boolean(struct pc_str value)
{
    return pc_str_eq(value, PC_STR("true")) || pc_str_eq(value, PC_STR("false"));
}

// Can all values stand without quotes, and are then of one JSON type?
static bool can_be_bare(const struct condition *condition)
{
    for (size_t i = 0; i < condition->count; i++) {
        bool same = is_boolean(condition->values[i]) == is_boolean(condition->values[0]);
        if (!condition->bare[i] || !same) {
            return false;
        }
    }
    return condition->count > 0;
}

static void write_values(const struct gen_statement *statement, const struct condition *condition)
{
    if (!gen_percent(statement->scene, 50) || !can_be_bare(condition)) {
        gen_write_texts(statement, condition->values, condition->count);
        return;
    }
    bool array = condition->count > 1 || gen_percent(statement->scene, 30);
    if (array) {
        pc_json_begin_array(statement->writer);
    }
    for (size_t i = 0; i < condition->count; i++) {
        pc_json_raw(statement->writer, condition->values[i]);
    }
    if (array) {
        pc_json_end_array(statement->writer);
    }
}

// the same key twice under one operator is refused.
static bool clashes(const struct condition *all, size_t count, const struct condition *condition)
{
    for (size_t i = 0; i < count; i++) {
        if (all[i].key == condition->key && pc_str_eq_icase(all[i].op_text, condition->op_text)) {
            return true;
        }
    }
    return false;
}

// Puts the condition under the operator of the one before, if that can read its values.
static void join(const struct condition *before, struct condition *condition)
{
    if (before->op->type == condition->op->type && before->op->flavour == condition->op->flavour) {
        condition->op = before->op;
        condition->op_text = before->op_text;
    }
}

// All keys of one operator in one object.
static void write_operator(const struct gen_statement *statement, const struct condition *all,
                           size_t count, size_t first)
{
    pc_json_key_str(statement->writer, all[first].op_text);
    pc_json_begin_object(statement->writer);
    for (size_t i = first; i < count; i++) {
        if (pc_str_eq(all[i].op_text, all[first].op_text)) {
            pc_json_key_str(statement->writer, all[i].key_text);
            write_values(statement, &all[i]);
        }
    }
    pc_json_end_object(statement->writer);
}

static bool is_first_of_its_operator(const struct condition *all, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (pc_str_eq(all[k].op_text, all[i].op_text)) {
            return false;
        }
    }
    return true;
}

static size_t choose_all(const struct gen_statement *statement, struct condition *all,
                         size_t wanted)
{
    size_t count = 0;
    for (size_t i = 0; i < wanted; i++) {
        struct condition *condition = &all[count];
        choose(statement, condition);
        if (count > 0 && gen_percent(statement->scene, 30)) {
            join(&all[count - 1], condition);
        }
        count += !clashes(all, count, condition);
    }
    return count;
}

void gen_write_condition(const struct gen_statement *statement)
{
    static const size_t counts[] = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 3};
    struct gen_scene *scene = statement->scene;
    struct condition all[MAX_CONDITIONS];
    size_t wanted = counts[gen_below(scene, sizeof(counts) / sizeof(counts[0]))];
    bool idle = gen_percent(scene, 1); // always true
    size_t count = choose_all(statement, all, wanted);
    if (count == 0 && !idle) {
        return;
    }
    pc_json_key(statement->writer, "Condition");
    pc_json_begin_object(statement->writer);
    for (size_t i = 0; i < count; i++) {
        if (is_first_of_its_operator(all, i)) {
            write_operator(statement, all, count, i);
        }
    }
    if (idle && count == 0 && gen_percent(scene, 50)) {
        pc_json_key(statement->writer, "StringEquals");
        pc_json_begin_object(statement->writer);
        pc_json_end_object(statement->writer);
    }
    pc_json_end_object(statement->writer);
}

struct pc_str gen_write_one_condition(const struct gen_statement *statement)
{
    struct condition condition;
    choose(statement, &condition);
    pc_json_key(statement->writer, "Condition");
    pc_json_begin_object(statement->writer);
    write_operator(statement, &condition, 1, 0);
    pc_json_end_object(statement->writer);
    return spell(statement->scene, &condition);
}
