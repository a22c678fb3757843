// SPDX-License-Identifier: Apache-2.0
//
// The canonical layout of JSON with policies in it: two spaces a level, one element a line, and the
// elements of policy documents and statements in the order in which AWS documents them. Strings and
// numbers stay as they are written; nothing is added, left out or merged.
#ifndef PC_CLI_JSON_LAYOUT_H
#define PC_CLI_JSON_LAYOUT_H

#include "base/buf.h"
#include "json/reader.h"

// Appends the document, which was parsed from the source with `undecoded`, and the end of its line.
// PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_json_layout(struct pc_buf *out, const struct pc_json *json,
                                            struct pc_str source);

// Do two documents that were parsed so have the same members in whatever order, and the same items
// in the same order?
bool pc_json_same(const struct pc_json *a, const struct pc_json *b);

#endif
