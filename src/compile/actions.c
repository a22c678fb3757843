// SPDX-License-Identifier: Apache-2.0
//
// Pass: the entries of Action and NotAction. Each becomes a record, and what can
// match a request is noted for the index.
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

static enum pc_status note_every(struct pc_compile_pass *pass, uint32_t statement)
{
    if (pass->every_count > 0 && pass->every[pass->every_count - 1] == statement) {
        return PC_OK;
    }
    void *array = pass->every;
    PC_TRY(pc_pass_grow(pass->arena, &array, pass->every_count, &pass->every_capacity,
                        sizeof(*pass->every)));
    pass->every = array;
    pass->every[pass->every_count++] = statement;
    return PC_OK;
}

static enum pc_status note_name(struct pc_compile_pass *pass, struct pc_str service,
                                struct pc_str pattern, uint32_t statement)
{
    void *array = pass->indexed;
    PC_TRY(pc_pass_grow(pass->arena, &array, pass->indexed_count, &pass->indexed_capacity,
                        sizeof(*pass->indexed)));
    pass->indexed = array;
    struct pc_indexed_action *entry = &pass->indexed[pass->indexed_count];
    PC_TRY(pc_arena_copy(pass->arena, pattern, &entry->pattern));
    entry->service = service;
    entry->service_hash = pc_str_hash(service);
    entry->name = (struct pc_str){NULL, 0};
    if (pc_pattern_is_literal(entry->pattern, &entry->name)) {
        entry->name_hash = pc_str_hash(entry->name);
    }
    entry->statement = statement;
    pass->indexed_count++;
    return PC_OK;
}

static enum pc_status emit_name(struct pc_compile_pass *pass, struct pc_str service,
                                struct pc_str name, uint32_t statement,
                                struct pc_image_action *record)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    struct pc_pattern_error error;
    struct pc_str lower;
    PC_TRY(pc_arena_copy_lower(pass->arena, service, &lower));
    PC_TRY(pc_pattern_compile(name, PC_PATTERN_WILDCARDS | PC_PATTERN_FOLD, &bytes, &error));
    PC_TRY(pc_buf_status(&bytes));
    PC_TRY(pc_image_builder_bytes(pass->builder, lower, &record->service));
    PC_TRY(pc_image_builder_bytes(pass->builder, pc_buf_view(&bytes), &record->name));
    return note_name(pass, lower, pc_buf_view(&bytes), statement);
}

enum pc_status pc_emit_actions(struct pc_compile_pass *pass, const struct pc_text_list *list,
                               uint32_t statement, struct pc_image_range *out)
{
    out->first = pc_image_builder_count(pass->builder, PC_IMAGE_ACTIONS);
    out->count = (uint32_t)list->count;
    for (size_t i = 0; i < list->count; i++) {
        struct pc_str service = {0};
        struct pc_str name = {0};
        struct pc_image_action record = {.kind = classify(list->items[i].text, &service, &name)};
        PC_TRY(pc_image_builder_bytes(pass->builder, list->items[i].text, &record.text));
        if (record.kind == PC_IMAGE_ACTION_ANY) {
            PC_TRY(note_every(pass, statement));
        } else if (record.kind == PC_IMAGE_ACTION_NAME) {
            enum pc_status status = emit_name(pass, service, name, statement, &record);
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
