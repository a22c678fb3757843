// SPDX-License-Identifier: Apache-2.0
#include "condition.h"

#include "match/arn_pattern.h"
#include "match/key.h"

static enum pc_lint_family family_of(enum pc_op_id id)
{
    static const enum pc_lint_family families[] = {
        [PC_OP_STRING_EQUALS] = PC_LINT_STRINGS,
        [PC_OP_STRING_EQUALS_IGNORE_CASE] = PC_LINT_STRINGS,
        [PC_OP_STRING_LIKE] = PC_LINT_STRINGS,
        [PC_OP_NUMERIC_EQUALS] = PC_LINT_NUMBERS,
        [PC_OP_NUMERIC_LESS] = PC_LINT_NUMBERS,
        [PC_OP_NUMERIC_LESS_EQUALS] = PC_LINT_NUMBERS,
        [PC_OP_NUMERIC_GREATER] = PC_LINT_NUMBERS,
        [PC_OP_NUMERIC_GREATER_EQUALS] = PC_LINT_NUMBERS,
        [PC_OP_DATE_EQUALS] = PC_LINT_DATES,
        [PC_OP_DATE_LESS] = PC_LINT_DATES,
        [PC_OP_DATE_LESS_EQUALS] = PC_LINT_DATES,
        [PC_OP_DATE_GREATER] = PC_LINT_DATES,
        [PC_OP_DATE_GREATER_EQUALS] = PC_LINT_DATES,
        [PC_OP_BOOL] = PC_LINT_BOOLS,
        [PC_OP_BINARY_EQUALS] = PC_LINT_BYTES,
        [PC_OP_IP_ADDRESS] = PC_LINT_ADDRESSES,
        [PC_OP_ARN_EQUALS] = PC_LINT_ARNS,
        [PC_OP_ARN_LIKE] = PC_LINT_ARNS,
        [PC_OP_NULL] = PC_LINT_NULLS,
    };
    return id < sizeof(families) / sizeof(families[0]) ? families[id] : PC_LINT_NO_FAMILY;
}

static enum pc_status keep(struct pc_arena *arena, const struct pc_buf *bytes, struct pc_str *out)
{
    PC_TRY(pc_buf_status(bytes));
    return pc_arena_copy(arena, pc_buf_view(bytes), out);
}

// The condition is not sound where a value cannot be read.
static enum pc_status read_value(struct pc_arena *arena, struct pc_lint_condition *condition,
                                 struct pc_str text, bool variables, struct pc_str *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    struct pc_op_fault fault = {0};
    enum pc_status status = condition->use.op->encode(text, variables, &bytes, &fault);
    condition->sound = status == PC_OK && fault.reason == NULL;
    if (!condition->sound) {
        return status == PC_ERR_NOMEM ? status : PC_OK;
    }
    return keep(arena, &bytes, out);
}

// How the operator reads its values (SEMANTICS.md 5.3).
static unsigned pattern_flags(enum pc_op_id id)
{
    switch ((int)id) {
    case PC_OP_STRING_LIKE:
        return PC_PATTERN_WILDCARDS;
    case PC_OP_STRING_EQUALS_IGNORE_CASE:
    case PC_OP_BOOL:
        return PC_PATTERN_FOLD;
    default:
        return 0;
    }
}

// Of a value that the operator could read.
static enum pc_status read_pattern(struct pc_arena *arena,
                                   const struct pc_lint_condition *condition, struct pc_str text,
                                   bool variables, struct pc_str *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    struct pc_pattern_error error;
    unsigned flags = variables ? PC_PATTERN_VARIABLES : 0;
    if (condition->family == PC_LINT_ARNS) {
        struct pc_arn_pattern_options options = {
            .flags = flags, .glob_first = true, .every_field = true};
        PC_TRY(pc_arn_pattern_compile(text, options, &bytes, &error));
    } else {
        flags |= pattern_flags(condition->use.op->id);
        PC_TRY(pc_pattern_compile(text, flags, &bytes, &error));
    }
    return keep(arena, &bytes, out);
}

static bool has_patterns(enum pc_lint_family family)
{
    return family == PC_LINT_STRINGS || family == PC_LINT_BOOLS || family == PC_LINT_ARNS;
}

static enum pc_status read_values(struct pc_arena *arena, const struct pc_policy *policy,
                                  struct pc_lint_condition *out)
{
    const struct pc_condition *written = out->written;
    struct pc_str *values = pc_arena_array(arena, written->count, sizeof(*values));
    struct pc_str *patterns = pc_arena_array(arena, written->count, sizeof(*patterns));
    if (values == NULL || patterns == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < written->count && out->sound; i++) {
        struct pc_str text = written->values[i].text;
        PC_TRY(read_value(arena, out, text, policy->variables, &values[i]));
        if (out->sound && has_patterns(out->family)) {
            PC_TRY(read_pattern(arena, out, text, policy->variables, &patterns[i]));
        }
    }
    out->values = values;
    out->patterns = patterns;
    return PC_OK;
}

static enum pc_status read_condition(struct pc_arena *arena, const struct pc_policy *policy,
                                     const struct pc_condition *written,
                                     struct pc_lint_condition *out)
{
    *out = (struct pc_lint_condition){.written = written};
    if (pc_operator_find(written->op.text, &out->use) != PC_OP_FOUND || written->count == 0) {
        return PC_OK;
    }
    out->family = family_of(out->use.op->id);
    out->sound = out->family != PC_LINT_NO_FAMILY &&
                 (out->family != PC_LINT_NULLS || out->use.flags == 0);
    PC_TRY(pc_key_fold(arena, written->key.text, &out->key));
    out->global = pc_global_key(out->key);
    return read_values(arena, policy, out);
}

enum pc_status pc_lint_conditions_read(struct pc_arena *arena, const struct pc_policy *policy,
                                       const struct pc_statement *statement,
                                       const struct pc_lint_condition **out)
{
    struct pc_lint_condition *read =
        pc_arena_array(arena, statement->condition_count, sizeof(*read));
    if (read == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < statement->condition_count; i++) {
        PC_TRY(read_condition(arena, policy, &statement->conditions[i], &read[i]));
    }
    *out = read;
    return PC_OK;
}

// Of Null: is there the value true or false?
static bool has_null(const struct pc_lint_condition *condition, bool value)
{
    struct pc_str text = value ? PC_STR("true") : PC_STR("false");
    for (size_t i = 0; i < condition->written->count; i++) {
        if (pc_str_eq_icase(condition->written->values[i].text, text)) {
            return true;
        }
    }
    return false;
}

bool pc_lint_holds_absent(const struct pc_lint_condition *condition)
{
    if (condition->family == PC_LINT_NULLS) {
        return has_null(condition, true);
    }
    if (pc_lint_is(condition, PC_OP_FOR_ALL | PC_OP_IF_EXISTS)) {
        return true;
    }
    return pc_lint_is(condition, PC_OP_NEGATED) && !pc_lint_is(condition, PC_OP_FOR_ANY);
}

static bool takes_empty(const struct pc_lint_condition *condition)
{
    static const struct pc_op_env nothing = {NULL, NULL};
    for (size_t i = 0; i < condition->written->count; i++) {
        if (condition->use.op->compare(condition->values[i], PC_STR(""), &nothing) == PC_MATCH) {
            return true;
        }
    }
    return false;
}

bool pc_lint_needs_value(const struct pc_lint_condition *condition)
{
    if (condition->family == PC_LINT_NULLS) {
        return !has_null(condition, true);
    }
    return !pc_lint_holds_absent(condition) &&
           (pc_lint_is(condition, PC_OP_FOR_ANY) || !takes_empty(condition));
}

// Has every value of the second one that covers it in the first?
static bool cover_all(const struct pc_lint_condition *wide, const struct pc_lint_condition *narrow)
{
    for (size_t i = 0; i < narrow->written->count; i++) {
        size_t at = 0;
        while (at < wide->written->count && !pc_lint_value_covers(wide, at, narrow, i)) {
            at++;
        }
        if (at == wide->written->count) {
            return false;
        }
    }
    return true;
}

static bool meet(const struct pc_lint_condition *a, const struct pc_lint_condition *b)
{
    for (size_t i = 0; i < a->written->count; i++) {
        for (size_t j = 0; j < b->written->count; j++) {
            if (pc_lint_values_meet(a, i, b, j)) {
                return true;
            }
        }
    }
    return false;
}

static bool are_comparable(const struct pc_lint_condition *a, const struct pc_lint_condition *b)
{
    return a->sound && b->sound && pc_str_eq(a->key, b->key);
}

// Of conditions that look at the values in the same way: of one family and with the same prefix.
static bool implies_by_values(const struct pc_lint_condition *first,
                              const struct pc_lint_condition *second)
{
    bool negated = pc_lint_is(first, PC_OP_NEGATED);
    if (negated != pc_lint_is(second, PC_OP_NEGATED)) {
        return !negated && !meet(first, second);
    }
    return negated ? cover_all(first, second) : cover_all(second, first);
}

bool pc_lint_implies(const struct pc_lint_condition *first, const struct pc_lint_condition *second)
{
    enum {
        PREFIXES = PC_OP_FOR_ALL | PC_OP_FOR_ANY,
    };
    if (!are_comparable(first, second)) {
        return false;
    }
    if (second->family == PC_LINT_NULLS && !has_null(second, true)) {
        return pc_lint_needs_value(first);
    }
    bool same_way = first->family == second->family &&
                    (first->use.flags & PREFIXES) == (second->use.flags & PREFIXES);
    return same_way && (!pc_lint_holds_absent(first) || pc_lint_holds_absent(second)) &&
           implies_by_values(first, second);
}

// Does it hold only where the key is missing or null?
static bool needs_absence(const struct pc_lint_condition *condition)
{
    return condition->family == PC_LINT_NULLS && !has_null(condition, false);
}

// Of two that are not Null, and do not both hold where the key is missing: one has no set prefix,
// so that the key has a single value, and the other one is not true of an empty set.
static bool exclude_by_values(const struct pc_lint_condition *a, const struct pc_lint_condition *b)
{
    enum {
        PREFIXES = PC_OP_FOR_ALL | PC_OP_FOR_ANY,
    };
    bool single = !pc_lint_is(a, PREFIXES) || !pc_lint_is(b, PREFIXES);
    if (a->family != b->family || !single || pc_lint_is(a, PC_OP_FOR_ALL) ||
        pc_lint_is(b, PC_OP_FOR_ALL)) {
        return false;
    }
    bool a_negated = pc_lint_is(a, PC_OP_NEGATED);
    bool b_negated = pc_lint_is(b, PC_OP_NEGATED);
    if (a_negated && b_negated) {
        return false;
    }
    if (!a_negated && !b_negated) {
        return !meet(a, b);
    }
    return a_negated ? cover_all(a, b) : cover_all(b, a);
}

bool pc_lint_excludes(const struct pc_lint_condition *a, const struct pc_lint_condition *b)
{
    if (!are_comparable(a, b) || (pc_lint_holds_absent(a) && pc_lint_holds_absent(b))) {
        return false;
    }
    if (needs_absence(a) || needs_absence(b)) {
        return needs_absence(a) ? pc_lint_needs_value(b) : pc_lint_needs_value(a);
    }
    return a->family != PC_LINT_NULLS && b->family != PC_LINT_NULLS && exclude_by_values(a, b);
}
