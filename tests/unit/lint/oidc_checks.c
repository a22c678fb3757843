// SPDX-License-Identifier: Apache-2.0
#include "lint_case.h"

#define DOCUMENT(statements) "{'Version':'2012-10-17','Statement':[" statements "]}"
#define WEB(provider, condition)                                                                   \
    DOCUMENT("{'Effect':'Allow','Principal':{'Federated':" provider                                \
             "},'Action':'sts:AssumeRoleWithWebIdentity','Condition':{" condition "}}")
#define ARN(provider)        "'arn:aws:iam::111111111111:oidc-provider/" provider "'"
#define GITHUB               ARN("token.actions.githubusercontent.com")
#define AUD                  "'StringEquals':{'token.actions.githubusercontent.com:aud':'sts.amazonaws.com'}"
#define SUB(operator, value) "'" operator"':{'token.actions.githubusercontent.com:sub':" value "}"
#define EKS                  "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE"

static void shared_providers(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"no condition", PC_POLICY_TRUST, WEB("^" GITHUB, ""), "1314"},
        {"the audience is what the workflow asks for", PC_POLICY_TRUST, WEB("^" GITHUB, AUD),
         "1314"},
        {"a repository", PC_POLICY_TRUST,
         WEB(GITHUB, SUB("StringEquals", "'repo:acme/app:ref:refs/heads/main'")), ""},
        {"repositories of an organization", PC_POLICY_TRUST,
         WEB(GITHUB, SUB("StringLike", "'repo:acme/*'") "," AUD), ""},
        {"keys in any case (R-405)", PC_POLICY_TRUST,
         WEB(GITHUB, "'StringLike':{'Token.Actions.GithubUserContent.com:SUB':'repo:acme/*'}"), ""},
        {"any subject", PC_POLICY_TRUST, WEB(GITHUB, SUB("StringLike", "^'*'")), "1314"},
        {"any repository", PC_POLICY_TRUST, WEB(GITHUB, SUB("StringLike", "^'repo:*'")), "1314"},
        {"of a name that everybody can give", PC_POLICY_TRUST,
         WEB(GITHUB, SUB("StringLike", "^'repo:*/app:*'")), "1314"},
        {"one value of several", PC_POLICY_TRUST,
         WEB(GITHUB, SUB("ForAnyValue:StringLike", "['repo:acme/*',^'repo:*']")), "1314"},
        {"a beginning of the organization", PC_POLICY_TRUST,
         WEB(GITHUB, SUB("StringLike", "^'repo:acme*'")), "1315"},
        {"a mark is a wildcard, too", PC_POLICY_TRUST,
         WEB(GITHUB, SUB("StringLike", "^'repo:acm?/app:*'")), "1315"},
        {"which another condition writes out", PC_POLICY_TRUST,
         WEB(GITHUB, SUB("StringLike", "'repo:acme*'") "," SUB(
                         "StringEquals", "'repo:acme/app:ref:refs/heads/main'")),
         ""},
        {"a star that is none (R-414)", PC_POLICY_TRUST,
         WEB(GITHUB, SUB("StringEquals", "'repo:*'")), ""},
        {"all but some", PC_POLICY_TRUST,
         WEB("^" GITHUB, SUB("StringNotEquals", "'repo:acme/app:pull_request'")), "1314"},
        {"there is one", PC_POLICY_TRUST,
         WEB("^" GITHUB, "'Null':{'token.actions.githubusercontent.com:sub':'false'}"), "1314"},
        {"a claim that may tell as well", PC_POLICY_TRUST,
         WEB(GITHUB, "'StringEquals':{'token.actions.githubusercontent.com:repository':"
                     "'acme/app'}"),
         ""},
        {"a subject of an own form", PC_POLICY_TRUST,
         WEB(GITHUB, SUB("StringLike", "'repository_owner_id:1:*'")), ""},
        {"GitLab", PC_POLICY_TRUST,
         WEB(ARN("gitlab.com"), "'StringLike':{'gitlab.com:sub':^'project_path:*'}"), "1314"},
        {"a group of GitLab", PC_POLICY_TRUST,
         WEB(ARN("gitlab.com"), "'StringLike':{'gitlab.com:sub':'project_path:acme/*'}"), ""},
        {"Terraform", PC_POLICY_TRUST,
         WEB(ARN("app.terraform.io"),
             "'StringLike':{'app.terraform.io:sub':^'organization:ac*:project:*'}"),
         "1315"},
        {"Buildkite", PC_POLICY_TRUST, WEB("^" ARN("agent.buildkite.com"), ""), "1314"},
        {"Cognito", PC_POLICY_TRUST,
         WEB("^'cognito-identity.amazonaws.com'",
             "'ForAnyValue:StringLike':"
             "{'cognito-identity.amazonaws.com:amr':'authenticated'}"),
         "1314"},
        {"a pool of Cognito", PC_POLICY_TRUST,
         WEB("'cognito-identity.amazonaws.com'",
             "'StringEquals':{'cognito-identity.amazonaws.com:aud':'eu-west-1:1'}"),
         ""},
        {"Google", PC_POLICY_TRUST, WEB("^'accounts.google.com'", ""), "1314"},
        {"an application of Google", PC_POLICY_TRUST,
         WEB("'accounts.google.com'", "'StringEquals':{'accounts.google.com:aud':'1'}"), ""},
        {"Google, registered with the applications of the account", PC_POLICY_TRUST,
         WEB("^" ARN("accounts.google.com"), ""), "1315"},
        {"what may tell as well", PC_POLICY_TRUST,
         WEB(GITHUB, "'IpAddress':{'aws:SourceIp':'203.0.113.7'}"), ""},
        {"what the caller chooses does not", PC_POLICY_TRUST,
         WEB("^" GITHUB, "'StringLike':{'sts:RoleSessionName':'ci-*'}"), "1314"},
        {"by another action", PC_POLICY_TRUST,
         DOCUMENT("{'Effect':'Allow','Principal':{'Federated':" GITHUB "},"
                  "'Action':'sts:TagSession'}"),
         ""},
        {"a Deny", PC_POLICY_TRUST,
         DOCUMENT("{'Effect':'Deny','Principal':{'Federated':" GITHUB "},"
                  "'Action':'sts:AssumeRoleWithWebIdentity'}"),
         ""},
    };
    CHECK_LINT(cases, 1314, 1315);
}

static void own_providers(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"any pod of a cluster", PC_POLICY_TRUST, WEB("^" ARN(EKS), ""), "1315"},
        {"the audience is the same for all", PC_POLICY_TRUST,
         WEB("^" ARN(EKS), "'StringEquals':{'" EKS ":aud':'sts.amazonaws.com'}"), "1315"},
        {"a service account", PC_POLICY_TRUST,
         WEB(ARN(EKS), "'StringEquals':{'" EKS ":sub':'system:serviceaccount:app:web'}"), ""},
        {"another claim", PC_POLICY_TRUST,
         WEB(ARN("idp.example.com"), "'StringEquals':{'idp.example.com:groups':'ops'}"), ""},
        {"SAML", PC_POLICY_TRUST, WEB("'arn:aws:iam::111111111111:saml-provider/adfs'", ""), ""},
    };
    CHECK_LINT(cases, 1314, 1315);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shared_providers),
        cmocka_unit_test(own_providers),
    };
    return cmocka_run_group_tests_name("lint/oidc_checks", tests, NULL, NULL);
}
