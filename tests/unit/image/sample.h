// SPDX-License-Identifier: Apache-2.0
//
// A small image put together by hand, with a record of every table and an operand of every form, in
// memory of its own and of its exact size. The tests damage it.
#ifndef PC_TESTS_IMAGE_SAMPLE_H
#define PC_TESTS_IMAGE_SAMPLE_H

#include "testing.h"

#include "image/builder.h"
#include "image/view.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

struct sample {
    char *bytes;
    size_t size;
    size_t first_service; // record of "s3"; the other one is of "sqs"
    size_t first_name;    // record of "getobject" of s3; its other one is of "putobject"
};

struct sample sample_new(void);
void sample_free(struct sample *sample);

// The copy has memory of its own.
struct sample sample_copy(const struct sample *sample);

static inline struct pc_str sample_view(const struct sample *sample)
{
    return (struct pc_str){sample->bytes, sample->size};
}

// Makes the checksum that of the bytes as they are now.
void sample_sign(struct sample *sample);

// Reads whatever a reader may read of an image that was opened: every record, every operand and
// pattern, and the readable form.
void image_walk(const struct pc_image *image);

#endif
