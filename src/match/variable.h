// SPDX-License-Identifier: Apache-2.0
//
// The syntax of a policy variable: ${key} and ${key, 'default'} (R-501, R-509).
#ifndef PC_MATCH_VARIABLE_H
#define PC_MATCH_VARIABLE_H

#include "match/pattern.h"

struct pc_variable {
    struct pc_str key; // as written
    bool has_fallback;
    struct pc_str fallback; // views of the text
    size_t end;             // offset behind the brace
};

// Reads the variable at the "${" at offset `at`. It ends at the first '}' (R-513). PC_ERR_INVALID:
// malformed (R-512), *error says how and where.
PC_MUST_CHECK enum pc_status pc_variable_parse(struct pc_str text, size_t at,
                                               struct pc_variable *out,
                                               struct pc_pattern_error *error);

// At ${*}, ${?} or ${$} the character that it stands for (R-505), else the empty view.
struct pc_str pc_variable_escaped(struct pc_str text, size_t at);

// Can this byte stand in a variable's key? White space, control bytes and the characters of the
// syntax around it cannot; all others can, as in the keys of a request (R-407, R-501).
bool pc_variable_is_key_byte(char c);

#endif
