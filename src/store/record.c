// SPDX-License-Identifier: Apache-2.0
//
// Keys, values and the format record as bytes. Knows nothing of LMDB.
#include "record.h"

#include <string.h>

#include "crypto/hash.h"

static const char *const table_names[PC_STORE_ALL_TABLES] = {
    [PC_STORE_META] = "meta",
    [PC_STORE_TREES] = "trees",
    [PC_STORE_IMAGES] = "images",
    [PC_STORE_SETS] = "sets",
    [PC_STORE_PRINCIPALS] = "principals",
    [PC_STORE_RESOURCES] = "resources",
    [PC_STORE_PARTS] = "parts",
    [PC_STORE_FUNCTIONS] = "functions",
    [PC_STORE_ACCOUNTS] = "accounts",
    [PC_STORE_LEVELS] = "levels",
    [PC_STORE_SHARED] = "shared",
    [PC_STORE_VAULT] = "vault",
    [PC_STORE_KEYS] = "keys",
    [PC_STORE_ENVIRONMENTS] = "environments",
    [PC_STORE_BINDINGS] = "bindings",
};

enum {
    KEY_FIRST = 1, // the byte in front of every key
};

static const char format_magic[8] = {'p', 'o', 'l', 'c', 'h', 'e', 'c', 'k'};

static void put_le(char *at, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        at[i] = (char)(unsigned char)(value >> (8 * i));
    }
}

static uint64_t get_le(const char *at, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++) {
        value |= (uint64_t)(unsigned char)at[i] << (8 * i);
    }
    return value;
}

void pc_record_key_make(struct pc_record_key *out, struct pc_str key)
{
    out->bytes[0] = KEY_FIRST;
    if (key.len <= PC_RECORD_KEY_WHOLE) {
        if (key.len > 0) {
            memcpy(out->bytes + 1, key.ptr, key.len);
        }
        out->len = 1 + key.len;
        return;
    }
    struct pc_hash hash = pc_hash_of(key);
    memcpy(out->bytes + 1, key.ptr, PC_RECORD_KEY_CUT);
    out->bytes[1 + PC_RECORD_KEY_CUT] = 0;
    memcpy(out->bytes + 2 + PC_RECORD_KEY_CUT, hash.bytes, PC_HASH_BYTES);
    out->len = 2 + PC_RECORD_KEY_CUT + PC_HASH_BYTES;
    _Static_assert(2 + PC_RECORD_KEY_CUT + PC_HASH_BYTES == PC_RECORD_KEY_MAX, "the longest form");
}

struct pc_str pc_record_key_shown(struct pc_str stored)
{
    return pc_str_slice(stored, 1, stored.len);
}

static uint64_t check_of(unsigned place, struct pc_str stored_key, struct pc_str value)
{
    struct pc_str seen = value.len <= PC_RECORD_SMALL ? value : PC_STR("");
    char parts[32];
    put_le(parts, place, 8);
    put_le(parts + 8, pc_str_hash(stored_key), 8);
    put_le(parts + 16, value.len, 8);
    put_le(parts + 24, pc_str_hash(seen), 8);
    return pc_str_hash((struct pc_str){parts, sizeof(parts)});
}

void pc_record_seal(char *out, unsigned place, struct pc_str stored_key, struct pc_str value)
{
    put_le(out, check_of(place, stored_key, value), PC_RECORD_CHECK);
}

static bool is_sealed(unsigned place, struct pc_str stored_key, struct pc_str stored)
{
    struct pc_str value;
    if (pc_record_open(stored, &value) != PC_OK) {
        return false;
    }
    return get_le(value.ptr + value.len, PC_RECORD_CHECK) == check_of(place, stored_key, value);
}

// What is shown of a key tells it apart from others only where the byte in front is the same.
bool pc_record_is_whole(unsigned place, struct pc_str stored_key, struct pc_str stored)
{
    return stored_key.len > 0 && stored_key.ptr[0] == KEY_FIRST &&
           is_sealed(place, stored_key, stored);
}

enum pc_status pc_record_open(struct pc_str stored, struct pc_str *value)
{
    if (stored.len < PC_RECORD_CHECK) {
        return PC_ERR_DAMAGED;
    }
    *value = (struct pc_str){stored.ptr, stored.len - PC_RECORD_CHECK};
    return PC_OK;
}

const char *pc_record_table_name(enum pc_store_table table)
{
    return table_names[table];
}

unsigned pc_record_table_named(struct pc_str name)
{
    unsigned table = 0;
    while (table < PC_STORE_ALL_TABLES && !pc_str_eq(pc_str_from(table_names[table]), name)) {
        table++;
    }
    return table;
}

struct pc_record_tables pc_record_tables(enum pc_store_kind kind)
{
    return kind == PC_STORE_OF_SECRETS
               ? (struct pc_record_tables){PC_STORE_TABLES, PC_STORE_ALL_TABLES}
               : (struct pc_record_tables){0, PC_STORE_TABLES};
}

uint32_t pc_record_format_of(enum pc_store_kind kind)
{
    return kind == PC_STORE_OF_SECRETS ? PC_VAULT_FORMAT : PC_STORE_FORMAT;
}

bool pc_record_kind_of(uint32_t format, enum pc_store_kind *kind)
{
    if (format != PC_STORE_FORMAT && format != PC_VAULT_FORMAT) {
        return false;
    }
    *kind = format == PC_VAULT_FORMAT ? PC_STORE_OF_SECRETS : PC_STORE_OF_POLICIES;
    return true;
}

enum pc_status pc_record_check_kind(uint32_t format, enum pc_store_kind wanted)
{
    if (format == pc_record_format_of(wanted)) {
        return PC_OK;
    }
    enum pc_store_kind kind =
        format >= PC_VAULT_FORMATS ? PC_STORE_OF_SECRETS : PC_STORE_OF_POLICIES;
    return kind == wanted ? PC_ERR_VERSION : PC_ERR_INVALID;
}

void pc_record_format_write(char out[PC_RECORD_FORMAT_BYTES + PC_RECORD_CHECK],
                            const struct pc_record_format *format)
{
    memcpy(out, format_magic, sizeof(format_magic));
    put_le(out + 8, format->format, 8);
    put_le(out + 16, format->generation, 8);
    pc_record_seal(out + PC_RECORD_FORMAT_BYTES, PC_RECORD_FORMAT_PLACE,
                   PC_STR(PC_RECORD_FORMAT_KEY), (struct pc_str){out, PC_RECORD_FORMAT_BYTES});
}

enum pc_status pc_record_format_parse(struct pc_str stored, struct pc_record_format *out)
{
    if (stored.len != PC_RECORD_FORMAT_BYTES + PC_RECORD_CHECK ||
        memcmp(stored.ptr, format_magic, sizeof(format_magic)) != 0) {
        return PC_ERR_INVALID;
    }
    if (!is_sealed(PC_RECORD_FORMAT_PLACE, PC_STR(PC_RECORD_FORMAT_KEY), stored) ||
        get_le(stored.ptr + 8, 8) > UINT32_MAX) {
        return PC_ERR_DAMAGED;
    }
    out->format = (uint32_t)get_le(stored.ptr + 8, 8);
    out->generation = get_le(stored.ptr + 16, 8);
    return PC_OK;
}
