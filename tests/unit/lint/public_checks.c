// SPDX-License-Identifier: Apache-2.0
#include "lint_case.h"

#define DOCUMENT(statements) "{'Version':'2012-10-17','Statement':[" statements "]}"
#define TO(principal, more)                                                                        \
    "{'Effect':'Allow','Principal':" principal                                                     \
    ",'Action':'s3:GetObject','Resource':'arn:aws:s3:::b/*'" more "}"
#define IF(condition)   TO("'*'", ",'Condition':{" condition "}")
#define OPEN(condition) TO("^'*'", ",'Condition':{" condition "}")
#define URL(principal, key)                                                                        \
    "{'Effect':'Allow','Principal':" principal ",'Action':'lambda:InvokeFunctionUrl',"             \
    "'Resource':'*','Condition':{" key "}}"

static void the_public(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"everybody", PC_POLICY_RESOURCE, DOCUMENT(TO("^'*'", "")), "1300"},
        {"in a map, among others", PC_POLICY_RESOURCE,
         DOCUMENT(TO("{'AWS':['111111111111',^'*']}", "")), "1300"},
        {"a key", PC_POLICY_KEY,
         DOCUMENT("{'Effect':'Allow','Principal':^'*','Action':'kms:Decrypt','Resource':'*'}"),
         "1300"},
        {"what callers choose keeps nobody out", PC_POLICY_RESOURCE,
         DOCUMENT(OPEN("'StringLike':{'aws:Referer':'https://example.com/*'},"
                       "'Bool':{'aws:SecureTransport':'true'}")),
         "1300"},
        {"tags of principals are their account's", PC_POLICY_RESOURCE,
         DOCUMENT(OPEN("'StringEquals':{'aws:PrincipalTag/team':'a'}")), "1300"},
        {"a service that acts for any account", PC_POLICY_KEY,
         DOCUMENT("{'Effect':'Allow','Principal':^'*','Action':'kms:Decrypt','Resource':'*',"
                  "'Condition':{'StringEquals':{'kms:ViaService':'s3.eu-west-1.amazonaws.com'}}}"),
         "1300"},
        {"a key as AWS has it (R-709)", PC_POLICY_KEY,
         DOCUMENT("{'Effect':'Allow','Principal':'*','Action':'kms:Decrypt','Resource':'*',"
                  "'Condition':{'StringEquals':{'kms:ViaService':'s3.eu-west-1.amazonaws.com',"
                  "'kms:CallerAccount':'111111111111'}}}"),
         ""},
        {"an organization", PC_POLICY_RESOURCE,
         DOCUMENT(IF("'StringEquals':{'aws:PrincipalOrgID':'o-1'}")), ""},
        {"a key that nothing is known of", PC_POLICY_RESOURCE,
         DOCUMENT(IF("'StringEquals':{'aws:SomethingNew':'x'}")), ""},
        {"one account", PC_POLICY_RESOURCE, DOCUMENT(TO("{'AWS':'111111111111'}", "")), ""},
        {"a service", PC_POLICY_RESOURCE, DOCUMENT(TO("{'Service':'s3.amazonaws.com'}", "")), ""},
        {"a Deny", PC_POLICY_RESOURCE,
         DOCUMENT("{'Effect':'Deny','Principal':'*','Action':'s3:PutObject','Resource':'*'}"), ""},
        {"endpoints are written so", PC_POLICY_ENDPOINT, DOCUMENT(TO("'*'", "")), ""},
        {"nothing is allowed (R-015)", PC_POLICY_RESOURCE,
         DOCUMENT("{'Effect':'Allow','Principal':'*','Action':[],'Resource':'*'}"), ""},
        {"a Deny keeps strangers out", PC_POLICY_RESOURCE,
         DOCUMENT(
             TO("'*'",
                "") ",{'Effect':'Deny','Principal':'*','Action':'s3:*','Resource':'*','Condition':"
                    "{'StringNotEquals':{'aws:SourceVpce':'vpce-1'}}}"),
         ""},
        {"a Deny of something else does not", PC_POLICY_RESOURCE,
         DOCUMENT(TO("^'*'",
                     "") ",{'Effect':'Deny','Principal':'*','Action':'s3:PutObject','Resource':'*',"
                         "'Condition':{'StringNotEquals':{'aws:SourceVpce':'vpce-1'}}}"),
         "1300"},
        {"nor a Deny without TLS", PC_POLICY_RESOURCE,
         DOCUMENT(
             TO("^'*'",
                "") ",{'Effect':'Deny','Principal':'*','Action':'s3:*','Resource':'*','Condition':"
                    "{'Bool':{'aws:SecureTransport':'false'}}}"),
         "1300"},
    };
    CHECK_LINT(cases, 1300, 1302);
}

static void urls(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"without authentication", PC_POLICY_RESOURCE,
         DOCUMENT(URL("^'*'", "'StringEquals':{'lambda:FunctionUrlAuthType':'NONE'}")), "1301"},
        {"through the URL alone", PC_POLICY_RESOURCE,
         DOCUMENT(URL("^'*'", "'Bool':{'lambda:InvokedViaFunctionUrl':'true'}")), "1301"},
        {"with authentication it is every account", PC_POLICY_RESOURCE,
         DOCUMENT(URL("^'*'", "'StringEquals':{'lambda:FunctionUrlAuthType':'AWS_IAM'}")), "1300"},
        {"of an organization", PC_POLICY_RESOURCE,
         DOCUMENT(URL("'*'", "'StringEquals':{'lambda:FunctionUrlAuthType':'AWS_IAM',"
                             "'aws:PrincipalOrgID':'o-1'}")),
         ""},
    };
    CHECK_LINT(cases, 1300, 1302);
}

// The condition could say who is meant.
static void open_conditions(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"any organization", PC_POLICY_RESOURCE,
         DOCUMENT(IF("'StringLike':{'aws:PrincipalOrgID':^'o-*'}")), "1302"},
        {"any of several values", PC_POLICY_RESOURCE,
         DOCUMENT(IF("'StringLike':{'aws:SourceVpce':['vpce-1',^'*']}")), "1302"},
        {"a star that is none (R-414)", PC_POLICY_RESOURCE,
         DOCUMENT(IF("'StringEquals':{'aws:PrincipalAccount':'*'}")), ""},
        {"IfExists: strangers have no organization (R-429)", PC_POLICY_RESOURCE,
         DOCUMENT(IF("'StringEqualsIfExists':{^'aws:PrincipalOrgID':'o-1'}")), "1302"},
        {"ForAllValues: nor these (R-433)", PC_POLICY_RESOURCE,
         DOCUMENT(IF("'ForAllValues:StringLike':{^'aws:PrincipalOrgPaths':'o-1/*'}")), "1302"},
        {"ForAnyValue", PC_POLICY_RESOURCE,
         DOCUMENT(IF("'ForAnyValue:StringLike':{'aws:PrincipalOrgPaths':'o-1/*'}")), ""},
        {"all but one account", PC_POLICY_RESOURCE,
         DOCUMENT(IF("'StringNotEquals':{^'aws:PrincipalAccount':'111111111111'}")), "1302"},
        {"a network that is everybody's", PC_POLICY_RESOURCE,
         DOCUMENT(IF("'IpAddress':{'aws:SourceIp':['203.0.113.0/24',^'0.0.0.0/0']}")), "1302"},
        {"both halves of it", PC_POLICY_RESOURCE,
         DOCUMENT(IF("'IpAddress':{'aws:SourceIp':[^'0.0.0.0/1','128.0.0.0/1']}")), "1302"},
        {"an address", PC_POLICY_RESOURCE,
         DOCUMENT(IF("'IpAddress':{'aws:SourceIp':'203.0.113.7'}")), ""},
        {"a role of any account", PC_POLICY_RESOURCE,
         DOCUMENT(IF("'ArnLike':{'aws:PrincipalArn':^'arn:aws:iam::*:role/deploy'}")), "1302"},
        {"roles of one account", PC_POLICY_RESOURCE,
         DOCUMENT(IF("'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::111111111111:role/*'}")), ""},
        {"a topic of any account: by SNS alone", PC_POLICY_RESOURCE,
         DOCUMENT(IF("'StringLike':{'aws:SourceArn':^'arn:aws:sns:*'}")), "1302"},
        {"a topic of any account, or none", PC_POLICY_RESOURCE,
         DOCUMENT(IF("'ArnLikeIfExists':{^'aws:SourceArn':'arn:aws:sns:*:111111111111:t'}")),
         "1302"},
        {"a topic", PC_POLICY_RESOURCE,
         DOCUMENT(IF("'ArnLike':{'aws:SourceArn':'arn:aws:sns:*:111111111111:*'}")), ""},
        {"a bucket, whose name is one's own", PC_POLICY_RESOURCE,
         DOCUMENT(IF("'ArnLike':{'aws:SourceArn':'arn:aws:s3:*:*:b'}")), ""},
        {"the key is there for strangers as well", PC_POLICY_RESOURCE,
         DOCUMENT(IF("'Null':{^'aws:SourceVpce':'false'}")), "1302"},
        {"a role for the roles of any account", PC_POLICY_TRUST,
         DOCUMENT("{'Effect':'Allow','Principal':'*','Action':'sts:AssumeRole','Condition':"
                  "{'ArnLike':{'aws:PrincipalArn':^'arn:aws:iam::*:role/deploy'}}}"),
         "1302"},
        {"a role for everybody with a second factor", PC_POLICY_TRUST,
         DOCUMENT("{'Effect':'Allow','Principal':^'*','Action':'sts:AssumeRole','Condition':"
                  "{'Bool':{'aws:MultiFactorAuthPresent':'true'}}}"),
         "1300"},
        {"a role for an organization", PC_POLICY_TRUST,
         DOCUMENT("{'Effect':'Allow','Principal':'*','Action':'sts:AssumeRole','Condition':"
                  "{'StringEquals':{'aws:PrincipalOrgID':'o-1'}}}"),
         ""},
        {"a role for everybody, as the reader says", PC_POLICY_TRUST,
         DOCUMENT("{'Effect':'Allow','Principal':'*','Action':'sts:AssumeRole'}"), ""},
        {"of two one says who it is", PC_POLICY_RESOURCE,
         DOCUMENT(IF("'StringLike':{'aws:SourceVpce':'*'},"
                     "'StringEquals':{'aws:PrincipalOrgID':'o-1'}")),
         ""},
        {"what follows the resource (R-514)", PC_POLICY_RESOURCE,
         DOCUMENT(IF("'StringLike':{'aws:PrincipalOrgID':'${aws:ResourceOrgID}'}")), ""},
    };
    CHECK_LINT(cases, 1300, 1302);
}

// What makes access public is not told a second time as an odd condition.
static void told_once(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"every address", PC_POLICY_RESOURCE,
         DOCUMENT(IF("'IpAddress':{'aws:SourceIp':^'0.0.0.0/0'}")), "1302"},
        {"every address, where somebody is named", PC_POLICY_RESOURCE,
         DOCUMENT(TO("{'AWS':'111111111111'}",
                     ",'Condition':{'IpAddress':{'aws:SourceIp':^'0.0.0.0/0'}}")),
         "1260"},
        {"every endpoint", PC_POLICY_RESOURCE, DOCUMENT(IF("'StringLike':{'aws:SourceVpce':^'*'}")),
         "1302"},
        {"negated", PC_POLICY_RESOURCE,
         DOCUMENT(IF("'StringNotEquals':{^'aws:SourceVpce':'vpce-1'}")), "1302"},
        {"all of none", PC_POLICY_RESOURCE,
         DOCUMENT(IF("'ForAllValues:StringLike':{^'aws:PrincipalOrgPaths':'o-1/*'}")), "1302"},
        {"of two the other one", PC_POLICY_RESOURCE,
         DOCUMENT(IF("'StringLike':{'aws:SourceVpce':^'*'},"
                     "'StringNotEquals':{^'aws:SourceVpc':'vpc-1'}")),
         "1302 1302"},
    };
    CHECK_LINT(cases, 1240, 1302);
}

static void private_networks(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"each", PC_POLICY_RESOURCE,
         DOCUMENT(IF("'IpAddress':{'aws:SourceIp':[^'10.1.0.0/16',^'172.16.0.1',"
                     "^'192.168.1.0/24',^'fd00::/8']}")),
         "1305 1305 1305 1305"},
        {"in a Deny", PC_POLICY_IDENTITY,
         DOCUMENT("{'Effect':'Deny','Action':'*','Resource':'*','Condition':{'NotIpAddress':"
                  "{'aws:SourceIp':['203.0.113.0/24',^'10.0.0.0/8']}}}"),
         "1305"},
        {"beside them", PC_POLICY_RESOURCE,
         DOCUMENT(IF("'IpAddress':{'aws:SourceIp':['11.0.0.0/8','172.32.0.0/16','192.169.0.1',"
                     "'0.0.0.0/0','2001:db8::/32']}")),
         ""},
        {"in a VPC they are", PC_POLICY_RESOURCE,
         DOCUMENT(IF("'IpAddress':{'aws:VpcSourceIp':'10.0.0.0/8'}")), ""},
    };
    CHECK_LINT(cases, 1305, 1305);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_public),       cmocka_unit_test(urls),
        cmocka_unit_test(open_conditions),  cmocka_unit_test(told_once),
        cmocka_unit_test(private_networks),
    };
    return cmocka_run_group_tests_name("lint/public_checks", tests, NULL, NULL);
}
