// SPDX-License-Identifier: Apache-2.0
//
// Compiles first, writes last: nothing of the store changes until every set is compiled, and then
// all of it in one transaction.
#include "account/publish.h"

#include "compile/compile.h"
#include "documents.h"
#include "entries.h"
#include "image/view.h"

enum {
    STEP = 32, // sets between two calls for progress
};

struct publishing {
    struct pc_arena *arena;
    struct pc_diags *diags;
    struct pc_map seen; // diagnostics of earlier sets: a policy is in many
    struct pc_sets sets;
    struct pc_entries entries;
    struct pc_published counts;
};

// Compiling -------------------------------------------------------------------------------------

static enum pc_status run_compiler(struct pc_arena *scratch, const struct pc_set *set,
                                   struct pc_diags *diags, struct pc_buf *image)
{
    const struct pc_policy **policies = pc_arena_array(scratch, set->count, sizeof(*policies));
    if (policies == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < set->count; i++) {
        policies[i] = set->documents[i]->read[set->type];
    }
    struct pc_compile_set input = {.type = set->type, .policies = policies, .count = set->count};
    return pc_compile(scratch, &input, diags, image);
}

// Compiles the set. Errors in policies are reported and leave no image.
static enum pc_status compile_set(struct publishing *job, struct pc_arena *scratch,
                                  struct pc_set *set)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf image;
    struct pc_diags diags;
    pc_buf_init(&image);
    pc_diags_init(&diags, scratch);
    enum pc_status status = run_compiler(scratch, set, &diags, &image);
    PC_TRY(pc_diags_copy_new(&job->seen, &diags, job->diags));
    set->warned = diags.warnings > 0;
    if (status == PC_ERR_INVALID || status == PC_ERR_LIMIT) {
        return PC_OK;
    }
    PC_TRY(status);
    PC_TRY(pc_buf_status(&image));
    return pc_arena_copy(job->arena, pc_buf_view(&image), &set->image);
}

static enum pc_status compile_sets(struct publishing *job, const struct pc_progress *progress)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena scratch;
    size_t done = 0;
    pc_arena_init(&scratch);
    for (struct pc_set *set = job->sets.first; set != NULL; set = set->next) {
        if (!set->stored) {
            pc_arena_reset(&scratch);
            PC_TRY(compile_set(job, &scratch, set));
        }
        if (set->check_only) {
            continue;
        }
        done++;
        job->counts.compiled += !set->stored;
        job->counts.reused += set->stored;
        if (progress != NULL && progress->step != NULL &&
            (done % STEP == 0 || done == job->sets.count)) {
            progress->step(progress->context, done, job->sets.count);
        }
    }
    job->counts.sets = job->sets.count;
    return PC_OK;
}

// What the store has already --------------------------------------------------------------------

static const struct pc_str warned_key = PC_STR_INIT("warned");

// Sets whose compiling gave warnings are compiled again, so that the warnings show again.
static bool is_warned(struct pc_str warned, const struct pc_set *set)
{
    for (size_t i = 0; i + PC_HASH_BYTES <= warned.len; i += PC_HASH_BYTES) {
        if (pc_str_eq(pc_str_slice(warned, i, i + PC_HASH_BYTES), pc_set_key(set))) {
            return true;
        }
    }
    return false;
}

static void mark_stored(struct publishing *job, struct pc_snapshot *snapshot)
{
    struct pc_str warned;
    if (pc_snapshot_get(snapshot, PC_STORE_META, warned_key, &warned) != PC_OK) {
        return; // not a finished store: nothing of it is reused
    }
    for (struct pc_set *set = job->sets.first; set != NULL; set = set->next) {
        struct pc_str bytes;
        struct pc_image image;
        set->stored = !set->check_only && !is_warned(warned, set) &&
                      pc_snapshot_get(snapshot, PC_STORE_TREES, pc_set_key(set), &bytes) == PC_OK &&
                      pc_image_open(bytes, &image) == PC_OK &&
                      image.header->type == (uint32_t)set->type;
    }
}

// A store that is not there or cannot be read gives nothing to reuse; what is wrong with it, the
// update will say.
static enum pc_status look_up(struct publishing *job, struct pc_str path)
{
    struct pc_diags ignored;
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    pc_diags_init(&ignored, job->arena);
    enum pc_status status = pc_store_open(path, &ignored, &store);
    if (status != PC_OK) {
        return status == PC_ERR_NOMEM ? status : PC_OK;
    }
    if (pc_snapshot_open(store, &snapshot) == PC_OK) {
        mark_stored(job, snapshot);
        pc_snapshot_close(snapshot);
    }
    pc_store_close(store);
    return PC_OK;
}

// Writing ---------------------------------------------------------------------------------------

static enum pc_status put_tree(struct publishing *job, struct pc_store_write *write,
                               struct pc_set *set)
{
    struct pc_str bytes;
    if (set->image.len == 0) {
        enum pc_status status = pc_store_peek(write, PC_STORE_TREES, pc_set_key(set), &bytes);
        if (status != PC_ERR_NOTFOUND) {
            return status;
        }
        // Another process has dropped it since.
        PC_CLEANUP(pc_arena_release) struct pc_arena scratch;
        pc_arena_init(&scratch);
        PC_TRY(compile_set(job, &scratch, set));
        if (set->image.len == 0) {
            return PC_ERR_INVALID;
        }
    }
    return pc_store_put(write, PC_STORE_TREES, pc_set_key(set), set->image);
}

struct stale {
    struct publishing *job;
    struct pc_word *first;
};

static enum pc_status find_stale(void *context, struct pc_str key, struct pc_str value)
{
    struct stale *stale = context;
    (void)value;
    const struct pc_set *set = pc_map_get(&stale->job->sets.by_digest, key);
    if (set != NULL && !set->check_only) {
        return PC_OK;
    }
    struct pc_word *word = pc_arena_alloc(stale->job->arena, sizeof(*word));
    if (word == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(pc_arena_copy(stale->job->arena, key, &word->text));
    word->next = stale->first;
    stale->first = word;
    return PC_OK;
}

static enum pc_status drop_trees(struct publishing *job, struct pc_store_write *write)
{
    struct stale stale = {.job = job};
    job->counts.dropped = 0;
    PC_TRY(pc_store_peek_each(write, PC_STORE_TREES, find_stale, &stale));
    for (const struct pc_word *word = stale.first; word != NULL; word = word->next) {
        PC_TRY(pc_store_delete(write, PC_STORE_TREES, word->text));
        job->counts.dropped++;
    }
    return PC_OK;
}

static enum pc_status put_trees(struct publishing *job, struct pc_store_write *write)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf warned;
    pc_buf_init(&warned);
    for (struct pc_set *set = job->sets.first; set != NULL; set = set->next) {
        if (set->check_only) {
            continue;
        }
        PC_TRY(put_tree(job, write, set));
        if (set->warned) {
            pc_buf_str(&warned, pc_set_key(set));
        }
    }
    PC_TRY(pc_buf_status(&warned));
    return pc_store_put(write, PC_STORE_META, warned_key, pc_buf_view(&warned));
}

static enum pc_status write_all(void *context, struct pc_store_write *write)
{
    struct publishing *job = context;
    static const enum pc_store_table tables[] = {PC_STORE_PRINCIPALS, PC_STORE_RESOURCES,
                                                 PC_STORE_FUNCTIONS, PC_STORE_LEVELS};
    PC_TRY(drop_trees(job, write));
    PC_TRY(put_trees(job, write));
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        PC_TRY(pc_store_clear(write, tables[i]));
    }
    for (const struct pc_entry *entry = job->entries.first; entry != NULL; entry = entry->next) {
        PC_TRY(pc_store_put(write, entry->table, entry->key, entry->value));
    }
    return PC_OK;
}

// For people: when it cannot be told, 0. The store is written by now.
static uint64_t measure(struct pc_arena *arena, struct pc_str path)
{
    struct pc_diags ignored;
    struct pc_store *store;
    uint64_t bytes;
    pc_diags_init(&ignored, arena);
    if (pc_store_open(path, &ignored, &store) != PC_OK) {
        return 0;
    }
    if (pc_store_size(store, &bytes) != PC_OK) {
        bytes = 0;
    }
    pc_store_close(store);
    return bytes;
}

enum pc_status pc_publish(struct pc_arena *arena, const struct pc_import *import,
                          const struct pc_publish_options *options, struct pc_diags *diags,
                          struct pc_published *out)
{
    struct publishing job = {.arena = arena, .diags = diags};
    struct pc_str store = pc_str_from(options->path);
    size_t errors = diags->errors;
    pc_map_init(&job.seen, arena);
    PC_TRY(pc_crypto_init());
    PC_TRY(pc_sets_init(&job.sets, arena, import));
    PC_TRY(pc_entries_make(import, &job.sets, &job.entries));
    if (options->path != NULL) {
        PC_TRY(look_up(&job, store));
    }
    PC_TRY(compile_sets(&job, options->progress));
    if (diags->errors > errors) {
        return PC_ERR_INVALID;
    }
    if (options->path != NULL) {
        PC_TRY(pc_store_update(store, diags, write_all, &job));
        job.counts.bytes = measure(arena, store);
    }
    *out = job.counts;
    return PC_OK;
}
