// SPDX-License-Identifier: Apache-2.0
//
// What is in a vault's state: keys, environments, and their values, opened.
#include "vault_state.h"

#include <string.h>

#include "crypto/guarded.h"
#include "opened.h"

static struct pc_reading reading_of(struct pc_vault *vault, struct pc_diags *diags)
{
    return (struct pc_reading){.source = {.snapshot = vault->snapshot},
                               .head = &vault->head,
                               .parts = &vault->parts,
                               .vault = vault->path,
                               .diags = diags};
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

enum pc_status pc_vault_key(struct pc_vault *vault, struct pc_str name, struct pc_str near,
                            struct pc_diags *diags, struct pc_vault_key *out)
{
    struct pc_key_record *record;
    struct pc_str arn = name;
    PC_TRY(pc_vault_check_usable(vault, diags));
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
    PC_TRY(pc_vault_check_usable(vault, diags));
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
    PC_TRY(pc_vault_check_usable(vault, diags));
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
    PC_TRY(pc_vault_check_usable(vault, diags));
    return pc_reading_each_environment(&reading, &arena, show_environment, &showing);
}

// Plaintexts --------------------------------------------------------------------------------------

// The data key, unwrapped now or before.
static enum pc_status unwrap_key(struct pc_vault *vault, const struct pc_key_record *record,
                                 const uint8_t **out)
{
    struct pc_unwrapped_keys *unwrapped = vault->unwrapped;
    for (size_t i = 0; i < PC_UNWRAPPED_KEYS; i++) {
        if (unwrapped->record[i] == record) {
            *out = unwrapped->key[i];
            return PC_OK;
        }
    }
    size_t at = unwrapped->next++ % PC_UNWRAPPED_KEYS;
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
