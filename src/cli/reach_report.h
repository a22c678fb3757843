// SPDX-License-Identifier: Apache-2.0
//
// How answers about who can do what are told: ways, with the statements that they rest on.
#ifndef PC_CLI_REACH_REPORT_H
#define PC_CLI_REACH_REPORT_H

#include "reach/who_can.h"
#include "json/writer.h"

// Appends a way for people: what can be done on what, where `told` says so, and by which statements
// under which conditions.
void pc_reach_write_way(struct pc_buf *out, const struct pc_way *way, bool told);

// The same as an object: "can", "actions", "resource", "own", "partly", "statements".
void pc_reach_write_way_json(struct pc_json_writer *writer, const struct pc_way *way);

#endif
