// SPDX-License-Identifier: Apache-2.0
#include "reference.h"

#define ID                    PC_POLICY_IDENTITY
#define IF(action, condition) ALLOW("'Action':" action ON_ALL ",'Condition':{" condition "}")
#define GET(condition)        IF("'s3:GetObject'", condition)
#define EQUALS(key)           "'StringEquals':{" key ":'v'}"

static void unknown_keys(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"known", ID, IF("'s3:ListBucket'", EQUALS("'S3:Prefix'")), ""},
        {"of no service", ID, GET(EQUALS("^'simple:prefix'")), "1221"},
        {"of identity providers anything", ID,
         IF("'sts:AssumeRoleWithWebIdentity'",
            EQUALS("'oidc.eks.eu-west-1.amazonaws.com/id/A:aud'")),
         ""},
        {"of a known provider", ID, IF("'sts:AssumeRoleWithSAML'", EQUALS("'saml:aud'")), ""},
        {"a key that SAML has not", ID, IF("'sts:AssumeRoleWithSAML'", EQUALS("^'saml:nothing'")),
         "1222"},
        {"not of S3", ID, IF("'s3:ListBucket'", "'StringEquals':{\n  ^'s3:prefiks':'v'}"), "1222"},
        {"not global (R-809)", ID, GET(EQUALS("^'aws:ARN'")), "1223"},
        {"global", ID, GET(EQUALS("'AWS:principalTYPE'")), ""},
        {"a family", ID, GET(EQUALS("'s3:ExistingObjectTag/team'")), ""},
        {"without its tail", ID, GET(EQUALS("^'s3:ExistingObjectTag'")), "1224"},
        {"a key that a family begins with", ID, IF("'events:PutEvents'", EQUALS("'events:source'")),
         ""},
        {"a placeholder (R-407)", ID, GET(EQUALS("^'s3:ExistingObjectTag/${TagKey}'")), "1225"},
        {"a variable in a value", ID,
         GET("'StringEquals':{'s3:ExistingObjectTag/a':'${aws:userid}'}"), ""},
    };
    CHECK_REFERENCE(cases, 1221, 1225);
}

// What a key that no request has means under each kind of operator.
static void keys_of_other_actions(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"wanted", ID, GET(EQUALS("^'s3:prefix'")), "1226"},
        {"in a Deny", ID,
         DENY("'Action':'s3:GetObject'" ON_ALL ",'Condition':{" EQUALS("^'s3:prefix'") "}"),
         "1226"},
        {"negated", ID, GET("'StringNotEquals':{^'s3:prefix':'v'}"), "1227"},
        {"if it exists", ID, GET("'StringEqualsIfExists':{^'s3:prefix':'v'}"), "1227"},
        {"for all values", ID, GET("'ForAllValues:StringEquals':{^'s3:prefix':'v'}"), "1227"},
        {"for any value", ID, GET("'ForAnyValue:StringNotEquals':{^'s3:prefix':'v'}"), "1226"},
        {"present", ID, GET("'Null':{^'s3:prefix':'false'}"), "1226"},
        {"absent", ID, GET("'Null':{^'s3:prefix':'true'}"), "1227"},
        {"present or absent", ID, GET("'Null':{^'s3:prefix':['false','true']}"), "1227"},
        {"of the action", ID, IF("'s3:ListBucket'", EQUALS("'s3:prefix'")), ""},
        {"of its resource type", ID, IF("'ec2:StopInstances'", EQUALS("'ec2:ResourceTag/team'")),
         ""},
        {"of another service", ID, GET(EQUALS("^'kms:ViaService'")), "1226"},
        {"global ones come with every action", ID,
         GET("'StringEquals':{'aws:PrincipalTag/a':'v','aws:SourceVpc':'vpc-1a'}"), ""},
        {"session keys of services too", ID,
         GET("'ArnLike':{'lambda:SourceFunctionArn':"
             "'arn:aws:lambda:*:*:function:f'}"),
         ""},
        {"a pattern of which some have it", ID, IF("'s3:*'", EQUALS("'s3:prefix'")), ""},
        {"a pattern of which none has it", ID, IF("'s3:GetObject*'", EQUALS("^'s3:prefix'")),
         "1226"},
        {"unknown actions might", ID, IF("['s3:GetObjekt','s3:GetObject']", EQUALS("'s3:prefix'")),
         ""},
        {"all might", ID, IF("'*'", EQUALS("'s3:prefix'")), ""},
        {"several services under one name", ID,
         IF("'aws-marketplace:Subscribe'",
            "'ForAnyValue:StringEquals':{'aws-marketplace:ProductId':"
            "'prod-a'}"),
         ""},
        {"one of two", ID, IF("['s3:GetObject','s3:ListBucket']", EQUALS("^'s3:prefix'")), "1228"},
        {"one of two, if it exists", ID,
         IF("['s3:GetObject','s3:ListBucket']", "'StringEqualsIfExists':{'s3:prefix':'v'}"), ""},
        {"one of two by a pattern", ID, IF("['s3:Get*','s3:ListBucket']", EQUALS("'s3:prefix'")),
         ""},
        {"what comes with a role", ID,
         IF("['sts:AssumeRole','sts:TagSession','sts:SetSourceIdentity']",
            EQUALS("'sts:ExternalId'")),
         ""},
        {"tags where none are passed", ID, GET(EQUALS("^'aws:RequestTag/team'")), "1229"},
        {"tags where they are", ID, IF("'sqs:CreateQueue'", EQUALS("'aws:RequestTag/team'")), ""},
    };
    CHECK_REFERENCE(cases, 1226, 1229);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_keys),
        cmocka_unit_test(keys_of_other_actions),
    };
    return cmocka_run_group_tests(tests, read_reference, forget_reference);
}
