// SPDX-License-Identifier: Apache-2.0
//
// The readable form of an image: what was compiled, for people to review and for tests to pin.
#ifndef PC_IMAGE_DUMP_H
#define PC_IMAGE_DUMP_H

#include "base/buf.h"
#include "image/view.h"

// Appends the text: the documents, each statement in canonical words, and the index of actions.
// Deterministic. The statements hold all that decides, in the notation of Version 2012-10-17
// whatever the documents' is: they can be read back. What comes from a policy is written as
// pc_buf_printable does, so that a line is a line of ours, with "\\" and "\"" for a backslash and
// a quotation mark. Failures stay in the buffer. type_text: name of the policy type.
void pc_image_dump(const struct pc_image *image, const char *type_text, struct pc_buf *out);

#endif
