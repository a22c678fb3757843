// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "match/key.h"

// letters beyond ASCII as well, one for one.
static void keys_are_one_whatever_their_case(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool same;
    } rows[] = {
        {"", "", true},
        {"AWS:SourceARN", "aws:sourcearn", true},
        {"aws:SourceArn", "aws:SourceAr", false},
        {"aws:SourceAr", "aws:SourceArn", false},
        {"aws:ResourceTag/Gr\u00f6\u00dfe", "aws:resourcetag/GR\u00d6\u00dfE", true},
        {"aws:ResourceTag/\u00f6", "aws:ResourceTag/o", false},
        {"aws:ResourceTag/\u00df", "aws:ResourceTag/ss", false},
        {"aws:ResourceTag/\u212a", "aws:ResourceTag/k", true}, // of another length
        {"aws:ResourceTag/\xff", "aws:ResourceTag/\xff", true},
        {"aws:ResourceTag/\xff", "aws:ResourceTag/\xfe", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        PC_CLEANUP(pc_arena_release) struct pc_arena arena = {0};
        struct pc_str a = pc_str_from(rows[i].a);
        struct pc_str b = pc_str_from(rows[i].b);
        struct pc_str folded_a, folded_b;
        assert_int_equal(pc_key_eq(a, b), rows[i].same);
        assert_int_equal(pc_key_fold(&arena, a, &folded_a), PC_OK);
        assert_int_equal(pc_key_fold(&arena, b, &folded_b), PC_OK);
        assert_int_equal(pc_str_eq(folded_a, folded_b), rows[i].same);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_one_whatever_their_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
