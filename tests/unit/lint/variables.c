// SPDX-License-Identifier: Apache-2.0
#include "reference.h"
#include "statement_case.h"

#define ID           PC_POLICY_IDENTITY
#define ON(resource) ONE("{'Effect':'Allow','Action':'s3:*','Resource':" resource "}")

static void names(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"misspelt", ID, ON("^'arn:aws:s3:::b/${aws:usrname}/*'"), "1272"},
        {"misspelt in a value", ID, ALLOWS("{'StringEquals':{'s3:prefix':^'${aws:UserIdd}'}}"),
         "1272"},
        {"known", ID, ON("'arn:aws:s3:::b/${AWS:UserName}/${aws:PrincipalTag/x}/*'"), ""},
        {"of a service", ID, ON("'arn:aws:s3:::b/${saml:sub}/*'"), ""},
        {"far from every name", ID, ON("'arn:aws:s3:::b/${aws:SomethingNew}/*'"), ""},
        {"a tag without a key", ID, ON("^'arn:aws:s3:::b/${aws:PrincipalTag}/*'"), "1272"},
        {"plain text of 2008", ID,
         "{'Statement':{'Effect':'Allow','Action':'s3:*','Resource':'arn:aws:s3:::${aws:usrname}'}"
         "}",
         ""},
        {"no variables there: R-508", ID, ALLOWS("{'NumericEquals':{'s3:max-keys':'10'}}"), ""},
    };
    CHECK_STATEMENTS(cases);
}

//
static void lists(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"a list", ID, ON("^'arn:aws:s3:::b/${aws:TagKeys}'"), "1273"},
        {"a list in a value", ID,
         ALLOWS("{'StringEquals':{'s3:prefix':['x',^'${aws:PrincipalOrgPaths}']}}"), "1273"},
    };
    CHECK_STATEMENTS(cases);
}

//
static void user_names(void **state)
{
    (void)state;
    static const struct lint_case of_role[] = {
        {"role", ID, ON("^'arn:aws:s3:::b/${aws:username}'"), "1273"},
        {"role, another key", ID, ON("'arn:aws:s3:::b/${aws:userid}'"), ""},
        {"who assumes it may be a user", PC_POLICY_TRUST,
         ONE("{'Effect':'Allow','Principal':{'AWS':'111111111111'},'Action':'sts:AssumeRole',"
             "'Condition':{'StringEquals':{'sts:RoleSessionName':'${aws:username}'}}}"),
         ""},
    };
    static const struct lint_case of_user[] = {
        {"user", ID, ON("'arn:aws:s3:::b/${aws:username}'"), ""},
    };
    CHECK_LINT_OF(of_role, .from = 1240, .to = 1279,
                  .attached = "arn:aws:iam::111111111111:role/service/r");
    CHECK_LINT_OF(of_user, .from = 1240, .to = 1279,
                  .attached = "arn:aws:iam::111111111111:user/role/u");
    CHECK_STATEMENTS(of_user);
}

static void with_the_reference(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"of no global key", ID, ON("^'arn:aws:s3:::b/${aws:SomethingNew}/*'"), "1272"},
        {"of global keys", ID, ON("'arn:aws:s3:::b/${AWS:UserName}/${aws:PrincipalTag/x}/*'"), ""},
        {"of another service", ID, ON("'arn:aws:s3:::b/${saml:sub}/${redshift:DbUser}'"), ""},
    };
    CHECK_LINT_OF(cases, .from = 1272, .to = 1273, .catalog = reference);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(lists),
        cmocka_unit_test(user_names),
        cmocka_unit_test(with_the_reference),
    };
    return cmocka_run_group_tests(tests, read_reference, forget_reference);
}
