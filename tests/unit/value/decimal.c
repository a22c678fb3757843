// SPDX-License-Identifier: Apache-2.0
//
// numbers of any length, compared without loss.
#include "testing.h"

#include "value/decimal.h"

#include <stdlib.h>
#include <string.h>

static struct pc_decimal parsed(const char *text)
{
    struct pc_decimal number;
    assert_true(pc_decimal_parse(pc_str_from(text), &number));
    return number;
}

// Numbers in ascending order; those in one row are equal.
static const char *const ladder[][8] = {
    {"-10000000000000000000000000000000000000001"},
    {"-10000000000000000000000000000000000000000"},
    {"-9007199254740993"},
    {"-9007199254740992", "-9007199254740992.0"},
    {"-10", "-010", "-10.000"},
    {"-9.99"},
    {"-9"},
    {"-1.5", "-1.50"},
    {"-1.05"},
    {"-1", "-01", "-1.0"},
    {"-0.1"},
    {"-0.01"},
    {"0", "-0", "+0", "0.0", "-0.000", "+0.0", "000", "-00.00"},
    {"0.00000000000000000000000000000000000001"},
    {"0.01", "+0.01", "00.010"},
    {"0.09999999999999999999"},
    {"0.1", "0.10", "+0.1"},
    {"0.10000000000000000001"},
    {"1", "+1", "1.0", "01", "0000000000001", "+001.00"},
    {"1.05"},
    {"1.5"},
    {"9"},
    {"10", "10.0", "0010"},
    {"11"},
    {"100"},
    {"9007199254740992"},
    {"9007199254740993", "9007199254740993.0"}, // 2^53 + 1
    {"9223372036854775807"},
    {"9223372036854775808"},
    {"18446744073709551615.9"},
    {"18446744073709551616"},
    {"18446744073709551616.0000000000000000000000001"},
    {"10000000000000000000000000000000000000000"},
};

enum {
    RUNGS = sizeof(ladder) / sizeof(ladder[0]),
    WIDTH = sizeof(ladder[0]) / sizeof(ladder[0][0]),
};

static void assert_order(const char *a, const char *b, int expected)
{
    struct pc_decimal x = parsed(a);
    struct pc_decimal y = parsed(b);
    int order = pc_decimal_cmp(&x, &y);
    assert_int_equal((order > 0) - (order < 0), expected);
}

static void order_is_that_of_the_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < RUNGS; i++) {
        for (size_t j = 0; j < RUNGS; j++) {
            int expected = (i > j) - (i < j);
            for (size_t k = 0; k < WIDTH && ladder[i][k] != NULL; k++) {
                for (size_t l = 0; l < WIDTH && ladder[j][l] != NULL; l++) {
                    assert_order(ladder[i][k], ladder[j][l], expected);
                }
            }
        }
    }
}

static void parts_are_cut_to_what_counts(void **state)
{
    (void)state;
    struct pc_decimal number = parsed("-00120.034500");
    assert_true(number.negative);
    assert_view(number.integer, "120");
    assert_view(number.fraction, "0345");
    number = parsed("-0.0");
    assert_false(number.negative);
    assert_view(number.integer, "");
    assert_view(number.fraction, "");
    number = parsed("+7");
    assert_false(number.negative);
    assert_view(number.integer, "7");
    assert_view(number.fraction, "");
}

static void only_whole_numbers_of_the_form(void **state)
{
    (void)state;
    static const struct pc_str wrong[] = {
        PC_STR_INIT(""),
        PC_STR_INIT("+"),
        PC_STR_INIT("-"),
        PC_STR_INIT("."),
        PC_STR_INIT("1."),
        PC_STR_INIT(".5"),
        PC_STR_INIT("-.5"),
        PC_STR_INIT("+-1"),
        PC_STR_INIT("--1"),
        PC_STR_INIT("1.2.3"),
        PC_STR_INIT("1..2"),
        PC_STR_INIT("10abc"),
        PC_STR_INIT("abc"),
        PC_STR_INIT("1e3"),
        PC_STR_INIT("1E3"),
        PC_STR_INIT("1.5e-3"),
        PC_STR_INIT(" 1"),
        PC_STR_INIT("1 "),
        PC_STR_INIT("1 000"),
        PC_STR_INIT("1,5"),
        PC_STR_INIT("0x10"),
        PC_STR_INIT("1_000"),
        PC_STR_INIT("inf"),
        PC_STR_INIT("NaN"),
        PC_STR_INIT("1\0"),
        PC_STR_INIT("\0"
                    "1"),
        PC_STR_INIT("1.5\n"),
        PC_STR_INIT("- 1"),
        PC_STR_INIT("1.-5"),
        PC_STR_INIT("1.+5"),
        PC_STR_INIT("5-"),
        PC_STR_INIT("\xd9\xa1"),     // an Arabic digit
        PC_STR_INIT("\xef\xbc\x91"), // a full-width digit
        {NULL, 0},
    };
    struct pc_decimal number = {true, PC_STR_INIT("kept"), PC_STR_INIT("too")};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        char *exact = malloc(wrong[i].len + 1); // the view ends where the block does
        assert_non_null(exact);
        memcpy(exact, "", 1);
        memcpy(exact + 1, wrong[i].len > 0 ? wrong[i].ptr : "", wrong[i].len);
        assert_false(pc_decimal_parse((struct pc_str){exact + 1, wrong[i].len}, &number));
        free(exact);
        assert_true(number.negative);
        assert_view(number.integer, "kept");
        assert_view(number.fraction, "too");
    }
}

static void bytes_behind_the_view_do_not_count(void **state)
{
    (void)state;
    struct pc_decimal number;
    assert_true(pc_decimal_parse((struct pc_str){"12.5", 2}, &number));
    assert_view(number.integer, "12");
    assert_view(number.fraction, "");
    assert_false(pc_decimal_parse((struct pc_str){"12.5", 3}, &number));
}

static void millions_of_digits_keep_their_last_one(void **state)
{
    (void)state;
    size_t size = 2000001; // a million digits on both sides of the point
    char *a = malloc(size);
    char *b = malloc(size);
    assert_non_null(a);
    assert_non_null(b);
    memset(a, '7', size);
    a[1000000] = '.';
    memcpy(b, a, size);
    struct pc_decimal x;
    struct pc_decimal y;
    assert_true(pc_decimal_parse((struct pc_str){a, size}, &x));
    assert_true(pc_decimal_parse((struct pc_str){b, size}, &y));
    assert_int_equal(pc_decimal_cmp(&x, &y), 0);
    b[size - 1] = '8';
    assert_true(pc_decimal_cmp(&x, &y) < 0);
    b[999999] = '6';
    assert_true(pc_decimal_cmp(&x, &y) > 0);
    memset(a, '0', size);
    a[1000000] = '.';
    assert_true(pc_decimal_parse((struct pc_str){a, size}, &x));
    assert_int_equal(x.integer.len + x.fraction.len, 0);
    free(a);
    free(b);
}

static void fractions_of_a_hundred_digits(void **state)
{
    (void)state;
    char a[103] = "0.";
    char b[103];
    memset(a + 2, '3', 100);
    memcpy(b, a, sizeof(a));
    b[101] = '4';
    assert_order(a, b, -1);
    assert_order(b, a, 1);
    assert_order(a, a, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_is_that_of_the_numbers),
        cmocka_unit_test(parts_are_cut_to_what_counts),
        cmocka_unit_test(only_whole_numbers_of_the_form),
        cmocka_unit_test(bytes_behind_the_view_do_not_count),
        cmocka_unit_test(millions_of_digits_keep_their_last_one),
        cmocka_unit_test(fractions_of_a_hundred_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
