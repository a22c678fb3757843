// SPDX-License-Identifier: Apache-2.0
//
// Code points, lower case, and the wildcards of section 0: glob(pattern, text).
#include "text.h"

#include <locale.h>
#include <stdlib.h>
#include <wctype.h>

#include "base/utf8.h"

void *ref_alloc(struct pc_arena *arena, size_t count, size_t size)
{
    void *memory = pc_arena_array(arena, count, size);
    if (memory == NULL) {
        abort();
    }
    return memory;
}

struct pc_str ref_join(struct pc_arena *arena, const struct pc_str *parts, size_t count)
{
    struct pc_str joined = PC_STR("");
    if (pc_arena_join(arena, parts, count, &joined) != PC_OK) {
        abort();
    }
    return joined;
}

struct ref_points ref_points_of(struct pc_arena *arena, struct pc_str text)
{
    uint32_t *points = ref_alloc(arena, text.len, sizeof(*points));
    size_t count = 0;
    for (size_t at = 0; at < text.len; count++) {
        struct pc_str rest = pc_str_slice(text, at, text.len);
        size_t length = pc_utf8_decode(rest, &points[count]);
        if (length == 0) {
            abort(); // the JSON reader lets nothing but UTF-8 through
        }
        at += length;
    }
    return (struct ref_points){points, count};
}

struct pc_str ref_text_of(struct pc_arena *arena, struct ref_points points)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf buf = {0};
    for (size_t i = 0; i < points.count; i++) {
        pc_utf8_append(&buf, points.at[i]);
    }
    struct pc_str text = pc_buf_view(&buf);
    if (pc_buf_status(&buf) != PC_OK) {
        abort();
    }
    return ref_join(arena, &text, 1);
}

// The C library's table of Unicode's simple mappings.
uint32_t ref_point_lower(uint32_t point)
{
    static locale_t unicode = (locale_t)0;
    if (unicode == (locale_t)0) {
        unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    }
    if (unicode == (locale_t)0) {
        abort();
    }
    return (uint32_t)towlower_l((wint_t)point, unicode);
}

struct pc_str ref_lower(struct pc_arena *arena, struct pc_str text)
{
    struct ref_points points = ref_points_of(arena, text);
    uint32_t *lower = ref_alloc(arena, points.count, sizeof(*lower));
    for (size_t i = 0; i < points.count; i++) {
        lower[i] = ref_point_lower(points.at[i]);
    }
    return ref_text_of(arena, (struct ref_points){lower, points.count});
}

bool ref_same_name(struct pc_arena *arena, struct pc_str a, struct pc_str b)
{
    return pc_str_eq(ref_lower(arena, a), ref_lower(arena, b));
}

// White space as R-030 has it.
bool ref_has_white_space(struct pc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (memchr(" \t\n\v\f\r", text.ptr[i], 6) != NULL) {
            return true;
        }
    }
    return false;
}

bool ref_has_wildcard(struct pc_str text)
{
    return pc_str_find(text, '*', 0) != SIZE_MAX || pc_str_find(text, '?', 0) != SIZE_MAX;
}

bool ref_is_digits(struct pc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') {
            return false;
        }
    }
    return text.len > 0;
}

struct ref_pattern ref_wildcards(struct pc_arena *arena, struct pc_str text)
{
    struct ref_points points = ref_points_of(arena, text);
    struct ref_token *tokens = ref_alloc(arena, points.count, sizeof(*tokens));
    for (size_t i = 0; i < points.count; i++) {
        tokens[i].point = points.at[i];
        tokens[i].kind = points.at[i] == '*'   ? REF_STAR
                         : points.at[i] == '?' ? REF_QUESTION
                                               : REF_LITERAL;
    }
    return (struct ref_pattern){.tokens = tokens, .count = points.count};
}

static bool fits(const struct ref_token *token, uint32_t point, bool ignore_case)
{
    if (token->kind == REF_QUESTION || token->point == point) {
        return true;
    }
    return ignore_case && ref_point_lower(token->point) == ref_point_lower(point);
}

// One token after the other; reach[j] says whether the tokens so far match the first j points.
// O(tokens * points).
bool ref_glob(struct pc_arena *arena, const struct ref_pattern *pattern, struct pc_str text,
              bool ignore_case)
{
    struct ref_points points = ref_points_of(arena, text);
    bool *reach = ref_alloc(arena, points.count + 1, sizeof(*reach));
    reach[0] = true;
    for (size_t i = 0; i < pattern->count; i++) {
        const struct ref_token *token = &pattern->tokens[i];
        if (token->kind == REF_STAR) {
            for (size_t j = 1; j <= points.count; j++) {
                reach[j] = reach[j] || reach[j - 1];
            }
            continue;
        }
        for (size_t j = points.count; j > 0; j--) {
            reach[j] = reach[j - 1] && fits(token, points.at[j - 1], ignore_case);
        }
        reach[0] = false;
    }
    return reach[points.count];
}
