// SPDX-License-Identifier: Apache-2.0
#include "lint_case.h"

#define DOCUMENT(statements) "{'Version':'2012-10-17','Statement':[" statements "]}"
#define TRUST(principal, action)                                                                   \
    DOCUMENT("{'Effect':'Allow','Principal':" principal ",'Action':" action "}")
#define TRUST_IF(principal, action, condition)                                                     \
    DOCUMENT("{'Effect':'Allow','Principal':" principal ",'Action':" action                        \
             ",'Condition':{" condition "}}")
#define SAML "arn:aws:iam::111111111111:saml-provider/adfs"
#define OIDC "arn:aws:iam::111111111111:oidc-provider/idp.example.com"

//
static void actions(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"each by its own", PC_POLICY_TRUST,
         TRUST("{'AWS':'111111111111','Service':'ec2.amazonaws.com'}", "'sts:AssumeRole'"), ""},
        {"all by a pattern", PC_POLICY_TRUST,
         TRUST("{'AWS':'111111111111','Federated':['" SAML "','" OIDC "']}", "'sts:Assume*'"), ""},
        {"users of a provider do not call AssumeRole", PC_POLICY_TRUST,
         TRUST("{'Federated':[^'" SAML "',^'" OIDC "']}", "'sts:AssumeRole'"), "1312 1312"},
        {"SAML is no web identity", PC_POLICY_TRUST,
         TRUST("{'Federated':^'" SAML "'}", "'sts:AssumeRoleWithWebIdentity'"), "1312"},
        {"nor the other way round", PC_POLICY_TRUST,
         TRUST("{'Federated':[^'accounts.google.com','" SAML "']}", "'sts:AssumeRoleWithSAML'"),
         "1312"},
        {"an account has no token", PC_POLICY_TRUST,
         TRUST("{'AWS':^'111111111111'}", "'sts:AssumeRoleWithWebIdentity'"), "1312"},
        {"a service has none either", PC_POLICY_TRUST,
         TRUST("{'Service':^'ec2.amazonaws.com'}", "'sts:AssumeRoleWithSAML'"), "1312"},
        {"everybody has some way", PC_POLICY_TRUST, TRUST("'*'", "'sts:AssumeRoleWithSAML'"), ""},
        {"tags go along", PC_POLICY_TRUST,
         DOCUMENT("{'Effect':'Allow','Principal':{'Federated':'" SAML "'},"
                  "'Action':'sts:AssumeRoleWithSAML'},"
                  "{'Effect':'Allow','Principal':{'Federated':'" SAML "'},"
                  "'Action':'sts:TagSession'}"),
         ""},
        {"a Deny", PC_POLICY_TRUST,
         DOCUMENT("{'Effect':'Deny','Principal':{'Federated':'" SAML "'},"
                  "'Action':'sts:AssumeRole'},"
                  "{'Effect':'Allow','Principal':{'AWS':'111111111111'},"
                  "'Action':'sts:AssumeRole'}"),
         ""},
    };
    CHECK_LINT(cases, 1312, 1313);
}

//
static void nobody(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"tags alone", PC_POLICY_TRUST,
         DOCUMENT("\n ^{'Effect':'Allow','Principal':{'AWS':'111111111111'},"
                  "'Action':['sts:TagSession','sts:SetSourceIdentity']}"),
         "1313"},
        {"whatever STS has", PC_POLICY_TRUST, TRUST("{'AWS':'111111111111'}", "'sts:*'"), ""},
        {"everything but tags", PC_POLICY_TRUST,
         DOCUMENT("{'Effect':'Allow','Principal':{'AWS':'111111111111'},"
                  "'NotAction':'sts:TagSession'}"),
         ""},
        {"retired by a Deny", PC_POLICY_TRUST,
         DOCUMENT("{'Effect':'Deny','Principal':'*','Action':'sts:*'}"), ""},
        {"the policy of a resource", PC_POLICY_RESOURCE,
         DOCUMENT("{'Effect':'Allow','Principal':{'AWS':'111111111111'},"
                  "'Action':'sts:TagSession','Resource':'*'}"),
         ""},
    };
    CHECK_LINT(cases, 1313, 1313);
}

static void audience(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"any", PC_POLICY_TRUST, TRUST("{'Federated':^'" SAML "'}", "'sts:AssumeRoleWithSAML'"),
         "1316"},
        {"tested", PC_POLICY_TRUST,
         TRUST_IF("{'Federated':'" SAML "'}", "'sts:AssumeRoleWithSAML'",
                  "'StringEquals':{'saml:aud':'https://signin.aws.amazon.com/saml'}"),
         ""},
        {"no SAML", PC_POLICY_TRUST,
         TRUST("{'Federated':'" OIDC "'}", "'sts:AssumeRoleWithWebIdentity'"), ""},
    };
    CHECK_LINT(cases, 1316, 1316);
}

static void other_accounts(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"another", PC_POLICY_TRUST,
         TRUST("{'AWS':['111111111111',^'arn:aws:iam::222222222222:root']}", "'sts:AssumeRole'"),
         "1317"},
        {"a role of it", PC_POLICY_TRUST,
         TRUST("{'AWS':'arn:aws:iam::222222222222:role/ci'}", "'sts:AssumeRole'"), ""},
        {"tested", PC_POLICY_TRUST,
         TRUST_IF("{'AWS':'222222222222'}", "'sts:AssumeRole'",
                  "'StringEquals':{'sts:ExternalId':'1'}"),
         ""},
    };
    static const struct lint_case unknown[] = {
        {"it is not known whose the role is", PC_POLICY_TRUST,
         TRUST("{'AWS':'222222222222'}", "'sts:AssumeRole'"), ""},
    };
    CHECK_LINT_OF(cases, .from = 1317, .to = 1317, .attached = "arn:aws:iam::111111111111:role/r");
    CHECK_LINT(unknown, 1317, 1317);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(actions),
        cmocka_unit_test(nobody),
        cmocka_unit_test(audience),
        cmocka_unit_test(other_accounts),
    };
    return cmocka_run_group_tests_name("lint/trust_checks", tests, NULL, NULL);
}
