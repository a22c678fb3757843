// SPDX-License-Identifier: Apache-2.0
//
// Expectations are those of LAMBDA.md 5.3, 8.1 (item 9) and 8.3 (L47).
#include "checking.h"

#define OTHER(part)  "{'AWS':'arn:aws:iam::444455556666:" part "'}"
#define PATHS(paths) "'ForAnyValue:StringLike':{'aws:PrincipalOrgPaths':" paths "}"
#define ORG          "'StringEquals':{'aws:PrincipalOrgID':'o-abcdefghij'}"
#define CALLER(part) "{'kind':'invoke','source':'arn:aws:iam::444455556666:" part "'}"
#define URL(account)                                                                               \
    "{'kind':'url','auth-type':'AWS_IAM','caller':'arn:aws:iam::" account ":role/x'}"

static void every_account(void **state)
{
    static const struct danger_row rows[] = {
        {"own account", {.statements = INVOKE("{'AWS':'111122223333'}") "}"}, ""},
        {"reading", {.statements = ALLOW("'*'", "lambda:GetFunction", FN) "}"}, " 1185e"},
        {"reading, in the organisation",
         {.statements = ALLOW("'*'", "lambda:GetFunction", FN) IF(ORG)},
         ""},
        {"all actions, calls and others",
         {.statements = ALLOW("'*'", "lambda:*", FN) "}"},
         " 1104e 1185e"},
        {"all actions, on all targets, told once",
         {.statements = ALLOW("'*'", "lambda:*", FN "*") "}",
          .attachments = "{'kind':'alias','qualifier':'prod'}"},
         " 1104e 1185e"},
        {"all actions of accounts, told once",
         {.statements =
              ALLOW("'*'", "lambda:*", FN "*") IF("'StringEquals':{'aws:PrincipalType':'User'}"),
          .attachments = "{'kind':'alias','qualifier':'prod'}"},
         " 1185e"},
        {"accounts outside organisations",
         {.statements = INVOKE("'*'") IF("'StringEqualsIfExists':{'aws:PrincipalOrgID':"
                                         "'o-abcdefghij'},'Bool':{'aws:PrincipalIsAWSService':"
                                         "'false'},'StringLike':{'aws:PrincipalAccount':'9*'}")},
         " 1185e"},
        {"a role of any account",
         {.statements =
              INVOKE("'*'") IF("'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::*:role/admin'}")},
         " 1185e"},
        {"a role of any account, behind one of the own",
         {.statements =
              INVOKE("'*'") IF("'ArnLike':{'aws:PrincipalArn':['arn:aws:iam::111122223333:"
                               "role/a','arn:aws:iam::*:role/admin']}")},
         " 1185e"},
        {"a role of any account, as a text",
         {.statements = INVOKE("'*'") IF("'StringLike':{'aws:PrincipalArn':'*:role/admin'}")},
         " 1185e"},
        {"accounts of a prefix",
         {.statements = INVOKE("'*'") IF("'StringLike':{'aws:PrincipalAccount':'1*'}")},
         " 1185e"},
        {"a role of accounts of a prefix",
         {.statements =
              INVOKE("'*'") IF("'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::1*:role/admin'}")},
         " 1185e"},
        {"whoever is of accounts of a prefix",
         {.statements = INVOKE("'*'") IF("'StringLike':{'aws:PrincipalArn':'arn:aws:iam::1*'}")},
         " 1185e"},
        {"a role of whichever account, in accounts of a prefix",
         {.statements = INVOKE("'*'") IF("'StringLike':{'aws:PrincipalAccount':'????22223333',"
                                         "'aws:PrincipalArn':'*:role/admin'}")},
         " 1185e"},
        {"the own account, with question marks elsewhere",
         {.statements = INVOKE("'*'")
              IF("'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::111122223333:role/?'}")},
         ""},
        {"whoever has an ARN",
         {.statements = INVOKE("'*'") IF("'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::*:*'}")},
         " 1185e"},
        {"users of any account",
         {.statements = INVOKE("'*'") IF("'StringEquals':{'aws:PrincipalType':'User'}")},
         " 1185e"},
        {"whoever has a tag, as any account may",
         {.statements = INVOKE("'*'") IF("'StringEquals':{'aws:PrincipalTag/team':'images'}")},
         " 1185e"},
        {"whoever has a tag in the organisation",
         {.statements = INVOKE("'*'") IF("'StringEquals':{'aws:PrincipalTag/team':'images',"
                                         "'aws:PrincipalOrgID':'o-abcdefghij'}")},
         ""},
        {"any organisation",
         {.statements = INVOKE("'*'") IF("'StringLike':{'aws:PrincipalOrgID':'o-*'}")},
         " 1185e"},
        {"a path of the organisation",
         {.statements = INVOKE("'*'") IF(PATHS("'o-abcdefghij/r-ab12/ou-ab12-11111111/'"))},
         ""},
        {"paths of the organisation",
         {.statements = INVOKE("'*'") IF(PATHS("'o-abcdefghij/*'"))},
         ""},
        {"several paths of the organisation",
         {.statements = INVOKE("'*'") IF(PATHS("['o-abcdefghij/*','o-abcdefghij/r-*/ou-?/']"))},
         ""},
        {"paths of any organisation",
         {.statements = INVOKE("'*'") IF(PATHS("'o-*/r-ab12/*'"))},
         " 1185e"},
        {"paths of any organisation, behind those of one",
         {.statements = INVOKE("'*'") IF(PATHS("['o-abcdefghij/*','o-*/r-ab12/*']"))},
         " 1185e"},
        {"organisations that begin alike",
         {.statements = INVOKE("'*'") IF(PATHS("'o-abcdefghij*'"))},
         " 1185e"},
        {"whoever signs in with MFA",
         {.statements = INVOKE("'*'") IF("'Bool':{'aws:MultiFactorAuthPresent':'true'},"
                                         "'NumericLessThan':{'aws:MultiFactorAuthAge':'3600'}")},
         " 1185e"},
        {"whoever knows the name of a program",
         {.statements = INVOKE("'*'") IF("'StringEquals':{'aws:UserAgent':'ours'}")},
         " 1185e"},
        {"whoever calls through a service",
         {.statements = INVOKE("'*'") IF("'Bool':{'aws:ViaAWSService':'true'}")},
         " 1185e"},
        {"whoever calls through one service",
         {.statements = INVOKE("'*'")
              IF("'ForAnyValue:StringEquals':{'aws:CalledVia':'cloudformation.amazonaws.com'}")},
         " 1185e"},
        {"whoever calls through one service first",
         {.statements = INVOKE("'*'")
              IF("'StringEquals':{'aws:CalledViaFirst':'cloudformation.amazonaws.com'}")},
         " 1185e"},
        {"whoever has a session that is not old",
         {.statements =
              INVOKE("'*'") IF("'DateGreaterThan':{'aws:TokenIssueTime':'1969-12-31T00:00:00Z'}")},
         " 1185e"},
        {"whoever names the session so",
         {.statements = INVOKE("'*'") IF("'StringLike':{'aws:userid':'*:me'}")},
         " 1185e"},
        {"a session of one role",
         {.statements = INVOKE("'*'") IF("'StringLike':{'aws:userid':'AROAEXAMPLEEXAMPLE123:*'}")},
         ""},
        {"a user of one account's",
         {.statements = INVOKE("'*'") IF("'StringEquals':{'aws:userid':'AIDAEXAMPLEEXAMPLE123'}")},
         ""},
        {"whichever user has the name",
         {.statements = INVOKE("'*'") IF("'StringEquals':{'aws:username':'ann'}")},
         " 1185e"},
        {"whoever signed in at a provider",
         {.statements =
              INVOKE("'*'") IF("'StringEquals':{'aws:FederatedProvider':'accounts.google.com'}")},
         " 1185e"},
        {"whoever signed in at a provider of one account",
         {.statements = INVOKE("'*'") IF("'StringEquals':{'aws:FederatedProvider':'arn:aws:iam::"
                                         "444455556666:saml-provider/x'}")},
         ""},
        {"whoever signed in at a provider of any account",
         {.statements = INVOKE("'*'")
              IF("'StringLike':{'aws:FederatedProvider':'arn:aws:iam::*:saml-provider/x'}")},
         " 1185e"},
        {"a function of that name of any account",
         {.statements = INVOKE("'*'")
              IF("'ArnLike':{'lambda:SourceFunctionArn':'arn:aws:lambda:*:*:function:x'}")},
         " 1185e"},
        {"a function of one account",
         {.statements = INVOKE("'*'") IF(
              "'ArnLike':{'lambda:SourceFunctionArn':'arn:aws:lambda:*:444455556666:function:*'}")},
         ""},
        {"any network",
         {.statements = INVOKE("'*'") IF("'StringLike':{'aws:SourceVpc':'*'}")},
         " 1185e"},
        {"a network",
         {.statements = INVOKE("'*'") IF("'StringEquals':{'aws:SourceVpc':'vpc-1'}")},
         ""},
        {"a role of one account",
         {.statements = INVOKE("'*'") IF("'ArnLike':{'aws:PrincipalArn':"
                                         "'arn:aws:iam::444455556666:role/admin'}")},
         " 1186s"},
    };
    CHECK_ROWS(state, rows);
}

static void named_accounts(void **state)
{
    static const struct danger_row rows[] = {
        {"an account", {.statements = INVOKE("{'AWS':'444455556666'}") "}"}, " 1186s"},
        {"a role", {.statements = INVOKE(OTHER("role/x")) "}"}, " 1186s"},
        {"a role that may not call, and may change the code",
         {.statements = ALLOW("{'AWS':'444455556666'}", "lambda:*",
                              FN) "},{'Effect':'Deny',"
                                  "'Principal':'*','Action':'lambda:Invoke*','Resource':'" FN "'}"},
         " 1186s"},
        {"an account twice",
         {.statements = INVOKE("{'AWS':['444455556666','arn:aws:iam::444455556666:role/x']}") "}"},
         " 1186s"},
        {"two accounts",
         {.statements = INVOKE("{'AWS':['444455556666','777788889999']}") "}"},
         " 1186s 1186s"},
        {"in the organisation", {.statements = INVOKE("{'AWS':'444455556666'}") IF(ORG)}, ""},
        {"denied again",
         {.statements = INVOKE(
              "{'AWS':'444455556666'}") "},{'Effect':'Deny','Principal':"
                                        "{'AWS':'444455556666'},'Action':'lambda:*','Resource':'" FN
                                        "'}"},
         ""},
        {"by its number in a condition",
         {.statements = INVOKE("'*'") IF("'StringEquals':{'aws:PrincipalAccount':['111122223333',"
                                         "'444455556666']}")},
         " 1186s"},
        {"by its number in a condition, to read",
         {.statements = ALLOW("'*'", "lambda:GetFunction", FN)
              IF("'StringEquals':{'aws:PrincipalAccount':'444455556666'}")},
         " 1186s"},
        {"by its number in a condition, in the organisation",
         {.statements = INVOKE("'*'") IF("'StringEquals':{'aws:PrincipalAccount':'444455556666',"
                                         "'aws:PrincipalOrgID':'o-abcdefghij'}")},
         ""},
        {"by the ARNs of its users in a condition, with MFA",
         {.statements = INVOKE("'*'") IF("'ArnLike':{'aws:PrincipalArn':"
                                         "'arn:aws:iam::444455556666:user/*'},"
                                         "'Bool':{'aws:MultiFactorAuthPresent':'true'}")},
         " 1186s"},
        {"the own one by its number in a condition",
         {.statements = INVOKE("'*'") IF("'StringEquals':{'aws:PrincipalAccount':'111122223333'}")},
         ""},
        {"by its number in a condition, and declared",
         {.statements = INVOKE("'*'") IF("'StringEquals':{'aws:PrincipalAccount':'444455556666'}"),
          .triggers = CALLER("role/x")},
         ""},
        {"declared", {.statements = INVOKE(OTHER("role/x")) "}", .triggers = CALLER("role/x")}, ""},
        {"declared to call the URL",
         {.statements = INVOKE(OTHER("role/x")) "}", .triggers = URL("444455556666")},
         ""},
        {"another declared to call the URL",
         {.statements = INVOKE(OTHER("role/x")) "}", .triggers = URL("777788889999")},
         " 1186s"},
    };
    CHECK_ROWS(state, rows);
}

static void deleted_principals(void **state)
{
    static const struct danger_row rows[] = {
        {"a role's id", {.statements = INVOKE("{'AWS':'AROAEXAMPLEEXAMPLE123'}") "}"}, " 1147w"},
        {"a user's id", {.statements = INVOKE("{'AWS':'AIDAEXAMPLEEXAMPLE123'}") "}"}, " 1147w"},
        {"an ARN", {.statements = INVOKE("{'AWS':'" ROLE "'}") "}"}, ""},
    };
    CHECK_ROWS(state, rows);
}

static void actions_are_listed(void **state)
{
    struct checking checking;
    const struct manifest manifest = {
        .statements = "{'Effect':'Allow','Principal':'*','Action':['lambda:GetFunction',"
                      "'lambda:*Alias','lambda:TagResource'],'Resource':'" FN "'}"};
    checking_start(&checking, *state, &manifest);
    assert_findings(checking.checked.dangers, " 1185e", "one a statement");
    // GetFunction, CreateAlias, GetAlias, UpdateAlias, DeleteAlias, TagResource.
    assert_true(sandbox_says(checking.checked.dangers->message,
                             "may lambda:GetFunction, lambda:CreateAlias, lambda:GetAlias and 3 "
                             "more on \"" FN "\""));
    checking_close(&checking);
}

static void what_goes_beyond_calls_is_told(void **state)
{
    struct checking checking;
    const struct manifest manifest = {.statements = ALLOW("'*'", "lambda:*", FN) "}"};
    checking_start(&checking, *state, &manifest);
    const struct pc_finding *finding = finding_of(checking.checked.dangers, PC_DIAG_OTHER_ACCOUNT);
    assert_true(finding != NULL &&
                sandbox_says(finding->message,
                             "every AWS account may lambda:UpdateFunctionCode, "
                             "lambda:DeleteFunction, lambda:GetFunction and 24 more"));
    checking_close(&checking);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SANDBOX_TEST(every_account),
        SANDBOX_TEST(named_accounts),
        SANDBOX_TEST(deleted_principals),
        SANDBOX_TEST(actions_are_listed),
        SANDBOX_TEST(what_goes_beyond_calls_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
