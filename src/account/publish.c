// SPDX-License-Identifier: Apache-2.0
//
// Compiles first, writes last: nothing of the store changes until every set is compiled, and then
// all of it in one transaction.
#include "account/publish.h"

#include "compile/compile.h"
#include "documents.h"
#include "picture_update.h"
#include "stored_sets.h"

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

// Writing ---------------------------------------------------------------------------------------

static enum pc_status compile_after_all(void *context, struct pc_set *set)
{
    struct publishing *job = context;
    PC_CLEANUP(pc_arena_release) struct pc_arena scratch;
    pc_arena_init(&scratch);
    return compile_set(job, &scratch, set);
}

// Without --update a store that is not there or cannot be read gives nothing to reuse; what is
// wrong with it, writing will say.
static enum pc_status look_up(struct publishing *job, const struct pc_publish_options *options)
{
    struct pc_diags ignored;
    pc_diags_init(&ignored, job->arena);
    enum pc_status status = pc_stored_sets_mark(&job->sets, pc_str_from(options->path),
                                                options->update ? job->diags : &ignored);
    return options->update || status == PC_ERR_NOMEM ? status : PC_OK;
}

static enum pc_status write_store(struct publishing *job, const struct pc_publish_options *options)
{
    struct pc_str store = pc_str_from(options->path);
    struct pc_picture_write picture = {
        .arena = job->arena,
        .sets = &job->sets,
        .entries = &job->entries,
        .compile = compile_after_all,
        .context = job,
    };
    struct pc_picture_update update = {
        .picture = &picture,
        .store = store,
        .diags = job->diags,
        .removed = options->removed,
        .removed_count = options->removed_count,
    };
    PC_TRY(options->update ? pc_store_update(store, job->diags, pc_picture_update, &update)
                           : pc_store_update(store, job->diags, pc_picture_write, &picture));
    job->counts.dropped = picture.dropped;
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
    size_t errors = diags->errors;
    pc_map_init(&job.seen, arena);
    PC_TRY(pc_crypto_init());
    PC_TRY(pc_sets_init(&job.sets, arena, import));
    PC_TRY(pc_entries_make(import, &job.sets, &job.entries));
    if (options->path != NULL) {
        PC_TRY(look_up(&job, options));
    }
    PC_TRY(compile_sets(&job, options->progress));
    if (diags->errors > errors) {
        return PC_ERR_INVALID;
    }
    if (options->path != NULL) {
        PC_TRY(write_store(&job, options));
        job.counts.bytes = measure(arena, pc_str_from(options->path));
    }
    *out = job.counts;
    return PC_OK;
}
