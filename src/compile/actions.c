// SPDX-License-Identifier: Apache-2.0
//
// Pass: the entries of Action and NotAction. Each becomes a record.
#include "pass.h"

#include "base/word.h"
#include "match/pattern.h"

static bool is_white_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool has_white_space(struct pc_str text)
{
    size_t at = 0;
    for (; text.len - at >= 8; at += 8) {
        uint64_t word = pc_word_load(text.ptr + at);
        bool ascii = (word & PC_WORD_TOPS) == 0;
        uint64_t found = pc_word_equal(word, ' ') | pc_word_in(word, '\t', '\r');
        if (!ascii || (found & PC_WORD_TOPS) != 0) {
            break; // looked at byte by byte
        }
    }
    while (at < text.len && !is_white_space(text.ptr[at])) {
        at++;
    }
    return at < text.len;
}

// Where the first colon of an entry stands; SIZE_MAX where nothing can match: no colon, or white
// space anywhere, or a wildcard in front of it.
static size_t find_name(struct pc_str text)
{
    size_t colon = 0;
    while (colon < text.len && text.ptr[colon] != ':') {
        if (text.ptr[colon] == '*' || text.ptr[colon] == '?') {
            return SIZE_MAX;
        }
        colon++;
    }
    return colon == text.len || has_white_space(text) ? SIZE_MAX : colon;
}

// The kind of an entry, and its parts when it is a name.
static uint32_t classify(struct pc_str text, struct pc_str *service, struct pc_str *name)
{
    if (pc_str_eq(text, PC_STR("*")) || pc_str_eq(text, PC_STR("*:*"))) {
        return PC_IMAGE_ACTION_ANY;
    }
    size_t colon = find_name(text);
    if (colon == SIZE_MAX || colon + 1 == text.len) {
        return PC_IMAGE_ACTION_NEVER;
    }
    *service = pc_str_slice(text, 0, colon);
    *name = pc_str_slice(text, colon + 1, text.len);
    return PC_IMAGE_ACTION_NAME;
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
        struct pc_image_action record = {.kind = classify(list->items[i].text, &service, &name)};
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
