// SPDX-License-Identifier: Apache-2.0
//
// The outline of a text that the strict check has passed: where each token lies, and a text of the
// same structure without white space and without what is in strings and numbers. The check has been
// through all that already, so the outline is all that jsmn has to see.
#ifndef PC_JSON_OUTLINE_H
#define PC_JSON_OUTLINE_H

#include "base/buf.h"

struct pc_json_span {
    uint32_t start;       // of a string with its quote
    uint32_t end : 31;    // INVARIANT: a text has at most PC_JSON_MAX_BYTES, which fit
    uint32_t escaped : 1; // a string with escapes
};

struct pc_json_outline {
    struct pc_json_span *spans; // in the order in which the tokens begin
    size_t count, capacity;
    char *text; // `length` bytes
    size_t length;
    bool ascii; // every byte of the text that it is of is
};

// A zeroed struct is one without tokens.
void pc_json_outline_release(struct pc_json_outline *outline);

// Adds a token: '"' a string, '0' another scalar, '{' or '[' a container. *index is for
// pc_json_outline_close. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_json_outline_add(struct pc_json_outline *outline, char kind,
                                                 struct pc_json_span span, uint32_t *index);

// Adds what stands between tokens: ',' or ':', once for each token at most.
void pc_json_outline_mark(struct pc_json_outline *outline, char mark);

// Ends a container: `bracket` is the byte that does, `end` the offset behind it.
void pc_json_outline_close(struct pc_json_outline *outline, uint32_t index, char bracket,
                           size_t end);

#endif
