// SPDX-License-Identifier: Apache-2.0
//
// Opened variables as they lie in guarded memory.
#ifndef PC_SECRETS_OPENED_H
#define PC_SECRETS_OPENED_H

#include "secrets/vault.h"

struct pc_opened_variable {
    uint16_t start, name, length; // in bytes: of the assignment, the name, the value
};

struct pc_opened {
    size_t count, used;
    struct pc_opened_variable variables[PC_ENVIRONMENT_VARIABLES];
    uint8_t
        plain[PC_ENVIRONMENT_BYTES]; // values one after the other, between opening and handing out
    // As an object each of them has four bytes more around it than here.
    char text[PC_ENVIRONMENT_BYTES];
};

// Adds NAME= and room for a value of that length, which is returned; NULL: there is none.
PC_MUST_CHECK uint8_t *pc_opened_add(struct pc_opened *opened, struct pc_str name, size_t length);

#endif
