// SPDX-License-Identifier: Apache-2.0
//
// What several documents say of one function, put together.
#ifndef PC_ACCOUNT_FUNCTIONS_H
#define PC_ACCOUNT_FUNCTIONS_H

#include "members.h"

// What one document says; "" and NULL: nothing.
struct pc_function_facts {
    struct pc_str arn, role, kms_key;
    struct pc_place place;
    const struct pc_json *variables; // object whose names, or array whose strings are the names
};

// Adds the facts to the function. Facts that contradict others are reported (DEFINED_TWICE). *out
// may be NULL.
PC_MUST_CHECK enum pc_status pc_function_add(const struct pc_members *reader,
                                             const struct pc_function_facts *facts,
                                             struct pc_function **out);

#endif
