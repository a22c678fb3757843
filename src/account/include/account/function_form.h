// SPDX-License-Identifier: Apache-2.0
//
// The forms that the fields of a function's ARN have (LAMBDA.md 4).
#ifndef PC_ACCOUNT_FUNCTION_FORM_H
#define PC_ACCOUNT_FUNCTION_FORM_H

#include "base/str.h"

PC_MUST_CHECK bool pc_function_name_is(struct pc_str text);
// A version, an alias, "$LATEST" or "$LATEST.PUBLISHED".
PC_MUST_CHECK bool pc_function_qualifier_is(struct pc_str text);
// Such as eu-west-1, us-gov-west-1, eusc-de-east-1: words of lower-case letters, then a digit.
PC_MUST_CHECK bool pc_function_region_is(struct pc_str text);
// "aws", or "aws-" with words of lower-case letters.
PC_MUST_CHECK bool pc_function_partition_is(struct pc_str text);

#endif
