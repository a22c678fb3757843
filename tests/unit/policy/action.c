// SPDX-License-Identifier: Apache-2.0
#include "document_case.h"

#include "base/utf8.h"

#define I(actions) "{'Statement':{'Effect':'Deny','Action':" actions ",'Resource':'*'}}"
#define P(actions)                                                                                 \
    "{'Version':'2012-10-17','Statement':{'Effect':'Deny','Principal':'*','Action':" actions "}}"
#define R(actions)                                                                                 \
    "{'Version':'2012-10-17','Statement':{'Effect':'Deny','Principal':'*','Resource':'*','Action'" \
    ":" actions "}}"

static void forms_of_an_action(void **state)
{
    (void)state;
    static const struct document_case cases[] = {
        {"what is fine (R-101 to R-109)", PC_POLICY_IDENTITY,
         I("['*','s3:*','S3:Get*','iam:*Key?','s3:GetObject,PutObject','new-service:x','a:b:c',"
           "'*:*','s3:$Get{x}']"),
         ""},
        {"a variable is plain text (R-108)", PC_POLICY_IDENTITY,
         I("[^'s3:${aws:username}','s3:Get*',^'s3:*${']"), "402 402"},
        {"no service (R-103)", PC_POLICY_IDENTITY,
         I("[^'GetObject',^'**',^'',^'s3',^'s3 GetObject']"), "400 400 400 400 400"},
        {"an empty service", PC_POLICY_IDENTITY, I("[^':',^':GetObject']"), "400 400"},
        {"a service of other characters", PC_POLICY_IDENTITY,
         I("[^'s3.x:Get',^'${aws:username}:Get',^'s_3:Get',^'s\xC3\xA9:Get',^'arn/x:Get']"),
         "400 400 400 400 400"},
        {"a wildcard in the service (R-103)", PC_POLICY_IDENTITY,
         I("[^'s*:GetObject',^'s?:*',^'*:Get*',^'*:**']"), "402 402 402 402"},
        {"no name, or white space (R-106)", PC_POLICY_IDENTITY,
         I("[^'s3:',^'s3: GetObject',^'s3:GetObject ',^' s3:GetObject',^'s3:Get\\tObject',"
           "^'s3:Get\\nObject']"),
         "402 402 402 402 402 402"},
        {"NotAction has the same forms (R-107)", PC_POLICY_IDENTITY,
         "{'Statement':{'Effect':'Deny','NotAction':[^'x',^'s3:Get '],'Resource':'*'}}", "400 402"},
        {"not strings (R-016)", PC_POLICY_IDENTITY,
         I("[^1,^true,^null,^['s3:*'],^{'a':'s3:*'},'s3:*',^'x']"), "313 313 313 313 313 400"},
        {"a lone value of another type (R-016)", PC_POLICY_IDENTITY, I("^{'a':'s3:*'}"), "313"},
        {"null", PC_POLICY_IDENTITY, I("^null"), "313"},
        {"empty (R-015)", PC_POLICY_IDENTITY, I("^[]"), "314"},
        {"empty NotAction (R-015)", PC_POLICY_IDENTITY,
         "{'Statement':{'Effect':'Deny','NotAction':^[],'Resource':'*'}}", "314"},
    };
    CHECK_DOCUMENTS(cases);
}

// Table 1.3, column Action side.
static void actions_of_a_type(void **state)
{
    (void)state;
    static const struct document_case cases[] = {
        {"trust: sts in any case", PC_POLICY_TRUST,
         P("['sts:AssumeRole','STS:TagSession','sts:*']"), ""},
        {"trust: nothing else", PC_POLICY_TRUST,
         P("[^'*',^'*:*',^'s3:*',^'st*:AssumeRole',^'stss:x',^' sts:x',^'x']"),
         "401 401 401 401 401 401 400"},
        {"trust: NotAction too", PC_POLICY_TRUST,
         "{'Statement':{'Effect':'Deny','Principal':'*','NotAction':['sts:TagSession',^'s3:*']}}",
         "401"},
        {"trust: white space in the name", PC_POLICY_TRUST, P("^'sts:AssumeRole '"), "402"},
        {"key: kms or all", PC_POLICY_KEY, R("['*','*:*','kms:Decrypt','KMS:*']"), ""},
        {"key: nothing else", PC_POLICY_KEY, R("['kms:*',^'s3:GetObject',^'k*:*']"), "401 401"},
        {"RCP: any service", PC_POLICY_RCP, R("['s3:*','sqs:Send*']"), ""},
        {"RCP: a service must be there", PC_POLICY_RCP, R("[^'*',^'*:*',^'s*:Get',^'Get','s3:*']"),
         "401 401 401 400"},
        {"SCP: wildcards anywhere in names (R-025)", PC_POLICY_SCP, I("['*','ec2:*Image*']"), ""},
        {"endpoint: all", PC_POLICY_ENDPOINT, R("'*'"), ""},
    };
    CHECK_DOCUMENTS(cases);
}

static void escapes_are_decoded_first(void **state)
{
    (void)state;
    struct document document;
    document_read(&document, PC_POLICY_IDENTITY, I("'s3:\\u0047etObject'"));
    assert_int_equal(document.status, PC_OK);
    assert_view(document.policy->statements[0].actions.items[0].text, "s3:GetObject"); // R-001
    document_release(&document);
}

static void an_empty_list_is_present(void **state)
{
    (void)state;
    struct document document;
    document_read(&document, PC_POLICY_IDENTITY, I("[]"));
    assert_int_equal(document.status, PC_OK);
    assert_int_equal(document.diags.warnings, 1);
    assert_int_equal(document.policy->statements[0].actions.kind, PC_LIST_POSITIVE);
    assert_int_equal(document.policy->statements[0].actions.count, 0);
    document_release(&document);
}

static void messages_quote_what_was_written(void **state)
{
    (void)state;
    struct document document;
    document_read(&document, PC_POLICY_RCP, R("'*:*'"));
    assert_int_equal(document.diags.errors, 1);
    assert_view(document.diags.first->message,
                "the action \"*:*\" is not allowed in a resource control policy");
    document_release(&document);
}

// A message quotes the start of a long text only, and whole characters of it.
static void messages_stay_short(void **state)
{
    (void)state;
    char text[1200] = "{'Statement':{'Effect':'Deny','Resource':'*','Action':'x";
    size_t length = 0;
    while (text[length] != '\0') {
        length++;
    }
    for (size_t i = 0; i < 400; i++) {
        text[length++] = '\xC3';
        text[length++] = '\xA9';
    }
    const char *end = "'}}";
    for (size_t i = 0; end[i] != '\0'; i++) {
        text[length++] = end[i];
    }
    struct document document;
    document_read(&document, PC_POLICY_IDENTITY, text);
    assert_int_equal(document.diags.errors, 1);
    assert_int_equal(document.diags.first->code, PC_DIAG_ACTION_FORMAT);
    assert_true(document.diags.first->message.len < 300);
    assert_true(pc_utf8_invalid(document.diags.first->message) == SIZE_MAX);
    document_release(&document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_of_an_action),
        cmocka_unit_test(actions_of_a_type),
        cmocka_unit_test(escapes_are_decoded_first),
        cmocka_unit_test(an_empty_list_is_present),
        cmocka_unit_test(messages_quote_what_was_written),
        cmocka_unit_test(messages_stay_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
