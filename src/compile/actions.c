// SPDX-License-Identifier: Apache-2.0
//
// Pass: the entries of Action and NotAction. Each becomes a record.
#include "pass.h"

#include "match/pattern.h"

static bool has_white_space(struct pc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == ' ' || (c >= '\t' && c <= '\r')) {
            return true;
        }
    }
    return false;
}

// The kind of an entry, and its parts when it is a name.
static uint32_t classify(struct pc_str text, struct pc_str *service, struct pc_str *name)
{
    struct pc_str parts[2];
    if (pc_str_eq(text, PC_STR("*")) || pc_str_eq(text, PC_STR("*:*"))) {
        return PC_IMAGE_ACTION_ANY;
    }
    if (pc_str_split(text, ':', parts, 2) != 2 || parts[1].len == 0 || has_white_space(text)) {
        return PC_IMAGE_ACTION_NEVER;
    }
    if (pc_str_find(parts[0], '*', 0) != SIZE_MAX || pc_str_find(parts[0], '?', 0) != SIZE_MAX) {
        return PC_IMAGE_ACTION_NEVER; // no wildcards in the service
    }
    *service = parts[0];
    *name = parts[1];
    return PC_IMAGE_ACTION_NAME;
}

static enum pc_status emit_name(struct pc_compile_pass *pass, struct pc_str service,
                                struct pc_str name, struct pc_image_action *record)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    struct pc_pattern_error error;
    struct pc_str lower;
    PC_TRY(pc_arena_copy_lower(pass->arena, service, &lower));
    PC_TRY(pc_pattern_compile(name, PC_PATTERN_WILDCARDS | PC_PATTERN_FOLD, &bytes, &error));
    PC_TRY(pc_buf_status(&bytes));
    PC_TRY(pc_image_builder_bytes(pass->builder, lower, &record->service));
    return pc_image_builder_bytes(pass->builder, pc_buf_view(&bytes), &record->name);
}

enum pc_status pc_emit_actions(struct pc_compile_pass *pass, const struct pc_text_list *list,
                               struct pc_image_range *out)
{
    out->first = pc_image_builder_count(pass->builder, PC_IMAGE_ACTIONS);
    out->count = (uint32_t)list->count;
    for (size_t i = 0; i < list->count; i++) {
        struct pc_str service = {0};
        struct pc_str name = {0};
        struct pc_image_action record = {.kind = classify(list->items[i].text, &service, &name)};
        PC_TRY(pc_image_builder_bytes(pass->builder, list->items[i].text, &record.text));
        if (record.kind == PC_IMAGE_ACTION_NAME) {
            enum pc_status status = emit_name(pass, service, name, &record);
            if (status == PC_ERR_LIMIT) {
                pc_pass_report_limit(pass, &list->items[i], false);
                continue;
            }
            PC_TRY(status);
        }
        pc_image_builder_add(pass->builder, PC_IMAGE_ACTIONS, &record);
    }
    return PC_OK;
}
