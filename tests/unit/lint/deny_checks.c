// SPDX-License-Identifier: Apache-2.0
#include "lint_case.h"

#define DOCUMENT(statements) "{'Version':'2012-10-17','Statement':[" statements "]}"
#define DENY(principal, action, resource, more)                                                    \
    "{'Effect':'Deny','Principal':" principal ",'Action':" action ",'Resource':" resource more "}"
#define WHEN(condition) ",'Condition':" condition

static void everybody_is_denied(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"a bucket", PC_POLICY_RESOURCE,
         DOCUMENT("^" DENY("'*'", "'s3:*'", "['arn:aws:s3:::b','arn:aws:s3:::b/*']", "")), "1296"},
        {"by a map", PC_POLICY_RESOURCE, DOCUMENT("^" DENY("{'AWS':'*'}", "'*'", "'*'", "")),
         "1296"},
        {"a key", PC_POLICY_KEY, DOCUMENT("^" DENY("'*'", "'kms:*'", "'*'", "")), "1296"},
        {"a folder of a bucket", PC_POLICY_RESOURCE,
         DOCUMENT(DENY("'*'", "'s3:*'", "'arn:aws:s3:::b/secret/*'", "")), ""},
        {"some actions", PC_POLICY_RESOURCE,
         DOCUMENT(DENY("'*'", "'s3:Delete*'", "'arn:aws:s3:::b'", "")), ""},
        {"without TLS", PC_POLICY_RESOURCE,
         DOCUMENT(DENY("'*'", "'s3:*'", "'arn:aws:s3:::b'",
                       WHEN("{'Bool':{'aws:SecureTransport':'false'}}"))),
         ""},
        {"one account", PC_POLICY_RESOURCE,
         DOCUMENT(DENY("{'AWS':'111111111111'}", "'s3:*'", "'arn:aws:s3:::b'", "")), ""},
        {"a role that is retired", PC_POLICY_TRUST,
         DOCUMENT("{'Effect':'Deny','Principal':'*','Action':'sts:*'}"), ""},
        {"an Allow", PC_POLICY_RESOURCE,
         DOCUMENT("{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*'}"), ""},
    };
    CHECK_LINT(cases, 1296, 1296);
}

#define ORG        WHEN("{'StringNotEquals':{'aws:PrincipalOrgID':'o-1'}}")
#define ORG_EXISTS WHEN("{'StringNotEqualsIfExists':{'aws:PrincipalOrgID':'o-1'}}")
#define SPARED                                                                                     \
    WHEN("{'StringNotEquals':{'aws:PrincipalOrgID':'o-1'},"                                        \
         "'BoolIfExists':{'aws:PrincipalIsAWSService':'false'}}")
#define TOPIC                                                                                      \
    "{'Effect':'Allow','Principal':{'Service':'sns.amazonaws.com'},'Action':'sqs:SendMessage',"    \
    "'Resource':'arn:aws:sqs:eu-west-1:111111111111:q'}"

// R-411, W12, LAMBDA.md L56
static void services_are_denied(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"an RCP", PC_POLICY_RCP, DOCUMENT("^" DENY("'*'", "'s3:*'", "'*'", ORG)), "1297"},
        {"IfExists does not help (R-429)", PC_POLICY_RCP,
         DOCUMENT("^" DENY("'*'", "'s3:*'", "'*'", ORG_EXISTS)), "1297"},
        {"services are spared", PC_POLICY_RCP, DOCUMENT(DENY("'*'", "'s3:*'", "'*'", SPARED)), ""},
        {"about something else", PC_POLICY_RCP,
         DOCUMENT(DENY("'*'", "'s3:*'", "'*'", WHEN("{'Bool':{'aws:SecureTransport':'false'}}"))),
         ""},
        {"any of several (R-434): absent is no", PC_POLICY_RCP,
         DOCUMENT(DENY("'*'", "'s3:*'", "'*'",
                       WHEN("{'ForAnyValue:StringNotLike':{'aws:PrincipalOrgPaths':'o-1/*'}}"))),
         ""},
        {"a queue that a topic sends to", PC_POLICY_RESOURCE,
         DOCUMENT(TOPIC ",^" DENY("'*'", "'sqs:*'", "'*'", ORG)), "1297"},
        {"a queue, by its ARN", PC_POLICY_RESOURCE,
         DOCUMENT("^" DENY("'*'", "'sqs:SendMessage'", "'arn:aws:sqs:eu-west-1:111111111111:q'",
                           WHEN("{'NotIpAddress':{'aws:SourceIp':'203.0.113.0/24'}}")) "," TOPIC),
         "1297"},
        {"no service is allowed", PC_POLICY_RESOURCE, DOCUMENT(DENY("'*'", "'sqs:*'", "'*'", ORG)),
         ""},
        {"other actions", PC_POLICY_RESOURCE,
         DOCUMENT(TOPIC "," DENY("'*'", "'sqs:DeleteQueue'", "'*'", ORG)), ""},
        {"another resource", PC_POLICY_RESOURCE,
         DOCUMENT(TOPIC "," DENY("'*'", "'sqs:*'", "'arn:aws:sqs:eu-west-1:111111111111:r'", ORG)),
         ""},
        {"one account", PC_POLICY_RESOURCE,
         DOCUMENT(TOPIC "," DENY("{'AWS':'111111111111'}", "'sqs:*'", "'*'", ORG)), ""},
        {"services are spared there", PC_POLICY_RESOURCE,
         DOCUMENT(TOPIC "," DENY("'*'", "'sqs:*'", "'*'", SPARED)), ""},
    };
    CHECK_LINT(cases, 1297, 1297);
}

#define IF(effect, condition)                                                                      \
    DOCUMENT("{'Effect':'" effect "','Action':'*','Resource':'*','Condition':{" condition "}}")

static void networks_are_denied(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"a network", PC_POLICY_IDENTITY,
         IF("Deny", "'NotIpAddress':{^'aws:SourceIp':'203.0.113.0/24'}"), "1298"},
        {"the key in another case (R-405)", PC_POLICY_SCP,
         IF("Deny", "'NotIpAddress':{^'AWS:SOURCEIP':'203.0.113.0/24'}"), "1298"},
        {"services are spared", PC_POLICY_IDENTITY,
         IF("Deny", "'NotIpAddress':{'aws:SourceIp':'203.0.113.0/24'},"
                    "'Bool':{'aws:ViaAWSService':'false'}"),
         ""},
        {"an endpoint", PC_POLICY_IDENTITY,
         IF("Deny", "'StringNotEqualsIfExists':{^'aws:SourceVpce':'vpce-1'}"), "1298"},
        {"both: services meet both", PC_POLICY_IDENTITY,
         IF("Deny", "'NotIpAddress':{^'aws:SourceIp':'203.0.113.0/24'},"
                    "'StringNotEquals':{'aws:SourceVpc':'vpc-1'}"),
         "1298"},
        {"within an endpoint", PC_POLICY_IDENTITY,
         IF("Deny", "'NotIpAddress':{'aws:SourceIp':'203.0.113.0/24'},"
                    "'StringEquals':{'aws:SourceVpc':'vpc-1'}"),
         ""},
        {"the policy of a bucket", PC_POLICY_RESOURCE,
         DOCUMENT(DENY("'*'", "'s3:*'", "'*'",
                       WHEN("{'NotIpAddress':{^'aws:SourceIp':'203.0.113.0/24'}}"))),
         "1298"},
        {"a service is denied, by its own name", PC_POLICY_RESOURCE,
         DOCUMENT(DENY("{'Service':'sns.amazonaws.com'}", "'sqs:*'", "'*'",
                       WHEN("{'NotIpAddress':{'aws:SourceIp':'203.0.113.0/24'}}"))),
         ""},
        {"the network itself is denied", PC_POLICY_IDENTITY,
         IF("Deny", "'IpAddress':{'aws:SourceIp':'203.0.113.0/24'}"), ""},
        {"an Allow", PC_POLICY_IDENTITY,
         IF("Allow", "'NotIpAddress':{'aws:SourceIp':'203.0.113.0/24'}"), ""},
    };
    CHECK_LINT(cases, 1298, 1298);
}

//
static void mfa_is_absent(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"a Deny", PC_POLICY_IDENTITY, IF("Deny", "^'Bool':{'aws:MultiFactorAuthPresent':'false'}"),
         "1299"},
        {"a JSON boolean", PC_POLICY_IDENTITY,
         IF("Deny", "^'Bool':{'aws:MultiFactorAuthPresent':false}"), "1299"},
        {"as it should be", PC_POLICY_IDENTITY,
         IF("Deny", "'BoolIfExists':{'aws:MultiFactorAuthPresent':'false'}"), ""},
        {"an Allow", PC_POLICY_IDENTITY,
         IF("Allow", "^'BoolIfExists':{'aws:MultiFactorAuthPresent':'true'}"), "1299"},
        {"an Allow as it should be", PC_POLICY_IDENTITY,
         IF("Allow", "'Bool':{'aws:MultiFactorAuthPresent':'true'}"), ""},
        {"a Deny with MFA, whatever for", PC_POLICY_IDENTITY,
         IF("Deny", "'Bool':{'aws:MultiFactorAuthPresent':'true'}"), ""},
        {"its presence is tested", PC_POLICY_IDENTITY,
         IF("Deny", "'Bool':{'aws:MultiFactorAuthPresent':'false'},"
                    "'Null':{'aws:MultiFactorAuthPresent':'false'}"),
         ""},
        {"another key", PC_POLICY_IDENTITY, IF("Deny", "'Bool':{'aws:SecureTransport':'false'}"),
         ""},
    };
    CHECK_LINT(cases, 1299, 1299);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_is_denied),
        cmocka_unit_test(services_are_denied),
        cmocka_unit_test(networks_are_denied),
        cmocka_unit_test(mfa_is_absent),
    };
    return cmocka_run_group_tests_name("lint/deny_checks", tests, NULL, NULL);
}
