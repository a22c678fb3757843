// SPDX-License-Identifier: Apache-2.0
//
// Measures an environment as Lambda does (LAMBDA.md, section 6): as a compact JSON object in UTF-8.
#ifndef PC_SECRETS_ENVIRONMENT_H
#define PC_SECRETS_ENVIRONMENT_H

#include "secrets/vault.h"

enum {
    PC_ARN_BYTES = 512,   // longest ARN that a vault takes
    PC_NAME_BYTES = 2048, // longest name of a variable
};

// Bytes of a value inside its quotes.
size_t pc_environment_measure_value(struct pc_str value);

// Bytes of a variable in the object, and of the comma or brace behind it; `value`: measure of its
// value. An environment has all of them and one brace, an empty one two.
size_t pc_environment_measure_variable(struct pc_str name, size_t value);

#endif
