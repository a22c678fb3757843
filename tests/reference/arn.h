// SPDX-License-Identifier: Apache-2.0
//
// ARNs: six fields, split at the first five colons.
#ifndef REFERENCE_ARN_H
#define REFERENCE_ARN_H

#include "base/str.h"

enum {
    REF_ARN_PARTITION = 1,
    REF_ARN_SERVICE = 2,
    REF_ARN_REGION = 3,
    REF_ARN_ACCOUNT = 4,
    REF_ARN_RESOURCE = 5,
    REF_ARN_FIELDS = 6,
};

// The fields of the text, of an ARN or of a pattern of one. Returns how many there are.
size_t ref_arn_split(struct pc_str text, struct pc_str fields[REF_ARN_FIELDS]);

// The same for the value of an ARN operator, in which variables may stand in every field: a
// colon inside a variable separates nothing.
size_t ref_arn_split_value(struct pc_str text, bool variables,
                           struct pc_str fields[REF_ARN_FIELDS]);

// Is the value of an ARN operator a pattern of an ARN: six fields, the first of them `arn`
// or with a wildcard?
bool ref_arn_is_pattern(struct pc_str text, bool variables);

// True for what a request may carry as an ARN: six fields, the first of them `arn`.
bool ref_arn_read(struct pc_str text, struct pc_str fields[REF_ARN_FIELDS]);

bool ref_is_account(struct pc_str text); // 12 digits

// What is behind the last slash; all of it when there is none.
struct pc_str ref_last_component(struct pc_str path);

// `arn:P:SERVICE::ACCOUNT:KIND/rest`, as IAM's and STS's own ARNs are: rest, or false.
bool ref_arn_of(struct pc_str text, struct pc_str service, struct pc_str kind, struct pc_str *rest);

#endif
