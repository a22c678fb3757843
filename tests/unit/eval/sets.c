// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "sets.h"

#include "image/records.h"
#include "ops/operator.h"

#include <string.h>

static void add_condition(struct pc_image_builder *builder, const struct row *row)
{
    struct pc_str key = pc_str_from(row->key);
    struct pc_image_key record = {.hash = pc_str_hash(key)};
    struct pc_image_condition condition = {.op = row->op, .flags = row->flags};
    condition.key = pc_image_builder_count(builder, PC_IMAGE_KEYS);
    condition.values.first = pc_image_builder_count(builder, PC_IMAGE_VALUES);
    record.name = bytes_of(builder, key);
    record.text = record.name;
    pc_image_builder_add(builder, PC_IMAGE_KEYS, &record);
    if (row->value != NULL) {
        struct pc_buf bytes = {0};
        struct pc_op_fault fault = {0};
        struct pc_image_value value;
        const struct pc_operator *op = pc_operator_get(row->op);
        assert_int_equal(op->encode(pc_str_from(row->value), true, &bytes, &fault), PC_OK);
        value.bytes = buffer_of(builder, &bytes);
        pc_image_builder_add(builder, PC_IMAGE_VALUES, &value);
        condition.values.count = 1;
    }
    pc_image_builder_add(builder, PC_IMAGE_CONDITIONS, &condition);
}

// How many there are.
static uint32_t add_conditions(struct pc_image_builder *builder, const struct row *row)
{
    uint32_t count = 0;
    for (; row != NULL && row->key != NULL; row = row->also) {
        add_condition(builder, row);
        count++;
    }
    return count;
}

static uint8_t kind_of(bool present, bool negated)
{
    if (!present) {
        return PC_IMAGE_LIST_ABSENT;
    }
    return negated ? PC_IMAGE_LIST_NEGATED : PC_IMAGE_LIST_POSITIVE;
}

static void add_statement(struct pc_image_builder *builder, const struct row *row, uint32_t number)
{
    struct pc_image_statement statement = {
        .number = number,
        .effect = row->effect,
        .principal_kind = kind_of(row->who != NULL, row->not_principal),
        .action_kind = kind_of(true, row->not_action),
        .resource_kind = kind_of(row->resource != NULL, row->not_resource),
        .principals = {pc_image_builder_count(builder, PC_IMAGE_PRINCIPALS), row->who != NULL},
        .actions = {pc_image_builder_count(builder, PC_IMAGE_ACTIONS), row->action != NULL},
        .resources = {pc_image_builder_count(builder, PC_IMAGE_RESOURCES), row->resource != NULL},
        .conditions = {pc_image_builder_count(builder, PC_IMAGE_CONDITIONS), 0},
    };
    statement.sid = text_of(builder, row->sid != NULL ? row->sid : "");
    if (row->who != NULL) {
        add_principal(builder, row->principal, row->who, "");
    }
    if (row->action != NULL) {
        bool any = strcmp(row->action, "*") == 0;
        add_action(builder, any ? PC_IMAGE_ACTION_ANY : PC_IMAGE_ACTION_NAME, row->action);
    }
    if (row->resource != NULL) {
        add_resource(builder, PC_IMAGE_RESOURCE_PATTERN, row->resource);
    }
    statement.conditions.count = add_conditions(builder, row);
    pc_image_builder_add(builder, PC_IMAGE_STATEMENTS, &statement);
}

const struct pc_image *set_of(struct pc_arena *arena, uint32_t type, const struct row *rows,
                              size_t count)
{
    struct pc_image_builder builder;
    struct pc_buf out = {0};
    struct pc_str bytes;
    struct pc_image *image = pc_arena_alloc(arena, sizeof(*image));
    assert_non_null(image);
    pc_image_builder_init(&builder, arena);
    add_document(&builder, "test", "test");
    for (size_t i = 0; i < count; i++) {
        add_statement(&builder, &rows[i], (uint32_t)i);
    }
    finish_image(&builder, type, &out);
    pc_image_builder_release(&builder);
    assert_int_equal(pc_arena_copy(arena, pc_buf_view(&out), &bytes), PC_OK);
    pc_buf_release(&out);
    assert_int_equal(pc_image_open(bytes, image), PC_OK);
    return image;
}
