// SPDX-License-Identifier: Apache-2.0
//
// Values that a key never has, under operators of strings.
#include "key_use.h"
#include "scope.h"

#include "base/text.h"
#include "value/arn.h"

enum {
    ORGANIZATION_MIN = 10, // letters and digits behind "o-"
    ORGANIZATION_MAX = 32,
};

// Of a value without wildcards.

static bool is_organization(struct pc_str text)
{
    struct pc_str id = pc_str_slice(text, 2, text.len);
    for (size_t i = 0; i < id.len; i++) {
        if (!pc_char_is_digit(id.ptr[i]) && !(id.ptr[i] >= 'a' && id.ptr[i] <= 'z')) {
            return false;
        }
    }
    return pc_str_has_prefix(text, PC_STR("o-")) && id.len >= ORGANIZATION_MIN &&
           id.len <= ORGANIZATION_MAX;
}

static bool is_path(struct pc_str text)
{
    size_t slash = pc_str_find(text, '/', 0);
    return slash != SIZE_MAX && is_organization(pc_str_slice(text, 0, slash)) &&
           pc_str_has_prefix(pc_str_slice(text, slash, text.len), PC_STR("/r-")) &&
           pc_str_has_suffix(text, PC_STR("/"));
}

static bool is_hexadecimal(struct pc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = pc_char_lower(text.ptr[i]);
        if (!pc_char_is_digit(c) && !(c >= 'a' && c <= 'f')) {
            return false;
        }
    }
    return text.len > 0;
}

static bool is_vpc(struct pc_str text)
{
    return pc_str_has_prefix(text, PC_STR("vpc-")) &&
           is_hexadecimal(pc_str_slice(text, 4, text.len));
}

static bool is_endpoint(struct pc_str text)
{
    return pc_str_has_prefix(text, PC_STR("vpce-")) &&
           is_hexadecimal(pc_str_slice(text, 5, text.len));
}

static bool is_account(struct pc_str text)
{
    return pc_account_id_is(text);
}

static bool is_caller_account(struct pc_str text)
{
    return pc_account_id_is(text) || pc_str_eq(text, PC_STR("anonymous")); // SEMANTICS.md, 9
}

static bool is_truth(struct pc_str text)
{
    return pc_str_eq(text, PC_STR("true")) || pc_str_eq(text, PC_STR("false"));
}

// What the values of a key look like.
struct form {
    struct pc_str key;
    bool (*has)(struct pc_str text);
    enum pc_diag_code code;
    const char *begin; // of each value, so that of patterns as well; "": nothing in common
    const char *what;
};

#define ACCOUNT(key, has)                                                                          \
    {                                                                                              \
        PC_STR_INIT(key), has, PC_DIAG_CONDITION_VALUE_ACCOUNT, "", "account of 12 digits"         \
    }
#define ORGANIZATION(key)                                                                          \
    {                                                                                              \
        PC_STR_INIT(key), is_organization, PC_DIAG_CONDITION_VALUE_ORGANIZATION, "o-",             \
            "organization"                                                                         \
    }
#define PATH(key)                                                                                  \
    {                                                                                              \
        PC_STR_INIT(key), is_path, PC_DIAG_CONDITION_VALUE_ORGANIZATION, "o-",                     \
            "path of an organization"                                                              \
    }
#define VPC(key, has, begin, what)                                                                 \
    {                                                                                              \
        PC_STR_INIT(key), has, PC_DIAG_CONDITION_VALUE_VPC, begin, what                            \
    }

static const struct form forms[] = {
    ACCOUNT("aws:SourceAccount", is_account),
    ACCOUNT("aws:PrincipalAccount", is_caller_account),
    ACCOUNT("aws:ResourceAccount", is_account),
    ACCOUNT("aws:VpceAccount", is_account),
    ACCOUNT("kms:CallerAccount", is_account),
    ACCOUNT("s3:ResourceAccount", is_account),
    ORGANIZATION("aws:PrincipalOrgID"),
    ORGANIZATION("aws:ResourceOrgID"),
    ORGANIZATION("aws:SourceOrgID"),
    ORGANIZATION("aws:VpceOrgID"),
    PATH("aws:PrincipalOrgPaths"),
    PATH("aws:ResourceOrgPaths"),
    PATH("aws:SourceOrgPaths"),
    PATH("aws:VpceOrgPaths"),
    VPC("aws:SourceVpc", is_vpc, "vpc-", "VPC"),
    VPC("aws:Ec2InstanceSourceVpc", is_vpc, "vpc-", "VPC"),
    VPC("aws:SourceVpce", is_endpoint, "vpce-", "VPC endpoint"),
};

static const struct form truth = {PC_STR_INIT(""), is_truth, PC_DIAG_CONDITION_VALUE_BOOL, "",
                                  "value of such a key"};

static const struct form *form_of(const struct pc_catalog_key *key)
{
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (pc_str_eq(forms[i].key, key->name)) {
            return &forms[i];
        }
    }
    return key->type == PC_KEY_BOOL ? &truth : NULL;
}

// Could a text that the pattern matches begin so? Compares up to the first wildcard.
static bool may_begin(struct pc_str pattern, struct pc_str begin)
{
    for (size_t i = 0; i < begin.len && i < pattern.len; i++) {
        if (pattern.ptr[i] == '*') {
            return true;
        }
        if (pattern.ptr[i] != '?' && pattern.ptr[i] != begin.ptr[i]) {
            return false;
        }
    }
    return pattern.len >= begin.len;
}

static bool has_form(const struct form *form, const struct pc_lint_key_use *use,
                     struct pc_str value)
{
    bool pattern = use->op.op->id == PC_OP_STRING_LIKE && pc_lint_is_pattern(value);
    bool lower = form == &truth && use->op.op->id == PC_OP_STRING_EQUALS_IGNORE_CASE;
    return pattern || lower ? may_begin(value, pc_str_from(form->begin)) : form->has(value);
}

static bool has_variable(struct pc_str text)
{
    size_t dollar = pc_str_find(text, '$', 0);
    return dollar != SIZE_MAX && dollar + 1 < text.len && text.ptr[dollar + 1] == '{';
}

static void check_value(const struct pc_lint_key_use *use, const struct pc_text *value)
{
    const struct form *form = form_of(use->key);
    bool like = use->op.op->id == PC_OP_STRING_LIKE;
    bool star = !like && pc_str_find(value->text, '*', 0) != SIZE_MAX;
    if (star && use->key->type == PC_KEY_ARN) {
        pc_lint_report(use->place, PC_DIAG_CONDITION_VALUE_ARN, value->line, value->column,
                       "\"%.*s\" takes the '*' in \"%.*s\" literally",
                       PC_STR_ARG(use->condition->op.text), PC_STR_ARG(value->text));
        pc_diag_hint(use->place->lint->diags, "take ArnLike");
    } else if (star) {
        pc_lint_report(use->place, PC_DIAG_CONDITION_VALUE_STAR, value->line, value->column,
                       "\"%.*s\" takes the '*' in \"%.*s\" literally",
                       PC_STR_ARG(use->condition->op.text), PC_STR_ARG(value->text));
        pc_diag_hint(use->place->lint->diags, "take StringLike");
    } else if (form != NULL && !has_form(form, use, value->text)) {
        pc_lint_report(use->place, form->code, value->line, value->column,
                       "\"%.*s\" is no %s, and \"%.*s\" has nothing else", PC_STR_ARG(value->text),
                       form->what, PC_STR_ARG(use->condition->key.text));
    }
}

enum pc_status pc_lint_key_values(const struct pc_lint_place *place)
{
    struct pc_lint_key_use use;
    if (!pc_lint_key_use_of(place, &use) || use.key == NULL || !pc_lint_key_is_text(&use)) {
        return PC_OK;
    }
    for (size_t i = 0; i < use.condition->count; i++) {
        const struct pc_text *value = &use.condition->values[i];
        if (!place->policy->variables || !has_variable(value->text)) {
            check_value(&use, value);
        }
    }
    return PC_OK;
}
