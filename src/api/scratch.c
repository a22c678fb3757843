// SPDX-License-Identifier: Apache-2.0
#include "scratch.h"

#include <stdlib.h>

#include "base/clock.h"
#include "release.h"
#include "status.h"

enum polcheck_status polcheck_scratch_new(struct polcheck_engine *engine,
                                          struct polcheck_scratch **out)
{
    if (engine == NULL || out == NULL) {
        return POLCHECK_ERR_USAGE;
    }
    struct polcheck_scratch *scratch = calloc(1, sizeof(*scratch));
    if (scratch == NULL) {
        return POLCHECK_ERR_NOMEM;
    }
    scratch->engine = engine;
    scratch->answer.scratch = scratch;
    pc_diags_init(&scratch->diags, &scratch->arena);
    *out = scratch;
    return POLCHECK_OK;
}

static void free_memory(struct polcheck_scratch *scratch)
{
    pc_arena_release(&scratch->arena);
    pc_buf_release(&scratch->message);
    pc_buf_release(&scratch->sentence);
    free(scratch->answer.statements);
    pc_release_free(scratch->release);
    free(scratch);
}

void polcheck_scratch_free(struct polcheck_scratch *scratch)
{
    if (scratch == NULL) {
        return;
    }
    if (!pc_engine_is_forked(scratch->engine)) {
        pc_asker_close(&scratch->asker);
        pc_edition_release(scratch->edition, &scratch->engine->mutex);
    }
    free_memory(scratch);
}

static unsigned readings(unsigned flags)
{
    unsigned readings = (flags & POLCHECK_WIDE_STARS) != 0 ? PC_DECIDE_WIDE_STARS : 0;
    return readings | ((flags & POLCHECK_NO_ACCOUNT_LINK) != 0 ? PC_DECIDE_NO_ACCOUNT_LINK : 0);
}

static enum pc_status point_asker(struct polcheck_scratch *scratch,
                                  const struct pc_edition *edition)
{
    struct pc_asker *asker = &scratch->asker;
    if (asker->resolver != NULL) {
        return pc_asker_move(asker, edition->snapshot);
    }
    PC_TRY(pc_asker_at(edition->snapshot, asker));
    asker->flags = readings(scratch->engine->options.flags);
    asker->guess_no_owner = true;
    return PC_OK;
}

// The engine's edition, with a use more, and number and status that belong to it.
static struct pc_edition *take_edition(struct polcheck_scratch *scratch)
{
    struct polcheck_engine *engine = scratch->engine;
    pthread_mutex_lock(&engine->mutex);
    struct pc_edition *edition = engine->edition;
    if (edition != NULL) {
        edition->uses++;
    }
    scratch->number = atomic_load(&engine->number);
    scratch->status = (enum polcheck_status)atomic_load(&engine->status);
    pthread_mutex_unlock(&engine->mutex);
    return edition;
}

enum polcheck_status pc_scratch_follow(struct polcheck_scratch *scratch)
{
    struct polcheck_engine *engine = scratch->engine;
    if (scratch->number == atomic_load_explicit(&engine->number, memory_order_acquire)) {
        return scratch->status;
    }
    struct pc_edition *before = scratch->edition;
    scratch->edition = take_edition(scratch);
    scratch->asked = false;
    enum pc_status status = PC_OK;
    if (scratch->edition == NULL) {
        pc_asker_close(&scratch->asker);
    } else {
        status = point_asker(scratch, scratch->edition);
    }
    pc_edition_release(before, &engine->mutex);
    if (status != PC_OK) {
        scratch->number = 0; // to be tried again
        scratch->status = pc_status_of_store(status);
    }
    return scratch->status;
}

enum polcheck_status polcheck_scratch_renew(struct polcheck_scratch *scratch)
{
    if (scratch == NULL) {
        return POLCHECK_ERR_USAGE;
    }
    return pc_engine_is_forked(scratch->engine) ? POLCHECK_ERR_FORKED : pc_scratch_follow(scratch);
}

struct polcheck_str polcheck_scratch_message(const struct polcheck_scratch *scratch)
{
    struct pc_str message = scratch == NULL ? PC_STR("") : pc_buf_view(&scratch->message);
    struct polcheck_str text = {message.ptr, message.len};
    return text;
}
