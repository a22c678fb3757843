// SPDX-License-Identifier: Apache-2.0
//
// Conditions of a document.
#include "arn.h"
#include "condition.h"
#include "text.h"
#include "validate.h"
#include "values.h"

// One operator of a Condition.
struct block {
    const struct ref_paper *paper;
    struct ref_operator op;
    bool denies;
};

static bool is_tag_family(struct pc_arena *arena, struct pc_str name)
{
    return ref_same_name(arena, name, PC_STR("aws:RequestTag")) ||
           ref_same_name(arena, name, PC_STR("aws:ResourceTag")) ||
           ref_same_name(arena, name, PC_STR("aws:PrincipalTag"));
}

// `prefix:name`. White space may stand in a tag's key or one of an encryption
// context, behind the name's first `/` or `:`.
static const char *check_key(struct pc_arena *arena, struct pc_str key)
{
    struct pc_str parts[2];
    if (pc_str_split(key, ':', parts, 2) != 2 || parts[0].len == 0 || parts[1].len == 0 ||
        ref_has_white_space(parts[0])) {
        return "R-022: a condition key is prefix:name";
    }
    size_t end = 0;
    while (end < parts[1].len && parts[1].ptr[end] != '/' && parts[1].ptr[end] != ':') {
        end++;
    }
    if (end == 0 || ref_has_white_space(pc_str_slice(parts[1], 0, end))) {
        return "R-022: a condition key is prefix:name";
    }
    struct pc_str family = pc_str_slice(key, 0, parts[0].len + 1 + end);
    struct pc_str rest = pc_str_slice(key, family.len, key.len);
    if (is_tag_family(arena, family) && !(rest.len > 1 && rest.ptr[0] == '/')) {
        return "R-022: a tag's key is missing";
    }
    return NULL;
}

// what KMS does not save.
static const char *check_kms(const struct block *block, struct pc_str key)
{
    struct pc_str lower = ref_lower(block->paper->arena, key);
    bool unsafe = pc_str_has_prefix(lower, PC_STR("kms:encryptioncontext:")) ||
                  pc_str_has_prefix(lower, PC_STR("aws:requesttag/"));
    return block->paper->form == REF_FORM_KEY && block->op.set == REF_FOR_ALL_VALUES && unsafe
               ? "R-441: ForAllValues on this key"
               : NULL;
}

// Does a value in which no variable stands have the form that the operator asks for?
static bool has_form(const struct block *block, struct pc_str text)
{
    struct ref_number number;
    struct ref_date date;
    struct ref_address network;
    struct pc_str bytes;
    bool boolean = false;
    switch (block->op.base) {
    case REF_STRING:
        return true;
    case REF_NUMERIC:
        return ref_number_read(text, &number);
    case REF_DATE:
        return ref_date_read(text, &date);
    case REF_BOOL:
    case REF_NULL:
        return ref_boolean_read(text, &boolean);
    case REF_BINARY:
        return ref_bytes_read(block->paper->arena, text, &bytes);
    case REF_ADDRESS:
        return ref_network_read(text, &network);
    case REF_ARN: // an error when evaluated, and so refused where it would keep a Deny away
        return !block->denies || ref_arn_is_pattern(text, block->paper->variables);
    }
    return false;
}

// Does the request say what the text is? `${*}` and the like are characters.
static bool has_open_variable(struct pc_str text)
{
    struct ref_variable variable;
    for (size_t at = 0; ref_variable_next(text, at, &variable); at = variable.end) {
        if (!variable.literal) {
            return true;
        }
    }
    return false;
}

// Where variables count the text is looked at for those.
static const char *check_value(const struct block *block, struct pc_str text)
{
    struct ref_variable variable;
    enum ref_base base = block->op.base;
    // What is no ARN is an error as a whole, whatever stands in it.
    bool read = base == REF_STRING || base == REF_BOOL ||
                (base == REF_ARN && ref_arn_is_pattern(text, block->paper->variables));
    bool variables = read && block->paper->variables && ref_variable_next(text, 0, &variable);
    if (variables) {
        REF_TRY(ref_validate_variables(text));
    }
    if (variables && base == REF_BOOL && has_open_variable(text)) {
        return NULL;
    }
    return has_form(block, text) ? NULL : "R-427: a value of the wrong form";
}

//
static const char *check_values(const struct block *block, const struct pc_json *list)
{
    for (size_t i = 0; i < ref_list_count(list); i++) {
        const struct pc_json *value = ref_list_at(list, i);
        if (value->type != PC_JSON_STRING && value->type != PC_JSON_NUMBER &&
            value->type != PC_JSON_BOOLEAN) {
            return "R-017: a condition value is a string, a number or a boolean";
        }
        if (value->type != ref_list_at(list, 0)->type) {
            return "R-018: values of two JSON types";
        }
        REF_TRY(check_value(block, ref_value_text(value)));
    }
    return NULL;
}

// the same key twice under one operator, however both are written.
static bool is_repeated(struct pc_arena *arena, const struct pc_json *condition, size_t at,
                        size_t line)
{
    const struct pc_json_member *block = &condition->members[at];
    for (size_t i = 0; i <= at; i++) {
        const struct pc_json_member *other = &condition->members[i];
        if (!ref_same_name(arena, other->name, block->name)) {
            continue;
        }
        size_t count = i == at ? line : other->value.count;
        for (size_t j = 0; j < count; j++) {
            if (ref_same_name(arena, other->value.members[j].name,
                              block->value.members[line].name)) {
                return true;
            }
        }
    }
    return false;
}

const char *ref_validate_condition(const struct ref_paper *paper, const struct pc_json *json,
                                   bool denies)
{
    if (json == NULL) {
        return NULL;
    }
    if (json->type != PC_JSON_OBJECT) {
        return "R-020: a Condition is an object";
    }
    for (size_t i = 0; i < json->count; i++) {
        const struct pc_json *lines = &json->members[i].value;
        struct block block = {.paper = paper, .denies = denies};
        if (!ref_operator_read(json->members[i].name, &block.op)) {
            return "R-020, R-023: no such operator";
        }
        if (lines->type != PC_JSON_OBJECT) {
            return "R-020: an operator holds keys and values";
        }
        for (size_t j = 0; j < lines->count; j++) {
            REF_TRY(check_key(paper->arena, lines->members[j].name));
            REF_TRY(check_kms(&block, lines->members[j].name));
            if (is_repeated(paper->arena, json, i, j)) {
                return "R-021: a key twice under one operator";
            }
            REF_TRY(check_values(&block, &lines->members[j].value));
        }
    }
    return NULL;
}
