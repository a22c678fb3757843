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
    };
    struct pc_arena arena = {0};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pc_str text;
        assert_int_equal(pc_number_text(&arena, pc_str_from(rows[i].written), &text), PC_OK);
        assert_true(pc_str_eq(text, pc_str_from(rows[i].text)));
    }
    pc_arena_release(&arena);
}

static void a_huge_exponent_stays_as_written(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    struct pc_str text;
    assert_int_equal(pc_number_text(&arena, PC_STR("1e999999999"), &text), PC_OK);
    assert_view(text, "1e999999999");
    pc_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_have_one_text_each),
        cmocka_unit_test(a_huge_exponent_stays_as_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
