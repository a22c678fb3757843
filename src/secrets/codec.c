// SPDX-License-Identifier: Apache-2.0
#include "codec.h"

void pc_code_u64(struct pc_buf *out, uint64_t value)
{
    pc_buf_u32(out, (uint32_t)value);
    pc_buf_u32(out, (uint32_t)(value >> 32));
}

void pc_code_text(struct pc_buf *out, struct pc_str text)
{
    pc_buf_u32(out, (uint32_t)text.len);
    pc_buf_str(out, text);
}

struct pc_str pc_decode_bytes(struct pc_decoder *decoder, size_t count)
{
    if (decoder->bad || count > decoder->rest.len) {
        decoder->bad = true;
        return PC_STR("");
    }
    struct pc_str bytes = pc_str_slice(decoder->rest, 0, count);
    decoder->rest = pc_str_slice(decoder->rest, count, decoder->rest.len);
    return bytes;
}

static uint64_t decode_number(struct pc_decoder *decoder, size_t size)
{
    struct pc_str bytes = pc_decode_bytes(decoder, size);
    uint64_t value = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        value |= (uint64_t)(unsigned char)bytes.ptr[i] << (8 * i);
    }
    return value;
}

uint64_t pc_decode_u64(struct pc_decoder *decoder)
{
    return decode_number(decoder, 8);
}

uint32_t pc_decode_u32(struct pc_decoder *decoder)
{
    return (uint32_t)decode_number(decoder, 4);
}

struct pc_str pc_decode_text(struct pc_decoder *decoder)
{
    return pc_decode_bytes(decoder, pc_decode_u32(decoder));
}

void pc_decode_into(struct pc_decoder *decoder, void *out, size_t count)
{
    struct pc_str bytes = pc_decode_bytes(decoder, count);
    memset(out, 0, count);
    if (bytes.len > 0) {
        memcpy(out, bytes.ptr, bytes.len);
    }
}
