// SPDX-License-Identifier: Apache-2.0
//
// Conditions on keys that may be missing.
#include "statement_case.h"

#define ID PC_POLICY_IDENTITY

//
static void if_exists(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"negated", ID, ALLOWS("{^'StringNotEqualsIfExists':{'s3:prefix':'x'}}"), "1263"},
        {"all values", ID, ALLOWS("{^'ForAllValues:StringNotEqualsIfExists':{'s3:prefix':'x'}}"),
         "1263"},
        {"always there", ID, ALLOWS("{^'BoolIfExists':{'aws:SecureTransport':'true'}}"), "1263"},
        {"a Deny that says what it does without the key", ID,
         DENIES("{'StringNotEqualsIfExists':{'s3:prefix':'x'}}"), ""},
        {"a Deny to be on the safe side", ID,
         DENIES("{'BoolIfExists':{'aws:SecureTransport':'false'}}"), ""},
        {"positive", ID, DENIES("{'StringEqualsIfExists':{'a:k':'x'}}"), ""},
        {"any value", ID, DENIES("{'ForAnyValue:StringNotEqualsIfExists':{'a:k':'x'}}"), ""},
        {"there where requests are signed", ID,
         ALLOWS("{^'StringEqualsIfExists':{'aws:PrincipalAccount':'111111111111'}}"), "1263"},
        {"not there for everybody", PC_POLICY_RESOURCE,
         ONE("{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*','Condition':"
             "{'StringEqualsIfExists':{'aws:PrincipalAccount':'111111111111'}}}"),
         ""},
    };
    CHECK_STATEMENTS(cases);
}

static void null(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"never missing", ID, ALLOWS("{^'Null':{'aws:CurrentTime':'true'}}"), "1264"},
        {"always there", ID, ALLOWS("{^'Null':{'aws:ViaAWSService':'false'}}"), "1264"},
        {"may be missing", ID, ALLOWS("{'Null':{'aws:SourceIp':'true'}}"), ""},
        {"not known", ID, ALLOWS("{'Null':{'s3:prefix':'false'}}"), ""},
    };
    CHECK_STATEMENTS(cases);
}

//
static void sets(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"all of none", ID, ALLOWS("{^'ForAllValues:StringEquals':{'aws:TagKeys':['a','b']}}"),
         "1265"},
        {"there", ID,
         ALLOWS("{'ForAllValues:StringEquals':{'aws:TagKeys':'a'},'Null':{'AWS:tagkeys':'false'}}"),
         ""},
        {"a tag is asked for", ID,
         ALLOWS("{'ForAllValues:StringEquals':{'aws:TagKeys':'a'},"
                "'StringEquals':{'aws:RequestTag/a':'x'}}"),
         ""},
        {"a tag may be given", ID,
         ALLOWS("{^'ForAllValues:StringEquals':{'aws:TagKeys':'a'},"
                "'StringEqualsIfExists':{'aws:RequestTag/a':'x'}}"),
         "1265"},
        {"Deny", ID, DENIES("{'ForAllValues:StringEquals':{'aws:TagKeys':'a'}}"), ""},
        {"none of them", ID, ALLOWS("{'ForAllValues:StringNotEquals':{'aws:TagKeys':'a'}}"), ""},
        {"an action that needs tags", ID,
         ONE("{'Effect':'Allow','Action':['sqs:TagQueue','ec2:CreateTags'],'Resource':'*',"
             "'Condition':{'ForAllValues:StringEquals':{'aws:TagKeys':'a'}}}"),
         ""},
        {"an action that does not", ID,
         ONE("{'Effect':'Allow','Action':['sqs:TagQueue','sqs:CreateQueue'],'Resource':'*',"
             "'Condition':{^'ForAllValues:StringEquals':{'aws:TagKeys':'a'}}}"),
         "1265"},
        {"keys of items that are named", ID,
         ONE("{'Effect':'Allow','Action':['dynamodb:GetItem','dynamodb:Query'],'Resource':'*',"
             "'Condition':{'ForAllValues:StringEquals':{'dynamodb:LeadingKeys':'a'}}}"),
         ""},
        {"a scan names none", ID,
         ONE("{'Effect':'Allow','Action':['dynamodb:GetItem','dynamodb:Scan'],'Resource':'*',"
             "'Condition':{^'ForAllValues:StringEquals':{'dynamodb:LeadingKeys':'a'}}}"),
         "1265"},
        {"required by the service", ID,
         ALLOWS("{'ForAllValues:StringEquals':{'kms:GrantOperations':'Decrypt'}}"), ""},
        {"one that is not listed", ID,
         ALLOWS("{^'ForAnyValue:StringNotEquals':{'aws:TagKeys':'a'}}"), "1266"},
        {"one that is not listed, denied", ID,
         DENIES("{'ForAnyValue:StringNotEquals':{'aws:TagKeys':'a'}}"), ""},
    };
    CHECK_STATEMENTS(cases);
}

//
static void negated(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"missing", ID, ALLOWS("{^'StringNotEquals':{'aws:PrincipalTag/a':'x'}}"), "1267"},
        {"there", ID,
         ALLOWS("{'StringNotEquals':{'aws:PrincipalTag/a':'x'},"
                "'Null':{'aws:PrincipalTag/a':'false'}}"),
         ""},
        {"always there", ID, ALLOWS("{'StringNotEquals':{'aws:RequestedRegion':'x'}}"), ""},
        {"not known", ID, ALLOWS("{'StringNotEquals':{'ec2:InstanceType':'x'}}"), ""},
        {"Deny", ID, DENIES("{'StringNotEquals':{'aws:PrincipalTag/a':'x'}}"), ""},
        {"needed by the resource", ID,
         ONE("{'Effect':'Allow','Action':'s3:*','Resource':'arn:aws:s3:::${aws:PrincipalTag/a}',"
             "'Condition':{'StringNotEquals':{'aws:PrincipalTag/a':''}}}"),
         ""},
        {"needed by one resource of two", ID,
         ONE("{'Effect':'Allow','Action':'s3:*','Resource':['arn:aws:s3:::${aws:PrincipalTag/a}',"
             "'arn:aws:s3:::b'],'Condition':{^'StringNotEquals':{'aws:PrincipalTag/a':''}}}"),
         "1267"},
        {"needed by another condition", ID,
         ALLOWS("{'StringNotEquals':{'aws:PrincipalTag/a':''},"
                "'StringEquals':{'aws:ResourceTag/a':'${aws:PrincipalTag/a}'}}"),
         ""},
    };
    CHECK_STATEMENTS(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(if_exists),
        cmocka_unit_test(null),
        cmocka_unit_test(sets),
        cmocka_unit_test(negated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
