// SPDX-License-Identifier: Apache-2.0
//
// The readable form of an image: what was compiled, for people to review and for tests to pin.
#ifndef PC_IMAGE_DUMP_H
#define PC_IMAGE_DUMP_H

#include "base/buf.h"
#include "image/view.h"

// Appends the text: the documents, each statement in canonical words, and the index of actions.
// Deterministic. What comes from a policy is written as pc_buf_printable does, so that a line is a
// line of ours. Failures stay in the buffer. type_text: name of the policy type.
void pc_image_dump(const struct pc_image *image, const char *type_text, struct pc_buf *out);

#endif
