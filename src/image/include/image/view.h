// SPDX-License-Identifier: Apache-2.0
//
// A read-only view of an image. Opening verifies everything once, so that reading in place needs no
// further check: a damaged or hostile image is refused, never followed.
#ifndef PC_IMAGE_VIEW_H
#define PC_IMAGE_VIEW_H

#include "base/status.h"
#include "image/layout.h"

struct pc_image {
    const char *bytes; // borrowed
    const struct pc_image_header *header;
};

// Verifies the bytes (checksum, bounds of every offset, every enumeration, pattern and operand,
// what the words of statements say) and makes a view of them. Cost: a pass over the bytes, and over
// each text of the pool as often as a record has it, which is PC_IMAGE_TEXTS times the bytes at
// most. The bytes must not change while the view is in
// use. PC_ERR_DAMAGED: not an image, or not a sound one. PC_ERR_VERSION: of another version.
PC_MUST_CHECK enum pc_status pc_image_open(struct pc_str bytes, struct pc_image *out);

// Whether the texts that are looked at to verify it, each as often as a record has it, have
// PC_IMAGE_TEXTS times the bytes of the image at most. Of an image whose tables and lists fit.
bool pc_image_texts_fit(const struct pc_image *image);

// A view without verification, of bytes that pc_image_open accepted before and that did not change.
static inline struct pc_image pc_image_trusted(struct pc_str bytes)
{
    return (struct pc_image){bytes.ptr, (const struct pc_image_header *)(const void *)bytes.ptr};
}

static inline struct pc_str pc_image_text(const struct pc_image *image, struct pc_image_span span)
{
    struct pc_str text = {image->bytes + image->header->pool.offset + span.offset, span.length};
    return text;
}

static inline uint32_t pc_image_count(const struct pc_image *image, enum pc_image_table table)
{
    return image->header->tables[table].count;
}

static inline const void *pc_image_record(const struct pc_image *image, enum pc_image_table table,
                                          uint32_t index, size_t size)
{
    return image->bytes + image->header->tables[table].offset + (size_t)index * size;
}

// One accessor a table: pc_image_statement(image, index) and so on; index below the count.
#define PC_IMAGE_ACCESSOR(noun, table)                                                             \
    static inline const struct pc_image_##noun *pc_image_##noun(const struct pc_image *image,      \
                                                                uint32_t index)                    \
    {                                                                                              \
        return (const struct pc_image_##noun *)pc_image_record(image, table, index,                \
                                                               sizeof(struct pc_image_##noun));    \
    }
PC_IMAGE_ACCESSOR(document, PC_IMAGE_DOCUMENTS)
PC_IMAGE_ACCESSOR(statement, PC_IMAGE_STATEMENTS)
PC_IMAGE_ACCESSOR(action, PC_IMAGE_ACTIONS)
PC_IMAGE_ACCESSOR(resource, PC_IMAGE_RESOURCES)
PC_IMAGE_ACCESSOR(principal, PC_IMAGE_PRINCIPALS)
PC_IMAGE_ACCESSOR(condition, PC_IMAGE_CONDITIONS)
PC_IMAGE_ACCESSOR(value, PC_IMAGE_VALUES)
PC_IMAGE_ACCESSOR(key, PC_IMAGE_KEYS)
PC_IMAGE_ACCESSOR(service, PC_IMAGE_SERVICES)
PC_IMAGE_ACCESSOR(name, PC_IMAGE_NAMES)
PC_IMAGE_ACCESSOR(glob, PC_IMAGE_GLOBS)
PC_IMAGE_ACCESSOR(word, PC_IMAGE_WORDS)
PC_IMAGE_ACCESSOR(block, PC_IMAGE_BLOCKS)
PC_IMAGE_ACCESSOR(slot, PC_IMAGE_SLOTS)
PC_IMAGE_ACCESSOR(node, PC_IMAGE_NODES)
PC_IMAGE_ACCESSOR(edge, PC_IMAGE_EDGES)
PC_IMAGE_ACCESSOR(holder, PC_IMAGE_HOLDERS)
#undef PC_IMAGE_ACCESSOR

#endif
