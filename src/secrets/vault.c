// SPDX-License-Identifier: Apache-2.0
//
// An open vault: one verified state of it, and what was read of that.
#include "secrets/vault.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/map.h"
#include "crypto/guarded.h"
#include "folder.h"
#include "opened.h"
#include "reading.h"

enum {
    DATA_KEYS = 16, // kept unwrapped; in the place of an older one when there are more
};

// Data keys of the present state. They open no more than the root key does, which lies in the same
// kind of memory.
struct unwrapped {
    const struct pc_key_record *record[DATA_KEYS]; // whose it is; NULL: free
    uint8_t key[DATA_KEYS][PC_KEY_BYTES];
    size_t next;
};

struct pc_vault {
    struct pc_str path;
    struct pc_str data;      // path of the store's file, whatever folder the process works in
    struct pc_arena lasting; // as long as the vault is open
    const struct pc_root_key *root;
    uint8_t *audit_key; // guarded
    bool is_known;      // by its id, since it was opened
    uint8_t id[PC_VAULT_ID_BYTES];
    int folder;
    struct pc_audit *audit; // NULL without the log

    struct pc_store *store;
    struct pc_snapshot *snapshot;
    int64_t looked; // when the store was last found in its place: milliseconds; 0: never
    bool usable;    // what is below is that of the snapshot's state, and verified
    struct pc_head head;
    struct pc_parts parts;
    struct pc_arena state_arena; // as long as the state
    struct unwrapped *unwrapped; // guarded: data keys that were unwrapped before
    struct pc_map keys;          // by ARN: struct pc_key_record, copied
    struct pc_arena arena;       // of the environment read last
    struct pc_environment_record environment;
};

static struct pc_reading reading_of(struct pc_vault *vault, struct pc_diags *diags)
{
    return (struct pc_reading){.source = {.snapshot = vault->snapshot},
                               .head = &vault->head,
                               .parts = &vault->parts,
                               .vault = vault->path,
                               .diags = diags};
}

// A failure of the store that has no diagnostic yet.
static enum pc_status tell(const struct pc_vault *vault, struct pc_diags *diags,
                           enum pc_status status)
{
    if (status == PC_ERR_DAMAGED) {
        return pc_vault_damaged(diags, vault->path, "the vault's file is not as it was written");
    }
    if (status != PC_OK && status != PC_ERR_NOMEM) {
        pc_diag_report(diags, PC_DIAG_VAULT_IO, (struct pc_place){.file = vault->path},
                       "the vault \"%.*s\" cannot be read: %s", PC_STR_ARG(vault->path),
                       pc_status_text(status));
    }
    return status;
}

// One state ---------------------------------------------------------------------------------------

static void forget(struct pc_vault *vault)
{
    vault->usable = false;
    if (vault->unwrapped != NULL) {
        pc_wipe(vault->unwrapped, sizeof(*vault->unwrapped));
    }
    pc_parts_release(&vault->parts);
    pc_arena_reset(&vault->state_arena);
    pc_arena_reset(&vault->arena);
    pc_map_init(&vault->keys, &vault->state_arena);
    vault->environment = (struct pc_environment_record){.measures = NULL};
}

static enum pc_status read_head(struct pc_vault *vault, struct pc_diags *diags)
{
    struct pc_str record;
    enum pc_status status =
        pc_snapshot_get(vault->snapshot, PC_STORE_VAULT, PC_STR(PC_HEAD_KEY), &record);
    if (status == PC_ERR_NOTFOUND) {
        return pc_vault_damaged(diags, vault->path, "the vault has no head");
    }
    PC_TRY(tell(vault, diags, status));
    return pc_head_open(record, vault->root, vault->path, diags, &vault->head);
}

// Reads the state that the snapshot shows. What another vault of the same root key had is none of
// this one's.
static enum pc_status take_state(struct pc_vault *vault, struct pc_diags *diags)
{
    forget(vault);
    PC_TRY(read_head(vault, diags));
    if (!vault->is_known) {
        memcpy(vault->id, vault->head.id, sizeof(vault->id));
        vault->is_known = true;
    }
    if (memcmp(vault->id, vault->head.id, sizeof(vault->id)) != 0) {
        return pc_vault_damaged(diags, vault->path, "the head is that of another vault");
    }
    vault->usable = true;
    return PC_OK;
}

// The audit log -----------------------------------------------------------------------------------

struct pc_audit_place pc_vault_audit_place(const struct pc_vault *vault)
{
    struct pc_audit_place place = {
        .folder = vault->folder, .name = vault->path, .key = vault->audit_key};
    memcpy(place.vault, vault->id, sizeof(place.vault));
    return place;
}

struct pc_audit_position pc_vault_audit_noted(const struct pc_vault *vault)
{
    return vault->head.noted;
}

static enum pc_status report_older(const struct pc_vault *vault, uint64_t generation,
                                   struct pc_diags *diags)
{
    pc_diag_report(diags, PC_DIAG_VAULT_ROLLED_BACK, (struct pc_place){.file = vault->path},
                   "the vault \"%.*s\" is older than its audit log: change %llu of %llu",
                   PC_STR_ARG(vault->path), (unsigned long long)vault->head.generation,
                   (unsigned long long)generation);
    pc_diag_hint(diags, "restore vault and audit log together, from one copy of the whole folder");
    return PC_ERR_DAMAGED;
}

static enum pc_status report_shorter(const struct pc_vault *vault, struct pc_diags *diags)
{
    pc_diag_report(diags, PC_DIAG_AUDIT_DAMAGED, (struct pc_place){.file = vault->path},
                   "the audit log of \"%.*s\" is older than the vault", PC_STR_ARG(vault->path));
    pc_diag_hint(diags, "restore vault and audit log together, from one copy of the whole folder");
    return PC_ERR_DAMAGED;
}

// `before`: where the log stood before the state was read. A change is written to the vault first
// and to the log then: so the state is not older than what the log told, unless somebody put it
// there. But it may tell of what came to the log since.
static enum pc_status check_age(struct pc_vault *vault, const struct pc_audit_position *before,
                                struct pc_diags *diags)
{
    struct pc_audit_position now = *before;
    if (before->generation > vault->head.generation) {
        return report_older(vault, before->generation, diags);
    }
    if (before->seq < vault->head.noted.seq) {
        PC_TRY(pc_audit_where(vault->audit, diags, &now));
    }
    return now.seq < vault->head.noted.seq ? report_shorter(vault, diags) : PC_OK;
}

static enum pc_status renew(struct pc_vault *vault, struct pc_diags *diags)
{
    struct pc_audit_position before;
    bool logged = vault->audit != NULL;
    if (logged) {
        PC_TRY(pc_audit_where(vault->audit, diags, &before));
    }
    if (!vault->usable || !pc_snapshot_is_newest(vault->snapshot)) {
        forget(vault);
        PC_TRY(tell(vault, diags, pc_snapshot_renew(vault->snapshot)));
        PC_TRY(take_state(vault, diags));
    }
    return logged ? check_age(vault, &before, diags) : PC_OK;
}

// Of a vault that was taken away nobody hears any more, what is changed in the one in its place
// least of all.
static enum pc_status check_place(const struct pc_vault *vault, struct pc_diags *diags)
{
    const struct pc_store_marks *marks = pc_store_marks(vault->store);
    struct stat data;
    if (stat(vault->data.ptr, &data) != 0) {
        pc_diag_report(diags, PC_DIAG_VAULT_MISSING, (struct pc_place){.file = vault->path},
                       "the vault \"%.*s\" is not there any more: %s", PC_STR_ARG(vault->path),
                       strerror(errno));
        return PC_ERR_NOTFOUND;
    }
    if (data.st_dev == marks->device && data.st_ino == marks->data) {
        return PC_OK;
    }
    pc_diag_report(diags, PC_DIAG_VAULT_IO, (struct pc_place){.file = vault->path},
                   "the vault \"%.*s\" was replaced while it was open", PC_STR_ARG(vault->path));
    pc_diag_hint(diags, "open it again: restart what releases its secrets");
    return PC_ERR_IO;
}

static enum pc_status look(struct pc_vault *vault, struct pc_diags *diags)
{
    int64_t now = pc_clock_millis();
    if (vault->usable && now - vault->looked < PC_LOOK_MS) {
        return PC_OK;
    }
    PC_TRY(check_place(vault, diags));
    vault->looked = now;
    return PC_OK;
}

enum pc_status pc_vault_renew(struct pc_vault *vault, struct pc_diags *diags)
{
    enum pc_status status = look(vault, diags);
    if (status == PC_OK && vault->usable && pc_snapshot_is_newest(vault->snapshot)) {
        return PC_OK;
    }
    if (status == PC_OK) {
        status = renew(vault, diags);
    }
    if (status != PC_OK) {
        forget(vault);
    }
    return status;
}

static enum pc_status open_log(struct pc_vault *vault, struct pc_diags *diags)
{
    const struct pc_audit_place place = pc_vault_audit_place(vault);
    PC_TRY(pc_audit_open(&place, false, diags, &vault->audit));
    return renew(vault, diags);
}

// Opening -----------------------------------------------------------------------------------------

static enum pc_status name_data(struct pc_vault *vault, struct pc_str store)
{
    char here[PATH_MAX] = "";
    bool whole = store.ptr[0] == '/';
    if (!whole && getcwd(here, sizeof(here)) == NULL) {
        return PC_ERR_IO;
    }
    return pc_arena_format(&vault->lasting, &vault->data, "%s%s%.*s/data.mdb", here,
                           whole ? "" : "/", PC_STR_ARG(store));
}

static enum pc_status open_store(struct pc_vault *vault, struct pc_diags *diags)
{
    struct pc_str store;
    PC_TRY(pc_vault_folder_open(vault->path.ptr, diags, &vault->folder));
    PC_TRY(pc_vault_store_check(vault->folder, vault->path, diags));
    PC_TRY(pc_vault_store_path(&vault->lasting, vault->path, &store));
    PC_TRY(tell(vault, diags, name_data(vault, store)));
    PC_TRY(pc_vault_explain_missing(
        vault->folder, pc_store_open_kind(PC_STORE_OF_SECRETS, store, diags, &vault->store),
        diags));
    return tell(vault, diags, pc_snapshot_open(vault->store, &vault->snapshot));
}

static enum pc_status get_memory(struct pc_vault *vault, struct pc_diags *diags)
{
    void *memory;
    PC_TRY(pc_secrets_memory(sizeof(*vault->unwrapped), diags, &memory));
    vault->unwrapped = memory;
    PC_TRY(pc_secrets_memory(PC_KEY_BYTES, diags, &memory));
    vault->audit_key = memory;
    return PC_OK;
}

static enum pc_status unwrap_audit(struct pc_vault *vault, struct pc_diags *diags)
{
    enum pc_status status = pc_head_unwrap_audit(&vault->head, vault->root, vault->audit_key);
    return status == PC_OK ? PC_OK
                           : pc_vault_damaged(diags, vault->path,
                                              "the key of the audit log is not as it was written");
}

static enum pc_status open_vault(struct pc_vault *vault, const char *path, bool log,
                                 struct pc_diags *diags)
{
    PC_TRY(pc_arena_copy(&vault->lasting, pc_str_from(path), &vault->path));
    PC_TRY(open_store(vault, diags));
    PC_TRY(get_memory(vault, diags));
    PC_TRY(take_state(vault, diags));
    PC_TRY(unwrap_audit(vault, diags));
    return log ? open_log(vault, diags) : PC_OK;
}

static enum pc_status open_either(const char *path, const struct pc_root_key *root, bool log,
                                  struct pc_diags *diags, struct pc_vault **out)
{
    struct pc_vault *vault = calloc(1, sizeof(*vault));
    if (vault == NULL) {
        return PC_ERR_NOMEM;
    }
    vault->root = root;
    vault->folder = -1;
    enum pc_status status = open_vault(vault, path, log, diags);
    if (status != PC_OK) {
        pc_vault_close(vault);
        return status;
    }
    *out = vault;
    return PC_OK;
}

enum pc_status pc_vault_open(const char *path, const struct pc_root_key *root,
                             struct pc_diags *diags, struct pc_vault **out)
{
    return open_either(path, root, true, diags, out);
}

enum pc_status pc_vault_open_without_log(const char *path, const struct pc_root_key *root,
                                         struct pc_diags *diags, struct pc_vault **out)
{
    return open_either(path, root, false, diags, out);
}

void pc_vault_close(struct pc_vault *vault)
{
    if (vault == NULL) {
        return;
    }
    pc_audit_close(vault->audit);
    pc_guarded_free(vault->audit_key);
    pc_guarded_free(vault->unwrapped);
    pc_snapshot_close(vault->snapshot);
    pc_store_close(vault->store);
    if (vault->folder >= 0) {
        close(vault->folder);
    }
    pc_parts_release(&vault->parts);
    pc_arena_release(&vault->arena);
    pc_arena_release(&vault->state_arena);
    pc_arena_release(&vault->lasting);
    free(vault);
}

uint64_t pc_vault_generation(const struct pc_vault *vault)
{
    return vault->head.generation;
}

struct pc_audit *pc_vault_audit(struct pc_vault *vault)
{
    return vault->audit;
}

enum pc_status pc_vault_read_label(const char *path, struct pc_diags *diags,
                                   struct pc_vault_label *out)
{
    struct pc_vault vault = {.path = pc_str_from(path), .folder = -1};
    struct pc_str record;
    enum pc_status status = open_store(&vault, diags);
    if (status == PC_OK) {
        status = pc_snapshot_get(vault.snapshot, PC_STORE_VAULT, PC_STR(PC_HEAD_KEY), &record);
        status = tell(&vault, diags, status == PC_ERR_NOTFOUND ? PC_ERR_DAMAGED : status);
    }
    if (status == PC_OK) {
        status = tell(&vault, diags, pc_head_parse(record, &vault.head));
    }
    if (status == PC_OK) {
        *out = vault.head.label;
    }
    pc_snapshot_close(vault.snapshot);
    pc_store_close(vault.store);
    if (vault.folder >= 0) {
        close(vault.folder);
    }
    pc_arena_release(&vault.lasting);
    return status;
}

// Keys --------------------------------------------------------------------------------------------

static struct pc_hash digest_of_policy(const struct pc_vault_key *key)
{
    struct pc_hasher hasher;
    pc_hasher_init(&hasher);
    pc_hasher_add(&hasher, key->policy);
    pc_hasher_add(&hasher, key->policy_name);
    return pc_hasher_final(&hasher);
}

// Reads a key, copied so that what was verified stays what it was.
static enum pc_status load_key(struct pc_vault *vault, struct pc_str arn, struct pc_diags *diags,
                               struct pc_key_record **out)
{
    struct pc_str bytes;
    struct pc_key_record read;
    const struct pc_reading reading = reading_of(vault, diags);
    struct pc_key_record *record = pc_arena_alloc(&vault->state_arena, sizeof(*record));
    PC_CLEANUP(pc_buf_release) struct pc_buf copy = {0};
    if (record == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(pc_reading_key(&reading, arn, &vault->state_arena, &read));
    pc_key_record_write(&copy, &read);
    PC_TRY(pc_buf_status(&copy));
    PC_TRY(pc_arena_copy(&vault->state_arena, pc_buf_view(&copy), &bytes));
    PC_TRY(pc_key_record_parse(bytes, &vault->state_arena, record));
    record->key.policy_digest = digest_of_policy(&record->key);
    PC_TRY(pc_map_put(&vault->keys, record->key.arn, record));
    *out = record;
    return PC_OK;
}

static enum pc_status find_key(struct pc_vault *vault, struct pc_str arn, struct pc_diags *diags,
                               struct pc_key_record **out)
{
    struct pc_key_record *record = pc_map_get(&vault->keys, arn);
    if (record == NULL) {
        return load_key(vault, arn, diags, out);
    }
    *out = record;
    return PC_OK;
}

static enum pc_status check_usable(const struct pc_vault *vault, struct pc_diags *diags)
{
    return vault->usable ? PC_OK : tell(vault, diags, PC_ERR_BUSY);
}

enum pc_status pc_vault_key(struct pc_vault *vault, struct pc_str name, struct pc_str near,
                            struct pc_diags *diags, struct pc_vault_key *out)
{
    struct pc_key_record *record;
    struct pc_str arn = name;
    PC_TRY(check_usable(vault, diags));
    if (pc_str_has_prefix(name, PC_STR("alias/"))) {
        const struct pc_reading reading = reading_of(vault, diags);
        PC_TRY(pc_reading_alias(&reading, name, near, &vault->state_arena, &arn));
    }
    PC_TRY(find_key(vault, arn, diags, &record));
    *out = record->key;
    return PC_OK;
}

// Environments ------------------------------------------------------------------------------------

enum pc_status pc_vault_environment(struct pc_vault *vault, struct pc_str function,
                                    struct pc_diags *diags, struct pc_vault_environment *out)
{
    struct pc_environment_record record;
    const struct pc_reading reading = reading_of(vault, diags);
    PC_TRY(check_usable(vault, diags));
    pc_arena_reset(&vault->arena);
    vault->environment = (struct pc_environment_record){.measures = NULL};
    PC_TRY(pc_reading_environment(&reading, function, &vault->arena, &record));
    vault->environment = record;
    *out = record.environment;
    return PC_OK;
}

// All ---------------------------------------------------------------------------------------------

struct showing {
    enum pc_status (*key)(void *context, const struct pc_vault_key *key);
    enum pc_status (*environment)(void *context, const struct pc_vault_environment *environment);
    void *context;
};

static enum pc_status show_key(void *context, const struct pc_key_record *record)
{
    const struct showing *showing = context;
    return showing->key(showing->context, &record->key);
}

static enum pc_status show_environment(void *context, const struct pc_environment_record *record)
{
    const struct showing *showing = context;
    return showing->environment(showing->context, &record->environment);
}

enum pc_status pc_vault_each_key(struct pc_vault *vault, struct pc_diags *diags,
                                 enum pc_status (*visit)(void *context,
                                                         const struct pc_vault_key *key),
                                 void *context)
{
    struct showing showing = {.key = visit, .context = context};
    const struct pc_reading reading = reading_of(vault, diags);
    PC_CLEANUP(pc_arena_release) struct pc_arena arena = {0};
    PC_TRY(check_usable(vault, diags));
    return pc_reading_each_key(&reading, &arena, show_key, &showing);
}

enum pc_status pc_vault_each_environment(
    struct pc_vault *vault, struct pc_diags *diags,
    enum pc_status (*visit)(void *context, const struct pc_vault_environment *environment),
    void *context)
{
    struct showing showing = {.environment = visit, .context = context};
    const struct pc_reading reading = reading_of(vault, diags);
    PC_CLEANUP(pc_arena_release) struct pc_arena arena = {0};
    PC_TRY(check_usable(vault, diags));
    return pc_reading_each_environment(&reading, &arena, show_environment, &showing);
}

// Plaintexts --------------------------------------------------------------------------------------

// The data key, unwrapped now or before.
static enum pc_status unwrap_key(struct pc_vault *vault, const struct pc_key_record *record,
                                 const uint8_t **out)
{
    struct unwrapped *unwrapped = vault->unwrapped;
    for (size_t i = 0; i < DATA_KEYS; i++) {
        if (unwrapped->record[i] == record) {
            *out = unwrapped->key[i];
            return PC_OK;
        }
    }
    size_t at = unwrapped->next++ % DATA_KEYS;
    unwrapped->record[at] = NULL;
    PC_TRY(pc_key_record_unwrap(record, &vault->head, vault->root, unwrapped->key[at]));
    unwrapped->record[at] = record;
    *out = unwrapped->key[at];
    return PC_OK;
}

static enum pc_status unwrap(struct pc_vault *vault, const struct pc_environment_record *record,
                             struct pc_diags *diags, const uint8_t **out)
{
    struct pc_key_record *key;
    const struct pc_vault_environment *environment = &record->environment;
    enum pc_status status = find_key(vault, environment->key, diags, &key);
    if (status == PC_ERR_NOTFOUND) {
        return pc_key_unknown(diags, environment->key);
    }
    PC_TRY(status);
    if (key->key.state != PC_KEY_ENABLED) {
        pc_diag_report(diags, PC_DIAG_KEY_STATE, (struct pc_place){.line = 0},
                       "the key \"%.*s\" is %s", PC_STR_ARG(environment->key),
                       pc_key_state_text(key->key.state));
        return PC_ERR_INVALID;
    }
    if (key->key.version != environment->key_version) {
        return pc_vault_damaged(diags, vault->path,
                                "\"%.*s\" is sealed under another version of its key",
                                PC_STR_ARG(environment->function));
    }
    status = unwrap_key(vault, key, out);
    return status == PC_OK
               ? PC_OK
               : pc_vault_damaged(diags, vault->path, "the key \"%.*s\" does not unwrap",
                                  PC_STR_ARG(environment->key));
}

static enum pc_status report_missing(struct pc_diags *diags, struct pc_str name,
                                     struct pc_str function)
{
    pc_diag_report(diags, PC_DIAG_SECRET_UNKNOWN, (struct pc_place){.line = 0},
                   "the vault has no variable \"%.*s\" of \"%.*s\"", PC_STR_ARG(name),
                   PC_STR_ARG(function));
    return PC_ERR_NOTFOUND;
}

static bool is_wanted(const struct pc_names *wanted, struct pc_str name)
{
    for (size_t i = 0; i < wanted->count; i++) {
        if (pc_str_eq(wanted->names[i], name)) {
            return true;
        }
    }
    return wanted->count == 0;
}

static enum pc_status check_wanted(const struct pc_vault_environment *environment,
                                   const struct pc_names *wanted, struct pc_diags *diags)
{
    for (size_t i = 0; i < wanted->count; i++) {
        size_t at = 0;
        while (at < environment->count &&
               !pc_str_eq(environment->variables[at].name, wanted->names[i])) {
            at++;
        }
        if (at == environment->count) {
            return report_missing(diags, wanted->names[i], environment->function);
        }
    }
    return PC_OK;
}

// From the values one after the other to assignments.
static enum pc_status take_values(const struct pc_vault_environment *environment,
                                  const struct pc_names *wanted, struct pc_opened *opened)
{
    const uint8_t *value = opened->plain;
    for (size_t i = 0; i < environment->count; i++) {
        const struct pc_vault_variable *variable = &environment->variables[i];
        if (is_wanted(wanted, variable->name)) {
            uint8_t *room = pc_opened_add(opened, variable->name, variable->length);
            if (room == NULL) {
                return PC_ERR_INTERNAL; // what was measured has room
            }
            memcpy(room, value, variable->length);
        }
        value += variable->length;
    }
    return PC_OK;
}

static enum pc_status unseal(struct pc_vault *vault, const struct pc_names *wanted,
                             struct pc_diags *diags, struct pc_opened *opened)
{
    const struct pc_environment_record *record = &vault->environment;
    const struct pc_vault_environment *environment = &record->environment;
    const uint8_t *data = NULL;
    PC_TRY(check_wanted(environment, wanted, diags));
    PC_TRY(unwrap(vault, record, diags, &data));
    if (pc_environment_record_unseal(record, data, opened->plain) != PC_OK) {
        return pc_vault_damaged(diags, vault->path, "the variables of \"%.*s\" do not open",
                                PC_STR_ARG(environment->function));
    }
    return take_values(environment, wanted, opened);
}

enum pc_status pc_vault_unseal(struct pc_vault *vault,
                               const struct pc_vault_environment *environment,
                               const struct pc_names *wanted, struct pc_diags *diags,
                               struct pc_opened *opened)
{
    pc_opened_wipe(opened);
    // The environment that was verified last, and no other.
    if (!vault->usable || vault->environment.measures == NULL ||
        environment->variables != vault->environment.environment.variables) {
        return PC_ERR_USAGE;
    }
    enum pc_status status = unseal(vault, wanted, diags, opened);
    pc_wipe(opened->plain, vault->environment.cipher.len);
    if (status != PC_OK) {
        pc_opened_wipe(opened);
    }
    return status;
}
