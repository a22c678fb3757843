// SPDX-License-Identifier: Apache-2.0
#include "picture_write.h"

#include "shards.h"
#include "stored_sets.h"
#include "tree.h"

struct job {
    struct pc_picture_write *picture;
    struct pc_store_write *write;
    struct pc_census census;
    struct pc_word *gone; // digests of trees that nothing needs
};

static struct pc_shards_write shards_of(struct job *job, enum pc_store_table table)
{
    return (struct pc_shards_write){
        .arena = job->picture->arena,
        .write = job->write,
        .census = &job->census,
        .table = table,
        .apart = table == PC_STORE_TREES,
        .all = table != PC_STORE_TREES,
    };
}

// Records -----------------------------------------------------------------------------------------

static enum pc_status put_records(struct job *job, enum pc_store_table table)
{
    struct pc_shards_write shards = shards_of(job, table);
    size_t count = job->picture->entries->count[table], next = 0;
    struct pc_shard_change *changes = pc_arena_array(shards.arena, count, sizeof(*changes));
    if (changes == NULL) {
        return PC_ERR_NOMEM;
    }
    const struct pc_entry *entry = job->picture->entries->first;
    for (; entry != NULL && next < count; entry = entry->next) {
        if (entry->table == table) {
            changes[next++] = pc_shard_change_of(table, entry->key, entry->value, false);
        }
    }
    return pc_shards_write(&shards, changes, next);
}

static enum pc_status put_sets(struct job *job)
{
    struct pc_shards_write shards = shards_of(job, PC_STORE_SETS);
    size_t count = job->picture->sets->count, next = 0;
    struct pc_shard_change *changes = pc_arena_array(shards.arena, count, sizeof(*changes));
    struct pc_set_record *records = pc_arena_array(shards.arena, count, sizeof(*records));
    if (changes == NULL || records == NULL) {
        return PC_ERR_NOMEM;
    }
    for (const struct pc_set *set = job->picture->sets->first; set != NULL; set = set->next) {
        if (!set->check_only) {
            records[next] = (struct pc_set_record){set->holders, set->warned};
            const void *bytes = &records[next];
            changes[next++] = pc_shard_change_of(PC_STORE_SETS, pc_set_key(set),
                                                 (struct pc_str){bytes, sizeof(*records)}, false);
        }
    }
    return pc_shards_write(&shards, changes, next);
}

// Trees -------------------------------------------------------------------------------------------

static struct pc_set *needed_set(const struct job *job, struct pc_str digest)
{
    struct pc_set *set = pc_map_get(&job->picture->sets->by_digest, digest);
    return set != NULL && !set->check_only ? set : NULL;
}

static enum pc_status note_gone(struct job *job, struct pc_str digest)
{
    struct pc_word *word = pc_arena_alloc(job->picture->arena, sizeof(*word));
    if (word == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(pc_arena_copy(job->picture->arena, digest, &word->text));
    word->next = job->gone;
    job->gone = word;
    return PC_OK;
}

static enum pc_status note_old_tree(void *context, struct pc_str key, struct pc_str value)
{
    struct job *job = context;
    struct pc_set *set = needed_set(job, key);
    (void)value;
    if (set == NULL) {
        return note_gone(job, key);
    }
    set->present = true;
    return PC_OK;
}

static void forget_old_trees(struct job *job)
{
    job->gone = NULL;
    for (struct pc_set *set = job->picture->sets->first; set != NULL; set = set->next) {
        set->present = false;
    }
}

// The set as a change of the trees, unless they have it: then *count stays.
static enum pc_status put_tree(const struct job *job, struct pc_set *set,
                               struct pc_shard_change *changes, size_t *count)
{
    if (!set->present && set->image.len == 0) {
        PC_TRY(job->picture->compile(job->picture->context, set));
        if (set->image.len == 0) {
            return PC_ERR_INVALID;
        }
    }
    if (set->image.len == 0) {
        return PC_OK;
    }
    return pc_tree_put(job->write, set, &changes[(*count)++]);
}

static size_t count_gone(const struct job *job)
{
    size_t count = 0;
    for (const struct pc_word *word = job->gone; word != NULL; word = word->next) {
        count++;
    }
    return count;
}

static enum pc_status put_trees(struct job *job)
{
    struct pc_shards_write shards = shards_of(job, PC_STORE_TREES);
    forget_old_trees(job);
    enum pc_status status = pc_shards_each(&shards, note_old_tree, job);
    if (status == PC_ERR_DAMAGED) {
        shards.all = true;
        forget_old_trees(job);
    } else if (status != PC_OK) {
        return status;
    }
    size_t gone = count_gone(job), count = 0;
    struct pc_shard_change *changes =
        pc_arena_array(shards.arena, job->picture->sets->count + gone, sizeof(*changes));
    if (changes == NULL) {
        return PC_ERR_NOMEM;
    }
    for (struct pc_set *set = job->picture->sets->first; set != NULL; set = set->next) {
        if (!set->check_only) {
            PC_TRY(put_tree(job, set, changes, &count));
        }
    }
    for (const struct pc_word *word = job->gone; word != NULL; word = word->next) {
        changes[count++] = pc_shard_change_of(PC_STORE_TREES, word->text, PC_STR(""), true);
    }
    job->picture->dropped = gone;
    return pc_shards_write(&shards, changes, count);
}

static enum pc_status note_old_image(void *context, struct pc_str key, struct pc_str value)
{
    struct job *job = context;
    (void)value;
    return needed_set(job, key) == NULL ? note_gone(job, key) : PC_OK;
}

static enum pc_status drop_images(struct job *job)
{
    job->gone = NULL;
    PC_TRY(pc_store_peek_each(job->write, PC_STORE_IMAGES, note_old_image, job));
    for (const struct pc_word *word = job->gone; word != NULL; word = word->next) {
        PC_TRY(pc_store_delete(job->write, PC_STORE_IMAGES, word->text));
    }
    return PC_OK;
}

// All ---------------------------------------------------------------------------------------------

enum pc_status pc_picture_write(void *context, struct pc_store_write *write)
{
    static const enum pc_store_table tables[] = {
        PC_STORE_PRINCIPALS, PC_STORE_RESOURCES, PC_STORE_PARTS, PC_STORE_FUNCTIONS,
        PC_STORE_ACCOUNTS,   PC_STORE_LEVELS,    PC_STORE_SHARED};
    struct job job = {.picture = context, .write = write};
    enum pc_status status = pc_census_peek(write, &job.census);
    if (status != PC_OK && status != PC_ERR_NOTFOUND && status != PC_ERR_DAMAGED) {
        return status;
    }
    PC_TRY(put_trees(&job));
    PC_TRY(drop_images(&job));
    PC_TRY(put_sets(&job));
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        PC_TRY(put_records(&job, tables[i]));
    }
    return pc_census_put(write, &job.census);
}
