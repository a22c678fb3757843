// SPDX-License-Identifier: Apache-2.0
#include "removal.h"

#include "directories.h"
#include "principal_key.h"
#include "record.h"

static enum pc_status peek(const struct pc_removal *removal, enum pc_store_table table,
                           struct pc_str key, struct pc_str *value)
{
    struct pc_shards_write shards = {
        .arena = removal->picture->arena,
        .write = removal->write,
        .census = removal->census,
        .table = table,
    };
    PC_TRY(pc_shards_peek(&shards, key, value));
    return pc_directories_record_is_sound(table, key, *value) ? PC_OK : PC_ERR_DAMAGED;
}

static void add(struct pc_removed *out, enum pc_store_table table, struct pc_str key)
{
    out->tables[out->count] = table;
    out->keys[out->count++] = key;
}

// A role or user, whose path has to be that of the ARN.
static enum pc_status find_principal(const struct pc_removal *removal, struct pc_str arn, bool role,
                                     struct pc_removed *out)
{
    struct pc_iam_name name;
    struct pc_str key, value;
    if (!pc_iam_name_parse(arn, role ? PC_STR("role/") : PC_STR("user/"), &name)) {
        return PC_OK;
    }
    PC_TRY(pc_principal_key(removal->picture->arena, role, &name, &key));
    enum pc_status status = peek(removal, PC_STORE_PRINCIPALS, key, &value);
    if (status == PC_ERR_NOTFOUND) {
        return PC_OK;
    }
    PC_TRY(status);
    const void *bytes = value.ptr;
    const struct pc_principal_record *record = bytes;
    if (pc_str_eq(pc_record_text(record, record->arn), arn)) {
        add(out, PC_STORE_PRINCIPALS, key);
    }
    return PC_OK;
}

static enum pc_status find_by_arn(const struct pc_removal *removal, struct pc_str arn,
                                  enum pc_store_table table, struct pc_removed *out)
{
    struct pc_str value;
    enum pc_status status = peek(removal, table, arn, &value);
    if (status == PC_ERR_NOTFOUND) {
        return PC_OK;
    }
    PC_TRY(status);
    add(out, table, arn);
    return PC_OK;
}

// What comes and goes at once has no outcome that everybody would expect.
static enum pc_status check_undefined(const struct pc_removal *removal, struct pc_str arn,
                                      const struct pc_removed *removed)
{
    const struct pc_entry *entry = removal->picture->entries->first;
    for (; entry != NULL; entry = entry->next) {
        for (size_t i = 0; i < removed->count; i++) {
            if (entry->table == removed->tables[i] && pc_str_eq(entry->key, removed->keys[i])) {
                pc_diag_report(removal->diags, PC_DIAG_USAGE, (struct pc_place){.file = PC_STR("")},
                               "\"%.*s\" is to be removed, but the input defines it",
                               PC_STR_ARG(arn));
                pc_diag_hint(removal->diags, "leave out --remove, or what defines it");
                return PC_ERR_INVALID;
            }
        }
    }
    return PC_OK;
}

enum pc_status pc_removal_find(const struct pc_removal *removal, struct pc_str arn,
                               struct pc_removed *out)
{
    enum pc_store_table resources =
        pc_resource_is_holder(arn) ? PC_STORE_RESOURCES : PC_STORE_PARTS;
    struct pc_removed found = {.count = 0};
    PC_TRY(find_principal(removal, arn, true, &found));
    PC_TRY(find_principal(removal, arn, false, &found));
    PC_TRY(find_by_arn(removal, arn, resources, &found));
    PC_TRY(find_by_arn(removal, arn, PC_STORE_FUNCTIONS, &found));
    if (found.count == 0) {
        pc_diag_report(removal->diags, PC_DIAG_PRINCIPAL_UNKNOWN,
                       (struct pc_place){.file = PC_STR("")},
                       "no principal, resource or function \"%.*s\" in the store \"%.*s\"",
                       PC_STR_ARG(arn), PC_STR_ARG(removal->store));
        pc_diag_hint(removal->diags, "check the spelling: a role's or user's ARN has its path");
        return PC_ERR_NOTFOUND;
    }
    PC_TRY(check_undefined(removal, arn, &found));
    *out = found;
    return PC_OK;
}
