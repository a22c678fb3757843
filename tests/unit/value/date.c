// SPDX-License-Identifier: Apache-2.0
//
// the W3C date-time profile and Unix seconds. Expected seconds come from another calendar.
#include "testing.h"

#include "value/date.h"

#include <stdlib.h>
#include <string.h>

struct reading {
    const char *text;
    int64_t seconds;
    uint32_t nanoseconds;
};

static void assert_reads(const struct reading *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct pc_instant instant = {-77, 77};
        if (!pc_instant_parse(pc_str_from(rows[i].text), &instant)) {
            fail_msg("refused: %s", rows[i].text);
        }
        if (instant.seconds != rows[i].seconds || instant.nanoseconds != rows[i].nanoseconds) {
            fail_msg("%s read as %lld.%09u", rows[i].text, (long long)instant.seconds,
                     instant.nanoseconds);
        }
    }
}

static void assert_refuses(const struct pc_str *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct pc_instant instant = {-77, 77};
        char *exact = malloc(texts[i].len + 1); // the view ends where the block does
        assert_non_null(exact);
        memcpy(exact, "", 1);
        memcpy(exact + 1, texts[i].len > 0 ? texts[i].ptr : "", texts[i].len);
        if (pc_instant_parse((struct pc_str){exact + 1, texts[i].len}, &instant)) {
            fail_msg("accepted: %.*s", PC_STR_ARG(texts[i]));
        }
        assert_true(instant.seconds == -77 && instant.nanoseconds == 77);
        free(exact);
    }
}

static void calendar_dates(void **state)
{
    (void)state;
    static const struct reading rows[] = {
        {"2024-05", 1714521600, 0},
        {"2024-05-01", 1714521600, 0},
        {"2024-02-29", 1709164800, 0},
        {"2000-02-29", 951782400, 0},
        {"1900-02-28", -2203977600, 0},
        {"1900-03-01", -2203891200, 0},
        {"1970-01", 0, 0},
        {"1970-01-01", 0, 0},
        {"1969-12-31T23:59:59Z", -1, 0},
        {"0001-01-01", -62135596800, 0},
        {"0000-01-01", -62167219200, 0}, // 366 days before
        {"0000-02-29", -62162121600, 0},
        {"2024-12-31", 1735603200, 0},
        {"9999-12-31T23:59:59Z", 253402300799, 0},
        {"2024-01-01T00:00Z", 1704067200, 0},
        {"2024-01-01T00:00", 1704067200, 0}, // no zone: UTC
        {"2024-01-01T00:00:00", 1704067200, 0},
        {"2024-01-31T17:00:00Z", 1706720400, 0},
    };
    assert_reads(rows, sizeof(rows) / sizeof(rows[0]));
}

static void every_month_has_its_length(void **state)
{
    (void)state;
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t expected = 1672531200; // 2023-01-01
    for (int month = 1; month <= 12; month++) {
        for (int day = 1; day <= 32; day++) {
            char text[] = "2023-00-00";
            text[5] = (char)('0' + month / 10);
            text[6] = (char)('0' + month % 10);
            text[8] = (char)('0' + day / 10);
            text[9] = (char)('0' + day % 10);
            struct pc_instant instant = {0, 0};
            bool exists = day <= lengths[month - 1];
            assert_int_equal(pc_instant_parse(pc_str_from(text), &instant), exists);
            assert_true(!exists || instant.seconds == expected);
            expected += exists ? 86400 : 0;
        }
    }
    assert_true(expected == 1704067200); // 2024-01-01
}

static void zones_and_seconds(void **state)
{
    (void)state;
    static const struct reading rows[] = {
        {"1997-07-16T19:20:30Z", 869080830, 0},      {"1997-07-16T20:20:30+01:00", 869080830, 0},
        {"1997-07-16T14:50:30-04:30", 869080830, 0}, {"1997-07-16T19:20:30+00:00", 869080830, 0},
        {"1997-07-16T19:20:30-00:00", 869080830, 0}, {"1997-07-17T19:19:30+23:59", 869080830, 0},
        {"1997-07-15T19:21:30-23:59", 869080830, 0}, {"1997-07-16T20:20+01:00", 869080800, 0},
        {"1970-01-01T00:00+00:01", -60, 0},          {"2024-01-01T05:30:00+05:30", 1704067200, 0},
    };
    assert_reads(rows, sizeof(rows) / sizeof(rows[0]));
}

static void fractions(void **state)
{
    (void)state;
    static const struct reading rows[] = {
        {"1997-07-16T19:20:30.45+00:00", 869080830, 450000000},
        {"1997-07-16T19:20:30.5", 869080830, 500000000},
        {"1997-07-16T19:20:30.000000001Z", 869080830, 1},
        {"1997-07-16T19:20:30.123456789Z", 869080830, 123456789},
        {"1997-07-16T19:20:30.1234567899Z", 869080830, 123456789}, // cut, not rounded
        {"1997-07-16T19:20:30.9999999999Z", 869080830, 999999999},
        {"1997-07-16T19:20:30.0Z", 869080830, 0},
        {"1969-12-31T23:59:59.75Z", -1, 750000000},
    };
    assert_reads(rows, sizeof(rows) / sizeof(rows[0]));
}

static void epoch_seconds(void **state)
{
    (void)state;
    static const struct reading rows[] = {
        {"0", 0, 0},
        {"2024", 2024, 0}, // 33 minutes after 1970 began, not a year
        {"202405", 202405, 0},
        {"1704067200", 1704067200, 0},
        {"0000000000000000000000000000007", 7, 0},
        {"9223372036854775807", INT64_MAX, 0},
    };
    assert_reads(rows, sizeof(rows) / sizeof(rows[0]));
}

static void wrong_epoch_seconds(void **state)
{
    (void)state;
    static const struct pc_str wrong[] = {
        PC_STR_INIT(""),
        PC_STR_INIT("-"),
        PC_STR_INIT("--1"),
        PC_STR_INIT("-1"), // digits only
        PC_STR_INIT("-0"),
        PC_STR_INIT("1704067200.5"),
        PC_STR_INIT("1704067200.0"),
        PC_STR_INIT("+1"),
        PC_STR_INIT("."),
        PC_STR_INIT(".5"),
        PC_STR_INIT("1."),
        PC_STR_INIT("-.5"),
        PC_STR_INIT("1.5.5"),
        PC_STR_INIT("1e9"),
        PC_STR_INIT(" 1"),
        PC_STR_INIT("1 "),
        PC_STR_INIT("1\0"),
        PC_STR_INIT("1Z"),
        PC_STR_INIT("0x10"),
        PC_STR_INIT("now"),
        PC_STR_INIT("9223372036854775808"),
        PC_STR_INIT("92233720368547758070"),
        PC_STR_INIT("18446744073709551616"),
        {NULL, 0},
    };
    assert_refuses(wrong, sizeof(wrong) / sizeof(wrong[0]));
}

static void wrong_calendar_dates(void **state)
{
    (void)state;
    static const struct pc_str wrong[] = {
        PC_STR_INIT("2024-"),
        PC_STR_INIT("2024-1"),
        PC_STR_INIT("2024-00"),
        PC_STR_INIT("2024-13"),
        PC_STR_INIT("2024-05-"),
        PC_STR_INIT("2024-05-1"),
        PC_STR_INIT("2024-05-00"),
        PC_STR_INIT("2024-05-32"),
        PC_STR_INIT("2024-04-31"),
        PC_STR_INIT("2023-02-29"),
        PC_STR_INIT("1900-02-29"),
        PC_STR_INIT("2100-02-29"),
        PC_STR_INIT("2024-02-30"),
        PC_STR_INIT("24-05-01"),
        PC_STR_INIT("02024-05-01"),
        PC_STR_INIT("12024-05-01"),
        PC_STR_INIT("-2024-05-01"),
        PC_STR_INIT("+2024-05-01"),
        PC_STR_INIT("2024/05/01"),
        PC_STR_INIT("2024-05-011"),
        PC_STR_INIT("2024-05-01 "),
        PC_STR_INIT(" 2024-05-01"),
        PC_STR_INIT("2024-05-01\0"),
        PC_STR_INIT("2024-05-01Z"),
        PC_STR_INIT("2024-05Z"),
        PC_STR_INIT("2024-05T00:00Z"),
        PC_STR_INIT("2024-W01-1"),
        PC_STR_INIT("2024-366"),
        PC_STR_INIT("20x4-05-01"),
        PC_STR_INIT("20240501T000000-01"),
        PC_STR_INIT("99999999999999999999-01-01"),
    };
    assert_refuses(wrong, sizeof(wrong) / sizeof(wrong[0]));
}

static void wrong_times_and_zones(void **state)
{
    (void)state;
    static const struct pc_str wrong[] = {
        PC_STR_INIT("2024-05-01T"),
        PC_STR_INIT("2024-05-01T00"),
        PC_STR_INIT("2024-05-01T00Z"),
        PC_STR_INIT("2024-05-01T00:"),
        PC_STR_INIT("2024-05-01T0:00Z"),
        PC_STR_INIT("2024-05-01T24:00Z"),
        PC_STR_INIT("2024-05-01T24:00:00Z"),
        PC_STR_INIT("2024-05-01T23:60Z"),
        PC_STR_INIT("2016-12-31T23:59:60Z"), // the profile ends at 59
        PC_STR_INIT("2024-05-01T23:59:61Z"),
        PC_STR_INIT("2024-05-01T23:59:6Z"),
        PC_STR_INIT("2024-05-01T23:59:Z"),
        PC_STR_INIT("2024-05-01T23:59:59.Z"),
        PC_STR_INIT("2024-05-01T23:59:59."),
        PC_STR_INIT("2024-05-01T23:59:59,5Z"),
        PC_STR_INIT("2024-05-01T23:59.5Z"),
        PC_STR_INIT("2024-05-01t23:59:59Z"),
        PC_STR_INIT("2024-05-01T23:59:59z"),
        PC_STR_INIT("2024-05-01 23:59:59Z"),
        PC_STR_INIT("2024-05-01T23:59:59ZZ"),
        PC_STR_INIT("2024-05-01T23:59:59Z "),
        PC_STR_INIT("2024-05-01T23:59:59 Z"),
        PC_STR_INIT("2024-05-01T23:59:59UTC"),
        PC_STR_INIT("2024-05-01T23:59:59+01"),
        PC_STR_INIT("2024-05-01T23:59:59+0100"),
        PC_STR_INIT("2024-05-01T23:59:59+1:00"),
        PC_STR_INIT("2024-05-01T23:59:59+24:00"),
        PC_STR_INIT("2024-05-01T23:59:59-24:00"),
        PC_STR_INIT("2024-05-01T23:59:59+01:60"),
        PC_STR_INIT("2024-05-01T23:59:59+01:00Z"),
        PC_STR_INIT("2024-05-01T23:59:59+-1:00"),
        PC_STR_INIT("2024-05-01T-1:00Z"),
        PC_STR_INIT("2024-05-01T235959Z"),
    };
    assert_refuses(wrong, sizeof(wrong) / sizeof(wrong[0]));
}

static void long_texts(void **state)
{
    (void)state;
    size_t size = 1000000;
    char *text = malloc(size);
    assert_non_null(text);
    memset(text, '9', size);
    struct pc_str all = {text, size};
    assert_refuses(&all, 1);
    text[0] = '-';
    assert_refuses(&all, 1);
    memset(text, '0', size);
    text[size - 1] = '7';
    struct pc_instant instant;
    assert_true(pc_instant_parse(all, &instant));
    assert_true(instant.seconds == 7);
    static const char head[] = "2024-01-01T00:00:00.";
    memset(text, '9', size);
    memcpy(text, head, sizeof(head) - 1);
    text[size - 1] = 'Z';
    assert_true(pc_instant_parse(all, &instant));
    assert_true(instant.seconds == 1704067200 && instant.nanoseconds == 999999999);
    free(text);
}

static void bytes_behind_the_view_do_not_count(void **state)
{
    (void)state;
    struct pc_instant instant;
    assert_true(pc_instant_parse((struct pc_str){"2024-05-01T", 10}, &instant));
    assert_true(instant.seconds == 1714521600);
    assert_true(pc_instant_parse((struct pc_str){"2024-05-01", 4}, &instant));
    assert_true(instant.seconds == 2024);
}

static void order(void **state)
{
    (void)state;
    static const struct pc_instant ladder[] = {
        {INT64_MIN, 0}, {-2, 999999999},        {-1, 0}, {-1, 1}, {0, 0}, {0, 999999999}, {1, 0},
        {INT64_MAX, 0}, {INT64_MAX, 999999999},
    };
    for (size_t i = 0; i < sizeof(ladder) / sizeof(ladder[0]); i++) {
        for (size_t j = 0; j < sizeof(ladder) / sizeof(ladder[0]); j++) {
            int got = pc_instant_cmp(ladder[i], ladder[j]);
            assert_int_equal((got > 0) - (got < 0), (i > j) - (i < j));
        }
    }
}

static void writing(void **state)
{
    (void)state;
    static const struct {
        struct pc_instant instant;
        const char *text;
    } rows[] = {
        {{0, 0}, "1970-01-01T00:00:00Z"},
        {{-1, 0}, "1969-12-31T23:59:59Z"},
        {{-1, 500000000}, "1969-12-31T23:59:59.5Z"},
        {{869080830, 450000000}, "1997-07-16T19:20:30.45Z"},
        {{869080830, 1}, "1997-07-16T19:20:30.000000001Z"},
        {{869080830, 999999999}, "1997-07-16T19:20:30.999999999Z"},
        {{1709164800, 0}, "2024-02-29T00:00:00Z"},
        {{951782400, 0}, "2000-02-29T00:00:00Z"},
        {{1735603200, 0}, "2024-12-31T00:00:00Z"},
        {{-2203891200, 0}, "1900-03-01T00:00:00Z"},
        {{-2203891201, 0}, "1900-02-28T23:59:59Z"},
        {{-62167219200, 0}, "0000-01-01T00:00:00Z"},
        {{-62167219201, 0}, "0000-01-01T23:58:59+23:59"},
        {{253402300799, 0}, "9999-12-31T23:59:59Z"},
        {{253402300799, 500000000}, "9999-12-31T23:59:59.5Z"},
        {{253402300800, 0}, "253402300800"},
        {{INT64_MAX, 0}, "9223372036854775807"},
        {{INT64_MAX, 1}, "+292277026596-12-04T15:30:07.000000001Z"},
        {{INT64_MIN, 0}, "-292277022657-01-27T08:29:52Z"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pc_buf out = {0};
        pc_instant_write(&out, rows[i].instant);
        pc_buf_byte(&out, '\0');
        assert_int_equal(pc_buf_status(&out), PC_OK);
        assert_string_equal(out.ptr, rows[i].text);
        pc_buf_release(&out);
    }
}

static void what_is_written_reads_the_same(void **state)
{
    (void)state;
    // Steps that fall on other days and times of day each, through all years of four digits.
    for (int64_t seconds = -62167219200; seconds <= 253402300799; seconds += 86399 * 97) {
        struct pc_instant instant = {seconds, (uint32_t)(seconds & 0xffffff)};
        struct pc_instant again;
        struct pc_buf out = {0};
        pc_instant_write(&out, instant);
        assert_true(pc_instant_parse(pc_buf_view(&out), &again));
        assert_int_equal(pc_instant_cmp(instant, again), 0);
        pc_buf_release(&out);
    }
}

static void what_can_be_read_is_written_to_be_read(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "0000-01-01T00:00:00+23:59",     "0000-01-01T00:00:00.5+00:01",
        "9999-12-31T23:59:59-23:59",     "9999-12-31T23:59:59.000000001-23:59",
        "9999-12-31T23:59:59.999-00:01", "253402300800",
        "0003449828170472292164",        "9223372036854775807",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct pc_instant instant, again;
        struct pc_buf out = {0};
        assert_true(pc_instant_parse(pc_str_from(texts[i]), &instant));
        pc_instant_write(&out, instant);
        assert_true(pc_instant_parse(pc_buf_view(&out), &again));
        assert_int_equal(pc_instant_cmp(instant, again), 0);
        pc_buf_release(&out);
    }
}

static void the_longest_instant_has_room(void **state)
{
    (void)state;
    static const int64_t seconds[] = {INT64_MIN, INT64_MAX, -62167219201, 0};
    for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
        char room[PC_INSTANT_TEXT];
        struct pc_buf buf = pc_buf_over(room, sizeof(room));
        pc_instant_write(&buf, (struct pc_instant){seconds[i], 999999999});
        assert_int_equal(pc_buf_status(&buf), PC_OK);
    }
}

static void times_of_a_log_have_six_digits(void **state)
{
    (void)state;
    static const struct {
        int64_t nanoseconds;
        const char *text;
    } rows[] = {
        {0, "1970-01-01T00:00:00.000000Z"},
        {1714521600000000000, "2024-05-01T00:00:00.000000Z"},
        {1714521600123456999, "2024-05-01T00:00:00.123456Z"},
        {999, "1970-01-01T00:00:00.000000Z"},
        {-1, "1969-12-31T23:59:59.999999Z"},
        {-1000000000, "1969-12-31T23:59:59.000000Z"},
        {INT64_MAX, "2262-04-11T23:47:16.854775Z"},
        {INT64_MIN, "1677-09-21T00:12:43.145224Z"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pc_buf out = {0};
        pc_instant_write_time(&out, rows[i].nanoseconds);
        pc_buf_byte(&out, '\0');
        assert_int_equal(pc_buf_status(&out), PC_OK);
        assert_string_equal(out.ptr, rows[i].text);
        pc_buf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_longest_instant_has_room),
        cmocka_unit_test(times_of_a_log_have_six_digits),
        cmocka_unit_test(calendar_dates),
        cmocka_unit_test(every_month_has_its_length),
        cmocka_unit_test(zones_and_seconds),
        cmocka_unit_test(fractions),
        cmocka_unit_test(epoch_seconds),
        cmocka_unit_test(wrong_epoch_seconds),
        cmocka_unit_test(wrong_calendar_dates),
        cmocka_unit_test(wrong_times_and_zones),
        cmocka_unit_test(long_texts),
        cmocka_unit_test(bytes_behind_the_view_do_not_count),
        cmocka_unit_test(order),
        cmocka_unit_test(writing),
        cmocka_unit_test(what_is_written_reads_the_same),
        cmocka_unit_test(what_can_be_read_is_written_to_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
