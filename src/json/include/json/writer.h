// SPDX-License-Identifier: Apache-2.0
//
// Writes JSON to a buffer as it is told, one call a token. Strings are escaped, also where a reader
// may see the end of a line (U+0085, U+2028, U+2029); bytes that are not valid UTF-8 are written as
// U+FFFD. Compact, or indented by two spaces. Failures stay in the buffer (pc_buf_status).
#ifndef PC_JSON_WRITER_H
#define PC_JSON_WRITER_H

#include "base/buf.h"

enum {
    PC_JSON_WRITER_DEPTH = 64, // deeper nesting is a programming error and ends in a buffer failure
};

struct pc_json_writer {
    struct pc_buf *out;
    bool pretty;
    bool after_key;
    unsigned depth;
    bool filled[PC_JSON_WRITER_DEPTH]; // has the container at this depth an element yet
};

void pc_json_writer_init(struct pc_json_writer *writer, struct pc_buf *out, bool pretty);

void pc_json_begin_object(struct pc_json_writer *writer);
void pc_json_end_object(struct pc_json_writer *writer);
void pc_json_begin_array(struct pc_json_writer *writer);
void pc_json_end_array(struct pc_json_writer *writer);

// A key that needs no escape, as those have that programs name.
void pc_json_key(struct pc_json_writer *writer, const char *key);

// A key of any text.
void pc_json_key_str(struct pc_json_writer *writer, struct pc_str key);
void pc_json_string(struct pc_json_writer *writer, struct pc_str s);
void pc_json_text(struct pc_json_writer *writer, const char *text);
void pc_json_number(struct pc_json_writer *writer, int64_t number);
void pc_json_boolean(struct pc_json_writer *writer, bool value);
void pc_json_null(struct pc_json_writer *writer);

// Writes text that is JSON already, as one value.
void pc_json_raw(struct pc_json_writer *writer, struct pc_str json);

#endif
