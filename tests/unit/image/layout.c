// SPDX-License-Identifier: Apache-2.0
//
// The format, pinned: whoever changes one of these numbers raises PC_IMAGE_VERSION.
#include "sample.h"

static void sizes(void **state)
{
    (void)state;
    static const size_t expected[PC_IMAGE_TABLES] = {
        [PC_IMAGE_DOCUMENTS] = 2 * 8,
        [PC_IMAGE_STATEMENTS] = 4 * 4 + 8 + 4 + 4 * 8,
        [PC_IMAGE_ACTIONS] = 4 + 3 * 8,
        [PC_IMAGE_RESOURCES] = 4 + 8,
        [PC_IMAGE_PRINCIPALS] = 4 + 2 * 8,
        [PC_IMAGE_CONDITIONS] = 3 * 4 + 8,
        [PC_IMAGE_VALUES] = 8,
        [PC_IMAGE_KEYS] = 8 + 2 * 8,
        [PC_IMAGE_SERVICES] = 8 + 3 * 8,
        [PC_IMAGE_NAMES] = 8 + 2 * 8,
        [PC_IMAGE_GLOBS] = 2 * 8,
        [PC_IMAGE_HITS] = 4,
        [PC_IMAGE_WORDS] = 2 * 8,
    };
    assert_int_equal(PC_IMAGE_VERSION, 2);
    assert_int_equal(PC_IMAGE_TABLES, 13);
    for (int table = 0; table < PC_IMAGE_TABLES; table++) {
        assert_int_equal(pc_image_record_size((enum pc_image_table)table), expected[table]);
    }
    assert_int_equal(sizeof(struct pc_image_header), 24 + 13 * 8 + 8 + 8);
}

static void places(void **state)
{
    (void)state;
    assert_int_equal(offsetof(struct pc_image_header, version), 4);
    assert_int_equal(offsetof(struct pc_image_header, checksum), 8);
    assert_int_equal(offsetof(struct pc_image_header, size), 16);
    assert_int_equal(offsetof(struct pc_image_header, type), 20);
    assert_int_equal(offsetof(struct pc_image_header, tables), 24);
    assert_int_equal(offsetof(struct pc_image_header, every), 128);
    assert_int_equal(offsetof(struct pc_image_header, pool), 136);
    assert_int_equal(offsetof(struct pc_image_statement, sid), 16);
    assert_int_equal(offsetof(struct pc_image_statement, effect), 24);
    assert_int_equal(offsetof(struct pc_image_statement, principals), 28);
    assert_int_equal(offsetof(struct pc_image_statement, conditions), 52);
}

// Readers use the image at any alignment.
static void alignment(void **state)
{
    (void)state;
    assert_int_equal(_Alignof(struct pc_image_header), 1);
    assert_int_equal(_Alignof(struct pc_image_statement), 1);
    assert_int_equal(_Alignof(struct pc_image_service), 1);
    assert_int_equal(_Alignof(struct pc_image_word), 1);
}

// Zero is deny, and nobody.
static void zeros(void **state)
{
    (void)state;
    assert_int_equal(PC_IMAGE_DENY, 0);
    assert_int_equal(PC_IMAGE_LIST_ABSENT, 0);
    assert_int_equal(PC_IMAGE_ACTION_NEVER, 0);
    assert_int_equal(PC_IMAGE_RESOURCE_NEVER, 0);
    assert_int_equal(PC_IMAGE_PRINCIPAL_NEVER, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes),
        cmocka_unit_test(places),
        cmocka_unit_test(alignment),
        cmocka_unit_test(zeros),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
