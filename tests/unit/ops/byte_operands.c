// SPDX-License-Identifier: Apache-2.0
#include "operand.h"

// bytes count, not how they were written.
static void binary(void **state)
{
    (void)state;
    static const struct comparison rows[] = {
        {"BinaryEquals", "QmluYXJ5", "QmluYXJ5", PC_MATCH, NULL},
        {"BinaryEquals", "QmluYXJ5", "QmluYXJ6", PC_NOMATCH, NULL},
        {"BinaryEquals", "QmluYXJ5", "QmluYQ==", PC_NOMATCH, NULL},
        {"BinaryEquals", "QmluYQ==", "QmluYXJ5", PC_NOMATCH, NULL},
        {"BinaryEquals", "QmluYQ==", "QmluYQ", PC_MATCH, NULL},
        {"BinaryEquals", "QmluYQ", "Qmlu\nYQ==", PC_MATCH, NULL},
        {"BinaryEquals", "AAAA", "AAA=", PC_NOMATCH, NULL},
        {"BinaryEquals", "", "", PC_MATCH, NULL},
        {"BinaryEquals", "", "AA==", PC_NOMATCH, NULL},
        {"BinaryEquals", "AA==", "", PC_NOMATCH, NULL},
        {"BinaryEquals", "QmluYXJ5", "qmluyxj5", PC_NOMATCH, NULL},
        {"BinaryEquals", "QmluYXJ5", "Binary", PC_MATCH, NULL},
        {"BinaryEquals", "QmluYXJ5", "binary", PC_NOMATCH, NULL},
        {"BinaryEquals", "QmluYXJ5", "Binary!", PC_MATCH_ERROR, NULL},
        {"BinaryEquals", "QmluYXJ5", "Q", PC_MATCH_ERROR, NULL},
        {"BinaryEquals", "QmluYXJ5", "=", PC_MATCH_ERROR, NULL},
    };
    static const struct pc_str none[] = {
        PC_STR_INIT("Q"),        PC_STR_INIT("Q==="),       PC_STR_INIT("Qm=u"),
        PC_STR_INIT("*"),        PC_STR_INIT("Qm-_"),       PC_STR_INIT("AA="),
        PC_STR_INIT("${aws:x}"), PC_STR_INIT("QmluYXJ5\0"),
    };
    CHECK_COMPARISONS(rows);
    check_refused("BinaryEquals", none, COUNT(none));
    check_written("BinaryEquals", "QmluYQ", "QmluYQ==");
    check_written("BinaryEquals", "", "");
}

static void addresses(void **state)
{
    (void)state;
    static const struct comparison rows[] = {
        {"IpAddress", "203.0.113.7", "203.0.113.7", PC_MATCH, NULL}, // a single address
        {"IpAddress", "203.0.113.7", "203.0.113.8", PC_NOMATCH, NULL},
        {"IpAddress", "203.0.113.77/24", "203.0.113.1", PC_MATCH, NULL}, // host bits
        {"IpAddress", "203.0.113.0/24", "203.0.112.255", PC_NOMATCH, NULL},
        {"IpAddress", "203.0.113.0/24", "203.0.114.0", PC_NOMATCH, NULL},
        {"IpAddress", "203.0.113.128/25", "203.0.113.127", PC_NOMATCH, NULL},
        {"IpAddress", "203.0.113.6/31", "203.0.113.7", PC_MATCH, NULL},
        {"IpAddress", "0.0.0.0/0", "255.255.255.255", PC_MATCH, NULL},
        {"IpAddress", "2001:db8::1", "2001:0DB8:0:0:0:0:0:1", PC_MATCH, NULL},
        {"IpAddress", "2001:DB8::/32", "2001:db8:1::5", PC_MATCH, NULL},
        {"IpAddress", "2001:db8::/32", "2001:db9::", PC_NOMATCH, NULL},
        {"IpAddress", "::/0", "2001:db8::1", PC_MATCH, NULL},
        {"IpAddress", "2001:db8::/127", "2001:db8::1", PC_MATCH, NULL},
        {"IpAddress", "2001:db8::/127", "2001:db8::2", PC_NOMATCH, NULL},
        {"IpAddress", "0.0.0.0/0", "2001:db8::1", PC_NOMATCH, NULL}, // never across families
        {"IpAddress", "::/0", "203.0.113.7", PC_NOMATCH, NULL},
        {"IpAddress", "203.0.113.0/24", "::ffff:203.0.113.7", PC_NOMATCH, NULL},
        {"IpAddress", "::ffff:0:0/96", "::ffff:203.0.113.7", PC_MATCH, NULL},
        {"IpAddress", "0.0.0.0/0", "foo", PC_MATCH_ERROR, NULL},
        {"IpAddress", "0.0.0.0/0", "", PC_MATCH_ERROR, NULL},
        {"IpAddress", "0.0.0.0/0", "203.0.113.0/24", PC_MATCH_ERROR, NULL},
        {"IpAddress", "0.0.0.0/0", "203.0.113.07", PC_MATCH_ERROR, NULL},
        {"IpAddress", "0.0.0.0/0", "203.0.113", PC_MATCH_ERROR, NULL},
    };
    CHECK_COMPARISONS(rows);
}

//
static void values_that_are_no_addresses(void **state)
{
    (void)state;
    static const struct pc_str texts[] = {
        PC_STR_INIT(""),
        PC_STR_INIT("*"),
        PC_STR_INIT("203.0.113.*"),
        PC_STR_INIT("203.0.113.0/33"),
        PC_STR_INIT("203.0.113.0/"),
        PC_STR_INIT("203.0.113.0/-1"),
        PC_STR_INIT("203.0.113.256"),
        PC_STR_INIT("203.0.113"),
        PC_STR_INIT("203.0.113.0/24 "),
        PC_STR_INIT("2001:db8::/129"),
        PC_STR_INIT("2001:db8::1%eth0"),
        PC_STR_INIT(":::"),
        PC_STR_INIT("203.0.113.0\0"),
        PC_STR_INIT("${aws:SourceIp}"),
    };
    check_refused("IpAddress", texts, COUNT(texts));
}

static void networks_as_written(void **state)
{
    (void)state;
    check_written("IpAddress", "203.0.113.77/24", "203.0.113.0/24");
    check_written("IpAddress", "203.0.113.7/32", "203.0.113.7");
    check_written("IpAddress", "203.0.113.7", "203.0.113.7");
    check_written("IpAddress", "0.0.0.0/0", "0.0.0.0/0");
    check_written("IpAddress", "2001:0DB8:0:0:0:0:0:1", "2001:db8::1");
    check_written("IpAddress", "2001:DB8::FFFF/32", "2001:db8::/32");
}

// the request's side says whether the key is null.
static void null(void **state)
{
    (void)state;
    static const struct comparison rows[] = {
        {"Null", "true", "true", PC_MATCH, NULL},    {"Null", "TRUE", "true", PC_MATCH, NULL},
        {"Null", "true", "false", PC_NOMATCH, NULL}, {"Null", "false", "false", PC_MATCH, NULL},
        {"Null", "False", "true", PC_NOMATCH, NULL}, {"Null", "true", "x", PC_MATCH_ERROR, NULL},
        {"Null", "true", "", PC_MATCH_ERROR, NULL},
    };
    static const struct pc_str none[] = {
        PC_STR_INIT(""),  PC_STR_INIT("1"),  PC_STR_INIT("null"),     PC_STR_INIT("true "),
        PC_STR_INIT("*"), PC_STR_INIT("no"), PC_STR_INIT("${aws:x}"), PC_STR_INIT("false\0"),
    };
    CHECK_COMPARISONS(rows);
    check_refused("Null", none, COUNT(none));
    check_written("Null", "TRUE", "true");
    check_written("Null", "false", "false");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(binary),
        cmocka_unit_test(addresses),
        cmocka_unit_test(values_that_are_no_addresses),
        cmocka_unit_test(networks_as_written),
        cmocka_unit_test(null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
