// SPDX-License-Identifier: Apache-2.0
//
// Records of an image made from texts, for the tests that put images together without the compiler.
// Each fails the test on any error.
#ifndef PC_TESTS_IMAGE_RECORDS_H
#define PC_TESTS_IMAGE_RECORDS_H

#include "testing.h"

#include "image/builder.h"

struct pc_image_span bytes_of(struct pc_image_builder *builder, struct pc_str bytes);
struct pc_image_span text_of(struct pc_image_builder *builder, const char *text);

// Takes what the buffer holds and releases it.
struct pc_image_span buffer_of(struct pc_image_builder *builder, struct pc_buf *buf);

void add_document(struct pc_image_builder *builder, const char *name, const char *file);
void add_principal(struct pc_image_builder *builder, uint32_t kind, const char *text,
                   const char *partition);

// kind: PC_IMAGE_ACTION_*; a NAME is "service:Name" with the service in lower case.
void add_action(struct pc_image_builder *builder, uint32_t kind, const char *text);

// kind: PC_IMAGE_RESOURCE_*; a PATTERN is "*" or an ARN, with variables in its last field.
void add_resource(struct pc_image_builder *builder, uint32_t kind, const char *text);

// The index over all records and the image, appended to out.
void finish_image(struct pc_image_builder *builder, uint32_t type, struct pc_buf *out);

#endif
