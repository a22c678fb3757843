// SPDX-License-Identifier: Apache-2.0
//
// Amazon Resource Names: arn:partition:service:region:account:resource.
#ifndef PC_VALUE_ARN_H
#define PC_VALUE_ARN_H

#include "base/str.h"

struct pc_arn {
    struct pc_str partition, service, region, account; // region and account may be empty
    struct pc_str resource;                            // the rest, may hold ':' and '/'
};

// Splits at the first five colons. False, *out untouched, unless it has six fields of which the
// first is "arn". Checks no more than that.
PC_MUST_CHECK bool pc_arn_parse(struct pc_str text, struct pc_arn *out);

// 12 digits.
bool pc_account_id_is(struct pc_str text);

// The form of a region's name (LAMBDA.md 4): (eusc-)?[a-z]{2}(-gov|-iso[a-z]?)?-[a-z]+-\d. Which
// regions there are is not known here.
bool pc_region_is(struct pc_str text);

#endif
