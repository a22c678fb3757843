// SPDX-License-Identifier: Apache-2.0
//
// Policies as the documentation of AWS advises to write them: nothing is said of them.
#include "lint_case.h"

#define DOCUMENT(statements) "{'Version':'2012-10-17','Statement':[" statements "]}"
#define ROOT                 "{'AWS':'arn:aws:iam::111122223333:root'}"

// AWS KMS Developer Guide: default key policy, keys for CloudWatch Logs, AWS managed keys.
static void keys(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"as the console makes them", PC_POLICY_KEY,
         DOCUMENT("{'Sid':'Enable IAM User Permissions','Effect':'Allow','Principal':" ROOT
                  ",'Action':'kms:*','Resource':'*'},"
                  "{'Sid':'Allow access for Key Administrators','Effect':'Allow','Principal':"
                  "{'AWS':'arn:aws:iam::111122223333:role/KeyAdmin'},'Action':['kms:Create*',"
                  "'kms:Describe*','kms:Enable*','kms:List*','kms:Put*','kms:Update*',"
                  "'kms:Revoke*','kms:Disable*','kms:Get*','kms:Delete*','kms:TagResource',"
                  "'kms:UntagResource','kms:ScheduleKeyDeletion','kms:CancelKeyDeletion'],"
                  "'Resource':'*'},"
                  "{'Sid':'Allow attachment of persistent resources','Effect':'Allow','Principal':"
                  "{'AWS':'arn:aws:iam::111122223333:role/App'},'Action':['kms:CreateGrant',"
                  "'kms:ListGrants','kms:RevokeGrant'],'Resource':'*','Condition':"
                  "{'Bool':{'kms:GrantIsForAWSResource':'true'}}}"),
         ""},
        {"for log groups", PC_POLICY_KEY,
         DOCUMENT("{'Effect':'Allow','Principal':" ROOT ",'Action':'kms:*','Resource':'*'},"
                  "{'Effect':'Allow','Principal':{'Service':'logs.eu-west-1.amazonaws.com'},"
                  "'Action':['kms:Encrypt*','kms:Decrypt*','kms:ReEncrypt*','kms:GenerateDataKey*',"
                  "'kms:Describe*'],'Resource':'*','Condition':{'ArnEquals':"
                  "{'kms:EncryptionContext:aws:logs:arn':"
                  "'arn:aws:logs:eu-west-1:111122223333:log-group:app'}}}"),
         ""},
    };
    CHECK_LINT(cases, 1280, 1319);
}

// User guides of CloudTrail, S3, Elastic Load Balancing, CloudFront, SNS, SQS and Organizations.
static void resources(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"a bucket for trails", PC_POLICY_RESOURCE,
         DOCUMENT("{'Effect':'Allow','Principal':{'Service':'cloudtrail.amazonaws.com'},"
                  "'Action':'s3:GetBucketAcl','Resource':'arn:aws:s3:::trails','Condition':"
                  "{'StringEquals':{'aws:SourceArn':"
                  "'arn:aws:cloudtrail:eu-west-1:111122223333:trail/all'}}},"
                  "{'Effect':'Allow','Principal':{'Service':'cloudtrail.amazonaws.com'},"
                  "'Action':'s3:PutObject','Resource':"
                  "'arn:aws:s3:::trails/AWSLogs/111122223333/*','Condition':{'StringEquals':"
                  "{'s3:x-amz-acl':'bucket-owner-full-control','aws:SourceArn':"
                  "'arn:aws:cloudtrail:eu-west-1:111122223333:trail/all'}}}"),
         ""},
        {"a bucket for logs of accesses", PC_POLICY_RESOURCE,
         DOCUMENT("{'Effect':'Allow','Principal':{'Service':'logging.s3.amazonaws.com'},"
                  "'Action':['s3:PutObject'],'Resource':'arn:aws:s3:::logs/*','Condition':"
                  "{'ArnLike':{'aws:SourceArn':'arn:aws:s3:::source'},"
                  "'StringEquals':{'aws:SourceAccount':'111122223333'}}}"),
         ""},
        {"a bucket for load balancers", PC_POLICY_RESOURCE,
         DOCUMENT("{'Effect':'Allow','Principal':"
                  "{'Service':'logdelivery.elasticloadbalancing.amazonaws.com'},'Action':"
                  "'s3:PutObject','Resource':'arn:aws:s3:::logs/AWSLogs/111122223333/*'}"),
         ""},
        {"a bucket behind CloudFront", PC_POLICY_RESOURCE,
         DOCUMENT("{'Effect':'Allow','Principal':{'Service':'cloudfront.amazonaws.com'},"
                  "'Action':'s3:GetObject','Resource':'arn:aws:s3:::site/*','Condition':"
                  "{'StringEquals':{'AWS:SourceArn':"
                  "'arn:aws:cloudfront::111122223333:distribution/EDFDVBD6EXAMPLE'}}}"),
         ""},
        {"a bucket by TLS alone", PC_POLICY_RESOURCE,
         DOCUMENT("{'Effect':'Deny','Principal':'*','Action':'s3:*','Resource':"
                  "['arn:aws:s3:::b','arn:aws:s3:::b/*'],'Condition':"
                  "{'Bool':{'aws:SecureTransport':'false'}}}"),
         ""},
        {"a topic as SNS makes it", PC_POLICY_RESOURCE,
         DOCUMENT("{'Sid':'__default_statement_ID','Effect':'Allow','Principal':{'AWS':'*'},"
                  "'Action':['SNS:GetTopicAttributes','SNS:Publish'],'Resource':"
                  "'arn:aws:sns:eu-west-1:111122223333:t','Condition':{'StringEquals':"
                  "{'AWS:SourceOwner':'111122223333'}}}"),
         ""},
        {"a queue of a topic", PC_POLICY_RESOURCE,
         DOCUMENT("{'Effect':'Allow','Principal':{'Service':'sns.amazonaws.com'},'Action':"
                  "'sqs:SendMessage','Resource':'arn:aws:sqs:eu-west-1:111122223333:q',"
                  "'Condition':{'ArnEquals':{'aws:SourceArn':"
                  "'arn:aws:sns:eu-west-1:111122223333:t'}}}"),
         ""},
        {"an organization", PC_POLICY_RESOURCE,
         DOCUMENT("{'Effect':'Allow','Principal':'*','Action':'s3:GetObject','Resource':"
                  "'arn:aws:s3:::b/*','Condition':{'StringEquals':"
                  "{'aws:PrincipalOrgID':['o-xxxxxxxxxxx']}}}"),
         ""},
        {"a perimeter", PC_POLICY_RCP,
         DOCUMENT("{'Sid':'EnforceOrgIdentities','Effect':'Deny','Principal':'*','Action':"
                  "['s3:*','sqs:*','kms:*'],'Resource':'*','Condition':"
                  "{'StringNotEqualsIfExists':{'aws:PrincipalOrgID':'o-xxxxxxxxxxx'},"
                  "'BoolIfExists':{'aws:PrincipalIsAWSService':'false'}}},"
                  "{'Sid':'ConfusedDeputy','Effect':'Deny','Principal':'*','Action':['s3:*'],"
                  "'Resource':'*','Condition':{'StringNotEqualsIfExists':"
                  "{'aws:SourceOrgID':'o-xxxxxxxxxxx'},'Null':{'aws:SourceAccount':'false'},"
                  "'Bool':{'aws:PrincipalIsAWSService':'true'}}}"),
         ""},
        {"an endpoint", PC_POLICY_ENDPOINT,
         DOCUMENT("{'Effect':'Allow','Principal':'*','Action':'*','Resource':'*'}"), ""},
    };
    CHECK_LINT(cases, 1280, 1319);
}

// IAM User Guide: example identity-based policies, roles for others.
static void callers(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"one's own keys, with MFA", PC_POLICY_IDENTITY,
         DOCUMENT("{'Effect':'Allow','Action':['iam:CreateAccessKey','iam:DeleteAccessKey'],"
                  "'Resource':'arn:aws:iam::*:user/${aws:username}'},"
                  "{'Effect':'Deny','NotAction':['iam:CreateVirtualMFADevice',"
                  "'iam:EnableMFADevice','iam:GetUser','sts:GetSessionToken'],'Resource':'*',"
                  "'Condition':{'BoolIfExists':{'aws:MultiFactorAuthPresent':'false'}}}"),
         ""},
        {"an address", PC_POLICY_IDENTITY,
         DOCUMENT("{'Effect':'Deny','Action':'*','Resource':'*','Condition':{'NotIpAddress':"
                  "{'aws:SourceIp':['192.0.2.0/24','203.0.113.0/24']},"
                  "'Bool':{'aws:ViaAWSService':'false'}}}"),
         ""},
        {"a role for a service", PC_POLICY_IDENTITY,
         DOCUMENT("{'Effect':'Allow','Action':['iam:GetRole','iam:PassRole'],'Resource':"
                  "'arn:aws:iam::111122223333:role/EC2-roles-for-XYZ-*'}"),
         ""},
        {"regions", PC_POLICY_SCP,
         DOCUMENT("{'Effect':'Deny','NotAction':['iam:*','organizations:*'],'Resource':'*',"
                  "'Condition':{'StringNotEquals':{'aws:RequestedRegion':['eu-central-1']}}}"),
         ""},
        {"a third party", PC_POLICY_TRUST,
         DOCUMENT("{'Effect':'Allow','Principal':{'AWS':'444455556666'},'Action':"
                  "'sts:AssumeRole','Condition':{'StringEquals':{'sts:ExternalId':'12345'}}}"),
         ""},
        {"SAML", PC_POLICY_TRUST,
         DOCUMENT("{'Effect':'Allow','Principal':"
                  "{'Federated':'arn:aws:iam::111122223333:saml-provider/idp'},'Action':"
                  "['sts:AssumeRoleWithSAML','sts:TagSession'],'Condition':{'StringEquals':"
                  "{'SAML:aud':'https://signin.aws.amazon.com/saml'}}}"),
         ""},
        {"Cognito", PC_POLICY_TRUST,
         DOCUMENT("{'Effect':'Allow','Principal':{'Federated':'cognito-identity.amazonaws.com'},"
                  "'Action':'sts:AssumeRoleWithWebIdentity','Condition':{'StringEquals':"
                  "{'cognito-identity.amazonaws.com:aud':'us-east-2:12345678-abcd'},"
                  "'ForAnyValue:StringLike':"
                  "{'cognito-identity.amazonaws.com:amr':'unauthenticated'}}}"),
         ""},
    };
    CHECK_LINT(cases, 1280, 1319);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys),
        cmocka_unit_test(resources),
        cmocka_unit_test(callers),
    };
    return cmocka_run_group_tests_name("lint/documented", tests, NULL, NULL);
}
