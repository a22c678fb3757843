// SPDX-License-Identifier: Apache-2.0
//
// Indexes that pc_image_open lets in, and others. Those that it lets in lead nowhere outside their
// tables, and every lookup in them comes to an end.
#include "damage.h"
#include "image/index.h"
#include "made.h"
#include "records.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Roots and tables of an index that has them all.
static void every_byte_of_an_index_changed_and_signed(void **state)
{
    (void)state;
    struct sample sample = sample_large();
    const struct pc_image_header *header = (const void *)sample.bytes;
    size_t counts[2] = {0, 0};
    size_t roots = offsetof(struct pc_image_header, index);
    for (size_t i = roots; i < offsetof(struct pc_image_header, pool); i++) {
        change_and_sign(&sample, i, false, counts);
    }
    for (size_t i = header->tables[PC_IMAGE_WORDS].offset; i < header->pool.offset; i++) {
        change_and_sign(&sample, i, false, counts);
    }
    assert_true(counts[false] > 0 && counts[true] > 0);
    sample_free(&sample);
}

// A root that is a range: a bit too far, a bit too long, and beyond everything.
#define ROOT(member, records)                                                                      \
    RANGE(TABLES, 0, header, index.member), HEADER(index.member.first, (records) + 1),             \
        HEADER(index.member.count, (records) + 1)

// The sample has the sets {1}, {0, 1}, {0, 1, 2} and {0}, which several records share, and the
// slots of two names, of one name and of two services.
enum {
    SETS = 4,
    SLOTS = 4 + 2 + 4,
};

static void damaged_roots(void **state)
{
    (void)state;
    static const struct damage rows[] = {
        ROOT(every, SETS),
        ROOT(negated, SETS),
        ROOT(unplaced, SETS),
        ROOT(unnamed, SETS),
        ROOT(services, SLOTS),
        ROOT(holders, SLOTS),
        HEADER(index.every.first, SETS),
        HEADER(index.negated.first, SETS),
        HEADER(index.services.first, 7),
        HEADER(index.services.count, 3), // no power of two
        HEADER(index.by_resource, 2),
        HEADER(index.by_resource, BEYOND),
        HEADER(index.by_holder, 2),
        HEADER(index.by_holder, BEYOND),
    };
    check_damage(sample_new(), rows, COUNT(rows));
}

static void damaged_index(void **state)
{
    (void)state;
    static const struct damage rows[] = {
        AT(SERVICES, 0, service, hash, 0),
        AT(SERVICES, 1, service, hash, UINT64_MAX),
        SPAN(SERVICES, 0, service, name),
        AT(SERVICES, 0, service, name.length, 1),
        RANGE(SERVICES, 0, service, names),
        AT(SERVICES, 0, service, names.count, 3), // no power of two
        AT(SERVICES, 1, service, names.first, SLOTS - 1),
        AT(SERVICES, 0, service, actions, 2),
        AT(SERVICES, 0, service, actions, BEYOND),
        AT(SERVICES, 0, service, resources, 2),
        AT(SERVICES, 1, service, resources, BEYOND),
        AT(SLOTS, 0, slot, record, 4), // of names
        AT(SLOTS, 5, slot, record, BEYOND),
        AT(SLOTS, 6, slot, record, 3), // of services
        AT(SLOTS, 9, slot, record, BEYOND),
        AT(NAMES, 0, name, hash, 0),
        AT(NAMES, 2, name, hash, UINT64_MAX),
        SPAN(NAMES, 0, name, name),
        AT(NAMES, 1, name, name.length, 1),
        RANGE(NAMES, 0, name, set),
        AT(NAMES, 0, name, set.first, SETS),
        AT(NAMES, 0, name, set.count, SETS + 1),
        AT(BLOCKS, 0, block, number, 1),
        AT(BLOCKS, 0, block, number, BEYOND),
        AT(BLOCKS, 0, block, bits, 0),
        AT(BLOCKS, 0, block, bits, 1 << 3), // a statement that is not there
        AT(BLOCKS, 2, block, bits, UINT64_C(1) << 63),
        AT(NODES, 0, node, parent, 1), // not in front of it
        AT(NODES, 0, node, parent, BEYOND),
        SPAN(NODES, 0, node, label),
        RANGE(NODES, 0, node, prefix),
        RANGE(NODES, 0, node, exact),
        RANGE(NODES, 0, node, globs),
        AT(NODES, 0, node, prefix.first, SETS),
        AT(NODES, 0, node, globs.count, 1),
        AT(EDGES, 0, edge, node, 1),
        AT(EDGES, 1, edge, node, BEYOND),
        AT(WORDS, 0, word, not_action, 0),
        AT(WORDS, 0, word, not_action, 3),
        AT(WORDS, 0, word, deny, 0),               // a Deny that hides
        AT(WORDS, 0, word, deny, 3),               // an Allow among the Denies
        AT(WORDS, 0, word, deny, 1 << 3 | 1 << 1), // a statement that is not there
        AT(WORDS, 0, word, open, 1),               // an Allow for everybody
        AT(WORDS, 0, word, open, UINT64_MAX),
        HEADER(tables[PC_IMAGE_WORDS].count, 0),
        HEADER(tables[PC_IMAGE_WORDS].count, 2),
        HEADER(tables[PC_IMAGE_EDGES].count, 0), // though there are nodes
        HEADER(tables[PC_IMAGE_EDGES].count, 3), // no power of two
    };
    check_damage(sample_new(), rows, COUNT(rows));
}

// The same of a set of two blocks, the second of which has one statement.
static void damaged_large_index(void **state)
{
    (void)state;
    static const struct damage rows[] = {
        SPAN(GLOBS, 0, glob, pattern),
        AT(GLOBS, 0, glob, pattern.length, 0),
        AT(GLOBS, 0, glob, pattern.length, 1),
        RANGE(GLOBS, 0, glob, set),
        RANGE(HOLDERS, 0, holder, set),
        RANGE(HOLDERS, 4, holder, set),
        HEADER(index.holders.count, 3),
        HEADER(index.holders.first, BEYOND),
        AT(WORDS, 0, word, open, 0),
        AT(WORDS, 1, word, open, 1),
        AT(WORDS, 1, word, deny, 1),
        AT(WORDS, 1, word, not_action, 2),
        HEADER(tables[PC_IMAGE_WORDS].count, 1),
        HEADER(tables[PC_IMAGE_WORDS].count, 3),
    };
    check_damage(sample_large(), rows, COUNT(rows));
}

// Bits of the last block that stand for no statement, wherever a set ends there.
static void statements_beyond_the_last(void **state)
{
    (void)state;
    struct sample sample = sample_large();
    const struct pc_image_header *header = (const void *)sample.bytes;
    struct pc_image_block *blocks = (void *)(sample.bytes + header->tables[PC_IMAGE_BLOCKS].offset);
    size_t last = 0;
    for (uint32_t i = 0; i < header->tables[PC_IMAGE_BLOCKS].count; i++) {
        struct pc_image image;
        struct pc_image_block before = blocks[i];
        blocks[i].bits = UINT64_C(2);
        sample_sign(&sample);
        assert_int_equal(pc_image_open(sample_view(&sample), &image),
                         before.number == 0 ? PC_OK : PC_ERR_DAMAGED);
        last += before.number == 1;
        blocks[i] = before;
    }
    assert_true(last > 0);
    sample_free(&sample);
}

// Fills a table with one number.
static void fill(struct sample *sample, enum pc_image_table table, uint32_t value)
{
    const struct pc_image_header *header = (const void *)sample->bytes;
    char *at = sample->bytes + header->tables[table].offset;
    assert_int_equal(pc_image_record_size(table), sizeof(value));
    for (uint32_t i = 0; i < header->tables[table].count; i++) {
        memcpy(at + i * sizeof(value), &value, sizeof(value));
    }
}

// Nothing is free, so that no lookup that misses comes to an end by itself, and all edges lead to
// one node. What is let in ends nevertheless.
static void an_index_without_ends(void **state)
{
    (void)state;
    struct sample sample = sample_large();
    struct pc_image image;
    const struct pc_image_header *header = (const void *)sample.bytes;
    struct pc_image_node *nodes = (void *)(sample.bytes + header->tables[PC_IMAGE_NODES].offset);
    uint32_t count = header->tables[PC_IMAGE_NODES].count;
    fill(&sample, PC_IMAGE_SLOTS, 1);
    assert_true(count > 2);
    for (uint32_t number = 1; number < count; number++) {
        struct pc_image_node before = nodes[number];
        nodes[number].parent = number - 1;
        nodes[number].label.length = 0;
        fill(&sample, PC_IMAGE_EDGES, number);
        sample_sign(&sample);
        assert_int_equal(pc_image_open(sample_view(&sample), &image), PC_OK);
        image_walk(&image);
        nodes[number] = before;
    }
    sample_free(&sample);
}

// A node that is led to from itself: a way down took the same edge at each byte of a text, and that
// edge may be found late.
static void nodes_that_lead_to_themselves(void **state)
{
    (void)state;
    struct sample sample = sample_large();
    struct pc_image image;
    const struct pc_image_header *header = (const void *)sample.bytes;
    struct pc_image_node *nodes = (void *)(sample.bytes + header->tables[PC_IMAGE_NODES].offset);
    size_t led = 0;
    for (uint32_t number = 1; number < header->tables[PC_IMAGE_NODES].count; number++) {
        struct pc_image_node before = nodes[number];
        led += before.parent < number;
        if (before.parent == number) { // a root, to which an edge that led elsewhere leads now
            const struct pc_image_table_header *table = &header->tables[PC_IMAGE_EDGES];
            struct pc_image_edge *edges = (void *)(sample.bytes + table->offset);
            struct pc_image_edge first = edges[0];
            edges[0].node = number;
            sample_sign(&sample);
            assert_int_equal(pc_image_open(sample_view(&sample), &image), PC_ERR_DAMAGED);
            edges[0] = first;
            continue;
        }
        nodes[number].parent = number;
        sample_sign(&sample);
        assert_int_equal(pc_image_open(sample_view(&sample), &image), PC_ERR_DAMAGED);
        nodes[number] = before;
    }
    assert_true(led > 0);
    sample_sign(&sample);
    assert_int_equal(pc_image_open(sample_view(&sample), &image), PC_OK);
    sample_free(&sample);
}

// In many edges that all lead to one node a search takes as many steps as there are, and a way down
// one at each byte of a text.
static void edges_that_are_found_late(void **state)
{
    (void)state;
    uint32_t random = 5;
    struct made *made = made_new(&random, MAX_STATEMENTS);
    struct pc_buf bytes = {0};
    struct pc_image image;
    made_build(made, PC_IMAGE_TYPE_RESOURCE, &bytes);
    struct sample sample = {bytes.ptr, bytes.len};
    assert_int_equal(pc_image_open(sample_view(&sample), &image), PC_OK);
    assert_true(pc_image_count(&image, PC_IMAGE_EDGES) > 4 * PC_IMAGE_STEPS);
    fill(&sample, PC_IMAGE_EDGES, 1);
    sample_sign(&sample);
    assert_int_equal(pc_image_open(sample_view(&sample), &image), PC_ERR_DAMAGED);
    pc_buf_release(&bytes);
    free(made);
}

// Sets that many records share ------------------------------------------------------------------

enum {
    SHARED_BLOCKS = 4096,
    SHARING = 32, // records of each table
};

// Two blocks of statements that share their lists, and a long set that nothing has yet.
static struct pc_image_range add_shared(struct pc_image_builder *builder,
                                        struct pc_image_roots *roots)
{
    static const char *const forms[][2] = {{"name", ""}, {"prefix", "*"}, {"glob", "*x"}};
    char text[64];
    struct pc_image_statement statement = {
        .effect = PC_IMAGE_ALLOW,
        .principal_kind = PC_IMAGE_LIST_POSITIVE,
        .action_kind = PC_IMAGE_LIST_POSITIVE,
        .resource_kind = PC_IMAGE_LIST_POSITIVE,
        .principals = {0, SHARING},
        .actions = {0, SHARING * COUNT(forms)},
        .resources = {0, 1},
    };
    add_document(builder, "shared", "shared.json");
    add_resource(builder, PC_IMAGE_RESOURCE_PATTERN, "arn:aws:s3:::b/*");
    for (int i = 0; i < SHARING; i++) {
        for (size_t form = 0; form < COUNT(forms); form++) {
            (void)snprintf(text, sizeof(text), "s3:%s%d%s", forms[form][0], i, forms[form][1]);
            add_action(builder, PC_IMAGE_ACTION_NAME, text);
        }
        (void)snprintf(text, sizeof(text), "arn:aws:iam::111111111111:user/u%d", i);
        add_principal(builder, PC_IMAGE_PRINCIPAL_USER, text, "");
    }
    for (statement.number = 0; statement.number < 65; statement.number++) {
        pc_image_builder_add(builder, PC_IMAGE_STATEMENTS, &statement);
    }
    assert_int_equal(pc_image_index(builder, PC_IMAGE_TYPE_RESOURCE, roots), PC_OK);
    const struct pc_image_block block = {0, 1};
    struct pc_image_range set = {pc_image_builder_count(builder, PC_IMAGE_BLOCKS), SHARED_BLOCKS};
    for (uint32_t i = 0; i < SHARED_BLOCKS; i++) {
        pc_image_builder_add(builder, PC_IMAGE_BLOCKS, &block);
    }
    return set;
}

// Each lookup on a way down a tree may take a set; so may each pattern that matches. A set of its
// own for each would be larger than the image.
static void sets_that_many_records_share(void **state)
{
    (void)state;
    static const struct {
        enum pc_image_table table;
        size_t set; // its place in a record
    } rows[] = {
        {PC_IMAGE_NAMES, offsetof(struct pc_image_name, set)},
        {PC_IMAGE_NODES, offsetof(struct pc_image_node, prefix)},
        {PC_IMAGE_NODES, offsetof(struct pc_image_node, exact)},
        {PC_IMAGE_GLOBS, offsetof(struct pc_image_glob, set)},
        {PC_IMAGE_HOLDERS, offsetof(struct pc_image_holder, set)},
    };
    for (size_t row = 0; row <= COUNT(rows); row++) {
        struct pc_image_builder builder;
        struct pc_arena arena;
        struct pc_image_roots roots;
        struct pc_buf bytes = {0};
        struct pc_image image;
        pc_arena_init(&arena);
        pc_image_builder_init(&builder, &arena);
        struct pc_image_range set = add_shared(&builder, &roots);
        for (uint32_t i = 0; row < COUNT(rows) && i < SHARING; i++) {
            assert_true(i < pc_image_builder_count(&builder, rows[row].table));
            char *record =
                builder.tables[rows[row].table].ptr + i * pc_image_record_size(rows[row].table);
            memcpy(record + rows[row].set, &set, sizeof(set));
        }
        assert_int_equal(pc_image_builder_finish(&builder, PC_IMAGE_TYPE_RESOURCE, &roots, &bytes),
                         PC_OK);
        assert_true(bytes.len < SHARING * SHARED_BLOCKS);
        assert_int_equal(pc_image_open(pc_buf_view(&bytes), &image),
                         row < COUNT(rows) ? PC_ERR_DAMAGED : PC_OK);
        pc_buf_release(&bytes);
        pc_image_builder_release(&builder);
        pc_arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_of_an_index_changed_and_signed),
        cmocka_unit_test(damaged_roots),
        cmocka_unit_test(damaged_index),
        cmocka_unit_test(damaged_large_index),
        cmocka_unit_test(statements_beyond_the_last),
        cmocka_unit_test(an_index_without_ends),
        cmocka_unit_test(nodes_that_lead_to_themselves),
        cmocka_unit_test(edges_that_are_found_late),
        cmocka_unit_test(sets_that_many_records_share),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
