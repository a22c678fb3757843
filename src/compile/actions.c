// SPDX-License-Identifier: Apache-2.0
//
// Pass: the entries of Action and NotAction. Each becomes a record.
#include "pass.h"

#include "match/action_pattern.h"

// The kinds as images have them.
static uint32_t image_kind(enum pc_action_kind kind)
{
    switch (kind) {
    case PC_ACTION_ANY:
        return PC_IMAGE_ACTION_ANY;
    case PC_ACTION_NAME:
        return PC_IMAGE_ACTION_NAME;
    case PC_ACTION_NEVER:
        break;
    }
    return PC_IMAGE_ACTION_NEVER;
}

static enum pc_status emit_service(struct pc_compile_pass *pass, struct pc_str service,
                                   struct pc_image_span *out)
{
    struct pc_str lower;
    if (pass->service.ptr == NULL || !pc_str_eq(pass->service, service)) {
        PC_TRY(pc_arena_copy_lower(pass->arena, service, &lower));
        PC_TRY(pc_image_builder_bytes(pass->builder, lower, &pass->lower));
        pass->service = service;
    }
    *out = pass->lower;
    return PC_OK;
}

static enum pc_status emit_name(struct pc_compile_pass *pass, struct pc_str service,
                                struct pc_str name, struct pc_image_action *record)
{
    struct pc_pattern_error error;
    struct pc_image_span lower;
    pc_buf_reset(&pass->bytes);
    PC_TRY(emit_service(pass, service, &lower));
    record->service = lower;
    PC_TRY(pc_pattern_compile(name, PC_PATTERN_WILDCARDS | PC_PATTERN_FOLD, &pass->bytes, &error));
    PC_TRY(pc_buf_status(&pass->bytes));
    PC_TRY(pc_image_builder_bytes(pass->builder, pc_buf_view(&pass->bytes), &lower));
    record->name = lower;
    return PC_OK;
}

static enum pc_status emit_text(struct pc_compile_pass *pass, struct pc_str text,
                                struct pc_image_action *record)
{
    struct pc_image_span span;
    PC_TRY(pc_image_builder_bytes(pass->builder, text, &span));
    record->name = span;
    return PC_OK;
}

enum pc_status pc_emit_actions(struct pc_compile_pass *pass, const struct pc_text_list *list,
                               struct pc_image_range *out)
{
    out->first = pc_image_builder_count(pass->builder, PC_IMAGE_ACTIONS);
    out->count = (uint32_t)list->count;
    for (size_t i = 0; i < list->count; i++) {
        struct pc_str service = {0};
        struct pc_str name = {0};
        enum pc_action_kind kind = pc_action_pattern_split(list->items[i].text, &service, &name);
        struct pc_image_action record = {.kind = image_kind(kind)};
        if (record.kind == PC_IMAGE_ACTION_NAME) {
            enum pc_status status = emit_name(pass, service, name, &record);
            if (status == PC_ERR_LIMIT) {
                pc_pass_report_limit(pass, &list->items[i], false);
                continue;
            }
            PC_TRY(status);
        } else if (record.kind == PC_IMAGE_ACTION_NEVER) {
            PC_TRY(emit_text(pass, list->items[i].text, &record));
        }
        pc_image_builder_add(pass->builder, PC_IMAGE_ACTIONS, &record);
    }
    return PC_OK;
}
