// SPDX-License-Identifier: Apache-2.0
//
// What an arena gives out: zeroed bytes, arrays and texts. Where they lie is for arena.c.
#include "base/arena.h"

#include "base/checked.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void *pc_arena_alloc(struct pc_arena *arena, size_t size)
{
    void *piece = pc_arena_room(arena, size);
    if (piece != NULL) {
        memset(piece, 0, size);
    }
    return piece;
}

void *pc_arena_array(struct pc_arena *arena, size_t count, size_t size)
{
    size_t bytes;
    return pc_size_mul(count, size, &bytes) ? pc_arena_alloc(arena, bytes) : NULL;
}

// Room for a text and the zero behind it.
static char *alloc_text(struct pc_arena *arena, size_t length)
{
    size_t bytes;
    char *text = pc_size_add(length, 1, &bytes) ? pc_arena_room(arena, bytes) : NULL;
    if (text != NULL) {
        text[length] = '\0';
    }
    return text;
}

enum pc_status pc_arena_copy(struct pc_arena *arena, struct pc_str s, struct pc_str *out)
{
    char *copy = alloc_text(arena, s.len);
    if (copy == NULL) {
        return PC_ERR_NOMEM;
    }
    if (s.len > 0) {
        memcpy(copy, s.ptr, s.len);
    }
    *out = (struct pc_str){copy, s.len};
    return PC_OK;
}

enum pc_status pc_arena_copy_lower(struct pc_arena *arena, struct pc_str s, struct pc_str *out)
{
    char *copy = alloc_text(arena, s.len);
    if (copy == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < s.len; i++) {
        copy[i] = pc_char_lower(s.ptr[i]);
    }
    *out = (struct pc_str){copy, s.len};
    return PC_OK;
}

enum pc_status pc_arena_join(struct pc_arena *arena, const struct pc_str *parts, size_t count,
                             struct pc_str *out)
{
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        if (!pc_size_add(length, parts[i].len, &length)) {
            return PC_ERR_NOMEM;
        }
    }
    char *text = alloc_text(arena, length);
    if (text == NULL) {
        return PC_ERR_NOMEM;
    }
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].len > 0) {
            memcpy(text + at, parts[i].ptr, parts[i].len);
            at += parts[i].len;
        }
    }
    *out = (struct pc_str){text, length};
    return PC_OK;
}

enum pc_status pc_arena_format(struct pc_arena *arena, struct pc_str *out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) {
        return PC_ERR_INTERNAL;
    }
    char *text = alloc_text(arena, (size_t)length);
    if (text == NULL) {
        return PC_ERR_NOMEM;
    }
    va_start(arguments, format);
    (void)vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    *out = (struct pc_str){text, (size_t)length};
    return PC_OK;
}
