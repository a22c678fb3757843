// SPDX-License-Identifier: Apache-2.0
//
// RFC 4291 text and RFC 5952 writing.
#include "testing.h"

#include "value/ip.h"

#include <stdlib.h>
#include <string.h>

static struct pc_ip parsed(const char *text)
{
    struct pc_ip ip;
    if (!pc_ip_parse(pc_str_from(text), &ip)) {
        fail_msg("refused: %s", text);
    }
    return ip;
}

static void assert_written(const char *text, const char *canonical)
{
    struct pc_ip ip = parsed(text);
    struct pc_buf out = {0};
    pc_ip_write(&out, &ip);
    pc_buf_byte(&out, '\0');
    assert_int_equal(pc_buf_status(&out), PC_OK);
    assert_string_equal(out.ptr, canonical);
    pc_buf_release(&out);
}

static void assert_refused(struct pc_str literal)
{
    char *exact = malloc(literal.len + 1); // the view ends where the block does
    assert_non_null(exact);
    struct pc_str text = {exact + 1, literal.len};
    memcpy(exact, "", 1);
    memcpy(exact + 1, literal.len > 0 ? literal.ptr : "", literal.len);
    struct pc_ip ip = {.family = 9, .prefix = 9};
    if (pc_ip_parse(text, &ip) || pc_ip_parse_address(text, &ip)) {
        fail_msg("accepted: %.*s", PC_STR_ARG(text));
    }
    assert_int_equal(ip.family, 9);
    assert_int_equal(ip.prefix, 9);
    free(exact);
}

static void dotted_quads(void **state)
{
    (void)state;
    struct pc_ip ip = parsed("203.0.113.7");
    static const uint8_t bytes[16] = {203, 0, 113, 7};
    assert_int_equal(ip.family, 4);
    assert_int_equal(ip.prefix, 32);
    assert_memory_equal(ip.bytes, bytes, 16);
    assert_written("0.0.0.0", "0.0.0.0");
    assert_written("255.255.255.255", "255.255.255.255");
    assert_written("1.20.100.9", "1.20.100.9");
}

static void wrong_quads(void **state)
{
    (void)state;
    static const struct pc_str wrong[] = {
        PC_STR_INIT(""),
        PC_STR_INIT("foo"),
        PC_STR_INIT("*"),
        PC_STR_INIT("1"),
        PC_STR_INIT("1.2.3"),
        PC_STR_INIT("1.2.3.4.5"),
        PC_STR_INIT("1.2.3."),
        PC_STR_INIT(".1.2.3"),
        PC_STR_INIT("1..2.3"),
        PC_STR_INIT("1.2.3.256"),
        PC_STR_INIT("256.2.3.4"),
        PC_STR_INIT("1.2.3.1000"),
        PC_STR_INIT("01.2.3.4"),
        PC_STR_INIT("1.2.3.00"),
        PC_STR_INIT("1.2.3.010"),
        PC_STR_INIT("0x1.2.3.4"),
        PC_STR_INIT("1.2.3.-4"),
        PC_STR_INIT("+1.2.3.4"),
        PC_STR_INIT(" 1.2.3.4"),
        PC_STR_INIT("1.2.3.4 "),
        PC_STR_INIT("1.2.3.4\0"),
        PC_STR_INIT("1.2.3.4."),
        PC_STR_INIT("1,2,3,4"),
        PC_STR_INIT("1.2.3.4294967297"),
        PC_STR_INIT("3232235777"),
        PC_STR_INIT("1.2.3.4%eth0"),
        PC_STR_INIT("1.2.3.4:80"),
        PC_STR_INIT("1.2.3.a"),
        {NULL, 0},
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_refused(wrong[i]);
    }
}

static void one_gap_at_every_place(void **state)
{
    (void)state;
    // groups before x groups behind the gap, at most seven; each group is its number from 1
    for (size_t before = 0; before <= 7; before++) {
        for (size_t behind = 0; before + behind <= 7; behind++) {
            struct pc_buf text = {0};
            uint8_t expected[16] = {0};
            for (size_t i = 0; i < before; i++) {
                pc_buf_format(&text, "%s%zx", i > 0 ? ":" : "", i + 1);
                expected[2 * i + 1] = (uint8_t)(i + 1);
            }
            pc_buf_text(&text, "::");
            for (size_t i = 8 - behind; i < 8; i++) {
                pc_buf_format(&text, "%s%zx", i > 8 - behind ? ":" : "", i + 1);
                expected[2 * i + 1] = (uint8_t)(i + 1);
            }
            struct pc_ip ip;
            assert_true(pc_ip_parse_address(pc_buf_view(&text), &ip));
            assert_int_equal(ip.family, 6);
            assert_int_equal(ip.prefix, 128);
            assert_memory_equal(ip.bytes, expected, 16);
            pc_buf_release(&text);
        }
    }
}

static void other_forms_of_ipv6(void **state)
{
    (void)state;
    struct pc_ip a = parsed("2001:db8::1");
    struct pc_ip b = parsed("2001:0DB8:0:0:0:0:0:1");
    assert_memory_equal(&a, &b, sizeof(a));
    a = parsed("::ffff:203.0.113.7");
    b = parsed("0:0:0:0:0:FFFF:cb00:7107");
    assert_memory_equal(&a, &b, sizeof(a));
    a = parsed("1:2:3:4:5:6:7.8.9.10");
    b = parsed("1:2:3:4:5:6:708:90a");
    assert_memory_equal(&a, &b, sizeof(a));
    a = parsed("64:ff9b::192.0.2.33");
    b = parsed("64:ff9b::c000:221");
    assert_memory_equal(&a, &b, sizeof(a));
    a = parsed("::1.2.3.4");
    b = parsed("::102:304");
    assert_memory_equal(&a, &b, sizeof(a));
    a = parsed("1:2:3:4:5::7.8.9.10");
    b = parsed("1:2:3:4:5:0:708:90a");
    assert_memory_equal(&a, &b, sizeof(a));
}

static void wrong_ipv6(void **state)
{
    (void)state;
    static const struct pc_str wrong[] = {
        PC_STR_INIT(":"),
        PC_STR_INIT(":::"),
        PC_STR_INIT("::::"),
        PC_STR_INIT("1"),
        PC_STR_INIT("1:"),
        PC_STR_INIT(":1"),
        PC_STR_INIT("1:2"),
        PC_STR_INIT("1:2:3:4:5:6:7"),
        PC_STR_INIT("1:2:3:4:5:6:7:"),
        PC_STR_INIT(":2:3:4:5:6:7:8"),
        PC_STR_INIT("1:2:3:4:5:6:7:8:9"),
        PC_STR_INIT("1:2:3:4:5:6:7:8:"),
        PC_STR_INIT(":1:2:3:4:5:6:7:8"),
        PC_STR_INIT("1::2::3"),
        PC_STR_INIT("::1::"),
        PC_STR_INIT("1:::2"),
        PC_STR_INIT("::1:"),
        PC_STR_INIT(":1::"),
        // a gap that stands for nothing
        PC_STR_INIT("1:2:3:4:5:6:7::8"),
        PC_STR_INIT("::1:2:3:4:5:6:7:8"),
        PC_STR_INIT("1:2:3:4:5:6:7:8::"),
        PC_STR_INIT("1:2:3:4:5:6::7.8.9.10"),
        PC_STR_INIT("::1:2:3:4:5:6:7:8:9:a:b:c:d:e:f"),
        PC_STR_INIT("12345::"),
        PC_STR_INIT("00001::"),
        PC_STR_INIT("g::"),
        PC_STR_INIT("::-1"),
        PC_STR_INIT("::0x1"),
        PC_STR_INIT(" ::1"),
        PC_STR_INIT("::1 "),
        PC_STR_INIT("::1\0"),
        PC_STR_INIT("[::1]"),
        PC_STR_INIT("::1%eth0"),
        PC_STR_INIT("fe80::1%1"),
        PC_STR_INIT("1.2.3.4::"),
        PC_STR_INIT("::1.2.3.4:5"),
        PC_STR_INIT("::1.2.3"),
        PC_STR_INIT("::1.2.3.4.5"),
        PC_STR_INIT("::1.2.3.256"),
        PC_STR_INIT("::01.2.3.4"),
        PC_STR_INIT("1:2:3:4:5:6:7:1.2.3.4"),
        PC_STR_INIT("1:2:3:4:5:1.2.3.4"),
        PC_STR_INIT("::ffff:1.2.3.4."),
        PC_STR_INIT("::ffff:.2.3.4"),
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_refused(wrong[i]);
    }
}

static void prefixes(void **state)
{
    (void)state;
    assert_written("203.0.113.7/24", "203.0.113.0/24"); // host bits are ignored
    assert_written("203.0.113.7/32", "203.0.113.7");
    assert_written("203.0.113.7/0", "0.0.0.0/0");
    assert_written("255.255.255.255/31", "255.255.255.254/31");
    assert_written("255.255.255.255/25", "255.255.255.128/25");
    assert_written("255.255.255.255/9", "255.128.0.0/9");
    assert_written("255.255.255.255/1", "128.0.0.0/1");
    assert_written("2001:db8::ffff/128", "2001:db8::ffff");
    assert_written("2001:db8::ffff/127", "2001:db8::fffe/127");
    assert_written("2001:db8:ffff::/33", "2001:db8:8000::/33");
    assert_written("ffff:ffff::1/0", "::/0");
    assert_written("ffff::/1", "8000::/1");
    static const struct pc_str wrong[] = {
        PC_STR_INIT("1.2.3.4/"),
        PC_STR_INIT("1.2.3.4/33"),
        PC_STR_INIT("1.2.3.4/-1"),
        PC_STR_INIT("1.2.3.4/+8"),
        PC_STR_INIT("1.2.3.4/08"),
        PC_STR_INIT("1.2.3.4/00"),
        PC_STR_INIT("1.2.3.4/ 8"),
        PC_STR_INIT("1.2.3.4/8 "),
        PC_STR_INIT("1.2.3.4/8/8"),
        PC_STR_INIT("1.2.3.4/x"),
        PC_STR_INIT("1.2.3.4/256"),
        PC_STR_INIT("1.2.3.4/4294967304"),
        PC_STR_INIT("1.2.3/8"),
        PC_STR_INIT("/8"),
        PC_STR_INIT("/"),
        PC_STR_INIT("::/129"),
        PC_STR_INIT("::/1000"),
        PC_STR_INIT("::/"),
        PC_STR_INIT("1.2.3.4/255.255.255.0"),
        PC_STR_INIT("::/0\0"),
        PC_STR_INIT("1.2.3.4/24.0"),
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_refused(wrong[i]);
    }
}

static void an_address_has_no_prefix(void **state)
{
    (void)state;
    struct pc_ip ip = {.family = 9};
    assert_false(pc_ip_parse_address(PC_STR("1.2.3.4/32"), &ip));
    assert_false(pc_ip_parse_address(PC_STR("::1/128"), &ip));
    assert_int_equal(ip.family, 9);
    assert_true(pc_ip_parse_address(PC_STR("1.2.3.4"), &ip));
    assert_int_equal(ip.family, 4);
    assert_int_equal(ip.prefix, 32);
    assert_true(pc_ip_parse_address((struct pc_str){"1.2.3.4/32", 7}, &ip));
}

static void writing_is_canonical(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"2001:0db8:0000:0000:0000:0000:0002:0001", "2001:db8::2:1"},
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"}, // one zero group is not shortened
        {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},       // the longest run
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"}, // the first of equal ones
        {"2001:DB8::ABCD:EF01", "2001:db8::abcd:ef01"},
        {"::", "::"},
        {"::1", "::1"},
        {"1::", "1::"},
        {"0:0:1::", "0:0:1::"},
        {"0:0:0:1:1:0:0:0", "::1:1:0:0:0"},
        {"1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"},
        {"0:0:3:4:5:6:7:8", "::3:4:5:6:7:8"},
        {"0:2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
        {"1:2:3:4:5:6:7:0", "1:2:3:4:5:6:7:0"},
        {"1:0:0:4:5:6:7:8", "1::4:5:6:7:8"},
        {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
        {"::ffff:cb00:7107", "::ffff:203.0.113.7"},
        {"::ffff:0:0", "::ffff:0.0.0.0"},
        {"::fffe:cb00:7107", "::fffe:cb00:7107"},
        {"::1.2.3.4", "::102:304"},
    };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        assert_written(pairs[i][0], pairs[i][1]);
        assert_written(pairs[i][1], pairs[i][1]);
    }
    struct pc_ip none = {0};
    struct pc_buf out = {0};
    pc_ip_write(&out, &none);
    assert_int_equal(out.len, 0);
    pc_buf_release(&out);
}

static bool contains(const char *network, const char *address)
{
    struct pc_ip a = parsed(network);
    struct pc_ip b = parsed(address);
    return pc_ip_contains(&a, &b);
}

static void containment(void **state)
{
    (void)state;
    assert_true(contains("203.0.113.0/24", "203.0.113.0"));
    assert_true(contains("203.0.113.0/24", "203.0.113.255"));
    assert_false(contains("203.0.113.0/24", "203.0.112.255"));
    assert_false(contains("203.0.113.0/24", "203.0.114.0"));
    assert_true(contains("203.0.113.7/24", "203.0.113.200"));
    assert_true(contains("203.0.113.7", "203.0.113.7"));
    assert_false(contains("203.0.113.7", "203.0.113.6"));
    assert_true(contains("0.0.0.0/0", "255.255.255.255"));
    assert_true(contains("10.0.0.0/31", "10.0.0.1"));
    assert_false(contains("10.0.0.0/31", "10.0.0.2"));
    assert_true(contains("172.16.0.0/12", "172.31.255.255"));
    assert_false(contains("172.16.0.0/12", "172.32.0.0"));
    assert_true(contains("::/0", "ffff::"));
    assert_true(contains("2001:db8::1", "2001:0DB8:0:0:0:0:0:1"));
    assert_false(contains("2001:db8::1", "2001:db8::2"));
    assert_true(contains("2001:db8::/32", "2001:db8:ffff::"));
    assert_false(contains("2001:db8::/32", "2001:db9::"));
    assert_true(contains("2001:db8::/127", "2001:db8::1"));
    assert_false(contains("2001:db8::/127", "2001:db8::2"));
    assert_true(contains("8000::/1", "ffff::"));
    assert_false(contains("8000::/1", "7fff::"));
}

static void families_never_meet(void **state)
{
    (void)state;
    assert_false(contains("0.0.0.0/0", "::1"));
    assert_false(contains("::/0", "1.2.3.4"));
    assert_false(contains("1.2.3.4", "::ffff:1.2.3.4"));
    assert_false(contains("::ffff:1.2.3.4", "1.2.3.4"));
    assert_true(contains("::ffff:0:0/96", "::ffff:1.2.3.4")); // mapped: IPv6
    assert_true(contains("::/0", "::ffff:1.2.3.4"));
}

static void ranges_in_ranges(void **state)
{
    (void)state;
    assert_true(contains("10.0.0.0/8", "10.1.0.0/16"));
    assert_true(contains("10.0.0.0/8", "10.0.0.0/8"));
    assert_false(contains("10.1.0.0/16", "10.0.0.0/8"));
    assert_false(contains("10.0.0.0/16", "10.0.0.0/8"));
    assert_false(contains("10.0.0.0/32", "10.0.0.0/31"));
}

static void nothing_matches_what_is_no_ip(void **state)
{
    (void)state;
    struct pc_ip none = {0};
    struct pc_ip v4 = parsed("0.0.0.0/0");
    struct pc_ip v6 = parsed("::/0");
    assert_false(pc_ip_contains(&none, &none));
    assert_false(pc_ip_contains(&none, &v4));
    assert_false(pc_ip_contains(&v4, &none));
    assert_false(pc_ip_contains(&v6, &none));
    struct pc_ip odd = {.family = 5};
    assert_false(pc_ip_contains(&odd, &odd));
    struct pc_ip wide = v4;
    wide.prefix = 255;
    assert_false(pc_ip_contains(&wide, &v4));
    assert_false(pc_ip_contains(&wide, &wide));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dotted_quads),
        cmocka_unit_test(wrong_quads),
        cmocka_unit_test(one_gap_at_every_place),
        cmocka_unit_test(other_forms_of_ipv6),
        cmocka_unit_test(wrong_ipv6),
        cmocka_unit_test(prefixes),
        cmocka_unit_test(an_address_has_no_prefix),
        cmocka_unit_test(writing_is_canonical),
        cmocka_unit_test(containment),
        cmocka_unit_test(families_never_meet),
        cmocka_unit_test(ranges_in_ranges),
        cmocka_unit_test(nothing_matches_what_is_no_ip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
