// SPDX-License-Identifier: Apache-2.0
//
// What a condition wants of the request, and what would keep it from holding. Both follow from the
// algorithm of SEMANTICS.md 5.6: which values it asks for, of which of the request's values, and
// whether it holds of a key that is absent. The contrary turns all three around.
#include "parts.h"

enum quantifier {
    ONE,  // without a set operator
    SOME, // ForAnyValue
    EACH, // ForAllValues
};

struct wish {
    enum quantifier quantifier;
    bool in;        // one of the condition's values, or none of them
    bool absent_ok;
};

static struct wish wish_of(uint32_t flags)
{
    bool negated = (flags & PC_OP_NEGATED) != 0;
    bool if_exists = (flags & PC_OP_IF_EXISTS) != 0;
    if ((flags & PC_OP_FOR_ALL) != 0) {
        return (struct wish){EACH, !negated, true};
    }
    if ((flags & PC_OP_FOR_ANY) != 0) {
        return (struct wish){SOME, !negated, if_exists};
    }
    return (struct wish){ONE, !negated, negated || if_exists};
}

static struct wish contrary(struct wish wish)
{
    static const enum quantifier others[] = {[ONE] = ONE, [SOME] = EACH, [EACH] = SOME};
    return (struct wish){others[wish.quantifier], !wish.in, !wish.absent_ok};
}

// Is one of the condition's values of no use to its operator with this text of a request?
static bool is_error(const struct pc_explained_condition *condition, struct pc_str text)
{
    const struct pc_operator *op = pc_operator_get(condition->condition->op);
    const struct pc_image_range values = condition->condition->values;
    const struct pc_op_env env = {NULL, NULL};
    for (uint32_t i = 0; i < values.count; i++) {
        const struct pc_image_value *value = pc_image_value(condition->image, values.first + i);
        if (op->compare(pc_image_text(condition->image, value->bytes), text, &env) ==
            PC_MATCH_ERROR) {
            return true;
        }
    }
    return false;
}

// Has the request a value that the operator cannot read?
static bool is_unreadable(const struct pc_explained_condition *condition)
{
    const struct pc_context_entry *has = condition->has;
    for (size_t i = 0; has != NULL && condition->condition->op != PC_OP_NULL && i < has->count;
         i++) {
        if (has->values[i].len > 0 && is_error(condition, has->values[i])) {
            return true;
        }
    }
    return false;
}

// Can no value of the request turn the condition around? Not of an empty list, of Null with
// a set operator or with both values, and of what is no ARN where there has to be one
//
static bool is_constant(const struct pc_explained_condition *condition)
{
    const struct pc_image_condition *record = condition->condition;
    bool null = record->op == PC_OP_NULL;
    bool arn = record->op == PC_OP_ARN_EQUALS || record->op == PC_OP_ARN_LIKE;
    return record->values.count == 0 || (null && record->values.count > 1) ||
           (null && (record->flags & (PC_OP_FOR_ALL | PC_OP_FOR_ANY)) != 0) ||
           (arn && is_error(condition, PC_STR("arn:aws:s3:::b")));
}

// Of Null with one value: does it want the key to be absent?
static bool wants_absence(const struct pc_explained_condition *condition)
{
    const struct pc_image_value *value =
        pc_image_value(condition->image, condition->condition->values.first);
    return pc_operator_get(PC_OP_NULL)
               ->compare(pc_image_text(condition->image, value->bytes), PC_STR("true"), NULL) ==
           PC_MATCH;
}

void pc_explained_operator_write(struct pc_buf *out, const struct pc_explained_condition *condition)
{
    const struct pc_op_use use = {pc_operator_get(condition->condition->op),
                                  (uint8_t)condition->condition->flags};
    pc_op_use_write(&use, out);
}

void pc_explained_value_write(struct pc_buf *out, const struct pc_explained_condition *condition,
                              uint32_t at)
{
    const struct pc_image_value *value =
        pc_image_value(condition->image, condition->condition->values.first + at);
    pc_operator_get(condition->condition->op)
        ->write(pc_image_text(condition->image, value->bytes), out);
}

static void write_operator(struct pc_buf *out, const struct pc_explained_condition *condition)
{
    pc_explained_operator_write(out, condition);
    pc_buf_text(out, " of ");
    pc_words_text(out, condition->key);
}

static void write_values(struct pc_buf *out, const struct pc_explained_condition *condition)
{
    const char *words = pc_operator_get(condition->condition->op)->words;
    pc_buf_format(out, "%s%s", words, words[0] != '\0' ? " " : "");
    pc_words_values(out, condition, " or ");
}

// Of the variables in the values that are shown.
static void tell_variables(struct pc_buf *out, const struct pc_explanation *explanation,
                           const struct pc_explained_condition *condition,
                           void (*tell)(void *variables, struct pc_str key))
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    const struct pc_operator *op = pc_operator_get(condition->condition->op);
    const struct pc_image_range values = condition->condition->values;
    for (uint32_t i = 0; op->each_variable != NULL && i < values.count && i < PC_WORDS_MOST; i++) {
        const struct pc_image_value *value = pc_image_value(condition->image, values.first + i);
        pc_buf_reset(&text);
        pc_explained_value_write(&text, condition, i);
        struct pc_words_variables variables = {out, explanation->request, pc_buf_view(&text)};
        op->each_variable(pc_image_text(condition->image, value->bytes), tell, &variables);
    }
    if (out->status == PC_OK) {
        out->status = pc_buf_status(&text);
    }
}

void pc_wish_write(struct pc_buf *out, const struct pc_explanation *explanation,
                   const struct pc_explained_condition *condition, bool fail)
{
    static const char *const verbs[][2] = {[ONE] = {"were not ", "were "},
                                           [SOME] = {"had a value not ", "had a value "},
                                           [EACH] = {"had no value ", "had only values "}};
    const struct pc_image_condition *record = condition->condition;
    if (is_constant(condition)) {
        pc_buf_text(out, "its condition ");
        write_operator(out, condition);
        pc_buf_text(out, " were another");
        return;
    }
    pc_words_text(out, condition->key);
    pc_buf_byte(out, ' ');
    if (record->op == PC_OP_NULL) {
        pc_buf_text(out, wants_absence(condition) != fail ? "were absent" : "were there");
        return;
    }
    struct wish wish = fail ? contrary(wish_of(record->flags)) : wish_of(record->flags);
    const char *verb = verbs[wish.quantifier][wish.in];
    if (wish.absent_ok) {
        pc_buf_text(out, "were absent or ");
        verb = wish.quantifier == ONE && !wish.in ? "not " : verb;
        verb = wish.quantifier == ONE && wish.in ? "" : verb;
    }
    pc_buf_text(out, verb);
    write_values(out, condition);
    if (wish.quantifier == ONE && condition->has != NULL && condition->has->list) {
        pc_buf_text(out, ", and no list");
    }
    if (!wish.in && is_unreadable(condition)) {
        pc_buf_text(out, ", and readable");
    }
    if (wish.in) {
        tell_variables(out, explanation, condition, pc_words_wish_variable);
    }
}

static void write_wanted(struct pc_buf *out, const struct pc_explained_condition *condition)
{
    static const char *const wanted[][2] = {
        [ONE] = {"wanted is not ", "wanted is "},
        [SOME] = {"wanted is a value not ", "wanted is a value "},
        [EACH] = {"wanted is no value ", "wanted are only values "}};
    struct wish wish = wish_of(condition->condition->flags);
    pc_buf_text(out, wanted[wish.quantifier][wish.in]);
    write_values(out, condition);
}

void pc_explained_condition_write(struct pc_buf *out, const struct pc_explanation *explanation,
                                  const struct pc_explained_condition *condition)
{
    const struct pc_context_entry *has = condition->has;
    if (has == NULL) {
        pc_words_text(out, condition->key);
        pc_buf_text(out, " is absent");
        return;
    }
    write_operator(out, condition);
    pc_buf_text(out, ": the request has ");
    pc_words_entry(out, has);
    pc_buf_text(out, is_unreadable(condition) ? ", which it cannot read, " : ", ");
    if (condition->condition->values.count == 0) {
        pc_buf_text(out, "wanted is a value of an empty list");
    } else if (condition->condition->op == PC_OP_NULL) {
        bool absent = !is_constant(condition) && wants_absence(condition);
        pc_buf_text(out, absent ? "wanted is that it is absent" : "wanted is a value");
    } else if (has->list && wish_of(condition->condition->flags).quantifier == ONE) {
        pc_buf_text(out, "a list, which only ForAnyValue and ForAllValues compare");
    } else {
        write_wanted(out, condition);
    }
    tell_variables(out, explanation, condition, pc_words_tell_variable);
}
