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
        [PC_IMAGE_ACTIONS] = 4 + 2 * 8,
        [PC_IMAGE_RESOURCES] = 4 + 8,
        [PC_IMAGE_PRINCIPALS] = 4 + 2 * 8,
        [PC_IMAGE_CONDITIONS] = 3 * 4 + 8,
        [PC_IMAGE_VALUES] = 8,
        [PC_IMAGE_KEYS] = 8 + 2 * 8,
        [PC_IMAGE_WORDS] = 3 * 8,
        [PC_IMAGE_BLOCKS] = 4 + 8,
        [PC_IMAGE_SLOTS] = 4,
        [PC_IMAGE_SERVICES] = 8 + 2 * 8 + 2 * 4,
        [PC_IMAGE_NAMES] = 8 + 2 * 8,
        [PC_IMAGE_NODES] = 4 + 1 + 4 * 8,
        [PC_IMAGE_EDGES] = 4,
        [PC_IMAGE_GLOBS] = 2 * 8,
        [PC_IMAGE_HOLDERS] = 8 + 8,
    };
    assert_int_equal(PC_IMAGE_VERSION, 3);
    assert_int_equal(PC_IMAGE_TABLES, 17);
    for (int table = 0; table < PC_IMAGE_TABLES; table++) {
        assert_int_equal(pc_image_record_size((enum pc_image_table)table), expected[table]);
    }
    assert_int_equal(sizeof(struct pc_image_header), 24 + 17 * 8 + 6 * 8 + 2 * 4 + 8);
}

static void places(void **state)
{
    (void)state;
    assert_int_equal(offsetof(struct pc_image_header, version), 4);
    assert_int_equal(offsetof(struct pc_image_header, checksum), 8);
    assert_int_equal(offsetof(struct pc_image_header, size), 16);
    assert_int_equal(offsetof(struct pc_image_header, type), 20);
    assert_int_equal(offsetof(struct pc_image_header, tables), 24);
    assert_int_equal(offsetof(struct pc_image_header, index), 160);
    assert_int_equal(offsetof(struct pc_image_header, pool), 216);
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
    assert_int_equal(_Alignof(struct pc_image_block), 1);
    assert_int_equal(_Alignof(struct pc_image_slot), 1);
    assert_int_equal(_Alignof(struct pc_image_node), 1);
    assert_int_equal(_Alignof(struct pc_image_edge), 1);
    assert_int_equal(_Alignof(struct pc_image_holder), 1);
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

// What is in an image must not depend on who looks: the multiplications wrap at 32 bits.
static void places_of_edges(void **state)
{
    (void)state;
    static const struct {
        uint32_t parent;
        uint8_t first;
    } rows[] = {{0, 0}, {0, 'a'}, {1, 'a'}, {0xffff, 0xff}, {UINT32_MAX, 1}, {UINT32_MAX - 1, 9}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint64_t parent = (rows[i].parent + UINT64_C(1)) % (UINT64_C(1) << 32);
        uint64_t mixed = (parent * 2654435761U ^ (rows[i].first + UINT64_C(1)) * 2246822519U) %
                         (UINT64_C(1) << 32);
        uint64_t expected = mixed ^ mixed / (1 << 15);
        assert_int_equal(pc_image_edge_place(rows[i].parent, rows[i].first), expected);
    }
}

// An entry of a policy and the caller that it may match are found under one hash.
static void hashes_of_principals(void **state)
{
    (void)state;
    const uint32_t role = PC_IMAGE_PRINCIPAL_ROLE;
    const struct pc_str arn = PC_STR_INIT("arn:aws:iam::111111111111:role/path/Name");
    uint64_t hash = pc_image_principal_hash(role, arn);
    assert_true(hash == pc_image_principal_hash(role, PC_STR("Name")));
    assert_true(hash == pc_image_principal_hash(role, PC_STR("nAME")));
    assert_true(hash == pc_image_principal_hash(role, PC_STR("arn:aws:iam::1:role/name")));
    assert_true(hash != pc_image_principal_hash(role, PC_STR("Names")));
    assert_true(hash != pc_image_principal_hash(role, PC_STR("Name/")));
    for (uint32_t kind = 0; kind < PC_IMAGE_PRINCIPAL_KINDS; kind++) {
        for (uint32_t other = 0; other < PC_IMAGE_PRINCIPAL_KINDS; other++) {
            bool same = pc_image_principal_hash(kind, PC_STR("a")) ==
                        pc_image_principal_hash(other, PC_STR("a"));
            assert_int_equal(same, kind == other);
        }
        assert_true(kind == role || pc_image_principal_hash(kind, PC_STR("a")) !=
                                        pc_image_principal_hash(kind, PC_STR("A")));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes),
        cmocka_unit_test(places),
        cmocka_unit_test(alignment),
        cmocka_unit_test(places_of_edges),
        cmocka_unit_test(hashes_of_principals),
        cmocka_unit_test(zeros),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
