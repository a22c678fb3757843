// SPDX-License-Identifier: Apache-2.0
//
// Partition, region and account of the ARNs that policies name.
#ifndef PC_LINT_ARN_FIELDS_H
#define PC_LINT_ARN_FIELDS_H

#include "check.h"

#include "value/arn.h"

// Reports the first of these fields that no ARN has, also of a short one. Did it?
bool pc_lint_arn_fields(const struct pc_lint_place *place, const struct pc_text *text);

// Would the ARN, which is of no type of its service, be of one with another region or account? Then
// what is wrong with it, for people, and the code; NULL: it would not.
const char *pc_lint_arn_field_wrong(const struct pc_catalog *catalog, struct pc_str text,
                                    enum pc_diag_code *code);

#endif
