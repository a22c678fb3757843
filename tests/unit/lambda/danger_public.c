// SPDX-License-Identifier: Apache-2.0
//
// Expectations are those of LAMBDA.md 1.2, 5.6 and 8.3 (L04, L06, L08).
#include "checking.h"

#define URL(type)     "{'kind':'url','auth-type':'" type "'}"
#define URL_STATEMENT ALLOW("'*'", "lambda:InvokeFunctionUrl", FN)
#define URL_NONE      URL_STATEMENT IF("'StringEquals':{'lambda:FunctionUrlAuthType':'NONE'}")
#define VIA_URL       INVOKE("'*'") IF("'Bool':{'lambda:InvokedViaFunctionUrl':'true'}")

static void the_public(void **state)
{
    static const struct danger_row rows[] = {
        {"no policy", {.statements = NULL}, ""},
        {"everybody", {.statements = INVOKE("'*'") "}"}, " 1104e"},
        {"everybody, as a map", {.statements = INVOKE("{'AWS':'*'}") "}"}, " 1104e"},
        {"everybody over TLS",
         {.statements = INVOKE("'*'") IF("'Bool':{'aws:SecureTransport':'true'}")},
         " 1104e"},
        {"everybody who asks the function's region, as all do",
         {.statements = INVOKE("'*'") IF("'StringEquals':{'aws:RequestedRegion':'eu-west-1'}")},
         " 1104e"},
        {"every address",
         {.statements = INVOKE("'*'") IF("'IpAddress':{'aws:SourceIp':'0.0.0.0/0'}")},
         " 1104e"},
        {"some addresses",
         {.statements = INVOKE("'*'") IF("'IpAddress':{'aws:SourceIp':'192.0.2.0/24'}")},
         ""},
        {"the organisation",
         {.statements = INVOKE("'*'") IF("'StringEquals':{'aws:PrincipalOrgID':'o-abcdefghij'}")},
         ""},
        {"everybody but one",
         {.statements = "{'Sid':'s','Effect':'Allow','NotPrincipal':{'AWS':'111122223333'},"
                        "'Action':'lambda:*','Resource':'" FN "'}"},
         " 1104e 1185e"},
        {"all but one action",
         {.statements = "{'Sid':'s','Effect':'Allow','Principal':'*','NotAction':"
                        "'lambda:GetFunction','Resource':'" FN "'}"},
         " 1104e 1185e"},
        {"denied again",
         {.statements = INVOKE("'*'") "},{'Effect':'Deny','Principal':'*','Action':'lambda:*',"
                                      "'Resource':'" FN "'}"},
         ""},
        {"its alias",
         {.prod = ALLOW("'*'", "lambda:InvokeFunction", FN ":prod") "}",
          .attachments = "{'kind':'alias','qualifier':'prod'}"},
         " 1104e"},
        {"its alias, by the function's policy",
         {.statements = ALLOW("'*'", "lambda:InvokeFunction", FN ":*") "}",
          .attachments = "{'kind':'alias','qualifier':'prod'}"},
         " 1104e"},
        {"both at once",
         {.statements = ALLOW("'*'", "lambda:InvokeFunction", FN "*") "}",
          .attachments = "{'kind':'alias','qualifier':'prod'}"},
         " 1104e"},
    };
    CHECK_ROWS(state, rows);
}

// LAMBDA.md 4: the function's policy counts for each qualifier, and $LATEST is always there.
static void what_nobody_told_of(void **state)
{
    static const struct danger_row rows[] = {
        {"every qualifier",
         {.statements = ALLOW("'*'", "lambda:InvokeFunction", FN ":*") "}"},
         " 1104e"},
        {"$LATEST by its name",
         {.statements = ALLOW("'*'", "lambda:InvokeFunction", FN ":$LATEST") "}"},
         " 1104e"},
        {"an alias",
         {.statements = ALLOW("'*'", "lambda:InvokeFunction", FN ":prod") "}"},
         " 1104e"},
        {"aliases, of whichever region and account",
         {.statements =
              ALLOW("'*'", "lambda:InvokeFunction", "arn:aws:lambda:*:*:function:thumbs:p*") "}"},
         " 1104e"},
        {"an alias of another function",
         {.statements = ALLOW("'*'", "lambda:InvokeFunction", FN "2:prod") "}"},
         ""},
        {"every qualifier, of which the one that is told is denied",
         {.statements = ALLOW("'*'", "lambda:InvokeFunction",
                              FN ":*") "},{'Effect':'Deny','Principal':'*','Action':'lambda:*',"
                                       "'Resource':'" FN ":prod'}",
          .attachments = "{'kind':'alias','qualifier':'prod'}"},
         " 1104e"},
        {"a service for everybody",
         {.statements =
              ALLOW("{'Service':'s3.amazonaws.com'}", "lambda:InvokeFunction", FN ":*") "}"},
         " 1102w"},
        {"another account",
         {.statements = ALLOW("{'AWS':'444455556666'}", "lambda:UpdateFunctionCode", FN ":*") "}"},
         " 1186s"},
        {"reading", {.statements = ALLOW("'*'", "lambda:GetFunction", FN ":prod") "}"}, " 1185e"},
        {"a URL that an alias could have",
         {.statements = ALLOW("'*'", "lambda:InvokeFunctionUrl", FN ":*")
              IF("'StringEquals':{'lambda:FunctionUrlAuthType':'NONE'}")},
         " 1108w"},
        {"the URL of an alias",
         {.statements = ALLOW("'*'", "lambda:InvokeFunctionUrl", FN ":*")
              IF("'StringEquals':{'lambda:FunctionUrlAuthType':'NONE'}"),
          .triggers = "{'kind':'url','auth-type':'NONE','qualifier':'prod'}"},
         ""},
    };
    CHECK_ROWS(state, rows);
}

static void function_urls(void **state)
{
    static const struct danger_row rows[] = {
        {"as the console writes it",
         {.statements = URL_NONE "," VIA_URL, .triggers = URL("NONE")},
         ""},
        {"without the condition",
         {.statements = URL_NONE "," INVOKE("'*'") "}", .triggers = URL("NONE")},
         " 1106e"},
        {"without the condition, of the function instead of its alias",
         {.statements = INVOKE("'*'") "}",
          .prod = ALLOW("'*'", "lambda:InvokeFunctionUrl", FN ":prod")
              IF("'StringEquals':{'lambda:FunctionUrlAuthType':'NONE'}"),
          .triggers = "{'kind':'url','auth-type':'NONE','qualifier':'prod'}"},
         " 1104e"},
        {"left over", {.statements = URL_NONE}, " 1108w"},
        {"both left over", {.statements = URL_NONE "," VIA_URL}, " 1108w 1108w"},
        {"left over beside another",
         {.statements = URL_NONE, .triggers = URL("AWS_IAM")},
         " 1108w"},
        {"both auth types of every account",
         {.statements = URL_STATEMENT "}," VIA_URL, .triggers = URL("AWS_IAM")},
         " 1185e 1108w"},
        {"both auth types of every account, by name",
         {.statements = URL_STATEMENT IF("'StringEquals':{'lambda:FunctionUrlAuthType':["
                                         "'NONE','AWS_IAM']}"),
          .triggers = URL("AWS_IAM")},
         " 1185e"},
        {"any auth type",
         {.statements = URL_STATEMENT IF("'StringLike':{'lambda:FunctionUrlAuthType':'*'}")},
         " 1185e"},
        {"both auth types in the organisation",
         {.statements = URL_STATEMENT IF("'StringEquals':{'aws:PrincipalOrgID':'o-abcdefghij'}"),
          .triggers = URL("AWS_IAM")},
         ""},
        {"left over, for the function by its key",
         {.statements = URL_STATEMENT IF("'StringEquals':{'lambda:FunctionUrlAuthType':'NONE'},"
                                         "'ArnEquals':{'lambda:FunctionArn':'" FN "'}")},
         " 1108w"},
        {"AWS_IAM of every account, for the function by its key",
         {.statements = URL_STATEMENT IF("'ArnEquals':{'lambda:FunctionArn':'" FN "'}")},
         " 1185e"},
        {"AWS_IAM of every account",
         {.statements = URL_STATEMENT IF("'StringEquals':{'lambda:FunctionUrlAuthType':'AWS_IAM'}"),
          .triggers = URL("AWS_IAM")},
         " 1185e"},
    };
    CHECK_ROWS(state, rows);
}

static void a_finding_says_all(void **state)
{
    struct checking checking;
    const struct manifest manifest = {.statements = INVOKE("'*'") "}"};
    checking_start(&checking, *state, &manifest);
    const struct pc_finding *finding = checking.checked.dangers;
    assert_non_null(finding);
    assert_true(sandbox_says(finding->message, "statement \"s\" of the policy"));
    assert_true(sandbox_says(finding->place.file, "m.json"));
    assert_int_equal(finding->place.line, 1);
    assert_view(finding->who, "*");
    assert_view(finding->resource, FN);
    assert_int_equal(finding->decision, PC_DECISION_ALLOWED);
    assert_true(finding->hint.len > 0 && finding->symptom.len > 0);
    assert_int_equal(checking.checked.mark, PC_MARK_FAILS);
    checking_close(&checking);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SANDBOX_TEST(the_public),
        SANDBOX_TEST(what_nobody_told_of),
        SANDBOX_TEST(function_urls),
        SANDBOX_TEST(a_finding_says_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
