// SPDX-License-Identifier: Apache-2.0
//
// What pc_image_open lets in, and what not. Damage is made with a checksum that fits, as whoever
// writes a hostile image would make it.
#include "damage.h"

#include "lookup.h"
#include "ops/operator.h"
#include "records.h"

#include <stdlib.h>
#include <string.h>

static enum pc_status open_sample(const struct sample *sample, struct pc_image *image)
{
    return pc_image_open(sample_view(sample), image);
}

static void what_was_built_is_read(void **state)
{
    (void)state;
    struct sample sample = sample_new();
    struct pc_image image;
    assert_int_equal(open_sample(&sample, &image), PC_OK);
    assert_int_equal(image.header->type, PC_IMAGE_TYPE_RESOURCE);
    bool listed[3] = {false};
    lookup_set(&image, image.header->index.every, listed);
    assert_true(!listed[0] && listed[1] && !listed[2]);
    assert_int_equal(pc_image_count(&image, PC_IMAGE_STATEMENTS), 3);
    const struct pc_image_statement *statement = pc_image_statement(&image, 0);
    assert_view(pc_image_text(&image, statement->sid), "Read");
    assert_int_equal(statement->effect, PC_IMAGE_ALLOW);
    assert_int_equal(statement->line, 3);
    assert_int_equal(statement->column, 5);
    assert_int_equal(statement->actions.count, 4);
    const struct pc_image_action *action = pc_image_action(&image, statement->actions.first + 2);
    assert_view(pc_image_text(&image, action->service), "s3");
    const struct pc_image_key *key = pc_image_key(&image, pc_image_condition(&image, 0)->key);
    assert_view(pc_image_text(&image, key->name), "aws:userid");
    assert_view(pc_image_text(&image, key->text), "aws:UserId");
    image_walk(&image);
    struct pc_image trusted = pc_image_trusted(sample_view(&sample));
    assert_ptr_equal(trusted.bytes, image.bytes);
    assert_ptr_equal(trusted.header, image.header);
    sample_free(&sample);
}

// At any alignment.
static void it_may_lie_anywhere(void **state)
{
    (void)state;
    struct sample sample = sample_new();
    for (size_t shift = 0; shift < 8; shift++) {
        char *bytes = malloc(sample.size + shift);
        struct pc_image image;
        assert_non_null(bytes);
        memcpy(bytes + shift, sample.bytes, sample.size);
        assert_int_equal(pc_image_open((struct pc_str){bytes + shift, sample.size}, &image), PC_OK);
        image_walk(&image);
        free(bytes);
    }
    sample_free(&sample);
}

static void check_refused(const struct sample *sample, enum pc_status expected)
{
    struct pc_image image = {NULL, NULL};
    assert_int_equal(open_sample(sample, &image), expected);
    assert_null(image.bytes);
    assert_null(image.header);
}

static void every_truncation(void **state)
{
    (void)state;
    struct sample sample = sample_new();
    for (size_t size = 0; size < sample.size; size++) {
        struct sample shorter = {.bytes = malloc(size + (size == 0)), .size = size};
        assert_non_null(shorter.bytes);
        memcpy(shorter.bytes, sample.bytes, size);
        check_refused(&shorter, PC_ERR_DAMAGED);
        if (size >= sizeof(struct pc_image_header)) {
            struct pc_image_header *header = (void *)shorter.bytes;
            header->size = (uint32_t)size;
            sample_sign(&shorter);
            check_refused(&shorter, PC_ERR_DAMAGED);
        }
        sample_free(&shorter);
    }
    check_refused(&(struct sample){.bytes = NULL, .size = 0}, PC_ERR_DAMAGED);
    sample_free(&sample);
}

static void bytes_behind_it(void **state)
{
    (void)state;
    struct sample sample = sample_new();
    struct sample longer = {.bytes = malloc(sample.size + 1), .size = sample.size + 1};
    assert_non_null(longer.bytes);
    memcpy(longer.bytes, sample.bytes, sample.size);
    longer.bytes[sample.size] = '\0';
    check_refused(&longer, PC_ERR_DAMAGED);
    sample_free(&longer);
    sample_free(&sample);
}

// Without a checksum that fits no change at all is let in.
static void every_byte_changed(void **state)
{
    (void)state;
    struct sample sample = sample_new();
    for (size_t i = 0; i < sample.size; i++) {
        bool version = i >= 4 && i < 8;
        for (int bit = 0; bit < 8; bit++) {
            sample.bytes[i] = (char)(sample.bytes[i] ^ (1 << bit));
            check_refused(&sample, version ? PC_ERR_VERSION : PC_ERR_DAMAGED);
            sample.bytes[i] = (char)(sample.bytes[i] ^ (1 << bit));
        }
    }
    sample_free(&sample);
}

// With a checksum that fits, what is let in can be read to the last byte.
static void every_byte_changed_and_signed(void **state)
{
    (void)state;
    struct sample sample = sample_new();
    size_t counts[2] = {0, 0};
    for (size_t i = offsetof(struct pc_image_header, size); i < sample.size; i++) {
        change_and_sign(&sample, i, true, counts);
    }
    assert_true(counts[false] > counts[true]);
    assert_true(counts[true] > 0); // a line, a letter of a name
    sample_free(&sample);
}

static void other_versions(void **state)
{
    (void)state;
    static const uint32_t versions[] = {0, PC_IMAGE_VERSION - 1, PC_IMAGE_VERSION + 1, UINT32_MAX};
    struct sample sample = sample_new();
    struct pc_image_header *header = (void *)sample.bytes;
    for (size_t i = 0; i < COUNT(versions); i++) {
        header->version = versions[i];
        sample_sign(&sample);
        check_refused(&sample, PC_ERR_VERSION);
        // Another version may look different behind the version: that is said first.
        header->size = 3;
        check_refused(&sample, PC_ERR_VERSION);
        header->size = (uint32_t)sample.size;
    }
    header->version = PC_IMAGE_VERSION;
    memcpy(header->magic, "PCIN", 4);
    sample_sign(&sample);
    check_refused(&sample, PC_ERR_DAMAGED);
    sample_free(&sample);
}

static void damaged_header(void **state)
{
    (void)state;
    static const struct damage rows[] = {
        HEADER(size, 0),
        HEADER(size, BEYOND),
        HEADER(type, 0),
        HEADER(type, PC_IMAGE_TYPE_ENDPOINT + 1),
        HEADER(type, BEYOND),
        HEADER(pool.offset, BEYOND),
        HEADER(pool.offset, 0x10000),
        HEADER(pool.count, BEYOND),
    };
    check_damage(sample_new(), rows, COUNT(rows));
    for (size_t table = 0; table < PC_IMAGE_TABLES; table++) {
        size_t offset =
            offsetof(struct pc_image_header, tables) + table * sizeof(struct pc_image_table_header);
        const struct damage places[] = {
            {"a table in the header", PC_IMAGE_TABLES, 0, offset, 4, 0},
            {"a table just in the header", PC_IMAGE_TABLES, 0, offset, 4,
             sizeof(struct pc_image_header) - 1},
            {"a table beyond the end", PC_IMAGE_TABLES, 0, offset, 4, 0x10000},
            {"a table far beyond the end", PC_IMAGE_TABLES, 0, offset, 4, BEYOND},
            {"records beyond the end", PC_IMAGE_TABLES, 0, offset + 4, 4, 0x1000},
            {"records without end", PC_IMAGE_TABLES, 0, offset + 4, 4, BEYOND},
            {"as many as wrap around", PC_IMAGE_TABLES, 0, offset + 4, 4, 0x80000000},
        };
        check_damage(sample_new(), places, COUNT(places));
    }
}

// Also where no record is read.
static void empty_tables_in_the_header(void **state)
{
    (void)state;
    struct pc_image_builder builder;
    struct pc_arena arena;
    struct pc_buf out = {0};
    struct pc_image image;
    pc_arena_init(&arena);
    pc_image_builder_init(&builder, &arena);
    finish_image(&builder, PC_IMAGE_TYPE_SCP, &out);
    struct sample sample = {.bytes = out.ptr, .size = out.len};
    struct pc_image_header *header = (void *)out.ptr;
    for (size_t table = 0; table < PC_IMAGE_TABLES; table++) {
        uint32_t before = header->tables[table].offset;
        header->tables[table].offset = before - 1;
        sample_sign(&sample);
        check_refused(&sample, PC_ERR_DAMAGED);
        header->tables[table].offset = before + 1;
        sample_sign(&sample);
        check_refused(&sample, PC_ERR_DAMAGED);
        header->tables[table].offset = before;
    }
    sample_sign(&sample);
    assert_int_equal(open_sample(&sample, &image), PC_OK);
    pc_buf_release(&out);
    pc_image_builder_release(&builder);
    pc_arena_release(&arena);
}

static void damaged_statements(void **state)
{
    (void)state;
    static const struct damage rows[] = {
        SPAN(DOCUMENTS, 0, document, name),
        SPAN(DOCUMENTS, 1, document, file),
        AT(STATEMENTS, 0, statement, document, 2),
        AT(STATEMENTS, 2, statement, document, BEYOND),
        SPAN(STATEMENTS, 0, statement, sid),
        AT(STATEMENTS, 0, statement, effect, 2),
        AT(STATEMENTS, 1, statement, effect, 0xff),
        AT(STATEMENTS, 0, statement, principal_kind, 3),
        AT(STATEMENTS, 0, statement, principal_kind, 0xff),
        AT(STATEMENTS, 2, statement, action_kind, PC_IMAGE_LIST_ABSENT),
        AT(STATEMENTS, 2, statement, action_kind, 3),
        AT(STATEMENTS, 0, statement, resource_kind, 3),
        RANGE(STATEMENTS, 0, statement, principals),
        RANGE(STATEMENTS, 0, statement, actions),
        RANGE(STATEMENTS, 0, statement, resources),
        RANGE(STATEMENTS, 0, statement, conditions),
        AT(STATEMENTS, 1, statement, principals.count, 2),
        AT(STATEMENTS, 2, statement, actions.count, 2),
        AT(STATEMENTS, 1, statement, resources.count, 2),
        AT(STATEMENTS, 2, statement, conditions.count, 2),
    };
    check_damage(sample_new(), rows, COUNT(rows));
}

// A hundred thousand conditions that each have the same hundred thousand values are some megabytes,
// and ten thousand million values to look at.
static void lists_that_share_too_much(void **state)
{
    (void)state;
    static const uint32_t counts[] = {1, 20, 100000};
    for (size_t i = 0; i < COUNT(counts); i++) {
        struct pc_image_builder builder;
        struct pc_arena arena;
        struct pc_buf out = {0};
        struct pc_image image;
        const uint32_t count = counts[i];
        pc_arena_init(&arena);
        pc_image_builder_init(&builder, &arena);
        struct pc_image_key key = {.hash = pc_str_hash(PC_STR("k"))};
        key.name = text_of(&builder, "k");
        key.text = key.name;
        pc_image_builder_add(&builder, PC_IMAGE_KEYS, &key);
        struct pc_buf bytes = {0};
        struct pc_op_fault fault;
        assert_int_equal(
            pc_operator_get(PC_OP_STRING_EQUALS)->encode(PC_STR("v"), false, &bytes, &fault),
            PC_OK);
        const struct pc_image_value value = {buffer_of(&builder, &bytes)};
        const struct pc_image_condition condition = {.op = PC_OP_STRING_EQUALS,
                                                     .values = {0, count}};
        for (uint32_t record = 0; record < count; record++) {
            pc_image_builder_add(&builder, PC_IMAGE_VALUES, &value);
            pc_image_builder_add(&builder, PC_IMAGE_CONDITIONS, &condition);
        }
        finish_image(&builder, PC_IMAGE_TYPE_SCP, &out);
        assert_int_equal(pc_image_open(pc_buf_view(&out), &image),
                         count < 100000 ? PC_OK : PC_ERR_DAMAGED);
        pc_buf_release(&out);
        pc_image_builder_release(&builder);
        pc_arena_release(&arena);
    }
}

static void damaged_lists(void **state)
{
    (void)state;
    static const struct damage rows[] = {
        AT(ACTIONS, 0, action, kind, 3),
        AT(ACTIONS, 0, action, kind, BEYOND),
        AT(ACTIONS, 4, action, kind, PC_IMAGE_ACTION_NAME), // "*" has no pattern
        SPAN(ACTIONS, 0, action, service),
        SPAN(ACTIONS, 0, action, name),
        SPAN(ACTIONS, 4, action, name),
        AT(ACTIONS, 0, action, name.length, 0),
        AT(ACTIONS, 0, action, name.length, 1),
        AT(RESOURCES, 0, resource, kind, 2),
        AT(RESOURCES, 0, resource, kind, BEYOND),
        AT(RESOURCES, 1, resource, kind, PC_IMAGE_RESOURCE_PATTERN), // a text is no pattern
        SPAN(RESOURCES, 0, resource, pattern),
        SPAN(RESOURCES, 1, resource, pattern),
        AT(RESOURCES, 0, resource, pattern.length, 0),
        AT(PRINCIPALS, 0, principal, kind, PC_IMAGE_PRINCIPAL_KINDS),
        AT(PRINCIPALS, 0, principal, kind, BEYOND),
        SPAN(PRINCIPALS, 0, principal, text),
        SPAN(PRINCIPALS, 0, principal, partition),
    };
    check_damage(sample_new(), rows, COUNT(rows));
}

static void damaged_conditions(void **state)
{
    (void)state;
    static const struct damage rows[] = {
        AT(CONDITIONS, 0, condition, op, PC_OP_NONE),
        AT(CONDITIONS, 0, condition, op, PC_OP_NULL + 1),
        AT(CONDITIONS, 0, condition, op, BEYOND),
        AT(CONDITIONS, 0, condition, op, PC_OP_DATE_EQUALS), // a pattern is no date
        AT(CONDITIONS, 3, condition, op, PC_OP_STRING_LIKE),
        AT(CONDITIONS, 3, condition, op, PC_OP_IP_ADDRESS),
        AT(CONDITIONS, 0, condition, flags, PC_OP_ALL_FLAGS + 1),
        AT(CONDITIONS, 0, condition, flags, BEYOND),
        AT(CONDITIONS, 0, condition, flags, PC_OP_FOR_ALL | PC_OP_FOR_ANY),
        AT(CONDITIONS, 4, condition, flags, PC_OP_NEGATED),   // Bool has no negation
        AT(CONDITIONS, 8, condition, flags, PC_OP_NEGATED),   // Null neither
        AT(CONDITIONS, 8, condition, flags, PC_OP_IF_EXISTS),
        AT(CONDITIONS, 0, condition, key, 2),
        AT(CONDITIONS, 0, condition, key, BEYOND),
        RANGE(CONDITIONS, 0, condition, values),
        AT(CONDITIONS, 8, condition, values.count, 2),
        AT(CONDITIONS, 9, condition, values.first, 13),
        SPAN(VALUES, 0, value, bytes),
        AT(VALUES, 0, value, bytes.length, 0),
        AT(VALUES, 9, value, bytes.length, 0),
        AT(KEYS, 0, key, hash, 0),
        SPAN(KEYS, 0, key, name),
        AT(KEYS, 0, key, name.length, 3),
        SPAN(KEYS, 0, key, text),
    };
    check_damage(sample_new(), rows, COUNT(rows));
}

// Records may share texts, but somebody who has each of them point at all bytes there are has an
// image looked at for as long as the square of its size.
static void texts_that_are_shared_by_too_many(void **state)
{
    (void)state;
    enum {
        RECORDS = 2000,
        LENGTH = 4096,
    };
    static char text[LENGTH];
    struct pc_image_builder builder;
    struct pc_arena arena;
    struct pc_image image;
    struct pc_buf bytes = {0};
    struct pc_image_resource resource = {.kind = PC_IMAGE_RESOURCE_NEVER};
    struct pc_image_span span;
    memset(text, 'x', sizeof(text));
    pc_arena_init(&arena);
    pc_image_builder_init(&builder, &arena);
    sample_records(&builder, 0);
    assert_int_equal(pc_image_builder_bytes(&builder, (struct pc_str){text, LENGTH}, &span), PC_OK);
    uint32_t first = pc_image_builder_count(&builder, PC_IMAGE_RESOURCES);
    for (size_t i = 0; i < RECORDS; i++) {
        pc_image_builder_add(&builder, PC_IMAGE_RESOURCES, &resource);
    }
    finish_image(&builder, PC_IMAGE_TYPE_RESOURCE, &bytes);
    struct sample sample = {bytes.ptr, bytes.len};
    assert_int_equal(pc_image_open(sample_view(&sample), &image), PC_OK);
    for (uint32_t i = 0; i < RECORDS; i++) {
        size_t at = image.header->tables[PC_IMAGE_RESOURCES].offset +
                    (first + i) * pc_image_record_size(PC_IMAGE_RESOURCES);
        resource.pattern = span;
        memcpy(bytes.ptr + at, &resource, sizeof(resource));
    }
    sample_sign(&sample);
    assert_int_equal(pc_image_open(sample_view(&sample), &image), PC_ERR_DAMAGED);
    pc_image_builder_release(&builder);
    pc_arena_release(&arena);
    pc_buf_release(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_built_is_read),
        cmocka_unit_test(it_may_lie_anywhere),
        cmocka_unit_test(every_truncation),
        cmocka_unit_test(bytes_behind_it),
        cmocka_unit_test(every_byte_changed),
        cmocka_unit_test(every_byte_changed_and_signed),
        cmocka_unit_test(other_versions),
        cmocka_unit_test(damaged_header),
        cmocka_unit_test(empty_tables_in_the_header),
        cmocka_unit_test(damaged_statements),
        cmocka_unit_test(lists_that_share_too_much),
        cmocka_unit_test(damaged_lists),
        cmocka_unit_test(damaged_conditions),
        cmocka_unit_test(texts_that_are_shared_by_too_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
