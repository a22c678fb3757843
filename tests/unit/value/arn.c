// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "value/arn.h"

#include <stdlib.h>
#include <string.h>

static void five_colons_split(void **state)
{
    (void)state;
    struct pc_arn arn;
    assert_true(
        pc_arn_parse(PC_STR("arn:aws:lambda:eu-west-1:111122223333:function:f:PROD"), &arn));
    assert_view(arn.partition, "aws");
    assert_view(arn.service, "lambda");
    assert_view(arn.region, "eu-west-1");
    assert_view(arn.account, "111122223333");
    assert_view(arn.resource, "function:f:PROD");
    assert_true(pc_arn_parse(PC_STR("arn:aws:s3:::bucket/a:b/c"), &arn));
    assert_view(arn.region, "");
    assert_view(arn.account, "");
    assert_view(arn.resource, "bucket/a:b/c");
}

static void every_field_behind_the_first_may_be_empty(void **state)
{
    (void)state;
    struct pc_arn arn;
    assert_true(pc_arn_parse(PC_STR("arn:::::"), &arn));
    assert_view(arn.partition, "");
    assert_view(arn.service, "");
    assert_view(arn.resource, "");
    assert_true(pc_arn_parse(PC_STR("arn::::::"), &arn));
    assert_view(arn.resource, ":");
}

static void too_few_fields_or_another_first_word(void **state)
{
    (void)state;
    static const struct pc_str wrong[] = {
        PC_STR_INIT(""),
        PC_STR_INIT("*"),
        PC_STR_INIT("arn"),
        PC_STR_INIT("arn:"),
        PC_STR_INIT("arn:aws:s3::bucket"),
        PC_STR_INIT("ARN:aws:s3:::bucket"),
        PC_STR_INIT(" arn:aws:s3:::bucket"),
        PC_STR_INIT("arn\0:aws:s3:::bucket"),
        PC_STR_INIT("*:aws:s3:::bucket"),
        PC_STR_INIT(":aws:s3:::bucket"),
        PC_STR_INIT(":::::"),
    };
    struct pc_arn arn = {.service = PC_STR_INIT("kept")};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(pc_arn_parse(wrong[i], &arn));
        assert_view(arn.service, "kept");
    }
    assert_false(pc_arn_parse((struct pc_str){NULL, 0}, &arn));
    assert_view(arn.service, "kept");
}

// Byte by byte, unlike the code. Returns the number of fields, six at most.
static size_t split_simply(struct pc_str text, struct pc_str *fields)
{
    size_t count = 0;
    size_t start = 0;
    for (size_t i = 0; i < text.len && count < 5; i++) {
        if (text.ptr[i] == ':') {
            fields[count++] = pc_str_slice(text, start, i);
            start = i + 1;
        }
    }
    fields[count++] = pc_str_slice(text, start, text.len);
    return count;
}

static bool same_fields(const struct pc_arn *arn, const struct pc_str *fields)
{
    return pc_str_eq(arn->partition, fields[1]) && pc_str_eq(arn->service, fields[2]) &&
           pc_str_eq(arn->region, fields[3]) && pc_str_eq(arn->account, fields[4]) &&
           pc_str_eq(arn->resource, fields[5]);
}

static void any_byte_but_a_colon_may_be_in_a_field(void **state)
{
    (void)state;
    static const char whole[] = "arn:partition:service:region:account:resource/and/more";
    struct pc_arn arn;
    for (size_t place = 4; place < sizeof(whole) - 1; place++) {
        for (int c = 0; c < 256; c++) {
            char text[sizeof(whole)];
            struct pc_str fields[6];
            memcpy(text, whole, sizeof(text));
            text[place] = (char)c;
            struct pc_str view = {text, sizeof(text) - 1};
            bool six = split_simply(view, fields) == 6;
            assert_int_equal(pc_arn_parse(view, &arn), six);
            if (six) {
                assert_true(same_fields(&arn, fields));
            }
        }
    }
}

// Also behind the first 64 bytes, which are searched at once, and with too few of them.
static void colons_are_found_wherever_they_are(void **state)
{
    (void)state;
    static const size_t gaps[] = {0, 1, 12, 15, 16, 17, 40, 59, 60, 61, 62, 70, 130};
    const size_t count = sizeof(gaps) / sizeof(gaps[0]);
    for (size_t mixture = 0; mixture < count * count * count * 6; mixture++) {
        size_t sizes[6] = {3, gaps[mixture % count],
                           3, gaps[mixture / count % count],
                           0, gaps[mixture / count / count % count]};
        size_t colons = mixture / count / count / count;
        size_t length = 0;
        char bytes[600];
        for (size_t i = 0; i < 6; i++) {
            memset(bytes + length, 'r', sizes[i]);
            length += sizes[i];
            bytes[length] = ':';
            length += i < colons;
        }
        memcpy(bytes, "arn", 3);
        char *exact = malloc(length); // so that a sanitizer sees a read outside
        assert_non_null(exact);
        memcpy(exact, bytes, length);
        struct pc_str text = {exact, length};
        struct pc_str fields[6];
        struct pc_arn arn;
        bool six = split_simply(text, fields) == 6;
        assert_int_equal(six, colons == 5);
        assert_int_equal(pc_arn_parse(text, &arn), six);
        assert_true(!six || same_fields(&arn, fields));
        free(exact);
    }
}

static void no_other_byte_is_in_an_account_id(void **state)
{
    (void)state;
    for (size_t place = 0; place < 12; place++) {
        for (int c = 0; c < 256; c++) {
            char text[] = "098765432109";
            text[place] = (char)c;
            assert_int_equal(pc_account_id_is((struct pc_str){text, 12}), c >= '0' && c <= '9');
        }
    }
}

static void account_ids_are_twelve_digits(void **state)
{
    (void)state;
    assert_true(pc_account_id_is(PC_STR("111122223333")));
    assert_true(pc_account_id_is(PC_STR("000000000000")));
    assert_false(pc_account_id_is(PC_STR("")));
    assert_false(pc_account_id_is((struct pc_str){NULL, 0}));
    assert_false(pc_account_id_is(PC_STR("11112222333")));
    assert_false(pc_account_id_is(PC_STR("1111222233334")));
    assert_false(pc_account_id_is(PC_STR("11112222333x")));
    assert_false(pc_account_id_is(PC_STR("-11122223333")));
    assert_false(pc_account_id_is(PC_STR("11112222333/"))); // next to '0'
    assert_false(pc_account_id_is(PC_STR("11112222333:"))); // next to '9'
    assert_false(pc_account_id_is(PC_STR("11112222333\0")));
    assert_false(pc_account_id_is(PC_STR("cloudfront  ")));
}

// LAMBDA.md 4: (eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}
static void regions_have_a_form(void **state)
{
    (void)state;
    static const char *const regions[] = {
        "eu-west-1",     "ap-southeast-7", "cn-north-1",     "us-gov-west-1",
        "us-iso-east-1", "us-isob-east-1", "eusc-de-east-1", "eusc-de-isoz-east-0",
    };
    for (size_t i = 0; i < sizeof(regions) / sizeof(regions[0]); i++) {
        assert_true(pc_region_is(pc_str_from(regions[i])));
    }
    static const char *const others[] = {
        "",
        "-",
        "--",
        "eu",
        "eu-west",
        "eu-west-",
        "eu-west-1 ",
        " eu-west-1",
        "eu-west-1a",
        "eu-west-10",
        "eu--1",
        "eu-west1",
        "EU-WEST-1",
        "eur-west-1",
        "e-west-1",
        "eu-we5t-1",
        "eu-west-x",
        "eu_west_1",
        "eusc-east",
        "eusc-west-1",
        "eu-gov-1-1",
        "us-gob-east-1",
        "us-isobb-east-1",
        "us-iso1-east-1",
        "eu-west-1-",
        "eu-eusc-west-1",
        "eusc-eusc-de-east-1",
        "us-gov-iso-east-1",
        "us-west-1-1",
        "*",
    };
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        assert_false(pc_region_is(pc_str_from(others[i])));
    }
    assert_false(pc_region_is((struct pc_str){NULL, 0}));
    assert_false(pc_region_is(PC_STR("eu-west-1\0")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(five_colons_split),
        cmocka_unit_test(every_field_behind_the_first_may_be_empty),
        cmocka_unit_test(too_few_fields_or_another_first_word),
        cmocka_unit_test(any_byte_but_a_colon_may_be_in_a_field),
        cmocka_unit_test(colons_are_found_wherever_they_are),
        cmocka_unit_test(no_other_byte_is_in_an_account_id),
        cmocka_unit_test(account_ids_are_twelve_digits),
        cmocka_unit_test(regions_have_a_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
