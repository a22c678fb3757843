// SPDX-License-Identifier: Apache-2.0
#include "lint_case.h"

#define DOCUMENT(statements) "{'Version':'2012-10-17','Statement':[" statements "]}"
#define ON(resource, action) "{'Effect':'Allow','Action':" action ",'Resource':" resource "}"
#define ALL(action)          DOCUMENT(ON("'*'", action))

static void everything(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"an administrator", PC_POLICY_IDENTITY, ALL("^'*'"), "1280"},
        {"in a list, on other lines", PC_POLICY_IDENTITY, ALL("['s3:GetObject',\n  ^'*:*']"),
         "1280"},
        {"IAM is as much (R-103: in any case)", PC_POLICY_IDENTITY, ALL("^'IAM:*'"), "1280"},
        {"resources that are many", PC_POLICY_IDENTITY,
         DOCUMENT(ON("['arn:aws:s3:::b','*']", "^'*'")), "1280"},
        {"a cap grants nothing", PC_POLICY_BOUNDARY, ALL("'*'"), ""},
        {"so does a guard-rail", PC_POLICY_SCP, ALL("'*'"), ""},
        {"a Deny", PC_POLICY_IDENTITY, DOCUMENT("{'Effect':'Deny','Action':'*','Resource':'*'}"),
         ""},
        {"a condition of any kind", PC_POLICY_IDENTITY,
         DOCUMENT("{'Effect':'Allow','Action':['*','iam:*','kms:*'],'Resource':'*','Condition':"
                  "{'Bool':{'aws:MultiFactorAuthPresent':'true'}}}"),
         ""},
        {"some resources", PC_POLICY_IDENTITY, DOCUMENT(ON("'arn:aws:s3:::*'", "['*','s3:*']")),
         ""},
        {"a service whose name has a wildcard matches nothing (R-103)", PC_POLICY_IDENTITY,
         ALL("['i*:*','iam: *']"), ""},
    };
    CHECK_LINT(cases, 1280, 1280);
}

static void policies_of_resources(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"of all buckets", PC_POLICY_IDENTITY, ALL("['s3:GetObject',^'s3:PutBucketPolicy']"),
         "1281"},
        {"by their ARN", PC_POLICY_IDENTITY, DOCUMENT(ON("'arn:aws:s3:::*'", "^'s3:Put*'")),
         "1281"},
        {"of all functions", PC_POLICY_IDENTITY,
         DOCUMENT(ON("'arn:aws:lambda:*:*:function:*'", "^'lambda:AddPermission'")), "1281"},
        {"of all queues", PC_POLICY_IDENTITY,
         DOCUMENT(ON("'arn:aws:sqs:*:*:*'", "^'sqs:AddPermission'")), "1281"},
        {"once a statement", PC_POLICY_IDENTITY,
         ALL("[^'kms:PutKeyPolicy','secretsmanager:PutResourcePolicy']"), "1281"},
        {"of one bucket", PC_POLICY_IDENTITY,
         DOCUMENT(ON("'arn:aws:s3:::b'", "'s3:PutBucketPolicy'")), ""},
        {"of buckets whose name begins so", PC_POLICY_IDENTITY,
         DOCUMENT(ON("'arn:aws:s3:::b*'", "'s3:PutBucketPolicy'")), ""},
        {"all that there is", PC_POLICY_IDENTITY, ALL("['s3:*','kms:*']"), ""},
        {"reading them", PC_POLICY_IDENTITY, ALL("['s3:GetBucketPolicy','lambda:GetPolicy']"), ""},
    };
    CHECK_LINT(cases, 1281, 1281);
}

//
static void exceptions(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"NotAction", PC_POLICY_IDENTITY,
         DOCUMENT("{'Effect':'Allow',^'NotAction':'iam:*','Resource':'*'}"), "1282"},
        {"NotResource", PC_POLICY_IDENTITY,
         DOCUMENT("{'Effect':'Allow','Action':'s3:*',^'NotResource':'arn:aws:s3:::hr'}"), "1283"},
        {"both", PC_POLICY_IDENTITY,
         DOCUMENT("{'Effect':'Allow',^'NotAction':'iam:*',^'NotResource':'arn:aws:s3:::hr'}"),
         "1282 1283"},
        {"in the policy of a resource", PC_POLICY_RESOURCE,
         DOCUMENT("{'Effect':'Allow','Principal':{'AWS':'111111111111'},"
                  "^'NotAction':'s3:DeleteBucket','Resource':'*'}"),
         "1282"},
        {"caps are written so", PC_POLICY_SCP,
         DOCUMENT("{'Effect':'Allow','NotAction':'iam:*','Resource':'*'}"), ""},
        {"a boundary", PC_POLICY_BOUNDARY,
         DOCUMENT("{'Effect':'Allow','Action':'*','NotResource':'arn:aws:s3:::hr'}"), ""},
        {"a Deny", PC_POLICY_IDENTITY,
         DOCUMENT("{'Effect':'Deny','NotAction':'iam:*','NotResource':'arn:aws:s3:::hr'}"), ""},
        {"nothing is left", PC_POLICY_IDENTITY,
         DOCUMENT("{'Effect':'Allow','NotAction':'*','Resource':'*'}"), ""},
    };
    CHECK_LINT(cases, 1282, 1283);
}

static void powers(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"rights, once a statement and where the first entry stands", PC_POLICY_IDENTITY,
         ALL("['s3:GetObject',^'iam:PutUserPolicy','iam:AttachRolePolicy']"), "1284"},
        {"by a pattern", PC_POLICY_IDENTITY, ALL("^'iam:Attach*'"), "1284"},
        {"of all roles of one account", PC_POLICY_IDENTITY,
         DOCUMENT(ON("'arn:aws:iam::111111111111:role/*'", "^'iam:UpdateAssumeRolePolicy'")),
         "1284"},
        {"a short ARN stands for all (R-207)", PC_POLICY_IDENTITY,
         DOCUMENT(ON("'arn:aws:iam'", "^'iam:PutRolePolicy'")), "1284"},
        {"of some roles", PC_POLICY_IDENTITY,
         DOCUMENT(ON("'arn:aws:iam::111111111111:role/app/*'", "'iam:PutRolePolicy'")), ""},
        {"of all users, but the action is for roles", PC_POLICY_IDENTITY,
         DOCUMENT(ON("'arn:aws:iam::*:user/*'", "'iam:PutRolePolicy'")), ""},
        {"reading them", PC_POLICY_IDENTITY, ALL("['iam:Get*','iam:List*']"), ""},
        {"credentials", PC_POLICY_IDENTITY, ALL("^'iam:CreateAccessKey'"), "1285"},
        {"credentials of oneself", PC_POLICY_IDENTITY,
         DOCUMENT(ON("'arn:aws:iam::*:user/${aws:username}'", "'iam:CreateAccessKey'")), ""},
        {"what runs", PC_POLICY_IDENTITY, ALL("[^'lambda:Update*','ssm:SendCommand']"), "1286"},
        {"functions of all regions", PC_POLICY_IDENTITY,
         DOCUMENT(ON("'arn:aws:lambda:*:*:function:*'", "^'lambda:UpdateFunctionCode'")), "1286"},
        {"functions of one region", PC_POLICY_IDENTITY,
         DOCUMENT(ON("'arn:aws:lambda:eu-west-1:*:function:*'", "'lambda:UpdateFunctionCode'")),
         ""},
        {"functions have a region, so that matches none (R-202)", PC_POLICY_IDENTITY,
         DOCUMENT(ON("'arn:aws:lambda::*:function:*'", "'lambda:UpdateFunctionCode'")), ""},
        {"roles have an account", PC_POLICY_IDENTITY,
         DOCUMENT(ON("'arn:aws:iam:::role/*'", "'iam:PassRole'")), ""},
        {"roles to any service", PC_POLICY_IDENTITY, ALL("^'iam:PassRole'"), "1287"},
        {"by any account's roles", PC_POLICY_IDENTITY,
         DOCUMENT(ON("'arn:aws:iam::*:role/*'", "^'iam:Pass*'")), "1287"},
        {"the service is tested", PC_POLICY_IDENTITY,
         DOCUMENT("{'Effect':'Allow','Action':'iam:PassRole','Resource':'*','Condition':"
                  "{'StringEquals':{'iam:PassedToService':'lambda.amazonaws.com'}}}"),
         ""},
        {"an operator without keys limits nothing (R-020)", PC_POLICY_IDENTITY,
         DOCUMENT("{'Effect':'Allow','Action':^'iam:PassRole','Resource':'*','Condition':"
                  "{'StringEquals':{}}}"),
         "1287"},
        {"roles to assume", PC_POLICY_IDENTITY, ALL("^'sts:AssumeRole'"), "1289"},
        {"whatever STS has", PC_POLICY_IDENTITY, ALL("^'sts:*'"), "1289"},
        {"one role to assume", PC_POLICY_IDENTITY,
         DOCUMENT(ON("'arn:aws:iam::111111111111:role/deploy'", "'sts:AssumeRole'")), ""},
        {"service-linked roles", PC_POLICY_IDENTITY,
         DOCUMENT(ON("'arn:aws:iam::*:role/aws-service-role/*'", "^'iam:CreateServiceLinkedRole'")),
         "1290"},
        {"one service's", PC_POLICY_IDENTITY,
         DOCUMENT(ON("'arn:aws:iam::*:role/aws-service-role/ops.apigateway.amazonaws.com/*'",
                     "'iam:CreateServiceLinkedRole'")),
         ""},
        {"secrets", PC_POLICY_IDENTITY, ALL("^'secretsmanager:Get*'"), "1291"},
        {"secrets of one kind", PC_POLICY_IDENTITY,
         DOCUMENT(
             ON("'arn:aws:secretsmanager:*:*:secret:app/*'", "'secretsmanager:GetSecretValue'")),
         ""},
        {"keys", PC_POLICY_IDENTITY, ALL("[^'kms:Decrypt',^'kms:CreateGrant']"), "1292 1293"},
        {"all keys", PC_POLICY_IDENTITY,
         DOCUMENT(ON("'arn:aws:kms:*:111111111111:key/*'", "^'kms:Decrypt'")), "1292"},
        {"one key", PC_POLICY_IDENTITY,
         DOCUMENT(
             ON("'arn:aws:kms:eu-west-1:111111111111:key/1'", "['kms:Decrypt','kms:CreateGrant']")),
         ""},
        {"what is said of the whole is not said again", PC_POLICY_IDENTITY, ALL("['*','iam:*']"),
         ""},
        {"whatever KMS has", PC_POLICY_IDENTITY, ALL("^^'kms:*'"), "1292 1293"},
        {"but where the whole is less, it is", PC_POLICY_IDENTITY,
         DOCUMENT(ON("'arn:aws:iam::*:role/*'", "^^^^'*'")), "1284 1287 1289 1290"},
        {"a Deny may take it back", PC_POLICY_IDENTITY,
         DOCUMENT(ON("'*'", "['iam:PassRole',^'sts:AssumeRole']") ",{'Effect':'Deny','Action':'iam:"
                                                                  "*','Resource':'*'}"),
         "1289"},
        {"the key's own policy", PC_POLICY_KEY,
         DOCUMENT("{'Effect':'Allow','Principal':{'AWS':'111111111111'},'Action':'kms:Decrypt',"
                  "'Resource':'*'}"),
         ""},
        {"session policies grant nothing", PC_POLICY_SESSION, ALL("'iam:PassRole'"), ""},
    };
    CHECK_LINT(cases, 1284, 1293);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything),
        cmocka_unit_test(policies_of_resources),
        cmocka_unit_test(exceptions),
        cmocka_unit_test(powers),
    };
    return cmocka_run_group_tests_name("lint/grant_checks", tests, NULL, NULL);
}
