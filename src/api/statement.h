// SPDX-License-Identifier: Apache-2.0
//
// A statement of an image in terms of the public header.
#ifndef PC_API_STATEMENT_H
#define PC_API_STATEMENT_H

#include "eval/decision.h"
#include "polcheck/polcheck.h"

// Its texts are the image's.
void pc_statement_tell(const struct pc_image *image, uint32_t number, enum pc_slot slot,
                       struct polcheck_statement *out);

#endif
