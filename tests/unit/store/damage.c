// SPDX-License-Identifier: Apache-2.0
//
// Files that are not what this module wrote: whoever is asked about a damaged one answers what was
// written or that it is damaged, and nothing in it ends the process.
#include "testing.h"

#include <lmdb.h>

#include "record.h"
#include "shelf.h"

enum {
    RECORDS = 600,
    LARGE = 20000,
};

// A store with branches, large values and free pages ----------------------------------------------

static struct pc_str key_of(char out[600], unsigned i)
{
    int length = snprintf(out, 600, "arn:aws:iam::111122223333:role/team-%u/role-%u", i % 7, i);
    size_t size = (size_t)length;
    if (i % 50 == 0) {
        memset(out + size, 'x', 590 - size);
        size = 590;
    }
    return (struct pc_str){out, size};
}

static struct pc_str value_of(char out[LARGE], unsigned i)
{
    size_t size = i % 40 == 0 ? LARGE : i * 13 % 300;
    memset(out, (int)(i % 251), size);
    return (struct pc_str){out, size};
}

static enum pc_store_table table_of(unsigned i)
{
    return i % 3 == 0 ? PC_STORE_RESOURCES : PC_STORE_PRINCIPALS;
}

static enum pc_status fill(void *context, struct pc_store_write *write)
{
    (void)context;
    char key[600];
    static char value[LARGE];
    for (unsigned i = 0; i < RECORDS; i++) {
        PC_TRY(pc_store_put(write, table_of(i), key_of(key, i), value_of(value, i)));
    }
    return PC_OK;
}

static enum pc_status fill_and_empty(void *context, struct pc_store_write *write)
{
    PC_TRY(fill(context, write));
    char key[600];
    static char value[LARGE];
    for (unsigned i = 0; i < 200; i++) {
        PC_TRY(pc_store_put(write, PC_STORE_TREES, key_of(key, i), value_of(value, i)));
    }
    return PC_OK;
}

static enum pc_status clear_trees(void *context, struct pc_store_write *write)
{
    (void)context;
    return pc_store_clear(write, PC_STORE_TREES);
}

static void make_store(struct shelf *shelf)
{
    assert_int_equal(pc_store_update(shelf_path(shelf), &shelf->diags, fill_and_empty, NULL),
                     PC_OK);
    assert_int_equal(pc_store_update(shelf_path(shelf), &shelf->diags, clear_trees, NULL), PC_OK);
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "v"), PC_OK);
}

enum outcome {
    OUTCOME_REFUSED = 10, // at least once; the rest was right
    OUTCOME_RIGHT = 11,
    OUTCOME_WRONG = 12,
};

// The worst of two.
static int worse(int one, int other)
{
    if (one == OUTCOME_WRONG || other == OUTCOME_WRONG) {
        return OUTCOME_WRONG;
    }
    return one == OUTCOME_REFUSED ? one : other;
}

// The bytes of a large value are not this module's to check, but each can be read.
static bool is_value_of(unsigned i, struct pc_str found)
{
    static char bytes[LARGE];
    struct pc_str wanted = value_of(bytes, i);
    for (size_t at = 0; at < found.len; at++) {
        (void)*(const volatile char *)(found.ptr + at);
    }
    return found.len == wanted.len && (wanted.len > 1024 || pc_str_eq(found, wanted));
}

static int ask_one(struct pc_snapshot *snapshot, unsigned i)
{
    char key[600];
    struct pc_str found;
    enum pc_status status = pc_snapshot_get(snapshot, table_of(i), key_of(key, i), &found);
    if (status == PC_ERR_DAMAGED) {
        return OUTCOME_REFUSED;
    }
    bool right = i < RECORDS ? status == PC_OK && is_value_of(i, found) : status == PC_ERR_NOTFOUND;
    return right ? OUTCOME_RIGHT : OUTCOME_WRONG;
}

struct entries {
    enum pc_store_table table;
    size_t count;
};

// The number of a record is behind the last '-' of the key that was made of it.
static enum pc_status check_entry(void *context, struct pc_str key, struct pc_str value)
{
    struct entries *entries = context;
    entries->count++;
    if (entries->table == PC_STORE_META) {
        return pc_str_eq(key, PC_STR("k")) && pc_str_eq(value, PC_STR("v")) ? PC_OK
                                                                            : PC_ERR_INTERNAL;
    }
    char text[600] = "";
    memcpy(text, key.ptr, key.len < sizeof(text) ? key.len : 0);
    const char *dash = strrchr(text, '-');
    unsigned long number = dash == NULL ? RECORDS : strtoul(dash + 1, NULL, 10);
    unsigned i = number < RECORDS ? (unsigned)number : RECORDS;
    bool right = i < RECORDS && table_of(i) == entries->table && is_value_of(i, value);
    return right ? PC_OK : PC_ERR_INTERNAL;
}

static int walk_one(struct pc_snapshot *snapshot, enum pc_store_table table)
{
    static const size_t counts[PC_STORE_TABLES] = {[PC_STORE_META] = 1,
                                                   [PC_STORE_RESOURCES] = RECORDS / 3,
                                                   [PC_STORE_PRINCIPALS] = RECORDS - RECORDS / 3};
    struct entries entries = {table, 0};
    enum pc_status status = pc_snapshot_each(snapshot, table, check_entry, &entries);
    if (status == PC_ERR_DAMAGED) {
        return OUTCOME_REFUSED;
    }
    return status == PC_OK && entries.count == counts[table] ? OUTCOME_RIGHT : OUTCOME_WRONG;
}

// Asks for every record, twice, for some that are not there, and for the entries of every table.
static int ask_all(struct pc_snapshot *snapshot)
{
    int outcome = OUTCOME_RIGHT;
    for (unsigned i = 0; i < 2 * (RECORDS + 100); i++) {
        outcome = worse(outcome, ask_one(snapshot, i / 2));
    }
    for (unsigned t = 0; t < PC_STORE_TABLES; t++) {
        outcome = worse(outcome, walk_one(snapshot, (enum pc_store_table)t));
    }
    return outcome;
}

static int ask(void *context)
{
    struct shelf *shelf = context;
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    enum pc_status status = shelf_open(shelf, &store);
    if (status != PC_OK) {
        return shelf_code(shelf) != PC_DIAG_NONE ? OUTCOME_REFUSED : OUTCOME_WRONG;
    }
    if (pc_snapshot_open(store, &snapshot) != PC_OK) {
        return OUTCOME_WRONG;
    }
    int outcome = ask_all(snapshot);
    pc_snapshot_close(snapshot);
    pc_store_close(store);
    return outcome;
}

static int rewrite(void *context)
{
    struct shelf *shelf = context;
    if (pc_store_update(shelf_path(shelf), &shelf->diags, fill_and_empty, NULL) != PC_OK) {
        return shelf_code(shelf) != PC_DIAG_NONE ? OUTCOME_REFUSED : OUTCOME_WRONG;
    }
    if (pc_store_update(shelf_path(shelf), &shelf->diags, clear_trees, NULL) != PC_OK) {
        return OUTCOME_WRONG;
    }
    return ask(context);
}

// Damage ------------------------------------------------------------------------------------------

static void a_truncated_file_is_refused(void **state)
{
    struct shelf *shelf = *state;
    make_store(shelf);
    size_t size = 0;
    unsigned char *bytes = shelf_read_file(shelf->data, &size);
    assert_non_null(bytes);
    unsigned refused = 0;
    unsigned tried = 0;
    for (size_t cut = 0; cut < size; cut += cut < 9000 ? 613 : 4096 - cut % 4096 + (cut % 3) * 5) {
        assert_true(shelf_write_file(shelf->data, bytes, cut));
        int outcome = shelf_in_child(ask, shelf);
        assert_true(outcome == OUTCOME_REFUSED || (outcome == OUTCOME_RIGHT && cut > size / 2));
        refused += outcome == OUTCOME_REFUSED;
        tried++;
    }
    assert_true(tried > 50);
    assert_true(refused > tried / 2); // free pages at the end may be missing
    // The last page in use is what a cut takes first when nothing behind it is free.
    assert_true(shelf_write_file(shelf->data, bytes, size));
    assert_int_equal(shelf_in_child(ask, shelf), OUTCOME_RIGHT);
    free(bytes);
}

// Places where the structure is: the heads, the start of each page, and others anywhere.
static size_t pick_place(uint64_t *random, size_t size)
{
    uint64_t number = shelf_random(random);
    size_t page = (size_t)(shelf_random(random) % (size / 4096)) * 4096;
    switch (number % 4) {
    case 0:
        return (number >> 8) % 2 * 4096 + (number >> 16) % 160;
    case 1:
        return page + (number >> 8) % 48;
    case 2:
        return page + 3500 + (number >> 8) % 596;
    default:
        return (size_t)((number >> 8) % size);
    }
}

static void flip(struct shelf *shelf, int (*use)(void *context), unsigned rounds)
{
    make_store(shelf);
    size_t size = 0;
    unsigned char *bytes = shelf_read_file(shelf->data, &size);
    assert_non_null(bytes);
    uint64_t random = 42;
    unsigned refused = 0;
    for (unsigned i = 0; i < rounds; i++) {
        size_t at = pick_place(&random, size);
        unsigned char before = bytes[at];
        unsigned change = (unsigned)(shelf_random(&random) % 255) + 1;
        bytes[at] = (unsigned char)(i % 2 == 0 ? before ^ change : before ^ (1u << change % 8));
        assert_true(shelf_write_file(shelf->data, bytes, size));
        bytes[at] = before;
        int outcome = shelf_in_child(use, shelf);
        if (outcome != OUTCOME_REFUSED && outcome != OUTCOME_RIGHT) {
            fail_msg("byte %zu: outcome %d", at, outcome);
        }
        refused += outcome == OUTCOME_REFUSED;
    }
    assert_in_range(refused, rounds / 4, rounds - 1);
    free(bytes);
}

static void a_flipped_byte_is_refused_or_harmless_to_readers(void **state)
{
    flip(*state, ask, 500);
}

static void a_flipped_byte_is_refused_or_harmless_to_writers(void **state)
{
    flip(*state, rewrite, 100);
}

// Many bytes at once, as a bad disk or an attacker leaves them.
static void pages_of_noise_are_refused_or_harmless(void **state)
{
    struct shelf *shelf = *state;
    make_store(shelf);
    size_t size = 0;
    unsigned char *bytes = shelf_read_file(shelf->data, &size);
    unsigned char *noisy = malloc(size);
    assert_non_null(bytes);
    assert_non_null(noisy);
    uint64_t random = 7;
    for (unsigned i = 0; i < 120; i++) {
        memcpy(noisy, bytes, size);
        size_t page = (size_t)(shelf_random(&random) % (size / 4096)) * 4096;
        size_t other = (size_t)(shelf_random(&random) % (size / 4096)) * 4096;
        if (i % 2 == 0) { // a page in the place of another, with its number put right
            memcpy(noisy + page, bytes + other, 4096);
            memcpy(noisy + page, bytes + page, 8);
        } else {
            for (size_t at = i % 4 == 1 ? 16 : 0; at < 4096; at++) {
                noisy[page + at] = (unsigned char)shelf_random(&random);
            }
        }
        assert_true(shelf_write_file(shelf->data, noisy, size));
        int outcome = shelf_in_child(i % 3 == 0 ? rewrite : ask, shelf);
        assert_true(outcome == OUTCOME_REFUSED || outcome == OUTCOME_RIGHT);
    }
    free(noisy);
    free(bytes);
}

static void a_damaged_store_says_so(void **state)
{
    struct shelf *shelf = *state;
    make_store(shelf);
    size_t size = 0;
    unsigned char *bytes = shelf_read_file(shelf->data, &size);
    assert_non_null(bytes);
    for (size_t page = 2; page < size / 4096; page++) {
        memset(bytes + page * 4096, 0xee, 4096);
    }
    assert_true(shelf_write_file(shelf->data, bytes, size));
    struct pc_store *store;
    assert_int_equal(shelf_open(shelf, &store), PC_ERR_DAMAGED);
    assert_int_equal(shelf_code(shelf), PC_DIAG_STORE_DAMAGED);
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "w"), PC_ERR_DAMAGED);
    assert_int_equal(shelf_code(shelf), PC_DIAG_STORE_DAMAGED);
    size_t after = 0;
    unsigned char *now = shelf_read_file(shelf->data, &after); // and nothing was written
    assert_non_null(now);
    assert_int_equal(after, size);
    assert_memory_equal(now, bytes, size);
    free(now);
    free(bytes);
}

// Opening looks at nothing that was not asked for.
static void damage_is_met_where_it_lies(void **state)
{
    struct shelf *shelf = *state;
    make_store(shelf);
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    struct pc_str value;
    char key[600];
    size_t size = 0;
    unsigned char *bytes = shelf_read_file(shelf->data, &size);
    assert_non_null(bytes);
    // The value of record 7 lies in a page of principals; that of record 3 is a resource.
    unsigned char wanted[91]; // 7 * 13 bytes of 7
    memset(wanted, 7, sizeof(wanted));
    unsigned hits = 0;
    for (size_t at = 0; at + sizeof(wanted) <= size; at++) {
        if (memcmp(bytes + at, wanted, sizeof(wanted)) == 0) {
            memset(bytes + at / 4096 * 4096, 0xee, 4096);
            hits++;
        }
    }
    assert_true(hits > 0);
    assert_true(shelf_write_file(shelf->data, bytes, size));
    free(bytes);
    assert_int_equal(shelf_open(shelf, &store), PC_OK);
    assert_int_equal(pc_snapshot_open(store, &snapshot), PC_OK);
    assert_int_equal(pc_snapshot_get(snapshot, PC_STORE_RESOURCES, key_of(key, 3), &value), PC_OK);
    assert_int_equal(pc_snapshot_get(snapshot, PC_STORE_PRINCIPALS, key_of(key, 7), &value),
                     PC_ERR_DAMAGED);
    assert_int_equal(walk_one(snapshot, PC_STORE_RESOURCES), OUTCOME_RIGHT);
    assert_int_equal(walk_one(snapshot, PC_STORE_PRINCIPALS), OUTCOME_REFUSED);
    pc_snapshot_close(snapshot);
    pc_store_close(store);
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "w"), PC_ERR_DAMAGED); // all is looked at
    assert_int_equal(shelf_code(shelf), PC_DIAG_STORE_DAMAGED);
}

// Whatever is changed in whatever order, a store that was not damaged is never refused.
static enum pc_status change_at_random(void *context, struct pc_store_write *write)
{
    uint64_t *random = context;
    char key[600];
    static char value[LARGE];
    unsigned count = (unsigned)(shelf_random(random) % 300);
    unsigned bias = (unsigned)(shelf_random(random) % 100);
    for (unsigned i = 0; i < count; i++) {
        enum pc_store_table table = shelf_random(random) % 2 ? PC_STORE_TREES : PC_STORE_LEVELS;
        unsigned which = (unsigned)(shelf_random(random) % 800);
        if (shelf_random(random) % 100 < bias) {
            unsigned seed = (unsigned)(shelf_random(random) % 1000);
            PC_TRY(pc_store_put(write, table, key_of(key, which), value_of(value, seed)));
        } else {
            enum pc_status status = pc_store_delete(write, table, key_of(key, which));
            if (status != PC_OK && status != PC_ERR_NOTFOUND) {
                return status;
            }
        }
    }
    if (shelf_random(random) % 20 == 0) {
        PC_TRY(pc_store_clear(write, PC_STORE_TREES));
    }
    return shelf_random(random) % 10 == 0 ? PC_ERR_INTERRUPTED : PC_OK;
}

static enum pc_status count_entry(void *context, struct pc_str key, struct pc_str value)
{
    (void)key;
    (void)value;
    ++*(size_t *)context;
    return PC_OK;
}

static void visit_all(struct shelf *shelf)
{
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    size_t count = 0;
    assert_int_equal(shelf_open(shelf, &store), PC_OK);
    assert_int_equal(pc_snapshot_open(store, &snapshot), PC_OK);
    for (unsigned t = 0; t < PC_STORE_TABLES; t++) {
        assert_int_equal(pc_snapshot_each(snapshot, (enum pc_store_table)t, count_entry, &count),
                         PC_OK);
    }
    char key[600];
    size_t found = 0;
    for (unsigned i = 0; i < 1600; i++) {
        enum pc_store_table table = i % 2 ? PC_STORE_TREES : PC_STORE_LEVELS;
        struct pc_str value;
        enum pc_status status = pc_snapshot_get(snapshot, table, key_of(key, i / 2), &value);
        assert_true(status == PC_OK || status == PC_ERR_NOTFOUND);
        found += status == PC_OK;
    }
    assert_int_equal(found, count);
    pc_snapshot_close(snapshot);
    pc_store_close(store);
}

static void a_store_changed_many_times_passes(void **state)
{
    struct shelf *shelf = *state;
    uint64_t random = 1;
    for (unsigned i = 0; i < 250; i++) {
        enum pc_status status =
            pc_store_update(shelf_path(shelf), &shelf->diags, change_at_random, &random);
        assert_true(status == PC_OK || status == PC_ERR_INTERRUPTED);
        if (status == PC_OK) {
            visit_all(shelf);
        }
    }
}

static enum pc_status put_and_clear(void *context, struct pc_store_write *write)
{
    PC_TRY(fill_and_empty(context, write));
    PC_TRY(pc_store_clear(write, PC_STORE_TREES));
    PC_TRY(pc_store_clear(write, PC_STORE_RESOURCES));
    return pc_store_clear(write, PC_STORE_PRINCIPALS);
}

// Pages that were taken and given back in one transaction are never written: the file is shorter
// than its head says, and yet whole.
static void a_file_without_its_last_free_pages_passes(void **state)
{
    struct shelf *shelf = *state;
    assert_int_equal(pc_store_update(shelf_path(shelf), &shelf->diags, put_and_clear, NULL), PC_OK);
    assert_int_equal(pc_store_update(shelf_path(shelf), &shelf->diags, fill, NULL), PC_OK);
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "v"), PC_OK);
    assert_int_equal(shelf_in_child(ask, shelf), OUTCOME_RIGHT);
}

// What is no store --------------------------------------------------------------------------------

static void nothing_there_is_missing(void **state)
{
    struct shelf *shelf = *state;
    struct pc_store *store;
    assert_int_equal(shelf_open(shelf, &store), PC_ERR_NOTFOUND);
    assert_int_equal(shelf_code(shelf), PC_DIAG_STORE_MISSING);
    assert_int_equal(mkdir(shelf->path, 0700), 0);
    assert_int_equal(shelf_open(shelf, &store), PC_ERR_NOTFOUND);
    assert_int_equal(shelf_code(shelf), PC_DIAG_STORE_MISSING);
    assert_true(shelf_write_file(shelf->data, "", 0));
    assert_int_equal(shelf_open(shelf, &store), PC_ERR_NOTFOUND);
    assert_int_equal(shelf_code(shelf), PC_DIAG_STORE_MISSING);
    assert_false(shelf_exists(shelf->lock)); // asking leaves nothing behind
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "v"), PC_OK);
    assert_true(shelf_has(shelf, PC_STORE_META, "k", "v"));
}

static void refuses(struct shelf *shelf)
{
    struct pc_store *store;
    assert_int_equal(shelf_open(shelf, &store), PC_ERR_INVALID);
    assert_int_equal(shelf_code(shelf), PC_DIAG_STORE_NOT_STORE);
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "v"), PC_ERR_INVALID);
    assert_int_equal(shelf_code(shelf), PC_DIAG_STORE_NOT_STORE);
}

static void other_things_are_not_a_store(void **state)
{
    struct shelf *shelf = *state;
    assert_true(shelf_write_file(shelf->path, "text", 4)); // a file in the folder's place
    refuses(shelf);
    assert_int_equal(unlink(shelf->path), 0);

    assert_int_equal(mkdir(shelf->path, 0700), 0);
    char text[8192];
    memset(text, 'x', sizeof(text));
    static const size_t sizes[] = {1, 100, 151, 152, 4096, 8192};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        assert_true(shelf_write_file(shelf->data, text, sizes[i]));
        refuses(shelf);
    }
    assert_int_equal(unlink(shelf->data), 0);

    assert_int_equal(mkfifo(shelf->data, 0600), 0); // must not wait for its other end
    refuses(shelf);
    assert_int_equal(unlink(shelf->data), 0);

    char note[120];
    snprintf(note, sizeof(note), "%s/notes.txt", shelf->path);
    assert_true(shelf_write_file(note, "mine", 4));
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "v"), PC_ERR_INVALID);
    assert_int_equal(shelf_code(shelf), PC_DIAG_STORE_NOT_STORE);
    assert_false(shelf_exists(shelf->data));
    assert_true(shelf_exists(note));
    assert_int_equal(unlink(note), 0);
}

static void a_path_with_a_zero_byte_is_refused(void **state)
{
    struct shelf *shelf = *state;
    struct pc_store *store;
    char path[80];
    int length = snprintf(path, sizeof(path), "%s/x?y", shelf->base);
    path[length - 2] = '\0';
    struct pc_str view = {path, (size_t)length};
    assert_int_equal(pc_store_open(view, &shelf->diags, &store), PC_ERR_INVALID);
    struct shelf_put put = {PC_STORE_META, PC_STR("k"), PC_STR("v")};
    assert_int_equal(pc_store_update(view, &shelf->diags, shelf_put_work, &put), PC_ERR_INVALID);
    assert_false(shelf_exists(path));
    assert_int_equal(pc_store_open(PC_STR(""), &shelf->diags, &store), PC_ERR_NOTFOUND);
    assert_int_equal(pc_store_update(PC_STR(""), &shelf->diags, shelf_put_work, &put), PC_ERR_IO);
    assert_int_equal(
        pc_store_update(PC_STR("/tmp/no/such/folder"), &shelf->diags, shelf_put_work, &put),
        PC_ERR_IO);
    assert_int_equal(shelf_code(shelf), PC_DIAG_STORE_IO);
}

// Stores that LMDB itself makes -------------------------------------------------------------------

struct foreign {
    uint32_t format;  // 0: no format record
    unsigned flags;   // of the tables
    unsigned records; // in each table
    const char *first_table, *second_table;
};

static int put_foreign(MDB_txn *txn, const struct foreign *foreign, const char *name)
{
    MDB_dbi table;
    int error = mdb_dbi_open(txn, name, MDB_CREATE | foreign->flags, &table);
    for (unsigned i = 0; i < foreign->records && error == 0; i++) {
        char text[32];
        int length = snprintf(text, sizeof(text), "record %u", i);
        MDB_val both = {(size_t)length, text};
        error = mdb_put(txn, table, &both, &both, 0);
    }
    return error;
}

static int put_foreign_format(MDB_txn *txn, uint32_t number)
{
    struct pc_record_format format = {number, 5};
    char bytes[PC_RECORD_FORMAT_BYTES + PC_RECORD_CHECK];
    char name[] = PC_RECORD_FORMAT_KEY;
    pc_record_format_write(bytes, &format);
    MDB_dbi main_tree;
    int error = mdb_dbi_open(txn, NULL, 0, &main_tree);
    MDB_val key = {sizeof(name) - 1, name};
    MDB_val value = {sizeof(bytes), bytes};
    return error == 0 ? mdb_put(txn, main_tree, &key, &value, 0) : error;
}

static void make_foreign(struct shelf *shelf, const struct foreign *foreign)
{
    MDB_env *env;
    MDB_txn *txn;
    mkdir(shelf->path, 0700);
    unlink(shelf->data);
    unlink(shelf->lock);
    assert_int_equal(mdb_env_create(&env), 0);
    assert_int_equal(mdb_env_set_maxdbs(env, PC_STORE_TABLES + 2), 0);
    assert_int_equal(mdb_env_open(env, shelf->path, 0, 0600), 0);
    assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
    if (foreign->format != 0) {
        assert_int_equal(put_foreign_format(txn, foreign->format), 0);
    }
    if (foreign->first_table != NULL) {
        assert_int_equal(put_foreign(txn, foreign, foreign->first_table), 0);
    }
    if (foreign->second_table != NULL) {
        assert_int_equal(put_foreign(txn, foreign, foreign->second_table), 0);
    }
    assert_int_equal(mdb_txn_commit(txn), 0);
    mdb_env_close(env);
}

static void a_foreign_environment_is_not_a_store(void **state)
{
    struct shelf *shelf = *state;
    static const struct foreign foreign[] = {
        {0, 0, 100, "people", "things"},
        {0, MDB_DUPSORT, 100, "people", "things"},
        {0, 0, 10, "meta", "trees"}, // names of ours
        {0, 0, 10, NULL, "trees"},
    };
    for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
        make_foreign(shelf, &foreign[i]);
        size_t size = 0;
        size_t after = 0;
        unsigned char *before = shelf_read_file(shelf->data, &size);
        refuses(shelf);
        unsigned char *now = shelf_read_file(shelf->data, &after);
        assert_int_equal(size, after);
        assert_memory_equal(before, now, size);
        free(before);
        free(now);
    }
}

static void a_store_of_our_format_that_is_not_as_we_write_it_is_damaged(void **state)
{
    struct shelf *shelf = *state;
    static const struct foreign foreign[] = {
        {PC_STORE_FORMAT, 0, 3, "meta", "trees"}, // records without their check, tables missing
        {PC_STORE_FORMAT, MDB_DUPSORT, 3, "meta", "trees"},
        {PC_STORE_FORMAT, 0, 0, NULL, NULL},
    };
    for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
        make_foreign(shelf, &foreign[i]);
        struct pc_store *store;
        assert_int_equal(shelf_open(shelf, &store), PC_ERR_DAMAGED);
        assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "v"), PC_ERR_DAMAGED);
    }
}

static enum pc_status see_emptiness(void *context, struct pc_store_write *write)
{
    size_t count = 0;
    (void)context;
    for (unsigned t = 0; t < PC_STORE_TABLES; t++) {
        PC_TRY(pc_store_peek_each(write, (enum pc_store_table)t, count_entry, &count));
    }
    PC_TRY(fill(NULL, write)); // does not fit the first map: all of it happens again
    PC_TRY(pc_store_put(write, PC_STORE_META, PC_STR("k"), PC_STR("v")));
    return count == 0 ? PC_OK : PC_ERR_INTERNAL;
}

static void a_store_of_another_format_is_refused_and_emptied(void **state)
{
    struct shelf *shelf = *state;
    static const struct foreign foreign[] = {
        {PC_STORE_FORMAT - 1, 0, 3, "meta", "trees"},
        {PC_STORE_FORMAT + 1, 0, 3, "meta", "novelties"},
        {PC_STORE_FORMAT + 7, 0, 4000, "trees", "zebras"},
        {PC_STORE_FORMAT + 1, 0, 0, NULL, NULL},
    };
    for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
        make_foreign(shelf, &foreign[i]);
        struct pc_store *store;
        assert_int_equal(shelf_open(shelf, &store), PC_ERR_VERSION);
        assert_int_equal(shelf_code(shelf), PC_DIAG_STORE_VERSION);
        assert_int_equal(pc_store_update(shelf_path(shelf), &shelf->diags, see_emptiness, NULL),
                         PC_OK);
        assert_int_equal(shelf_in_child(ask, shelf), OUTCOME_RIGHT);
        struct pc_snapshot *snapshot;
        assert_int_equal(shelf_open(shelf, &store), PC_OK);
        assert_int_equal(pc_snapshot_open(store, &snapshot), PC_OK);
        assert_int_equal(pc_snapshot_generation(snapshot), 6); // goes on from what was there
        pc_snapshot_close(snapshot);
        pc_store_close(store);
    }
}

static enum pc_status only_fail(void *context, struct pc_store_write *write)
{
    (void)context;
    (void)write;
    return PC_ERR_INVALID;
}

static void a_store_of_another_format_stays_when_work_fails(void **state)
{
    struct shelf *shelf = *state;
    struct foreign foreign = {PC_STORE_FORMAT + 1, 0, 3, "meta", "novelties"};
    make_foreign(shelf, &foreign);
    assert_int_equal(pc_store_update(shelf_path(shelf), &shelf->diags, only_fail, NULL),
                     PC_ERR_INVALID);
    struct pc_store *store;
    assert_int_equal(shelf_open(shelf, &store), PC_ERR_VERSION);
}

// The two kinds of stores
// ---------------------------------------------------------------------------

static enum pc_status put_secret(void *context, struct pc_store_write *write)
{
    (void)context;
    return pc_store_put(write, PC_STORE_KEYS, PC_STR("k"), PC_STR("secret"));
}

static enum pc_status put_policy(void *context, struct pc_store_write *write)
{
    (void)context;
    return pc_store_put(write, PC_STORE_META, PC_STR("k"), PC_STR("policy"));
}

static enum pc_status write_as(struct shelf *shelf, enum pc_store_kind kind)
{
    pc_diags_init(&shelf->diags, &shelf->arena);
    return pc_store_update_kind(kind, shelf_path(shelf), &shelf->diags,
                                kind == PC_STORE_OF_SECRETS ? put_secret : put_policy, NULL);
}

static enum pc_status read_as(struct shelf *shelf, enum pc_store_kind kind)
{
    struct pc_store *store;
    pc_diags_init(&shelf->diags, &shelf->arena);
    enum pc_status status = pc_store_open_kind(kind, shelf_path(shelf), &shelf->diags, &store);
    if (status == PC_OK) {
        pc_store_close(store);
    }
    return status;
}

static void a_kind_is_not_taken_for_the_other(void **state)
{
    struct shelf *shelf = *state;
    const enum pc_store_kind kinds[] = {PC_STORE_OF_POLICIES, PC_STORE_OF_SECRETS};
    for (size_t i = 0; i < 2; i++) {
        enum pc_store_kind other = kinds[1 - i];
        unlink(shelf->data);
        unlink(shelf->lock);
        assert_int_equal(write_as(shelf, kinds[i]), PC_OK);
        size_t size = 0;
        unsigned char *before = shelf_read_file(shelf->data, &size);
        assert_int_equal(read_as(shelf, other), PC_ERR_INVALID);
        assert_int_equal(shelf_code(shelf), other == PC_STORE_OF_SECRETS ? PC_DIAG_VAULT_MISSING
                                                                         : PC_DIAG_STORE_NOT_STORE);
        assert_int_equal(write_as(shelf, other), PC_ERR_INVALID);
        size_t after = 0;
        unsigned char *now = shelf_read_file(shelf->data, &after);
        assert_int_equal(size, after);
        assert_memory_equal(before, now, size);
        free(before);
        free(now);
        assert_int_equal(read_as(shelf, kinds[i]), PC_OK);
        assert_int_equal(write_as(shelf, kinds[i]), PC_OK);
    }
}

static void one_that_is_open_as_its_kind_is_not_opened_as_the_other(void **state)
{
    struct shelf *shelf = *state;
    struct pc_store *store;
    assert_int_equal(write_as(shelf, PC_STORE_OF_SECRETS), PC_OK);
    assert_int_equal(
        pc_store_open_kind(PC_STORE_OF_SECRETS, shelf_path(shelf), &shelf->diags, &store), PC_OK);
    assert_int_equal(read_as(shelf, PC_STORE_OF_POLICIES), PC_ERR_INVALID);
    assert_int_equal(read_as(shelf, PC_STORE_OF_SECRETS), PC_OK);
    pc_store_close(store);
}

// Policies can be compiled again, secrets are gone for ever: what a later version wrote stays.
static void secrets_of_another_format_are_left_alone(void **state)
{
    struct shelf *shelf = *state;
    struct foreign foreign = {PC_VAULT_FORMAT + 1, 0, 3, "vault", "novelties"};
    make_foreign(shelf, &foreign);
    size_t size = 0;
    unsigned char *before = shelf_read_file(shelf->data, &size);
    assert_int_equal(read_as(shelf, PC_STORE_OF_SECRETS), PC_ERR_VERSION);
    assert_int_equal(write_as(shelf, PC_STORE_OF_SECRETS), PC_ERR_VERSION);
    assert_int_equal(shelf_code(shelf), PC_DIAG_VAULT_IO);
    assert_int_equal(read_as(shelf, PC_STORE_OF_POLICIES), PC_ERR_INVALID);
    assert_int_equal(write_as(shelf, PC_STORE_OF_POLICIES), PC_ERR_INVALID);
    size_t after = 0;
    unsigned char *now = shelf_read_file(shelf->data, &after);
    assert_int_equal(size, after);
    assert_memory_equal(before, now, size);
    free(before);
    free(now);
}

static void policies_of_another_format_are_no_secrets(void **state)
{
    struct shelf *shelf = *state;
    struct foreign foreign = {PC_STORE_FORMAT + 1, 0, 3, "meta", "novelties"};
    make_foreign(shelf, &foreign);
    assert_int_equal(read_as(shelf, PC_STORE_OF_SECRETS), PC_ERR_INVALID);
    assert_int_equal(write_as(shelf, PC_STORE_OF_SECRETS), PC_ERR_INVALID);
}

// As polcheck wrote it when a store had six tables: what later formats add may not reach it.
static void the_format_record_of_the_first_format_can_be_read(void **state)
{
    static const unsigned char first[] = {
        0x70, 0x6f, 0x6c, 0x63, 0x68, 0x65, 0x63, 0x6b, 0x01, 0x00, 0x00,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x25, 0xe7, 0xa6, 0x09, 0xb2, 0x62, 0xf2, 0x64,
    };
    struct pc_record_format format;
    (void)state;
    assert_int_equal(
        pc_record_format_parse((struct pc_str){(const char *)first, sizeof(first)}, &format),
        PC_OK);
    assert_int_equal(format.format, 1);
    assert_int_equal(format.generation, 1);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, shelf_setup, shelf_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_truncated_file_is_refused),
        TEST(a_flipped_byte_is_refused_or_harmless_to_readers),
        TEST(a_flipped_byte_is_refused_or_harmless_to_writers),
        TEST(pages_of_noise_are_refused_or_harmless),
        TEST(a_damaged_store_says_so),
        TEST(damage_is_met_where_it_lies),
        TEST(a_store_changed_many_times_passes),
        TEST(a_file_without_its_last_free_pages_passes),
        TEST(nothing_there_is_missing),
        TEST(other_things_are_not_a_store),
        TEST(a_path_with_a_zero_byte_is_refused),
        TEST(a_foreign_environment_is_not_a_store),
        TEST(a_store_of_our_format_that_is_not_as_we_write_it_is_damaged),
        TEST(a_store_of_another_format_is_refused_and_emptied),
        TEST(a_store_of_another_format_stays_when_work_fails),
        TEST(a_kind_is_not_taken_for_the_other),
        TEST(one_that_is_open_as_its_kind_is_not_opened_as_the_other),
        TEST(secrets_of_another_format_are_left_alone),
        TEST(policies_of_another_format_are_no_secrets),
        cmocka_unit_test(the_format_record_of_the_first_format_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
