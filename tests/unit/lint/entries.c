// SPDX-License-Identifier: Apache-2.0
#include "statement_case.h"

#define ID              PC_POLICY_IDENTITY
#define ACTIONS(list)   ONE("{'Effect':'Allow','Action':[" list "],'Resource':'*'}")
#define RESOURCES(list) ONE("{'Effect':'Allow','Action':'s3:*','Resource':[" list "]}")

//
static void actions(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"twice", ID, ACTIONS("'s3:GetObject','s3:PutObject',^'s3:GetObject'"), "1244"},
        {"letter case", ID, ACTIONS("'s3:GetObject',^'S3:getobject'"), "1244"},
        {"three times", ID, ACTIONS("'s3:GetObject',^'s3:GetObject',^'s3:GetObject'"), "1244 1244"},
        {"stars", ID, ACTIONS("'s3:Get*',^'s3:Get**'"), "1244"},
        {"wildcard behind", ID, ACTIONS("^'s3:GetObject','s3:Get*'"), "1245"},
        {"wildcard in front", ID, ACTIONS("'s3:Get*',^'s3:GetObject'"), "1245"},
        {"everything", ID, ACTIONS("^'s3:GetObject','*',^'sqs:*'"), "1245 1245"},
        {"NotAction", ID,
         ONE("{'Effect':'Deny','NotAction':[^'s3:GetObject','s3:Get*'],'Resource':'*'}"), "1245"},
        {"one character more", ID, ACTIONS("'s3:GetObject','s3:GetObject?'"), ""},
        {"they cross", ID, ACTIONS("'s3:Get*','s3:*Object'"), ""},
        {"another service", ID, ACTIONS("'s3:*','s3express:CreateSession'"), ""},
        {"what matches nothing is told elsewhere", ID, ACTIONS("'s3:','s3:*'"), ""},
    };
    CHECK_STATEMENTS(cases);
}

//
static void resources(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"twice", ID, RESOURCES("'arn:aws:s3:::a',^'arn:aws:s3:::a'"), "1246"},
        {"letter case counts", ID, RESOURCES("'arn:aws:s3:::a','arn:aws:s3:::A'"), ""},
        {"bucket and objects", ID, RESOURCES("'arn:aws:s3:::a','arn:aws:s3:::a/*'"), ""},
        {"both by one", ID, RESOURCES("^'arn:aws:s3:::a',^'arn:aws:s3:::a/*','arn:aws:s3:::a*'"),
         "1247 1247"},
        {"everything", ID, RESOURCES("'*',^'arn:aws:s3:::a'"), "1247"},
        {"short", ID, RESOURCES("^'arn:aws:s3:::a','arn:aws:s3'"), "1247"},
        {"a star stays in its field", ID,
         RESOURCES("'arn:aws:sqs:*:111111111111:q','arn:aws:sqs:eu-west-1:222222222222:q'"), ""},
        {"variable", ID, RESOURCES("^'arn:aws:s3:::a/${aws:username}','arn:aws:s3:::a/*'"), "1247"},
        {"variable and text", ID,
         RESOURCES("'arn:aws:s3:::a/bob','arn:aws:s3:::a/${aws:username}'"), ""},
        {"plain text of 2008", ID,
         "{'Version':'2008-10-17','Statement':{'Effect':'Allow','Action':'s3:*','Resource':"
         "['arn:aws:s3:::a/${x}/*',^'arn:aws:s3:::a/${x}/b']}}",
         "1247"},
        {"short, where its wildcards decide: R-207", PC_POLICY_RESOURCE,
         ONE("{'Effect':'Deny','Principal':'*','Action':'sqs:*','Resource':"
             "['arn:aws:sqs','arn:aws:sqs:eu-west-1:111111111111:q']}"),
         ""},
    };
    CHECK_STATEMENTS(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(actions),
        cmocka_unit_test(resources),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
