// SPDX-License-Identifier: Apache-2.0
//
// Compiles first, writes last: nothing of the store changes until every set is compiled, and then
// all of it in one transaction.
#include "account/publish.h"

#include "compile_sets.h"
#include "picture_update.h"
#include "store/exposure.h"
#include "stored_sets.h"

struct publishing {
    const struct pc_import *import;
    struct pc_compiling compiling;
    struct pc_arena *arena;
    struct pc_diags *diags;
    struct pc_sets sets;
    struct pc_entries entries;
    struct pc_published counts;
};

// Writing ---------------------------------------------------------------------------------------

static enum pc_status compile_after_all(void *context, struct pc_set *set)
{
    struct publishing *job = context;
    return pc_compile_one_set(&job->compiling, set);
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

// The picture's work, and what is done around it.
struct writing {
    const struct pc_publish_around *around;
    enum pc_status (*work)(void *context, struct pc_store_write *write);
    void *context;
};

static enum pc_status write_around(void *context, struct pc_store_write *write)
{
    const struct writing *writing = context;
    const struct pc_publish_around *around = writing->around;
    if (around == NULL) {
        return writing->work(writing->context, write);
    }
    PC_TRY(around->before(around->context, write));
    PC_TRY(writing->work(writing->context, write));
    return around->after(around->context, write);
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
        .import = job->import,
        .store = store,
        .diags = job->diags,
        .removed = options->removed,
        .removed_count = options->removed_count,
    };
    struct writing writing = {options->around, pc_picture_write, &picture};
    if (options->update) {
        writing.work = pc_picture_update;
        writing.context = &update;
    }
    enum pc_status status = pc_store_update(store, job->diags, write_around, &writing);
    if (status == PC_ERR_EFFORT) {
        pc_diag_report(job->diags, PC_DIAG_NAMES_COLLIDE, (struct pc_place){.file = store},
                       "too many names have one place in the tables of the store \"%s\"",
                       options->path);
        pc_diag_hint(job->diags, "names that nobody chose for it do not");
        return PC_ERR_INVALID;
    }
    PC_TRY(status);
    job->counts.dropped = picture.dropped;
    job->counts.removed = update.gone;
    return PC_OK;
}

static void count_sets(struct publishing *job)
{
    for (const struct pc_set *set = job->sets.first; set != NULL; set = set->next) {
        job->counts.compiled += !set->check_only && !set->stored;
        job->counts.reused += !set->check_only && set->stored;
    }
    job->counts.sets = job->sets.count;
}

// For people: when it cannot be told, 0. The store is written by now; who else may write to it is
// warned of.
static uint64_t measure(struct pc_arena *arena, struct pc_str path, struct pc_diags *diags)
{
    struct pc_diags ignored;
    struct pc_store *store;
    uint64_t bytes;
    pc_diags_init(&ignored, arena);
    if (pc_store_open(path, &ignored, &store) != PC_OK) {
        return 0;
    }
    pc_store_warn_exposed(store, diags);
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
    struct publishing job = {
        .import = import,
        .compiling = {.arena = arena, .diags = diags, .jobs = import->jobs},
        .arena = arena,
        .diags = diags,
    };
    size_t errors = diags->errors;
    pc_map_init(&job.compiling.seen, arena);
    PC_TRY(pc_crypto_init());
    PC_TRY(pc_sets_init(&job.sets, arena, import));
    PC_TRY(pc_entries_make(import, &job.sets, &job.entries));
    if (options->path != NULL && !options->anew) {
        PC_TRY(look_up(&job, options));
    }
    PC_TRY(pc_compile_sets(&job.compiling, &job.sets, options->progress));
    count_sets(&job);
    if (diags->errors > errors) {
        return PC_ERR_INVALID;
    }
    if (options->path != NULL) {
        PC_TRY(write_store(&job, options));
        job.counts.bytes = measure(arena, pc_str_from(options->path), diags);
    }
    *out = job.counts;
    return PC_OK;
}
