// SPDX-License-Identifier: Apache-2.0
//
// What comes out of a vault as people and programs read it. Texts are written so that they cannot
// draw on a terminal.
#ifndef PC_CLI_VAULT_TEXT_H
#define PC_CLI_VAULT_TEXT_H

#include "json/writer.h"

// Appends a moment (seconds since 1970 UTC) as 2026-11-26T10:00:00Z.
void pc_moment_write(struct pc_buf *out, int64_t moment);
void pc_moment_write_json(struct pc_json_writer *writer, int64_t moment);

// Appends how long ago it was, in the largest unit that gives two of them: "90 s", "3 days".
void pc_age_write(struct pc_buf *out, int64_t moment, int64_t now);

// Appends names with ", " between them.
void pc_names_write(struct pc_buf *out, const struct pc_str *names, size_t count);

#endif
