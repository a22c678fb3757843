// SPDX-License-Identifier: Apache-2.0
#include "stranger_meets.h"

#include "grant.h"
#include "match/key.h"
#include "ops/operator.h"
#include "value/arn.h"
#include "value/ip.h"

enum {
    WIDE_NETWORK = 8,     // bits: what is wider holds addresses of strangers
    WIDE_NETWORK_V6 = 16, // as providers have them
};

// How the value of a key can be left open.
enum form {
    FORM_FREE = 0, // anybody can have any value
    FORM_TEXT,     // by a pattern that matches all that begin with the stem
    FORM_ARN,      // by a wildcard in the account
    FORM_ADDRESS,  // by a network of everybody
};

// Keys that end in '/' are families. `absent`: requests of strangers can be without the key.
static const struct key_row {
    struct pc_str name;
    enum form form;
    struct pc_str stem;
    bool absent;
} rows[] = {
    {PC_STR_INIT("aws:PrincipalOrgID"), FORM_TEXT, PC_STR_INIT("o-"), true},
    {PC_STR_INIT("aws:PrincipalOrgPaths"), FORM_TEXT, PC_STR_INIT("o-"), true},
    {PC_STR_INIT("aws:PrincipalAccount"), FORM_TEXT, PC_STR_INIT(""), false},
    {PC_STR_INIT("aws:PrincipalArn"), FORM_ARN, PC_STR_INIT(""), false},
    {PC_STR_INIT("aws:SourceArn"), FORM_ARN, PC_STR_INIT(""), true},
    {PC_STR_INIT("aws:SourceAccount"), FORM_TEXT, PC_STR_INIT(""), true},
    {PC_STR_INIT("aws:SourceOwner"), FORM_TEXT, PC_STR_INIT(""), true},
    {PC_STR_INIT("aws:SourceOrgID"), FORM_TEXT, PC_STR_INIT("o-"), true},
    {PC_STR_INIT("aws:SourceOrgPaths"), FORM_TEXT, PC_STR_INIT("o-"), true},
    {PC_STR_INIT("aws:SourceVpc"), FORM_TEXT, PC_STR_INIT("vpc-"), true},
    {PC_STR_INIT("aws:SourceVpce"), FORM_TEXT, PC_STR_INIT("vpce-"), true},
    {PC_STR_INIT("aws:SourceIp"), FORM_ADDRESS, PC_STR_INIT(""), true},
    {PC_STR_INIT("kms:CallerAccount"), FORM_TEXT, PC_STR_INIT(""), false},
    // What callers choose, by their request or in their own account.
    {PC_STR_INIT("aws:SecureTransport"), FORM_FREE, PC_STR_INIT(""), true},
    {PC_STR_INIT("aws:UserAgent"), FORM_FREE, PC_STR_INIT(""), true},
    {PC_STR_INIT("aws:Referer"), FORM_FREE, PC_STR_INIT(""), true},
    {PC_STR_INIT("aws:VpcSourceIp"), FORM_FREE, PC_STR_INIT(""), true},
    {PC_STR_INIT("aws:RequestedRegion"), FORM_FREE, PC_STR_INIT(""), true},
    {PC_STR_INIT("aws:PrincipalTag/"), FORM_FREE, PC_STR_INIT(""), true},
    {PC_STR_INIT("aws:PrincipalType"), FORM_FREE, PC_STR_INIT(""), true},
    {PC_STR_INIT("aws:username"), FORM_FREE, PC_STR_INIT(""), true},
    {PC_STR_INIT("aws:MultiFactorAuthPresent"), FORM_FREE, PC_STR_INIT(""), true},
    {PC_STR_INIT("aws:MultiFactorAuthAge"), FORM_FREE, PC_STR_INIT(""), true},
    {PC_STR_INIT("aws:SourceIdentity"), FORM_FREE, PC_STR_INIT(""), true},
    {PC_STR_INIT("aws:RequestTag/"), FORM_FREE, PC_STR_INIT(""), true},
    {PC_STR_INIT("aws:TagKeys"), FORM_FREE, PC_STR_INIT(""), true},
    {PC_STR_INIT("kms:ViaService"), FORM_FREE, PC_STR_INIT(""), true},
    {PC_STR_INIT("s3:authType"), FORM_FREE, PC_STR_INIT(""), true},
    {PC_STR_INIT("s3:delimiter"), FORM_FREE, PC_STR_INIT(""), true},
    {PC_STR_INIT("s3:max-keys"), FORM_FREE, PC_STR_INIT(""), true},
    {PC_STR_INIT("s3:prefix"), FORM_FREE, PC_STR_INIT(""), true},
    {PC_STR_INIT("s3:signatureAge"), FORM_FREE, PC_STR_INIT(""), true},
    {PC_STR_INIT("s3:signatureversion"), FORM_FREE, PC_STR_INIT(""), true},
    {PC_STR_INIT("s3:TlsVersion"), FORM_FREE, PC_STR_INIT(""), true},
    {PC_STR_INIT("s3:x-amz-acl"), FORM_FREE, PC_STR_INIT(""), true},
    {PC_STR_INIT("s3:x-amz-server-side-encryption"), FORM_FREE, PC_STR_INIT(""), true},
    {PC_STR_INIT("s3:x-amz-storage-class"), FORM_FREE, PC_STR_INIT(""), true},
    {PC_STR_INIT("sns:Protocol"), FORM_FREE, PC_STR_INIT(""), true},
    {PC_STR_INIT("lambda:FunctionUrlAuthType"), FORM_FREE, PC_STR_INIT(""), true},
    {PC_STR_INIT("lambda:InvokedViaFunctionUrl"), FORM_FREE, PC_STR_INIT(""), true},
    // What is asked for, whoever asks.
    {PC_STR_INIT("aws:ResourceAccount"), FORM_FREE, PC_STR_INIT(""), true},
    {PC_STR_INIT("aws:ResourceOrgID"), FORM_FREE, PC_STR_INIT(""), true},
    {PC_STR_INIT("aws:ResourceTag/"), FORM_FREE, PC_STR_INIT(""), true},
    {PC_STR_INIT("s3:ExistingObjectTag/"), FORM_FREE, PC_STR_INIT(""), true},
};

static bool is_of(const struct key_row *row, struct pc_str key)
{
    bool family = row->name.ptr[row->name.len - 1] == '/';
    return family ? pc_str_has_prefix_icase(key, row->name) : pc_key_eq(key, row->name);
}

static const struct key_row *row_of(struct pc_str key)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (is_of(&rows[i], key)) {
            return &rows[i];
        }
    }
    return NULL;
}

// Values -----------------------------------------------------------------------------------------

// Buckets have no account in their ARN, and a name is one bucket's.
static bool is_named_bucket(const struct pc_arn *arn)
{
    return pc_str_eq(arn->service, PC_STR("s3")) && !pc_lint_is_stars(arn->resource);
}

bool pc_lint_arn_is_open(struct pc_str pattern, bool like)
{
    struct pc_arn arn;
    if (pc_lint_is_stars(pattern)) {
        return like;
    }
    if (pc_arn_parse(pattern, &arn)) {
        bool bucket = pc_str_eq(arn.service, PC_STR("s3")) && arn.account.len == 0;
        return (bucket || pc_lint_is_stars(arn.account)) && !is_named_bucket(&arn);
    }
    size_t colon = pc_str_find_last(pattern, ':');
    return like && pc_str_has_prefix(pattern, PC_STR("arn:")) &&
           pc_lint_is_stars(pc_str_slice(pattern, colon + 1, pattern.len));
}

static bool is_wide(struct pc_str text)
{
    struct pc_ip network;
    return pc_ip_parse(text, &network) &&
           network.prefix < (network.family == 4 ? WIDE_NETWORK : WIDE_NETWORK_V6);
}

static bool is_open(const struct key_row *row, const struct pc_op_use *use, struct pc_str value)
{
    bool like = use->op->id == PC_OP_STRING_LIKE;
    bool arn = use->op->id == PC_OP_ARN_LIKE || use->op->id == PC_OP_ARN_EQUALS;
    switch (row->form) {
    case FORM_TEXT:
        return like && pc_lint_reaches(value, row->stem);
    case FORM_ARN:
        return (like || arn) && pc_lint_arn_is_open(value, like);
    case FORM_ADDRESS:
        return use->op->id == PC_OP_IP_ADDRESS && is_wide(value);
    case FORM_FREE:
    default:
        return false;
    }
}

static const struct pc_text *open_value(const struct key_row *row, const struct pc_op_use *use,
                                        const struct pc_condition *condition)
{
    for (size_t i = 0; i < condition->count; i++) {
        if (is_open(row, use, condition->values[i].text)) {
            return &condition->values[i];
        }
    }
    return NULL;
}

// Conditions -------------------------------------------------------------------------------------

// Null: strangers have the key, or can be without it.
static const char *why_null(const struct key_row *row, const struct pc_condition *condition)
{
    for (size_t i = 0; i < condition->count; i++) {
        bool absent = pc_str_eq_icase(condition->values[i].text, PC_STR("true"));
        if (absent && row->absent) {
            return "is absent for strangers as well";
        }
        if (!absent) {
            return "is there for strangers as well";
        }
    }
    return NULL;
}

// Why the condition as a whole holds for strangers, or NULL.
static const char *why_open(const struct key_row *row, const struct pc_op_use *use,
                            const struct pc_condition *condition)
{
    if (use->op->id == PC_OP_NULL) {
        return (use->flags & (PC_OP_FOR_ALL | PC_OP_FOR_ANY)) == 0 ? why_null(row, condition)
                                                                   : NULL;
    }
    if (row->absent && (use->flags & PC_OP_IF_EXISTS) != 0) {
        return "counts only where it is there (IfExists)";
    }
    if (row->absent && (use->flags & PC_OP_FOR_ALL) != 0) {
        return "counts only where it is there (ForAllValues)";
    }
    bool negated = (use->flags & PC_OP_NEGATED) != 0;
    return negated && open_value(row, use, condition) == NULL ? "excludes some and nobody else"
                                                              : NULL;
}

struct pc_lint_meeting pc_lint_strangers_meet(const struct pc_condition *condition)
{
    struct pc_lint_meeting meeting = {PC_LINT_MEETS_UNSURE, NULL, NULL};
    const struct key_row *row = row_of(condition->key.text);
    struct pc_op_use use;
    if (row == NULL || condition->count == 0 ||
        pc_operator_find(condition->op.text, &use) != PC_OP_FOUND) {
        return meeting;
    }
    if (row->form == FORM_FREE) {
        meeting.meets = PC_LINT_MEETS_ANYBODY;
        return meeting;
    }
    meeting.at = &condition->key;
    meeting.why = why_open(row, &use, condition);
    if (meeting.why == NULL && (use.flags & PC_OP_NEGATED) == 0) {
        meeting.at = open_value(row, &use, condition);
        meeting.why = meeting.at != NULL ? "matches what strangers have" : NULL;
    }
    meeting.meets = meeting.why != NULL ? PC_LINT_MEETS_OPEN : PC_LINT_MEETS_UNSURE;
    return meeting;
}
