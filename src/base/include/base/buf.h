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
};

// A zeroed struct is an initialised, empty buffer as well.
void pc_buf_init(struct pc_buf *buf);
void pc_buf_release(struct pc_buf *buf);

// Empties it and forgets a failure; keeps the memory.
void pc_buf_reset(struct pc_buf *buf);

void pc_buf_append(struct pc_buf *buf, const void *bytes, size_t count);
void pc_buf_str(struct pc_buf *buf, struct pc_str s);
void pc_buf_text(struct pc_buf *buf, const char *text); // up to its zero
void pc_buf_byte(struct pc_buf *buf, char c);
void pc_buf_fill(struct pc_buf *buf, char c, size_t count);
void pc_buf_u32(struct pc_buf *buf, uint32_t value); // little-endian
void pc_buf_format(struct pc_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// PC_OK, or the first failure since init or reset: PC_ERR_NOMEM, or PC_ERR_INTERNAL for a format
// that the C library could not write.
PC_MUST_CHECK enum pc_status pc_buf_status(const struct pc_buf *buf);

// What is in it; valid until the next append.
struct pc_str pc_buf_view(const struct pc_buf *buf);

#endif
