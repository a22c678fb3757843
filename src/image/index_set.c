// SPDX-License-Identifier: Apache-2.0
//
// Entries in their order, sets of statements as blocks, and the slots of hashed records.
#include "indexing.h"

#include "base/word.h"

#include <stdlib.h>

enum pc_status pc_index_entries_new(struct pc_indexing *job, size_t list,
                                    struct pc_index_entries *out)
{
    size_t count = 0;
    for (uint32_t i = 0; i < job->statements; i++) {
        const char *statement = pc_index_record(job, PC_IMAGE_STATEMENTS, i);
        struct pc_image_range range;
        memcpy(&range, statement + list, sizeof(range));
        count += range.count;
    }
    struct pc_index_entry *items = pc_arena_array(job->arena, count, sizeof(*items));
    if (items == NULL) {
        return PC_ERR_NOMEM;
    }
    *out = (struct pc_index_entries){items, 0};
    return PC_OK;
}

// The first eight bytes as a number that sorts as the text does.
static uint64_t order_of(struct pc_str text)
{
    uint64_t word = 0;
    if (text.len >= sizeof(word)) {
        word = pc_word_load(text.ptr);
    } else if (text.len > 0) {
        word = pc_word_tail(text, text.len);
    }
    return __builtin_bswap64(word);
}

static int order_texts(uint64_t order_a, struct pc_str a, uint64_t order_b, struct pc_str b)
{
    if (order_a != order_b) {
        return order_a < order_b ? -1 : 1;
    }
    return pc_str_cmp(a, b);
}

static int order_numbers(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

static int order_entries(const void *left, const void *right)
{
    const struct pc_index_entry *a = left;
    const struct pc_index_entry *b = right;
    int order = order_texts(a->service_order, a->service, b->service_order, b->service);
    if (order == 0) {
        order = order_texts(a->text_order, a->text, b->text_order, b->text);
    }
    if (order == 0) {
        order = order_numbers(a->kind, b->kind);
    }
    if (order == 0) { // equal patterns lie once in the pool
        order = order_numbers(a->pattern.offset, b->pattern.offset);
    }
    if (order == 0) {
        order = order_numbers(a->statement, b->statement);
    }
    // Of equal texts the one that lies first, so that no way of sorting matters.
    return order == 0 ? (a->text.ptr > b->text.ptr) - (a->text.ptr < b->text.ptr) : order;
}

// Lists are in order often, for people and tools write them so.
static bool are_sorted(const struct pc_index_entry *entries, size_t count)
{
    size_t i = 1;
    while (i < count && order_entries(&entries[i - 1], &entries[i]) <= 0) {
        i++;
    }
    return i >= count;
}

void pc_index_sort(struct pc_index_entry *entries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        entries[i].service_order = order_of(entries[i].service);
        entries[i].text_order = order_of(entries[i].text);
    }
    if (!are_sorted(entries, count)) {
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

static void add_statement(struct pc_indexing *job, uint32_t statement)
{
    struct pc_buf *blocks = &job->blocks;
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

static bool is_last(const struct pc_indexing *job, struct pc_str bytes)
{
    if (job->last.count == 0) {
        return false;
    }
    struct pc_str last = {pc_index_record(job, PC_IMAGE_BLOCKS, job->last.first),
                          job->last.count * sizeof(struct pc_image_block)};
    return pc_str_eq(last, bytes);
}

static enum pc_status place_new(struct pc_indexing *job, struct pc_str bytes)
{
    struct pc_image_range *range = pc_arena_alloc(job->arena, sizeof(*range));
    struct pc_str key;
    if (range == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(pc_arena_copy(job->arena, bytes, &key));
    range->first = pc_image_builder_count(job->builder, PC_IMAGE_BLOCKS);
    range->count = (uint32_t)(bytes.len / sizeof(struct pc_image_block));
    pc_buf_str(&job->builder->tables[PC_IMAGE_BLOCKS], bytes);
    PC_TRY(pc_buf_status(&job->builder->tables[PC_IMAGE_BLOCKS])); // the set is read again
    job->last = *range;
    return pc_map_put(&job->sets, key, range);
}

// The set whose blocks were put together.
static enum pc_status place(struct pc_indexing *job, struct pc_image_range *out)
{
    PC_TRY(pc_buf_status(&job->blocks));
    struct pc_str bytes = pc_buf_view(&job->blocks);
    if (bytes.len == 0) {
        *out = (struct pc_image_range){0, 0};
        return PC_OK;
    }
    if (!is_last(job, bytes)) {
        const struct pc_image_range *known = pc_map_get(&job->sets, bytes);
        if (known == NULL) {
            PC_TRY(place_new(job, bytes));
        } else {
            job->last = *known;
        }
    }
    *out = job->last;
    return PC_OK;
}

enum pc_status pc_index_set_in(struct pc_indexing *job, const struct pc_buf *numbers,
                               struct pc_image_range *out)
{
    pc_buf_reset(&job->blocks);
    PC_TRY(pc_buf_status(numbers));
    for (size_t at = 0; at < numbers->len; at += sizeof(uint32_t)) {
        uint32_t number;
        memcpy(&number, numbers->ptr + at, sizeof(number));
        add_statement(job, number);
    }
    return place(job, out);
}

enum pc_status pc_index_set_of(struct pc_indexing *job, const struct pc_index_entry *entries,
                               size_t count, struct pc_image_range *out)
{
    pc_buf_reset(&job->blocks);
    for (size_t i = 0; i < count; i++) {
        add_statement(job, entries[i].statement);
    }
    return place(job, out);
}

enum pc_status pc_index_set_of_word(struct pc_indexing *job, uint64_t bits,
                                    struct pc_image_range *out)
{
    const struct pc_image_block block = {0, bits};
    pc_buf_reset(&job->blocks);
    if (bits != 0) {
        pc_buf_append(&job->blocks, &block, sizeof(block));
    }
    return place(job, out);
}

static uint64_t hash_of(const struct pc_indexing *job, enum pc_image_table table, uint32_t record)
{
    uint64_t hash;
    memcpy(&hash, pc_index_record(job, table, record), sizeof(hash));
    return hash;
}

enum pc_status pc_index_slots(struct pc_indexing *job, enum pc_image_table table, uint32_t first,
                              struct pc_image_range *out)
{
    struct pc_buf *slots = &job->builder->tables[PC_IMAGE_SLOTS];
    uint32_t end = pc_image_builder_count(job->builder, table);
    struct pc_image_range range = {pc_image_builder_count(job->builder, PC_IMAGE_SLOTS), 0};
    if (end == first) {
        *out = range;
        return PC_OK;
    }
    size_t before = slots->len;
    range.count = 2;
    while (range.count < 2 * (end - first)) {
        range.count *= 2;
    }
    uint64_t steps = (uint64_t)PC_IMAGE_STEPS * range.count;
    pc_buf_fill(slots, 0, (size_t)range.count * sizeof(struct pc_image_slot));
    for (uint32_t record = first; pc_buf_status(slots) == PC_OK && record < end; record++) {
        struct pc_image_slot *at = (void *)slots->ptr;
        uint32_t slot = (uint32_t)hash_of(job, table, record) & (range.count - 1);
        for (; at[range.first + slot].record != 0; slot = (slot + 1) & (range.count - 1)) {
            if (steps-- == 0) {
                slots->len = before;
                return PC_ERR_EFFORT;
            }
        }
        at[range.first + slot].record = record + 1;
    }
    *out = range;
    return PC_OK;
}

void pc_index_drop(struct pc_indexing *job, enum pc_image_table table, uint32_t first)
{
    job->builder->tables[table].len = first * pc_image_record_size(table);
}
