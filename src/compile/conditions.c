// SPDX-License-Identifier: Apache-2.0
//
// Pass: conditions. Operators are looked up and their operands read here, once; an unknown operator
// or a malformed operand is an error and never skipped, because a statement without its condition
// would allow too much. Which type the policy is does not matter, also for variables
//
#include "pass.h"

#include "match/key.h"
#include "ops/operator.h"

static struct pc_place place_of(const struct pc_compile_pass *pass, const struct pc_text *text)
{
    return pc_policy_place(pass->policy, text->line, text->column);
}

// What may have been meant by an operator that does not exist.
static void hint_operator(struct pc_diags *diags, struct pc_str name)
{
    const char *nearest = pc_operator_nearest(name);
    if (nearest != NULL) {
        pc_diag_hint(diags, "did you mean %s?", nearest);
    } else if (pc_str_find(name, ':', 0) != SIZE_MAX) {
        pc_diag_hint(diags, "in front of an operator may stand ForAllValues: or ForAnyValue:");
    } else {
        pc_diag_hint(diags, "polcheck help POL0501 lists the operators");
    }
}

static bool find_operator(struct pc_compile_pass *pass, const struct pc_text *name,
                          struct pc_op_use *use)
{
    switch (pc_operator_find(name->text, use)) {
    case PC_OP_FOUND:
        return true;
    case PC_OP_NULL_IF_EXISTS:
        pc_diag_report(pass->diags, PC_DIAG_OPERATOR_SUFFIX, place_of(pass, name),
                       "the operator \"%.*s\" does not exist: Null takes no IfExists",
                       PC_STR_ARG(name->text));
        return false;
    case PC_OP_UNKNOWN:
        break;
    }
    pc_diag_report(pass->diags, PC_DIAG_OPERATOR_UNKNOWN, place_of(pass, name),
                   "unknown condition operator \"%.*s\"", PC_STR_ARG(name->text));
    hint_operator(pass->diags, name->text);
    return false;
}

static enum pc_status intern_key(struct pc_compile_pass *pass, struct pc_str text, uint32_t *out)
{
    struct pc_str lower;
    PC_TRY(pc_key_fold(pass->arena, text, &lower));
    uint32_t *known = pc_map_get(&pass->keys, lower);
    if (known == NULL) {
        struct pc_image_key record = {.hash = pc_str_hash(lower)};
        known = pc_arena_alloc(pass->arena, sizeof(*known));
        if (known == NULL) {
            return PC_ERR_NOMEM;
        }
        *known = pc_image_builder_count(pass->builder, PC_IMAGE_KEYS);
        PC_TRY(pc_image_builder_bytes(pass->builder, lower, &record.name));
        PC_TRY(pc_image_builder_bytes(pass->builder, text, &record.text));
        PC_TRY(pc_map_put(&pass->keys, lower, known));
        pc_image_builder_add(pass->builder, PC_IMAGE_KEYS, &record);
    }
    *out = *known;
    return PC_OK;
}

static void report_value(struct pc_compile_pass *pass, const struct pc_condition *condition,
                         const struct pc_operator *op, const struct pc_text *value,
                         const struct pc_op_fault *fault)
{
    enum pc_diag_code code = fault->tolerated ? PC_DIAG_CONDITION_NEVER : PC_DIAG_CONDITION_VALUE;
    code = fault->variable ? PC_DIAG_VARIABLE_SYNTAX : code;
    pc_diag_report(pass->diags, code, place_of(pass, value), "the value \"%.*s\" of %.*s %s%s%s",
                   PC_STR_ARG(value->text), PC_STR_ARG(condition->op.text),
                   fault->variable ? "holds " : "", fault->reason,
                   fault->tolerated ? " and matches nothing" : "");
    if (fault->variable) {
        pc_diag_hint(pass->diags, "write ${key} or ${key, 'default'}; ${$} is a dollar sign");
    } else {
        pc_diag_hint(pass->diags, "%.*s takes %s", PC_STR_ARG(condition->op.text), op->takes);
    }
}

// A value that the list has already changes nothing, and is not looked at by each request.
static enum pc_status add_value(struct pc_compile_pass *pass, uint32_t list, struct pc_str bytes)
{
    struct pc_image_value record;
    bool again;
    PC_TRY(pc_image_builder_listed(pass->builder, list, bytes, &record.bytes, &again));
    if (!again) {
        pc_image_builder_add(pass->builder, PC_IMAGE_VALUES, &record);
    }
    return PC_OK;
}

static enum pc_status emit_value(struct pc_compile_pass *pass, uint32_t list,
                                 const struct pc_condition *condition, const struct pc_operator *op,
                                 const struct pc_text *value)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    struct pc_op_fault fault = {0};
    enum pc_status status = op->encode(value->text, pass->policy->variables, &bytes, &fault);
    if (pass->effect == PC_EFFECT_DENY) {
        fault.tolerated = false; // it would never deny: refused, like all that is skipped
    }
    if (fault.reason != NULL) {
        report_value(pass, condition, op, value, &fault);
    }
    if (status == PC_ERR_INVALID) {
        return PC_OK; // reported; go on, to find further errors
    }
    if (status == PC_ERR_LIMIT) {
        pc_pass_report_limit(pass, value, pass->policy->variables);
        return PC_OK;
    }
    PC_TRY(status);
    PC_TRY(pc_buf_status(&bytes));
    return add_value(pass, list, pc_buf_view(&bytes));
}

// keys on which KMS takes no ForAllValues.
static bool is_single_in_kms(struct pc_str key)
{
    static const struct pc_str prefixes[] = {
        PC_STR_INIT("kms:EncryptionContext:"),
        PC_STR_INIT("aws:RequestTag/"),
    };
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        if (pc_str_has_prefix_icase(key, prefixes[i])) {
            return true;
        }
    }
    return false;
}

// What depends on the operator and the key together, whatever the values are.
static void check_use(struct pc_compile_pass *pass, const struct pc_condition *condition,
                      struct pc_op_use use)
{
    bool all = (use.flags & PC_OP_FOR_ALL) != 0;
    if (use.op->id == PC_OP_NULL && (all || (use.flags & PC_OP_FOR_ANY) != 0)) {
        pc_diag_report(pass->diags, PC_DIAG_OPERATOR_SET_NULL, place_of(pass, &condition->op),
                       "\"%.*s\" does not depend on the request", PC_STR_ARG(condition->op.text));
    }
    if (all && pass->policy->type == PC_POLICY_KEY && is_single_in_kms(condition->key.text)) {
        pc_diag_report(pass->diags, PC_DIAG_CONDITION_SET_SINGLE, place_of(pass, &condition->key),
                       "\"%.*s\" under ForAllValues in a key policy",
                       PC_STR_ARG(condition->key.text));
        pc_diag_hint(pass->diags, "leave ForAllValues out: the key has one value");
    }
}

static enum pc_status emit_condition(struct pc_compile_pass *pass,
                                     const struct pc_condition *condition)
{
    struct pc_op_use use;
    if (!find_operator(pass, &condition->op, &use)) {
        return PC_OK;
    }
    check_use(pass, condition, use);
    uint32_t key = 0;
    PC_TRY(intern_key(pass, condition->key.text, &key));
    struct pc_image_condition record = {.op = use.op->id, .flags = use.flags, .key = key};
    record.values.first = pc_image_builder_count(pass->builder, PC_IMAGE_VALUES);
    uint32_t list = pc_image_builder_list(pass->builder);
    for (size_t i = 0; i < condition->count; i++) {
        PC_TRY(emit_value(pass, list, condition, use.op, &condition->values[i]));
    }
    record.values.count =
        pc_image_builder_count(pass->builder, PC_IMAGE_VALUES) - record.values.first;
    pc_image_builder_add(pass->builder, PC_IMAGE_CONDITIONS, &record);
    return PC_OK;
}

enum pc_status pc_emit_conditions(struct pc_compile_pass *pass,
                                  const struct pc_statement *statement, struct pc_image_range *out)
{
    out->first = pc_image_builder_count(pass->builder, PC_IMAGE_CONDITIONS);
    pass->effect = statement->effect;
    for (size_t i = 0; i < statement->condition_count; i++) {
        PC_TRY(emit_condition(pass, &statement->conditions[i]));
    }
    out->count = pc_image_builder_count(pass->builder, PC_IMAGE_CONDITIONS) - out->first;
    for (size_t i = 0; i < statement->idle_operator_count; i++) {
        struct pc_op_use use; // an operator without a key is always true, but must exist
        (void)find_operator(pass, &statement->idle_operators[i], &use);
    }
    return PC_OK;
}
