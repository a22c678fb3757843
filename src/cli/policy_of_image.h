// SPDX-License-Identifier: Apache-2.0
//
// Compiled policies as documents again, for reading: what an image says, in the words of a policy.
// Names of actions are in lower case, as the image has them; what can never match stands as it was
// written.
#ifndef PC_CLI_POLICY_OF_IMAGE_H
#define PC_CLI_POLICY_OF_IMAGE_H

#include "image/view.h"
#include "policy/model.h"

// Makes the documents of the image, in its order: as many as it has (PC_IMAGE_DOCUMENTS). They
// borrow texts of the image, the rest lives in the arena. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_policies_of_image(struct pc_arena *arena,
                                                  const struct pc_image *image,
                                                  struct pc_policy **out, size_t *count);

#endif
