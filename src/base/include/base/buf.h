// SPDX-License-Identifier: Apache-2.0
//
// A growing byte buffer. Appending never fails on the spot: the first failure is kept, everything
// after it is ignored, and pc_buf_status tells at the end. Not for several threads at a time.
#ifndef PC_BASE_BUF_H
#define PC_BASE_BUF_H

#include "base/status.h"

struct pc_buf {
    char *ptr;
    size_t len; // bytes in use
    size_t cap;
    enum pc_status status; // first failure
    bool fixed;            // the memory is another's: what does not fit is PC_ERR_LIMIT
};

// A zeroed struct is an initialised, empty buffer as well.
void pc_buf_init(struct pc_buf *buf);
void pc_buf_release(struct pc_buf *buf);

// A buffer in memory of the caller, which it never leaves; not to be released.
struct pc_buf pc_buf_over(char *room, size_t size);

// Empties it and forgets a failure; keeps the memory.
void pc_buf_reset(struct pc_buf *buf);

// What pc_buf_append does when the memory does not suffice.
void pc_buf_append_slowly(struct pc_buf *buf, const void *bytes, size_t count);

static inline void pc_buf_append(struct pc_buf *buf, const void *bytes, size_t count)
{
    if (buf->status == PC_OK && count <= buf->cap - buf->len && count > 0) {
        memcpy(buf->ptr + buf->len, bytes, count);
        buf->len += count;
    } else {
        pc_buf_append_slowly(buf, bytes, count);
    }
}

// Makes room for count more bytes, so that appending them asks for no memory.
void pc_buf_reserve(struct pc_buf *buf, size_t count);

void pc_buf_str(struct pc_buf *buf, struct pc_str s);
void pc_buf_text(struct pc_buf *buf, const char *text); // up to its zero
static inline void pc_buf_byte(struct pc_buf *buf, char c)
{
    pc_buf_append(buf, &c, 1);
}

void pc_buf_fill(struct pc_buf *buf, char c, size_t count);
void pc_buf_u32(struct pc_buf *buf, uint32_t value); // little-endian

// In decimal; at least `width` (0 to 20) digits, filled up with zeros, behind the sign.
void pc_buf_number(struct pc_buf *buf, int64_t value, unsigned width);

void pc_buf_format(struct pc_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// PC_OK, or the first failure since init or reset: PC_ERR_NOMEM; PC_ERR_LIMIT, of a fixed buffer;
// PC_ERR_INTERNAL for a format that the C library could not write.
PC_MUST_CHECK enum pc_status pc_buf_status(const struct pc_buf *buf);

// What is in it; valid until the next append.
struct pc_str pc_buf_view(const struct pc_buf *buf);

#endif
