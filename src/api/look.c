// SPDX-License-Identifier: Apache-2.0
//
// Looks at the store: is the edition still its newest state? A new state is verified, as far as it
// differs, before questions see it; one that does not verify is left alone, and the edition stays.
// It goes when nothing is left that could be it: no store at the path, a file that somebody wrote
// over, or a key that is not trusted any more.
#include "again.h"
#include "base/clock.h"
#include "kept_store.h"
#include "publish.h"
#include "status.h"

enum {
    PATIENT_WAIT_MS = 100,
};

static void forget_diags(struct pc_lookout *lookout)
{
    pc_arena_reset(&lookout->arena);
    pc_diags_init(&lookout->diags, &lookout->arena);
}

// How long another process that notes what was seen is waited for: an event loop has no time, and
// who looks often comes again.
static unsigned wait_of(const struct pc_look *how)
{
    if (how->budget != PC_LOOK_WHOLE) {
        return 0;
    }
    return how->patient ? PATIENT_WAIT_MS : PC_SEEN_WAIT_MS;
}

// The candidate stays for who looks again; who wants the newest state now does without it.
static enum pc_status wait_for_others(struct pc_lookout *lookout)
{
    if (lookout->how.patient) {
        forget_diags(lookout);
        return PC_OK;
    }
    pc_candidate_drop(&lookout->candidate);
    return PC_ERR_IO; // for it is not the store that is busy
}

static enum pc_status begin_other(struct polcheck_engine *engine, bool aside);

// What is in the edition's folder was found good. Two environments of LMDB with one lock file must
// not be, so the edition has to go before the other is opened to be used; which is verified again.
static enum pc_status make_room(struct polcheck_engine *engine)
{
    (void)pc_engine_lose(engine, PC_ERR_BUSY); // and the candidate is dropped
    PC_TRY(begin_other(engine, false));
    engine->lookout.candidate.interrupted = true; // there is more to do at once
    return PC_OK;
}

// Goes on with the candidate, and puts it into the edition's place when it is done. On a failure
// there is none any more.
static enum pc_status go_on(struct polcheck_engine *engine)
{
    struct pc_lookout *lookout = &engine->lookout;
    struct pc_edition *edition;
    bool done = false;
    lookout->outdated = !pc_snapshot_is_newest(lookout->candidate.snapshot);
    const struct pc_candidate_time time = {lookout->how.budget, &engine->stop};
    enum pc_status status =
        pc_candidate_step(&lookout->candidate, &lookout->keyring, &time, &lookout->diags, &done);
    if (status != PC_OK) {
        pc_candidate_drop(&lookout->candidate);
    }
    if (status != PC_OK || !done) {
        return status;
    }
    if (lookout->candidate.aside) {
        return make_room(engine);
    }
    status = pc_candidate_accept(&lookout->candidate, &lookout->keyring, wait_of(&lookout->how),
                                 &lookout->diags, &edition);
    if (status == PC_ERR_BUSY) {
        return wait_for_others(lookout);
    }
    PC_TRY(status);
    pc_engine_accept(engine, edition);
    return PC_OK;
}

// States -----------------------------------------------------------------------------------------

// Makes the newest state the candidate, if there is a new one.
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
    lookout->tried_state = pc_snapshot_generation(snapshot);
    const struct pc_candidate_source source = {
        .store = pc_store_share(edition->store), .snapshot = snapshot, .before = edition};
    return pc_candidate_begin(&lookout->candidate, &source, &lookout->keyring, &lookout->diags);
}

// From the edition to the newest state of its store.
static enum pc_status advance(struct polcheck_engine *engine)
{
    struct pc_candidate *candidate = &engine->lookout.candidate;
    if (candidate->store == NULL) {
        engine->lookout.tried_state = 0;
        engine->lookout.outdated = false;
        PC_TRY(begin_next(engine));
    }
    return candidate->store == NULL ? PC_OK : go_on(engine);
}

static enum pc_status follow(struct polcheck_engine *engine, const struct pc_store_marks *marks)
{
    if (pc_lookout_is_refused(&engine->lookout, marks)) {
        return engine->lookout.failure;
    }
    enum pc_status status = advance(engine);
    if (status != PC_OK && engine->lookout.outdated) {
        forget_diags(&engine->lookout); // of what is history, and perhaps no good for that alone
        status = advance(engine);
    }
    return status == PC_OK ? PC_OK : pc_engine_refuse_state(engine, marks, status);
}

// The file changed, but there is no new state: a writer is about to finish, or has given up, or it
// was somebody who is no writer. When nothing moves any more it is time to find out.
static enum pc_status look_closer(struct polcheck_engine *engine,
                                  const struct pc_store_marks *marks)
{
    struct pc_lookout *lookout = &engine->lookout;
    bool done = false;
    if (!pc_marks_equal(&lookout->suspect, marks)) {
        lookout->suspect = *marks;
        return PC_OK;
    }
    enum pc_status status = pc_engine_verify_again(engine, &done);
    if (status == PC_ERR_DAMAGED || status == PC_ERR_VERSION || status == PC_ERR_INVALID) {
        pc_lookout_refused(lookout, marks);
        return pc_engine_lose(engine, status == PC_ERR_INVALID ? status : PC_ERR_DAMAGED);
    }
    PC_TRY(status);
    if (done) {
        lookout->good = *marks;
    }
    return PC_OK;
}

// Is there a candidate that nobody will go on with? One of a store that was in the edition's place
// for a while; or the edition itself, when the file has moved on since.
static bool is_idle(const struct polcheck_engine *engine, const struct pc_store_marks *marks,
                    bool newest)
{
    const struct pc_lookout *lookout = &engine->lookout;
    const struct pc_candidate *candidate = &lookout->candidate;
    bool moved = !newest || !pc_marks_equal(&lookout->suspect, marks);
    return candidate->store != engine->edition->store || (candidate->again && moved);
}

static enum pc_status look_at_same(struct polcheck_engine *engine,
                                   const struct pc_store_marks *marks)
{
    struct pc_lookout *lookout = &engine->lookout;
    if (marks->bytes < lookout->good.bytes ||
        pc_store_check_heads(engine->edition->store) == PC_ERR_DAMAGED) {
        pc_lookout_refused(lookout, marks);
        return pc_engine_lose(engine, PC_ERR_DAMAGED); // cut, or written over from the start
    }
    bool newest = pc_snapshot_is_newest(engine->edition->snapshot);
    if (is_idle(engine, marks, newest)) {
        pc_candidate_drop(&lookout->candidate);
    }
    if (!newest) {
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
    return pc_marks_equal(marks, &lookout->good) ? PC_OK : look_closer(engine, marks);
}

// A store that was opened for the first time is verified by those who ask it, bit by bit, unless
// keys are trusted; one that comes after another, or after damage, as a whole before.
static enum pc_status begin_other(struct polcheck_engine *engine, bool aside)
{
    struct pc_lookout *lookout = &engine->lookout;
    bool first = atomic_load(&engine->number) == 1 || lookout->good.data == 0;
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    PC_TRY((aside ? pc_kept_store_open_aside : pc_kept_store_open)(engine->options.store,
                                                                   &lookout->diags, &store));
    enum pc_status status = pc_snapshot_open(store, &snapshot);
    if (status != PC_OK) {
        pc_store_close(store);
        return status;
    }
    lookout->tried_state = pc_snapshot_generation(snapshot);
    const struct pc_candidate_source source = {
        .store = store, .snapshot = snapshot, .unverified = first, .aside = aside};
    return pc_candidate_begin(&lookout->candidate, &source, &lookout->keyring, &lookout->diags);
}

// Is it the candidate that is there, and not cut short?
static bool is_candidate(const struct pc_candidate *candidate, const struct pc_store_marks *marks)
{
    return candidate->store != NULL && pc_store_is_same(marks, pc_store_marks(candidate->store)) &&
           marks->bytes >= pc_store_marks(candidate->store)->bytes;
}

// One of the two files is the edition's and the other is not.
static bool is_half_replaced(const struct pc_store_marks *before, const struct pc_store_marks *now)
{
    return before->device == now->device && before->folder == now->folder &&
           (before->data == now->data || before->lock == now->lock);
}

static enum pc_status open_other(struct polcheck_engine *engine, const struct pc_store_marks *marks)
{
    pc_candidate_drop(&engine->lookout.candidate);
    engine->lookout.tried_state = 0;
    engine->lookout.outdated = false;
    enum pc_status status = pc_store_probe(pc_str_from(engine->options.store));
    bool half =
        engine->edition != NULL && is_half_replaced(pc_store_marks(engine->edition->store), marks);
    // Where there is no edition, for its diagnostics.
    return status == PC_OK || engine->edition == NULL ? begin_other(engine, half) : status;
}

// The marks of a store that was looked at closely, by which the file may have been made that
// readers are entered in: it is not another store for that.
static struct pc_store_marks once_opened(struct polcheck_engine *engine,
                                         const struct pc_store_marks *marks)
{
    struct pc_store_marks known = *marks;
    struct pc_store_marks now = *marks;
    struct pc_diags unheard; // what is wrong is known already
    pc_diags_init(&unheard, &engine->lookout.arena);
    if (pc_store_look(pc_str_from(engine->options.store), &unheard, &now) == PC_OK) {
        known.lock = now.lock;
    }
    return pc_marks_equal(&known, &now) ? known : *marks;
}

static enum pc_status fail_other(struct polcheck_engine *engine, const struct pc_store_marks *marks,
                                 enum pc_status why)
{
    const struct pc_store_marks known = once_opened(engine, marks);
    if (engine->edition != NULL) {
        return pc_engine_refuse(engine, &known, why);
    }
    pc_lookout_refused(&engine->lookout, &known);
    return pc_engine_lose(engine, why);
}

// Begins or goes on with the store of these marks.
static enum pc_status try_other(struct polcheck_engine *engine, const struct pc_store_marks *marks)
{
    if (!is_candidate(&engine->lookout.candidate, marks)) {
        PC_TRY(open_other(engine, marks));
    }
    return go_on(engine);
}

static enum pc_status look_at_other(struct polcheck_engine *engine,
                                    const struct pc_store_marks *marks)
{
    struct pc_lookout *lookout = &engine->lookout;
    if (pc_lookout_is_refused(lookout, marks)) {
        return lookout->failure;
    }
    uint64_t before = atomic_load(&engine->number);
    enum pc_status status = try_other(engine, marks);
    if (status != PC_OK && lookout->outdated) {
        forget_diags(lookout);
        status = try_other(engine, marks);
    }
    if (status != PC_OK) {
        return fail_other(engine, marks, status);
    }
    if (atomic_load(&engine->number) != before && engine->edition != NULL) {
        lookout->good = *pc_store_marks(engine->edition->store);
    }
    return PC_OK;
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
        return pc_engine_lose(engine, why);
    }
    return gone ? lookout->failure : pc_engine_refuse(engine, &nothing, why);
}

// A file that is written over in place is incomplete for a moment, and memory is short for one.
// Nothing new is accepted meanwhile.
static enum pc_status miss_keys(struct polcheck_engine *engine, enum pc_status why)
{
    struct pc_lookout *lookout = &engine->lookout;
    int64_t since = pc_clock_millis() - lookout->keyring.missed_at;
    bool waits = lookout->how.patient || why == PC_ERR_NOMEM;
    if (engine->edition != NULL && waits && since < (int64_t)engine->options.interval_ms) {
        return why;
    }
    enum pc_status status = pc_engine_lose(engine, why);
    pc_keyring_forget(&lookout->keyring);
    return status;
}

// What the keys of now do not vouch for is not looked at with leniency because it was good before.
static void lose_untrusted(struct polcheck_engine *engine)
{
    struct pc_lookout *lookout = &engine->lookout;
    struct pc_judgement judgement = {.verdict = PC_TRUST_UNTRUSTED};
    judgement.signature = engine->edition->signature;
    (void)pc_engine_lose(engine, pc_keyring_report(&lookout->keyring, &judgement, &lookout->diags));
    forget_diags(lookout); // they are told
}

static void drop_if_judged_by_others(struct pc_lookout *lookout)
{
    if (lookout->candidate.store != NULL && lookout->candidate.keys != lookout->keyring.version) {
        pc_candidate_drop(&lookout->candidate);
    }
}

// The keys come before the store. PC_OK: the store may be looked at by them.
static enum pc_status look_at_keys(struct polcheck_engine *engine)
{
    struct pc_keyring *keyring = &engine->lookout.keyring;
    if (!pc_keyring_is_asked(keyring)) {
        return PC_OK;
    }
    drop_if_judged_by_others(&engine->lookout); // while the keys that it knows are there
    bool used = engine->lookout.candidate.store != NULL;
    enum pc_status status = pc_keyring_look(keyring, used, &engine->lookout.diags);
    if (status != PC_OK) {
        return miss_keys(engine, status);
    }
    drop_if_judged_by_others(&engine->lookout);
    if (engine->edition != NULL && !pc_keyring_has(keyring, &engine->edition->signature)) {
        lose_untrusted(engine);
    }
    return PC_OK;
}

static enum pc_status look(struct polcheck_engine *engine)
{
    struct pc_store_marks marks;
    forget_diags(&engine->lookout);
    engine->lookout.candidate.interrupted = false;
    PC_TRY(look_at_keys(engine));
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

// Who wants the newest state now and meets one that is being verified may need another look; so
// does who was interrupted by other keys, or made room. Whoever goes on putting stores at the path
// brings neither about again and again, so that this ends.
static enum polcheck_status look_as(struct polcheck_engine *engine, struct pc_look how)
{
    struct pc_lookout *lookout = &engine->lookout;
    bool whole = how.budget == PC_LOOK_WHOLE;
    unsigned looks = whole && lookout->candidate.store != NULL ? 2 : 1;
    enum pc_status status;
    lookout->how = how;
    do {
        status = look(engine);
        looks -= lookout->candidate.interrupted ? 0 : 1;
    } while (whole && looks > 0 && !atomic_load(&engine->stop));
    // What was refused before is not looked at again, and has no diagnostics now.
    bool noted = status != PC_OK && status == lookout->failure;
    return noted ? lookout->said : pc_status_of_look(status, &lookout->diags);
}

enum polcheck_status pc_engine_look(struct polcheck_engine *engine, struct pc_look how)
{
    pthread_mutex_lock(&engine->look_mutex);
    enum polcheck_status status = look_as(engine, how);
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
