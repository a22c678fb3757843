// SPDX-License-Identifier: Apache-2.0
#include "reference.h"

#define POLICY(statements) "{'Version':'2012-10-17','Statement':[" statements "]}"
#define DENIES(not_principal)                                                                      \
    POLICY("{'Effect':'Deny'," not_principal ",'Action':'s3:*','Resource':'*'}")
#define TO(principal, resource)                                                                    \
    POLICY("{'Effect':'Allow','Principal':" principal ",'Action':'s3:*','Resource':" resource "}")
#define ROOT    "'arn:aws:iam::111111111111:root'"
#define BOB     "'arn:aws:iam::111111111111:user/Bob'"
#define ROLE    "'arn:aws:iam::111111111111:role/x/R'"
#define SESSION "'arn:aws:sts::111111111111:assumed-role/R/s'"

// The table below.
static void excepted(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"a user and the account", PC_POLICY_RESOURCE,
         DENIES("^'NotPrincipal':{'AWS':[" BOB "," ROOT "]}"), "1306"},
        {"the account by its id (R-303)", PC_POLICY_RESOURCE,
         DENIES("^'NotPrincipal':{'AWS':[" BOB ",'111111111111']}"), "1306"},
        {"a user alone", PC_POLICY_RESOURCE, DENIES("'NotPrincipal':{'AWS':^" BOB "}"), "1307"},
        {"with another account", PC_POLICY_RESOURCE,
         DENIES("'NotPrincipal':{'AWS':[^" BOB ",'222222222222']}"), "1307"},
        {"a role and the account", PC_POLICY_RESOURCE,
         DENIES("'NotPrincipal':{'AWS':[^" ROLE "," ROOT "]}"), "1307"},
        {"a session without its role", PC_POLICY_RESOURCE,
         DENIES("'NotPrincipal':{'AWS':[^" SESSION "," ROOT "]}"), "1307"},
        {"its role by an id (R-314)", PC_POLICY_RESOURCE,
         DENIES("^'NotPrincipal':{'AWS':[" SESSION ",'AROAEXAMPLEID'," ROOT "]}"), "1306"},
        {"the whole chain", PC_POLICY_RESOURCE,
         DENIES("^'NotPrincipal':{'AWS':[" SESSION "," ROLE "," ROOT "]}"), "1306"},
        {"the account", PC_POLICY_RESOURCE, DENIES("^'NotPrincipal':{'AWS':" ROOT "}"), "1306"},
        {"a service (R-324)", PC_POLICY_RESOURCE,
         DENIES("'NotPrincipal':{'Service':'sns.amazonaws.com'}"), ""},
        {"everybody", PC_POLICY_RESOURCE, DENIES("'Principal':'*'"), ""},
    };
    CHECK_LINT(cases, 1306, 1307);
}

static void lists(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"an account, in both forms (R-303)", PC_POLICY_RESOURCE,
         TO("{'AWS':['111111111111',^" ROOT "]}", "'*'"), "1308"},
        {"a role", PC_POLICY_RESOURCE, TO("{'AWS':[" ROLE ",^" ROLE "]}", "'*'"), "1308"},
        {"beside everybody, in front and behind", PC_POLICY_RESOURCE,
         TO("{'AWS':[^" ROLE ",'*'],'Service':^'sns.amazonaws.com'}", "'*'"), "1308 1308"},
        {"a user of the account is more than it (R-611)", PC_POLICY_RESOURCE,
         TO("{'AWS':[" BOB "," ROOT "]}", "'*'"), ""},
        {"in a Deny it is not (R-612)", PC_POLICY_RESOURCE,
         DENIES("'Principal':{'AWS':[^" BOB ",^" SESSION "," ROOT "]}"), "1308 1308"},
        {"somebody of another account", PC_POLICY_RESOURCE,
         DENIES("'Principal':{'AWS':[" BOB ",'222222222222']}"), ""},
        {"who is excepted needs the account (R-321)", PC_POLICY_RESOURCE,
         DENIES("'NotPrincipal':{'AWS':[" BOB "," ROOT "]}"), ""},
        {"names are compared with case (R-304)", PC_POLICY_RESOURCE,
         TO("{'AWS':[" BOB ",'arn:aws:iam::111111111111:user/bob']}", "'*'"), ""},
        {"accounts of two partitions", PC_POLICY_RESOURCE,
         TO("{'AWS':[" ROOT ",'arn:aws-cn:iam::111111111111:root']}", "'*'"), ""},
    };
    CHECK_LINT(cases, 1308, 1308);
}

static void names(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"ids (R-314)", PC_POLICY_RESOURCE,
         TO("{'AWS':[^'AIDAEXAMPLEID',^'AROAEXAMPLEID'," ROOT "]}", "'*'"), "1309 1309"},
        {"in a trust policy", PC_POLICY_TRUST,
         POLICY("{'Effect':'Allow','Principal':{'AWS':^'AROAEXAMPLEID'},"
                "'Action':'sts:AssumeRole'}"),
         "1309"},
        {"another ending", PC_POLICY_TRUST,
         POLICY("{'Effect':'Allow','Principal':{'Service':[^'lambda.amazon.com',"
                "'ec2.amazonaws.com']},'Action':'sts:AssumeRole'}"),
         "1310"},
        {"which some services have", PC_POLICY_RESOURCE,
         TO("{'Service':'alexa-appkit.amazon.com'}", "'*'"), ""},
        {"misspelt", PC_POLICY_TRUST,
         POLICY("{'Effect':'Allow','Principal':{'Service':[^'lamda.amazonaws.com',"
                "^'apigatway.amazonaws.com','lambda.amazonaws.com','edgelambda.amazonaws.com',"
                "'es.amazonaws.com','ec3.amazonaws.com','logs.eu-west-1.amazonaws.com']},"
                "'Action':'sts:AssumeRole'}"),
         "1310 1310"},
        {"in China", PC_POLICY_RESOURCE, TO("{'Service':'ec2.amazonaws.com.cn'}", "'*'"), ""},
    };
    CHECK_REFERENCE(cases, 1309, 1310);
}

//
static void partitions(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"of the resources", PC_POLICY_RESOURCE,
         TO("{'AWS':[" ROOT ",^'arn:aws-cn:iam::111111111111:role/R','111111111111']}",
            "'arn:aws:s3:::b'"),
         "1311"},
        {"it is not known which", PC_POLICY_RESOURCE,
         TO("{'AWS':'arn:aws-cn:iam::111111111111:role/R'}", "'*'"), ""},
        {"several", PC_POLICY_RESOURCE,
         TO("{'AWS':" ROOT "}", "['arn:aws:s3:::b','arn:aws-cn:s3:::b']"), ""},
        {"any", PC_POLICY_RESOURCE, TO("{'AWS':" ROOT "}", "'arn:*:s3:::b'"), ""},
    };
    static const struct lint_case attached[] = {
        {"of what it is attached to", PC_POLICY_RESOURCE, TO("{'AWS':^" ROOT "}", "'*'"), "1311"},
    };
    CHECK_LINT(cases, 1311, 1311);
    CHECK_LINT_OF(attached, .from = 1311, .to = 1311, .attached = "arn:aws-us-gov:s3:::b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(excepted),
        cmocka_unit_test(lists),
        cmocka_unit_test(names),
        cmocka_unit_test(partitions),
    };
    return cmocka_run_group_tests(tests, read_reference, forget_reference);
}
