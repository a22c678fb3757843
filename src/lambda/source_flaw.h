// SPDX-License-Identifier: Apache-2.0
//
// Sources that a service never sends, as statements have them by mistake (LAMBDA.md 1.1, 8.3).
#ifndef PC_LAMBDA_SOURCE_FLAW_H
#define PC_LAMBDA_SOURCE_FLAW_H

#include "base/diag.h"
#include "value/arn.h"

struct pc_source_flaw {
    enum pc_diag_code code;
    const char *hint;
};

// Why calls of the service to a function of the region never bear a source that the pattern
// matches; NULL: they may.
const struct pc_source_flaw *pc_source_flaw_of(struct pc_str service, const struct pc_arn *pattern,
                                               struct pc_str region);

#endif
