// SPDX-License-Identifier: Apache-2.0
//
// What the statements of a block have in common. The builder and the validator both ask here, each
// of its own records.
#include "open_statement.h"

#include "match/arn_pattern.h"

static bool matches_every_caller(const struct pc_image_parts *parts,
                                 const struct pc_image_statement *statement)
{
    if (statement->principal_kind == PC_IMAGE_LIST_ABSENT) {
        return !pc_image_type_has_principals(parts->type);
    }
    bool any = false;
    for (uint32_t i = 0; i < statement->principals.count; i++) {
        any = any ||
              parts->principals[statement->principals.first + i].kind == PC_IMAGE_PRINCIPAL_ANY;
    }
    return any && statement->principal_kind == PC_IMAGE_LIST_POSITIVE;
}

static bool matches_every_resource(const struct pc_image_parts *parts,
                                   const struct pc_image_statement *statement)
{
    bool any = statement->resource_kind == PC_IMAGE_LIST_ABSENT;
    for (uint32_t i = 0; i < statement->resources.count && !any; i++) {
        const struct pc_image_resource *resource =
            &parts->resources[statement->resources.first + i];
        struct pc_str pattern = {parts->pool + resource->pattern.offset, resource->pattern.length};
        any = resource->kind == PC_IMAGE_RESOURCE_PATTERN && pc_arn_pattern_is_any(pattern);
    }
    return any && statement->resource_kind != PC_IMAGE_LIST_NEGATED;
}

bool pc_image_is_open(const struct pc_image_parts *parts,
                      const struct pc_image_statement *statement)
{
    return statement->conditions.count == 0 && matches_every_caller(parts, statement) &&
           matches_every_resource(parts, statement);
}

struct pc_image_word pc_image_word_of(const struct pc_image_parts *parts,
                                      const struct pc_image_statement *statements, uint32_t count)
{
    struct pc_image_word word = {0, 0, 0};
    for (uint32_t i = 0; i < count && i < 64; i++) {
        uint64_t bit = UINT64_C(1) << i;
        word.not_action |= statements[i].action_kind == PC_IMAGE_LIST_NEGATED ? bit : 0;
        word.deny |= statements[i].effect == PC_IMAGE_DENY ? bit : 0;
        word.open |= pc_image_is_open(parts, &statements[i]) ? bit : 0;
    }
    return word;
}
