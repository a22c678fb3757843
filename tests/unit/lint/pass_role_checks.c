// SPDX-License-Identifier: Apache-2.0
#include "lint_case.h"

#define PASS(mark, resource, services)                                                             \
    "{'Effect':'Allow','Action':" mark "'iam:PassRole','Resource':" resource                       \
    ",'Condition':{'StringEquals':{'iam:PassedToService':" services "}}}"
#define ALLOW(actions) ",{'Effect':'Allow','Action':" actions ",'Resource':'*'}"
#define DENY(actions)  ",{'Effect':'Deny','Action':" actions ",'Resource':'*'}"
#define DOCUMENT(text) "{'Version':'2012-10-17','Statement':[" text "]}"
#define LAMBDA         "'lambda.amazonaws.com'"

static void roles_that_run(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"a function", PC_POLICY_IDENTITY,
         DOCUMENT(PASS("^", "'*'", LAMBDA) ALLOW("['lambda:CreateFunction','lambda:Invoke*']")),
         "1288"},
        {"by two statements", PC_POLICY_IDENTITY,
         DOCUMENT(PASS("^", "'arn:aws:iam::*:role/*'", LAMBDA) ALLOW("'lambda:CreateFunction'")
                      ALLOW("'lambda:InvokeFunction'")),
         "1288"},
        {"a machine", PC_POLICY_IDENTITY,
         DOCUMENT(PASS("^", "'*'", "['sqs.amazonaws.com','ec2.amazonaws.com']")
                      ALLOW("'ec2:RunInstances'")),
         "1288"},
        {"one finding for several services", PC_POLICY_IDENTITY,
         DOCUMENT(PASS("^", "'*'", "['ec2.amazonaws.com','cloudformation.amazonaws.com']")
                      ALLOW("['ec2:*','cloudformation:*']")),
         "1288"},
        {"nothing calls it", PC_POLICY_IDENTITY,
         DOCUMENT(PASS("", "'*'", LAMBDA) ALLOW("'lambda:CreateFunction'")), ""},
        {"another service", PC_POLICY_IDENTITY,
         DOCUMENT(PASS("", "'*'", "'ecs-tasks.amazonaws.com'") ALLOW("'lambda:*'")), ""},
        {"some roles", PC_POLICY_IDENTITY,
         DOCUMENT(PASS("", "'arn:aws:iam::*:role/app-*'", LAMBDA) ALLOW("'lambda:*'")), ""},
        {"calls are denied", PC_POLICY_IDENTITY,
         DOCUMENT(PASS("", "'*'", LAMBDA) ALLOW("'lambda:*'") DENY("'lambda:InvokeFunction'")), ""},
        {"passing is denied", PC_POLICY_IDENTITY,
         DOCUMENT(PASS("", "'*'", LAMBDA) ALLOW("'lambda:*'") DENY("'iam:*'")), ""},
        {"a second condition", PC_POLICY_IDENTITY,
         DOCUMENT("{'Effect':'Allow','Action':'iam:PassRole','Resource':'*','Condition':"
                  "{'StringEquals':{'iam:PassedToService':" LAMBDA
                  ",'aws:ResourceTag/t':'1'}}}" ALLOW("'lambda:*'")),
         ""},
        {"all services but one", PC_POLICY_IDENTITY,
         DOCUMENT("{'Effect':'Allow','Action':'iam:PassRole','Resource':'*','Condition':"
                  "{'StringNotEquals':{'iam:PassedToService':" LAMBDA "}}}" ALLOW("'lambda:*'")),
         ""},
        {"a cap", PC_POLICY_BOUNDARY, DOCUMENT(PASS("", "'*'", LAMBDA) ALLOW("'lambda:*'")), ""},
    };
    CHECK_LINT(cases, 1288, 1288);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roles_that_run),
    };
    return cmocka_run_group_tests_name("lint/pass_role_checks", tests, NULL, NULL);
}
