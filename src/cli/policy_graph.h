// SPDX-License-Identifier: Apache-2.0
//
// The decision tree of compiled policies as a graph in DOT, the language of Graphviz: from services
// by the names and patterns of actions to statements, as the index of an image leads there.
#ifndef PC_CLI_POLICY_GRAPH_H
#define PC_CLI_POLICY_GRAPH_H

#include "base/buf.h"
#include "image/view.h"

// Appends the inside of a digraph for one image, a cluster with this title. Names of nodes begin
// with the number, so that several images can stand in one graph. Texts of policies are escaped.
// PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_policy_graph(struct pc_buf *out, const struct pc_image *image,
                                             struct pc_str title, unsigned number);

// What stands in front of the first image, and behind the last one.
void pc_policy_graph_begin(struct pc_buf *out);
void pc_policy_graph_end(struct pc_buf *out);

#endif
