// SPDX-License-Identifier: Apache-2.0
//
// What a store's tables hold, taken apart without the reader that tests are about: each shard is
// opened by itself.
#ifndef PC_TESTS_ACCOUNT_STORED_H
#define PC_TESTS_ACCOUNT_STORED_H

#include "sandbox.h"

#include "census.h"

struct stored {
    struct pc_store *store;
    struct pc_snapshot *snapshot;
};

static inline struct stored stored_open(struct sandbox *box, const char *path)
{
    struct stored stored;
    assert_int_equal(pc_store_open(pc_str_from(path), &box->diags, &stored.store), PC_OK);
    assert_int_equal(pc_snapshot_open(stored.store, &stored.snapshot), PC_OK);
    return stored;
}

static inline void stored_close(struct stored *stored)
{
    pc_snapshot_close(stored->snapshot);
    pc_store_close(stored->store);
}

static inline enum pc_status stored_count(void *context, struct pc_str key, struct pc_str value)
{
    size_t *count = context;
    (void)key;
    (void)value;
    (*count)++;
    return PC_OK;
}

// Values of the table: of a directory its shards.
static inline size_t stored_values(struct sandbox *box, enum pc_store_table table)
{
    size_t count = 0;
    struct stored stored = stored_open(box, box->store);
    assert_int_equal(pc_snapshot_each(stored.snapshot, table, stored_count, &count), PC_OK);
    stored_close(&stored);
    return count;
}

static inline struct pc_census stored_census(const struct stored *stored)
{
    struct pc_str bytes;
    struct pc_census census;
    assert_int_equal(pc_snapshot_get(stored->snapshot, PC_STORE_META, pc_census_key, &bytes),
                     PC_OK);
    assert_int_equal(pc_census_parse(bytes, &census), PC_OK);
    return census;
}

// The shard with the number, verified; number below the count of shards.
static inline const struct pc_directory_header *
stored_shard(const struct stored *stored, enum pc_store_table table, uint32_t number)
{
    const struct pc_directory_header *shard;
    struct pc_census census = stored_census(stored);
    struct pc_str bytes;
    char key[PC_SHARD_KEY_BYTES];
    pc_shard_key(number, key);
    assert_int_equal(
        pc_snapshot_get(stored->snapshot, table, (struct pc_str){key, sizeof(key)}, &bytes), PC_OK);
    const struct pc_directory_place place = pc_census_place(table, census.entries[table], number);
    assert_int_equal(pc_directory_open(bytes, place, &shard), PC_OK);
    return shard;
}

static inline uint32_t stored_shards(const struct stored *stored, enum pc_store_table table)
{
    uint64_t entries = stored_census(stored).entries[table];
    return entries == 0 ? 0 : UINT32_C(1) << pc_census_bits(table, entries);
}

// Entries of a directory, counted in its shards, which the census must agree with.
static inline size_t stored_entries(struct sandbox *box, enum pc_store_table table)
{
    struct stored stored = stored_open(box, box->store);
    size_t count = 0;
    for (uint32_t i = 0; i < stored_shards(&stored, table); i++) {
        count += stored_shard(&stored, table, i)->count;
    }
    assert_int_equal(stored_census(&stored).entries[table], count);
    stored_close(&stored);
    return count;
}

struct stored_walk {
    const struct stored *other;
    enum pc_store_table table;
    size_t count;
};

static inline enum pc_status stored_find_same(void *context, struct pc_str key, struct pc_str value)
{
    struct stored_walk *walk = context;
    struct pc_str same;
    walk->count++;
    assert_int_equal(pc_snapshot_get(walk->other->snapshot, walk->table, key, &same), PC_OK);
    assert_true(pc_str_eq(same, value));
    return PC_OK;
}

// Two stores hold the same values under the same keys.
static inline void stored_are_equal(struct sandbox *box, const char *first, const char *second)
{
    struct stored a = stored_open(box, first), b = stored_open(box, second);
    for (unsigned table = 0; table < PC_STORE_TABLES; table++) {
        struct stored_walk there = {&b, (enum pc_store_table)table, 0};
        struct stored_walk back = {&a, (enum pc_store_table)table, 0};
        assert_int_equal(pc_snapshot_each(a.snapshot, there.table, stored_find_same, &there),
                         PC_OK);
        assert_int_equal(pc_snapshot_each(b.snapshot, back.table, stored_find_same, &back), PC_OK);
        assert_int_equal(there.count, back.count);
    }
    stored_close(&a);
    stored_close(&b);
}

// Replaces a value of the store by one that LMDB and the store find in order.
struct stored_value {
    enum pc_store_table table;
    struct pc_str key, value;
};

static inline enum pc_status stored_put(void *context, struct pc_store_write *write)
{
    const struct stored_value *put = context;
    return pc_store_put(write, put->table, put->key, put->value);
}

#endif
