// SPDX-License-Identifier: Apache-2.0
//
// What was derived of a request so far, and the room for the rest. Not for use outside the module.
#ifndef PC_EVAL_DERIVED_H
#define PC_EVAL_DERIVED_H

#include "known.h"

#include "value/date.h"

enum {
    PC_EPOCH_TEXT = 24,      // bytes that hold any 64-bit number
    PC_DERIVED_BETWEEN = 32, // bytes of what is between the parts of a text
};

// In the request's arena. The request of a decision is const; this is not: it remembers.
struct pc_derived {
    uint64_t made; // a bit for each of the keys whose entry is there
    int64_t now;
    int64_t (*clock)(void);        // NULL: `now` is the time
    char *role;                    // room for the ARN of a session's role
    char *userid;                  // and for aws:userid
    struct pc_str *tag_keys;       // room for aws:TagKeys
    struct pc_context_entry *tags; // room: of the principal, then of the resource
    char current_time[PC_INSTANT_TEXT];
    char epoch_time[PC_EPOCH_TEXT];
    struct pc_str values[KEYS_WITH_VALUE]; // of the entries with one value
    struct pc_context_entry entries[KEYS_WITH_VALUE];
};

#endif
