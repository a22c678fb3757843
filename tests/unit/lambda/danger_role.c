// SPDX-License-Identifier: Apache-2.0
//
// Expectations are those of LAMBDA.md 8.3 (L27, L14, L57) and 2 (what managed policies say).
#include "checking.h"

#define MAY(action, resource) "{'Effect':'Allow','Action':'" action "','Resource':'" resource "'}"
#define CALLS(resource)                                                                            \
    ",'users':[{'arn':'arn:aws:iam::111122223333:user/u','policies':[{'Version':'2012-10-17',"     \
    "'Statement':[{'Effect':'Allow','Action':'lambda:InvokeFunction','Resource':'" resource        \
    "'}]}]}]"
#define CALLER "{'kind':'invoke','source':'arn:aws:iam::111122223333:user/u'}"

static void broad_roles(void **state)
{
    static const struct danger_row rows[] = {
        {"what it needs", {.role_statements = MAY("s3:GetObject", "arn:aws:s3:::photos/*")}, ""},
        {"AWSLambdaRole", {.role_statements = MAY("lambda:InvokeFunction", "*")}, " 1127w"},
        {"one function",
         {.role_statements =
              MAY("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:111122223333:function:next")},
         ""},
        {"AWSLambdaExecute",
         {.role_statements =
              MAY("logs:*", "arn:aws:logs:*:*:*") "," MAY("s3:GetObject", "arn:aws:s3:::*")},
         " 1127w 1127w"},
        {"LOGS3", {.role_statements = MAY("logs:CreateLogGroup", "*")}, ""},
        {"AWSLambda_FullAccess, once", {.role_statements = MAY("lambda:*", "*")}, " 1127w"},
        {"denied again",
         {.role_statements = MAY("lambda:*", "*") ",{'Effect':'Deny','Action':'*','Resource':'*'}"},
         ""},
    };
    CHECK_ROWS(state, rows);
}

static void one_finding_lists_all_rights(void **state)
{
    struct checking checking;
    const struct manifest manifest = {.role_statements = MAY("lambda:*", "*")};
    checking_start(&checking, *state, &manifest);
    assert_true(sandbox_says(checking.checked.dangers->message,
                             "may lambda:InvokeFunction, lambda:UpdateFunctionCode, "
                             "lambda:DeleteFunction on any function: statement \"#0\""));
    checking_close(&checking);
}

static void names_with_a_star_behind(void **state)
{
    static const struct danger_row rows[] = {
        {"the star behind the name", {.triggers = CALLER, .others = CALLS(FN "*")}, " 1114w"},
        {"the ARN", {.triggers = CALLER, .others = CALLS(FN)}, ""},
        {"its qualifiers", {.triggers = CALLER, .others = CALLS(FN ":*")}, ""},
        {"other functions alone", {.triggers = CALLER, .others = CALLS(FN "-*")}, ""},
        {"any function", {.triggers = CALLER, .others = CALLS("*")}, ""},
        {"the role for a destination",
         {.role_statements =
              MAY("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:111122223333:function:next*"),
          .destinations = "'onSuccess':'arn:aws:lambda:eu-west-1:111122223333:function:next'"},
         " 1114w"},
    };
    CHECK_ROWS(state, rows);
}

static void secrets_by_their_names(void **state)
{
    static const struct danger_row rows[] = {
        {"a password", {.environment = "'LEVEL','DB_PASSWORD'"}, " 1157w"},
        {"a key", {.environment = "'STRIPE_API_KEY'"}, " 1157w"},
        {"in small letters", {.environment = "'auth_token'"}, " 1157w"},
        {"several, once", {.environment = "'CLIENT_SECRET','A_TOKEN'"}, " 1157w"},
        {"where a secret is", {.environment = "'SECRET_ARN','API_KEY_ID','TOKEN_URL'"}, ""},
        {"what is none", {.environment = "'MAX_TOKENS','PARTITION_KEY','PUBLIC_KEY','MONKEY'"}, ""},
        {"under a key of one's own",
         {.environment = "'DB_PASSWORD'",
          .more = ",'kmsKey':'arn:aws:kms:eu-west-1:111122223333:key/k'"},
         ""},
    };
    CHECK_ROWS(state, rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SANDBOX_TEST(broad_roles),
        SANDBOX_TEST(one_finding_lists_all_rights),
        SANDBOX_TEST(names_with_a_star_behind),
        SANDBOX_TEST(secrets_by_their_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
