// SPDX-License-Identifier: Apache-2.0
//
// Reading policy variables; what they stand for is found out when matching.
#include "variable.h"

#include <string.h>

static enum pc_status fault(struct pc_pattern_error *error, enum pc_pattern_fault kind,
                            size_t offset)
{
    *error = (struct pc_pattern_error){kind, offset};
    return PC_ERR_INVALID;
}

bool pc_variable_is_key_byte(char c)
{
    return (unsigned char)c > ' ' && c != 0x7f && strchr("${},'", c) == NULL;
}

// Reads what stands behind the key: nothing, or ", 'text'".
static bool read_fallback(struct pc_str rest, struct pc_variable *variable)
{
    if (rest.len == 0) {
        return true;
    }
    struct pc_str text = pc_str_slice(rest, 3, rest.len - 1);
    if (rest.len < 4 || !pc_str_has_prefix(rest, PC_STR(", '")) ||
        !pc_str_has_suffix(rest, PC_STR("'")) || pc_str_find(text, '\'', 0) != SIZE_MAX) {
        return false;
    }
    variable->has_fallback = true;
    variable->fallback = text;
    return true;
}

enum pc_status pc_variable_parse(struct pc_str text, size_t at, struct pc_variable *out,
                                 struct pc_pattern_error *error)
{
    size_t brace = pc_str_find(text, '}', at);
    if (brace == SIZE_MAX) {
        return fault(error, PC_PATTERN_UNTERMINATED, at);
    }
    struct pc_str body = pc_str_slice(text, at + 2, brace);
    size_t comma = pc_str_find(body, ',', 0);
    struct pc_variable variable = {.key = pc_str_slice(body, 0, comma), .end = brace + 1};
    if (variable.key.len == 0) {
        return fault(error, PC_PATTERN_EMPTY_NAME, at);
    }
    for (size_t i = 0; i < variable.key.len; i++) {
        if (!pc_variable_is_key_byte(variable.key.ptr[i])) {
            return fault(error, PC_PATTERN_NAME, at + 2 + i);
        }
    }
    if (!read_fallback(pc_str_slice(body, comma, body.len), &variable)) {
        return fault(error, PC_PATTERN_DEFAULT, at + 2 + comma);
    }
    *out = variable;
    return PC_OK;
}

struct pc_str pc_variable_escaped(struct pc_str text, size_t at)
{
    static const char *const forms[] = {"${*}", "${?}", "${$}"};
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (pc_str_has_prefix(pc_str_slice(text, at, text.len), pc_str_from(forms[i]))) {
            return pc_str_slice(text, at + 2, at + 3);
        }
    }
    return PC_STR("");
}

const char *pc_pattern_fault_text(enum pc_pattern_fault fault)
{
    switch (fault) {
    case PC_PATTERN_FINE:
        return "no fault";
    case PC_PATTERN_UNTERMINATED:
        return "a policy variable without a closing brace";
    case PC_PATTERN_EMPTY_NAME:
        return "a policy variable without a name";
    case PC_PATTERN_NAME:
        return "a policy variable with white space or another character that no condition key has";
    case PC_PATTERN_DEFAULT:
        return "a policy variable whose default is not a comma, one space and a text in single "
               "quotes";
    }
    return "unknown fault";
}
