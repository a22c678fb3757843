// SPDX-License-Identifier: Apache-2.0
//
// Entries in their order, sets of statements as blocks, and the slots of hashed records.
#include "indexing.h"

#include <stdlib.h>

static int order_entries(const void *left, const void *right)
{
    const struct pc_index_entry *a = left;
    const struct pc_index_entry *b = right;
    int order = pc_str_cmp(a->service, b->service);
    if (order == 0) {
        order = pc_str_cmp(a->text, b->text);
    }
    if (order == 0 && a->kind != b->kind) {
        order = a->kind < b->kind ? -1 : 1;
    }
    // Equal patterns lie once in the pool.
    if (order == 0 && a->pattern.offset != b->pattern.offset) {
        order = a->pattern.offset < b->pattern.offset ? -1 : 1;
    }
    if (order == 0) {
        order = a->statement < b->statement ? -1 : a->statement > b->statement;
    }
    return order;
}

void pc_index_sort(struct pc_index_entry *entries, size_t count)
{
    if (count > 1) {
        qsort(entries, count, sizeof(*entries), order_entries);
    }
}

size_t pc_index_run(const struct pc_index_entry *entries, size_t at, size_t end)
{
    const struct pc_index_entry *first = &entries[at];
    while (at < end && entries[at].kind == first->kind &&
           entries[at].pattern.offset == first->pattern.offset &&
           pc_str_eq(entries[at].text, first->text) &&
           pc_str_eq(entries[at].service, first->service)) {
        at++;
    }
    return at;
}

// The blocks of one set, put together in a buffer.
static void add_statement(struct pc_buf *blocks, uint32_t statement)
{
    struct pc_image_block block = {statement / PC_INDEX_BLOCK, UINT64_C(1)
                                                                   << (statement % PC_INDEX_BLOCK)};
    if (blocks->len > 0) {
        struct pc_image_block *last = (void *)(blocks->ptr + blocks->len - sizeof(*last));
        if (last->number == block.number) {
            last->bits |= block.bits;
            return;
        }
    }
    pc_buf_append(blocks, &block, sizeof(block));
}

static enum pc_status place(struct pc_indexing *job, struct pc_buf *blocks,
                            struct pc_image_range *out)
{
    PC_TRY(pc_buf_status(blocks));
    struct pc_str bytes = pc_buf_view(blocks);
    const struct pc_image_range *known = pc_map_get(&job->sets, bytes);
    if (known != NULL) {
        *out = *known;
        return PC_OK;
    }
    struct pc_image_range *range = pc_arena_alloc(job->arena, sizeof(*range));
    struct pc_str key;
    if (range == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(pc_arena_copy(job->arena, bytes, &key));
    range->first = pc_image_builder_count(job->builder, PC_IMAGE_BLOCKS);
    range->count = (uint32_t)(bytes.len / sizeof(struct pc_image_block));
    pc_buf_str(&job->builder->tables[PC_IMAGE_BLOCKS], bytes);
    *out = *range;
    return pc_map_put(&job->sets, key, range);
}

enum pc_status pc_index_set_in(struct pc_indexing *job, const struct pc_buf *numbers,
                               struct pc_image_range *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf blocks = {0};
    PC_TRY(pc_buf_status(numbers));
    for (size_t at = 0; at < numbers->len; at += sizeof(uint32_t)) {
        uint32_t number;
        memcpy(&number, numbers->ptr + at, sizeof(number));
        add_statement(&blocks, number);
    }
    return place(job, &blocks, out);
}

enum pc_status pc_index_set_of(struct pc_indexing *job, const struct pc_index_entry *entries,
                               size_t count, struct pc_image_range *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf blocks = {0};
    for (size_t i = 0; i < count; i++) {
        add_statement(&blocks, entries[i].statement);
    }
    return place(job, &blocks, out);
}

enum pc_status pc_index_set_of_word(struct pc_indexing *job, uint64_t bits,
                                    struct pc_image_range *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf blocks = {0};
    for (; bits != 0; bits &= bits - 1) {
        add_statement(&blocks, (uint32_t)__builtin_ctzll(bits));
    }
    return place(job, &blocks, out);
}

static uint64_t hash_of(const struct pc_indexing *job, enum pc_image_table table, uint32_t record)
{
    uint64_t hash;
    memcpy(&hash, pc_index_record(job, table, record), sizeof(hash));
    return hash;
}

struct pc_image_range pc_index_slots(struct pc_indexing *job, enum pc_image_table table,
                                     uint32_t first)
{
    struct pc_buf *slots = &job->builder->tables[PC_IMAGE_SLOTS];
    uint32_t end = pc_image_builder_count(job->builder, table);
    struct pc_image_range range = {pc_image_builder_count(job->builder, PC_IMAGE_SLOTS), 0};
    if (end == first) {
        return range;
    }
    range.count = 2;
    while (range.count < 2 * (end - first)) {
        range.count *= 2;
    }
    pc_buf_fill(slots, 0, (size_t)range.count * sizeof(struct pc_image_slot));
    for (uint32_t record = first; pc_buf_status(slots) == PC_OK && record < end; record++) {
        struct pc_image_slot *at = (void *)slots->ptr;
        uint32_t slot = (uint32_t)hash_of(job, table, record) & (range.count - 1);
        while (at[range.first + slot].record != 0) {
            slot = (slot + 1) & (range.count - 1);
        }
        at[range.first + slot].record = record + 1;
    }
    return range;
}
