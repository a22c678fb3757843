// SPDX-License-Identifier: Apache-2.0
#include "reading.h"

#include "value/arn.h"

static struct pc_hash name_of(struct pc_str arn)
{
    return pc_hash_of(arn);
}

enum pc_status pc_key_unknown(struct pc_diags *diags, struct pc_str name)
{
    pc_diag_report(diags, PC_DIAG_KEY_UNKNOWN, (struct pc_place){.line = 0},
                   "the vault has no key \"%.*s\"", PC_STR_ARG(name));
    pc_diag_hint(diags, "polcheck keys list shows them, polcheck keys create makes one");
    return PC_ERR_NOTFOUND;
}

static enum pc_status damaged(const struct pc_reading *reading, const char *what, struct pc_str arn)
{
    return pc_vault_damaged(reading->diags, reading->vault,
                            "the %s \"%.*s\" is not as it was written", what,
                            PC_STR_ARG(pc_str_slice(arn, 0, PC_ARN_BYTES)));
}

// What the list binds under the ARN, or NULL.
static enum pc_status bound(const struct pc_reading *reading, unsigned part, struct pc_str arn,
                            const struct pc_binding **out)
{
    struct pc_hash name = name_of(arn);
    const struct pc_list list = {reading->parts, reading->head, &reading->source};
    enum pc_status status = pc_parts_find(&list, part, &name, out);
    return status == PC_ERR_DAMAGED
               ? pc_vault_damaged(reading->diags, reading->vault,
                                  "the list of what is in the vault is not as it was written")
               : status;
}

// The bytes of a record and what binds them; one without the other is damage.
struct found {
    struct pc_str bytes;
    const struct pc_binding *binding;
};

static enum pc_status find(const struct pc_reading *reading, enum pc_store_table table,
                           struct pc_str arn, struct found *out)
{
    bool keys = table == PC_STORE_KEYS;
    struct pc_hash name = name_of(arn);
    enum pc_status status = pc_source_get(&reading->source, table, arn, &out->bytes);
    if (status == PC_ERR_DAMAGED) {
        return damaged(reading, keys ? "key" : "environment of", arn);
    }
    if (status != PC_ERR_NOTFOUND) {
        PC_TRY(status);
    }
    PC_TRY(bound(reading, keys ? PC_PART_OF_KEYS : pc_part_of(&name), arn, &out->binding));
    if ((status == PC_ERR_NOTFOUND) != (out->binding == NULL)) {
        return damaged(reading, keys ? "key" : "environment of", arn);
    }
    return status;
}

// Keys --------------------------------------------------------------------------------------------

static enum pc_status open_key(const struct pc_reading *reading, struct pc_str arn,
                               const struct found *found, struct pc_arena *arena,
                               struct pc_key_record *out)
{
    struct pc_key_record record;
    struct pc_hash digest = pc_hash_of(found->bytes);
    if (!pc_hash_eq(&digest, &found->binding->digest)) {
        return damaged(reading, "key", arn);
    }
    enum pc_status status = pc_key_record_parse(found->bytes, arena, &record);
    if (status == PC_ERR_DAMAGED || (status == PC_OK && !pc_str_eq(record.key.arn, arn))) {
        return damaged(reading, "key", arn);
    }
    PC_TRY(status);
    *out = record;
    return PC_OK;
}

enum pc_status pc_reading_key(const struct pc_reading *reading, struct pc_str arn,
                              struct pc_arena *arena, struct pc_key_record *out)
{
    struct found found;
    PC_TRY(find(reading, PC_STORE_KEYS, arn, &found));
    return open_key(reading, arn, &found, arena, out);
}

// Environments ------------------------------------------------------------------------------------

static bool is_bound(const struct pc_environment_record *record, struct pc_str function,
                     const struct pc_binding *binding)
{
    struct pc_hash digest = pc_environment_record_digest(record);
    return pc_hash_eq(&digest, &binding->digest) &&
           pc_str_eq(record->environment.function, function);
}

static enum pc_status open_environment(const struct pc_reading *reading, struct pc_str function,
                                       const struct found *found, struct pc_arena *arena,
                                       struct pc_environment_record *out)
{
    struct pc_environment_record record;
    enum pc_status status = pc_environment_record_parse(found->bytes, arena, &record);
    if (status == PC_ERR_DAMAGED ||
        (status == PC_OK && !is_bound(&record, function, found->binding))) {
        return damaged(reading, "environment of", function);
    }
    PC_TRY(status);
    *out = record;
    return PC_OK;
}

enum pc_status pc_reading_environment(const struct pc_reading *reading, struct pc_str function,
                                      struct pc_arena *arena, struct pc_environment_record *out)
{
    struct found found;
    PC_TRY(find(reading, PC_STORE_ENVIRONMENTS, function, &found));
    return open_environment(reading, function, &found, arena, out);
}

// All ---------------------------------------------------------------------------------------------

struct walk {
    const struct pc_reading *reading;
    struct pc_arena *arena;
    enum pc_status (*key)(void *context, const struct pc_key_record *record);
    enum pc_status (*environment)(void *context, const struct pc_environment_record *record);
    void *context;
    size_t seen;
};

static enum pc_status find_bound(const struct walk *walk, unsigned part, struct pc_str arn,
                                 struct pc_str bytes, struct found *out)
{
    out->bytes = bytes;
    PC_TRY(bound(walk->reading, part, arn, &out->binding));
    return out->binding != NULL ? PC_OK : damaged(walk->reading, "record", arn);
}

static enum pc_status visit_key(void *context, struct pc_str arn, struct pc_str bytes)
{
    struct walk *walk = context;
    struct found found;
    struct pc_key_record record;
    pc_arena_reset(walk->arena);
    walk->seen++;
    PC_TRY(find_bound(walk, PC_PART_OF_KEYS, arn, bytes, &found));
    PC_TRY(open_key(walk->reading, arn, &found, walk->arena, &record));
    return walk->key(walk->context, &record);
}

static enum pc_status visit_environment(void *context, struct pc_str function, struct pc_str bytes)
{
    struct walk *walk = context;
    struct found found;
    struct pc_environment_record record;
    struct pc_hash name = name_of(function);
    pc_arena_reset(walk->arena);
    walk->seen++;
    PC_TRY(find_bound(walk, pc_part_of(&name), function, bytes, &found));
    PC_TRY(open_environment(walk->reading, function, &found, walk->arena, &record));
    return walk->environment(walk->context, &record);
}

static enum pc_status check_count(const struct walk *walk, bool keys)
{
    const struct pc_reading *reading = walk->reading;
    const struct pc_list list = {reading->parts, reading->head, &reading->source};
    size_t count;
    enum pc_status status = pc_parts_count(&list, keys, &count);
    if (status == PC_ERR_DAMAGED || (status == PC_OK && count != walk->seen)) {
        return pc_vault_damaged(reading->diags, reading->vault,
                                "%s are missing that the vault should have",
                                keys ? "keys" : "environments");
    }
    return status;
}

static enum pc_status walk_all(struct walk *walk, bool keys)
{
    const struct pc_source *source = &walk->reading->source;
    PC_TRY(keys ? pc_source_each(source, PC_STORE_KEYS, visit_key, walk)
                : pc_source_each(source, PC_STORE_ENVIRONMENTS, visit_environment, walk));
    return check_count(walk, keys);
}

enum pc_status pc_reading_each_key(const struct pc_reading *reading, struct pc_arena *arena,
                                   enum pc_status (*visit)(void *context,
                                                           const struct pc_key_record *record),
                                   void *context)
{
    struct walk walk = {.reading = reading, .arena = arena, .key = visit, .context = context};
    return walk_all(&walk, true);
}

enum pc_status pc_reading_each_environment(
    const struct pc_reading *reading, struct pc_arena *arena,
    enum pc_status (*visit)(void *context, const struct pc_environment_record *record),
    void *context)
{
    struct walk walk = {
        .reading = reading, .arena = arena, .environment = visit, .context = context};
    return walk_all(&walk, false);
}

// Aliases -----------------------------------------------------------------------------------------

struct search {
    struct pc_str alias;
    struct pc_arn near;
    struct pc_arena *names;
    struct pc_str found;
};

static bool is_near(struct pc_str arn, const struct pc_arn *near)
{
    struct pc_arn parts;
    return pc_arn_parse(arn, &parts) && pc_str_eq(parts.account, near->account) &&
           pc_str_eq(parts.region, near->region) && pc_str_eq(parts.partition, near->partition);
}

static enum pc_status compare_alias(void *context, const struct pc_key_record *record)
{
    struct search *search = context;
    bool same = pc_str_eq(record->key.alias, search->alias) &&
                (search->near.account.len == 0 || is_near(record->key.arn, &search->near));
    if (!same) {
        return PC_OK;
    }
    if (search->found.len > 0) {
        return PC_ERR_LIMIT; // several accounts or regions have one
    }
    return pc_arena_copy(search->names, record->key.arn, &search->found);
}

static enum pc_status report_several(const struct pc_reading *reading, struct pc_str alias)
{
    pc_diag_report(reading->diags, PC_DIAG_KEY_UNKNOWN, (struct pc_place){.line = 0},
                   "several accounts or regions have a key \"%.*s\"", PC_STR_ARG(alias));
    pc_diag_hint(reading->diags, "name the key by its ARN: polcheck keys list shows it");
    return PC_ERR_INVALID;
}

enum pc_status pc_reading_alias(const struct pc_reading *reading, struct pc_str alias,
                                struct pc_str near, struct pc_arena *names, struct pc_str *arn)
{
    struct search search = {.alias = alias, .names = names};
    PC_CLEANUP(pc_arena_release) struct pc_arena arena = {0};
    if (near.len > 0 && !pc_arn_parse(near, &search.near)) {
        return PC_ERR_NOTFOUND;
    }
    enum pc_status status = pc_reading_each_key(reading, &arena, compare_alias, &search);
    if (status == PC_ERR_LIMIT) {
        return report_several(reading, alias);
    }
    PC_TRY(status);
    *arn = search.found;
    return search.found.len > 0 ? PC_OK : PC_ERR_NOTFOUND;
}
