// SPDX-License-Identifier: Apache-2.0
//
// The byte form of an ARN's pattern: one byte that is 0 for "*" and nothing behind it, or that is
// 1, or the number of fields that the text had where there were fewer than six and the others are
// "*"; then six lengths (32 bits, little-endian) and the byte forms of the six fields
// (token.h). Not for use outside the module.
#ifndef PC_MATCH_ARN_BYTES_H
#define PC_MATCH_ARN_BYTES_H

#include "base/str.h"

enum {
    PC_ARN_ANY = 0,
    PC_ARN_WHOLE = 1,
    PC_ARN_FIELDS = 6,
    PC_ARN_HEADER = 1 + 4 * PC_ARN_FIELDS,
};

static inline size_t pc_arn_bytes_length(struct pc_str bytes, size_t field)
{
    const unsigned char *at = (const unsigned char *)bytes.ptr + 1 + 4 * field;
    return at[0] | (size_t)at[1] << 8 | (size_t)at[2] << 16 | (size_t)at[3] << 24;
}

// The byte form of a field, from 0.
static inline struct pc_str pc_arn_bytes_field(struct pc_str bytes, size_t field)
{
    size_t start = PC_ARN_HEADER;
    for (size_t i = 0; i < field; i++) {
        start += pc_arn_bytes_length(bytes, i);
    }
    return pc_str_slice(bytes, start, start + pc_arn_bytes_length(bytes, field));
}

// How many fields the text had.
static inline size_t pc_arn_bytes_written(struct pc_str bytes)
{
    size_t form = (unsigned char)bytes.ptr[0];
    return form == PC_ARN_WHOLE ? PC_ARN_FIELDS : form;
}

#endif
