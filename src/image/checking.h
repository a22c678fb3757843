// SPDX-License-Identifier: Apache-2.0
//
// What the validator's two halves share: records (check.c) and the index (check_index.c). Not for
// use outside the module.
#ifndef PC_IMAGE_CHECKING_H
#define PC_IMAGE_CHECKING_H

#include "image/view.h"

// Does [offset, offset + length) lie inside a whole of `size`?
static inline bool pc_check_inside(uint64_t offset, uint64_t length, uint64_t size)
{
    return offset <= size && length <= size - offset;
}

bool pc_check_range(const struct pc_image *image, struct pc_image_range range,
                    enum pc_image_table table);
bool pc_check_span(const struct pc_image *image, struct pc_image_span span);
bool pc_check_pattern(const struct pc_image *image, struct pc_image_span span);

// Of one record of the index, by its number.
bool pc_check_word(const struct pc_image *image, uint32_t number);
bool pc_check_block(const struct pc_image *image, uint32_t number);
bool pc_check_service(const struct pc_image *image, uint32_t number);
bool pc_check_name(const struct pc_image *image, uint32_t number);
bool pc_check_node(const struct pc_image *image, uint32_t number);
bool pc_check_edge(const struct pc_image *image, uint32_t number);
bool pc_check_glob(const struct pc_image *image, uint32_t number);
bool pc_check_holder(const struct pc_image *image, uint32_t number);

bool pc_check_roots(const struct pc_image *image);

#endif
