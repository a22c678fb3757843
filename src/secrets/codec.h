// SPDX-License-Identifier: Apache-2.0
//
// The form of a vault's records: numbers little-endian, texts behind their length. Reading never
// goes beyond the bytes; the first thing that is not there makes everything after it empty, and is
// told at the end.
#ifndef PC_SECRETS_CODEC_H
#define PC_SECRETS_CODEC_H

#include "base/buf.h"

void pc_code_u64(struct pc_buf *out, uint64_t value);
void pc_code_text(struct pc_buf *out, struct pc_str text); // below 4 GiB

struct pc_decoder {
    struct pc_str rest;
    bool bad; // something was not there
};

uint64_t pc_decode_u64(struct pc_decoder *decoder);
uint32_t pc_decode_u32(struct pc_decoder *decoder);
struct pc_str pc_decode_text(struct pc_decoder *decoder);
struct pc_str pc_decode_bytes(struct pc_decoder *decoder,
                              size_t count); // "" when they are not there

// Copies so many bytes; zeros when they are not there.
void pc_decode_into(struct pc_decoder *decoder, void *out, size_t count);

#endif
