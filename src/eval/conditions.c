// SPDX-License-Identifier: Apache-2.0
//
// Conditions against the request's context: the algorithm of SEMANTICS.md 5.6. Whether a set
// operator is needed depends on the request's value alone, a list or not.
#include "matching.h"

bool pc_variable_lookup(void *request, struct pc_str key, struct pc_str *value)
{
    const struct pc_context_entry *entry = pc_request_find(request, key, pc_str_hash(key));
    if (entry == NULL || entry->list || entry->count == 0 || entry->values[0].len == 0) {
        return false;
    }
    *value = entry->values[0];
    return true;
}

bool pc_variable_of_question(void *context, struct pc_str key, struct pc_str *value)
{
    const struct pc_question *question = context;
    struct pc_request *lookup = (struct pc_request *)(uintptr_t)question->request; // only read
    pc_effort_take(question->effort, question->find_steps);
    return !pc_effort_is_spent(question->effort) && pc_variable_lookup(lookup, key, value);
}

// absent, an empty list, or nothing but empty strings.
static bool is_null(const struct pc_context_entry *entry)
{
    for (size_t i = 0; entry != NULL && i < entry->count; i++) {
        if (entry->values[i].len > 0) {
            return false;
        }
    }
    return true;
}

// What a condition compares with.
struct operands {
    const struct pc_image *image;
    const struct pc_operator *op;
    struct pc_image_range values;
    bool negated;
    const struct pc_op_env *env;
    struct pc_effort *effort;
};

// Is one request value as the condition wants it? Also under a set operator:
// negation is of a single value. An empty string is a value like others.
static bool one(const struct operands *operands, struct pc_str value)
{
    uint64_t steps = pc_effort_of(value.len * (1 + (size_t)operands->op->dearer));
    pc_effort_take(operands->effort, operands->values.count * steps);
    if (pc_effort_is_spent(operands->effort)) {
        return false;
    }
    for (uint32_t i = 0; i < operands->values.count; i++) {
        const struct pc_image_value *record =
            pc_image_value(operands->image, operands->values.first + i);
        enum pc_match match = operands->op->compare(pc_image_text(operands->image, record->bytes),
                                                    value, operands->env);
        if (operands->negated && match != PC_NOMATCH) {
            return false;
        }
        if (!operands->negated && match == PC_MATCH) {
            return true;
        }
    }
    return operands->negated;
}

static bool has_value(const struct pc_context_entry *entry)
{
    return !is_null(entry);
}

static bool null_holds(const struct operands *operands, uint32_t flags,
                       const struct pc_context_entry *entry)
{
    if ((flags & (PC_OP_FOR_ALL | PC_OP_FOR_ANY)) != 0) {
        return (flags & PC_OP_FOR_ALL) != 0;
    }
    return one(operands, is_null(entry) ? PC_STR("true") : PC_STR("false"));
}

// the quantifier runs over the request's values, one or many; empty ones do
// not count.
static bool set_holds(const struct operands *operands, bool all,
                      const struct pc_context_entry *entry)
{
    for (size_t i = 0; i < entry->count; i++) {
        if (entry->values[i].len > 0 && one(operands, entry->values[i]) != all) {
            return !all;
        }
    }
    return all;
}

static bool holds(const struct pc_image *image, const struct pc_image_condition *condition,
                  const struct pc_question *question)
{
    const struct pc_image_key *key = pc_image_key(image, condition->key);
    pc_effort_take(question->effort, question->find_steps);
    const struct pc_context_entry *entry =
        pc_request_find(question->request, pc_image_text(image, key->name), key->hash);
    uint32_t flags = condition->flags;
    bool all = (flags & PC_OP_FOR_ALL) != 0;
    bool any = (flags & PC_OP_FOR_ANY) != 0;
    bool if_exists = (flags & PC_OP_IF_EXISTS) != 0;
    const struct operands operands = {
        .image = image,
        .op = pc_operator_get(condition->op),
        .values = condition->values,
        .negated = (flags & PC_OP_NEGATED) != 0,
        .env = &question->env,
        .effort = question->effort,
    };
    if (operands.op->id == PC_OP_NULL) {
        return null_holds(&operands, flags, entry);
    }
    if (entry == NULL) {
        return all || if_exists || (!any && operands.negated);
    }
    if (condition->values.count == 0 && (all || any || if_exists)) {
        return all && !has_value(entry);
    }
    if (all || any) {
        return set_holds(&operands, all, entry);
    }
    return !entry->list && entry->count > 0 && one(&operands, entry->values[0]);
}

bool pc_conditions_hold(const struct pc_image *image, const struct pc_image_statement *statement,
                        const struct pc_question *question)
{
    for (uint32_t i = 0; i < statement->conditions.count; i++) {
        if (!holds(image, pc_image_condition(image, statement->conditions.first + i), question)) {
            return false;
        }
    }
    return true; // also without any
}
