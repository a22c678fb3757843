// SPDX-License-Identifier: Apache-2.0
#include "operand.h"

// How the request's instant stands to the policy's, and what each operator says to it.
static const struct relation {
    const char *name;
    enum pc_match below, equal, above;
} relations[] = {
    {"DateEquals", PC_NOMATCH, PC_MATCH, PC_NOMATCH},
    {"DateLessThan", PC_MATCH, PC_NOMATCH, PC_NOMATCH},
    {"DateLessThanEquals", PC_MATCH, PC_MATCH, PC_NOMATCH},
    {"DateGreaterThan", PC_NOMATCH, PC_NOMATCH, PC_MATCH},
    {"DateGreaterThanEquals", PC_NOMATCH, PC_MATCH, PC_MATCH},
};

static void check_order(const char *earlier, const char *later)
{
    for (size_t i = 0; i < COUNT(relations); i++) {
        const struct relation *row = &relations[i];
        const struct comparison pairs[] = {
            {row->name, later, earlier, row->below, NULL},
            {row->name, earlier, later, row->above, NULL},
            {row->name, earlier, earlier, row->equal, NULL},
            {row->name, later, later, row->equal, NULL},
        };
        CHECK_COMPARISONS(pairs);
    }
}

static void order(void **state)
{
    (void)state;
    check_order("2023-12-31T23:59:59Z", "2024-01-01T00:00:00Z");
    check_order("2024-01-01T00:00:00.1Z", "2024-01-01T00:00:00.2Z");
    check_order("2024-01-01T00:00:00Z", "2024-01-01T00:00:00.000000001Z");
    check_order("1969-12-31T23:59:59Z", "0");
    check_order("2147483647", "2147483648");
    check_order("4294967295", "4294967296");
    check_order("0", "9223372036854775807");
    check_order("1969-12-31T23:59:58.5Z", "1969-12-31T23:59:59Z");
    check_order("2024", "1970-02");                    // 33 minutes after 1970
    check_order("2023-12-31T00:00:00Z", "1704067200"); // seconds against a date
}

//
static void equal_instants(void **state)
{
    (void)state;
    static const char *const same[][2] = {
        {"2024-01-01T01:00:00+01:00", "2024-01-01T00:00:00Z"},
        {"2024-05", "2024-05-01T00:00:00Z"},
        {"2024-05-31", "2024-05-31T00:00Z"},
        {"2024-05-31T12:00", "2024-05-31T12:00:00.000Z"},
        {"1704067200", "2024-01-01T00:00:00Z"},
        {"2024", "1970-01-01T00:33:44Z"},
    };
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

static const struct pc_str no_dates[] = {
    PC_STR_INIT(""),
    PC_STR_INIT("tomorrow"),
    PC_STR_INIT("2024-13-01"),
    PC_STR_INIT("2023-02-29"),
    PC_STR_INIT("2024-05-31 12:00:00Z"),
    PC_STR_INIT("2024-05-31T12:00:00"
                "Zx"),
    PC_STR_INIT("2024-05-31t12:00:00z"),
    PC_STR_INIT("24-05-31"),
    PC_STR_INIT("1704067200s"),
    PC_STR_INIT("*"),
    PC_STR_INIT("2024-05-31\0"),
    PC_STR_INIT("${aws:CurrentTime}"),
};

static const struct pc_str beyond_64_bits = PC_STR_INIT("9223372036854775808");

// a variable is plain text here, and so no date.
static void values_that_are_no_dates(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(relations); i++) {
        check_refused(relations[i].name, no_dates, COUNT(no_dates));
        check_refused(relations[i].name, &beyond_64_bits, 1);
    }
}

// R-417 has no limit: in a request it lies behind every date of a policy.
static void seconds_of_a_request_have_no_limit(void **state)
{
    (void)state;
    const struct pc_op_env env = {NULL, NULL};
    for (size_t i = 0; i < COUNT(relations); i++) {
        const struct pc_operator *op = row_of(relations[i].name);
        struct pc_str bytes = operand(op, PC_STR("9999-12-31"), true);
        assert_int_equal(op->compare(bytes, beyond_64_bits, &env), relations[i].above);
        drop(bytes);
    }
}

//
static void requests_that_are_no_dates(void **state)
{
    (void)state;
    const struct pc_op_env env = {NULL, NULL};
    for (size_t i = 0; i < COUNT(relations); i++) {
        const struct pc_operator *op = row_of(relations[i].name);
        struct pc_str bytes = operand(op, PC_STR("2024-01-01"), true);
        for (size_t k = 0; k < COUNT(no_dates); k++) {
            assert_int_equal(op->compare(bytes, no_dates[k], &env), PC_MATCH_ERROR);
        }
        drop(bytes);
    }
}

static void what_is_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(relations); i++) {
        check_written(relations[i].name, "1704067200", "2024-01-01T00:00:00Z");
        check_written(relations[i].name, "2024-05-31T12:00:00.250+02:00",
                      "2024-05-31T10:00:00.25Z");
        check_written(relations[i].name, "1969-12-31T23:59:58.5Z", "1969-12-31T23:59:58.5Z");
        check_written(relations[i].name, "9223372036854775807", "9223372036854775807");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order),
        cmocka_unit_test(equal_instants),
        cmocka_unit_test(values_that_are_no_dates),
        cmocka_unit_test(requests_that_are_no_dates),
        cmocka_unit_test(seconds_of_a_request_have_no_limit),
        cmocka_unit_test(what_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
