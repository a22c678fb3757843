// SPDX-License-Identifier: Apache-2.0
#include "sample.h"

#include <stdio.h>
#include <string.h>

#include "base/faults.h"
#include "colliding.h"

static const struct pc_image_roots nothing;

static void equal_bytes_are_stored_once(void **state)
{
    (void)state;
    struct pc_image_builder builder;
    struct pc_arena arena;
    struct pc_image_span first, again, other, empty, null;
    char text[] = "arn:aws:s3:::b";
    pc_arena_init(&arena);
    pc_image_builder_init(&builder, &arena);
    assert_int_equal(pc_image_builder_bytes(&builder, pc_str_from(text), &first), PC_OK);
    assert_int_equal(pc_image_builder_bytes(&builder, PC_STR("arn:aws:s3:::c"), &other), PC_OK);
    memset(text, 'x', strlen(text)); // the builder has a copy
    assert_int_equal(pc_image_builder_bytes(&builder, PC_STR("arn:aws:s3:::b"), &again), PC_OK);
    assert_int_equal(first.offset, again.offset);
    assert_int_equal(first.length, 14);
    assert_int_equal(again.length, 14);
    assert_int_not_equal(first.offset, other.offset);
    assert_int_equal(pc_image_builder_bytes(&builder, PC_STR(""), &empty), PC_OK);
    assert_int_equal(empty.length, 0);
    assert_int_equal(pc_image_builder_bytes(&builder, (struct pc_str){NULL, 0}, &null), PC_OK);
    assert_int_equal(null.length, 0);
    assert_int_equal(builder.pool.len, 2 * 14);
    pc_image_builder_release(&builder);
    pc_arena_release(&arena);
}

static bool is_listed(struct pc_image_builder *builder, uint32_t list, const char *text)
{
    struct pc_image_span once, listed;
    bool again;
    assert_int_equal(pc_image_builder_listed(builder, list, pc_str_from(text), &listed, &again),
                     PC_OK);
    assert_int_equal(pc_image_builder_bytes(builder, pc_str_from(text), &once), PC_OK);
    assert_int_equal(listed.offset, once.offset);
    assert_int_equal(listed.length, once.length);
    return again;
}

// What one list has is new to another.
static void lists_tell_bytes_apart(void **state)
{
    (void)state;
    struct pc_image_builder builder;
    struct pc_arena arena;
    struct pc_image_span before;
    char text[16];
    pc_arena_init(&arena);
    pc_image_builder_init(&builder, &arena);
    assert_int_equal(pc_image_builder_bytes(&builder, PC_STR("number 7"), &before), PC_OK);
    for (int round = 0; round < 2; round++) {
        uint32_t list = pc_image_builder_list(&builder);
        for (int i = 0; i < 400; i++) { // so many that the table grows in between
            (void)snprintf(text, sizeof(text), "number %d", i % 200);
            assert_int_equal(is_listed(&builder, list, text), i >= 200);
        }
    }
    pc_image_builder_release(&builder);
    pc_arena_release(&arena);
}

static void bytes_may_hold_zeros(void **state)
{
    (void)state;
    struct pc_image_builder builder;
    struct pc_arena arena;
    struct pc_image_span one, two;
    pc_arena_init(&arena);
    pc_image_builder_init(&builder, &arena);
    assert_int_equal(pc_image_builder_bytes(&builder, PC_STR("a\0b"), &one), PC_OK);
    assert_int_equal(pc_image_builder_bytes(&builder, PC_STR("a\0c"), &two), PC_OK);
    assert_int_not_equal(one.offset, two.offset);
    assert_memory_equal(builder.pool.ptr + two.offset, "a\0c", 3);
    pc_image_builder_release(&builder);
    pc_arena_release(&arena);
}

static void an_empty_image(void **state)
{
    (void)state;
    struct pc_image_builder builder;
    struct pc_arena arena;
    struct pc_buf out = {0};
    struct pc_image image;
    pc_arena_init(&arena);
    pc_image_builder_init(&builder, &arena);
    assert_int_equal(pc_image_builder_finish(&builder, PC_IMAGE_TYPE_SCP, &nothing, &out), PC_OK);
    assert_int_equal(out.len, sizeof(struct pc_image_header));
    assert_int_equal(pc_image_open(pc_buf_view(&out), &image), PC_OK);
    assert_memory_equal(image.header->magic, "PCIM", 4);
    assert_int_equal(image.header->version, PC_IMAGE_VERSION);
    assert_int_equal(image.header->type, PC_IMAGE_TYPE_SCP);
    assert_int_equal(image.header->size, out.len);
    for (int table = 0; table < PC_IMAGE_TABLES; table++) {
        assert_int_equal(pc_image_count(&image, (enum pc_image_table)table), 0);
    }
    image_walk(&image);
    pc_buf_release(&out);
    pc_image_builder_release(&builder);
    pc_arena_release(&arena);
}

static void records_are_counted(void **state)
{
    (void)state;
    struct pc_image_builder builder;
    struct pc_arena arena;
    static const unsigned char record[128] = {0};
    pc_arena_init(&arena);
    pc_image_builder_init(&builder, &arena);
    for (int i = 0; i < PC_IMAGE_TABLES; i++) {
        enum pc_image_table table = (enum pc_image_table)i;
        for (uint32_t count = 0; count < 3; count++) {
            assert_int_equal(pc_image_builder_count(&builder, table), count);
            pc_image_builder_add(&builder, table, record);
        }
        assert_int_equal(builder.tables[i].len, 3 * pc_image_record_size(table));
    }
    pc_image_builder_release(&builder);
    pc_arena_release(&arena);
}

static void the_same_calls_give_the_same_bytes(void **state)
{
    (void)state;
    struct sample one = sample_new();
    struct sample two = sample_new();
    assert_int_equal(one.size, two.size);
    assert_memory_equal(one.bytes, two.bytes, one.size);
    sample_free(&one);
    sample_free(&two);
}

// The image does not know where it lies, and what is in front of it stays.
static void it_is_appended(void **state)
{
    (void)state;
    struct pc_image_builder builder;
    struct pc_arena arena;
    struct pc_buf out = {0};
    struct pc_image image;
    struct pc_image_document document = {{0, 4}, {0, 4}};
    struct pc_image_span span;
    pc_arena_init(&arena);
    pc_image_builder_init(&builder, &arena);
    assert_int_equal(pc_image_builder_bytes(&builder, PC_STR("name"), &span), PC_OK);
    pc_image_builder_add(&builder, PC_IMAGE_DOCUMENTS, &document);
    pc_buf_text(&out, "abc");
    assert_int_equal(pc_image_builder_finish(&builder, PC_IMAGE_TYPE_KEY, &nothing, &out), PC_OK);
    size_t middle = out.len;
    assert_int_equal(pc_image_builder_finish(&builder, PC_IMAGE_TYPE_KEY, &nothing, &out), PC_OK);
    assert_int_equal(out.len - middle, middle - 3);
    assert_memory_equal(out.ptr, "abc", 3);
    assert_memory_equal(out.ptr + 3, out.ptr + middle, middle - 3);
    assert_int_equal(pc_image_open(pc_str_slice(pc_buf_view(&out), 3, middle), &image), PC_OK);
    assert_view(pc_image_text(&image, pc_image_document(&image, 0)->name), "name");
    pc_buf_release(&out);
    pc_image_builder_release(&builder);
    pc_arena_release(&arena);
}

// Sizes as if there were so much; nothing reads that far.
static void limits(void **state)
{
    (void)state;
    struct pc_image_builder builder;
    struct pc_arena arena;
    struct pc_buf out = {0};
    struct pc_image_span span = {77, 78};
    const struct pc_str huge = {"", (size_t)PC_IMAGE_MAX_BYTES + 1};
    pc_arena_init(&arena);
    pc_image_builder_init(&builder, &arena);
    pc_buf_text(&out, "abc");
    assert_int_equal(pc_image_builder_bytes(&builder, huge, &span), PC_ERR_LIMIT);
    builder.pool.len = huge.len;
    assert_int_equal(pc_image_builder_bytes(&builder, PC_STR("x"), &span), PC_ERR_LIMIT);
    assert_int_equal(pc_image_builder_finish(&builder, PC_IMAGE_TYPE_SCP, &nothing, &out),
                     PC_ERR_LIMIT);
    builder.pool.len = PC_IMAGE_MAX_BYTES - sizeof(struct pc_image_header) + 1;
    assert_int_equal(pc_image_builder_finish(&builder, PC_IMAGE_TYPE_SCP, &nothing, &out),
                     PC_ERR_LIMIT);
    builder.pool.len = 0;
    builder.tables[PC_IMAGE_WORDS].len = PC_IMAGE_MAX_BYTES;
    assert_int_equal(pc_image_builder_finish(&builder, PC_IMAGE_TYPE_SCP, &nothing, &out),
                     PC_ERR_LIMIT);
    builder.tables[PC_IMAGE_WORDS].len = 0;
    builder.tables[PC_IMAGE_DOCUMENTS].len = (size_t)PC_IMAGE_MAX_BYTES * 8;
    assert_int_equal(pc_image_builder_finish(&builder, PC_IMAGE_TYPE_SCP, &nothing, &out),
                     PC_ERR_LIMIT);
    builder.tables[PC_IMAGE_DOCUMENTS].len = 0;
    assert_int_equal(span.offset, 77);
    assert_int_equal(span.length, 78);
    assert_view(pc_buf_view(&out), "abc");
    pc_buf_release(&out);
    pc_image_builder_release(&builder);
    pc_arena_release(&arena);
}

static enum pc_status build(struct pc_arena *arena, struct pc_image_builder *builder,
                            struct pc_buf *out)
{
    pc_image_builder_init(builder, arena);
    for (uint32_t i = 0; i < 40; i++) {
        struct pc_image_document document = {{0, 0}, {0, 0}};
        char text[600];
        memset(text, 'a' + (int)i % 26, sizeof(text));
        struct pc_image_span span = {77, 78};
        enum pc_status status =
            pc_image_builder_bytes(builder, (struct pc_str){text, sizeof(text) - i}, &span);
        if (status != PC_OK) {
            assert_int_equal(span.offset, 77);
            return status;
        }
        assert_int_equal(pc_buf_status(&builder->pool), PC_OK);
        document.name = span;
        pc_image_builder_add(builder, PC_IMAGE_DOCUMENTS, &document);
    }
    return pc_image_builder_finish(builder, PC_IMAGE_TYPE_SCP, &nothing, out);
}

// The n-th allocation fails, for every n: an error then, and nothing is lost or used.
static void memory_runs_out(void **state)
{
    (void)state;
    enum pc_status status = PC_ERR_NOMEM;
    size_t failures = 0;
    for (size_t allowed = 0; status != PC_OK; allowed++) {
        struct pc_image_builder builder;
        struct pc_arena arena;
        struct pc_buf out = {0};
        pc_arena_init(&arena);
        allocations_left = allowed;
        status = build(&arena, &builder, &out);
        allocations_left = SIZE_MAX;
        assert_true(status == PC_OK || status == PC_ERR_NOMEM);
        failures += status != PC_OK;
        pc_image_builder_release(&builder);
        pc_buf_release(&out);
        pc_arena_release(&arena);
        assert_true(allowed < 1000);
    }
    assert_true(failures > 5);
}

// A record that found no room is not left out in silence, whatever there is room for later.
static void a_record_is_lost(void **state)
{
    (void)state;
    static const unsigned char record[128] = {0};
    for (int i = 0; i < PC_IMAGE_TABLES; i++) {
        struct pc_image_builder builder;
        struct pc_arena arena;
        struct pc_buf out = {0};
        pc_arena_init(&arena);
        pc_image_builder_init(&builder, &arena);
        allocations_left = 0;
        pc_image_builder_add(&builder, (enum pc_image_table)i, record);
        allocations_left = SIZE_MAX;
        assert_int_equal(pc_image_builder_finish(&builder, PC_IMAGE_TYPE_SCP, &nothing, &out),
                         PC_ERR_NOMEM);
        pc_buf_release(&out);
        pc_image_builder_release(&builder);
        pc_arena_release(&arena);
    }
}

// Texts of policies are chosen by who writes them.
static void texts_that_were_made_to_collide_do_not(void **state)
{
    (void)state;
    enum {
        TEXTS = 2000,
        STEPS_EACH = 4, // of a place; TEXTS / 2 each when they collide
    };
    struct pc_image_builder builder;
    struct pc_arena arena;
    size_t steps = 0;
    pc_arena_init(&arena);
    pc_image_builder_init(&builder, &arena);
    for (size_t i = 0; i < TEXTS; i++) {
        char text[COLLIDING_BYTES];
        struct pc_image_span span;
        colliding_text(PC_STR(""), i, text);
        assert_int_equal(
            pc_image_builder_bytes(&builder, (struct pc_str){text, COLLIDING_BYTES}, &span), PC_OK);
        assert_int_equal(span.offset, i * COLLIDING_BYTES);
    }
    for (size_t i = 0; i < builder.interned_capacity; i++) {
        const struct pc_image_interned *place = &builder.interned[i];
        steps += place->used ? (i - place->hash) & (builder.interned_capacity - 1) : 0;
    }
    assert_true(steps < STEPS_EACH * builder.interned_capacity);
    pc_image_builder_release(&builder);
    pc_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_bytes_are_stored_once),
        cmocka_unit_test(lists_tell_bytes_apart),
        cmocka_unit_test(bytes_may_hold_zeros),
        cmocka_unit_test(an_empty_image),
        cmocka_unit_test(records_are_counted),
        cmocka_unit_test(the_same_calls_give_the_same_bytes),
        cmocka_unit_test(it_is_appended),
        cmocka_unit_test(limits),
        cmocka_unit_test(memory_runs_out),
        cmocka_unit_test(a_record_is_lost),
        cmocka_unit_test(texts_that_were_made_to_collide_do_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
