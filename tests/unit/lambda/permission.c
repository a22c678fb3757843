// SPDX-License-Identifier: Apache-2.0
//
// Limits of add-permission and the statements that it makes (LAMBDA.md 5.1).
#include "told.h"

enum field {
    ID,
    ACTION,
    PRINCIPAL,
    ARN,
    ACCOUNT,
    ORGANIZATION,
    TOKEN,
    AUTH_TYPE
};

static void set(struct pc_permission *permission, enum field field, struct pc_str text)
{
    struct pc_str *const fields[] = {
        [ID] = &permission->statement_id,          [ACTION] = &permission->action,
        [PRINCIPAL] = &permission->principal,      [ARN] = &permission->source_arn,
        [ACCOUNT] = &permission->source_account,   [ORGANIZATION] = &permission->organization,
        [TOKEN] = &permission->event_source_token, [AUTH_TYPE] = &permission->url_auth_type,
    };
    *fields[field] = text;
}

static const struct {
    enum field field;
    const char *text, *codes;
} rows[] = {
    {ID, "a", ""},
    {ID, "A-z_09", ""},
    {ID, "", " 1163"},
    {ID, "a b", " 1163"},
    {ID, "a.b", " 1163"},
    {ID, "\xc3\xa4", " 1163"},
    {ACTION, "lambda:InvokeFunction", ""},
    {ACTION, "lambda:*", ""},
    {ACTION, "*", ""},
    {ACTION, "lambda:GetFunction", ""},
    {ACTION, "lambda:", " 1164"},
    {ACTION, "lambda:Invoke*", " 1164"},
    {ACTION, "lambda:Invoke2", " 1164"},
    {ACTION, "Lambda:InvokeFunction", " 1164"},
    {ACTION, "InvokeFunction", " 1164"},
    {ACTION, "s3:GetObject", " 1164"},
    {ACTION, "**", " 1164"},
    {PRINCIPAL, "*", ""},
    {PRINCIPAL, "444455556666", ""},
    {PRINCIPAL, "arn:aws:iam::444455556666:root", ""},
    {PRINCIPAL, "arn:aws:iam::444455556666:user/team/alice", ""},
    {PRINCIPAL, "arn:aws:iam::444455556666:role/r", ""},
    {PRINCIPAL, "arn:aws:sts::444455556666:assumed-role/r/s", ""},
    {PRINCIPAL, "sns.amazonaws.com", ""},
    {PRINCIPAL, "alexa-appkit.amazon.com", ""},
    {PRINCIPAL, "44445555666", " 1165"},
    {PRINCIPAL, "alice", " 1165"},
    {PRINCIPAL, "amazonaws.com", " 1165"},
    {PRINCIPAL, "example.com", " 1165"},
    {PRINCIPAL, "AIDAEXAMPLE", " 1165"},
    {PRINCIPAL, "arn:aws:iam::444455556666:group/g", " 1165"},
    {PRINCIPAL, "arn:aws:iam::444455556666:role/*", " 1165"},
    {PRINCIPAL, "arn:aws:iam::*:root", " 1165"},
    {PRINCIPAL, "arn:aws-cn:iam::444455556666:root", " 1165"},
    {PRINCIPAL, "* ", " 1165"},
    {ARN, "arn:aws:sns:eu-west-1:111122223333:topic", ""},
    {ARN, "arn:aws:execute-api:*:111122223333:a/*/GET/$default", ""},
    {ARN, "arn:aws:s3:photos", " 1166"},
    {ARN, "photos", " 1166"},
    {ARN, "arn:aws:s3:::", " 1166"},
    {ARN, "arn:aws:s3:::a b", " 1166"},
    {ACCOUNT, "444455556666", ""},
    {ACCOUNT, "44445555666", " 1166"},
    {ACCOUNT, "44445555666x", " 1166"},
    {ACCOUNT, "*", " 1166"},
    {ORGANIZATION, "o-a1b2c3d4e5", ""},
    {ORGANIZATION, "o-a1b2c3d4e", " 1166"},
    {ORGANIZATION, "o-A1b2c3d4e5", " 1166"},
    {ORGANIZATION, "r-a1b2c3d4e5", " 1166"},
    {ORGANIZATION, "o-01234567890123456789012345678901", ""},
    {ORGANIZATION, "o-012345678901234567890123456789012", " 1166"},
    {TOKEN, "amzn1.ask.skill.1", " 1167"}, // beside a source
    {AUTH_TYPE, "NONE", " 1168"},          // with InvokeFunction
    {AUTH_TYPE, "AWS_IAM", " 1168"},
};

static void check(const struct pc_permission *permission, const char *codes, const char *label)
{
    struct told told;
    told_start(&told);
    enum pc_status status = pc_permission_check(permission, &told.diags);
    assert_codes(&told, codes, label);
    assert_int_equal(status, codes[0] == '\0' ? PC_OK : PC_ERR_INVALID);
    told_release(&told);
}

static void test_limits(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pc_permission permission = sample();
        set(&permission, rows[i].field, pc_str_from(rows[i].text));
        check(&permission, rows[i].codes, rows[i].text);
    }
}

static void test_longest_id(void **state)
{
    (void)state;
    struct pc_permission permission = sample();
    char text[101];
    memset(text, 'a', sizeof(text));
    permission.statement_id = (struct pc_str){text, 100};
    check(&permission, "", __func__);
    permission.statement_id.len = 101;
    check(&permission, " 1163", __func__);
}

static void test_tokens(void **state)
{
    (void)state;
    struct pc_permission permission = sample();
    permission.event_source_token = PC_STR("amzn1.ask.skill.1");
    permission.source_arn = PC_STR("");
    check(&permission, " 1167", __func__); // beside the account
    permission.source_account = PC_STR("");
    check(&permission, "", __func__);
    permission.event_source_token = PC_STR("a/b");
    check(&permission, " 1167", __func__);
}

static void test_urls(void **state)
{
    (void)state;
    struct pc_permission permission = sample();
    permission.via_url = true;
    check(&permission, "", __func__);
    permission.action = PC_STR("lambda:InvokeFunctionUrl");
    check(&permission, " 1168", __func__);
    permission.via_url = false;
    permission.url_auth_type = PC_STR("NONE");
    check(&permission, "", __func__);
    permission.url_auth_type = PC_STR("none");
    check(&permission, " 1168", __func__);
    permission.url_auth_type = PC_STR("AWS_IAM");
    permission.action = PC_STR("*");
    check(&permission, " 1168", __func__);
}

static void test_latest_has_no_policy(void **state)
{
    (void)state;
    struct pc_permission permission = sample();
    assert_true(pc_function_name_parse(PC_STR(FUNCTION ":$LATEST"), &permission.function));
    check(&permission, " 1162", __func__);
}

static void test_all_faults_are_told(void **state)
{
    (void)state;
    struct pc_permission permission = sample();
    permission.statement_id = PC_STR("a b");
    permission.principal = PC_STR("alice");
    permission.action = PC_STR("x");
    permission.source_account = PC_STR("1");
    check(&permission, " 1163 1165 1164 1166", __func__);
}

static void assert_written(const struct pc_permission *permission, const char *expected)
{
    struct pc_buf text = {0};
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, &text, false);
    pc_permission_write(&writer, permission);
    assert_int_equal(pc_buf_status(&text), PC_OK);
    pc_buf_byte(&text, '\0');
    assert_string_equal(text.ptr, expected);
    pc_buf_release(&text);
}

// The example of LAMBDA.md 5.1.
static void test_example(void **state)
{
    (void)state;
    struct pc_permission permission = sample();
    assert_written(
        &permission,
        "{\"Sid\":\"s3-in\",\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"s3.amazonaws.com\"},"
        "\"Action\":\"lambda:InvokeFunction\","
        "\"Resource\":\"arn:aws:lambda:eu-west-1:111122223333:function:thumbs:prod\","
        "\"Condition\":{\"StringEquals\":{\"AWS:SourceAccount\":\"111122223333\"},"
        "\"ArnLike\":{\"AWS:SourceArn\":\"arn:aws:s3:::photos\"}}}");
}

// Nothing but what is needed, and the account as its root in the function's partition.
static void test_least(void **state)
{
    (void)state;
    struct pc_permission permission = {.statement_id = PC_STR("x"),
                                       .action = PC_STR("lambda:GetFunction"),
                                       .principal = PC_STR("444455556666")};
    assert_true(pc_function_name_parse(
        PC_STR("arn:aws-us-gov:lambda:us-gov-west-1:111122223333:function:f"),
        &permission.function));
    assert_written(&permission,
                   "{\"Sid\":\"x\",\"Effect\":\"Allow\","
                   "\"Principal\":{\"AWS\":\"arn:aws-us-gov:iam::444455556666:root\"},"
                   "\"Action\":\"lambda:GetFunction\","
                   "\"Resource\":\"arn:aws-us-gov:lambda:us-gov-west-1:111122223333:function:f\"}");
    permission.principal = PC_STR("*");
    assert_written(
        &permission,
        "{\"Sid\":\"x\",\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"lambda:GetFunction\","
        "\"Resource\":\"arn:aws-us-gov:lambda:us-gov-west-1:111122223333:function:f\"}");
}

// Every condition at once, whether they go together or not.
static void test_conditions(void **state)
{
    (void)state;
    struct pc_permission permission = sample();
    permission.organization = PC_STR("o-a1b2c3d4e5");
    permission.event_source_token = PC_STR("amzn1.ask.skill.1");
    permission.url_auth_type = PC_STR("AWS_IAM");
    permission.via_url = true;
    permission.principal = PC_STR("arn:aws:iam::444455556666:role/r");
    assert_written(
        &permission,
        "{\"Sid\":\"s3-in\",\"Effect\":\"Allow\","
        "\"Principal\":{\"AWS\":\"arn:aws:iam::444455556666:role/r\"},"
        "\"Action\":\"lambda:InvokeFunction\","
        "\"Resource\":\"arn:aws:lambda:eu-west-1:111122223333:function:thumbs:prod\","
        "\"Condition\":{\"StringEquals\":{\"AWS:SourceAccount\":\"111122223333\","
        "\"aws:PrincipalOrgID\":\"o-a1b2c3d4e5\",\"lambda:EventSourceToken\":\"amzn1.ask.skill.1\","
        "\"lambda:FunctionUrlAuthType\":\"AWS_IAM\"},"
        "\"ArnLike\":{\"AWS:SourceArn\":\"arn:aws:s3:::photos\"},"
        "\"Bool\":{\"lambda:InvokedViaFunctionUrl\":\"true\"}}}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_longest_id),
        cmocka_unit_test(test_tokens),
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_latest_has_no_policy),
        cmocka_unit_test(test_all_faults_are_told),
        cmocka_unit_test(test_example),
        cmocka_unit_test(test_least),
        cmocka_unit_test(test_conditions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
