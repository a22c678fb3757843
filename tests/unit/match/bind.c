// SPDX-License-Identifier: Apache-2.0
//
// Binding variables of a resource's pattern: values are literal text, defaults count where
// there is no value, what is not known stays.
#include "compiled.h"

#include "match/bind.h"

static const char *const pairs[] = {"user", "a*b", "path", "x:y/?", "money", "${z}", NULL};

static enum pc_binding bind(void *context, struct pc_str key, struct pc_str *value)
{
    struct table table = {context, 0};
    if (pc_str_eq(key, PC_STR("open"))) {
        return PC_BINDING_OPEN;
    }
    return table_lookup(&table, key, value) ? PC_BINDING_VALUE : PC_BINDING_NULL;
}

static struct pc_str compile(const char *text, struct pc_buf *out)
{
    static const struct pc_arn_pattern_options options = {
        .flags = PC_PATTERN_VARIABLES, .expand = true, .allow_any = true};
    struct pc_pattern_error error;
    assert_int_equal(pc_arn_pattern_compile(pc_str_from(text), options, out, &error), PC_OK);
    return pc_buf_view(out);
}

// The bound pattern as text; "" for one that matches nothing.
static void assert_bound(const char *text, const char *wanted)
{
    const struct pc_binder binder = {bind, (void *)(uintptr_t)pairs};
    struct pc_buf pattern = {0}, bound = {0}, written = {0};
    bool never = false;
    assert_int_equal(pc_arn_pattern_bind(compile(text, &pattern), &binder, &bound, &never), PC_OK);
    assert_int_equal(never, wanted[0] == '\0');
    if (never) {
        assert_int_equal(bound.len, 0);
    } else {
        assert_true(pc_arn_pattern_is_valid(pc_buf_view(&bound)));
        pc_arn_pattern_write(pc_buf_view(&bound), &written);
        assert_true(pc_str_eq(pc_buf_view(&written), pc_str_from(wanted)));
    }
    pc_buf_release(&pattern);
    pc_buf_release(&bound);
    pc_buf_release(&written);
}

static void values_are_literal_text(void **state)
{
    (void)state;
    assert_bound("arn:aws:s3:::b/${user}/*", "arn:aws:s3:::b/a${*}b/*");
    assert_bound("arn:aws:s3:::b/${path}", "arn:aws:s3:::b/x:y/${?}");
    assert_bound("arn:aws:s3:::b/${money}?", "arn:aws:s3:::b/${$}{z}?");
}

static void defaults_count_where_there_is_no_value(void **state)
{
    (void)state;
    assert_bound("arn:aws:s3:::b/${gone, 'no*ne'}", "arn:aws:s3:::b/no${*}ne");
    assert_bound("arn:aws:s3:::b/${user, 'none'}", "arn:aws:s3:::b/a${*}b");
    assert_bound("arn:aws:s3:::b/${gone}", "");
    assert_bound("arn:aws:s3:::b/${user}/${gone}/x", "");
}

static void what_is_open_stays(void **state)
{
    (void)state;
    assert_bound("arn:aws:s3:::b/${open}/${user}", "arn:aws:s3:::b/${open}/a${*}b");
    assert_bound("arn:aws:s3:::b/${open, 'x'}", "arn:aws:s3:::b/${open, 'x'}");
}

static void the_rest_is_as_it_was(void **state)
{
    (void)state;
    assert_bound("*", "*");
    assert_bound("arn:aws:s3", "arn:aws:s3:*:*:*");
    assert_bound("arn:a?s:s*:::b/${*}/?*", "arn:a?s:s*:::b/${*}/?*");
}

static void values_may_be_too_long(void **state)
{
    static char room[70000];
    static const char *const huge[] = {"user", room, NULL};
    const struct pc_binder binder = {bind, (void *)(uintptr_t)huge};
    struct pc_buf pattern = {0}, bound = {0};
    bool never;
    (void)state;
    memset(room, 'x', sizeof(room) - 1);
    struct pc_str bytes = compile("arn:aws:s3:::b/${user}", &pattern);
    assert_int_equal(pc_arn_pattern_bind(bytes, &binder, &bound, &never), PC_ERR_LIMIT);
    pc_buf_release(&pattern);
    pc_buf_release(&bound);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_literal_text),
        cmocka_unit_test(defaults_count_where_there_is_no_value),
        cmocka_unit_test(what_is_open_stays),
        cmocka_unit_test(the_rest_is_as_it_was),
        cmocka_unit_test(values_may_be_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
