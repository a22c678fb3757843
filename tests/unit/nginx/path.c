// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include <stdio.h>
#include <string.h>

#include "path.h"

#define HOME "arn:aws:lambda:eu-west-1:111122223333"
#define FN   "/2015-03-31/functions/"
#define ARN  HOME ":function:"

#define VERY      "very-very-very-very-very-very-very-very-very-very-very-very-very-"
#define VERY_LONG "arn:aws:lambda:" VERY "long-1:111122223333"

static struct pc_nginx_text text(const char *zero_ended)
{
    struct pc_nginx_text view = {(const unsigned char *)zero_ended, strlen(zero_ended)};
    return view;
}

static void a_plain_path_is_what_its_target_decodes_to(void **state)
{
    (void)state;
    static const struct {
        const char *target, *path;
        bool plain;
    } rows[] = {
        {"/a/b", "/a/b", true},       {"/a/b?x=/../", "/a/b", true}, {"/a%20b", "/a b", true},
        {"/%61", "/a", true},         {"/a+b", "/a+b", true},        {"/a%2Fb", "/a/b", false},
        {"/a%3Fb", "/a?b", true},     {"/a%2fb?", "/a/b", false},    {"/", "/", true},
        {"/a%252Fb", "/a%2Fb", true}, {"/a/../b", "/b", false},      {"/a//b", "/a/b", false},
        {"/a/./b", "/a/b", false},    {"/a%2F%2Fb", "/a/b", false},  {"/a%2e%2e/b", "/b", false},
        {"/a%2F..%2Fb", "/b", false}, {"/a%252Fb", "/a/b", false},   {"/a", "/a/", false},
        {"/a/", "/a", false},         {"/A", "/a", false},           {"/a#b", "/a", false},
        {"/a#b", "/a#b", false},      {"/a?x=y#", "/a", false},      {"/a?#&acl", "/a", false},
        {"/a?x=y%23", "/a", true},    {"/a%23b", "/a#b", true},      {"/a%2", "/a%2", false},
        {"/a%zz", "/a%zz", false},    {"/a%", "/a%", false},         {"", "", false},
        {"?a=b", "", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (pc_nginx_path_is_plain(text(rows[i].target), text(rows[i].path)) != rows[i].plain) {
            fail_msg("%s and %s: expected %s", rows[i].target, rows[i].path,
                     rows[i].plain ? "plain" : "not plain");
        }
    }
}

static void expect_function(const char *path, const char *args, const char *arn)
{
    struct pc_nginx_function function;
    pc_nginx_function_read(text(HOME), text(path), text(args), &function);
    if (function.len != strlen(arn) || memcmp(function.arn, arn, function.len) != 0) {
        fail_msg("%s?%s gives \"%.*s\", expected \"%s\"", path, args, (int)function.len,
                 (const char *)function.arn, arn);
    }
}

static void functions_have_one_arn_however_they_are_named(void **state)
{
    (void)state; // LAMBDA.md, section 4
    expect_function(FN "thumbs/invocations", "", ARN "thumbs");
    expect_function(FN "thumbs/invocations", "Qualifier=prod", ARN "thumbs:prod");
    expect_function(FN "thumbs:prod/invocations", "", ARN "thumbs:prod");
    expect_function(FN "thumbs:prod/invocations", "Qualifier=prod", ARN "thumbs:prod");
    expect_function(FN "thumbs/invocations", "Qualifier=7", ARN "thumbs:7");
    expect_function(FN "thumbs/invocations", "Qualifier=$LATEST", ARN "thumbs:$LATEST");
    expect_function(FN "thumbs/invocations", "Qualifier=%24LATEST", ARN "thumbs:$LATEST");
    expect_function(FN "thumbs:$LATEST/invocations", "", ARN "thumbs:$LATEST");
    expect_function(FN "111122223333:function:thumbs/invocations", "", ARN "thumbs");
    expect_function(FN "111122223333:function:thumbs:prod/invocations", "", ARN "thumbs:prod");
    expect_function(FN ARN "thumbs/invocations", "Qualifier=prod", ARN "thumbs:prod");
    expect_function(FN ARN "thumbs:prod/invocations", "", ARN "thumbs:prod");
    expect_function(FN "111122223333/invocations", "", ARN "111122223333");
    expect_function(FN "function/invocations", "", ARN "function");
    expect_function(FN "a-b_C9/invocations", "Qualifier=a-b_C9", ARN "a-b_C9:a-b_C9");
}

static void what_another_reader_may_understand_otherwise_is_no_function(void **state)
{
    (void)state;
    static const char *const args[] = {
        "Qualifier=",
        "Qualifier",
        "qualifier=prod",
        "QUALIFIER=prod",
        "Qualifier=prod&Qualifier=dev",
        "Qualifier=prod&qualifier=dev",
        "Qualifier=prod&",
        "Qualifier=prod&x=1",
        "x=1",
        "x=1&Qualifier=prod",
        "&Qualifier=prod",
        "Qualifier=prod;Qualifier=dev",
        "Qualifie%72=prod",
        "Qualifier[]=prod",
        "Qualifier=prod%26Qualifier=dev",
        "Qualifier=pr%6",
        "Qualifier=pr%zzod",
        "Qualifier=prod%00",
        "Qualifier=pr+od",
        "Qualifier=*",
        "Qualifier=$latest",
        "Qualifier=$LATEST.PUBLISHED",
        "Qualifier=prod#x",
        "Qualifier%3Dprod",
        " Qualifier=prod",
    };
    for (size_t i = 0; i < sizeof(args) / sizeof(args[0]); i++) {
        expect_function(FN "thumbs/invocations", args[i], "");
    }
    static const char *const paths[] = {
        "",
        "/",
        FN "invocations",
        FN "/invocations",
        FN "thumbs",
        FN "thumbs/",
        FN "thumbs/invocations/",
        FN "thumbs/Invocations",
        FN "thumbs/invocations2",
        FN "thumbs//invocations",
        FN "thumbs/invocations/invocations",
        "/" FN "thumbs/invocations",
        "/2015-03-31/Functions/thumbs/invocations",
        "/2014-11-13/functions/thumbs/invocations",
        FN "thumbs:/invocations",
        FN ":prod/invocations",
        FN "thumbs:prod:dev/invocations",
        FN "th umbs/invocations",
        FN "thumbs*/invocations",
        FN "th?mbs/invocations",
        FN "thumbs.x/invocations",
        FN "thumbs%3Aprod/invocations",
        FN "444455556666:function:thumbs/invocations",
        FN "444455556666:thumbs/invocations",
        FN "111122223333:thumbs/invocations",
        FN "111122223333:function:/invocations",
        FN "111122223333:function:function:thumbs/invocations",
        FN "function:thumbs/invocations",
        FN "arn:aws:lambda:eu-west-2:111122223333:function:thumbs/invocations",
        FN "arn:aws:lambda:eu-west-1:444455556666:function:thumbs/invocations",
        FN "arn:aws-cn:lambda:eu-west-1:111122223333:function:thumbs/invocations",
        FN "ARN:aws:lambda:eu-west-1:111122223333:function:thumbs/invocations",
        FN HOME ":layer:thumbs/invocations",
        FN HOME "/invocations",
    };
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        expect_function(paths[i], "", "");
    }
    expect_function(FN "thumbs:prod/invocations", "Qualifier=dev", "");
    expect_function(FN ARN "thumbs:prod/invocations", "Qualifier=dev", "");
}

static void names_have_the_lengths_of_lambda(void **state)
{
    (void)state;
    char path[256];
    char arn[256];
    char args[256];
    char name[66];
    memset(name, 'n', sizeof(name));
    for (int len = 64; len <= 65; len++) {
        (void)snprintf(path, sizeof(path), FN "%.*s/invocations", len, name);
        (void)snprintf(arn, sizeof(arn), ARN "%.*s", len, name);
        expect_function(path, "", len == 64 ? arn : "");
    }
    char qualifier[130];
    memset(qualifier, 'q', sizeof(qualifier));
    for (int len = 128; len <= 129; len++) {
        (void)snprintf(args, sizeof(args), "Qualifier=%.*s", len, qualifier);
        (void)snprintf(arn, sizeof(arn), ARN "x:%.*s", len, qualifier);
        expect_function(FN "x/invocations", args, len == 128 ? arn : "");
    }
}

static void a_home_is_the_beginning_of_an_arn_of_lambda(void **state)
{
    (void)state;
    assert_true(pc_nginx_is_function_home(text(HOME)));
    assert_true(
        pc_nginx_is_function_home(text("arn:aws-us-gov:lambda:us-gov-west-1:111122223333")));
    static const char *const wrong[] = {
        "",
        "arn",
        "arn:aws:lambda:eu-west-1",
        "arn:aws:lambda:eu-west-1:1111222233334",
        "arn:aws:lambda:eu-west-1:11112222333",
        "arn:aws:lambda:eu-west-1:111122223333:",
        "arn:aws:lambda:eu-west-1:111122223333:function:x",
        "arn:aws:s3:eu-west-1:111122223333",
        "arn:aws:lambda::111122223333",
        "arn::lambda:eu-west-1:111122223333",
        "arn:aws:lambda:*:111122223333",
        "arn:aws:lambda:EU-WEST-1:111122223333",
        "arn:aws:lambda:eu-west-1:*",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(pc_nginx_is_function_home(text(wrong[i])));
    }
    assert_false(pc_nginx_is_function_home(text(VERY_LONG)));
    struct pc_nginx_function function;
    pc_nginx_function_read(text(""), text(FN "x/invocations"), text(""), &function);
    assert_int_equal(function.len, 0);
}

static void a_resolved_path_has_names_alone_to_each_reader(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        bool resolved;
    } rows[] = {
        {"/a/..;/b", false},  {"/a/..;x=y/b", false}, {"/a/.;/b", false},  {"/..;", false},
        {"/a\\..\\b", false}, {"/a/..\\b", false},    {"/a\\../b", false}, {"/a\\..", false},
        {"/a\\.\\b", false},  {"/..", false},         {"/a/.", false},     {"", false},
        {"/", true},          {"/a", true},           {"/a..;/b", true},   {"/a/...;/b", true},
        {"/a/;../b", false},  {"/a/x..;/b", true},    {"/a;/b", true},     {"/a\\b", true},
        {"/a\\b..\\c", true}, {"/.a", true},          {"/a/..b", true},    {"/a/...", true},
        {"/a/.../b", true},   {"/a;..;/b", true},     {"//", false},       {"//a", false},
        {"/a//b", false},     {"/a//", false},        {"/a/", true},       {"/a/b/", true},
        {"/a/;/b", false},    {"/a/;x", false},       {"/;x=y/a", false},  {"/a\\\\b", false},
        {"/a\\/b", false},    {"/\\a", false},        {"/a/\\", false},    {"/a\\", true},
        {"a", false},         {"a/b", false},         {"..", false},       {"\\a", false},
        {"/a/..../b", true},  {"/a/. /b", true},      {"/a/./b", false},   {"/a/../b", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (pc_nginx_path_is_resolved(text(rows[i].path)) != rows[i].resolved) {
            fail_msg("%s: expected %s", rows[i].path, rows[i].resolved ? "resolved" : "not");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_path_is_what_its_target_decodes_to),
        cmocka_unit_test(a_resolved_path_has_names_alone_to_each_reader),
        cmocka_unit_test(functions_have_one_arn_however_they_are_named),
        cmocka_unit_test(what_another_reader_may_understand_otherwise_is_no_function),
        cmocka_unit_test(names_have_the_lengths_of_lambda),
        cmocka_unit_test(a_home_is_the_beginning_of_an_arn_of_lambda),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
