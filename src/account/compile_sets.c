// SPDX-License-Identifier: Apache-2.0
#include "compile_sets.h"

#include "compile/compile.h"
#include "documents.h"
#include "parallel.h"

#include <stdatomic.h>

enum {
    STEP = 32,          // sets between two calls for progress
    SETS_A_THREAD = 16, // fewer are compiled before a thread has begun
};

// A set and what came of it.
struct piece {
    struct pc_set *set;
    enum pc_status status;
    struct pc_diags diags;
};

struct run {
    struct piece *pieces;
    atomic_size_t done; // sets that are not only checked
    size_t total;       // of those
    const struct pc_progress *progress;
};

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

// Compiles in the scratch arena and keeps in the other what stays.
static enum pc_status compile_piece(struct piece *piece, struct pc_arena *arena,
                                    struct pc_arena *scratch)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf image;
    struct pc_diags diags;
    struct pc_set *set = piece->set;
    pc_buf_init(&image);
    pc_diags_init(&diags, scratch);
    enum pc_status status = run_compiler(scratch, set, &diags, &image);
    pc_diags_init(&piece->diags, arena);
    pc_diags_append(&piece->diags, &diags);
    set->warned = diags.warnings > 0;
    if (status == PC_ERR_INVALID || status == PC_ERR_LIMIT) {
        return PC_OK;
    }
    PC_TRY(status);
    PC_TRY(pc_buf_status(&image));
    return set->check_only ? PC_OK : pc_arena_copy(arena, pc_buf_view(&image), &set->image);
}

static void tell(const struct run *run, const struct pc_worker *worker, size_t done)
{
    const struct pc_progress *progress = run->progress;
    if (worker->number == 0 && done % STEP == 0 && progress != NULL && progress->step != NULL) {
        progress->step(progress->context, done, run->total);
    }
}

static void run_piece(void *context, struct pc_worker *worker, size_t index)
{
    struct run *run = context;
    struct piece *piece = &run->pieces[index];
    if (!piece->set->stored) {
        piece->status = compile_piece(piece, worker->arena, &worker->scratch);
    }
    if (!piece->set->check_only) {
        tell(run, worker, atomic_fetch_add_explicit(&run->done, 1, memory_order_relaxed) + 1);
    }
}

static enum pc_status list_pieces(struct pc_arena *arena, const struct pc_sets *sets,
                                  struct piece **out, size_t *count)
{
    size_t found = 0;
    for (const struct pc_set *set = sets->first; set != NULL; set = set->next) {
        found++;
    }
    struct piece *pieces = pc_arena_array(arena, found, sizeof(*pieces));
    if (pieces == NULL) {
        return PC_ERR_NOMEM;
    }
    *count = 0;
    for (struct pc_set *set = sets->first; set != NULL; set = set->next) {
        pieces[(*count)++].set = set;
    }
    *out = pieces;
    return PC_OK;
}

static enum pc_status report(struct pc_compiling *compiling, const struct piece *piece)
{
    PC_TRY(pc_diags_copy_new(&compiling->seen, &piece->diags, compiling->diags));
    return piece->status;
}

enum pc_status pc_compile_sets(struct pc_compiling *compiling, const struct pc_sets *sets,
                               const struct pc_progress *progress)
{
    struct run run = {.total = sets->count, .progress = progress};
    size_t count;
    atomic_init(&run.done, 0);
    PC_TRY(list_pieces(compiling->arena, sets, &run.pieces, &count));
    const struct pc_parallel work = {.count = count,
                                     .least = SETS_A_THREAD,
                                     .run = run_piece,
                                     .context = &run,
                                     .arena = compiling->arena};
    pc_parallel_run(compiling->jobs, &work);
    for (size_t i = 0; i < count; i++) {
        PC_TRY(report(compiling, &run.pieces[i]));
    }
    if (progress != NULL && progress->step != NULL && run.total > 0) {
        progress->step(progress->context, run.total, run.total);
    }
    return PC_OK;
}

enum pc_status pc_compile_one_set(struct pc_compiling *compiling, struct pc_set *set)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena scratch;
    struct piece piece = {.set = set};
    pc_arena_init(&scratch);
    piece.status = compile_piece(&piece, compiling->arena, &scratch);
    return report(compiling, &piece);
}
