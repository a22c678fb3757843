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

#define FREE(name)                                                                                 \
    {                                                                                              \
        PC_STR_INIT(name), FORM_FREE, PC_STR_INIT(""), true, false                                 \
    }

// Keys that end in '/' are families. `absent`: requests of strangers can be without the key.
static const struct key_row {
    struct pc_str name;
    enum form form;
    struct pc_str stem;
    bool absent;
    bool of_services; // only calls of services have the key
} rows[] = {
    {PC_STR_INIT("aws:PrincipalOrgID"), FORM_TEXT, PC_STR_INIT("o-"), true, false},
    {PC_STR_INIT("aws:PrincipalOrgPaths"), FORM_TEXT, PC_STR_INIT("o-"), true, false},
    {PC_STR_INIT("aws:PrincipalAccount"), FORM_TEXT, PC_STR_INIT(""), false, false},
    {PC_STR_INIT("aws:PrincipalArn"), FORM_ARN, PC_STR_INIT(""), false, false},
    {PC_STR_INIT("aws:SourceArn"), FORM_ARN, PC_STR_INIT(""), true, true},
    {PC_STR_INIT("aws:SourceAccount"), FORM_TEXT, PC_STR_INIT(""), true, true},
    {PC_STR_INIT("aws:SourceOwner"), FORM_TEXT, PC_STR_INIT(""), false, false},
    {PC_STR_INIT("aws:SourceOrgID"), FORM_TEXT, PC_STR_INIT("o-"), true, true},
    {PC_STR_INIT("aws:SourceOrgPaths"), FORM_TEXT, PC_STR_INIT("o-"), true, true},
    {PC_STR_INIT("aws:SourceVpc"), FORM_TEXT, PC_STR_INIT("vpc-"), true, false},
    {PC_STR_INIT("aws:SourceVpce"), FORM_TEXT, PC_STR_INIT("vpce-"), true, false},
    {PC_STR_INIT("aws:SourceIp"), FORM_ADDRESS, PC_STR_INIT(""), true, false},
    {PC_STR_INIT("kms:CallerAccount"), FORM_TEXT, PC_STR_INIT(""), false, false},
    // What callers choose, by their request or in their own account.
    FREE("aws:SecureTransport"),
    FREE("aws:UserAgent"),
    FREE("aws:Referer"),
    FREE("aws:VpcSourceIp"),
    FREE("aws:RequestedRegion"),
    FREE("aws:PrincipalTag/"),
    FREE("aws:PrincipalType"),
    FREE("aws:username"),
    FREE("aws:MultiFactorAuthPresent"),
    FREE("aws:MultiFactorAuthAge"),
    FREE("aws:SourceIdentity"),
    FREE("aws:RequestTag/"),
    FREE("aws:TagKeys"),
    FREE("kms:ViaService"),
    FREE("s3:authType"),
    FREE("s3:delimiter"),
    FREE("s3:max-keys"),
    FREE("s3:prefix"),
    FREE("s3:signatureAge"),
    FREE("s3:signatureversion"),
    FREE("s3:TlsVersion"),
    FREE("s3:x-amz-acl"),
    FREE("s3:x-amz-server-side-encryption"),
    FREE("s3:x-amz-storage-class"),
    FREE("sns:Protocol"),
    FREE("lambda:FunctionUrlAuthType"),
    FREE("lambda:InvokedViaFunctionUrl"),
    // What is asked for, whoever asks.
    FREE("aws:ResourceAccount"),
    FREE("aws:ResourceOrgID"),
    FREE("aws:ResourceTag/"),
    FREE("s3:ExistingObjectTag/"),
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

// Does the condition hold where the key is absent?
static bool holds_without(const struct pc_op_use *use, const struct pc_condition *condition)
{
    if (use->op->id == PC_OP_NULL) {
        return pc_str_eq_icase(condition->values[0].text, PC_STR("true"));
    }
    return (use->flags & (PC_OP_IF_EXISTS | PC_OP_FOR_ALL)) != 0 ||
           (use->flags & (PC_OP_NEGATED | PC_OP_FOR_ANY)) == PC_OP_NEGATED;
}

struct pc_lint_meeting pc_lint_strangers_meet(const struct pc_condition *condition)
{
    struct pc_lint_meeting meeting = {.meets = PC_LINT_MEETS_UNSURE};
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
    meeting.through_services = row->of_services && !holds_without(&use, condition);
    return meeting;
}
