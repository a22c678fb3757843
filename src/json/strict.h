// SPDX-License-Identifier: Apache-2.0
//
// The strict check: is the text one JSON document as RFC 8259 defines it, and where are its tokens.
#ifndef PC_JSON_STRICT_H
#define PC_JSON_STRICT_H

#include "outline.h"
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
    size_t at;                       // next byte
    size_t token;                    // where the token began that is being read
    bool escaped;                    // has the string that is being read an escape
    struct pc_json_outline *outline; // of what was read
    enum pc_json_want want;
    unsigned depth;
    uint32_t open[PC_JSON_MAX_DEPTH];  // where the containers around `at` began, outermost first
    uint32_t index[PC_JSON_MAX_DEPTH]; // of them in the outline
};

// Iterative, linear in the text. Fills in the outline, which was released or zeroed and is to be
// released also after a failure. The diagnostic is at the first byte with which no document can go
// on; for a wrong word or a lone surrogate at its start. PC_ERR_INVALID: refused, one diagnostic.
// PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_json_strict_check(const struct pc_json_source *source,
                                                  struct pc_diags *diags,
                                                  struct pc_json_outline *out);

#endif
