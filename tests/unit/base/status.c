// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "base/status.h"

#include <string.h>

static const struct {
    int number, exit_status;
    const char *text;
} rows[] = {
#define PC_STATUS(name, number, exit, text) {number, exit, text},
#include "base/status.def"
#undef PC_STATUS
};

enum {
    ROWS = sizeof(rows) / sizeof(rows[0]),
};

static void numbers_are_fixed(void **state)
{
    (void)state;
    assert_int_equal(PC_OK, 0);
    assert_int_equal(PC_ERR_NOMEM, 1);
    assert_int_equal(PC_ERR_IO, 2);
    assert_int_equal(PC_ERR_INVALID, 3);
    assert_int_equal(PC_ERR_LIMIT, 4);
    assert_int_equal(PC_ERR_NOTFOUND, 5);
    assert_int_equal(PC_ERR_DAMAGED, 6);
    assert_int_equal(PC_ERR_VERSION, 7);
    assert_int_equal(PC_ERR_FULL, 8);
    assert_int_equal(PC_ERR_USAGE, 9);
    assert_int_equal(PC_ERR_INTERNAL, 10);
    assert_int_equal(PC_ERR_BUSY, 11);
    assert_int_equal(PC_ERR_INTERRUPTED, 12);
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_int_not_equal(rows[i].number, rows[j].number);
            assert_string_not_equal(rows[i].text, rows[j].text);
        }
    }
}

static void every_row_has_text_and_exit_status(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        enum pc_status status = (enum pc_status)rows[i].number;
        assert_string_equal(pc_status_text(status), rows[i].text);
        assert_true(strlen(rows[i].text) > 0);
        assert_null(strchr(rows[i].text, '\n'));
        assert_int_equal(pc_status_exit(status), rows[i].exit_status);
        bool ok = status == PC_OK;
        assert_true(ok ? rows[i].exit_status == 0
                       : rows[i].exit_status == 2 || rows[i].exit_status == 130);
    }
    assert_int_equal(pc_status_exit(PC_ERR_INTERRUPTED), 130);
    assert_int_equal(pc_status_exit(PC_ERR_NOMEM), 2);
}

static void unknown_numbers_are_errors(void **state)
{
    (void)state;
    static const int unknown[] = {ROWS, 1000, 0x7fffffff, -1};
    for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
        assert_string_equal(pc_status_text((enum pc_status)unknown[i]), "unknown status");
        assert_int_equal(pc_status_exit((enum pc_status)unknown[i]), 2);
    }
}

static enum pc_status pass_on(enum pc_status status, int *reached)
{
    PC_TRY(status);
    *reached += 1;
    return PC_OK;
}

static void trying_returns_the_first_failure(void **state)
{
    (void)state;
    int reached = 0;
    assert_int_equal(pass_on(PC_ERR_FULL, &reached), PC_ERR_FULL);
    assert_int_equal(reached, 0);
    assert_int_equal(pass_on(PC_OK, &reached), PC_OK);
    assert_int_equal(reached, 1);
}

static void count_up(int **counter)
{
    **counter += 1;
}

static void cleanup_runs_at_the_end_of_scope(void **state)
{
    (void)state;
    int counter = 0;
    {
        PC_CLEANUP(count_up) int *guard = &counter;
        assert_int_equal(*guard, 0);
    }
    assert_int_equal(counter, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_fixed),
        cmocka_unit_test(every_row_has_text_and_exit_status),
        cmocka_unit_test(unknown_numbers_are_errors),
        cmocka_unit_test(trying_returns_the_first_failure),
        cmocka_unit_test(cleanup_runs_at_the_end_of_scope),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
