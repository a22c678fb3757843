// SPDX-License-Identifier: Apache-2.0
//
// What goes over all keys or all environments: rotating, another root key, removing what is due.
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "crypto/guarded.h"

// ARNs that were collected: what is walked over cannot be written to meanwhile.
struct list {
    struct pc_change *change;
    struct pc_str *arns;
    size_t count, capacity;
    struct pc_str key; // of environments: under this key
    int64_t due;       // of keys: whose deletion is due then
    size_t left;       // of keys: that were left out
};

static void release(struct list *list)
{
    free(list->arns);
}

static enum pc_status add(struct list *list, struct pc_str arn)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 64 : list->capacity * 2;
        struct pc_str *arns = realloc(list->arns, capacity * sizeof(*arns));
        if (arns == NULL) {
            return PC_ERR_NOMEM;
        }
        list->arns = arns;
        list->capacity = capacity;
    }
    PC_TRY(pc_arena_copy(&list->change->lasting, arn, &list->arns[list->count]));
    list->count++;
    return PC_OK;
}

static enum pc_status add_key(void *context, const struct pc_key_record *record)
{
    return add(context, record->key.arn);
}

static enum pc_status add_due_key(void *context, const struct pc_key_record *record)
{
    struct list *list = context;
    bool due = record->key.state == PC_KEY_PENDING_DELETION && record->key.deletion <= list->due;
    return due ? add(list, record->key.arn) : PC_OK;
}

static enum pc_status add_usable_key(void *context, const struct pc_key_record *record)
{
    struct list *list = context;
    if (record->key.state == PC_KEY_ENABLED) {
        return add(list, record->key.arn);
    }
    list->left++;
    return PC_OK;
}

static enum pc_status add_environment(void *context, const struct pc_environment_record *record)
{
    struct list *list = context;
    bool under = pc_str_eq(record->environment.key, list->key);
    return under ? add(list, record->environment.function) : PC_OK;
}

// Removing ----------------------------------------------------------------------------------------

static enum pc_status purge(struct list *due)
{
    struct pc_change *change = due->change;
    PC_TRY(pc_reading_each_key(&change->reading, &change->arena, add_due_key, due));
    for (size_t i = 0; i < due->count; i++) {
        PC_TRY(pc_change_drop(change, PC_STORE_KEYS, due->arns[i]));
    }
    return PC_OK;
}

enum pc_status pc_change_purge(struct pc_change *change)
{
    PC_CLEANUP(release) struct list due = {.change = change, .due = change->now};
    return purge(&due);
}

// Rotating ----------------------------------------------------------------------------------------

static enum pc_status reseal(struct pc_change *change, struct pc_str function,
                             const struct pc_vault_key *key, uint32_t version)
{
    struct pc_environment_record old, sealed;
    pc_arena_reset(&change->arena);
    PC_TRY(pc_reading_environment(&change->reading, function, &change->arena, &old));
    if (old.environment.key_version != version) {
        return pc_vault_damaged(change->diags, change->reading.vault,
                                "\"%.*s\" is sealed under another version of its key",
                                PC_STR_ARG(function));
    }
    old.environment.function = function;
    PC_TRY(pc_change_reseal(change, &old, key, &sealed));
    return pc_change_write_environment(change, &sealed);
}

// The record of a key outlasts the change's arena, which every environment resets.
static enum pc_status keep_key(struct pc_change *change, struct pc_str name, struct pc_arena *arena,
                               struct pc_key_record *out)
{
    struct pc_key_record read;
    struct pc_str bytes;
    PC_CLEANUP(pc_buf_release) struct pc_buf copy = {0};
    pc_arena_reset(&change->arena);
    PC_TRY(pc_change_find_key(change, name, PC_STR(""), &read));
    pc_key_record_write(&copy, &read);
    PC_TRY(pc_buf_status(&copy));
    PC_TRY(pc_arena_copy(arena, pc_buf_view(&copy), &bytes));
    return pc_key_record_parse(bytes, arena, out);
}

static enum pc_status rotate_under(struct pc_change *change, struct pc_key_record *key,
                                   struct list *environments)
{
    uint32_t before = key->key.version;
    PC_TRY(pc_change_check_enabled(change, key));
    PC_TRY(pc_change_unwrap(change, key, change->secrets->from));
    PC_TRY(pc_reading_each_environment(&change->reading, &change->arena, add_environment,
                                       environments));
    if (before == UINT32_MAX) {
        return PC_ERR_LIMIT;
    }
    key->key.version++;
    key->key.rotated = change->now;
    PC_TRY(pc_key_record_renew(key, &change->head, change->root, change->secrets->to));
    for (size_t i = 0; i < environments->count; i++) {
        PC_TRY(reseal(change, environments->arns[i], &key->key, before));
    }
    return pc_change_write_key(change, key);
}

static enum pc_status rotate_one(struct pc_change *change, struct pc_str name, size_t *count)
{
    struct pc_key_record key;
    PC_CLEANUP(pc_arena_release) struct pc_arena arena = {0};
    PC_TRY(keep_key(change, name, &arena, &key));
    PC_TRY(pc_change_note_key(change, key.key.arn));
    PC_CLEANUP(release) struct list environments = {.change = change, .key = key.key.arn};
    enum pc_status status = rotate_under(change, &key, &environments);
    pc_wipe(change->secrets, sizeof(*change->secrets));
    *count += environments.count;
    return status;
}

static enum pc_status rotate_all(struct pc_change *change, struct pc_rotation *done)
{
    PC_CLEANUP(release) struct list keys = {.change = change};
    PC_TRY(pc_reading_each_key(&change->reading, &change->arena, add_usable_key, &keys));
    for (size_t i = 0; i < keys.count; i++) {
        PC_TRY(rotate_one(change, keys.arns[i], &done->environments));
    }
    done->left = keys.left;
    return PC_OK;
}

enum pc_status pc_change_rotate(struct pc_change *change, struct pc_str key,
                                struct pc_rotation *out)
{
    struct pc_rotation done = {0};
    PC_TRY(key.len > 0 ? rotate_one(change, key, &done.environments) : rotate_all(change, &done));
    *out = done;
    return PC_OK;
}

// Another root key --------------------------------------------------------------------------------

static enum pc_status wrap_again(struct pc_change *change, struct pc_str arn,
                                 const struct pc_root_key *root)
{
    struct pc_key_record record;
    pc_arena_reset(&change->arena);
    PC_TRY(pc_change_find_key(change, arn, PC_STR(""), &record));
    PC_TRY(pc_change_unwrap(change, &record, change->secrets->from));
    PC_TRY(pc_key_record_wrap(&record, &change->head, root, change->secrets->from));
    return pc_change_write_key(change, &record);
}

static enum pc_status wrap_keys(struct pc_change *change, const struct pc_root_key *root)
{
    PC_CLEANUP(release) struct list keys = {.change = change};
    PC_TRY(pc_reading_each_key(&change->reading, &change->arena, add_key, &keys));
    for (size_t i = 0; i < keys.count; i++) {
        PC_TRY(wrap_again(change, keys.arns[i], root));
    }
    return PC_OK;
}

static enum pc_status wrap_audit(struct pc_change *change, const struct pc_root_key *root)
{
    struct pc_head *head = &change->head;
    if (pc_head_unwrap_audit(head, change->root, change->secrets->from) != PC_OK) {
        return pc_vault_damaged(change->diags, change->reading.vault,
                                "the key of the audit log is not as it was written");
    }
    return pc_head_wrap_audit(head, root, change->secrets->from);
}

enum pc_status pc_change_root(struct pc_change *change, const struct pc_root_key *root,
                              const struct pc_passphrase_terms *terms)
{
    enum pc_status status = wrap_keys(change, root);
    if (status == PC_OK) {
        status = wrap_audit(change, root);
    }
    pc_wipe(change->secrets, sizeof(*change->secrets));
    PC_TRY(status);
    change->root = root;
    change->head.label = (struct pc_vault_label){.passphrase = terms != NULL};
    if (terms != NULL) {
        change->head.label.terms = *terms;
    }
    return PC_OK;
}
