// SPDX-License-Identifier: Apache-2.0
//
// Writing again what was read.
#ifndef PC_CLI_JSON_COPY_H
#define PC_CLI_JSON_COPY_H

#include "json/reader.h"
#include "json/writer.h"

// Writes the value compactly, on one line; NULL as null. What is nested deeper than eight levels,
// more than anything that is told again, becomes null.
void pc_json_copy(struct pc_json_writer *writer, const struct pc_json *json);

#endif
