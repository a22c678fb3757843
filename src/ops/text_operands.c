// SPDX-License-Identifier: Apache-2.0
//
// Operands that are patterns: the String operators, Bool and the ARN operators.
#include "operands.h"

#include "match/arn_pattern.h"
#include "value/boolean.h"

static enum pc_status encode_pattern(struct pc_str text, unsigned flags, struct pc_buf *out,
                                     struct pc_op_fault *fault)
{
    struct pc_pattern_error error = {PC_PATTERN_FINE, 0};
    enum pc_status status = pc_pattern_compile(text, flags, out, &error);
    if (status == PC_ERR_INVALID) {
        fault->reason = pc_pattern_fault_text(error.fault);
        fault->variable = true;
    }
    return status;
}

static unsigned variable_flag(bool variables)
{
    return variables ? (unsigned)PC_PATTERN_VARIABLES : 0;
}

enum pc_status pc_op_exact_encode(struct pc_str text, bool variables, struct pc_buf *out,
                                  struct pc_op_fault *fault)
{
    return encode_pattern(text, variable_flag(variables), out, fault);
}

enum pc_status pc_op_fold_encode(struct pc_str text, bool variables, struct pc_buf *out,
                                 struct pc_op_fault *fault)
{
    return encode_pattern(text, variable_flag(variables) | PC_PATTERN_FOLD, out, fault);
}

enum pc_status pc_op_like_encode(struct pc_str text, bool variables, struct pc_buf *out,
                                 struct pc_op_fault *fault)
{
    return encode_pattern(text, variable_flag(variables) | PC_PATTERN_WILDCARDS, out, fault);
}

enum pc_match pc_op_pattern_compare(struct pc_str bytes, struct pc_str request,
                                    const struct pc_op_env *env)
{
    return pc_pattern_match(bytes, request, env->variables, env->cache);
}

enum pc_status pc_op_bool_encode(struct pc_str text, bool variables, struct pc_buf *out,
                                 struct pc_op_fault *fault)
{
    size_t before = out->len;
    PC_TRY(encode_pattern(text, variable_flag(variables) | PC_PATTERN_FOLD, out, fault));
    PC_TRY(pc_buf_status(out));
    struct pc_str literal;
    bool value;
    struct pc_str bytes = pc_str_slice(pc_buf_view(out), before, out->len);
    if (pc_pattern_is_literal(bytes, &literal) && !pc_boolean_parse(literal, &value)) {
        out->len = before;
        fault->reason = "is neither true nor false";
        return PC_ERR_INVALID;
    }
    return PC_OK;
}

enum pc_match pc_op_bool_compare(struct pc_str bytes, struct pc_str request,
                                 const struct pc_op_env *env)
{
    bool value;
    if (!pc_boolean_parse(request, &value)) {
        return PC_MATCH_ERROR;
    }
    struct pc_str literal;
    struct pc_str text = value ? PC_STR("true") : PC_STR("false");
    if (pc_pattern_is_literal(bytes, &literal)) { // which is in lower case
        return pc_str_eq(literal, text) ? PC_MATCH : PC_NOMATCH;
    }
    return pc_pattern_match(bytes, text, env->variables, env->cache);
}

// The bytes of an ARN operand: one of these, then the ARN pattern, or the text of a value that is
// none.
enum {
    ARN_BROKEN = 0,
    ARN_PATTERN = 1,
};

static struct pc_str arn_body(struct pc_str bytes)
{
    return pc_str_slice(bytes, 1, bytes.len);
}

static bool arn_is_pattern(struct pc_str bytes)
{
    return bytes.len > 0 && bytes.ptr[0] == ARN_PATTERN;
}

enum pc_status pc_op_arn_encode(struct pc_str text, bool variables, struct pc_buf *out,
                                struct pc_op_fault *fault)
{
    struct pc_arn_pattern_options options = {
        .flags = variable_flag(variables), .glob_first = true, .every_field = true};
    struct pc_pattern_error error = {PC_PATTERN_FINE, 0};
    size_t before = out->len;
    pc_buf_byte(out, ARN_PATTERN);
    enum pc_status status = pc_arn_pattern_compile(text, options, out, &error);
    if (status == PC_OK) {
        return PC_OK;
    }
    out->len = before < out->len ? before : out->len;
    if (status != PC_ERR_INVALID) {
        return status;
    }
    if (error.fault != PC_PATTERN_FINE) {
        fault->reason = pc_pattern_fault_text(error.fault);
        fault->variable = true;
        return PC_ERR_INVALID;
    }
    // stored policies hold such values; they match nothing, negated or not.
    fault->reason = "is no ARN of six fields";
    fault->tolerated = true;
    pc_buf_byte(out, ARN_BROKEN);
    pc_buf_str(out, text);
    return PC_OK;
}

bool pc_op_arn_is_valid(struct pc_str bytes)
{
    if (bytes.len == 0) {
        return false;
    }
    return bytes.ptr[0] == ARN_BROKEN ||
           (arn_is_pattern(bytes) && pc_arn_pattern_is_valid(arn_body(bytes)));
}

enum pc_match pc_op_arn_compare(struct pc_str bytes, struct pc_str request,
                                const struct pc_op_env *env)
{
    struct pc_arn_subject subject = pc_arn_subject_of(request);
    if (!arn_is_pattern(bytes) || !subject.is_arn) {
        return PC_MATCH_ERROR;
    }
    return pc_arn_pattern_match(arn_body(bytes), &subject, env->variables, env->cache);
}

void pc_op_arn_write(struct pc_str bytes, struct pc_buf *out)
{
    if (arn_is_pattern(bytes)) {
        pc_arn_pattern_write_2012(arn_body(bytes), true, out);
    } else {
        pc_buf_str(out, arn_body(bytes));
    }
}

void pc_op_arn_each_variable(struct pc_str bytes, void (*visit)(void *context, struct pc_str key),
                             void *context)
{
    if (arn_is_pattern(bytes)) {
        pc_arn_pattern_each_variable(arn_body(bytes), visit, context);
    }
}
