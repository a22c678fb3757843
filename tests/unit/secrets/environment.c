// SPDX-License-Identifier: Apache-2.0
//
// What Lambda asks of an environment: LAMBDA.md, section 6.
#include "testing.h"

#include <stdio.h>
#include <string.h>

#include "environment.h"

static struct pc_arena arena;
static struct pc_diags diags;

static int forget(void **state)
{
    (void)state;
    pc_arena_reset(&arena);
    pc_diags_init(&diags, &arena);
    return 0;
}

static int release(void **state)
{
    (void)state;
    pc_arena_release(&arena);
    return 0;
}

static enum pc_diag_code code_of_name(struct pc_str name)
{
    pc_diags_init(&diags, &arena);
    enum pc_status status = pc_variable_name_check(name, &diags);
    assert_int_equal(diags.errors, status == PC_OK ? 0 : 1);
    assert_true(status == PC_OK || status == PC_ERR_INVALID);
    return diags.last == NULL ? PC_DIAG_NONE : diags.last->code;
}

// Names -------------------------------------------------------------------------------------------

static void reserved_names_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"_HANDLER",
                                        "_X_AMZN_TRACE_ID",
                                        "AWS_REGION",
                                        "AWS_DEFAULT_REGION",
                                        "AWS_EXECUTION_ENV",
                                        "AWS_LAMBDA_FUNCTION_NAME",
                                        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                                        "AWS_LAMBDA_FUNCTION_VERSION",
                                        "AWS_LAMBDA_INITIALIZATION_TYPE",
                                        "AWS_LAMBDA_LOG_GROUP_NAME",
                                        "AWS_LAMBDA_LOG_STREAM_NAME",
                                        "AWS_ACCESS_KEY",
                                        "AWS_ACCESS_KEY_ID",
                                        "AWS_SECRET_ACCESS_KEY",
                                        "AWS_SESSION_TOKEN",
                                        "AWS_LAMBDA_RUNTIME_API",
                                        "LAMBDA_TASK_ROOT",
                                        "LAMBDA_RUNTIME_DIR"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char longer[64];
        assert_int_equal(code_of_name(pc_str_from(names[i])), PC_DIAG_VARIABLE_RESERVED);
        (void)snprintf(longer, sizeof(longer), "%s_", names[i]);
        assert_int_equal(code_of_name(pc_str_from(longer)),
                         names[i][0] == '_' ? PC_DIAG_VARIABLE_NAME : PC_DIAG_NONE);
    }
}

// What Lambda sets, but lets be changed.
static void names_that_may_be_changed_are_taken(void **state)
{
    (void)state;
    static const char *const names[] = {"LANG",
                                        "PATH",
                                        "LD_LIBRARY_PATH",
                                        "NODE_PATH",
                                        "PYTHONPATH",
                                        "GEM_PATH",
                                        "AWS_XRAY_CONTEXT_MISSING",
                                        "AWS_XRAY_DAEMON_ADDRESS",
                                        "AWS_LAMBDA_DOTNET_PREJIT",
                                        "TZ",
                                        "aws_region",
                                        "A1",
                                        "a_",
                                        "Zz9_"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_int_equal(code_of_name(pc_str_from(names[i])), PC_DIAG_NONE);
    }
}

static void the_form_of_names_is_that_of_lambda(void **state)
{
    (void)state;
    for (unsigned first = 0; first < 256; first++) {
        for (unsigned second = 0; second < 256; second++) {
            const char name[2] = {(char)first, (char)second};
            bool letter = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
            bool rest = (second >= 'a' && second <= 'z') || (second >= 'A' && second <= 'Z') ||
                        (second >= '0' && second <= '9') || second == '_';
            assert_int_equal(code_of_name((struct pc_str){name, 2}),
                             letter && rest ? PC_DIAG_NONE : PC_DIAG_VARIABLE_NAME);
        }
        pc_arena_reset(&arena);
    }
    static const char *const others[] = {
        "", "A", "A=", "A B", "DB-URL", "DB.URL", "\xc3\x84RGER", "DB_URL\n", "1A"};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        assert_int_equal(code_of_name(pc_str_from(others[i])), PC_DIAG_VARIABLE_NAME);
    }
    assert_int_equal(code_of_name((struct pc_str){"DB\0URL", 6}), PC_DIAG_VARIABLE_NAME);
}

static void a_long_name_is_refused(void **state)
{
    (void)state;
    static char name[PC_NAME_BYTES + 1];
    memset(name, 'A', sizeof(name));
    assert_int_equal(code_of_name((struct pc_str){name, PC_NAME_BYTES}), PC_DIAG_NONE);
    assert_int_equal(code_of_name((struct pc_str){name, sizeof(name)}), PC_DIAG_VARIABLE_NAME);
    assert_true(diags.last->message.len < 512);
}

// Values ------------------------------------------------------------------------------------------

static void a_value_is_text_without_a_zero(void **state)
{
    (void)state;
    static const struct {
        struct pc_str value;
        bool good;
    } cases[] = {
        {PC_STR_INIT(""), true},
        {PC_STR_INIT("hunter2"), true},
        {PC_STR_INIT("line\nline\t\x01\x7f"), true},
        {PC_STR_INIT("gr\xc3\xbc\xc3\x9f \xf0\x9f\x94\x91"), true},
        {PC_STR_INIT("hunter2\0"), false},
        {PC_STR_INIT("\0"), false},
        {PC_STR_INIT("hunter2\xff"), false},
        {PC_STR_INIT("hunter2\xc3"), false},
        {PC_STR_INIT("\xc0\x80hunter2"), false},     // a zero in two bytes
        {PC_STR_INIT("hunter2\xed\xa0\x80"), false}, // half of a pair
        {PC_STR_INIT("hunter2\xf4\x90\x80\x80"), false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        pc_diags_init(&diags, &arena);
        enum pc_status status = pc_variable_value_check(PC_STR("NAME"), cases[i].value, &diags);
        assert_int_equal(status, cases[i].good ? PC_OK : PC_ERR_INVALID);
        if (!cases[i].good) {
            assert_int_equal(diags.last->code, PC_DIAG_VARIABLE_VALUE);
            assert_null(strstr(diags.last->message.ptr, "hunter2"));
            assert_non_null(strstr(diags.last->message.ptr, "NAME"));
        }
    }
}

static void a_value_longer_than_an_environment_is_refused(void **state)
{
    (void)state;
    static char value[PC_ENVIRONMENT_BYTES + 1];
    memset(value, 'v', sizeof(value));
    assert_int_equal(pc_variable_value_check(PC_STR("NAME"),
                                             (struct pc_str){value, PC_ENVIRONMENT_BYTES}, &diags),
                     PC_OK);
    assert_int_equal(
        pc_variable_value_check(PC_STR("NAME"), (struct pc_str){value, sizeof(value)}, &diags),
        PC_ERR_INVALID);
}

// Measures ----------------------------------------------------------------------------------------

static size_t measure_of(struct pc_str name, struct pc_str value)
{
    return pc_environment_measure_variable(name, pc_environment_measure_value(value));
}

static void the_example_measures_39(void **state)
{
    (void)state;
    size_t measure = 1 + measure_of(PC_STR("BUCKET"), PC_STR("my-bucket")) +
                     measure_of(PC_STR("KEY"), PC_STR("file.txt"));
    assert_int_equal(measure, 39);
    assert_int_equal(measure, strlen("{\"BUCKET\":\"my-bucket\",\"KEY\":\"file.txt\"}"));
}

// As a JSON writer escapes that escapes what it must: RFC 8259, section 7.
static void what_json_escapes_counts_as_it_is_written(void **state)
{
    (void)state;
    for (unsigned c = 0; c < 256; c++) {
        const char byte = (char)c;
        size_t want = c < 0x20 ? 6 : 1;
        if (c != 0 && strchr("\"\\\b\f\n\r\t", (int)c) != NULL) {
            want = 2;
        }
        assert_int_equal(pc_environment_measure_value((struct pc_str){&byte, 1}), want);
    }
    assert_int_equal(pc_environment_measure_value(PC_STR("")), 0);
    assert_int_equal(pc_environment_measure_value(PC_STR("/")), 1);
    assert_int_equal(pc_environment_measure_value(PC_STR("gr\xc3\xbc\xc3\x9f")), 6);
    assert_int_equal(pc_environment_measure_value(PC_STR("a\"b\\c\x01\n")),
                     1 + 2 + 1 + 2 + 1 + 6 + 2);
}

// Functions ---------------------------------------------------------------------------------------

static void the_arn_of_a_function_has_no_version(void **state)
{
    (void)state;
    static const struct {
        const char *arn;
        bool good;
    } cases[] = {
        {"arn:aws:lambda:eu-west-1:111122223333:function:pay", true},
        {"arn:aws-cn:lambda:cn-north-1:111122223333:function:pay", true},
        {"arn:aws:lambda:eu-west-1:111122223333:function:pay:1", false},
        {"arn:aws:lambda:eu-west-1:111122223333:function:pay:$LATEST", false},
        {"arn:aws:lambda:eu-west-1:111122223333:function:", false},
        {"arn:aws:lambda:eu-west-1:111122223333:function", false},
        {"arn:aws:lambda:eu-west-1:111122223333:layer:pay", false},
        {"arn:aws:lambda:eu-west-1:11112222333:function:pay", false},
        {"arn:aws:lambda::111122223333:function:pay", false},
        {"arn:aws:kms:eu-west-1:111122223333:function:pay", false},
        {"arn::lambda:eu-west-1:111122223333:function:pay", false},
        {"arn:aws:lambda:eu-west-1:111122223333:function:pa\xffy", false},
        {"pay", false},
        {"", false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        pc_diags_init(&diags, &arena);
        enum pc_status status = pc_function_arn_check(pc_str_from(cases[i].arn), &diags);
        assert_int_equal(status, cases[i].good ? PC_OK : PC_ERR_INVALID);
        assert_true(cases[i].good || diags.last->code == PC_DIAG_FUNCTION_ARN);
    }
    assert_view(pc_function_name(pc_str_from(cases[0].arn)), "pay");
}

// Up to 64 of letters, digits, '-' and '_'.
static void the_name_of_a_function_is_short(void **state)
{
    (void)state;
    char arn[128] = "arn:aws:lambda:eu-west-1:111122223333:function:";
    size_t start = strlen(arn);
    memset(arn + start, 'a', 65);
    assert_int_equal(pc_function_arn_check((struct pc_str){arn, start + 64}, &diags), PC_OK);
    assert_int_equal(pc_function_arn_check((struct pc_str){arn, start + 65}, &diags),
                     PC_ERR_INVALID);
    for (unsigned c = 0; c < 256; c++) {
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '-' || c == '_';
        arn[start] = (char)c;
        pc_diags_init(&diags, &arena);
        assert_int_equal(pc_function_arn_check((struct pc_str){arn, start + 1}, &diags),
                         good ? PC_OK : PC_ERR_INVALID);
    }
}

#define FRESH(function) cmocka_unit_test_setup(function, forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FRESH(reserved_names_are_refused),
        FRESH(names_that_may_be_changed_are_taken),
        FRESH(the_form_of_names_is_that_of_lambda),
        FRESH(a_long_name_is_refused),
        FRESH(a_value_is_text_without_a_zero),
        FRESH(a_value_longer_than_an_environment_is_refused),
        FRESH(the_example_measures_39),
        FRESH(what_json_escapes_counts_as_it_is_written),
        FRESH(the_arn_of_a_function_has_no_version),
        FRESH(the_name_of_a_function_is_short),
    };
    return cmocka_run_group_tests(tests, NULL, release);
}
