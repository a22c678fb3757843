// SPDX-License-Identifier: Apache-2.0
//
// The one list of outcomes of calls. A status says whether a call did its work; it never says
// whether something is allowed: a decision is a value of its own (eval/decision.h).
//
// A function that returns a status other than PC_OK leaves its out parameters untouched, but for a
// decision, which is always set and is a deny then.
#ifndef PC_BASE_STATUS_H
#define PC_BASE_STATUS_H

#include "base/str.h"

enum pc_status {
#define PC_STATUS(name, number, exit, text) PC_##name = number,
#include "base/status.def"
#undef PC_STATUS
};

// One line of text without an end of line; for a number outside the list "unknown status".
const char *pc_status_text(enum pc_status status);

// Exit status of the command line: 0, 2 or 130; 2 for a number outside the list.
int pc_status_exit(enum pc_status status);

// Returns the status from the calling function unless it is PC_OK. The only macro with control
// flow.
#define PC_TRY(call)                                                                               \
    do {                                                                                           \
        enum pc_status pc_try_status = (call);                                                     \
        if (pc_try_status != PC_OK) {                                                              \
            return pc_try_status;                                                                  \
        }                                                                                          \
    } while (0)

// Runs release(&variable) when the variable goes out of scope.
#define PC_CLEANUP(release) __attribute__((cleanup(release)))

#endif
