// SPDX-License-Identifier: Apache-2.0
//
// Where verbs that draw put their graphs: as DOT or drawn as SVG, on standard output or in a file.
#ifndef PC_CLI_GRAPH_OUTPUT_H
#define PC_CLI_GRAPH_OUTPUT_H

#include "command.h"

enum { // behind all numbers that a verb uses
    PC_OPTION_GRAPH_OUTPUT = 1100,
    PC_OPTION_GRAPH_FORMAT,
};

// Rows of a table of options.
// clang-format off
#define PC_GRAPH_OPTIONS                                                                           \
    {PC_OPTION_GRAPH_OUTPUT, 'o', "output", "FILE",                                                \
     "Where the graph goes; default: standard output.", false},                                    \
    {PC_OPTION_GRAPH_FORMAT, 0, "format", "dot|svg",                                               \
     "dot (default), the text that Graphviz reads, or svg (default of a FILE of that name), "      \
     "drawn by Graphviz's dot.", false}
// clang-format on

struct pc_graph_output {
    const char *path; // NULL or "-": standard output
    bool svg;
};

// PC_ERR_USAGE: reported.
PC_MUST_CHECK enum pc_status pc_graph_output_read(struct pc_cli *cli, const struct pc_args *args,
                                                  struct pc_graph_output *out);

// Draws the graph, if that is wanted, and puts it out; a file is written whole or not at all. No
// store may be open (graphviz.h). PC_ERR_INVALID: GRAPH_DRAWING or OUTPUT_FAILED was reported.
// PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status
pc_graph_output_put(struct pc_cli *cli, const struct pc_graph_output *output, struct pc_str dot);

#endif
