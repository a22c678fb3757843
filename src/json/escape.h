// SPDX-License-Identifier: Apache-2.0
//
// Escapes of JSON strings.
#ifndef PC_JSON_ESCAPE_H
#define PC_JSON_ESCAPE_H

#include "base/buf.h"

// Value of a hexadecimal digit in any case, or -1.
int pc_json_hex_digit(char c);

bool pc_json_is_high_surrogate(uint32_t unit);
bool pc_json_is_low_surrogate(uint32_t unit);

// The code point of a pair.
uint32_t pc_json_join_surrogates(uint32_t high, uint32_t low);

// Appends the decoded content of a string (what is between its quotes) that has passed the strict
// check; bytes that could not have passed are appended as they are.
void pc_json_unescape(struct pc_buf *out, struct pc_str content);

#endif
