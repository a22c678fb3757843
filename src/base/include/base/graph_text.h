// SPDX-License-Identifier: Apache-2.0
//
// Texts in quoted strings of DOT. None of these functions writes the quotes.
#ifndef PC_BASE_GRAPH_TEXT_H
#define PC_BASE_GRAPH_TEXT_H

#include "base/buf.h"

// Appends a text as it is shown: what a drawing or its reader could take for something else is
// escaped: none can end its string, be taken for an escape sequence or a character reference by
// Graphviz, or bring control characters or what XML does not take into a drawing. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_graph_text(struct pc_buf *out, struct pc_str text);

// How much of a text a label shows.
struct pc_graph_room {
    size_t columns; // characters of a line
    size_t lines;   // at least 1
};

// Appends a text as lines of a label, broken between words where that is possible, without a break
// at its end: ARNs by their resource alone, and "…" where the room ends before the text.
// PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_graph_lines(struct pc_buf *out, struct pc_str text,
                                            struct pc_graph_room room);

// Appends the break between two lines.
void pc_graph_break(struct pc_buf *out);

#endif
