// SPDX-License-Identifier: Apache-2.0
//
// Hints for the usual mistakes.
#ifndef PC_JSON_HINT_H
#define PC_JSON_HINT_H

#include "strict.h"

// The hint for what is at scan->at (not the end of the text), or NULL.
const char *pc_json_hint_at(const struct pc_json_scan *scan);

// The hint for a word that JSON does not know.
const char *pc_json_hint_of_word(struct pc_str rest);

// Letters, digits, '_' and '$' that rest starts with.
struct pc_str pc_json_word_at_start(struct pc_str rest);

bool pc_json_is_word_start(char c);

// Whether a value, rightly written or not, may start so.
bool pc_json_starts_value(char c);

#endif
