// SPDX-License-Identifier: Apache-2.0
//
// Checked functions as a graph in DOT, the language of Graphviz: each function with what calls it
// and what Lambda polls for it on its left, its destinations on its right, and below them what is
// attached to it.
//
// An edge is green when the integration works, orange when it warns, red and dashed when it fails.
// The last two bear their first finding, with its code; the tooltip has all findings in full. An
// edge of an integration that calls a version or an alias bears that as well.
#ifndef PC_LAMBDA_GRAPH_H
#define PC_LAMBDA_GRAPH_H

#include "lambda/check.h"

// Appends the graph of so many functions; the same functions give the same bytes. Names of nodes
// are made here. Texts of the input stand in quoted strings only, so that none of them can end its
// string, be taken for an escape sequence or a character reference by Graphviz, or bring control
// characters or what XML does not take into a drawing: those are written as \xNN. The arena is for
// what is needed meanwhile. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_graph_write(struct pc_arena *arena,
                                            const struct pc_checked_function *functions,
                                            size_t count, struct pc_buf *out);

#endif
