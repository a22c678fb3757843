// SPDX-License-Identifier: Apache-2.0
//
// The reference's own primitives against values of public documents: a judge whose measures are
// wrong is none.
#include "testing.h"

#include "arn.h"
#include "text.h"
#include "values.h"
#include "variable.h"

static struct pc_arena arena;

static int forget(void **state)
{
    (void)state;
    pc_arena_release(&arena);
    return 0;
}

// Reads both; below, equal to or above zero.
static int numbers(const char *a, const char *b)
{
    struct ref_number left, right;
    assert_true(ref_number_read(pc_str_from(a), &left));
    assert_true(ref_number_read(pc_str_from(b), &right));
    return ref_number_compare(&left, &right);
}

static void numbers_compare_by_value(void **state)
{
    (void)state;
    assert_int_equal(numbers("10", "10.0"), 0);
    assert_int_equal(numbers("+007.50", "7.5"), 0);
    assert_int_equal(numbers("-0", "0.000"), 0);
    assert_true(numbers("-2", "-10") > 0);
    assert_true(numbers("-1", "1") < 0);
    assert_true(numbers("9", "10") < 0);
    assert_true(numbers("0.09", "0.1") < 0);
    // 2^53 and its neighbour, which a double cannot tell apart (IEEE 754).
    assert_true(numbers("9007199254740992", "9007199254740993") < 0);
    assert_true(numbers("123456789012345678901234567890.1", "123456789012345678901234567890") > 0);
}

static void numbers_are_whole_texts(void **state)
{
    static const char *const wrong[] = {"",    "+",    "10abc", " 1",  "1 ",    ".5", "5.",
                                        "1e3", "0x10", "1.2.3", "--1", "1,000", "."};
    struct ref_number number;
    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(ref_number_read(pc_str_from(wrong[i]), &number));
    }
}

static void json_numbers_have_canonical_text(void **state)
{
    (void)state;
    assert_view(ref_number_text(&arena, PC_STR("1704067200")), "1704067200");
    assert_view(ref_number_text(&arena, PC_STR("1e3")), "1000");
    assert_view(ref_number_text(&arena, PC_STR("1.50")), "1.5");
    assert_view(ref_number_text(&arena, PC_STR("-12.5E-3")), "-0.0125");
    assert_view(ref_number_text(&arena, PC_STR("1.25e+1")), "12.5");
    assert_view(ref_number_text(&arena, PC_STR("-0.0")), "0");
    assert_view(ref_number_text(&arena, PC_STR("9007199254740993")), "9007199254740993");
    assert_view(ref_number_text(&arena, PC_STR("1e99999999999999999999")), "");
}

static int dates(const char *a, const char *b)
{
    struct ref_date left, right;
    assert_true(ref_date_read(pc_str_from(a), &left));
    assert_true(ref_date_read(pc_str_from(b), &right));
    return ref_date_compare(&left, &right);
}

static void dates_compare_as_instants(void **state)
{
    (void)state;
    // RFC 3339, section 5.8.
    assert_int_equal(dates("1996-12-19T16:39:57-08:00", "1996-12-20T00:39:57Z"), 0);
    assert_int_equal(dates("1937-01-01T12:00:27.87+00:20", "1937-01-01T11:40:27.87Z"), 0);
    assert_int_equal(dates("1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50.520Z"), 0);
    assert_true(dates("1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50.6Z") < 0);
    // The billennium, and the second 1234567890.
    assert_int_equal(dates("1000000000", "2001-09-09T01:46:40Z"), 0);
    assert_int_equal(dates("1234567890", "2009-02-13T23:31:30Z"), 0);
    assert_int_equal(dates("0", "1970-01-01"), 0);
    // R-417: digits alone are seconds; what is missing is the lowest.
    assert_true(dates("2024", "1970-01-01T00:34Z") < 0);
    assert_int_equal(dates("2024-05", "2024-05-01T00:00:00Z"), 0);
    assert_true(dates("9223372036854775807", "9999-12-31T23:59:59Z") > 0);
    assert_true(dates("1969-12-31T23:59:59.5Z", "1970-01-01T00:00Z") < 0);
    assert_true(dates("0000-02-29", "0001-01-01") < 0);
}

static void dates_of_other_forms_are_none(void **state)
{
    static const char *const wrong[] = {"",
                                        "2023-02-29",
                                        "1900-02-29",
                                        "2024-13",
                                        "2024-00",
                                        "2024-1-1",
                                        "2024-01-01T24:00Z",
                                        "2024-01-01T10Z",
                                        "2024-01-01T",
                                        "2024-01-01 10:00Z",
                                        "2024-01-01T10:00:00.Z",
                                        "2024-01-01T10:00:60Z",
                                        "2024-01Z",
                                        "2024-01-01t10:00Z",
                                        "2024-01-01T10:00+1:00",
                                        "2024-01-01T10:00Z ",
                                        "-1",
                                        "1.5",
                                        "20240101T100000Z",
                                        "2024-01-01T10:00+24:00"};
    struct ref_date date;
    assert_false(ref_date_read(PC_STR("9223372036854775808"), &date)); // the house's limit
    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(ref_date_read(pc_str_from(wrong[i]), &date));
    }
}

static void clock_is_written_as_a_date(void **state)
{
    (void)state;
    assert_view(ref_date_text(&arena, 0), "1970-01-01T00:00:00Z");
    assert_view(ref_date_text(&arena, 1234567890), "2009-02-13T23:31:30Z");
    assert_view(ref_date_text(&arena, 951782400), "2000-02-29T00:00:00Z");
    assert_view(ref_date_text(&arena, 4102444799), "2099-12-31T23:59:59Z");
    assert_view(ref_date_text(&arena, -1), "1969-12-31T23:59:59Z");
}

static bool network_has(const char *network, const char *address)
{
    struct ref_address range, one;
    assert_true(ref_network_read(pc_str_from(network), &range));
    assert_true(ref_address_read(pc_str_from(address), &one));
    return ref_network_has(&range, &one);
}

static void networks_hold_addresses(void **state)
{
    (void)state;
    // RFC 4632, section 3.1, and RFC 5737's blocks.
    assert_true(network_has("10.24.0.0/15", "10.25.255.255"));
    assert_false(network_has("10.24.0.0/15", "10.26.0.0"));
    assert_true(network_has("203.0.113.7/24", "203.0.113.255"));
    assert_false(network_has("203.0.113.7", "203.0.113.8"));
    assert_true(network_has("0.0.0.0/0", "255.255.255.255"));
    assert_false(network_has("0.0.0.0/0", "::"));
    assert_false(network_has("::/0", "192.0.2.1"));
    assert_false(network_has("192.0.2.0/24", "::ffff:192.0.2.1")); // R-420
    assert_true(network_has("2001:DB8::/32", "2001:db8:ffff::1"));
    assert_false(network_has("2001:db8::/33", "2001:db8:8000::"));
}

static void one_address_has_several_texts(void **state)
{
    (void)state;
    // RFC 4291, section 2.2, and RFC 5952, section 1.
    assert_true(network_has("2001:DB8:0:0:8:800:200C:417A", "2001:DB8::8:800:200C:417A"));
    assert_true(network_has("FF01:0:0:0:0:0:0:101", "FF01::101"));
    assert_true(network_has("0:0:0:0:0:0:0:1", "::1"));
    assert_true(network_has("0:0:0:0:0:0:13.1.68.3", "::13.1.68.3"));
    assert_true(network_has("::FFFF:129.144.52.38", "::ffff:8190:3426"));
    assert_true(network_has("2001:db8::1:0:0:1", "2001:0DB8:0:0:1::1"));
    assert_true(network_has("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"));
}

static void addresses_of_other_forms_are_none(void **state)
{
    static const char *const wrong[] = {"",
                                        "1.2.3",
                                        "1.2.3.4.5",
                                        "256.1.1.1",
                                        "01.2.3.4",
                                        "1.2.3.4 ",
                                        "1.2.3.*",
                                        "1::2::3",
                                        ":1",
                                        "1:",
                                        ":::",
                                        "12345::",
                                        "1:2:3:4:5:6:7",
                                        "1:2:3:4:5:6:7:8:9",
                                        "1:2:3:4::5:6:7:8",
                                        "::1.2.3",
                                        "1.2.3.4::",
                                        "fe80::1%eth0",
                                        "1:2:3:4:5:6:7:1.2.3.4",
                                        "1:2:3:4:5:6:7:8::"};
    static const char *const wrong_networks[] = {
        "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/08", "::/129", "1.2.3.4/-1", "1.2.3.4/8/8", "/8"};
    struct ref_address address;
    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(ref_address_read(pc_str_from(wrong[i]), &address));
    }
    for (size_t i = 0; i < sizeof(wrong_networks) / sizeof(wrong_networks[0]); i++) {
        assert_false(ref_network_read(pc_str_from(wrong_networks[i]), &address));
    }
    assert_false(ref_address_read(PC_STR("192.0.2.0/24"), &address));
}

static void assert_bytes(const char *text, const char *bytes)
{
    struct pc_str read = PC_STR("");
    assert_true(ref_bytes_read(&arena, pc_str_from(text), &read));
    assert_true(pc_str_eq(read, pc_str_from(bytes)));
}

// RFC 4648, section 10.
static void base64_gives_bytes(void **state)
{
    struct pc_str bytes;
    (void)state;
    assert_bytes("", "");
    assert_bytes("Zg==", "f");
    assert_bytes("Zm8=", "fo");
    assert_bytes("Zm9v", "foo");
    assert_bytes("Zm9vYg==", "foob");
    assert_bytes("Zm9vYmE=", "fooba");
    assert_bytes("Zm9vYmFy", "foobar");
    assert_bytes("Zm9vYg", "foob");
    assert_bytes("Zm9v\r\nYmFy\n", "foobar");
    static const char *const wrong[] = {
        "Z", "Zg=", "Zg===", "Zm9v=", "Zm9vY", "Zm-v", "=", "Zg==Zg=="};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(ref_bytes_read(&arena, pc_str_from(wrong[i]), &bytes));
    }
}

static bool glob(const char *pattern, const char *text)
{
    struct ref_pattern read = ref_wildcards(&arena, pc_str_from(pattern));
    return ref_glob(&arena, &read, pc_str_from(text), false);
}

static void wildcards_match_code_points(void **state)
{
    (void)state;
    assert_true(glob("", ""));
    assert_true(glob("*", ""));
    assert_false(glob("?", ""));
    assert_true(glob("b/*/test/*", "b/1/2/test/3/o")); // R-202
    assert_false(glob("b/*/test/*", "b/1-test/o"));
    assert_false(glob("b/*/test/*", "b/test/o"));
    assert_true(glob("b/*/test/*", "b//test/o"));
    assert_true(glob("?", "\xc3\xa9"));
    assert_false(glob("?", "e\xcc\x81"));
    assert_true(glob("??", "e\xcc\x81"));
    assert_true(glob("a**b", "ab"));
    assert_false(
        glob("*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")); // R-219
    assert_false(glob("a", "A"));
    assert_false(glob("a.c", "abc"));
}

static void lower_case_is_simple(void **state)
{
    (void)state;
    assert_view(ref_lower(&arena, PC_STR("AWS:SourceARN")), "aws:sourcearn");
    assert_view(ref_lower(&arena, PC_STR("\xc3\x89quipe")), "\xc3\xa9quipe");
    assert_view(ref_lower(&arena, PC_STR("\xc3\x9f")), "\xc3\x9f"); // sharp s is not ss
    assert_view(ref_lower(&arena, PC_STR("\xce\xa3")), "\xcf\x83"); // a capital sigma
}

static void arns_have_six_fields(void **state)
{
    struct pc_str fields[REF_ARN_FIELDS], rest;
    (void)state;
    assert_true(
        ref_arn_read(PC_STR("arn:aws:lambda:us-east-1:111111111111:function:f:prod"), fields));
    assert_view(fields[REF_ARN_SERVICE], "lambda");
    assert_view(fields[REF_ARN_RESOURCE], "function:f:prod");
    assert_true(ref_arn_read(PC_STR("arn:aws:s3:::bucket"), fields));
    assert_view(fields[REF_ARN_ACCOUNT], "");
    assert_false(ref_arn_read(PC_STR("arn:aws:sqs:us-east-1:queue"), fields));
    assert_false(ref_arn_read(PC_STR("urn:aws:s3:::bucket"), fields));
    assert_true(ref_arn_of(PC_STR("arn:aws:iam::111111111111:role/a/b/R"), PC_STR("iam"),
                           PC_STR("role"), &rest));
    assert_view(ref_last_component(rest), "R");
    assert_false(
        ref_arn_of(PC_STR("arn:aws:iam::111111111111:role"), PC_STR("iam"), PC_STR("role"), &rest));
    assert_false(ref_arn_of(PC_STR("arn:aws:iam::111111111111:roles/R"), PC_STR("iam"),
                            PC_STR("role"), &rest));
}

static void assert_variable(const char *text, bool well_formed, const char *name)
{
    struct ref_variable variable;
    assert_true(ref_variable_next(pc_str_from(text), 0, &variable));
    assert_int_equal(variable.well_formed, well_formed);
    if (well_formed) {
        assert_true(pc_str_eq(variable.name, pc_str_from(name)));
    }
}

static void variables_have_a_form(void **state)
{
    struct ref_variable variable;
    (void)state;
    assert_variable("b/${aws:username}/*", true, "aws:username");
    assert_variable("${aws:PrincipalTag/team, 'company wide'}", true, "aws:PrincipalTag/team");
    assert_variable("a${*}", true, "*");
    assert_variable("${}", false, "");
    assert_variable("${aws:username", false, "");
    assert_variable("${aws: username}", false, "");
    assert_variable("${a,'b'}", false, "");
    assert_variable("${a, 'b}", false, "");
    assert_variable("${a, b}", false, "");
    assert_variable("${${a}}", false, "");
    assert_false(ref_variable_next(PC_STR("$aws {x}"), 0, &variable));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_compare_by_value),
        cmocka_unit_test(numbers_are_whole_texts),
        cmocka_unit_test(json_numbers_have_canonical_text),
        cmocka_unit_test(dates_compare_as_instants),
        cmocka_unit_test(dates_of_other_forms_are_none),
        cmocka_unit_test(clock_is_written_as_a_date),
        cmocka_unit_test(networks_hold_addresses),
        cmocka_unit_test(one_address_has_several_texts),
        cmocka_unit_test(addresses_of_other_forms_are_none),
        cmocka_unit_test(base64_gives_bytes),
        cmocka_unit_test(wildcards_match_code_points),
        cmocka_unit_test(lower_case_is_simple),
        cmocka_unit_test(arns_have_six_fields),
        cmocka_unit_test(variables_have_a_form),
    };
    return cmocka_run_group_tests(tests, NULL, forget);
}
