// SPDX-License-Identifier: Apache-2.0
//
// The strict check: is the text one JSON document as RFC 8259 defines it, and how many tokens has
// it.
#ifndef PC_JSON_STRICT_H
#define PC_JSON_STRICT_H

#include "json/reader.h"

// What may come next.
enum pc_json_want {
    PC_JSON_WANT_DOCUMENT = 0,
    PC_JSON_WANT_FIRST_ITEM, // or the end of the array
    PC_JSON_WANT_ITEM,
    PC_JSON_WANT_FIRST_KEY, // or the end of the object
    PC_JSON_WANT_KEY,
    PC_JSON_WANT_COLON,
    PC_JSON_WANT_MEMBER_VALUE,
    PC_JSON_WANT_ARRAY_COMMA,  // or the end of the array
    PC_JSON_WANT_OBJECT_COMMA, // or the end of the object
    PC_JSON_WANT_NOTHING,      // the document is complete
};

// State of the check, which complaint.h words from.
struct pc_json_scan {
    const struct pc_json_source *source;
    struct pc_diags *diags;
    struct pc_str text;
    size_t at;     // next byte
    size_t token;  // where the token began that is being read
    size_t tokens; // as jsmn counts: containers, keys, values
    enum pc_json_want want;
    unsigned depth;
    uint32_t open[PC_JSON_MAX_DEPTH]; // where the containers around `at` began, outermost first
};

// What the tree's builder has to know beforehand.
struct pc_json_shape {
    size_t tokens;
    size_t start, end; // bytes of the outermost value
};

// Iterative, linear in the text, allocates nothing but the diagnostic. The diagnostic is at the
// first byte with which no document can go on; for a wrong word or a lone surrogate at its start.
// PC_ERR_INVALID: refused, one diagnostic.
PC_MUST_CHECK enum pc_status pc_json_strict_check(const struct pc_json_source *source,
                                                  struct pc_diags *diags,
                                                  struct pc_json_shape *out);

#endif
