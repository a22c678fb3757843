// SPDX-License-Identifier: Apache-2.0
#include "shards.h"

#include <stdlib.h>

// The old state -----------------------------------------------------------------------------------

static enum pc_status open_shard(const struct pc_shards_write *job, uint32_t number,
                                 const struct pc_directory_header **out)
{
    const struct pc_directory_place place =
        pc_census_place(job->table, job->census->entries[job->table], number);
    char key[PC_SHARD_KEY_BYTES];
    struct pc_str bytes;
    pc_shard_key(number, key);
    enum pc_status status =
        pc_store_peek(job->write, job->table, (struct pc_str){key, sizeof(key)}, &bytes);
    if (status == PC_OK) {
        status = pc_directory_open(bytes, place, out);
    }
    return status == PC_ERR_NOTFOUND || status == PC_ERR_VERSION ? PC_ERR_DAMAGED : status;
}

static uint32_t shards_before(const struct pc_shards_write *job)
{
    uint64_t entries = job->census->entries[job->table];
    return entries == 0 ? 0 : UINT32_C(1) << pc_census_bits(job->table, entries);
}

enum pc_status pc_shards_peek(const struct pc_shards_write *job, struct pc_str key,
                              struct pc_str *value)
{
    const struct pc_directory_header *shard;
    uint64_t hash = pc_census_hash(job->table, key);
    if (shards_before(job) == 0) {
        return PC_ERR_NOTFOUND;
    }
    unsigned bits = pc_census_bits(job->table, job->census->entries[job->table]);
    PC_TRY(open_shard(job, pc_directory_shard(hash, bits), &shard));
    const struct pc_directory_entry *entry = pc_directory_find(shard, hash, key);
    if (entry == NULL) {
        return PC_ERR_NOTFOUND;
    }
    *value = pc_directory_value(shard, entry);
    return PC_OK;
}

enum pc_status pc_shards_each(const struct pc_shards_write *job,
                              enum pc_status (*visit)(void *context, struct pc_str key,
                                                      struct pc_str value),
                              void *context)
{
    uint64_t entries = 0;
    for (uint32_t number = 0; number < shards_before(job); number++) {
        const struct pc_directory_header *shard;
        PC_TRY(open_shard(job, number, &shard));
        for (const struct pc_directory_entry *entry = pc_directory_first(shard); entry != NULL;
             entry = pc_directory_next(shard, entry)) {
            PC_TRY(visit(context, pc_directory_key(entry), pc_directory_value(shard, entry)));
            entries++;
        }
    }
    return entries == job->census->entries[job->table] ? PC_OK : PC_ERR_DAMAGED;
}

// The new state -----------------------------------------------------------------------------------

struct pc_shard_change pc_shard_change_of(enum pc_store_table table, struct pc_str key,
                                          struct pc_str value, bool removed)
{
    return (struct pc_shard_change){{pc_census_hash(table, key), key, value}, removed};
}

static int compare(const void *a, const void *b)
{
    const struct pc_shard_change *first = a;
    const struct pc_shard_change *second = b;
    return pc_directory_order(&first->item, &second->item);
}

// Items of the new state, in order.
struct items {
    struct pc_directory_item *first;
    size_t count;
};

// Writes the shard unless it is there already.
static enum pc_status put_shard(const struct pc_shards_write *job, uint32_t number,
                                struct items items)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes;
    char key[PC_SHARD_KEY_BYTES];
    struct pc_str name = {key, sizeof(key)}, old;
    pc_buf_init(&bytes);
    pc_shard_key(number, key);
    PC_TRY(pc_directory_write(items.first, items.count, job->apart, &bytes));
    enum pc_status status = pc_store_peek(job->write, job->table, name, &old);
    if (status == PC_OK && pc_str_eq(old, pc_buf_view(&bytes))) {
        return PC_OK;
    }
    if (status != PC_OK && status != PC_ERR_NOTFOUND) {
        return status;
    }
    return pc_store_put(job->write, job->table, name, pc_buf_view(&bytes));
}

// The old shard's entries and the changes that fall into it, both in order, as one. `out` has room
// for all.
static void merge(const struct pc_shards_write *job, const struct pc_directory_header *shard,
                  const struct pc_shard_change *changes, size_t count, struct items *out)
{
    const struct pc_directory_entry *entry = pc_directory_first(shard);
    size_t next = 0;
    while (entry != NULL || next < count) {
        struct pc_directory_item old = {0, PC_STR(""), PC_STR("")};
        int order = 1; // the change comes first
        if (entry != NULL) {
            old.key = pc_directory_key(entry);
            old.hash = pc_census_hash(job->table, old.key);
            old.value = pc_directory_value(shard, entry);
            order = next < count ? pc_directory_order(&old, &changes[next].item) : -1;
        }
        if (order < 0) {
            out->first[out->count++] = old;
        } else if (!changes[next].removed) {
            out->first[out->count++] = changes[next].item;
        }
        entry = order <= 0 && entry != NULL ? pc_directory_next(shard, entry) : entry;
        next += order >= 0;
    }
}

// How many of the sorted changes, from the first on, fall into the shard of the first.
static size_t group(const struct pc_shard_change *changes, size_t count, unsigned bits)
{
    size_t same = 0;
    while (same < count && pc_directory_shard(changes[same].item.hash, bits) ==
                               pc_directory_shard(changes[0].item.hash, bits)) {
        same++;
    }
    return same;
}

// As many shards as before: only those that a change falls into are written.
static enum pc_status change_shards(const struct pc_shards_write *job,
                                    const struct pc_shard_change *changes, size_t count)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena scratch;
    unsigned bits = pc_census_bits(job->table, job->census->entries[job->table]);
    pc_arena_init(&scratch);
    while (count > 0) {
        const struct pc_directory_header *shard;
        uint32_t number = pc_directory_shard(changes[0].item.hash, bits);
        size_t same = group(changes, count, bits);
        PC_TRY(open_shard(job, number, &shard));
        pc_arena_reset(&scratch);
        struct items items = {.count = 0};
        items.first = pc_arena_array(&scratch, shard->count + same, sizeof(*items.first));
        if (items.first == NULL) {
            return PC_ERR_NOMEM;
        }
        merge(job, shard, changes, same, &items);
        PC_TRY(put_shard(job, number, items));
        changes += same;
        count -= same;
    }
    return PC_OK;
}

// Another number of shards, or all anew -----------------------------------------------------------

struct stale {
    struct pc_arena *arena;
    uint32_t shards;
    struct stale_key {
        struct pc_str key;
        struct stale_key *next;
    } * first;
};

static enum pc_status find_stale(void *context, struct pc_str key, struct pc_str value)
{
    struct stale *stale = context;
    uint64_t number = 0;
    (void)value;
    for (size_t i = 0; i < key.len && i < PC_SHARD_KEY_BYTES; i++) {
        number = number << 8 | (unsigned char)key.ptr[i];
    }
    if (key.len == PC_SHARD_KEY_BYTES && number < stale->shards) {
        return PC_OK;
    }
    struct stale_key *found = pc_arena_alloc(stale->arena, sizeof(*found));
    if (found == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(pc_arena_copy(stale->arena, key, &found->key));
    found->next = stale->first;
    stale->first = found;
    return PC_OK;
}

static enum pc_status drop_stale(const struct pc_shards_write *job, uint32_t shards)
{
    struct stale stale = {.arena = job->arena, .shards = shards};
    PC_TRY(pc_store_peek_each(job->write, job->table, find_stale, &stale));
    for (const struct stale_key *key = stale.first; key != NULL; key = key->next) {
        PC_TRY(pc_store_delete(job->write, job->table, key->key));
    }
    return PC_OK;
}

static enum pc_status put_all(const struct pc_shards_write *job, struct items items)
{
    unsigned bits = pc_census_bits(job->table, items.count);
    uint32_t shards = items.count == 0 ? 0 : UINT32_C(1) << bits;
    for (uint32_t number = 0; number < shards; number++) {
        size_t same = 0;
        while (same < items.count && pc_directory_shard(items.first[same].hash, bits) == number) {
            same++;
        }
        PC_TRY(put_shard(job, number, (struct items){items.first, same}));
        items.first += same;
        items.count -= same;
    }
    return drop_stale(job, shards);
}

struct collecting {
    struct pc_arena *arena;
    enum pc_store_table table;
    size_t room;
    struct items items;
};

static enum pc_status collect(void *context, struct pc_str key, struct pc_str value)
{
    struct collecting *collecting = context;
    if (collecting->items.count == collecting->room) {
        return PC_ERR_DAMAGED; // more than the census knows of
    }
    struct pc_directory_item *item = &collecting->items.first[collecting->items.count];
    item->hash = pc_census_hash(collecting->table, key);
    PC_TRY(pc_arena_copy(collecting->arena, key, &item->key));
    PC_TRY(pc_arena_copy(collecting->arena, value, &item->value));
    collecting->items.count++;
    return PC_OK;
}

// The old entries that no change touches, behind one another in room for `more` items beside them.
// They are copied: writing moves what the old state gives.
static enum pc_status keep_old(const struct pc_shards_write *job,
                               const struct pc_shard_change *changes, size_t count,
                               struct items *out)
{
    struct collecting old = {
        .arena = job->arena, .table = job->table, .room = job->census->entries[job->table]};
    old.items.first = pc_arena_array(job->arena, old.room, sizeof(*old.items.first));
    if (old.items.first == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(pc_shards_each(job, collect, &old));
    for (size_t i = 0; i < old.items.count; i++) {
        struct pc_shard_change wanted = {.item = old.items.first[i]};
        if (bsearch(&wanted, changes, count, sizeof(*changes), compare) == NULL) {
            out->first[out->count++] = old.items.first[i];
        }
    }
    return PC_OK;
}

static enum pc_status write_all(const struct pc_shards_write *job,
                                const struct pc_shard_change *changes, size_t count, size_t after)
{
    struct items items = {.count = 0};
    items.first = pc_arena_array(job->arena, after, sizeof(*items.first));
    if (items.first == NULL) {
        return PC_ERR_NOMEM;
    }
    if (!job->all) {
        PC_TRY(keep_old(job, changes, count, &items));
    }
    for (size_t i = 0; i < count; i++) {
        if (!changes[i].removed) {
            items.first[items.count++] = changes[i].item;
        }
    }
    if (items.count > 1) {
        qsort(items.first, items.count, sizeof(*items.first), pc_directory_order);
    }
    return put_all(job, items);
}

// Entries of the new state, which keeps the old one where the sorted changes say nothing.
static enum pc_status count_after(const struct pc_shards_write *job,
                                  const struct pc_shard_change *changes, size_t count,
                                  uint64_t *out)
{
    uint64_t after = job->census->entries[job->table];
    unsigned bits = pc_census_bits(job->table, after);
    bool any = after > 0;
    while (count > 0) {
        size_t same = group(changes, count, bits);
        const struct pc_directory_header *shard = NULL;
        if (any) {
            PC_TRY(open_shard(job, pc_directory_shard(changes[0].item.hash, bits), &shard));
        }
        for (size_t i = 0; i < same; i++) {
            const struct pc_directory_item *item = &changes[i].item;
            bool there = any && pc_directory_find(shard, item->hash, item->key) != NULL;
            after += !there && !changes[i].removed;
            after -= there && changes[i].removed;
        }
        changes += same;
        count -= same;
    }
    *out = after;
    return PC_OK;
}

enum pc_status pc_shards_write(struct pc_shards_write *job, struct pc_shard_change *changes,
                               size_t count)
{
    uint64_t before = job->census->entries[job->table], after = count;
    if (count > 1) {
        qsort(changes, count, sizeof(*changes), compare);
    }
    if (!job->all) {
        PC_TRY(count_after(job, changes, count, &after));
    }
    bool same = before > 0 && after > 0 &&
                pc_census_bits(job->table, before) == pc_census_bits(job->table, after);
    PC_TRY(same && !job->all ? change_shards(job, changes, count)
                             : write_all(job, changes, count, (size_t)after));
    job->census->entries[job->table] = after;
    return PC_OK;
}
