// SPDX-License-Identifier: Apache-2.0
//
// What the dump's two halves share. Not for use outside the module.
#ifndef PC_IMAGE_DUMPING_H
#define PC_IMAGE_DUMPING_H

#include "base/buf.h"
#include "image/view.h"

// The text, with a backslash in front of each backslash and quotation mark of its own.
void pc_dump_text(struct pc_buf *out, struct pc_str text);

// What write makes of the bytes, in the same way.
void pc_dump_written(struct pc_buf *out, struct pc_str bytes,
                     void (*write)(struct pc_str bytes, struct pc_buf *out));

// A line of words of ours and such a text.
void pc_dump_line(struct pc_buf *out, const char *label, struct pc_str text);

void pc_dump_index(const struct pc_image *image, struct pc_buf *out);

#endif
