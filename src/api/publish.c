// SPDX-License-Identifier: Apache-2.0
#include "publish.h"

#include "base/clock.h"
#include "status.h"

enum {
    AGAIN_MS = 1000, // until what did not verify is tried again, though it looks the same
};

bool pc_marks_equal(const struct pc_store_marks *a, const struct pc_store_marks *b)
{
    return pc_store_is_same(a, b) && a->bytes == b->bytes && a->changed == b->changed;
}

// Is it what did not verify, by the keys of now?
static bool is_refused(const struct pc_lookout *lookout, const struct pc_store_marks *marks)
{
    return lookout->refused_version == lookout->keyring.version &&
           pc_marks_equal(&lookout->refused, marks);
}

// Is it the state that was refused, in a file that a writer has begun to write to?
static bool is_same_state(const struct pc_lookout *lookout, const struct pc_store_marks *marks)
{
    return lookout->refused_version == lookout->keyring.version && lookout->tried_state != 0 &&
           lookout->tried_state == lookout->refused_state &&
           pc_store_is_same(&lookout->refused, marks);
}

// Where in the file of keys; other messages name their files themselves.
static void write_place(struct pc_buf *out, const struct pc_diag *diag)
{
    if (diag == NULL || diag->code != PC_DIAG_TRUST_KEY) {
        return;
    }
    pc_buf_str(out, diag->place.file);
    if (diag->place.line > 0) {
        pc_buf_format(out, ":%u:%u", (unsigned)diag->place.line, (unsigned)diag->place.column);
    }
    pc_buf_text(out, ": ");
}

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
        write_place(&message, engine->lookout.diags.first);
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
    pc_candidate_drop(&engine->lookout.candidate); // it was compared with the edition before
    pc_edition_release(before, &engine->mutex);
}

void pc_engine_accept(struct polcheck_engine *engine, struct pc_edition *edition)
{
    publish(engine, edition, POLCHECK_OK);
    engine->lookout.failure = PC_OK;
    tell(engine, POLCHECK_STORE_RELOADED, POLCHECK_OK);
}

static void note_failure(struct pc_lookout *lookout, enum pc_status why)
{
    lookout->failure = why;
    lookout->said = pc_status_of_look(why, &lookout->diags);
}

enum pc_status pc_engine_lose(struct polcheck_engine *engine, enum pc_status why)
{
    enum polcheck_status status = pc_status_of_look(why, &engine->lookout.diags);
    bool looked = atomic_load(&engine->number) > 1; // before: then it was told
    bool known = looked && engine->edition == NULL && atomic_load(&engine->status) == (int)status;
    note_failure(&engine->lookout, why);
    pc_candidate_drop(&engine->lookout.candidate);
    if (!known) {
        publish(engine, NULL, status);
        tell(engine, POLCHECK_STORE_LOST, status);
    }
    return why;
}

void pc_lookout_refused(struct pc_lookout *lookout, const struct pc_store_marks *marks)
{
    lookout->refused = *marks;
    lookout->refused_version = lookout->keyring.version;
    lookout->refused_state = lookout->tried_state;
    lookout->refused_at = pc_clock_millis();
}

enum pc_status pc_engine_refuse(struct polcheck_engine *engine, const struct pc_store_marks *marks,
                                enum pc_status why)
{
    struct pc_lookout *lookout = &engine->lookout;
    enum polcheck_status before = lookout->failure == PC_OK ? POLCHECK_OK : lookout->said;
    note_failure(lookout, why);
    bool known =
        lookout->said == before && (is_refused(lookout, marks) || is_same_state(lookout, marks));
    pc_lookout_refused(lookout, marks);
    if (!known) {
        tell(engine, POLCHECK_STORE_REFUSED, lookout->said);
    }
    return why;
}

bool pc_lookout_is_refused(const struct pc_lookout *lookout, const struct pc_store_marks *marks)
{
    // What is busy is not looked at long and may be free at any time.
    return lookout->how.patient && lookout->failure != PC_OK && lookout->failure != PC_ERR_BUSY &&
           is_refused(lookout, marks) && pc_clock_millis() - lookout->refused_at < AGAIN_MS;
}

enum pc_status pc_engine_refuse_state(struct polcheck_engine *engine,
                                      const struct pc_store_marks *marks, enum pc_status why)
{
    if (pc_snapshot_check(engine->edition->snapshot) == PC_OK) {
        return pc_engine_refuse(engine, marks, why);
    }
    pc_lookout_refused(&engine->lookout, marks);
    return pc_engine_lose(engine, why);
}
