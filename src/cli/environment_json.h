// SPDX-License-Identifier: Apache-2.0
//
// Released variables as JSON. Values lie in guarded memory before and behind it, and pass through
// no other.
#ifndef PC_CLI_ENVIRONMENT_JSON_H
#define PC_CLI_ENVIRONMENT_JSON_H

#include "base/arena.h"
#include "base/buf.h"
#include "secret_files.h"

// The most bytes that writing the variables appends, everything around them included.
size_t pc_environment_json_room(const struct pc_secret_values *values);

// Appends {"NAME":"VALUE",...}, compact, as Lambda has "Variables".
void pc_environment_json_write(struct pc_buf *out, const struct pc_secret_values *values);

// What is sealed: whose variables, released when.
struct pc_sealed_label {
    struct pc_str function;
    int64_t released; // seconds since 1970 UTC
};

// Appends {"polcheck":"environment 1","function":ARN,"released":TIME,"variables":{...}}, compact.
void pc_sealed_json_write(struct pc_buf *out, const struct pc_sealed_label *label,
                          const struct pc_secret_values *values);

// Reads that. Assignments are written, each with its zero, to `room`, of at least text.len bytes;
// the array of them and the rest live in the arena, or borrow from the text. Names are not looked
// at, but none has an '=' or a zero byte. PC_ERR_DAMAGED: it is something else. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_sealed_json_read(struct pc_arena *arena, struct pc_str text,
                                                 char *room, struct pc_sealed_label *label,
                                                 struct pc_secret_values *values);

#endif
