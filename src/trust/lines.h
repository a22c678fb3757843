// SPDX-License-Identifier: Apache-2.0
//
// The text of key files: a key a line, in one form, so that nobody reads a key there that polcheck
// does not.
#ifndef PC_TRUST_LINES_H
#define PC_TRUST_LINES_H

#include "trust/keys.h"

enum {
    PC_TRUST_BASE64_BYTES = 44, // characters of 32 bytes in base64, its one form
};

// A text that is gone through line by line.
struct pc_trust_lines {
    struct pc_str rest;
    struct pc_place place; // of the line that was read last; column 1
    struct pc_diags *diags;
};

// One key: its fields borrow the text.
struct pc_trust_line {
    struct pc_str word, base64, name;
    uint32_t base64_column, name_column;
};

// The next line that is neither empty nor a comment. PC_ERR_NOTFOUND: there is none.
PC_MUST_CHECK enum pc_status pc_trust_lines_next(struct pc_trust_lines *lines,
                                                 struct pc_trust_line *out);

// Reports what is wrong at a column of the line that was read last (TRUST_KEY). PC_ERR_INVALID.
enum pc_status pc_trust_lines_refuse(struct pc_trust_lines *lines, uint32_t column,
                                     const char *message, const char *hint);

// The 32 bytes of a field, which may lie in guarded memory as the field does. False: it is not
// their base64 in its one form.
PC_MUST_CHECK bool pc_trust_decode(struct pc_str base64, uint8_t out[32]);

// Whether it can be a key's name: up to PC_TRUST_NAME_MAX bytes of printable ASCII, in which no
// other line begins.
bool pc_trust_name_is(struct pc_str name);

#define PC_TRUST_NAME_HINT                                                                         \
    "a name has up to 64 letters, digits and signs of ASCII, and not \"" PC_TRUST_PUBLIC_WORD      \
    "\"; each key has a line of its own"

// Appends a line of a key file.
void pc_trust_line_write(struct pc_buf *out, const char *word, const uint8_t bytes[32],
                         const char *name);

#endif
