// SPDX-License-Identifier: Apache-2.0
//
// eval() and one() of 5.6, and the combination of 5.1.
#include "condition.h"

#include "arn.h"
#include "values.h"

size_t ref_list_count(const struct pc_json *json)
{
    return json->type == PC_JSON_ARRAY ? json->count : 1;
}

const struct pc_json *ref_list_at(const struct pc_json *json, size_t index)
{
    return json->type == PC_JSON_ARRAY ? &json->items[index] : json;
}

struct pc_str ref_value_text(const struct pc_json *json)
{
    if (json->type == PC_JSON_BOOLEAN) {
        return json->boolean ? PC_STR("true") : PC_STR("false");
    }
    return json->text;
}

// positive operators want some match; negated ones want every value not to match, which an
// error is not.
static bool one(const struct ref_reading *reading, const struct ref_operator *op,
                struct pc_str value, const struct pc_json *policy)
{
    bool some_match = false, some_error = false;
    for (size_t i = 0; i < ref_list_count(policy); i++) {
        struct pc_str text = ref_value_text(ref_list_at(policy, i));
        enum ref_comparison comparison = ref_compare(reading, op, text, value);
        some_match = some_match || comparison == REF_MATCH;
        some_error = some_error || comparison == REF_ERROR;
    }
    return op->negated ? !some_match && !some_error : some_match;
}

static bool is_null(const struct ref_key *key)
{
    for (size_t i = 0; key != NULL && i < key->count; i++) {
        if (key->values[i].len > 0) {
            return false;
        }
    }
    return true; // absent, an empty list, only empty strings
}

static bool eval_null(const struct ref_operator *op, const struct ref_key *key,
                      const struct pc_json *policy)
{
    if (op->set != REF_NO_SET) {
        return op->set == REF_FOR_ALL_VALUES;
    }
    for (size_t i = 0; i < ref_list_count(policy); i++) {
        bool wanted = false;
        if (ref_boolean_read(ref_value_text(ref_list_at(policy, i)), &wanted) &&
            wanted == is_null(key)) {
            return true;
        }
    }
    return false;
}

// The key is there.
static bool eval_present(const struct ref_reading *reading, const struct ref_operator *op,
                         const struct ref_key *key, const struct pc_json *policy)
{
    bool for_all = op->set == REF_FOR_ALL_VALUES;
    if (ref_list_count(policy) == 0 && (op->set != REF_NO_SET || op->if_exists)) {
        return for_all && is_null(key);
    }
    if (op->set == REF_NO_SET) {
        return !key->list && one(reading, op, key->values[0], policy);
    }
    bool result = for_all;
    for (size_t i = 0; i < key->count; i++) {
        if (key->values[i].len == 0) {
            continue;
        }
        bool holds = one(reading, op, key->values[i], policy);
        result = for_all ? result && holds : result || holds;
    }
    return result;
}

static bool eval(const struct ref_reading *reading, const struct ref_operator *op,
                 struct pc_str name, const struct pc_json *policy)
{
    const struct ref_key *key = ref_context_find(reading->arena, reading->context, name);
    if (op->base == REF_NULL) {
        return eval_null(op, key, policy);
    }
    if (key != NULL) {
        return eval_present(reading, op, key, policy);
    }
    if (op->set == REF_FOR_ALL_VALUES || op->if_exists) {
        return true;
    }
    return op->set == REF_FOR_ANY_VALUE ? false : op->negated;
}

// every operator, every key.
bool ref_condition_holds(const struct ref_reading *reading, const struct pc_json *condition)
{
    bool all = true;
    for (size_t i = 0; condition != NULL && i < condition->count; i++) {
        const struct pc_json_member *block = &condition->members[i];
        struct ref_operator op;
        if (!ref_operator_read(block->name, &op)) {
            return false; // the validator has refused the document
        }
        for (size_t j = 0; j < block->value.count; j++) {
            const struct pc_json_member *line = &block->value.members[j];
            all = all && eval(reading, &op, line->name, &line->value);
        }
    }
    return all;
}

void ref_names_add(struct pc_arena *arena, struct ref_names *names, struct pc_str name)
{
    struct pc_str lower = ref_lower(arena, name);
    for (size_t i = 0; i < names->count; i++) {
        if (pc_str_eq(names->at[i], lower)) {
            return;
        }
    }
    if (names->count == names->room) {
        size_t room = 2 * names->room + 16;
        struct pc_str *at = ref_alloc(arena, room, sizeof(*at));
        if (names->count > 0) {
            memcpy(at, names->at, names->count * sizeof(*at));
        }
        names->at = at;
        names->room = room;
    }
    names->at[names->count] = lower;
    names->count++;
}

static void note(const struct ref_reading *reading, struct pc_str name, struct ref_names *missing)
{
    if (ref_context_find(reading->arena, reading->context, name) == NULL) {
        ref_names_add(reading->arena, missing, name);
    }
}

// variables are read in the values of strings and booleans, and of ARNs that are
// some.
static void note_variables(const struct ref_reading *reading, const struct ref_operator *op,
                           struct pc_str text, struct ref_names *missing)
{
    struct ref_variable variable;
    bool arn = op->base == REF_ARN && ref_arn_is_pattern(text, true);
    if (!arn && op->base != REF_STRING && op->base != REF_BOOL) {
        return;
    }
    for (size_t at = 0; ref_variable_next(text, at, &variable); at = variable.end) {
        if (variable.closed && !variable.literal) {
            note(reading, variable.name, missing);
        }
    }
}

void ref_condition_missing(const struct ref_reading *reading, const struct pc_json *condition,
                           struct ref_names *missing)
{
    for (size_t i = 0; condition != NULL && i < condition->count; i++) {
        const struct pc_json_member *block = &condition->members[i];
        struct ref_operator op;
        if (!ref_operator_read(block->name, &op)) {
            continue;
        }
        for (size_t j = 0; j < block->value.count; j++) {
            const struct pc_json_member *line = &block->value.members[j];
            note(reading, line->name, missing);
            for (size_t k = 0; reading->variables && k < ref_list_count(&line->value); k++) {
                note_variables(reading, &op, ref_value_text(ref_list_at(&line->value, k)), missing);
            }
        }
    }
}
