// SPDX-License-Identifier: Apache-2.0
//
// The parts of the target for images.
#ifndef POLCHECK_FUZZ_IMAGE_PARTS_H
#define POLCHECK_FUZZ_IMAGE_PARTS_H

#include "edits.h"

#include "base/arena.h"
#include "base/buf.h"

// Each takes what is behind the line that names it.
void image_ask(struct pc_str input);
void image_ask_directory(struct pc_str input);
void image_ask_principal(struct pc_str input);
void image_ask_resource(struct pc_str input);
void image_ask_function(struct pc_str input);
void image_ask_account(struct pc_str input);

// Bytes in memory that ends where they end, or begins where they begin, at an alignment: the input
// chooses.
struct image_bytes {
    char *memory; // NULL: none
    size_t mapped;
    char *bytes;
    size_t size;
};
struct image_bytes image_bytes_of(struct pc_str bytes, unsigned shift);
void image_bytes_release(const struct image_bytes *bytes);

// Reads every byte.
void image_read(struct pc_str bytes);

#endif
