// SPDX-License-Identifier: Apache-2.0
#include "vaults.h"

#include "fuzz.h"
#include "stage.h"

static const struct vault_secret secrets[VAULT_SECRETS] = {
    {PAY, "FIRST", {SECRET "was-one", SECRET "now-one", SECRET "not-one"}},
    {PAY, "SECOND", {SECRET "the-two", SECRET "the-two", SECRET "not-two"}},
    {MAIL, "FIRST", {SECRET "was-six", SECRET "now-six", SECRET "not-six"}},
    {OLD, "FIRST", {SECRET "the-old", SECRET "the-old", SECRET "not-old"}},
};
static struct vaults all = {.secrets = secrets};

struct making {
    const char *path;
    int vault;
};

static void check(enum pc_status status, const char *what)
{
    FUZZ_CHECK(status == PC_OK, "%s: %s", what, pc_status_text(status));
}

static void change(const char *path, int vault,
                   enum pc_status (*work)(void *context, struct pc_change *change))
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena;
    struct pc_diags diags;
    pc_arena_init(&arena);
    pc_diags_init(&diags, &arena);
    const struct pc_change_note note = {.event = PC_STR("test")};
    check(pc_vault_change(&(const struct pc_vault_place){path, all.root}, &note, &diags, work,
                          &vault),
          diags.last == NULL ? "change" : diags.last->message.ptr);
}

static enum pc_status put(struct pc_change *change, size_t at, int vault, const char *key)
{
    const struct pc_assignment assignment = {pc_str_from(secrets[at].name),
                                             pc_str_from(secrets[at].values[vault])};
    return pc_change_put(change, pc_str_from(secrets[at].function), pc_str_from(key), &assignment,
                         1);
}

static enum pc_status furnish(void *context, struct pc_change *change)
{
    static const struct pc_key_tag tags[] = {{PC_STR_INIT("team"), PC_STR_INIT("payments")}};
    const struct pc_key_order one = {.arn = PC_STR(KEY_ONE),
                                     .alias = PC_STR("alias/one"),
                                     .policy = PC_STR("{\"Version\":\"2012-10-17\"}"),
                                     .policy_name = PC_STR("key.json"),
                                     .tags = tags,
                                     .tag_count = 1};
    const struct pc_key_order two = {.arn = PC_STR(KEY_TWO), .alias = PC_STR("alias/two")};
    int vault = *(const int *)context;
    PC_TRY(pc_change_create_key(change, &one, NULL));
    PC_TRY(pc_change_create_key(change, &two, NULL));
    PC_TRY(put(change, 0, vault, ""));
    PC_TRY(put(change, 1, vault, ""));
    PC_TRY(put(change, 2, vault, KEY_ONE));
    return put(change, 3, vault, KEY_TWO);
}

static enum pc_status move_on(void *context, struct pc_change *change)
{
    struct pc_rotation rotation;
    (void)context;
    PC_TRY(put(change, 0, VAULT_NOW, ""));
    PC_TRY(put(change, 2, VAULT_NOW, KEY_ONE));
    PC_TRY(pc_change_rotate(change, PC_STR(KEY_ONE), &rotation));
    return pc_change_key_state(change, PC_STR(KEY_TWO), PC_KEY_DISABLED, 0);
}

struct reader {
    struct vault_records *records;
    enum pc_store_table table;
};

static enum pc_status keep(void *context, struct pc_str key, struct pc_str value)
{
    const struct reader *reader = context;
    struct vault_record *record = &reader->records->of[reader->records->count++];
    FUZZ_CHECK(reader->records->count <= VAULT_RECORDS / 2, "so many records");
    record->table = reader->table;
    PC_TRY(pc_arena_copy(&all.arena, key, &record->key));
    return pc_arena_copy(&all.arena, value, &record->value);
}

static void read_records(const char *store, int vault)
{
    struct pc_store *opened;
    struct pc_snapshot *snapshot;
    struct pc_diags diags;
    pc_diags_init(&diags, &all.arena);
    check(pc_store_open_kind(PC_STORE_OF_SECRETS, pc_str_from(store), &diags, &opened), "open");
    check(pc_snapshot_open(opened, &snapshot), "snapshot");
    for (int table = PC_STORE_VAULT; table < PC_STORE_ALL_TABLES; table++) {
        struct reader reader = {&all.records[vault], (enum pc_store_table)table};
        check(pc_snapshot_each(snapshot, reader.table, keep, &reader), "read");
    }
    pc_snapshot_close(snapshot);
    pc_store_close(opened);
    check(pc_head_parse(all.records[vault].of[0].value, &all.heads[vault]), "head");
}

const struct vaults *vaults(void)
{
    static const uint8_t bytes[PC_KEY_BYTES] = "the root key that the tests have";
    struct pc_root_key *root;
    if (all.root != NULL) {
        return &all;
    }
    struct pc_diags diags;
    pc_diags_init(&diags, &all.arena);
    check(pc_crypto_init(), "libsodium");
    check(pc_root_key_make(bytes, &diags, &root), "root key");
    all.root = root;
    check(pc_vault_create(stage_path("vault"), root, NULL, &diags), "create");
    check(pc_vault_create(stage_path("other"), root, NULL, &diags), "create");
    change(stage_path("vault"), VAULT_BEFORE, furnish);
    read_records(stage_path("vault/store"), VAULT_BEFORE);
    change(stage_path("vault"), VAULT_NOW, move_on);
    read_records(stage_path("vault/store"), VAULT_NOW);
    change(stage_path("other"), VAULT_OTHER, furnish);
    read_records(stage_path("other/store"), VAULT_OTHER);
    return &all;
}
