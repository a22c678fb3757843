// SPDX-License-Identifier: Apache-2.0
//
// What pc_image_open lets in, and what not. Damage is made with a checksum that fits, as whoever
// writes a hostile image would make it.
#include "sample.h"

#include "ops/operator.h"

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
    assert_int_equal(image.header->every.first, 5);
    assert_int_equal(image.header->every.count, 1);
    assert_int_equal(pc_image_count(&image, PC_IMAGE_STATEMENTS), 3);
    const struct pc_image_statement *statement = pc_image_statement(&image, 0);
    assert_view(pc_image_text(&image, statement->sid), "Read");
    assert_int_equal(statement->effect, PC_IMAGE_ALLOW);
    assert_int_equal(statement->line, 3);
    assert_int_equal(statement->column, 5);
    assert_int_equal(statement->actions.count, 4);
    const struct pc_image_action *action = pc_image_action(&image, statement->actions.first + 2);
    assert_view(pc_image_text(&image, action->text), "s3:List*");
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

// Walking an image takes longer than opening it: only small numbers, which are kinds, counts and
// lengths, large ones, and single bits.
static bool is_telling(unsigned value, int change)
{
    return value < 24 || value > 0xfd || (change & (change - 1)) == 0;
}

// With one, what is let in can be read to the last byte.
static void every_byte_changed_and_signed(void **state)
{
    (void)state;
    struct sample sample = sample_new();
    size_t refused = 0;
    size_t accepted = 0;
    for (size_t i = offsetof(struct pc_image_header, size); i < sample.size; i++) {
        char before = sample.bytes[i];
        for (int change = 1; change < 256; change++) {
            struct pc_image image;
            sample.bytes[i] = (char)(before ^ change);
            sample_sign(&sample);
            if (open_sample(&sample, &image) != PC_OK) {
                refused++;
                continue;
            }
            accepted++;
            if (is_telling((unsigned char)sample.bytes[i], change)) {
                image_walk(&image);
            }
        }
        sample.bytes[i] = before;
    }
    assert_true(refused > accepted);
    assert_true(accepted > 0); // a line, a letter of a name
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

// One field of one record, and what to put there.
struct damage {
    const char *what;
    size_t table; // PC_IMAGE_TABLES: the header
    uint32_t index;
    size_t offset, width;
    uint64_t value;
};

#define WIDTH(type, member) sizeof(((type *)NULL)->member)
#define AT(table, index, noun, member, value)                                                      \
    {                                                                                              \
#noun "." #member " = " #value, PC_IMAGE_##table, index,                                   \
            offsetof(struct pc_image_##noun, member), WIDTH(struct pc_image_##noun, member), value \
    }
// A span or a range: too far, too long, and so far and long that the sum wraps around.
#define REACH(table, index, noun, member, first, length)                                           \
    AT(table, index, noun, member.first, 0x10000), AT(table, index, noun, member.first, BEYOND),   \
        AT(table, index, noun, member.length, 0x10000),                                            \
        AT(table, index, noun, member.length, BEYOND)
#define SPAN(table, index, noun, member)  REACH(table, index, noun, member, offset, length)
#define RANGE(table, index, noun, member) REACH(table, index, noun, member, first, count)
#define BEYOND                            UINT32_MAX

static char *place_of(const struct sample *sample, const struct damage *damage)
{
    const struct pc_image_header *header = (const void *)sample->bytes;
    size_t start = 0;
    if (damage->table < PC_IMAGE_TABLES) {
        assert_true(damage->index < header->tables[damage->table].count);
        start = header->tables[damage->table].offset +
                damage->index * pc_image_record_size((enum pc_image_table)damage->table);
    }
    return sample->bytes + start + damage->offset;
}

static void check_damage(const struct damage *rows, size_t count)
{
    struct sample sample = sample_new();
    for (size_t i = 0; i < count; i++) {
        struct sample copy = sample_copy(&sample);
        struct pc_image image;
        // The widths are those of little-endian numbers.
        memcpy(place_of(&copy, &rows[i]), &rows[i].value, rows[i].width);
        assert_memory_not_equal(copy.bytes, sample.bytes, sample.size);
        sample_sign(&copy);
        if (open_sample(&copy, &image) != PC_ERR_DAMAGED) {
            print_error("accepted: %s\n", rows[i].what);
            fail();
        }
        sample_free(&copy);
    }
    sample_free(&sample);
}

#define HEADER(member, value) AT(TABLES, 0, header, member, value)

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
        HEADER(every.first, 6),
        HEADER(every.first, BEYOND),
        HEADER(every.count, 2),
        HEADER(every.count, BEYOND),
    };
    check_damage(rows, COUNT(rows));
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
        check_damage(places, COUNT(places));
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
    assert_int_equal(
        pc_image_builder_finish(&builder, PC_IMAGE_TYPE_SCP, (struct pc_image_range){0, 0}, &out),
        PC_OK);
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
    check_damage(rows, COUNT(rows));
}

static void damaged_lists(void **state)
{
    (void)state;
    static const struct damage rows[] = {
        AT(ACTIONS, 0, action, kind, 3),
        AT(ACTIONS, 0, action, kind, BEYOND),
        AT(ACTIONS, 4, action, kind, PC_IMAGE_ACTION_NAME), // "*" has no pattern
        SPAN(ACTIONS, 0, action, text),
        SPAN(ACTIONS, 4, action, text),
        SPAN(ACTIONS, 0, action, service),
        SPAN(ACTIONS, 0, action, name),
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
    check_damage(rows, COUNT(rows));
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
    check_damage(rows, COUNT(rows));
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
        RANGE(SERVICES, 0, service, globs),
        AT(NAMES, 0, name, hash, 0),
        AT(NAMES, 2, name, hash, UINT64_MAX),
        SPAN(NAMES, 0, name, name),
        AT(NAMES, 1, name, name.length, 1),
        RANGE(NAMES, 0, name, hits),
        SPAN(GLOBS, 0, glob, pattern),
        AT(GLOBS, 0, glob, pattern.length, 0),
        RANGE(GLOBS, 0, glob, hits),
        AT(HITS, 0, hit, statement, 3),
        AT(HITS, 5, hit, statement, BEYOND),
        AT(WORDS, 0, word, not_action, 0),
        AT(WORDS, 0, word, not_action, 3),
        AT(WORDS, 0, word, deny, 0),               // a Deny that hides
        AT(WORDS, 0, word, deny, 3),               // an Allow among the Denies
        AT(WORDS, 0, word, deny, 1 << 3 | 1 << 1), // a statement that is not there
        AT(TABLES, 0, header, tables[PC_IMAGE_WORDS].count, 0),
        AT(TABLES, 0, header, tables[PC_IMAGE_WORDS].count, 2),
    };
    check_damage(rows, COUNT(rows));
}

// Swaps two records of a table.
static void swap(struct sample *sample, enum pc_image_table table, uint32_t a, uint32_t b)
{
    const struct pc_image_header *header = (const void *)sample->bytes;
    size_t size = pc_image_record_size(table);
    char *start = sample->bytes + header->tables[table].offset;
    char keep[64];
    assert_true(size <= sizeof(keep));
    memcpy(keep, start + a * size, size);
    memcpy(start + a * size, start + b * size, size);
    memcpy(start + b * size, keep, size);
    sample_sign(sample);
}

// A binary search would miss what is out of order.
static void unsorted_index(void **state)
{
    (void)state;
    struct pc_image image;
    struct sample sample = sample_new();
    swap(&sample, PC_IMAGE_SERVICES, 0, 1);
    check_refused(&sample, PC_ERR_DAMAGED);
    swap(&sample, PC_IMAGE_SERVICES, 0, 1);
    swap(&sample, PC_IMAGE_NAMES, 0, 1);
    check_refused(&sample, PC_ERR_DAMAGED);
    swap(&sample, PC_IMAGE_NAMES, 0, 1);
    assert_int_equal(open_sample(&sample, &image), PC_OK);
    // The same entry twice: only one of them would be found.
    const struct pc_image_header *header = (const void *)sample.bytes;
    char *names = sample.bytes + header->tables[PC_IMAGE_NAMES].offset;
    memcpy(names, names + sizeof(struct pc_image_name), sizeof(struct pc_image_name));
    sample_sign(&sample);
    check_refused(&sample, PC_ERR_DAMAGED);
    sample_free(&sample);
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
        cmocka_unit_test(damaged_lists),
        cmocka_unit_test(damaged_conditions),
        cmocka_unit_test(damaged_index),
        cmocka_unit_test(unsorted_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
