// SPDX-License-Identifier: Apache-2.0
#include "directories.h"

#include "record.h"

#include <stdlib.h>

static bool account_id_check(struct pc_str key, struct pc_str value)
{
    (void)key;
    return value.len == 0;
}

// How a record is checked, of each directory that is looked into: others have none.
static bool (*const checks[PC_STORE_TABLES])(struct pc_str key, struct pc_str value) = {
    [PC_STORE_PRINCIPALS] = pc_principal_record_check,
    [PC_STORE_RESOURCES] = pc_resource_record_check,
    [PC_STORE_PARTS] = pc_resource_record_check,
    [PC_STORE_FUNCTIONS] = pc_function_record_check,
    [PC_STORE_ACCOUNTS] = account_id_check,
    [PC_STORE_LEVELS] = pc_account_record_check,
};

static bool is_looked_into(size_t table)
{
    return checks[table] != NULL || table == PC_STORE_TREES || table == PC_STORE_SETS;
}

bool pc_directories_record_is_sound(enum pc_store_table table, struct pc_str key,
                                    struct pc_str value)
{
    return checks[table] == NULL || checks[table](key, value);
}

// Beginning ---------------------------------------------------------------------------------------

static size_t shards_of(const struct pc_census *census, size_t table)
{
    bool any = is_looked_into(table) && census->entries[table] > 0;
    return any ? (size_t)1 << pc_census_bits((enum pc_store_table)table, census->entries[table])
               : 0;
}

static enum pc_status make_room(struct pc_directories *directories, const struct pc_census *census)
{
    size_t total = shards_of(census, PC_STORE_TREES); // words of `verified`
    for (size_t i = 0; i < PC_STORE_TABLES; i++) {
        total += shards_of(census, i);
    }
    _Static_assert(sizeof(uint64_t) == sizeof(void *), "one array serves for both");
    directories->memory = calloc(total + 1, sizeof(uint64_t));
    if (directories->memory == NULL) {
        return PC_ERR_NOMEM;
    }
    const struct pc_directory_header **next = directories->memory;
    for (size_t i = 0; i < PC_STORE_TABLES; i++) {
        size_t count = shards_of(census, i);
        directories->tables[i].shards = count == 0 ? NULL : next;
        directories->tables[i].entries = census->entries[i];
        directories->tables[i].bits = pc_census_bits((enum pc_store_table)i, census->entries[i]);
        next += count;
    }
    directories->verified = (uint64_t *)(void *)next;
    return PC_OK;
}

enum pc_status pc_directories_begin(struct pc_directories *directories,
                                    struct pc_snapshot *snapshot)
{
    struct pc_str bytes;
    struct pc_census census;
    pc_directories_release(directories);
    directories->snapshot = snapshot;
    enum pc_status status = pc_snapshot_get(snapshot, PC_STORE_META, pc_census_key, &bytes);
    if (status == PC_OK) {
        status = pc_census_parse(bytes, &census);
    }
    if (status == PC_ERR_NOTFOUND || status == PC_ERR_DAMAGED) {
        return PC_OK;
    }
    PC_TRY(status);
    PC_TRY(make_room(directories, &census));
    directories->damaged = false;
    return PC_OK;
}

void pc_directories_release(struct pc_directories *directories)
{
    free(directories->memory);
    *directories = (struct pc_directories){.damaged = true};
}

// Looking up --------------------------------------------------------------------------------------

static bool records_are_sound(const struct pc_directory_header *shard, enum pc_store_table table)
{
    const struct pc_directory_entry *entry = pc_directory_first(shard);
    while (entry != NULL && pc_directories_record_is_sound(table, pc_directory_key(entry),
                                                           pc_directory_value(shard, entry))) {
        entry = pc_directory_next(shard, entry);
    }
    return entry == NULL;
}

// There is a shard for each number, so that one that is missing is damage: a policy would be
// missed.
enum pc_status pc_directories_load(struct pc_directories *directories, enum pc_store_table table,
                                   uint32_t number, const struct pc_directory_header **out)
{
    const struct pc_directory_place place =
        pc_census_place(table, directories->tables[table].entries, number);
    const struct pc_directory_header *shard;
    char key[PC_SHARD_KEY_BYTES];
    struct pc_str bytes;
    pc_shard_key(number, key);
    enum pc_status status =
        pc_snapshot_get(directories->snapshot, table, (struct pc_str){key, sizeof(key)}, &bytes);
    if (status == PC_OK) {
        status = pc_directory_open(bytes, place, &shard);
    }
    if (status == PC_ERR_NOTFOUND || status == PC_ERR_VERSION) {
        return PC_ERR_DAMAGED;
    }
    PC_TRY(status);
    if (!records_are_sound(shard, table)) {
        return PC_ERR_DAMAGED;
    }
    directories->tables[table].shards[number] = shard;
    *out = shard;
    return PC_OK;
}

// Images ------------------------------------------------------------------------------------------

// The image's bytes: the entry's value, or what lies outside when that is empty.
static enum pc_status bytes_of(struct pc_directories *directories, const struct pc_found *found,
                               struct pc_str *out)
{
    struct pc_str value = pc_directory_value(found->shard, found->entry);
    struct pc_str digest = pc_directory_key(found->entry);
    if (value.len > 0) {
        *out = value;
        return PC_OK;
    }
    struct pc_large_image *large =
        &directories->large[pc_directory_hash(digest, true) % PC_DIRECTORIES_LARGE];
    if (large->entry != found->entry) {
        PC_TRY(pc_snapshot_get(directories->snapshot, PC_STORE_IMAGES, digest, &value));
        *large = (struct pc_large_image){found->entry, value};
    }
    *out = large->bytes;
    return PC_OK;
}

enum pc_status pc_directories_image_slowly(struct pc_directories *directories,
                                           const struct pc_found *found, struct pc_image *out)
{
    struct pc_str bytes;
    PC_TRY(bytes_of(directories, found, &bytes));
    uint64_t *verified = &directories->verified[found->number];
    uint32_t number = found->entry->number;
    uint64_t bit = number < PC_DIRECTORIES_BITS ? UINT64_C(1) << number : 0;
    if ((*verified & bit) != 0) {
        *out = pc_image_trusted(bytes);
        return PC_OK;
    }
    PC_TRY(pc_image_open(bytes, out));
    *verified |= bit;
    return PC_OK;
}
