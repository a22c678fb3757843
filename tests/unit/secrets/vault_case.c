// SPDX-License-Identifier: Apache-2.0
#include "vault_case.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

// Set-up ------------------------------------------------------------------------------------------

struct pc_root_key *vault_case_root(uint8_t first)
{
    uint8_t bytes[PC_KEY_BYTES];
    struct pc_root_key *key = NULL;
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (uint8_t)(first + i);
    }
    assert_int_equal(pc_root_key_make(bytes, NULL, &key), PC_OK);
    return key;
}

// In memory where there is a file system of it: thousands of changes are made, and waiting for a
// disk is not what is tested.
static const char *where(void)
{
    return access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : "/tmp";
}

int vault_case_empty(void **state)
{
    struct vault_case *c = calloc(1, sizeof(*c));
    if (c == NULL || pc_crypto_init() != PC_OK || pc_opened_new(&c->opened) != PC_OK) {
        free(c);
        return -1;
    }
    (void)snprintf(c->base, sizeof(c->base), "%s/polcheck-vault-XXXXXX", where());
    if (mkdtemp(c->base) == NULL) {
        pc_opened_free(c->opened);
        free(c);
        return -1;
    }
    (void)snprintf(c->vault, sizeof(c->vault), "%s/vault", c->base);
    (void)snprintf(c->spare, sizeof(c->spare), "%s/spare", c->base);
    (void)snprintf(c->store, sizeof(c->store), "%s/store", c->vault);
    pc_diags_init(&c->diags, &c->told);
    c->root = vault_case_root(1);
    c->other_root = vault_case_root(2);
    *state = c;
    return 0;
}

int vault_case_open(void **state)
{
    if (vault_case_empty(state) != 0) {
        return -1;
    }
    struct vault_case *c = *state;
    return pc_vault_create(c->vault, c->root, NULL, &c->diags) == PC_OK ? 0 : -1;
}

int vault_case_close(void **state)
{
    struct vault_case *c = *state;
    remove_all(c->base);
    pc_root_key_free(c->root);
    pc_root_key_free(c->other_root);
    pc_opened_free(c->opened);
    pc_arena_release(&c->told);
    pc_arena_release(&c->arena);
    free(c);
    return 0;
}

enum pc_diag_code vault_case_code(struct vault_case *c)
{
    enum pc_diag_code code = c->diags.last == NULL ? PC_DIAG_NONE : c->diags.last->code;
    pc_arena_reset(&c->told);
    pc_diags_init(&c->diags, &c->told);
    return code;
}

// Files -------------------------------------------------------------------------------------------

static void copy_file(int from, int to, const char *name)
{
    char block[65536];
    ssize_t got;
    int in = openat(from, name, O_RDONLY | O_CLOEXEC);
    int out = openat(to, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(in >= 0 && out >= 0);
    while ((got = read(in, block, sizeof(block))) > 0) {
        assert_int_equal(write(out, block, (size_t)got), got);
    }
    assert_int_equal(got, 0);
    assert_int_equal(close(in), 0);
    assert_int_equal(close(out), 0);
}

// Locks of other processes are of no use in a copy.
static bool is_wanted(const char *name)
{
    return strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && strcmp(name, "lock.mdb") != 0;
}

static void copy_at(int from, int to)
{
    struct stat info;
    DIR *folder = fdopendir(from);
    assert_non_null(folder);
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (!is_wanted(entry->d_name)) {
            continue;
        }
        assert_int_equal(fstatat(from, entry->d_name, &info, AT_SYMLINK_NOFOLLOW), 0);
        if (S_ISREG(info.st_mode)) {
            copy_file(from, to, entry->d_name);
            continue;
        }
        assert_true(mkdirat(to, entry->d_name, 0700) == 0 || errno == EEXIST);
        int inner = openat(to, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        copy_at(openat(from, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC), inner);
        (void)close(inner);
    }
    assert_int_equal(closedir(folder), 0);
}

void vault_case_copy(const char *from, const char *to)
{
    assert_true(mkdir(to, 0700) == 0 || errno == EEXIST);
    int in = open(from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int out = open(to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(in >= 0 && out >= 0);
    copy_at(in, out);
    assert_int_equal(close(out), 0);
}

// Changes -----------------------------------------------------------------------------------------

enum pc_status vault_case_change(struct vault_case *c,
                                 enum pc_status (*work)(void *context, struct pc_change *change),
                                 void *context)
{
    const struct pc_change_note note = {.event = PC_STR("test")};
    return pc_vault_change(&(const struct pc_vault_place){c->vault, c->root}, &note, &c->diags,
                           work, context);
}

// What one of the short ways does.
struct order {
    const char *function, *key, *name, *value;
    enum pc_key_state state;
    int64_t deletion;
    const struct pc_root_key *root;
    const struct pc_passphrase_terms *terms;
    size_t *environments;
};

static enum pc_status put(void *context, struct pc_change *change)
{
    const struct order *order = context;
    const struct pc_assignment assignment = {pc_str_from(order->name), pc_str_from(order->value)};
    return pc_change_put(change, pc_str_from(order->function), pc_str_from(order->key), &assignment,
                         1);
}

enum pc_status vault_case_put(struct vault_case *c, const char *function, const char *key,
                              const char *name, const char *value)
{
    struct order order = {.function = function, .key = key, .name = name, .value = value};
    return vault_case_change(c, put, &order);
}

static enum pc_status remove_variable(void *context, struct pc_change *change)
{
    const struct order *order = context;
    const struct pc_str name = pc_str_from(order->name == NULL ? "" : order->name);
    return pc_change_remove(change, pc_str_from(order->function), &name,
                            order->name == NULL ? 0 : 1);
}

enum pc_status vault_case_remove_variable(struct vault_case *c, const char *function,
                                          const char *name)
{
    struct order order = {.function = function, .name = name};
    return vault_case_change(c, remove_variable, &order);
}

static enum pc_status create_key(void *context, struct pc_change *change)
{
    static const struct pc_key_tag tags[] = {{PC_STR_INIT("team"), PC_STR_INIT("payments")}};
    const struct order *order = context;
    const struct pc_key_order key = {.arn = pc_str_from(order->key),
                                     .alias = pc_str_from(order->name),
                                     .policy = PC_STR("{\"Version\":\"2012-10-17\"}"),
                                     .policy_name = PC_STR("key.json"),
                                     .tags = tags,
                                     .tag_count = 1};
    return pc_change_create_key(change, &key, NULL);
}

enum pc_status vault_case_create_key(struct vault_case *c, const char *arn, const char *alias)
{
    struct order order = {.key = arn, .name = alias};
    return vault_case_change(c, create_key, &order);
}

static enum pc_status key_state(void *context, struct pc_change *change)
{
    const struct order *order = context;
    return pc_change_key_state(change, pc_str_from(order->key), order->state, order->deletion);
}

enum pc_status vault_case_key_state(struct vault_case *c, const char *key, enum pc_key_state state,
                                    int64_t deletion)
{
    struct order order = {.key = key, .state = state, .deletion = deletion};
    return vault_case_change(c, key_state, &order);
}

static enum pc_status rotate(void *context, struct pc_change *change)
{
    const struct order *order = context;
    struct pc_rotation rotation = {0};
    enum pc_status status = pc_change_rotate(change, pc_str_from(order->key), &rotation);
    *order->environments = rotation.environments;
    return status;
}

enum pc_status vault_case_rotate(struct vault_case *c, const char *key, size_t *environments)
{
    struct order order = {.key = key};
    order.environments = environments;
    return vault_case_change(c, rotate, &order);
}

static enum pc_status rekey(void *context, struct pc_change *change)
{
    const struct order *order = context;
    return pc_change_root(change, order->root, order->terms);
}

enum pc_status vault_case_rekey(struct vault_case *c, const struct pc_root_key *root,
                                const struct pc_passphrase_terms *terms)
{
    struct order order = {.root = root, .terms = terms};
    return vault_case_change(c, rekey, &order);
}

// Looking -----------------------------------------------------------------------------------------

enum pc_status vault_case_look(struct vault_case *c, struct pc_vault *vault, const char *function,
                               const char *name, struct pc_str *value)
{
    struct pc_vault_environment environment;
    const struct pc_str wanted = pc_str_from(name);
    *value = PC_STR("");
    PC_TRY(pc_vault_environment(vault, pc_str_from(function), &c->diags, &environment));
    enum pc_status status = pc_vault_unseal(
        vault, &environment, &(const struct pc_names){&wanted, 1}, &c->diags, c->opened);
    if (status != PC_OK) {
        assert_int_equal(pc_opened_count(c->opened), 0);
        return status;
    }
    assert_int_equal(pc_opened_count(c->opened), 1);
    struct pc_str named = pc_opened_name(c->opened, 0);
    assert_true(pc_str_eq(named, wanted));
    *value = pc_opened_value(c->opened, 0);
    return PC_OK;
}

enum pc_status vault_case_value(struct vault_case *c, const char *function, const char *name,
                                struct pc_str *value)
{
    struct pc_vault *vault;
    *value = PC_STR("");
    PC_TRY(pc_vault_open(c->vault, c->root, &c->diags, &vault));
    enum pc_status status = vault_case_look(c, vault, function, name, value);
    pc_vault_close(vault);
    return status;
}

// Behind its back ---------------------------------------------------------------------------------

struct pc_str vault_case_copied(struct vault_case *c, struct pc_str bytes)
{
    struct pc_str copy;
    assert_int_equal(pc_arena_copy(&c->arena, bytes, &copy), PC_OK);
    return copy;
}

struct reader {
    struct vault_case *c;
    enum pc_store_table table;
    struct vault_records *records;
};

static enum pc_status keep_record(void *context, struct pc_str key, struct pc_str value)
{
    struct reader *reader = context;
    struct vault_records *records = reader->records;
    assert_true(records->count < sizeof(records->of) / sizeof(records->of[0]));
    records->of[records->count++] = (struct vault_record){
        reader->table, vault_case_copied(reader->c, key), vault_case_copied(reader->c, value)};
    return PC_OK;
}

void vault_case_read(struct vault_case *c, const char *store, struct vault_records *out)
{
    struct pc_store *opened;
    struct pc_snapshot *snapshot;
    out->count = 0;
    assert_int_equal(
        pc_store_open_kind(PC_STORE_OF_SECRETS, pc_str_from(store), &c->diags, &opened), PC_OK);
    assert_int_equal(pc_snapshot_open(opened, &snapshot), PC_OK);
    for (int table = PC_STORE_VAULT; table < PC_STORE_ALL_TABLES; table++) {
        struct reader reader = {c, (enum pc_store_table)table, out};
        assert_int_equal(pc_snapshot_each(snapshot, reader.table, keep_record, &reader), PC_OK);
    }
    pc_snapshot_close(snapshot);
    pc_store_close(opened);
}

static enum pc_status write_records(void *context, struct pc_store_write *write)
{
    const struct vault_records *records = context;
    for (int table = PC_STORE_VAULT; table < PC_STORE_ALL_TABLES; table++) {
        PC_TRY(pc_store_clear(write, (enum pc_store_table)table));
    }
    for (size_t i = 0; i < records->count; i++) {
        const struct vault_record *record = &records->of[i];
        PC_TRY(pc_store_put(write, record->table, record->key, record->value));
    }
    return PC_OK;
}

void vault_case_write(struct vault_case *c, const char *store, const struct vault_records *records)
{
    struct vault_records copy = *records;
    assert_int_equal(pc_store_update_kind(PC_STORE_OF_SECRETS, pc_str_from(store), &c->diags,
                                          write_records, &copy),
                     PC_OK);
}

struct vault_record *vault_case_find(struct vault_records *records, enum pc_store_table table,
                                     struct pc_str key)
{
    for (size_t i = 0; i < records->count; i++) {
        if (records->of[i].table == table && pc_str_eq(records->of[i].key, key)) {
            return &records->of[i];
        }
    }
    return NULL;
}
