// SPDX-License-Identifier: Apache-2.0
//
// Making an index where memory runs out.
#include "image/index.h"

#include "records.h"
#include "sample.h"

#include "base/faults.h"

static void small_records(struct pc_image_builder *builder)
{
    sample_records(builder, 0);
}

static void large_records(struct pc_image_builder *builder)
{
    sample_records(builder, SAMPLE_FURTHER);
}

// A name is made complete by "*", whose set may have found no room.
static void open_records(struct pc_image_builder *builder)
{
    struct pc_image_statement statement = {.action_kind = PC_IMAGE_LIST_POSITIVE,
                                           .actions = {0, 2}};
    add_document(builder, "d", "d.json");
    add_action(builder, PC_IMAGE_ACTION_ANY, "*");
    add_action(builder, PC_IMAGE_ACTION_NAME, "s3:GetObject");
    pc_image_builder_add(builder, PC_IMAGE_STATEMENTS, &statement);
}

static enum pc_status build_with(size_t allowed, void (*records)(struct pc_image_builder *builder),
                                 struct pc_buf *out)
{
    struct pc_image_builder builder;
    struct pc_arena arena;
    struct pc_image_roots roots;
    pc_arena_init(&arena);
    pc_image_builder_init(&builder, &arena);
    records(&builder);
    allocations_left = allowed;
    enum pc_status status = pc_image_index(&builder, PC_IMAGE_TYPE_RESOURCE, &roots);
    if (status == PC_OK) {
        status = pc_image_builder_finish(&builder, PC_IMAGE_TYPE_RESOURCE, &roots, out);
    }
    allocations_left = SIZE_MAX;
    pc_image_builder_release(&builder);
    pc_arena_release(&arena);
    return status;
}

// The n-th allocation of indexing fails, for every n: an error then or at the finish, never an
// index with something missing.
static void check_memory(void (*records)(struct pc_image_builder *builder))
{
    enum pc_status status = PC_ERR_NOMEM;
    size_t allowed = 0;
    struct pc_buf whole = {0};
    assert_int_equal(build_with(SIZE_MAX, records, &whole), PC_OK);
    for (; status != PC_OK; allowed++) {
        struct pc_buf out = {0};
        status = build_with(allowed, records, &out);
        assert_true(status == PC_OK ? pc_str_eq(pc_buf_view(&out), pc_buf_view(&whole))
                                    : status == PC_ERR_NOMEM);
        pc_buf_release(&out);
        assert_true(allowed < 1000);
    }
    assert_true(allowed > 5);
    pc_buf_release(&whole);
}

static void memory_runs_out(void **state)
{
    (void)state;
    check_memory(small_records);
    check_memory(large_records);
    check_memory(open_records);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
