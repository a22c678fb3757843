// SPDX-License-Identifier: Apache-2.0
//
// What holds of every refusal: errors are told for what is refused and for nothing else, each with
// words, and where it has a place that is one of the text.
#ifndef POLCHECK_FUZZ_DIAGS_H
#define POLCHECK_FUZZ_DIAGS_H

#include "base/diag.h"
#include "base/status.h"

// PC_OK goes with no error, PC_ERR_INVALID and PC_ERR_LIMIT with at least one; there is no other
// status.
void fuzz_check_diags(const struct pc_diags *diags, enum pc_status status);

// The place of the diagnostic is one of the text.
void fuzz_check_place(const struct pc_diag *diag, struct pc_str text);

#endif
