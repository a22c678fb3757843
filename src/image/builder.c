// SPDX-License-Identifier: Apache-2.0
#include "image/builder.h"

#include "base/checked.h"

void pc_image_builder_init(struct pc_image_builder *builder, struct pc_arena *arena)
{
    *builder = (struct pc_image_builder){.arena = arena};
    pc_map_init(&builder->interned, arena);
}

void pc_image_builder_release(struct pc_image_builder *builder)
{
    for (size_t i = 0; i < PC_IMAGE_TABLES; i++) {
        pc_buf_release(&builder->tables[i]);
    }
    pc_buf_release(&builder->pool);
}

enum pc_status pc_image_builder_bytes(struct pc_image_builder *builder, struct pc_str bytes,
                                      struct pc_image_span *out)
{
    if (bytes.len > PC_IMAGE_MAX_BYTES || builder->pool.len > PC_IMAGE_MAX_BYTES) {
        return PC_ERR_LIMIT;
    }
    const struct pc_image_span *known = pc_map_get(&builder->interned, bytes);
    if (known != NULL) {
        *out = *known;
        return PC_OK;
    }
    struct pc_image_span *span = pc_arena_alloc(builder->arena, sizeof(*span));
    if (span == NULL) {
        return PC_ERR_NOMEM;
    }
    struct pc_str key;
    PC_TRY(pc_arena_copy(builder->arena, bytes, &key));
    *span = (struct pc_image_span){(uint32_t)builder->pool.len, (uint32_t)bytes.len};
    pc_buf_str(&builder->pool, bytes);
    PC_TRY(pc_buf_status(&builder->pool));
    PC_TRY(pc_map_put(&builder->interned, key, span));
    *out = *span;
    return PC_OK;
}

uint32_t pc_image_builder_count(const struct pc_image_builder *builder, enum pc_image_table table)
{
    return (uint32_t)(builder->tables[table].len / pc_image_record_size(table));
}

void pc_image_builder_add(struct pc_image_builder *builder, enum pc_image_table table,
                          const void *record)
{
    pc_buf_append(&builder->tables[table], record, pc_image_record_size(table));
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
