// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "value/number_text.h"

static void numbers_have_one_text_each(void **state)
{
    (void)state;
    static const struct {
        const char *written, *text;
    } rows[] = {
        {"0", "0"},           {"-7", "-7"},      {"10.50", "10.5"},
        {"1e3", "1000"},      {"10.0", "10"},    {"1704067200.0", "1704067200"},
        {"-0", "0"},          {"-0.0", "0"},     {"-0.50", "-0.5"},
        {"0.0", "0"},         {"100", "100"},    {"-100.10", "-100.1"},
        {"1E+3", "1000"},     {"1.5e2", "150"},  {"25e-1", "2.5"},
        {"-1.25e1", "-12.5"}, {"5e-3", "0.005"}, {"9007199254740993", "9007199254740993"},
        {"0e400", "0"},       {"-0e-400", "0"},  {"10e-1", "1"},
    };
    struct pc_arena arena = {0};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pc_str text;
        assert_int_equal(pc_number_text(&arena, pc_str_from(rows[i].written), &text), PC_OK);
        assert_true(pc_str_eq(text, pc_str_from(rows[i].text)));
    }
    pc_arena_release(&arena);
}

// The text of a digit with so many zeros behind it.
static struct pc_str with_zeros(struct pc_arena *arena, size_t zeros)
{
    char *text = pc_arena_alloc(arena, zeros + 1);
    assert_non_null(text);
    memset(text, '0', zeros + 1);
    text[0] = '1';
    return (struct pc_str){text, zeros + 1};
}

static void every_digit_of_a_large_number_is_written(void **state)
{
    (void)state; // a Deny of what is greater has to meet it
    struct pc_arena arena = {0};
    struct pc_str text;
    assert_int_equal(pc_number_text(&arena, PC_STR("1e65"), &text), PC_OK);
    assert_true(pc_str_eq(text, with_zeros(&arena, 65)));
    assert_int_equal(pc_number_text(&arena, PC_STR("1e4096"), &text), PC_OK);
    assert_true(pc_str_eq(text, with_zeros(&arena, 4096)));
    assert_int_equal(pc_number_text(&arena, PC_STR("1e-4096"), &text), PC_OK);
    assert_int_equal(text.len, 2 + 4096);
    struct pc_str long_one = with_zeros(&arena, 70);
    struct pc_str parts[] = {long_one, PC_STR("e-70")};
    assert_int_equal(pc_arena_join(&arena, parts, 2, &long_one), PC_OK);
    assert_int_equal(pc_number_text(&arena, long_one, &text), PC_OK);
    assert_view(text, "1");
    pc_arena_release(&arena);
}

static void a_huge_exponent_is_refused(void **state)
{
    (void)state;
    static const char *const rows[] = {"1e4097", "1e-4097", "0e4097", "1e999999999",
                                       "1e99999999999999999999"};
    struct pc_arena arena = {0};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pc_str text = PC_STR("untouched");
        assert_int_equal(pc_number_text(&arena, pc_str_from(rows[i]), &text), PC_ERR_LIMIT);
        assert_view(text, "untouched");
    }
    pc_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_have_one_text_each),
        cmocka_unit_test(every_digit_of_a_large_number_is_written),
        cmocka_unit_test(a_huge_exponent_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
