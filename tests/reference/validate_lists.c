// SPDX-License-Identifier: Apache-2.0
//
// The lists of a statement: actions (R-016, R-101 to R-106, 1.3) and resources (R-034, R-207,
//
#include "condition.h"
#include "text.h"
#include "validate.h"

enum {
    MAX_VARIABLES = 64, // in one text; the house's limit, not a rule of AWS
};

const char *ref_validate_variables(struct pc_str text)
{
    struct ref_variable variable;
    size_t count = 0;
    for (size_t at = 0; ref_variable_next(text, at, &variable); at = variable.end) {
        count += !variable.literal; // `${*}` is a character
        if (!variable.well_formed) {
            return "R-512: a malformed variable";
        }
        if (count > MAX_VARIABLES) {
            return "too many variables in one text";
        }
    }
    return NULL;
}

// Letters, digits, hyphens; wildcards there do not work, but are no mistake of form. White
// space anywhere only keeps the pattern from matching.
static bool is_service(struct pc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = pc_char_lower(text.ptr[i]);
        bool other = memchr("-*? \t\n\v\f\r", c, 9) == NULL;
        if (!(c >= 'a' && c <= 'z') && !pc_char_is_digit(c) && other) {
            return false;
        }
    }
    return text.len > 0;
}

static const char *check_action(const struct ref_paper *paper, struct pc_str text)
{
    struct pc_str parts[2];
    bool every = pc_str_eq(text, PC_STR("*")) || pc_str_eq(text, PC_STR("*:*"));
    bool pair = pc_str_split(text, ':', parts, 2) == 2;
    if (!every && !(pair && is_service(parts[0]))) {
        return "R-101, R-103: an action is service:Name";
    }
    if (paper->form == REF_FORM_RCP && (every || ref_has_wildcard(parts[0]))) {
        return "1.3: an action of an RCP has a service prefix";
    }
    if (paper->form == REF_FORM_TRUST && !pc_str_eq_icase(parts[0], PC_STR("sts"))) {
        return "1.3: an action of a trust policy is one of STS";
    }
    if (paper->form == REF_FORM_KEY && !every && !pc_str_eq_icase(parts[0], PC_STR("kms"))) {
        return "1.3: an action of a key policy is one of KMS"; // `*` has those
    }
    return NULL;
}

const char *ref_validate_actions(const struct ref_paper *paper, const struct pc_json *list)
{
    for (size_t i = 0; list != NULL && i < ref_list_count(list); i++) {
        const struct pc_json *json = ref_list_at(list, i);
        if (json->type != PC_JSON_STRING) {
            return "R-016: an action is a string";
        }
        REF_TRY(check_action(paper, json->text));
    }
    return NULL;
}

// who may leave fields out of an ARN.
static const char *check_short(const struct ref_paper *paper, struct pc_str text)
{
    if (paper->form == REF_FORM_SESSION || paper->form == REF_FORM_RCP) {
        return "R-207: an ARN of fewer than six fields";
    }
    if (paper->form == REF_FORM_SCP && !pc_str_has_suffix(text, PC_STR("*"))) {
        return "R-207: an ARN of fewer than six fields that does not end in *";
    }
    return NULL;
}

static const char *check_resource(const struct ref_paper *paper, struct pc_str text)
{
    struct pc_str fields[REF_ARN_FIELDS];
    if (pc_str_eq(text, PC_STR("*"))) {
        return NULL;
    }
    if (!pc_str_has_prefix(text, PC_STR("arn:"))) {
        return "R-034: a resource is * or an ARN";
    }
    if (ref_arn_split(text, fields) < REF_ARN_FIELDS) {
        return check_short(paper, text);
    }
    return paper->variables ? ref_validate_variables(fields[REF_ARN_RESOURCE]) : NULL;
}

const char *ref_validate_resources(const struct ref_paper *paper, const struct pc_json *list)
{
    for (size_t i = 0; list != NULL && i < ref_list_count(list); i++) {
        const struct pc_json *json = ref_list_at(list, i);
        if (json->type != PC_JSON_STRING) {
            return "R-016: a resource is a string";
        }
        REF_TRY(check_resource(paper, json->text));
    }
    return NULL;
}
