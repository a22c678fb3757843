// SPDX-License-Identifier: Apache-2.0
//
// What the index of an image leads to, looked up as image/layout.h says that it is laid out, with
// every number held against its table on the way. Each sets, in `found`, which has room for all
// statements, those that it comes by and leaves the others.
#ifndef PC_TESTS_IMAGE_LOOKUP_H
#define PC_TESTS_IMAGE_LOOKUP_H

#include "testing.h"

#include "image/view.h"

void lookup_set(const struct pc_image *image, struct pc_image_range set, bool *found);

// Service and name in lower case: the statements whose list has the action, NotAction not turned.
void lookup_action(const struct pc_image *image, struct pc_str service, struct pc_str name,
                   bool *found);

// The statements that the resource may match, by service and last field of its ARN.
void lookup_resource(const struct pc_image *image, struct pc_str service, struct pc_str last,
                     bool *found);

// The statements that may name the principal, kind: PC_IMAGE_PRINCIPAL_*.
void lookup_principal(const struct pc_image *image, uint32_t kind, struct pc_str text, bool *found);

#endif
