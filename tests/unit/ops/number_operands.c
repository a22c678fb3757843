// SPDX-License-Identifier: Apache-2.0
#include "operand.h"

// How the request's value stands to the policy's, and what each operator says to it.
static const struct relation {
    const char *name;
    enum pc_match below, equal, above;
} relations[] = {
    {"NumericEquals", PC_NOMATCH, PC_MATCH, PC_NOMATCH},
    {"NumericLessThan", PC_MATCH, PC_NOMATCH, PC_NOMATCH},
    {"NumericLessThanEquals", PC_MATCH, PC_MATCH, PC_NOMATCH},
    {"NumericGreaterThan", PC_NOMATCH, PC_NOMATCH, PC_MATCH},
    {"NumericGreaterThanEquals", PC_NOMATCH, PC_MATCH, PC_MATCH},
};

static void check_order(const char *smaller, const char *greater)
{
    for (size_t i = 0; i < COUNT(relations); i++) {
        const struct relation *row = &relations[i];
        const struct comparison pairs[] = {
            {row->name, greater, smaller, row->below, NULL},
            {row->name, smaller, greater, row->above, NULL},
            {row->name, smaller, smaller, row->equal, NULL},
            {row->name, greater, greater, row->equal, NULL},
        };
        CHECK_COMPARISONS(pairs);
    }
}

static void order(void **state)
{
    (void)state;
    check_order("9", "10");
    check_order("-10", "-9");
    check_order("-1", "0");
    check_order("0", "0.000000001");
    check_order("1.5", "1.51");
    check_order("2700", "3600");
    check_order("9007199254740992", "9007199254740993"); // above 2^53
    check_order("99999999999999999999999999999998", "99999999999999999999999999999999");
}

//
static void equal_numbers(void **state)
{
    (void)state;
    static const char *const same[][2] = {{"10", "10.0"},  {"10", "+10"},   {"0", "-0"},
                                          {"007", "7"},    {"1.50", "1.5"}, {"-0.0", "0"},
                                          {"-2", "-2.00"}, {"0.5", "00.50"}};
    for (size_t i = 0; i < COUNT(same); i++) {
        for (size_t k = 0; k < COUNT(relations); k++) {
            const struct comparison pairs[] = {
                {relations[k].name, same[i][0], same[i][1], relations[k].equal, NULL},
                {relations[k].name, same[i][1], same[i][0], relations[k].equal, NULL},
            };
            CHECK_COMPARISONS(pairs);
        }
    }
}

static const struct pc_str no_numbers[] = {
    PC_STR_INIT(""),    PC_STR_INIT("10abc"), PC_STR_INIT("abc"),   PC_STR_INIT(" 1"),
    PC_STR_INIT("1 "),  PC_STR_INIT("1e3"),   PC_STR_INIT("0x10"),  PC_STR_INIT("1."),
    PC_STR_INIT(".5"),  PC_STR_INIT("+"),     PC_STR_INIT("-"),     PC_STR_INIT("--1"),
    PC_STR_INIT("1,5"), PC_STR_INIT("1\0"),   PC_STR_INIT("true"),  PC_STR_INIT("*"),
    PC_STR_INIT("NaN"), PC_STR_INIT("inf"),   PC_STR_INIT("1.2.3"), PC_STR_INIT("${aws:x}"),
};

// a variable is plain text here, and so no number.
static void values_that_are_no_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(relations); i++) {
        check_refused(relations[i].name, no_numbers, COUNT(no_numbers));
    }
}

//
static void requests_that_are_no_numbers(void **state)
{
    (void)state;
    const struct pc_op_env env = {NULL, NULL};
    for (size_t i = 0; i < COUNT(relations); i++) {
        const struct pc_operator *op = row_of(relations[i].name);
        struct pc_str bytes = operand(op, PC_STR("1"), true);
        for (size_t k = 0; k < COUNT(no_numbers); k++) {
            assert_int_equal(op->compare(bytes, no_numbers[k], &env), PC_MATCH_ERROR);
        }
        drop(bytes);
    }
}

static void what_is_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(relations); i++) {
        check_written(relations[i].name, "-10.5", "-10.5");
        check_written(relations[i].name, "0", "0");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order),
        cmocka_unit_test(equal_numbers),
        cmocka_unit_test(values_that_are_no_numbers),
        cmocka_unit_test(requests_that_are_no_numbers),
        cmocka_unit_test(what_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
