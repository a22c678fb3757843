// SPDX-License-Identifier: Apache-2.0
#include "reference.h"

#define ID            PC_POLICY_IDENTITY
#define IF(condition) ALLOW("'Action':'*'" ON_ALL ",'Condition':{" condition "}")

//
static void operators(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"an address as ARN", ID, IF("^'ArnLike':{'aws:SourceIp':'arn:aws:s3:::b'}"), "1230"},
        {"an address as number", ID, IF("^'NumericLessThan':{'aws:SourceIp':'1'}"), "1230"},
        {"a truth as address", ID, IF("^'IpAddress':{'aws:SecureTransport':'203.0.113.0/24'}"),
         "1230"},
        {"a truth as date", ID, IF("^'DateLessThan':{'aws:ViaAWSService':'2026-01-01'}"), "1230"},
        {"an ARN as truth", ID, IF("^'Bool':{'aws:PrincipalArn':'true'}"), "1230"},
        {"a date as number", ID, IF("^'NumericLessThan':{'aws:CurrentTime':'17'}"), "1230"},
        {"seconds since 1970 are both", ID,
         IF("'NumericLessThan':{'aws:EpochTime':'17'},'DateLessThan':{'aws:EpochTime':'17'}"), ""},
        {"a number as truth", ID, IF("^'Bool':{'aws:MultiFactorAuthAge':'true'}"), "1230"},
        {"an organization as ARN", ID, IF("^'ArnLike':{'aws:PrincipalOrgID':'arn:aws:s3:::b'}"),
         "1230"},
        {"a string of a service may be one", ID,
         IF("'ArnLike':{'ec2:InstanceProfile':'arn:aws:iam::*:instance-profile/a'}"), ""},
        {"a tag may be anything", ID, IF("'NumericLessThan':{'aws:PrincipalTag/age':'18'}"), ""},
        {"an account is a number", ID, IF("'NumericEquals':{'aws:SourceAccount':'111122223333'}"),
         ""},
        {"whether it is there", ID, IF("'Null':{'aws:SourceIp':'false'}"), ""},
        {"with their own", ID,
         IF("'IpAddress':{'aws:SourceIp':'203.0.113.0/24'},'Bool':{'aws:SecureTransport':'true'},"
            "'ArnLike':{'aws:SourceArn':'arn:aws:sns:*:*:t'},"
            "'DateLessThan':{'aws:CurrentTime':'2026-01-01'},"
            "'NumericLessThan':{'aws:MultiFactorAuthAge':'3600'}"),
         ""},
        {"letters of an ARN", ID, IF("'StringLike':{'aws:SourceArn':'arn:aws:sns:*'}"), ""},
        {"letters of an address", ID, IF("^'StringEquals':{'aws:SourceIp':'203.0.113.7'}"), "1231"},
        {"letters of a truth", ID, IF("^'StringEquals':{'aws:SecureTransport':'true'}"), "1231"},
        {"letters of a number", ID, IF("^'StringLike':{'aws:MultiFactorAuthAge':'1*'}"), "1231"},
    };
    CHECK_REFERENCE(cases, 1230, 1231);
}

//
static void sets(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"any of one", ID, IF("^'ForAnyValue:StringEquals':{'aws:RequestedRegion':'eu-west-1'}"),
         "1232"},
        {"all of one, which holds without it", ID,
         IF("^'ForAllValues:StringEquals':{'aws:PrincipalTag/a':'b'}"), "1265"},
        {"all of one in a Deny", ID,
         DENY("'Action':'*'" ON_ALL
              ",'Condition':{^'ForAllValues:StringEquals':{'aws:PrincipalTag/a':'b'}}"),
         "1232"},
        {"any of several", ID, IF("'ForAnyValue:StringEquals':{'aws:TagKeys':'a'}"), ""},
        {"one of several", ID, IF("^'StringEquals':{'aws:TagKeys':'a'}"), "1233"},
        {"not one of several", ID,
         IF("^'StringNotEquals':{'aws:CalledVia':'athena.amazonaws.com'}"), "1233"},
        {"several are there", ID, IF("'Null':{'aws:TagKeys':'false'}"), ""},
        {"one", ID, IF("'StringEquals':{'aws:RequestedRegion':['eu-west-1','eu-west-2']}"),
         ""},
        {"one or several, by the action", ID, IF("'StringEquals':{'events:source':'shop'}"), ""},
        {"several ways to sign in", ID,
         IF("'ForAnyValue:StringLike':{'cognito-identity.amazonaws.com:amr':'authenticated'}"), ""},
        {"of an unknown key", ID, IF("'ForAnyValue:StringEquals':{'aws:Unheard':'a'}"), ""},
    };
    CHECK_LINT_OF(cases, .from = 1232, .to = 1233, .also = 1265, .catalog = reference);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators),
        cmocka_unit_test(sets),
    };
    return cmocka_run_group_tests(tests, read_reference, forget_reference);
}
