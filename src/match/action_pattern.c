// SPDX-License-Identifier: Apache-2.0
#include "match/action_pattern.h"

#include "base/word.h"

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

enum pc_action_kind pc_action_pattern_split(struct pc_str text, struct pc_str *service,
                                            struct pc_str *name)
{
    if (pc_str_eq(text, PC_STR("*")) || pc_str_eq(text, PC_STR("*:*"))) {
        return PC_ACTION_ANY;
    }
    size_t colon = find_name(text);
    if (colon == SIZE_MAX || colon + 1 == text.len) {
        return PC_ACTION_NEVER;
    }
    *service = pc_str_slice(text, 0, colon);
    *name = pc_str_slice(text, colon + 1, text.len);
    return PC_ACTION_NAME;
}

static enum pc_status read_name(struct pc_arena *arena, struct pc_str name, struct pc_str *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    struct pc_pattern_error error;
    PC_TRY(pc_pattern_compile(name, PC_PATTERN_WILDCARDS | PC_PATTERN_FOLD, &bytes, &error));
    PC_TRY(pc_buf_status(&bytes));
    return pc_arena_copy(arena, pc_buf_view(&bytes), out);
}

enum pc_status pc_action_pattern_read(struct pc_arena *arena, struct pc_str text,
                                      struct pc_action_pattern *out)
{
    struct pc_str service, name;
    struct pc_action_pattern read = {.kind = pc_action_pattern_split(text, &service, &name)};
    if (read.kind == PC_ACTION_NAME) {
        PC_TRY(pc_arena_copy_lower(arena, service, &read.service));
        PC_TRY(read_name(arena, name, &read.name));
    }
    *out = read;
    return PC_OK;
}
