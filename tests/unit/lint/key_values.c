// SPDX-License-Identifier: Apache-2.0
#include "reference.h"

#define ID               PC_POLICY_IDENTITY
#define IF(condition)    ALLOW("'Action':'*'" ON_ALL ",'Condition':{" condition "}")
#define IS(key, value)   IF("'StringEquals':{'" key "':" value "}")
#define LIKE(key, value) IF("'StringLike':{'" key "':" value "}")
#define PATH             "o-a1b2c3d4e5/r-ab12/"

static void values_of_a_form(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"true in capitals", ID, IS("aws:SecureTransport", "^'True'"), "1234"},
        {"true", ID, IS("aws:SecureTransport", "'true'"), ""},
        {"in any letters", ID, IF("'StringEqualsIgnoreCase':{'aws:SecureTransport':'True'}"), ""},
        {"of the operator Bool", ID, IF("'Bool':{'aws:SecureTransport':'True'}"), ""},
        {"an account", ID, IS("aws:SourceAccount", "['111122223333',^'11112222333']"), "1235"},
        {"an ARN for an account", ID,
         IS("aws:ResourceAccount", "^'arn:aws:iam::111122223333:root'"), "1235"},
        {"nobody's account", ID, IS("aws:PrincipalAccount", "'anonymous'"), ""},
        {"a variable", ID, IS("aws:ResourceAccount", "'${aws:PrincipalAccount}'"), ""},
        {"part of an account", ID, LIKE("aws:SourceAccount", "'1111*'"), ""},
        {"negated is no better", ID, IF("'StringNotEquals':{'aws:SourceAccount':^'1'}"), "1235"},
        {"an organization", ID, IS("aws:PrincipalOrgID", "'o-a1b2c3d4e5'"), ""},
        {"a short one", ID, IS("aws:PrincipalOrgID", "^'o-a1b2'"), "1236"},
        {"in capitals", ID, IS("aws:ResourceOrgID", "^'o-A1B2C3D4E5'"), "1236"},
        {"a pattern", ID, LIKE("aws:PrincipalOrgID", "'o-a1*'"), ""},
        {"a pattern of none", ID, LIKE("aws:PrincipalOrgID", "^'ou-*'"), "1236"},
        {"a path", ID,
         IF("'ForAnyValue:StringLike':{'aws:PrincipalOrgPaths':['" PATH "*','" PATH "']}"), ""},
        {"a path without an end", ID,
         IF("'ForAnyValue:StringEquals':{'aws:PrincipalOrgPaths':^'o-a1b2c3d4e5/r-ab12'}"), "1236"},
        {"a path without an organization", ID,
         IF("'ForAnyValue:StringLike':{'aws:PrincipalOrgPaths':^'r-ab12/*'}"), "1236"},
        {"a VPC", ID, IS("aws:SourceVpc", "'vpc-0a1b2c3d4e5f60718'"), ""},
        {"an endpoint for a VPC", ID, IS("aws:SourceVpc", "^'vpce-0a1b2c3d4e5f60718'"), "1237"},
        {"a VPC for an endpoint", ID, IS("aws:SourceVpce", "^'vpc-0a1b2c3d4e5f60718'"), "1237"},
        {"any endpoint", ID, LIKE("aws:SourceVpce", "'*'"), ""},
        {"an ARN for an endpoint", ID,
         LIKE("aws:SourceVpce", "^'arn:aws:ec2:*:*:vpc-endpoint/vpce-1'"), "1237"},
    };
    CHECK_REFERENCE(cases, 1234, 1237);
}

//
static void stars(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"literal", ID, IS("s3:prefix", "['a',^'home/*']"), "1238"},
        {"negated", ID, IF("'StringNotEquals':{'aws:PrincipalTag/a':^'*'}"), "1238"},
        {"a wildcard", ID, LIKE("s3:prefix", "'home/*'"), ""},
        {"of an ARN", ID, IS("aws:SourceArn", "^'arn:aws:sns:*:111122223333:t'"), "1239"},
        {"of an ARN, a wildcard", ID, LIKE("aws:SourceArn", "'arn:aws:sns:*:111122223333:t'"), ""},
        {"ArnEquals has wildcards (R-423)", ID,
         IF("'ArnEquals':{'aws:SourceArn':'arn:aws:sns:*:111122223333:t'}"), ""},
        {"an ARN without", ID, IS("aws:SourceArn", "'arn:aws:sns:eu-west-1:111122223333:t'"), ""},
        {"a star on purpose (R-505)", ID, IS("s3:prefix", "'${*}'"), ""},
    };
    static const struct lint_case sources[] = {
        {"opens nothing to other accounts", PC_POLICY_RESOURCE,
         ALLOW("'Principal':{'Service':'s3.amazonaws.com'},'Action':'sqs:SendMessage'" ON_ALL
               ",'Condition':{'StringEquals':{'aws:SourceArn':^'arn:aws:s3:::a-*'}}"),
         "1239"},
    };
    CHECK_REFERENCE(cases, 1238, 1239);
    CHECK_REFERENCE(sources, 1239, 1304);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_of_a_form),
        cmocka_unit_test(stars),
    };
    return cmocka_run_group_tests(tests, read_reference, forget_reference);
}
