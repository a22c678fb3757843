// SPDX-License-Identifier: Apache-2.0
//
// Has Graphviz draw a graph: runs its command "dot", which PATH leads to, without a shell.
#ifndef PC_CLI_GRAPHVIZ_H
#define PC_CLI_GRAPHVIZ_H

#include "command.h"

// Appends the drawing of a graph in DOT as SVG. The child gets the text by a pipe and has signals
// as polcheck was started with them; when this process ends before it, it is killed. For a process
// of one thread that has no store open.
// PC_ERR_INVALID: GRAPH_DRAWING was reported, with what the command said when it failed, and *out
// is as it was. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_graphviz_svg(struct pc_cli *cli, struct pc_str dot,
                                             struct pc_buf *out);

#endif
