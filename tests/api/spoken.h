// SPDX-License-Identifier: Apache-2.0
//
// A request of a case or a batch (CONTRACT.md, section 2) said to the library: its members as calls
// of the public header.
#ifndef PC_TESTS_API_SPOKEN_H
#define PC_TESTS_API_SPOKEN_H

#include "polcheck/polcheck.h"
#include "json/reader.h"

enum {
    SPOKEN_LIST = 64, // values of one list
};

// Says it. False: it has something that no function of the library says, or that the reader of JSON
// would refuse before it is asked. Texts are the tree's; what is made goes to the arena.
bool spoken_request(struct pc_arena *arena, const struct pc_json *json,
                    struct polcheck_request *request);

static inline struct polcheck_str spoken_text(struct pc_str text)
{
    return polcheck_bytes(text.ptr, text.len);
}

#endif
