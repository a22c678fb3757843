// SPDX-License-Identifier: Apache-2.0
//
// The line of a text that a finding is about, with a mark below the place.
#ifndef PC_CLI_EXCERPT_H
#define PC_CLI_EXCERPT_H

#include "base/diag.h"

// Where the search for a place goes on: those that come in their order are found in one pass over
// the text, also when it is one line. A zeroed struct is ready.
struct pc_excerpt {
    struct pc_str text;
    uint32_t line;  // that begins at `at`; 0: none yet
    size_t at, end; // end: SIZE_MAX: the text's
    uint32_t column;
    size_t offset; // of the column, in the line
};

// Appends two lines: the one at the place, cut to about `width` columns around it, and below it a
// mark. Nothing when the text has no such place, or nothing there but a brace. What cannot be shown
// is written as pc_buf_printable does.
void pc_excerpt_write(struct pc_excerpt *excerpt, struct pc_str text, const struct pc_place *place,
                      size_t width, struct pc_buf *out);

#endif
