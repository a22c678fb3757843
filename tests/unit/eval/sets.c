// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "sets.h"

#include "match/arn_pattern.h"
#include "ops/operator.h"

#include <string.h>

static struct pc_image_span bytes_of(struct pc_image_builder *builder, struct pc_str bytes)
{
    struct pc_image_span span = {0, 0};
    assert_int_equal(pc_image_builder_bytes(builder, bytes, &span), PC_OK);
    return span;
}

static struct pc_image_span buffer_of(struct pc_image_builder *builder, struct pc_buf *buf)
{
    struct pc_image_span span = bytes_of(builder, pc_buf_view(buf));
    pc_buf_release(buf);
    return span;
}

static void add_hit(struct pc_image_builder *builder, uint32_t statement)
{
    struct pc_image_hit hit = {statement};
    pc_image_builder_add(builder, PC_IMAGE_HITS, &hit);
}

static void add_action(struct pc_image_builder *builder, const char *text)
{
    struct pc_image_action action = {.kind = PC_IMAGE_ACTION_ANY};
    struct pc_str parts[2];
    struct pc_pattern_error error;
    struct pc_buf name = {0};
    action.text = bytes_of(builder, pc_str_from(text));
    if (strcmp(text, "*") != 0) {
        assert_int_equal(pc_str_split(pc_str_from(text), ':', parts, 2), 2);
        action.kind = PC_IMAGE_ACTION_NAME;
        action.service = bytes_of(builder, parts[0]);
        assert_int_equal(
            pc_pattern_compile(parts[1], PC_PATTERN_WILDCARDS | PC_PATTERN_FOLD, &name, &error),
            PC_OK);
        action.name = buffer_of(builder, &name);
    }
    pc_image_builder_add(builder, PC_IMAGE_ACTIONS, &action);
}

static void add_resource(struct pc_image_builder *builder, const char *text)
{
    struct pc_image_resource resource = {.kind = PC_IMAGE_RESOURCE_PATTERN};
    struct pc_arn_pattern_options options = {.flags = PC_PATTERN_VARIABLES, .allow_any = true};
    struct pc_pattern_error error;
    struct pc_buf pattern = {0};
    assert_int_equal(pc_arn_pattern_compile(pc_str_from(text), options, &pattern, &error), PC_OK);
    resource.pattern = buffer_of(builder, &pattern);
    pc_image_builder_add(builder, PC_IMAGE_RESOURCES, &resource);
}

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
        .conditions = {pc_image_builder_count(builder, PC_IMAGE_CONDITIONS), row->key != NULL},
    };
    statement.sid = bytes_of(builder, pc_str_from(row->sid != NULL ? row->sid : ""));
    if (row->who != NULL) {
        struct pc_image_principal principal = {.kind = row->principal};
        principal.text = bytes_of(builder, pc_str_from(row->who));
        principal.partition = bytes_of(builder, PC_STR(""));
        pc_image_builder_add(builder, PC_IMAGE_PRINCIPALS, &principal);
    }
    if (row->action != NULL) {
        add_action(builder, row->action);
    }
    if (row->resource != NULL) {
        add_resource(builder, row->resource);
    }
    if (row->key != NULL) {
        add_condition(builder, row);
    }
    pc_image_builder_add(builder, PC_IMAGE_STATEMENTS, &statement);
}

// An index that is right but dull: every statement is a hit of "*" or of one service of one
// pattern.
static struct pc_image_range add_index(struct pc_image_builder *builder, const struct row *rows,
                                       size_t count)
{
    struct pc_image_range every = {0, 0};
    struct pc_image_word word = {0, 0};
    assert_true(count <= 64);
    for (size_t i = 0; i < count; i++) {
        bool any = rows[i].action != NULL && strcmp(rows[i].action, "*") == 0;
        word.not_action |= rows[i].not_action ? UINT64_C(1) << i : 0;
        word.deny |= rows[i].effect == PC_IMAGE_DENY ? UINT64_C(1) << i : 0;
        if (any) {
            add_hit(builder, (uint32_t)i);
            every.count++;
        }
    }
    if (count > 0) {
        pc_image_builder_add(builder, PC_IMAGE_WORDS, &word);
    }
    return every;
}

// One service record a distinct service, in the order that the validator wants.
static void add_services(struct pc_image_builder *builder, const struct row *rows, size_t count)
{
    bool done[64] = {false};
    for (;;) {
        struct pc_str least = {NULL, 0};
        for (size_t i = 0; i < count; i++) {
            struct pc_str parts[2];
            if (done[i] || rows[i].action == NULL ||
                pc_str_split(pc_str_from(rows[i].action), ':', parts, 2) != 2) {
                continue;
            }
            if (least.ptr == NULL || pc_str_hash(parts[0]) < pc_str_hash(least)) {
                least = parts[0];
            }
        }
        if (least.ptr == NULL) {
            return;
        }
        struct pc_image_service service = {.hash = pc_str_hash(least)};
        service.name = bytes_of(builder, least);
        service.globs.first = pc_image_builder_count(builder, PC_IMAGE_GLOBS);
        for (size_t i = 0; i < count; i++) {
            struct pc_str parts[2];
            if (done[i] || rows[i].action == NULL ||
                pc_str_split(pc_str_from(rows[i].action), ':', parts, 2) != 2 ||
                !pc_str_eq(parts[0], least)) {
                continue;
            }
            struct pc_image_glob glob = {.hits = {0, 1}};
            struct pc_pattern_error error;
            struct pc_buf name = {0};
            assert_int_equal(
                pc_pattern_compile(parts[1], PC_PATTERN_WILDCARDS | PC_PATTERN_FOLD, &name, &error),
                PC_OK);
            glob.pattern = buffer_of(builder, &name);
            glob.hits.first = pc_image_builder_count(builder, PC_IMAGE_HITS);
            add_hit(builder, (uint32_t)i);
            pc_image_builder_add(builder, PC_IMAGE_GLOBS, &glob);
            service.globs.count++;
            done[i] = true;
        }
        pc_image_builder_add(builder, PC_IMAGE_SERVICES, &service);
    }
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
    struct pc_image_document document;
    document.name = bytes_of(&builder, PC_STR("test"));
    document.file = document.name;
    pc_image_builder_add(&builder, PC_IMAGE_DOCUMENTS, &document);
    for (size_t i = 0; i < count; i++) {
        add_statement(&builder, &rows[i], (uint32_t)i);
    }
    struct pc_image_range every = add_index(&builder, rows, count);
    add_services(&builder, rows, count);
    assert_int_equal(pc_image_builder_finish(&builder, type, every, &out), PC_OK);
    pc_image_builder_release(&builder);
    assert_int_equal(pc_arena_copy(arena, pc_buf_view(&out), &bytes), PC_OK);
    pc_buf_release(&out);
    assert_int_equal(pc_image_open(bytes, image), PC_OK);
    return image;
}
