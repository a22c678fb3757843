// SPDX-License-Identifier: Apache-2.0
#include "condition_prose.h"

#include "ops/operator.h"

// What is between key and values, and its negation.
static const struct {
    enum pc_op_id id;
    const char *is, *is_not;
} relations[] = {
    {PC_OP_STRING_EQUALS, "is", "is not"},
    {PC_OP_STRING_EQUALS_IGNORE_CASE, "is, in any letter case,", "is not, in any letter case,"},
    {PC_OP_STRING_LIKE, "is like", "is not like"},
    {PC_OP_NUMERIC_EQUALS, "is the number", "is not the number"},
    {PC_OP_NUMERIC_LESS, "is less than", NULL},
    {PC_OP_NUMERIC_LESS_EQUALS, "is at most", NULL},
    {PC_OP_NUMERIC_GREATER, "is more than", NULL},
    {PC_OP_NUMERIC_GREATER_EQUALS, "is at least", NULL},
    {PC_OP_DATE_EQUALS, "is the time", "is not the time"},
    {PC_OP_DATE_LESS, "is before", NULL},
    {PC_OP_DATE_LESS_EQUALS, "is at or before", NULL},
    {PC_OP_DATE_GREATER, "is after", NULL},
    {PC_OP_DATE_GREATER_EQUALS, "is at or after", NULL},
    {PC_OP_BOOL, "is", NULL},
    {PC_OP_BINARY_EQUALS, "is the binary", NULL},
    {PC_OP_IP_ADDRESS, "is in", "is not in"},
    {PC_OP_ARN_EQUALS, "is like", "is not like"},
    {PC_OP_ARN_LIKE, "is like", "is not like"},
};

// Values are alternatives, of a negated operator too: none of them may match.
static void write_values(struct pc_buf *out, const struct pc_condition *condition)
{
    for (size_t i = 0; i < condition->count; i++) {
        pc_buf_text(out, i == 0 ? "" : i + 1 == condition->count ? " or " : ", ");
        pc_buf_format(out, "\"%.*s\"", PC_STR_ARG(condition->values[i].text));
    }
    pc_buf_text(out, condition->count == 0 ? "(no value)" : "");
}

static const char *relation_of(const struct pc_op_use *use)
{
    for (size_t i = 0; i < sizeof(relations) / sizeof(relations[0]); i++) {
        if (relations[i].id == use->op->id) {
            return (use->flags & PC_OP_NEGATED) != 0 ? relations[i].is_not : relations[i].is;
        }
    }
    return NULL;
}

// Null says whether the key is there: "true" that it is not.
static bool write_null(struct pc_buf *out, const struct pc_condition *condition)
{
    bool absent = false, present = false;
    for (size_t i = 0; i < condition->count; i++) {
        bool says_absent = pc_str_eq_icase(condition->values[i].text, PC_STR("true"));
        absent = absent || says_absent;
        present = present || !says_absent;
    }
    pc_buf_format(out, "%.*s is %s", PC_STR_ARG(condition->key.text),
                  absent && present ? "there or not"
                  : absent          ? "absent"
                                    : "there");
    return absent || present;
}

// With a set prefix it does not look at the key at all.
static bool is_plain_null(const struct pc_op_use *use)
{
    return use->op->id == PC_OP_NULL && (use->flags & (PC_OP_FOR_ALL | PC_OP_FOR_ANY)) == 0;
}

// A missing key holds a negated operator, IfExists, and ForAllValues (none of no values
// fails), but not ForAnyValue.
static bool holds_when_absent(const struct pc_op_use *use)
{
    bool any = (use->flags & PC_OP_FOR_ANY) != 0;
    return (use->flags & (PC_OP_IF_EXISTS | PC_OP_FOR_ALL)) != 0 ||
           ((use->flags & PC_OP_NEGATED) != 0 && !any);
}

static void write_relation(struct pc_buf *out, const struct pc_op_use *use, const char *relation,
                           const struct pc_condition *condition)
{
    const char *front = (use->flags & PC_OP_FOR_ALL) != 0   ? "each value of "
                        : (use->flags & PC_OP_FOR_ANY) != 0 ? "some value of "
                                                            : "";
    pc_buf_format(out, "%s%.*s %s ", front, PC_STR_ARG(condition->key.text), relation);
    write_values(out, condition);
    pc_buf_text(out, holds_when_absent(use) ? ", or it is absent" : "");
}

enum pc_status pc_condition_prose(struct pc_buf *out, const struct pc_condition *condition)
{
    struct pc_op_use use;
    bool known = pc_operator_find(condition->op.text, &use) == PC_OP_FOUND;
    const char *relation = known ? relation_of(&use) : NULL;
    if (known && is_plain_null(&use) && write_null(out, condition)) {
        return pc_buf_status(out);
    }
    if (relation != NULL) {
        write_relation(out, &use, relation, condition);
    } else {
        pc_buf_format(out, "%.*s%s of %.*s: ", PC_STR_ARG(condition->op.text),
                      known ? "" : " (no operator of AWS)", PC_STR_ARG(condition->key.text));
        write_values(out, condition);
    }
    return pc_buf_status(out);
}
