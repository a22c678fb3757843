// SPDX-License-Identifier: Apache-2.0
//
// From byte offsets to lines and columns, in the order of the text.
#ifndef PC_JSON_POSITION_H
#define PC_JSON_POSITION_H

#include "json/reader.h"

// A line ends at U+000A. Columns count code points from 1. Inside a JSON string of another document
// the cursor walks the escaped text along with the decoded one and tells the place in the former.
struct pc_json_cursor {
    struct pc_str text;
    size_t at; // byte of text that line and column are about
    uint32_t line, column;
    struct pc_str escaped; // what `text` was decoded from; empty for a document of its own
    size_t escaped_at;
    bool inside;
    bool ascii;      // of a text in ASCII nothing but the ends of lines has to be looked for
    size_t begin;    // then: where the line at hand begins
    size_t line_end; // and the end of it, SIZE_MAX when it is the last one
};

// At the first byte. source->inside must fit source->outer (pc_json_source_fits).
void pc_json_cursor_init(struct pc_json_cursor *cursor, const struct pc_json_source *source);

// Says that every byte of the text is ASCII, and the text a document of its own. At the first byte
// only.
void pc_json_cursor_trust_ascii(struct pc_json_cursor *cursor);

// Moves on to a byte at or behind the present one, at most the length of the text. Linear in the
// distance.
void pc_json_cursor_move(struct pc_json_cursor *cursor, size_t offset);

// Whether `inside`, when given, is a string of `outer` whose decoded text is `text`.
bool pc_json_source_fits(const struct pc_json_source *source);

// The place of one byte. Linear in the offset: for diagnostics, not for every token.
struct pc_place pc_json_place_at(const struct pc_json_source *source, size_t offset);

#endif
