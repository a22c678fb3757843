// SPDX-License-Identifier: Apache-2.0
//
// Changes that no case can notice, where that is easily proved. Not for use outside the module.
#ifndef PC_SUITE_EQUIVALENT_H
#define PC_SUITE_EQUIVALENT_H

#include "base/status.h"
#include "image/view.h"

// Do the two images, which differ in what they say of that statement, come to the same decisions?
// True only where it is sure. Proved are: both statements match the same requests or none; what
// either matches another statement of the image allows or denies as well; an Allow of an RCP, where
// everything is allowed anyway.
bool pc_suite_equivalent(const struct pc_image *image, const struct pc_image *mutant,
                         uint32_t statement);

#endif
