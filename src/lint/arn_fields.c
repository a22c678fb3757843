// SPDX-License-Identifier: Apache-2.0
#include "arn_fields.h"

#include "scope.h"

#include <stdio.h>

enum {
    MAX_ARN = 2048, // bytes of one that is tried with other fields; longer ones are not
};

static bool is_partition(struct pc_str text)
{
    static const char *const partitions[] = {"aws",     "aws-cn",    "aws-us-gov", "aws-eusc",
                                             "aws-iso", "aws-iso-b", "aws-iso-e",  "aws-iso-f"};
    for (size_t i = 0; i < sizeof(partitions) / sizeof(partitions[0]); i++) {
        if (pc_str_eq(text, pc_str_from(partitions[i]))) {
            return true;
        }
    }
    return false;
}

// Words that stand where accounts do, of resources that belong to AWS: its policies and images, the
// users of origin access identities, components of Image Builder.
static bool is_account(struct pc_str text)
{
    static const char *const words[] = {"aws", "cloudfront", "aws-marketplace"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (pc_str_eq(text, pc_str_from(words[i]))) {
            return true;
        }
    }
    return pc_account_id_is(text);
}

// Empty, with a wildcard, or with a variable, which is plain text there and has its own
// finding.
static bool is_open(struct pc_str text)
{
    return text.len == 0 || pc_lint_is_pattern(text) || pc_str_find(text, '$', 0) != SIZE_MAX;
}

static bool may_be_region(struct pc_str text)
{
    return is_open(text) || pc_region_is(text) ||
           pc_str_eq(text, PC_STR("global")); // of events of AWS Health
}

// Has it what no region and no account has: the '/' of a resource whose colons were forgotten?
static bool has_slash(struct pc_str text)
{
    return pc_str_find(text, '/', 0) != SIZE_MAX;
}

// A short ARN that the reader has said to match nothing (R-207, POL0405).
static bool is_refused_short(const struct pc_lint_place *place, struct pc_str text)
{
    enum pc_policy_type type = place->policy->type;
    return type != PC_POLICY_IDENTITY && type != PC_POLICY_BOUNDARY && !pc_lint_is_pattern(text);
}

bool pc_lint_arn_fields(const struct pc_lint_place *place, const struct pc_text *text)
{
    enum pc_diag_code code = PC_DIAG_NONE;
    const char *what = NULL;
    struct pc_str fields[6] = {PC_STR_INIT(""), PC_STR_INIT(""), PC_STR_INIT(""),
                               PC_STR_INIT(""), PC_STR_INIT(""), PC_STR_INIT("")};
    size_t count = pc_str_split(text->text, ':', fields, 6);
    struct pc_str field;
    if (count < 2 || !pc_str_eq(fields[0], PC_STR("arn")) ||
        (count < 6 && is_refused_short(place, text->text))) {
        return false;
    }
    if (!is_open(fields[1]) && !is_partition(fields[1])) {
        code = PC_DIAG_RESOURCE_PARTITION;
        what = "partition";
        field = fields[1];
    } else if (!may_be_region(fields[3]) || has_slash(fields[3])) {
        code = PC_DIAG_RESOURCE_REGION;
        what = "region";
        field = fields[3];
    } else if ((!is_open(fields[4]) && !is_account(fields[4])) || has_slash(fields[4])) {
        code = PC_DIAG_RESOURCE_ACCOUNT;
        what = "account";
        field = fields[4];
    } else {
        return false;
    }
    pc_lint_report(place, code, text->line, text->column, "\"%.*s\" is no %s: \"%.*s\"",
                   PC_STR_ARG(field), what, PC_STR_ARG(text->text));
    pc_diag_hint(place->lint->diags, "%s",
                 count < 6 ? "ARNs have six fields: arn:aws:s3:::bucket/*"
                           : "fields are arn:partition:service:region:account:resource");
    return true;
}

static bool meets(void *context, const struct pc_catalog_resource_type *type)
{
    const struct pc_str *pattern = context;
    return pc_catalog_type_meets(type, *pattern);
}

// The ARN with these two fields instead.
static bool would_meet(const struct pc_catalog *catalog, const struct pc_arn *arn,
                       struct pc_str region, struct pc_str account)
{
    char room[MAX_ARN];
    int length = snprintf(room, sizeof(room), "arn:%.*s:%.*s:%.*s:%.*s:%.*s",
                          PC_STR_ARG(arn->partition), PC_STR_ARG(arn->service), PC_STR_ARG(region),
                          PC_STR_ARG(account), PC_STR_ARG(arn->resource));
    if (length < 0 || (size_t)length >= sizeof(room)) {
        return false;
    }
    struct pc_str pattern = {room, (size_t)length};
    return pc_catalog_each_type(catalog, arn->service, meets, &pattern);
}

const char *pc_lint_arn_field_wrong(const struct pc_catalog *catalog, struct pc_str text,
                                    enum pc_diag_code *code)
{
    const struct pc_str none = {"", 0}, any = PC_STR("*");
    struct pc_arn arn;
    if (!pc_arn_parse(text, &arn)) {
        return NULL;
    }
    *code = PC_DIAG_RESOURCE_FIELD_FILLED;
    if (arn.region.len > 0 && would_meet(catalog, &arn, none, arn.account)) {
        return "such ARNs have no region";
    }
    if (arn.account.len > 0 && would_meet(catalog, &arn, arn.region, none)) {
        return "such ARNs have no account";
    }
    if (arn.region.len > 0 && arn.account.len > 0 && would_meet(catalog, &arn, none, none)) {
        return "such ARNs have neither region nor account";
    }
    *code = PC_DIAG_RESOURCE_FIELD_EMPTY;
    if (arn.region.len == 0 && would_meet(catalog, &arn, any, arn.account)) {
        return "such ARNs have a region";
    }
    if (arn.account.len == 0 && would_meet(catalog, &arn, arn.region, any)) {
        return "such ARNs have an account";
    }
    if (arn.region.len == 0 && arn.account.len == 0 && would_meet(catalog, &arn, any, any)) {
        return "such ARNs have a region and an account";
    }
    return NULL;
}
