// SPDX-License-Identifier: Apache-2.0
#include "records.h"

#include "image/index.h"
#include "match/arn_pattern.h"

struct pc_image_span bytes_of(struct pc_image_builder *builder, struct pc_str bytes)
{
    struct pc_image_span span = {0, 0};
    assert_int_equal(pc_image_builder_bytes(builder, bytes, &span), PC_OK);
    return span;
}

struct pc_image_span text_of(struct pc_image_builder *builder, const char *text)
{
    return bytes_of(builder, pc_str_from(text));
}

struct pc_image_span buffer_of(struct pc_image_builder *builder, struct pc_buf *buf)
{
    struct pc_image_span span = bytes_of(builder, pc_buf_view(buf));
    pc_buf_release(buf);
    return span;
}

void add_document(struct pc_image_builder *builder, const char *name, const char *file)
{
    struct pc_image_document document;
    document.name = text_of(builder, name);
    document.file = text_of(builder, file);
    pc_image_builder_add(builder, PC_IMAGE_DOCUMENTS, &document);
}

void add_principal(struct pc_image_builder *builder, uint32_t kind, const char *text,
                   const char *partition)
{
    struct pc_image_principal principal = {.kind = kind};
    principal.text = text_of(builder, text);
    principal.partition = text_of(builder, partition);
    pc_image_builder_add(builder, PC_IMAGE_PRINCIPALS, &principal);
}

void add_action(struct pc_image_builder *builder, uint32_t kind, const char *text)
{
    struct pc_image_action action = {.kind = kind};
    struct pc_str parts[2];
    if (kind == PC_IMAGE_ACTION_NEVER) {
        action.name = text_of(builder, text);
    } else if (kind == PC_IMAGE_ACTION_NAME) {
        struct pc_pattern_error error;
        struct pc_buf name = {0};
        assert_int_equal(pc_str_split(pc_str_from(text), ':', parts, 2), 2);
        assert_int_equal(
            pc_pattern_compile(parts[1], PC_PATTERN_WILDCARDS | PC_PATTERN_FOLD, &name, &error),
            PC_OK);
        action.service = bytes_of(builder, parts[0]);
        action.name = buffer_of(builder, &name);
    }
    pc_image_builder_add(builder, PC_IMAGE_ACTIONS, &action);
}

void add_resource(struct pc_image_builder *builder, uint32_t kind, const char *text)
{
    struct pc_image_resource resource = {.kind = kind};
    if (kind == PC_IMAGE_RESOURCE_PATTERN) {
        struct pc_arn_pattern_options options = {.flags = PC_PATTERN_VARIABLES, .allow_any = true};
        struct pc_pattern_error error;
        struct pc_buf pattern = {0};
        assert_int_equal(pc_arn_pattern_compile(pc_str_from(text), options, &pattern, &error),
                         PC_OK);
        resource.pattern = buffer_of(builder, &pattern);
    } else {
        resource.pattern = text_of(builder, text);
    }
    pc_image_builder_add(builder, PC_IMAGE_RESOURCES, &resource);
}

void finish_image(struct pc_image_builder *builder, uint32_t type, struct pc_buf *out)
{
    struct pc_image_roots roots;
    assert_int_equal(pc_image_index(builder, type, &roots), PC_OK);
    assert_int_equal(pc_image_builder_finish(builder, type, &roots, out), PC_OK);
}
