// SPDX-License-Identifier: Apache-2.0
#include "lint_case.h"

#define DOCUMENT(statements) "{'Version':'2012-10-17','Statement':[" statements "]}"
#define FOR(principal, action, resource, more)                                                     \
    DOCUMENT("{'Effect':'Allow','Principal':" principal ",'Action':" action                        \
             ",'Resource':" resource more "}")
#define FN   "'arn:aws:lambda:eu-west-1:111111111111:function:f'"
#define S3   "{'Service':'s3.amazonaws.com'}"
#define OPEN "{'Service':^'s3.amazonaws.com'}"
#define INVOKE(principal, condition)                                                               \
    FOR(principal, "'lambda:InvokeFunction'", FN, ",'Condition':{" condition "}")

// LAMBDA.md 1.2, rule R1
static void sources(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"no condition (L02)", PC_POLICY_RESOURCE, FOR(OPEN, "'lambda:InvokeFunction'", FN, ""),
         "1303"},
        {"one that is not about the source", PC_POLICY_RESOURCE,
         INVOKE(OPEN, "'Bool':{'aws:SecureTransport':'true'}"), "1303"},
        {"the first service is told", PC_POLICY_RESOURCE,
         FOR("{'AWS':'111111111111','Service':[^'sns.amazonaws.com','s3.amazonaws.com']}",
             "'sqs:SendMessage'", "'*'", ""),
         "1303"},
        {"a key", PC_POLICY_KEY,
         FOR("{'Service':^'sns.amazonaws.com'}", "'kms:Decrypt'", "'*'", ""), "1303"},
        {"the account", PC_POLICY_RESOURCE,
         INVOKE(S3, "'StringEquals':{'AWS:SourceAccount':'111111111111'}"), ""},
        {"the organization", PC_POLICY_RESOURCE,
         INVOKE(S3, "'StringEquals':{'aws:SourceOrgID':'o-1'}"), ""},
        {"a token of Alexa", PC_POLICY_RESOURCE,
         INVOKE("{'Service':'alexa-appkit.amazon.com'}",
                "'StringEquals':{'lambda:EventSourceToken':'amzn1.ask.skill.1'}"),
         ""},
        {"an encryption context", PC_POLICY_KEY,
         FOR("{'Service':'logs.eu-west-1.amazonaws.com'}", "'kms:Decrypt'", "'*'",
             ",'Condition':{'ArnLike':{'kms:EncryptionContext:aws:logs:arn':"
             "'arn:aws:logs:eu-west-1:111111111111:*'}}"),
         ""},
        {"logs of one account", PC_POLICY_RESOURCE,
         FOR("{'Service':'logdelivery.elasticloadbalancing.amazonaws.com'}", "'s3:PutObject'",
             "'arn:aws:s3:::b/AWSLogs/111111111111/*'", ""),
         ""},
        {"an account in the ARN of the resource itself says nothing", PC_POLICY_RESOURCE,
         FOR(OPEN, "'lambda:InvokeFunction'", FN, ""), "1303"},
        {"a Deny", PC_POLICY_RESOURCE,
         DOCUMENT("{'Effect':'Deny','Principal':" S3 ",'Action':'s3:*','Resource':'*'}"), ""},
        {"roles are assumed by services", PC_POLICY_TRUST,
         DOCUMENT("{'Effect':'Allow','Principal':{'Service':'lambda.amazonaws.com'},"
                  "'Action':'sts:AssumeRole'}"),
         ""},
        {"an account", PC_POLICY_RESOURCE,
         FOR("{'AWS':'111111111111'}", "'lambda:InvokeFunction'", FN, ""), ""},
    };
    CHECK_LINT(cases, 1303, 1304);
}

static void accounts_of_sources(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"a bucket (L01)", PC_POLICY_RESOURCE,
         INVOKE(S3, "'ArnLike':{'AWS:SourceArn':^'arn:aws:s3:::b'}"), "1304"},
        {"a bucket and its account", PC_POLICY_RESOURCE,
         INVOKE(S3, "'ArnLike':{'AWS:SourceArn':'arn:aws:s3:::b'},"
                    "'StringEquals':{'AWS:SourceAccount':'111111111111'}"),
         ""},
        {"a topic of any account (L03)", PC_POLICY_RESOURCE,
         INVOKE(S3, "'ArnLike':{'aws:SourceArn':['arn:aws:sns:eu-west-1:111111111111:t',"
                    "^'arn:aws:sns:*:*:t']}"),
         "1304"},
        {"anything", PC_POLICY_RESOURCE, INVOKE(S3, "'StringLike':{'aws:SourceArn':^'*'}"), "1304"},
        {"a star that is none (R-414)", PC_POLICY_RESOURCE,
         INVOKE(S3, "'StringEquals':{'aws:SourceArn':'arn:aws:sns:eu-west-1:*:t'}"), ""},
        {"ArnEquals takes wildcards (R-423)", PC_POLICY_RESOURCE,
         INVOKE(S3, "'ArnEquals':{'aws:SourceArn':^'arn:aws:sns:eu-west-1:*:t'}"), "1304"},
        {"a topic", PC_POLICY_RESOURCE,
         INVOKE(S3, "'ArnLike':{'aws:SourceArn':'arn:aws:sns:*:111111111111:*'}"), ""},
        {"an account that begins so", PC_POLICY_RESOURCE,
         INVOKE(S3, "'ArnLike':{'aws:SourceArn':'arn:aws:sns:*:1111*:t'}"), ""},
        {"two conditions on the source", PC_POLICY_RESOURCE,
         INVOKE(S3, "'ArnLike':{'aws:SourceArn':'arn:aws:s3:::b'},"
                    "'StringNotEquals':{'aws:SourceArn':'arn:aws:s3:::c'}"),
         ""},
    };
    CHECK_LINT(cases, 1303, 1304);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sources),
        cmocka_unit_test(accounts_of_sources),
    };
    return cmocka_run_group_tests_name("lint/deputy_checks", tests, NULL, NULL);
}
