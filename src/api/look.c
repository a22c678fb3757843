// SPDX-License-Identifier: Apache-2.0
//
// Looks at the store: is the edition still its newest state? A new state is verified, as far as it
// differs, before questions see it; one that does not verify is left alone, and the edition stays.
// It goes when nothing is left that could be it: no store at the path, or a file that somebody
// wrote over.
#include "engine.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "kept_store.h"
#include "status.h"

enum {
    AGAIN_MS = 1000, // until what did not verify is tried again, though it looks the same
    SHARDS_EACH = 4, // between two looks at the clock: some tens of microseconds
};

static bool marks_equal(const struct pc_store_marks *a, const struct pc_store_marks *b)
{
    return pc_store_is_same(a, b) && a->bytes == b->bytes && a->changed == b->changed;
}

// Publishing -------------------------------------------------------------------------------------

static void tell(struct polcheck_engine *engine, enum polcheck_store_change change,
                 enum polcheck_status status)
{
    if (engine->options.on_store == NULL) {
        return;
    }
    PC_CLEANUP(pc_buf_release) struct pc_buf message = {0};
    if (status == POLCHECK_OK) {
        pc_buf_text(&message, "the store's newest state is in use");
    } else {
        pc_status_sentence(&message, status, &engine->lookout.diags);
    }
    if (status != POLCHECK_OK && engine->lookout.diags.first == NULL) { // which names the store
        pc_buf_format(&message, " (\"%s\")", engine->options.store);
    }
    struct pc_str text = pc_buf_view(&message);
    const struct polcheck_store_event event = {
        .size = sizeof(event),
        .change = change,
        .status = status,
        .snapshot = atomic_load(&engine->generation),
        .message = {text.ptr, text.len},
    };
    engine->options.on_store(engine->options.store_context, &event);
}

void pc_lookout_drop_next(struct pc_lookout *lookout)
{
    pc_verification_free(lookout->verification);
    pc_snapshot_close(lookout->next);
    lookout->verification = NULL;
    lookout->next = NULL;
}

// Puts an edition, or none, in the place of the engine's.
static void publish(struct polcheck_engine *engine, struct pc_edition *edition,
                    enum polcheck_status status)
{
    pthread_mutex_lock(&engine->mutex);
    struct pc_edition *before = engine->edition;
    engine->edition = edition;
    atomic_store(&engine->generation, edition == NULL ? 0 : edition->generation);
    atomic_store(&engine->status, (int)status);
    atomic_fetch_add(&engine->number, 1);
    pthread_mutex_unlock(&engine->mutex);
    pc_lookout_drop_next(&engine->lookout); // it was compared with the edition before
    pc_edition_release(before, &engine->mutex);
}

static enum pc_status lose(struct polcheck_engine *engine, enum pc_status why)
{
    enum polcheck_status status = pc_status_of_store(why);
    bool looked = atomic_load(&engine->number) > 1; // before: then it was told
    bool known = looked && engine->edition == NULL && atomic_load(&engine->status) == (int)status;
    engine->lookout.failure = why;
    if (!known) {
        publish(engine, NULL, status);
        tell(engine, POLCHECK_STORE_LOST, status);
    }
    return why;
}

// Leaves the edition in use although there is something newer.
static enum pc_status refuse(struct polcheck_engine *engine, const struct pc_store_marks *marks,
                             enum pc_status why)
{
    struct pc_lookout *lookout = &engine->lookout;
    bool known = lookout->failure == why && marks_equal(&lookout->refused, marks);
    lookout->failure = why;
    lookout->refused = *marks;
    lookout->refused_at = pc_clock_millis();
    if (!known) {
        tell(engine, POLCHECK_STORE_REFUSED, pc_status_of_store(why));
    }
    return why;
}

// What is busy is not looked at long and may be free at any time.
static bool is_refused_still(const struct pc_lookout *lookout, const struct pc_store_marks *marks)
{
    return lookout->how.patient && lookout->failure != PC_OK && lookout->failure != PC_ERR_BUSY &&
           marks_equal(&lookout->refused, marks) &&
           pc_clock_millis() - lookout->refused_at < AGAIN_MS;
}

// The same of a new state of the edition's store. Where a writer does not wait for readers, what
// the edition shows may be overwritten by now: then nothing is left to stay in use.
static enum pc_status refuse_state(struct polcheck_engine *engine,
                                   const struct pc_store_marks *marks, enum pc_status why)
{
    if (pc_snapshot_check(engine->edition->snapshot) == PC_OK) {
        return refuse(engine, marks, why);
    }
    engine->lookout.refused = *marks;
    engine->lookout.refused_at = pc_clock_millis();
    return lose(engine, why);
}

// Takes over store and snapshot.
static enum pc_status accept(struct polcheck_engine *engine, struct pc_store *store,
                             struct pc_snapshot *snapshot)
{
    struct pc_edition *edition;
    PC_TRY(pc_edition_new(store, snapshot, &edition));
    publish(engine, edition, POLCHECK_OK);
    engine->lookout.failure = PC_OK;
    tell(engine, POLCHECK_STORE_RELOADED, POLCHECK_OK);
    return PC_OK;
}

// States -----------------------------------------------------------------------------------------

// Begins to verify the newest state, if there is a new one.
static enum pc_status begin_next(struct polcheck_engine *engine)
{
    struct pc_lookout *lookout = &engine->lookout;
    const struct pc_edition *edition = engine->edition;
    struct pc_snapshot *snapshot;
    PC_TRY(pc_snapshot_open(edition->store, &snapshot));
    if (pc_snapshot_generation(snapshot) == edition->generation) {
        pc_snapshot_close(snapshot); // the writer has still to say that the new state counts
        return PC_OK;
    }
    enum pc_status status =
        pc_verification_new(snapshot, edition->snapshot, &lookout->verification);
    if (status != PC_OK) {
        pc_snapshot_close(snapshot);
        return status;
    }
    lookout->next = snapshot;
    return PC_OK;
}

static uint64_t now_ns(void)
{
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

// Goes on with the verification until it is done or the budget is spent.
static enum pc_status verify_next(struct pc_lookout *lookout, bool *done)
{
    uint64_t begin = now_ns();
    do {
        PC_TRY(pc_verification_step(lookout->verification, SHARDS_EACH, done));
    } while (!*done && now_ns() - begin < lookout->how.budget);
    return PC_OK;
}

// From the edition to the newest state of its store.
static enum pc_status advance(struct polcheck_engine *engine)
{
    struct pc_lookout *lookout = &engine->lookout;
    bool done = false;
    if (lookout->next == NULL) {
        PC_TRY(begin_next(engine));
    }
    if (lookout->next == NULL) {
        return PC_OK;
    }
    PC_TRY(verify_next(lookout, &done));
    if (!done) {
        return PC_OK;
    }
    struct pc_snapshot *verified = lookout->next;
    lookout->next = NULL;
    return accept(engine, pc_store_share(engine->edition->store), verified);
}

static enum pc_status follow(struct polcheck_engine *engine, const struct pc_store_marks *marks)
{
    if (is_refused_still(&engine->lookout, marks)) {
        return engine->lookout.failure;
    }
    enum pc_status status = advance(engine);
    if (status != PC_OK) {
        pc_lookout_drop_next(&engine->lookout);
        return refuse_state(engine, marks, status);
    }
    return PC_OK;
}

// Verifies the edition anew, by eyes that have not seen it yet.
static enum pc_status verify_again(struct polcheck_engine *engine)
{
    struct pc_snapshot *fresh;
    PC_TRY(pc_snapshot_share(engine->edition->snapshot, &fresh));
    enum pc_status status = pc_verify_state(fresh, NULL);
    pc_snapshot_close(fresh);
    return status;
}

// The file changed, but there is no new state: a writer is about to finish, or has given up, or it
// was somebody who is no writer. When nothing moves any more it is time to find out.
static enum pc_status look_closer(struct polcheck_engine *engine,
                                  const struct pc_store_marks *marks)
{
    struct pc_lookout *lookout = &engine->lookout;
    if (!marks_equal(&lookout->suspect, marks)) {
        lookout->suspect = *marks;
        return PC_OK;
    }
    enum pc_status status = verify_again(engine);
    if (status == PC_ERR_DAMAGED || status == PC_ERR_VERSION) {
        lookout->refused = *marks;
        lookout->refused_at = pc_clock_millis();
        return lose(engine, PC_ERR_DAMAGED);
    }
    PC_TRY(status);
    lookout->good = *marks;
    return PC_OK;
}

static enum pc_status look_at_same(struct polcheck_engine *engine,
                                   const struct pc_store_marks *marks)
{
    struct pc_lookout *lookout = &engine->lookout;
    if (marks->bytes < lookout->good.bytes ||
        pc_store_check_heads(engine->edition->store) == PC_ERR_DAMAGED) {
        lookout->refused = *marks;
        lookout->refused_at = pc_clock_millis();
        return lose(engine, PC_ERR_DAMAGED); // cut, or written over from the start
    }
    if (!pc_snapshot_is_newest(engine->edition->snapshot)) {
        PC_TRY(follow(engine, marks));
        // What was written so far belongs to the state that was verified.
        struct pc_store_marks now;
        if (pc_snapshot_is_newest(engine->edition->snapshot) &&
            pc_store_look(pc_str_from(engine->options.store), &lookout->diags, &now) == PC_OK) {
            lookout->good = now;
        }
        return PC_OK;
    }
    lookout->failure = PC_OK; // whatever kept it from looking is over
    return marks_equal(marks, &lookout->good) ? PC_OK : look_closer(engine, marks);
}

// A store that was opened for the first time is verified by those who ask it, bit by bit; one that
// comes after another, or after damage, as a whole before.
static enum pc_status open_other(struct polcheck_engine *engine)
{
    struct pc_lookout *lookout = &engine->lookout;
    bool first = atomic_load(&engine->number) == 1 || lookout->good.data == 0;
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    PC_TRY(pc_kept_store_open(engine->options.store, &lookout->diags, &store));
    enum pc_status status = pc_snapshot_open(store, &snapshot);
    if (status == PC_OK && !first) {
        status = pc_verify_state(snapshot, NULL);
        if (status != PC_OK) {
            pc_snapshot_close(snapshot);
        }
    }
    if (status != PC_OK) {
        pc_store_close(store);
        return status;
    }
    const struct pc_store_marks marks = *pc_store_marks(store);
    PC_TRY(accept(engine, store, snapshot));
    lookout->good = marks;
    return PC_OK;
}

// One of the two files is the edition's and the other is not. Two environments of LMDB on one file
// must not be, so the edition has to go first.
static bool is_half_replaced(const struct pc_store_marks *before, const struct pc_store_marks *now)
{
    return before->device == now->device && before->folder == now->folder &&
           (before->data == now->data || before->lock == now->lock);
}

static enum pc_status look_at_other(struct polcheck_engine *engine,
                                    const struct pc_store_marks *marks)
{
    if (is_refused_still(&engine->lookout, marks)) {
        return engine->lookout.failure;
    }
    enum pc_status status = pc_store_probe(pc_str_from(engine->options.store));
    if (status == PC_OK && engine->edition != NULL &&
        is_half_replaced(pc_store_marks(engine->edition->store), marks)) {
        (void)lose(engine, PC_ERR_BUSY);
    }
    if (status == PC_OK || engine->edition == NULL) { // for its diagnostics
        status = open_other(engine);
    }
    if (status == PC_OK) {
        return PC_OK;
    }
    if (engine->edition != NULL) {
        return refuse(engine, marks, status);
    }
    engine->lookout.refused = *marks;
    engine->lookout.refused_at = pc_clock_millis();
    return lose(engine, status);
}

// Looking ----------------------------------------------------------------------------------------

// What cannot be looked at, for want of file descriptors or memory, may well be there still.
static enum pc_status miss(struct polcheck_engine *engine, enum pc_status why)
{
    static const struct pc_store_marks nothing = {.device = 0};
    struct pc_lookout *lookout = &engine->lookout;
    bool gone = why == PC_ERR_NOTFOUND || why == PC_ERR_INVALID;
    lookout->missed++;
    if (engine->edition == NULL || (gone && !(lookout->how.patient && lookout->missed < 2))) {
        return lose(engine, why);
    }
    return gone ? lookout->failure : refuse(engine, &nothing, why);
}

static enum pc_status look(struct polcheck_engine *engine)
{
    struct pc_store_marks marks;
    pc_arena_reset(&engine->lookout.arena);
    pc_diags_init(&engine->lookout.diags, &engine->lookout.arena);
    enum pc_status status =
        pc_store_look(pc_str_from(engine->options.store), &engine->lookout.diags, &marks);
    if (status != PC_OK) {
        return miss(engine, status);
    }
    engine->lookout.missed = 0;
    bool same =
        engine->edition != NULL && pc_store_is_same(&marks, pc_store_marks(engine->edition->store));
    return same ? look_at_same(engine, &marks) : look_at_other(engine, &marks);
}

// Who wants the newest state now and meets one that is being verified may need another look.
static enum pc_status look_as(struct polcheck_engine *engine, struct pc_look how)
{
    bool again = engine->lookout.next != NULL && how.budget == PC_LOOK_WHOLE;
    engine->lookout.how = how;
    enum pc_status status = look(engine);
    return again ? look(engine) : status;
}

enum pc_status pc_engine_look(struct polcheck_engine *engine, struct pc_look how)
{
    pthread_mutex_lock(&engine->look_mutex);
    enum pc_status status = look_as(engine, how);
    pthread_mutex_unlock(&engine->look_mutex);
    atomic_store_explicit(&engine->looked_at, pc_clock_millis(), memory_order_relaxed);
    return status;
}

static bool is_time(const struct polcheck_engine *engine)
{
    int64_t before = atomic_load_explicit(&engine->looked_at, memory_order_relaxed);
    return pc_clock_millis() - before >= (int64_t)engine->options.interval_ms;
}

void pc_engine_look_first(struct polcheck_engine *engine, const struct pc_edition *edition)
{
    if (edition == NULL || !pc_snapshot_is_newest(edition->snapshot) || is_time(engine)) {
        (void)pc_engine_look(engine, (struct pc_look){true, PC_LOOK_WHOLE});
    }
}
