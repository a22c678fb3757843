// SPDX-License-Identifier: Apache-2.0
//
// Puts an image together: records are appended to their tables, bytes to the pool (equal bytes
// once). The same calls give the same bytes.
#ifndef PC_IMAGE_BUILDER_H
#define PC_IMAGE_BUILDER_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/table_hash.h"
#include "image/layout.h"

// A place of the table that finds bytes in the pool again.
struct pc_image_interned {
    uint32_t hash;
    bool used;
    uint32_t list; // that had the bytes last, or 0
    struct pc_image_span span;
};

struct pc_image_builder {
    struct pc_arena *arena;
    struct pc_buf tables[PC_IMAGE_TABLES];
    struct pc_buf pool;
    struct pc_table_key key;            // of the hashes
    struct pc_image_interned *interned; // by hash, open addressing; in the arena
    size_t interned_capacity, interned_count;
    uint32_t lists; // begun so far
};

void pc_image_builder_init(struct pc_image_builder *builder, struct pc_arena *arena);
void pc_image_builder_release(struct pc_image_builder *builder);

// Places the bytes in the pool, or finds them there. PC_ERR_NOMEM, PC_ERR_LIMIT.
PC_MUST_CHECK enum pc_status pc_image_builder_bytes(struct pc_image_builder *builder,
                                                    struct pc_str bytes, struct pc_image_span *out);

// Begins a list of bytes that are told apart; its number.
uint32_t pc_image_builder_list(struct pc_image_builder *builder);

// The same as pc_image_builder_bytes. *again: the list has them already, as long as no other list
// that was begun after it has got them.
PC_MUST_CHECK enum pc_status pc_image_builder_listed(struct pc_image_builder *builder,
                                                     uint32_t list, struct pc_str bytes,
                                                     struct pc_image_span *out, bool *again);

// Number of records in the table so far: the index that the next one gets.
uint32_t pc_image_builder_count(const struct pc_image_builder *builder, enum pc_image_table table);

// Appends a record, of the table's record type. Failures show at the finish.
void pc_image_builder_add(struct pc_image_builder *builder, enum pc_image_table table,
                          const void *record);

// Appends the image to out. type: enum pc_policy_type; index: that of pc_image_index.
// PC_ERR_NOMEM; PC_ERR_LIMIT: larger than PC_IMAGE_MAX_BYTES.
PC_MUST_CHECK enum pc_status pc_image_builder_finish(const struct pc_image_builder *builder,
                                                     uint32_t type,
                                                     const struct pc_image_roots *index,
                                                     struct pc_buf *out);

#endif
