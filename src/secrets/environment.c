// SPDX-License-Identifier: Apache-2.0
//
// What Lambda asks of names and values (LAMBDA.md, section 6).
#include "environment.h"

#include "base/utf8.h"
#include "value/arn.h"

// Lambda sets these itself.
static const char *const reserved[] = {
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API",
    "LAMBDA_TASK_ROOT",
    "LAMBDA_RUNTIME_DIR",
};

enum {
    QUOTES = 6,  // two around name and value each, a colon, and a comma or a brace
    SHOWN = 256, // bytes of a wrong name that are shown
    FUNCTION_NAME = 64,
};

static bool is_letter(char c)
{
    char lower = pc_char_lower(c);
    return lower >= 'a' && lower <= 'z';
}

static bool has_form(struct pc_str name)
{
    if (name.len < 2 || !is_letter(name.ptr[0])) {
        return false;
    }
    for (size_t i = 1; i < name.len; i++) {
        if (!is_letter(name.ptr[i]) && !pc_char_is_digit(name.ptr[i]) && name.ptr[i] != '_') {
            return false;
        }
    }
    return true;
}

static bool is_reserved(struct pc_str name)
{
    for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
        if (pc_str_eq(pc_str_from(reserved[i]), name)) {
            return true;
        }
    }
    return false;
}

enum pc_status pc_variable_name_check(struct pc_str name, struct pc_diags *diags)
{
    struct pc_str shown = pc_str_slice(name, 0, SHOWN);
    const struct pc_place nowhere = {.line = 0};
    if (is_reserved(name)) {
        pc_diag_report(diags, PC_DIAG_VARIABLE_RESERVED, nowhere,
                       "\"%.*s\" is reserved: Lambda sets it itself", PC_STR_ARG(shown));
        return PC_ERR_INVALID;
    }
    if (!has_form(name) || name.len > PC_NAME_BYTES) {
        pc_diag_report(diags, PC_DIAG_VARIABLE_NAME, nowhere,
                       "\"%.*s\" is not the name of an environment variable", PC_STR_ARG(shown));
        pc_diag_hint(diags, "a letter, then at least one letter, digit or underscore");
        return PC_ERR_INVALID;
    }
    return PC_OK;
}

enum pc_status pc_variable_value_check(struct pc_str name, struct pc_str value,
                                       struct pc_diags *diags)
{
    const char *why = NULL;
    if (value.len > PC_ENVIRONMENT_BYTES) {
        why = "is longer than a whole environment may be (4,096 bytes)";
    } else if (pc_utf8_invalid(value) != SIZE_MAX) {
        why = "is not UTF-8";
    } else if (pc_str_find(value, '\0', 0) != SIZE_MAX) {
        why = "has a zero byte in it";
    }
    if (why == NULL) {
        return PC_OK;
    }
    pc_diag_report(diags, PC_DIAG_VARIABLE_VALUE, (struct pc_place){.line = 0},
                   "the value of \"%.*s\" %s", PC_STR_ARG(name), why);
    pc_diag_hint(diags, "bytes that are no text go in as base64");
    return PC_ERR_INVALID;
}

static bool is_function_name(struct pc_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (!is_letter(c) && !pc_char_is_digit(c) && c != '-' && c != '_') {
            return false;
        }
    }
    return name.len > 0 && name.len <= FUNCTION_NAME;
}

enum pc_status pc_function_arn_check(struct pc_str arn, struct pc_diags *diags)
{
    struct pc_arn parts;
    struct pc_str fields[3];
    bool good = arn.len <= PC_ARN_BYTES && pc_utf8_invalid(arn) == SIZE_MAX &&
                pc_arn_parse(arn, &parts) && pc_str_eq(parts.service, PC_STR("lambda")) &&
                parts.partition.len > 0 && parts.region.len > 0 && pc_account_id_is(parts.account);
    size_t count = good ? pc_str_split(parts.resource, ':', fields, 3) : 0;
    good = good && count >= 2 && pc_str_eq(fields[0], PC_STR("function")) &&
           is_function_name(fields[1]);
    if (good && count == 2) {
        return PC_OK;
    }
    pc_diag_report(diags, PC_DIAG_FUNCTION_ARN, (struct pc_place){.line = 0},
                   "\"%.*s\" is not the ARN of a function%s",
                   PC_STR_ARG(pc_str_slice(arn, 0, SHOWN)),
                   good ? " without version or alias" : "");
    pc_diag_hint(diags, "arn:aws:lambda:REGION:ACCOUNT:function:NAME");
    return PC_ERR_INVALID;
}

struct pc_str pc_function_name(struct pc_str arn)
{
    return pc_str_slice(arn, pc_str_find_last(arn, ':') + 1, arn.len);
}

// Bytes of one character in a JSON string. Others than these stand as they are, in UTF-8.
static size_t width_of(unsigned char c)
{
    if (c == '"' || c == '\\' || c == '\b' || c == '\f' || c == '\n' || c == '\r' || c == '\t') {
        return 2;
    }
    return c < 0x20 ? 6 : 1;
}

size_t pc_environment_measure_value(struct pc_str value)
{
    size_t measure = 0;
    for (size_t i = 0; i < value.len; i++) {
        measure += width_of((unsigned char)value.ptr[i]);
    }
    return measure;
}

size_t pc_environment_measure_variable(struct pc_str name, size_t value)
{
    return name.len + value + QUOTES;
}
