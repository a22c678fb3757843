// SPDX-License-Identifier: Apache-2.0
#include "image/builder.h"

#include "base/checked.h"

enum {
    FIRST_RECORDS = 32, // of a table, for which there is room from the first one on
};

void pc_image_builder_init(struct pc_image_builder *builder, struct pc_arena *arena)
{
    *builder = (struct pc_image_builder){.arena = arena, .key = pc_table_key()};
}

void pc_image_builder_release(struct pc_image_builder *builder)
{
    for (size_t i = 0; i < PC_IMAGE_TABLES; i++) {
        pc_buf_release(&builder->tables[i]);
    }
    pc_buf_release(&builder->pool);
}

// Bytes of the pool, which has no memory before the first one.
static struct pc_str text_at(const struct pc_image_builder *builder, struct pc_image_span span)
{
    return pc_str_slice(pc_buf_view(&builder->pool), span.offset, span.offset + span.length);
}

// The place of the bytes, or the free one where they belong.
static struct pc_image_interned *find(const struct pc_image_builder *builder, struct pc_str bytes,
                                      uint32_t hash)
{
    size_t mask = builder->interned_capacity - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        struct pc_image_interned *place = &builder->interned[i];
        if (!place->used ||
            (place->hash == hash && pc_str_eq(text_at(builder, place->span), bytes))) {
            return place;
        }
    }
}

static enum pc_status grow(struct pc_image_builder *builder)
{
    size_t capacity = builder->interned_capacity == 0 ? 64 : 2 * builder->interned_capacity;
    struct pc_image_interned *before = builder->interned;
    size_t count = builder->interned_capacity;
    builder->interned = pc_arena_array(builder->arena, capacity, sizeof(*before));
    if (builder->interned == NULL) {
        builder->interned = before;
        return PC_ERR_NOMEM;
    }
    builder->interned_capacity = capacity;
    for (size_t i = 0; i < count; i++) {
        if (before[i].used) {
            *find(builder, text_at(builder, before[i].span), before[i].hash) = before[i];
        }
    }
    return PC_OK;
}

// The place of the bytes, which it puts into the pool if they are not there.
static enum pc_status intern(struct pc_image_builder *builder, struct pc_str bytes,
                             struct pc_image_interned **out)
{
    if (bytes.len > PC_IMAGE_MAX_BYTES || builder->pool.len > PC_IMAGE_MAX_BYTES) {
        return PC_ERR_LIMIT;
    }
    if (2 * builder->interned_count >= builder->interned_capacity) {
        PC_TRY(grow(builder));
    }
    uint32_t hash = (uint32_t)pc_table_hash(&builder->key, bytes);
    struct pc_image_interned *place = find(builder, bytes, hash);
    if (!place->used) {
        struct pc_image_span span = {(uint32_t)builder->pool.len, (uint32_t)bytes.len};
        pc_buf_str(&builder->pool, bytes);
        PC_TRY(pc_buf_status(&builder->pool));
        *place = (struct pc_image_interned){.hash = hash, .used = true, .span = span};
        builder->interned_count++;
    }
    *out = place;
    return PC_OK;
}

enum pc_status pc_image_builder_bytes(struct pc_image_builder *builder, struct pc_str bytes,
                                      struct pc_image_span *out)
{
    struct pc_image_interned *place;
    PC_TRY(intern(builder, bytes, &place));
    *out = place->span;
    return PC_OK;
}

uint32_t pc_image_builder_list(struct pc_image_builder *builder)
{
    return ++builder->lists;
}

enum pc_status pc_image_builder_listed(struct pc_image_builder *builder, uint32_t list,
                                       struct pc_str bytes, struct pc_image_span *out, bool *again)
{
    struct pc_image_interned *place;
    PC_TRY(intern(builder, bytes, &place));
    *again = place->list == list;
    place->list = list;
    *out = place->span;
    return PC_OK;
}

uint32_t pc_image_builder_count(const struct pc_image_builder *builder, enum pc_image_table table)
{
    return (uint32_t)(builder->tables[table].len / pc_image_record_size(table));
}

void pc_image_builder_add(struct pc_image_builder *builder, enum pc_image_table table,
                          const void *record)
{
    struct pc_buf *records = &builder->tables[table];
    size_t size = pc_image_record_size(table);
    if (records->cap == 0) {
        pc_buf_reserve(records, FIRST_RECORDS * size);
    }
    pc_buf_append(records, record, size);
}

// The header without checksum and with the place of each part; *size is the whole image's.
static enum pc_status lay_out(const struct pc_image_builder *builder,
                              struct pc_image_header *header, size_t *size)
{
    size_t at = sizeof(*header);
    for (size_t i = 0; i < PC_IMAGE_TABLES; i++) {
        enum pc_image_table table = (enum pc_image_table)i;
        PC_TRY(pc_buf_status(&builder->tables[i]));
        if (at > PC_IMAGE_MAX_BYTES) {
            return PC_ERR_LIMIT;
        }
        header->tables[i].offset = (uint32_t)at;
        header->tables[i].count = pc_image_builder_count(builder, table);
        at += builder->tables[i].len;
    }
    PC_TRY(pc_buf_status(&builder->pool));
    if (at > PC_IMAGE_MAX_BYTES || builder->pool.len > PC_IMAGE_MAX_BYTES - at) {
        return PC_ERR_LIMIT;
    }
    header->pool.offset = (uint32_t)at;
    header->pool.count = (uint32_t)builder->pool.len;
    *size = at + builder->pool.len;
    return PC_OK;
}

enum pc_status pc_image_builder_finish(const struct pc_image_builder *builder, uint32_t type,
                                       const struct pc_image_roots *index, struct pc_buf *out)
{
    struct pc_image_header header = {
        .magic = {'P', 'C', 'I', 'M'},
        .version = PC_IMAGE_VERSION,
        .type = type,
        .index = *index,
    };
    size_t size = 0;
    PC_TRY(lay_out(builder, &header, &size));
    header.size = (uint32_t)size;
    size_t start = out->len;
    pc_buf_reserve(out, size);
    pc_buf_append(out, &header, sizeof(header));
    for (size_t i = 0; i < PC_IMAGE_TABLES; i++) {
        pc_buf_str(out, pc_buf_view(&builder->tables[i]));
    }
    pc_buf_str(out, pc_buf_view(&builder->pool));
    PC_TRY(pc_buf_status(out));
    size_t body = start + offsetof(struct pc_image_header, size);
    uint64_t checksum = pc_str_hash(pc_str_slice(pc_buf_view(out), body, out->len));
    struct pc_image_header *placed = (struct pc_image_header *)(void *)(out->ptr + start);
    placed->checksum = checksum;
    return PC_OK;
}
