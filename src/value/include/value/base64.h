// SPDX-License-Identifier: Apache-2.0
//
// Base64 as BinaryEquals needs it: bytes count, not how they were written.
#ifndef PC_VALUE_BASE64_H
#define PC_VALUE_BASE64_H

#include "base/buf.h"

// Decodes RFC 4648 base64, with or without padding; white space (space, tab, CR, LF) anywhere is
// skipped. Appends the bytes to out. False, and out as it was, for anything else (other characters,
// wrong padding, a single left-over character). Left-over bits of the last character are dropped.
// When memory is out pc_buf_status tells.
PC_MUST_CHECK bool pc_base64_decode(struct pc_str text, struct pc_buf *out);

// Is the text base64 that pc_base64_decode would accept?
bool pc_base64_is(struct pc_str text);

// Is the text base64 of exactly these bytes? Allocates nothing.
bool pc_base64_equals(struct pc_str text, struct pc_str bytes);

void pc_base64_write(struct pc_buf *out, struct pc_str bytes);

#endif
