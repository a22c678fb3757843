// SPDX-License-Identifier: Apache-2.0
//
// How a text of JSON is laid out: its white space, and JSON of ours in the same manner.
#ifndef PC_LAMBDA_LAYOUT_H
#define PC_LAMBDA_LAYOUT_H

#include "base/buf.h"

// The white space right in front of a place.
struct pc_str pc_layout_white_before(struct pc_str text, size_t at);

// The white space that begins the line of a place.
struct pc_str pc_layout_indent(struct pc_str text, size_t at);

// Appends JSON that the writer indented, with the steps and ends of line of the text, each line but
// the first behind `indent`.
void pc_layout_append(struct pc_buf *out, struct pc_str json, struct pc_str indent,
                      struct pc_str text);

// Bytes of the text without the white space between its elements: what Lambda keeps.
size_t pc_layout_compact_size(struct pc_str text);

#endif
