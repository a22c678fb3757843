// SPDX-License-Identifier: Apache-2.0
//
// RFC 8259 once more, written from its grammar alone: what the reader takes must be JSON, and what
// is JSON it must take.
#ifndef POLCHECK_FUZZ_JSON_GRAMMAR_H
#define POLCHECK_FUZZ_JSON_GRAMMAR_H

#include "base/str.h"

// Is the text one JSON value, in valid UTF-8, without lone surrogates among its escapes, and with
// at most so many objects and arrays inside each other? Names may come twice.
bool json_grammar_takes(struct pc_str text, unsigned most_depth);

#endif
