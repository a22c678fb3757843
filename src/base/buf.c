// SPDX-License-Identifier: Apache-2.0
#include "base/buf.h"

#include "base/checked.h"
#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void pc_buf_init(struct pc_buf *buf)
{
    *buf = (struct pc_buf){0};
}

void pc_buf_release(struct pc_buf *buf)
{
    free(buf->ptr);
    pc_buf_init(buf);
}

struct pc_buf pc_buf_over(char *room, size_t size)
{
    struct pc_buf buf = {.cap = size, .fixed = true};
    buf.ptr = room;
    return buf;
}

void pc_buf_reset(struct pc_buf *buf)
{
    buf->len = 0;
    buf->status = PC_OK;
}

// Room for count more bytes, or the failure is noted.
static bool reserve(struct pc_buf *buf, size_t count)
{
    size_t need;
    if (buf->status != PC_OK) {
        return false;
    }
    if (!pc_size_add(buf->len, count, &need)) {
        buf->status = PC_ERR_NOMEM;
        return false;
    }
    if (need <= buf->cap) {
        return true;
    }
    if (buf->fixed) {
        buf->status = PC_ERR_LIMIT;
        return false;
    }
    size_t cap = buf->cap < 64 ? 64 : buf->cap;
    while (cap < need) {
        if (!pc_size_mul(cap, 2, &cap)) {
            cap = need;
        }
    }
    char *grown = realloc(buf->ptr, cap);
    if (grown == NULL) {
        pc_memory_note();
        buf->status = PC_ERR_NOMEM;
        return false;
    }
    buf->ptr = grown;
    buf->cap = cap;
    return true;
}

void pc_buf_reserve(struct pc_buf *buf, size_t count)
{
    (void)reserve(buf, count); // a failure is noted
}

void pc_buf_append_slowly(struct pc_buf *buf, const void *bytes, size_t count)
{
    if (count > 0 && reserve(buf, count)) {
        memcpy(buf->ptr + buf->len, bytes, count);
        buf->len += count;
    }
}

void pc_buf_str(struct pc_buf *buf, struct pc_str s)
{
    pc_buf_append(buf, s.ptr, s.len);
}

void pc_buf_text(struct pc_buf *buf, const char *text)
{
    pc_buf_append(buf, text, strlen(text));
}

void pc_buf_fill(struct pc_buf *buf, char c, size_t count)
{
    if (count > 0 && reserve(buf, count)) {
        memset(buf->ptr + buf->len, c, count);
        buf->len += count;
    }
}

void pc_buf_u32(struct pc_buf *buf, uint32_t value)
{
    unsigned char bytes[4];
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (unsigned char)(value >> (8 * i));
    }
    pc_buf_append(buf, bytes, sizeof(bytes));
}

void pc_buf_number(struct pc_buf *buf, int64_t value, unsigned width)
{
    enum {
        MOST = 20, // digits of any 64-bit number
    };
    char digits[MOST + 1];
    size_t at = sizeof(digits);
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    size_t last = sizeof(digits) - (width < MOST ? width : MOST);
    while (rest > 0 || at > last || at == sizeof(digits)) {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    }
    if (value < 0) {
        pc_buf_byte(buf, '-');
    }
    pc_buf_append(buf, digits + at, sizeof(digits) - at);
}

void pc_buf_format(struct pc_buf *buf, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) {
        buf->status = buf->status == PC_OK ? PC_ERR_INTERNAL : buf->status;
        return;
    }
    if (!reserve(buf, (size_t)length + 1)) {
        return;
    }
    va_start(arguments, format);
    (void)vsnprintf(buf->ptr + buf->len, (size_t)length + 1, format, arguments);
    va_end(arguments);
    buf->len += (size_t)length;
}

enum pc_status pc_buf_status(const struct pc_buf *buf)
{
    return buf->status;
}

struct pc_str pc_buf_view(const struct pc_buf *buf)
{
    struct pc_str view = {buf->ptr, buf->len};
    return view;
}
