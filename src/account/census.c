// SPDX-License-Identifier: Apache-2.0
#include "census.h"

enum {
    RECORDS_EACH = 64, // entries of a shard: what a change of one rewrites
    TREES_EACH = 32,
};

const struct pc_str pc_census_key = PC_STR_INIT("directories");

void pc_census_write(const struct pc_census *census, char out[PC_CENSUS_BYTES])
{
    for (size_t i = 0; i < PC_CENSUS_BYTES; i++) {
        out[i] = (char)(unsigned char)(census->entries[i / 8] >> (8 * (i % 8)));
    }
}

enum pc_status pc_census_parse(struct pc_str bytes, struct pc_census *out)
{
    struct pc_census census = {{0}};
    if (bytes.len != PC_CENSUS_BYTES) {
        return PC_ERR_DAMAGED;
    }
    for (size_t i = 0; i < PC_CENSUS_BYTES; i++) {
        census.entries[i / 8] |= (uint64_t)(unsigned char)bytes.ptr[i] << (8 * (i % 8));
    }
    *out = census;
    return PC_OK;
}

enum pc_status pc_census_peek(struct pc_store_write *write, struct pc_census *out)
{
    struct pc_str bytes;
    PC_TRY(pc_store_peek(write, PC_STORE_META, pc_census_key, &bytes));
    return pc_census_parse(bytes, out);
}

enum pc_status pc_census_put(struct pc_store_write *write, const struct pc_census *census)
{
    char bytes[PC_CENSUS_BYTES];
    pc_census_write(census, bytes);
    return pc_store_put(write, PC_STORE_META, pc_census_key, (struct pc_str){bytes, sizeof(bytes)});
}

unsigned pc_census_bits(enum pc_store_table table, uint64_t entries)
{
    return pc_directory_bits(entries, table == PC_STORE_TREES ? TREES_EACH : RECORDS_EACH);
}

struct pc_directory_place pc_census_place(enum pc_store_table table, uint64_t entries,
                                          uint32_t number)
{
    return (struct pc_directory_place){
        .number = number,
        .bits = pc_census_bits(table, entries),
        .digests = table == PC_STORE_TREES || table == PC_STORE_SETS,
    };
}

void pc_shard_key(uint32_t number, char out[PC_SHARD_KEY_BYTES])
{
    for (unsigned i = 0; i < PC_SHARD_KEY_BYTES; i++) {
        out[i] = (char)(unsigned char)(number >> (24 - 8 * i));
    }
}
