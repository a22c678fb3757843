// SPDX-License-Identifier: Apache-2.0
//
// Statements that need no further look once their action applies. Not for use outside the module.
#ifndef PC_IMAGE_OPEN_STATEMENT_H
#define PC_IMAGE_OPEN_STATEMENT_H

#include "image/layout.h"

// The records that a statement refers to, of an image or of its builder.
struct pc_image_parts {
    uint32_t type;
    const struct pc_image_principal *principals;
    const struct pc_image_resource *resources;
    const char *pool;
};

// Does the statement match every caller and every resource, in whatever context?
bool pc_image_is_open(const struct pc_image_parts *parts,
                      const struct pc_image_statement *statement);

// The word of the block that begins with the first of these statements, of which there are `count`.
struct pc_image_word pc_image_word_of(const struct pc_image_parts *parts,
                                      const struct pc_image_statement *statements, uint32_t count);

#endif
