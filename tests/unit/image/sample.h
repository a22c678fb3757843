// SPDX-License-Identifier: Apache-2.0
//
// A small image put together by hand, with a record of every kind and an operand of every form, in
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
};

struct sample sample_new(void);

// With so many statements more that it is of two blocks and has every table of the index.
enum {
    SAMPLE_FURTHER = 62,
};
struct sample sample_large(void);

// Adds the records that they are made of: none further, or SAMPLE_FURTHER.
void sample_records(struct pc_image_builder *builder, uint32_t further);

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
// pattern, what the index leads to, and the readable form.
void image_walk(const struct pc_image *image);

#endif
