// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include <stdlib.h>
#include <string.h>

static const struct pc_str nothing = {NULL, 0};

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

static void views_of_text(void **state)
{
    (void)state;
    static const struct pc_str constant = PC_STR_INIT("a\0b");
    assert_int_equal(constant.len, 3);
    assert_int_equal(PC_STR("").len, 0);
    assert_non_null(PC_STR("").ptr);
    assert_view(pc_str_from("abc"), "abc");
    assert_view(pc_str_from(""), "");
    assert_int_equal(pc_str_from(NULL).len, 0);
}

static void equal_bytes(void **state)
{
    (void)state;
    assert_true(pc_str_eq(PC_STR("abc"), PC_STR("abc")));
    assert_true(pc_str_eq(PC_STR("a\0b"), PC_STR("a\0b")));
    assert_false(pc_str_eq(PC_STR("a\0b"), PC_STR("a\0c")));
    assert_false(pc_str_eq(PC_STR("abc"), PC_STR("ab")));
    assert_false(pc_str_eq(PC_STR("ab"), PC_STR("abc")));
    assert_false(pc_str_eq(PC_STR("abc"), PC_STR("aBc")));
    assert_true(pc_str_eq(nothing, nothing));
    assert_true(pc_str_eq(nothing, PC_STR("")));
    assert_true(pc_str_eq(PC_STR(""), nothing));
    assert_false(pc_str_eq(nothing, PC_STR("a")));
    assert_false(pc_str_eq(PC_STR("a"), nothing));
}

// Any single byte that differs is seen, at every length and place; bytes behind the end are not.
static void equal_bytes_of_every_length(void **state)
{
    (void)state;
    char a[48];
    char b[48];
    memset(a, 'x', sizeof(a));
    memset(b, 'x', sizeof(b));
    for (size_t length = 0; length < sizeof(a) - 1; length++) {
        a[length] = 'y';
        assert_true(pc_bytes_eq(a, b, length));
        a[length] = 'x';
        for (size_t place = 0; place < length; place++) {
            b[place] = 'y';
            assert_false(pc_bytes_eq(a, b, length));
            b[place] = 'x';
        }
    }
}

static void equal_but_for_ascii_case(void **state)
{
    (void)state;
    assert_true(pc_str_eq_icase(PC_STR("S3:GetObject"), PC_STR("s3:gETOBJECT")));
    assert_false(pc_str_eq_icase(PC_STR("abc"), PC_STR("abcd")));
    assert_false(pc_str_eq_icase(PC_STR("abc"), PC_STR("abd")));
    assert_true(pc_str_eq_icase(nothing, PC_STR("")));
    assert_false(pc_str_eq_icase(nothing, PC_STR("a")));
    assert_false(pc_str_eq_icase(PC_STR("\xc3\x84"), PC_STR("\xc3\xa4"))); // A and a with dots
    // neighbours of the letters, 0x20 apart
    assert_false(pc_str_eq_icase(PC_STR("@"), PC_STR("`")));
    assert_false(pc_str_eq_icase(PC_STR("["), PC_STR("{")));
    assert_false(pc_str_eq_icase(PC_STR("0"), PC_STR("P")));
}

static void order_by_unsigned_bytes(void **state)
{
    (void)state;
    static const struct pc_str ladder[] = {
        PC_STR_INIT(""),     PC_STR_INIT("\0"),   PC_STR_INIT("\0\0"), PC_STR_INIT("A"),
        PC_STR_INIT("a"),    PC_STR_INIT("a\0"),  PC_STR_INIT("ab"),   PC_STR_INIT("b"),
        PC_STR_INIT("\x7f"), PC_STR_INIT("\x80"), PC_STR_INIT("\xff"),
    };
    for (size_t i = 0; i < sizeof(ladder) / sizeof(ladder[0]); i++) {
        for (size_t j = 0; j < sizeof(ladder) / sizeof(ladder[0]); j++) {
            assert_int_equal(sign(pc_str_cmp(ladder[i], ladder[j])), (i > j) - (i < j));
        }
        assert_int_equal(sign(pc_str_cmp(nothing, ladder[i])), i == 0 ? 0 : -1);
        assert_int_equal(sign(pc_str_cmp(ladder[i], nothing)), i == 0 ? 0 : 1);
    }
    assert_int_equal(pc_str_cmp(nothing, nothing), 0);
}

static void prefixes_and_suffixes(void **state)
{
    (void)state;
    assert_true(pc_str_has_prefix(PC_STR("arn:aws"), PC_STR("arn:")));
    assert_true(pc_str_has_prefix(PC_STR("arn:"), PC_STR("arn:")));
    assert_false(pc_str_has_prefix(PC_STR("arn"), PC_STR("arn:")));
    assert_false(pc_str_has_prefix(PC_STR("xarn:"), PC_STR("arn:")));
    assert_true(pc_str_has_prefix(PC_STR("a"), PC_STR("")));
    assert_true(pc_str_has_prefix(PC_STR("a"), nothing));
    assert_true(pc_str_has_prefix(nothing, nothing));
    assert_false(pc_str_has_prefix(nothing, PC_STR("a")));
    assert_true(pc_str_has_prefix_icase(PC_STR("STS:x"), PC_STR("sts:")));
    assert_true(pc_str_has_prefix_icase(PC_STR("sts:"), PC_STR("Sts:")));
    assert_false(pc_str_has_prefix_icase(PC_STR("STS"), PC_STR("sts:")));
    assert_false(pc_str_has_prefix_icase(PC_STR("sts:X"), PC_STR("sts:y")));
    assert_true(pc_str_has_prefix_icase(nothing, nothing));
    assert_true(pc_str_has_suffix(PC_STR("x.json"), PC_STR(".json")));
    assert_true(pc_str_has_suffix(PC_STR(".json"), PC_STR(".json")));
    assert_false(pc_str_has_suffix(PC_STR("json"), PC_STR(".json")));
    assert_false(pc_str_has_suffix(PC_STR("x.json "), PC_STR(".json")));
    assert_true(pc_str_has_suffix(PC_STR("a"), nothing));
    assert_true(pc_str_has_suffix(nothing, PC_STR("")));
    assert_false(pc_str_has_suffix(nothing, PC_STR("a")));
}

static void finding_a_byte(void **state)
{
    (void)state;
    struct pc_str s = PC_STR("a:b:c");
    assert_int_equal(pc_str_find(s, ':', 0), 1);
    assert_int_equal(pc_str_find(s, ':', 1), 1);
    assert_int_equal(pc_str_find(s, ':', 2), 3);
    assert_true(pc_str_find(s, ':', 4) == SIZE_MAX);
    assert_true(pc_str_find(s, ':', 5) == SIZE_MAX);
    assert_true(pc_str_find(s, ':', SIZE_MAX) == SIZE_MAX);
    assert_int_equal(pc_str_find(s, 'c', 0), 4);
    assert_true(pc_str_find(s, '\0', 0) == SIZE_MAX); // the zero of the literal is outside
    assert_int_equal(pc_str_find(PC_STR("a\0b"), '\0', 0), 1);
    assert_int_equal(pc_str_find(PC_STR("\xff"), (char)0xff, 0), 0);
    assert_true(pc_str_find(nothing, 'a', 0) == SIZE_MAX);
}

static void slices_are_cut(void **state)
{
    (void)state;
    struct pc_str s = PC_STR("abcdef");
    assert_view(pc_str_slice(s, 1, 3), "bc");
    assert_view(pc_str_slice(s, 0, 6), "abcdef");
    assert_view(pc_str_slice(s, 0, SIZE_MAX), "abcdef");
    assert_view(pc_str_slice(s, 4, SIZE_MAX), "ef");
    assert_view(pc_str_slice(s, 6, 6), "");
    assert_view(pc_str_slice(s, 7, 9), "");
    assert_view(pc_str_slice(s, SIZE_MAX, SIZE_MAX), "");
    assert_view(pc_str_slice(s, 3, 1), "");
    assert_view(pc_str_slice(nothing, 0, 0), "");
    assert_view(pc_str_slice(nothing, 2, 5), "");
    assert_null(pc_str_slice(nothing, 2, 5).ptr);
}

static void split_stops_at_the_last_field(void **state)
{
    (void)state;
    struct pc_str fields[3];
    assert_int_equal(pc_str_split(PC_STR("a:b:c:d"), ':', fields, 3), 3);
    assert_view(fields[0], "a");
    assert_view(fields[1], "b");
    assert_view(fields[2], "c:d");
    assert_int_equal(pc_str_split(PC_STR(""), ':', fields, 3), 1);
    assert_view(fields[0], "");
    assert_int_equal(pc_str_split(PC_STR("a:"), ':', fields, 3), 2);
    assert_view(fields[1], "");
}

// Separators at every two places of texts around the lengths that are searched at once.
static void split_finds_separators_anywhere(void **state)
{
    (void)state;
    for (size_t length = 1; length <= 140; length += length < 20 ? 1 : 7) {
        char *bytes = malloc(length); // exact, so that a sanitizer sees a read outside
        assert_non_null(bytes);
        for (size_t a = 0; a < length; a++) {
            for (size_t b = a; b < length; b++) {
                struct pc_str fields[4];
                memset(bytes, 'x', length);
                bytes[a] = bytes[b] = ':';
                size_t count = pc_str_split((struct pc_str){bytes, length}, ':', fields, 4);
                assert_int_equal(count, a == b ? 2 : 3);
                assert_int_equal(fields[0].len, a);
                assert_int_equal(fields[1].len, a == b ? length - a - 1 : b - a - 1);
                assert_int_equal(fields[count - 1].len, length - b - 1);
                assert_ptr_equal(fields[count - 1].ptr, bytes + b + 1);
            }
        }
        free(bytes);
    }
}

static void split_at_the_edges(void **state)
{
    (void)state;
    struct pc_str fields[4];
    assert_int_equal(pc_str_split(PC_STR("a:b"), ':', fields, 1), 1);
    assert_view(fields[0], "a:b");
    assert_int_equal(pc_str_split(nothing, ':', fields, 4), 1);
    assert_int_equal(fields[0].len, 0);
    assert_int_equal(pc_str_split(PC_STR(":::"), ':', fields, 4), 4);
    for (size_t i = 0; i < 4; i++) {
        assert_view(fields[i], "");
    }
    assert_int_equal(pc_str_split(PC_STR(":::::"), ':', fields, 4), 4);
    assert_view(fields[3], "::");
    assert_int_equal(pc_str_split(PC_STR("abc"), ':', fields, 4), 1);
    assert_view(fields[0], "abc");
}

static void classes_of_bytes(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        char byte = (char)(unsigned char)c;
        bool upper = strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ", c) != NULL && c != 0;
        char lower = upper ? "abcdefghijklmnopqrstuvwxyz"[c - 'A'] : byte;
        assert_int_equal(pc_char_lower(byte), lower);
        assert_int_equal(pc_char_is_digit(byte), strchr("0123456789", c) != NULL && c != 0);
    }
}

static void hash_is_the_one_of_the_image_format(void **state)
{
    (void)state;
    // From another implementation: these change only together with the version of the format.
    assert_true(pc_str_hash(PC_STR("")) == UINT64_C(0x97fa03b495a041be));
    assert_true(pc_str_hash(nothing) == UINT64_C(0x97fa03b495a041be));
    assert_true(pc_str_hash(PC_STR("a")) == UINT64_C(0x1ff4c9bc7aee5eca));
    assert_true(pc_str_hash(PC_STR("s3:GetObject")) == UINT64_C(0x21ee95a9e45fba32));
    assert_true(pc_str_hash(PC_STR("12345678")) == UINT64_C(0x36ea6ad6c1296165));
    assert_true(pc_str_hash(PC_STR("\xff\0\xff")) == UINT64_C(0x3abc86de6227076b));
}

static void hash_sees_length_and_every_byte(void **state)
{
    (void)state;
    char *bytes = calloc(1, 64); // exact, so that a sanitizer sees a read beyond
    assert_non_null(bytes);
    uint64_t seen[65];
    for (size_t length = 0; length <= 64; length++) {
        seen[length] = pc_str_hash((struct pc_str){bytes + 64 - length, length});
        for (size_t other = 0; other < length; other++) {
            assert_true(seen[length] != seen[other]);
        }
    }
    for (size_t i = 0; i < 64; i++) {
        bytes[i] = 1;
        assert_true(pc_str_hash((struct pc_str){bytes, 64}) != seen[64]);
        bytes[i] = 0;
    }
    free(bytes);
}

static void the_last_byte_is_found(void **state)
{
    (void)state;
    char bytes[40];
    for (size_t length = 0; length <= sizeof(bytes); length++) {
        for (size_t place = 0; place < length; place++) {
            memset(bytes, '.', sizeof(bytes));
            bytes[place] = '/';
            bytes[0] = '/';
            assert_int_equal(pc_str_find_last((struct pc_str){bytes, length}, '/'), place);
            bytes[place] = bytes[0] = (char)('/' + 0x80);
            assert_int_equal(pc_str_find_last((struct pc_str){bytes, length}, '/'), SIZE_MAX);
        }
    }
    assert_int_equal(pc_str_find_last(nothing, '/'), SIZE_MAX);
}

static void lowering_hashes_in_one_pass(void **state)
{
    (void)state;
    static const char text[] = "Aws:RequestTag/COST Center[@`{]ZzAa";
    static const char lower[] = "aws:requesttag/cost center[@`{]zzaa";
    char room[48];
    uint64_t hash;
    for (size_t length = 0; length < sizeof(text); length++) {
        struct pc_str s = {text, length};
        assert_true(pc_str_lower_hash(s, room, &hash));
        assert_memory_equal(room, lower, length);
        assert_true(hash == pc_str_hash((struct pc_str){lower, length}));
    }
    for (size_t length = 1; length <= 20; length++) {
        for (size_t place = 0; place < length; place++) {
            char bytes[20];
            memset(bytes, 'k', sizeof(bytes));
            bytes[place] = (char)0x80;
            assert_false(pc_str_lower_hash((struct pc_str){bytes, length}, room, &hash));
        }
    }
    assert_true(pc_str_lower_hash(nothing, room, &hash));
    assert_true(hash == pc_str_hash(nothing));
}

static void plain_runs_end_where_json_needs_an_escape(void **state)
{
    (void)state;
    char bytes[40];
    for (unsigned c = 0; c < 256; c++) {
        bool plain = c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
        for (size_t place = 0; place < sizeof(bytes); place++) {
            memset(bytes, 'x', sizeof(bytes));
            bytes[place] = (char)c;
            struct pc_str s = {bytes, sizeof(bytes)};
            size_t end = plain ? sizeof(bytes) : place;
            assert_int_equal(pc_str_plain_run(s, 0), end);
            assert_int_equal(pc_str_plain_run(s, place), end - place);
            assert_int_equal(pc_str_plain_run(pc_str_slice(s, 0, place), 0), place);
        }
    }
    assert_int_equal(pc_str_plain_run((struct pc_str){NULL, 0}, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_runs_end_where_json_needs_an_escape),
        cmocka_unit_test(the_last_byte_is_found),
        cmocka_unit_test(lowering_hashes_in_one_pass),
        cmocka_unit_test(views_of_text),
        cmocka_unit_test(equal_bytes),
        cmocka_unit_test(equal_bytes_of_every_length),
        cmocka_unit_test(equal_but_for_ascii_case),
        cmocka_unit_test(order_by_unsigned_bytes),
        cmocka_unit_test(prefixes_and_suffixes),
        cmocka_unit_test(finding_a_byte),
        cmocka_unit_test(slices_are_cut),
        cmocka_unit_test(split_stops_at_the_last_field),
        cmocka_unit_test(split_finds_separators_anywhere),
        cmocka_unit_test(split_at_the_edges),
        cmocka_unit_test(classes_of_bytes),
        cmocka_unit_test(hash_is_the_one_of_the_image_format),
        cmocka_unit_test(hash_sees_length_and_every_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
