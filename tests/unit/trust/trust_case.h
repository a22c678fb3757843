// SPDX-License-Identifier: Apache-2.0
//
// A folder with a small store in it, keys by numbers, and short ways to sign, change and judge it.
#ifndef PC_TESTS_TRUST_CASE_H
#define PC_TESTS_TRUST_CASE_H

#include "testing.h"

#include "../store/shelf.h"

#include "base/clock.h"
#include "crypto/hash.h"
#include "record.h"
#include "removal.h"
#include "secret_key.h"
#include "trust/judge.h"
#include "trust/signing.h"

enum {
    CASE_LARGE = 70000, // bytes of the largest value
};

static inline int case_setup(void **state)
{
    return pc_crypto_init() == PC_OK ? shelf_setup(state) : -1;
}

static inline int case_teardown(void **state)
{
    struct shelf *shelf = *state;
    remove_all(shelf->base);
    pc_arena_release(&shelf->arena);
    free(shelf);
    return 0;
}

// The path of a file in the folder; of the last four that were asked for.
static inline const char *case_path(const struct shelf *shelf, const char *name)
{
    static char paths[4][128];
    static unsigned next;
    char *path = paths[next++ % 4];
    (void)snprintf(path, sizeof(paths[0]), "%s/%s", shelf->base, name);
    return path;
}

static inline const char *case_write(const struct shelf *shelf, const char *name, const char *text)
{
    const char *path = case_path(shelf, name);
    assert_true(shelf_write_file(path, text, strlen(text)));
    return path;
}

// Key number n, not in guarded memory.
static inline struct pc_signing_key case_key(uint8_t n)
{
    struct pc_signing_key key = {.name = ""};
    uint8_t seed[PC_SIGN_SEED_BYTES];
    memset(seed, n, sizeof(seed));
    assert_int_equal(pc_sign_pair(seed, key.public, key.secret), PC_OK);
    return key;
}

// The set of that one key. To be freed.
static inline struct pc_trusted_keys *case_trust(uint8_t n)
{
    struct pc_signing_key key = case_key(n);
    struct pc_trusted_keys *keys;
    assert_int_equal(pc_trusted_keys_of(key.public, &keys), PC_OK);
    return keys;
}

struct case_entry {
    enum pc_store_table table;
    struct pc_str key;
    size_t size;
};

static inline struct pc_str case_value(size_t size)
{
    static char bytes[CASE_LARGE];
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (char)(i % 251);
    }
    return (struct pc_str){bytes, size};
}

// Those of trust_vectors.def.
static const struct case_entry case_entries[] = {
#define ENTRY(table, key, size) {(enum pc_store_table)(table), PC_STR_INIT(key), size},
#include "trust_vectors.def"
#undef ENTRY
};

enum {
    CASE_ENTRIES = sizeof(case_entries) / sizeof(case_entries[0]),
};

// From the last one to the first, for their order must not matter.
static inline enum pc_status case_fill_work(void *context, struct pc_store_write *write)
{
    (void)context;
    for (size_t i = CASE_ENTRIES; i-- > 0;) {
        const struct case_entry *entry = &case_entries[i];
        PC_TRY(pc_store_put(write, entry->table, entry->key, case_value(entry->size)));
    }
    return PC_OK;
}

static inline void case_fill(struct shelf *shelf)
{
    assert_int_equal(pc_store_update(shelf_path(shelf), &shelf->diags, case_fill_work, NULL),
                     PC_OK);
}

// Signs the store with key n and a serial (0: the one that follows).
static inline enum pc_status case_try_sign(struct shelf *shelf, uint8_t n, uint64_t serial,
                                           struct pc_signature *out)
{
    const struct pc_signing_key key = case_key(n);
    struct pc_signing signing = {
        .key = &key, .store = shelf_path(shelf), .diags = &shelf->diags, .serial = serial};
    PC_TRY(pc_sign_store(&signing));
    *out = signing.made;
    return PC_OK;
}

static inline struct pc_signature case_sign(struct shelf *shelf, uint8_t n, uint64_t serial)
{
    struct pc_signature made;
    assert_int_equal(case_try_sign(shelf, n, serial, &made), PC_OK);
    return made;
}

struct case_change {
    enum pc_store_table table;
    struct pc_str key, value;
    bool delete;
};

static inline enum pc_status case_change_work(void *context, struct pc_store_write *write)
{
    const struct case_change *change = context;
    return change->delete ? pc_store_delete(write, change->table, change->key)
                          : pc_store_put(write, change->table, change->key, change->value);
}

// Changes the store as somebody does who leaves the signature where it is.
static inline void case_change(struct shelf *shelf, struct case_change change)
{
    assert_int_equal(pc_store_update(shelf_path(shelf), &shelf->diags, case_change_work, &change),
                     PC_OK);
}

static inline void case_put_record(struct shelf *shelf, const uint8_t *record, size_t size)
{
    const void *bytes = record;
    case_change(shelf, (struct case_change){PC_STORE_META, PC_STR(PC_SIGNATURE_KEY),
                                            (struct pc_str){bytes, size}, false});
}

static inline enum pc_status case_try_judge(struct shelf *shelf, const struct pc_trust_basis *basis,
                                            struct pc_judgement *out)
{
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    PC_TRY(shelf_open(shelf, &store));
    enum pc_status status = pc_snapshot_open(store, &snapshot);
    if (status == PC_OK) {
        status = pc_trust_judge(snapshot, basis, NULL, out, NULL);
        pc_snapshot_close(snapshot);
    }
    pc_store_close(store);
    return status;
}

// The verdict on the store by the set of key n.
static inline enum pc_trust_verdict case_verdict(struct shelf *shelf, uint8_t n,
                                                 struct pc_seen seen)
{
    struct pc_trusted_keys *keys = case_trust(n);
    const struct pc_trust_basis basis = {keys, seen};
    struct pc_judgement judgement = {.verdict = PC_TRUST_UNKNOWN};
    assert_int_equal(case_try_judge(shelf, &basis, &judgement), PC_OK);
    pc_trusted_keys_free(keys);
    return judgement.verdict;
}

static const struct pc_seen case_none_seen = {.serial = 0};

#endif
