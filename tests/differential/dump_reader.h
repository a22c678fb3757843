// SPDX-License-Identifier: Apache-2.0
//
// Reads the readable dump of an image (image/dump.h) back into policy documents: what a reviewer
// sees must be what decides.
#ifndef DUMP_READER_H
#define DUMP_READER_H

#include "edit.h"

// The documents of the dump, as an array; NULL, and told on standard output as a comment of TAP,
// when there is a line that it does not know. Texts live in the arena; `text` is borrowed.
struct edit_node *dump_read(struct pc_arena *arena, struct pc_str text);

#endif
