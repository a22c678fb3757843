// SPDX-License-Identifier: Apache-2.0
#include "document_case.h"

#define I(resources)                                                                               \
    "{'Version':'2012-10-17','Statement':{'Effect':'Deny','Action':'s3:*','Resource':" resources   \
    "}}"
#define P(resources)                                                                               \
    "{'Version':'2012-10-17','Statement':{'Effect':'Deny','Principal':'*','Action':'kms:*',"       \
    "'Resource':" resources "}}"

//
static void forms_of_a_resource(void **state)
{
    (void)state;
    static const struct document_case cases[] = {
        {"what is fine", PC_POLICY_IDENTITY,
         I("['*','arn:aws:s3:::b','arn:aws:s3:::b/*','arn:*:ec2:*:*:*/*','arn:aws:a:b:c:d:e:f',"
           "'arn:aws:s3:::b/${aws:username}','arn:::::']"),
         ""},
        {"neither", PC_POLICY_IDENTITY,
         I("[^'',^'**',^'b/*',^'ARN:aws:s3:::b',^' *',^'arn',^'arn;aws:s3:::b',^'*:*',"
           "^'${aws:x}']"),
         "403 403 403 403 403 403 403 403 403"},
        {"not strings (R-016)", PC_POLICY_IDENTITY, I("[^1,^null,^[],^{},^false]"),
         "313 313 313 313 313"},
        {"a lone number (R-016)", PC_POLICY_IDENTITY, I("^1"), "313"},
        {"empty (R-015)", PC_POLICY_IDENTITY, I("^[]"), "314"},
        {"empty NotResource (R-015)", PC_POLICY_IDENTITY,
         "{'Statement':{'Effect':'Deny','Action':'s3:*','NotResource':^[]}}", "314"},
    };
    CHECK_DOCUMENTS(cases);
}

// The table of R-207, row by row.
static void short_arns(void **state)
{
    (void)state;
    static const struct document_case cases[] = {
        {"identity: both", PC_POLICY_IDENTITY,
         I("['arn:aws:sqs:us-east-1','arn:aws:sqs:*','arn:']"), ""},
        {"boundary: both", PC_POLICY_BOUNDARY, I("['arn:aws:sqs:us-east-1','arn:aws:sqs:*']"), ""},
        {"session: neither", PC_POLICY_SESSION,
         I("[^'arn:aws:sqs:us-east-1',^'arn:aws:sqs:*','*','arn:aws:s3:::b']"), "404 404"},
        {"resource: a wildcard makes the difference", PC_POLICY_RESOURCE,
         P("[^'arn:aws:sqs:us-east-1','arn:aws:sqs:*','arn:aws:sq?',^'arn:aws:sqs::']"), "405 405"},
        {"key: as resource", PC_POLICY_KEY, P("[^'arn:aws:kms','arn:aws:kms:*']"), "405"},
        {"endpoint: as resource", PC_POLICY_ENDPOINT, P("[^'arn:aws:kms','arn:aws:kms:*']"), "405"},
        {"SCP: only with a star at the end", PC_POLICY_SCP,
         I("[^'arn:aws:sqs:us-east-1','arn:aws:sqs:*','arn:aws:sqs:us-*',^'arn:aws:s*:x',"
           "^'arn:aws:sq?']"),
         "404 404 404"},
        {"RCP: neither", PC_POLICY_RCP, P("[^'arn:aws:sqs:us-east-1',^'arn:aws:sqs:*']"),
         "404 404"},
    };
    CHECK_DOCUMENTS(cases);
}

// what no ARN has in front of its fifth colon.
static void variables_before_the_last_field(void **state)
{
    (void)state;
#define NEW(resources)                                                                             \
    "{'Version':'2012-10-17','Statement':{'Effect':'Deny','Action':'s3:*','Resource':" resources   \
    "}}"
    static const struct document_case cases[] = {
        {"each field", PC_POLICY_IDENTITY,
         NEW("[^'arn:${x}:s3:::b',^'arn:aws:${x}:::b',^'arn:aws:s3:${x}::b',^'arn:aws:s3::${x}:b',"
             "^'arn:aws:s3::a-${*}:b']"),
         "405 405 405 405 405"},
        {"a colon in the name is one of the ARN", PC_POLICY_IDENTITY,
         NEW("[^'arn:aws:s3::${aws:username}:b',^'arn:aws:s3::${a:${b}']"), "405 405"},
        {"a short ARN", PC_POLICY_IDENTITY, NEW("[^'arn:aws:${x}','arn:aws:$']"), "405"},
        {"a short ARN that is refused", PC_POLICY_SCP, NEW("^^'arn:aws:${x}'"), "405 404"},
        {"in the last field", PC_POLICY_IDENTITY, NEW("'arn:aws:s3:::b:${x}:${y}'"), ""},
        {"a star and a variable", PC_POLICY_IDENTITY, NEW("['*','arn:aws:s3:::${aws:username}']"),
         ""},
    };
#undef NEW
    CHECK_DOCUMENTS(cases);
}

// field 6 only, and only where the text would else be a variable.
static void variables_without_the_version(void **state)
{
    (void)state;
#define OLD(resources)                                                                             \
    "{'Version':'2008-10-17','Statement':{'Effect':'Deny','Action':'s3:*','Resource':" resources   \
    "}}"
    static const struct document_case cases[] = {
        {"in field 6", PC_POLICY_IDENTITY,
         OLD("['arn:aws:s3:::b/$x{y}$',^'arn:aws:s3:::b/${aws:username}/*',^'arn:aws:s3:::$${*}']"),
         "511 511"},
        {"in other fields it is text anyway", PC_POLICY_IDENTITY, OLD("^'arn:aws:sqs:${x}:${y}:q'"),
         "405"},
        {"without a Version", PC_POLICY_RESOURCE,
         "{'Statement':{'Effect':'Deny','Principal':'*','Action':'s3:*',"
         "'NotResource':^'arn:aws:s3:::b/${x'}}",
         "511"},
    };
#undef OLD
    CHECK_DOCUMENTS(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_of_a_resource),
        cmocka_unit_test(short_arns),
        cmocka_unit_test(variables_before_the_last_field),
        cmocka_unit_test(variables_without_the_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
