// SPDX-License-Identifier: Apache-2.0
#include "lint_case.h"

#define TO(principal, action)                                                                      \
    "{'Effect':'Allow','Principal':" principal ",'Action':" action ",'Resource':'*'}"
#define KEY(statements)  "^{'Version':'2012-10-17','Statement':[" statements "]}"
#define FINE(statements) "{'Version':'2012-10-17','Statement':[" statements "]}"
#define ROOT             "{'AWS':'arn:aws:iam::111111111111:root'}"
#define ROLE             "{'AWS':'arn:aws:iam::111111111111:role/admin'}"

//
static void owners_of_keys(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"as AWS makes them", PC_POLICY_KEY, FINE(TO(ROOT, "'kms:*'")), ""},
        {"the account may change the policy, by a pattern", PC_POLICY_KEY,
         FINE(TO(ROOT, "['kms:Describe*','kms:Put*']")), ""},
        {"nobody may", PC_POLICY_KEY, KEY(TO(ROOT, "['kms:Decrypt','kms:Describe*']")), "1294"},
        {"only a service", PC_POLICY_KEY, KEY(TO("{'Service':'sns.amazonaws.com'}", "'kms:*'")),
         "1294"},
        {"a Deny is no help", PC_POLICY_KEY,
         KEY("{'Effect':'Deny','Principal':" ROOT ",'Action':'kms:PutKeyPolicy','Resource':'*'}"),
         "1294"},
        {"a role may", PC_POLICY_KEY, KEY(TO(ROLE, "'kms:*'")), "1295"},
        {"a role may, and the account may read", PC_POLICY_KEY,
         KEY(TO(ROLE, "'kms:*'") "," TO(ROOT, "'kms:Get*'")), "1295"},
        {"everybody may", PC_POLICY_KEY, FINE(TO("'*'", "'kms:*'")), ""},
        {"not the policy of a key", PC_POLICY_RESOURCE, FINE(TO(ROLE, "'s3:*'")), ""},
    };
    CHECK_LINT(cases, 1294, 1295);
}

static void owners_of_a_known_key(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"its own account may", PC_POLICY_KEY, FINE(TO(ROOT, "'kms:*'")), ""},
        {"another account may, and cannot", PC_POLICY_KEY,
         KEY(TO("{'AWS':'222222222222'}", "'kms:*'")), "1294"},
        {"nor can a role of it", PC_POLICY_KEY,
         KEY(TO("{'AWS':'arn:aws:iam::222222222222:role/r'}", "'kms:*'")), "1294"},
        {"a role of its own", PC_POLICY_KEY, KEY(TO(ROLE, "'kms:*'")), "1295"},
    };
    CHECK_LINT_OF(cases, .from = 1294, .to = 1295,
                  .attached = "arn:aws:kms:eu-west-1:111111111111:key/1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(owners_of_keys),
        cmocka_unit_test(owners_of_a_known_key),
    };
    return cmocka_run_group_tests_name("lint/key_checks", tests, NULL, NULL);
}
