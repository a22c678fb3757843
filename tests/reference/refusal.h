// SPDX-License-Identifier: Apache-2.0
//
// How a check says what is wrong: a sentence with its rule, or NULL when nothing is.
#ifndef REFERENCE_REFUSAL_H
#define REFERENCE_REFUSAL_H

#include <stddef.h>

#include "base/str.h"

// Leaves the calling function with the first thing that is wrong.
#define REF_TRY(check)                                                                             \
    do {                                                                                           \
        const char *ref_wrong = (check);                                                           \
        if (ref_wrong != NULL) {                                                                   \
            return ref_wrong;                                                                      \
        }                                                                                          \
    } while (0)

#endif
