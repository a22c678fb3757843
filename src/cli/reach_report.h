// SPDX-License-Identifier: Apache-2.0
//
// How answers about who can do what are told: the statements that they rest on, for people and for
// programs.
#ifndef PC_CLI_REACH_REPORT_H
#define PC_CLI_REACH_REPORT_H

#include "reach/reach.h"
#include "json/writer.h"

// Appends a statement with what it depends on, each line behind `indent` blanks.
void pc_reach_write_statement(struct pc_buf *out, const struct pc_reach_statement *statement,
                              size_t indent);

// The same as an object: "effect", "type", "policy", "sid", "file", "line", "column", "sure", and
// of one that is not sure what is open.
void pc_reach_write_statement_json(struct pc_json_writer *writer,
                                   const struct pc_reach_statement *statement);

// A condition as {"operator", "key", "values"}.
void pc_reach_write_condition_json(struct pc_json_writer *writer, const struct pc_image *image,
                                   uint32_t number);

// Appends "aws:SourceVpce StringEquals "vpce-1" or "vpce-2"".
void pc_reach_write_condition(struct pc_buf *out, const struct pc_image *image, uint32_t number);

#endif
