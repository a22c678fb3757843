// SPDX-License-Identifier: Apache-2.0
//
// Condition operators (5.3) by their names, and the comparison of one value with one value (5.4).
#ifndef REFERENCE_OPERATOR_H
#define REFERENCE_OPERATOR_H

#include "variable.h"

enum ref_base {
    REF_STRING = 0,
    REF_NUMERIC,
    REF_DATE,
    REF_BOOL,
    REF_BINARY,
    REF_ADDRESS,
    REF_ARN,
    REF_NULL,
};

enum ref_relation {
    REF_EQUAL = 0,
    REF_LESS,
    REF_LESS_EQUAL,
    REF_GREATER,
    REF_GREATER_EQUAL,
};

enum ref_set_prefix {
    REF_NO_SET = 0,
    REF_FOR_ALL_VALUES,
    REF_FOR_ANY_VALUE,
};

struct ref_operator {
    enum ref_base base;
    enum ref_relation relation; // numbers and dates
    bool negated;
    bool wildcards;   // strings
    bool ignore_case; // strings
    enum ref_set_prefix set;
    bool if_exists;
};

// in any case. False when there is none of the name, NullIfExists included.
bool ref_operator_read(struct pc_str name, struct ref_operator *out);

enum ref_comparison {
    REF_ERROR = 0,
    REF_NOMATCH,
    REF_MATCH,
};

// cmp(policyValue, requestValue). `reading->wildcards` is not looked at: the operator says it.
enum ref_comparison ref_compare(const struct ref_reading *reading, const struct ref_operator *op,
                                struct pc_str policy, struct pc_str request);

#endif
