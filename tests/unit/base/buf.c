// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "faults.h"

#include "base/buf.h"

#include <string.h>
#include <wchar.h>

static void everything_appends(void **state)
{
    (void)state;
    struct pc_buf buf;
    memset(&buf, 0xff, sizeof(buf));
    pc_buf_init(&buf);
    assert_view(pc_buf_view(&buf), "");
    assert_int_equal(pc_buf_status(&buf), PC_OK);
    pc_buf_append(&buf, "a\0b", 3);
    pc_buf_str(&buf, PC_STR("-c"));
    pc_buf_text(&buf, "-d\0e");
    pc_buf_byte(&buf, '!');
    pc_buf_fill(&buf, '.', 3);
    pc_buf_u32(&buf, UINT32_C(0x80fe0102));
    pc_buf_format(&buf, "%s=%d", "x", -1);
    assert_int_equal(pc_buf_status(&buf), PC_OK);
    assert_view(pc_buf_view(&buf), "a\0b-c-d!...\x02\x01\xfe\x80x=-1");
    pc_buf_release(&buf);
    assert_null(buf.ptr);
    assert_int_equal(buf.len, 0);
    assert_int_equal(buf.cap, 0);
    pc_buf_release(&buf);
}

static void nothing_appends_nothing(void **state)
{
    (void)state;
    struct pc_buf buf = {0};
    pc_buf_append(&buf, NULL, 0);
    pc_buf_str(&buf, (struct pc_str){NULL, 0});
    pc_buf_text(&buf, "");
    pc_buf_fill(&buf, 'x', 0);
    assert_null(buf.ptr);
    pc_buf_format(&buf, "%s", "");
    assert_int_equal(buf.len, 0);
    assert_int_equal(pc_buf_status(&buf), PC_OK);
    pc_buf_release(&buf);
}

static void growth_keeps_the_bytes(void **state)
{
    (void)state;
    struct pc_buf buf = {0};
    for (size_t i = 0; i < 100000; i++) {
        pc_buf_byte(&buf, (char)(i % 127));
    }
    assert_int_equal(pc_buf_status(&buf), PC_OK);
    assert_int_equal(buf.len, 100000);
    assert_true(buf.cap >= buf.len);
    for (size_t i = 0; i < 100000; i++) {
        assert_int_equal(buf.ptr[i], i % 127);
    }
    pc_buf_fill(&buf, 'f', 1000000);
    assert_int_equal(buf.len, 1100000);
    assert_int_equal(buf.ptr[1099999], 'f');
    pc_buf_release(&buf);
}

static void sizes_around_the_capacity(void **state)
{
    (void)state;
    for (size_t length = 60; length < 70; length++) {
        struct pc_buf buf = {0};
        pc_buf_fill(&buf, 'a', length);
        pc_buf_format(&buf, "%c%c", 'b', 'c'); // writes a zero behind its text
        pc_buf_byte(&buf, 'd');
        assert_int_equal(buf.len, length + 3);
        assert_memory_equal(buf.ptr + length, "bcd", 3);
        assert_int_equal(buf.ptr[length - 1], 'a');
        pc_buf_release(&buf);
    }
}

static void reset_keeps_the_memory(void **state)
{
    (void)state;
    struct pc_buf buf = {0};
    pc_buf_fill(&buf, 'a', 500);
    char *memory = buf.ptr;
    size_t cap = buf.cap;
    pc_buf_reset(&buf);
    assert_int_equal(buf.len, 0);
    assert_int_equal(buf.cap, cap);
    allocations_left = 0;
    pc_buf_fill(&buf, 'b', 500);
    allocations_left = SIZE_MAX;
    assert_int_equal(pc_buf_status(&buf), PC_OK);
    assert_ptr_equal(buf.ptr, memory);
    pc_buf_release(&buf);
}

static void the_first_failure_stays(void **state)
{
    (void)state;
    struct pc_buf buf = {0};
    pc_buf_text(&buf, "kept");
    allocations_left = 0;
    pc_buf_fill(&buf, 'x', 1000);
    allocations_left = SIZE_MAX;
    assert_int_equal(pc_buf_status(&buf), PC_ERR_NOMEM);
    assert_view(pc_buf_view(&buf), "kept");
    pc_buf_byte(&buf, 'y'); // would fit, but comes behind a gap
    pc_buf_format(&buf, "%d", 1);
    pc_buf_u32(&buf, 1);
    pc_buf_text(&buf, "z");
    assert_view(pc_buf_view(&buf), "kept");
    pc_buf_format(&buf, "%ls", L"\x3b1"); // another failure: not a character of the C locale
    assert_int_equal(pc_buf_status(&buf), PC_ERR_NOMEM);
    pc_buf_reset(&buf);
    assert_int_equal(pc_buf_status(&buf), PC_OK);
    pc_buf_text(&buf, "again");
    assert_view(pc_buf_view(&buf), "again");
    pc_buf_release(&buf);
}

static void failure_at_the_first_byte(void **state)
{
    (void)state;
    struct pc_buf buf = {0};
    allocations_left = 0;
    pc_buf_byte(&buf, 'a');
    allocations_left = SIZE_MAX;
    assert_int_equal(pc_buf_status(&buf), PC_ERR_NOMEM);
    assert_int_equal(pc_buf_view(&buf).len, 0);
    pc_buf_release(&buf);
    assert_int_equal(pc_buf_status(&buf), PC_OK);
}

static void a_format_that_cannot_be_written(void **state)
{
    (void)state;
    struct pc_buf buf = {0};
    pc_buf_text(&buf, "kept");
    pc_buf_format(&buf, "%ls", L"\x3b1");
    assert_int_equal(pc_buf_status(&buf), PC_ERR_INTERNAL);
    pc_buf_text(&buf, "more");
    assert_view(pc_buf_view(&buf), "kept");
    pc_buf_release(&buf);
}

static void sizes_that_overflow(void **state)
{
    (void)state;
    static const size_t huge[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX / 2 + 2};
    for (size_t i = 0; i < sizeof(huge) / sizeof(huge[0]); i++) {
        struct pc_buf buf = {0};
        pc_buf_text(&buf, "kept");
        allocations_left = 0; // a size that does not overflow must not reach the system either
        pc_buf_fill(&buf, 'x', huge[i]);
        allocations_left = SIZE_MAX;
        assert_int_equal(pc_buf_status(&buf), PC_ERR_NOMEM);
        assert_view(pc_buf_view(&buf), "kept");
        pc_buf_release(&buf);
    }
}

static void a_fixed_buffer_stays_where_it_is(void **state)
{
    (void)state;
    char room[5] = "....";
    struct pc_buf buf = pc_buf_over(room, 4);
    pc_buf_text(&buf, "abc");
    pc_buf_byte(&buf, 'd');
    assert_int_equal(pc_buf_status(&buf), PC_OK);
    assert_ptr_equal(pc_buf_view(&buf).ptr, room);
    assert_view(pc_buf_view(&buf), "abcd");
    pc_buf_byte(&buf, 'e');
    assert_int_equal(pc_buf_status(&buf), PC_ERR_LIMIT);
    assert_int_equal(room[4], '\0'); // untouched
    buf = pc_buf_over(room, 4);
    pc_buf_format(&buf, "%s", "abcd"); // wants room for its zero as well
    assert_int_equal(pc_buf_status(&buf), PC_ERR_LIMIT);
}

static void numbers_are_decimal(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        unsigned width;
        const char *text;
    } rows[] = {
        {0, 0, "0"},
        {0, 1, "0"},
        {0, 4, "0000"},
        {7, 2, "07"},
        {123, 2, "123"},
        {-5, 0, "-5"},
        {-5, 3, "-005"},
        {1704067200, 1, "1704067200"},
        {INT64_MAX, 1, "9223372036854775807"},
        {INT64_MIN, 1, "-9223372036854775808"},
        {1, 20, "00000000000000000001"},
        {1, 99, "00000000000000000001"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pc_buf buf = {0};
        pc_buf_number(&buf, rows[i].value, rows[i].width);
        assert_true(pc_str_eq(pc_buf_view(&buf), pc_str_from(rows[i].text)));
        pc_buf_release(&buf);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_decimal),
        cmocka_unit_test(a_fixed_buffer_stays_where_it_is),
        cmocka_unit_test(everything_appends),
        cmocka_unit_test(nothing_appends_nothing),
        cmocka_unit_test(growth_keeps_the_bytes),
        cmocka_unit_test(sizes_around_the_capacity),
        cmocka_unit_test(reset_keeps_the_memory),
        cmocka_unit_test(the_first_failure_stays),
        cmocka_unit_test(failure_at_the_first_byte),
        cmocka_unit_test(a_format_that_cannot_be_written),
        cmocka_unit_test(sizes_that_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
