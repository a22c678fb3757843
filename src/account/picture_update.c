// SPDX-License-Identifier: Apache-2.0
//
// Every record counts as a holder of the sets that it names. What an update takes away and adds is
// counted first; a set without holders goes, and a new one comes.
#include "picture_update.h"

#include "connections_kept.h"
#include "directories.h"
#include "names.h"
#include "record.h"
#include "removal.h"
#include "stored_sets.h"
#include "tree.h"

// A set whose holders change.
struct delta {
    struct pc_str digest;
    int64_t holders;    // more than before
    struct pc_set *set; // NULL: the picture does not have it
    bool present;       // the store has it
    struct delta *next;
};

struct job {
    struct pc_picture_update *update;
    struct pc_arena *arena;
    struct pc_store_write *write;
    struct pc_census census;
    struct pc_map by_digest;
    struct delta *deltas;
    size_t delta_count;
};

static struct pc_shards_write shards_of(struct job *job, enum pc_store_table table)
{
    return (struct pc_shards_write){
        .arena = job->arena,
        .write = job->write,
        .census = &job->census,
        .table = table,
        .apart = table == PC_STORE_TREES,
    };
}

// Holders of sets -------------------------------------------------------------------------------

static enum pc_status find_delta(struct job *job, struct pc_str digest, struct delta **out)
{
    struct delta *delta = pc_map_get(&job->by_digest, digest);
    if (delta == NULL) {
        delta = pc_arena_alloc(job->arena, sizeof(*delta));
        if (delta == NULL) {
            return PC_ERR_NOMEM;
        }
        PC_TRY(pc_arena_copy(job->arena, digest, &delta->digest));
        PC_TRY(pc_map_put(&job->by_digest, delta->digest, delta));
        delta->next = job->deltas;
        job->deltas = delta;
        job->delta_count++;
    }
    *out = delta;
    return PC_OK;
}

static enum pc_status count_new_holders(struct job *job)
{
    struct pc_set *set = job->update->picture->sets->first;
    for (; set != NULL; set = set->next) {
        struct delta *delta;
        if (!set->check_only) {
            PC_TRY(find_delta(job, pc_set_key(set), &delta));
            delta->holders += set->holders;
            delta->set = set;
        }
    }
    return PC_OK;
}

// The record under the key holds its sets no more. None: nothing changes.
static enum pc_status release_record(struct job *job, enum pc_store_table table, struct pc_str key)
{
    struct pc_shards_write shards = shards_of(job, table);
    struct pc_str value;
    enum pc_status status = pc_shards_peek(&shards, key, &value);
    if (status == PC_ERR_NOTFOUND) {
        return PC_OK;
    }
    PC_TRY(status);
    if (!pc_directories_record_is_sound(table, key, value)) {
        return PC_ERR_DAMAGED;
    }
    if (value.len == 0) {
        return PC_OK; // an account is no more than its id
    }
    const struct pc_record_digests digests = pc_record_digests(value.ptr);
    for (size_t i = 0; i < digests.count; i++) {
        struct delta *delta;
        PC_TRY(find_delta(job, pc_record_digest(digests.first, 0, i), &delta));
        delta->holders--;
    }
    return PC_OK;
}

static enum pc_status compile_missing(struct job *job, struct pc_set *set)
{
    struct pc_picture_write *picture = job->update->picture;
    if (set->image.len == 0) {
        PC_TRY(picture->compile(picture->context, set));
    }
    return set->image.len == 0 ? PC_ERR_INVALID : PC_OK;
}

// What the store is to say of the set; *out is its change of the directory of sets.
static enum pc_status change_set(struct job *job, struct delta *delta, struct pc_set_record *record,
                                 struct pc_shard_change *out)
{
    struct pc_shards_write shards = shards_of(job, PC_STORE_SETS);
    struct pc_str old;
    enum pc_status status = pc_shards_peek(&shards, delta->digest, &old);
    *record = (struct pc_set_record){0, 0};
    if (status == PC_OK && old.len == sizeof(*record)) {
        memcpy(record, old.ptr, sizeof(*record));
    } else if (status != PC_ERR_NOTFOUND) {
        return status == PC_OK ? PC_ERR_DAMAGED : status;
    }
    delta->present = status == PC_OK;
    int64_t holders = record->holders + delta->holders;
    if (holders < 0 || holders > UINT32_MAX || (!delta->present && delta->set == NULL)) {
        return PC_ERR_DAMAGED;
    }
    if (holders > 0 && delta->set != NULL && (!delta->present || delta->set->image.len > 0)) {
        PC_TRY(compile_missing(job, delta->set));
        record->warned = delta->set->warned;
    }
    record->holders = (uint32_t)holders;
    const void *bytes = record;
    *out = pc_shard_change_of(PC_STORE_SETS, delta->digest, (struct pc_str){bytes, sizeof(*record)},
                              holders == 0);
    return PC_OK;
}

static enum pc_status change_trees(struct job *job, const struct pc_set_record *records)
{
    struct pc_shards_write shards = shards_of(job, PC_STORE_TREES);
    size_t count = 0, i = 0;
    struct pc_shard_change *changes =
        pc_arena_array(job->arena, job->delta_count, sizeof(*changes));
    if (changes == NULL) {
        return PC_ERR_NOMEM;
    }
    for (const struct delta *delta = job->deltas; delta != NULL; delta = delta->next, i++) {
        if (records[i].holders == 0) {
            PC_TRY(pc_tree_drop(job->write, delta->digest, &changes[count++]));
            job->update->picture->dropped += delta->present;
        } else if (delta->set != NULL && delta->set->image.len > 0) {
            PC_TRY(pc_tree_put(job->write, delta->set, &changes[count++]));
        }
    }
    return pc_shards_write(&shards, changes, count);
}

static enum pc_status change_sets(struct job *job)
{
    struct pc_shards_write shards = shards_of(job, PC_STORE_SETS);
    struct pc_shard_change *changes =
        pc_arena_array(job->arena, job->delta_count, sizeof(*changes));
    struct pc_set_record *records = pc_arena_array(job->arena, job->delta_count, sizeof(*records));
    if (changes == NULL || records == NULL) {
        return PC_ERR_NOMEM;
    }
    size_t i = 0;
    for (struct delta *delta = job->deltas; delta != NULL; delta = delta->next, i++) {
        PC_TRY(change_set(job, delta, &records[i], &changes[i]));
    }
    PC_TRY(change_trees(job, records));
    return pc_shards_write(&shards, changes, job->delta_count);
}

// Definitions that others may hold ----------------------------------------------------------------

// Says what differs: the entry's key is what it is, a space and its name. The root has none.
static void report_shared(const struct job *job, const struct pc_entry *entry)
{
    size_t space = pc_str_find(entry->key, ' ', 0);
    struct pc_str what = pc_str_slice(entry->key, 0, space);
    const char *quote = pc_str_eq(what, PC_STR("root")) ? "" : "\"";
    pc_diag_report(job->update->diags, PC_DIAG_UPDATE_SHARED, entry->place,
                   "the %.*s %s%.*s%s is another than in the store \"%.*s\", where others may hold "
                   "it",
                   PC_STR_ARG(what), quote,
                   PC_STR_ARG(pc_str_slice(entry->key, space + 1, entry->key.len)), quote,
                   PC_STR_ARG(job->update->store));
    pc_diag_hint(job->update->diags, "compile everything together, without --update");
}

static enum pc_status check_shared(struct job *job)
{
    struct pc_shards_write shards = shards_of(job, PC_STORE_SHARED);
    bool same = true;
    const struct pc_entry *entry = job->update->picture->entries->first;
    for (; entry != NULL; entry = entry->next) {
        struct pc_str old;
        if (entry->table != PC_STORE_SHARED) {
            continue;
        }
        enum pc_status status = pc_shards_peek(&shards, entry->key, &old);
        if (status == PC_OK && !pc_str_eq(old, entry->value)) {
            report_shared(job, entry);
            same = false;
        } else if (status != PC_OK && status != PC_ERR_NOTFOUND) {
            return status;
        }
    }
    return same ? PC_OK : PC_ERR_INVALID;
}

// Functions that stay keep what they know of the things around them.
static enum pc_status check_kept(struct job *job)
{
    const struct pc_shards_write functions = shards_of(job, PC_STORE_FUNCTIONS);
    const struct pc_kept kept = {.import = job->update->import,
                                 .functions = &functions,
                                 .store = job->update->store,
                                 .diags = job->update->diags,
                                 .removed = job->update->removed,
                                 .removed_count = job->update->removed_count};
    return pc_connections_kept_check(&kept);
}

// Records -----------------------------------------------------------------------------------------

// All changes, table by table. Their texts live in the picture or in the arena.
struct changes {
    struct pc_shard_change *of[PC_STORE_TABLES];
    size_t count[PC_STORE_TABLES];
};

// policies: of functions, that go.
static enum pc_status make_room(struct job *job, size_t policies, struct changes *changes)
{
    for (size_t i = 0; i < PC_STORE_TABLES; i++) {
        const struct pc_entries *entries = job->update->picture->entries;
        size_t most = entries->count[i] + job->update->removed_count;
        most += i == PC_STORE_RESOURCES ? policies : 0;
        changes->of[i] = pc_arena_array(job->arena, most, sizeof(*changes->of[i]));
        if (changes->of[i] == NULL) {
            return PC_ERR_NOMEM;
        }
    }
    return PC_OK;
}

static enum pc_status change_record(struct job *job, struct changes *changes,
                                    enum pc_store_table table, struct pc_str key,
                                    const struct pc_str *value)
{
    PC_TRY(release_record(job, table, key));
    changes->of[table][changes->count[table]++] =
        pc_shard_change_of(table, key, value != NULL ? *value : PC_STR(""), value == NULL);
    return PC_OK;
}

static enum pc_status put_entries(struct job *job, struct changes *changes)
{
    const struct pc_entry *entry = job->update->picture->entries->first;
    for (; entry != NULL; entry = entry->next) {
        if (entry->table == PC_STORE_SHARED) {
            changes->of[entry->table][changes->count[entry->table]++] =
                pc_shard_change_of(entry->table, entry->key, entry->value, false);
        } else {
            PC_TRY(change_record(job, changes, entry->table, entry->key, &entry->value));
        }
    }
    return PC_OK;
}

// What the input defines in a table, by key.
static enum pc_status find_defined(struct job *job, enum pc_store_table table, struct pc_map *out)
{
    struct pc_entry *entry = job->update->picture->entries->first;
    pc_map_init(out, job->arena);
    for (; entry != NULL; entry = entry->next) {
        if (entry->table == table) {
            PC_TRY(pc_map_put(out, entry->key, entry));
        }
    }
    return PC_OK;
}

// A search for policies of functions that the input does not tell again.
struct untold {
    struct job *job;
    struct pc_map functions, resources;
    struct gone *first;
    size_t count;
};

struct gone {
    struct pc_str key;
    struct gone *next;
};

static enum pc_status find_untold(void *context, struct pc_str key, struct pc_str value)
{
    struct untold *untold = context;
    struct pc_str function;
    (void)value;
    if (!pc_function_arn_parse(key, &function) ||
        pc_map_get(&untold->functions, function) == NULL ||
        pc_map_get(&untold->resources, key) != NULL) {
        return PC_OK;
    }
    struct gone *gone = pc_arena_alloc(untold->job->arena, sizeof(*gone));
    if (gone == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(pc_arena_copy(untold->job->arena, key, &gone->key));
    gone->next = untold->first;
    untold->first = gone;
    untold->count++;
    return PC_OK;
}

// A function comes whole, and its policies are part of it, those of its versions and aliases too:
// what the input does not tell again is gone.
static enum pc_status find_gone_policies(struct job *job, struct untold *out)
{
    *out = (struct untold){.job = job};
    if (job->update->picture->entries->count[PC_STORE_FUNCTIONS] == 0) {
        return PC_OK;
    }
    struct pc_shards_write shards = shards_of(job, PC_STORE_RESOURCES);
    PC_TRY(find_defined(job, PC_STORE_FUNCTIONS, &out->functions));
    PC_TRY(find_defined(job, PC_STORE_RESOURCES, &out->resources));
    return pc_shards_each(&shards, find_untold, out);
}

// Is it among the first `count` that are to be removed by name?
static bool is_named(const struct pc_picture_update *update, size_t count, struct pc_str arn)
{
    for (size_t i = 0; i < count; i++) {
        if (pc_str_eq(update->removed[i], arn)) {
            return true;
        }
    }
    return false;
}

static enum pc_status drop_policies(struct job *job, const struct untold *untold,
                                    struct changes *changes)
{
    for (const struct gone *gone = untold->first; gone != NULL; gone = gone->next) {
        if (!is_named(job->update, job->update->removed_count, gone->key)) { // it goes once
            PC_TRY(change_record(job, changes, PC_STORE_RESOURCES, gone->key, NULL));
        }
    }
    return PC_OK;
}

static enum pc_status remove_records(struct job *job, struct changes *changes)
{
    struct pc_removal removal = {
        .picture = job->update->picture,
        .store = job->update->store,
        .diags = job->update->diags,
        .write = job->write,
        .census = &job->census,
    };
    for (size_t i = 0; i < job->update->removed_count; i++) {
        struct pc_removed removed = {.count = 0};
        if (is_named(job->update, i, job->update->removed[i])) { // twice
            continue;
        }
        PC_TRY(pc_removal_find(&removal, job->update->removed[i], &removed));
        job->update->gone++;
        for (size_t k = 0; k < removed.count; k++) {
            PC_TRY(change_record(job, changes, removed.tables[k], removed.keys[k], NULL));
        }
    }
    return PC_OK;
}

static enum pc_status write_changes(struct job *job, struct changes *changes)
{
    for (unsigned table = 0; table < PC_STORE_TABLES; table++) {
        struct pc_shards_write shards = shards_of(job, (enum pc_store_table)table);
        if (changes->count[table] > 0) {
            PC_TRY(pc_shards_write(&shards, changes->of[table], changes->count[table]));
        }
    }
    return PC_OK;
}

static enum pc_status run(struct job *job)
{
    struct changes changes = {.count = {0}};
    PC_TRY(check_shared(job));
    PC_TRY(check_kept(job));
    struct untold untold;
    PC_TRY(find_gone_policies(job, &untold));
    PC_TRY(make_room(job, untold.count, &changes));
    PC_TRY(put_entries(job, &changes));
    PC_TRY(drop_policies(job, &untold, &changes));
    PC_TRY(remove_records(job, &changes));
    PC_TRY(count_new_holders(job));
    PC_TRY(change_sets(job));
    PC_TRY(write_changes(job, &changes));
    return pc_census_put(job->write, &job->census);
}

enum pc_status pc_picture_update(void *context, struct pc_store_write *write)
{
    struct pc_picture_update *update = context;
    struct job job = {.update = update, .arena = update->picture->arena, .write = write};
    update->picture->dropped = 0;
    update->gone = 0;
    pc_map_init(&job.by_digest, job.arena);
    enum pc_status status = pc_census_peek(write, &job.census);
    if (status == PC_OK) {
        status = run(&job);
    }
    if (status == PC_ERR_DAMAGED || (status == PC_ERR_NOTFOUND && update->diags->errors == 0)) {
        pc_diag_report(update->diags, PC_DIAG_STORE_DAMAGED,
                       (struct pc_place){.file = update->store}, "the store \"%.*s\" is damaged",
                       PC_STR_ARG(update->store));
        pc_diag_hint(update->diags, "compile everything together, without --update");
        return PC_ERR_DAMAGED;
    }
    return status;
}
