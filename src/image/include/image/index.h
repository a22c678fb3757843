// SPDX-License-Identifier: Apache-2.0
//
// Makes the index of an image: from what the records say, which statements can apply to a request.
// It is a function of the records alone, so whoever builds an image gets the same one.
#ifndef PC_IMAGE_INDEX_H
#define PC_IMAGE_INDEX_H

#include "image/builder.h"

// Adds the index of all statements that the builder holds to its tables; to be called once, behind
// the last record. type: PC_IMAGE_TYPE_*. Nothing is added to the pool. Working memory is taken
// from the builder's arena. PC_ERR_NOMEM. PC_ERR_EFFORT: services, or beginnings of patterns, were
// chosen so that looking for them would take more than PC_IMAGE_STEPS for each slot. Further
// failures show at the finish.
PC_MUST_CHECK enum pc_status pc_image_index(struct pc_image_builder *builder, uint32_t type,
                                            struct pc_image_roots *out);

#endif
