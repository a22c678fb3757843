// SPDX-License-Identifier: Apache-2.0
//
// Principals of a document.
#include "arn.h"
#include "condition.h"
#include "text.h"
#include "validate.h"

// an account id, or a reserved word.
static bool is_owner(struct pc_str text)
{
    return ref_is_account(text) || pc_str_eq(text, PC_STR("aws")) ||
           pc_str_eq(text, PC_STR("cloudfront"));
}

static bool is_unique_id(struct pc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!pc_char_is_digit(text.ptr[i]) && (text.ptr[i] < 'A' || text.ptr[i] > 'Z')) {
            return false;
        }
    }
    return text.len > 4 &&
           (pc_str_has_prefix(text, PC_STR("AIDA")) || pc_str_has_prefix(text, PC_STR("AROA")));
}

// R-036; groups are none of these.
static bool is_aws_principal(struct pc_str text)
{
    const struct pc_str iam = PC_STR("iam"), sts = PC_STR("sts");
    struct pc_str fields[REF_ARN_FIELDS], parts[3], rest;
    if (ref_is_account(text) || is_unique_id(text)) {
        return true;
    }
    if (!ref_arn_read(text, fields) || !is_owner(fields[REF_ARN_ACCOUNT])) {
        return false;
    }
    if (ref_arn_of(text, iam, PC_STR("user"), &rest) ||
        ref_arn_of(text, iam, PC_STR("role"), &rest)) {
        return ref_last_component(rest).len > 0;
    }
    if (ref_arn_of(text, sts, PC_STR("assumed-role"), &rest)) {
        return pc_str_split(rest, '/', parts, 3) == 2 && parts[0].len > 0 && parts[1].len > 0;
    }
    if (ref_arn_of(text, sts, PC_STR("federated-user"), &rest)) {
        return true;
    }
    return pc_str_eq(fields[REF_ARN_RESOURCE], PC_STR("root")) &&
           pc_str_eq(fields[REF_ARN_SERVICE], iam) && fields[REF_ARN_REGION].len == 0 &&
           fields[REF_ARN_PARTITION].len > 0;
}

// the name of a provider, or the ARN of one.
static bool is_provider(struct pc_str text)
{
    struct pc_str fields[REF_ARN_FIELDS], rest;
    if (!pc_str_has_prefix(text, PC_STR("arn:"))) {
        return text.len > 0 && !ref_has_white_space(text);
    }
    return ref_arn_read(text, fields) && ref_is_account(fields[REF_ARN_ACCOUNT]) &&
           (ref_arn_of(text, PC_STR("iam"), PC_STR("saml-provider"), &rest) ||
            ref_arn_of(text, PC_STR("iam"), PC_STR("oidc-provider"), &rest));
}

static bool is_canonical_user(struct pc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char lower = pc_char_lower(text.ptr[i]);
        if (!pc_char_is_digit(lower) && (lower < 'a' || lower > 'f')) {
            return false;
        }
    }
    return text.len == 64;
}

static const char *check_value(struct pc_str kind, struct pc_str text)
{
    bool aws = pc_str_eq(kind, PC_STR("AWS"));
    if (aws && pc_str_eq(text, PC_STR("*"))) {
        return NULL;
    }
    if (ref_has_wildcard(text)) {
        return "R-313, R-037: a wildcard in a principal";
    }
    bool valid = aws                                    ? is_aws_principal(text)
                 : pc_str_eq(kind, PC_STR("Service"))   ? ref_is_service_name(text)
                 : pc_str_eq(kind, PC_STR("Federated")) ? is_provider(text)
                                                        : is_canonical_user(text);
    return valid ? NULL : "R-036: no such principal";
}

// `widens`: a caller that is not recognised gets more.
static const char *check_kind(const struct ref_paper *paper, struct pc_str kind, bool widens)
{
    if (pc_str_eq(kind, PC_STR("AWS")) || pc_str_eq(kind, PC_STR("Service")) ||
        pc_str_eq(kind, PC_STR("Federated"))) {
        return NULL;
    }
    if (!pc_str_eq(kind, PC_STR("CanonicalUser"))) {
        return "R-035: no such kind of principal";
    }
    if (paper->form != REF_FORM_S3) {
        return "1.3: CanonicalUser is of S3 only";
    }
    // who it is, is not to be known: it would deny nobody, and except nobody.
    return widens ? "R-312: a CanonicalUser that is denied or excepted" : NULL;
}

const char *ref_validate_principal(const struct ref_paper *paper, const struct pc_json *json,
                                   bool widens)
{
    if (json->type == PC_JSON_STRING && pc_str_eq(json->text, PC_STR("*"))) {
        return NULL;
    }
    if (json->type != PC_JSON_OBJECT) {
        return "R-035: a principal is * or a map";
    }
    for (size_t i = 0; i < json->count; i++) {
        const struct pc_json_member *kind = &json->members[i];
        REF_TRY(check_kind(paper, kind->name, widens));
        for (size_t j = 0; j < ref_list_count(&kind->value); j++) {
            const struct pc_json *value = ref_list_at(&kind->value, j);
            if (value->type != PC_JSON_STRING) {
                return "R-016: a principal is a string";
            }
            REF_TRY(check_value(kind->name, value->text));
        }
    }
    return NULL;
}
