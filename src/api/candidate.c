// SPDX-License-Identifier: Apache-2.0
#include "candidate.h"

#include <stdlib.h>
#include <time.h>

enum {
    // Between two looks at the clock, some tens of microseconds; but an image is one step, however
    // large.
    PARTS_EACH = 1,
    BYTES_EACH = 64 * 1024,
    LOOK_NS = 2000000, // between two looks at the keys, which are a system call
};

void pc_candidate_drop(struct pc_candidate *candidate)
{
    pc_judging_free(candidate->judging);
    pc_content_free(candidate->content);
    pc_verification_free(candidate->verification);
    pc_snapshot_close(candidate->snapshot);
    pc_store_close(candidate->store);
    *candidate = (struct pc_candidate){.store = NULL};
}

static enum pc_status begin_judging(struct pc_candidate *candidate,
                                    const struct pc_candidate_source *source,
                                    const struct pc_keyring *keyring, struct pc_diags *diags)
{
    const struct pc_edition *before = source->before;
    struct pc_trust_basis basis = {.keys = keyring->keys};
    if (!source->again) {
        PC_TRY(pc_keyring_basis(keyring, diags, &basis));
    }
    if (before == NULL || before->content == NULL) {
        return pc_judging_new(candidate->snapshot, &basis, NULL, &candidate->judging);
    }
    const struct pc_content_before known = {before->content, before->snapshot};
    return pc_judging_new(candidate->snapshot, &basis, &known, &candidate->judging);
}

enum pc_status pc_candidate_begin(struct pc_candidate *candidate,
                                  const struct pc_candidate_source *source,
                                  const struct pc_keyring *keyring, struct pc_diags *diags)
{
    *candidate = (struct pc_candidate){.store = source->store, .snapshot = source->snapshot};
    candidate->before = source->before == NULL ? NULL : source->before->snapshot;
    candidate->again = source->again;
    candidate->aside = source->aside;
    candidate->keys = keyring->version;
    if (!pc_keyring_is_asked(keyring)) {
        candidate->unverified = source->unverified;
        return PC_OK;
    }
    enum pc_status status = begin_judging(candidate, source, keyring, diags);
    if (status != PC_OK) {
        pc_candidate_drop(candidate);
    }
    return status;
}

// Steps -------------------------------------------------------------------------------------------

static enum pc_status judge(struct pc_candidate *candidate, const struct pc_keyring *keyring,
                            struct pc_diags *diags)
{
    bool done = false;
    PC_TRY(pc_judging_step(candidate->judging, BYTES_EACH, &done));
    if (!done) {
        return PC_OK;
    }
    candidate->judgement = *pc_judging_result(candidate->judging);
    candidate->content = pc_judging_take(candidate->judging);
    pc_judging_free(candidate->judging);
    candidate->judging = NULL;
    return pc_keyring_report(keyring, &candidate->judgement, diags);
}

// What others wrote is not taken apart before it is known whose it is.
static enum pc_status step(struct pc_candidate *candidate, const struct pc_keyring *keyring,
                           struct pc_diags *diags, bool *done)
{
    if (candidate->judging != NULL) {
        return judge(candidate, keyring, diags);
    }
    if (candidate->unverified) {
        *done = true;
        return PC_OK;
    }
    if (candidate->verification == NULL) {
        return pc_verification_new(candidate->snapshot, candidate->before,
                                   &candidate->verification);
    }
    return pc_verification_step(candidate->verification, PARTS_EACH, done);
}

static uint64_t now_ns(void)
{
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

// Are there other keys, or can none be had? The same ones, of a file that changed a moment ago and
// so has to be read again and again, are no reason to stop: whoever looks anew may meet another
// store, and never get to an end.
static bool are_others(const struct pc_candidate *candidate, struct pc_keyring *keyring,
                       const struct pc_diags *diags)
{
    struct pc_diags unheard; // who sees to it hears of it
    if (pc_keyring_is_current(keyring)) {
        return false;
    }
    pc_diags_init(&unheard, diags->arena);
    return pc_keyring_look(keyring, true, &unheard) != PC_OK || keyring->version != candidate->keys;
}

enum pc_status pc_candidate_step(struct pc_candidate *candidate, struct pc_keyring *keyring,
                                 const struct pc_candidate_time *time, struct pc_diags *diags,
                                 bool *done)
{
    uint64_t begin = now_ns();
    uint64_t looked = begin; // at the keys, by who goes on with it
    uint64_t now;
    do {
        PC_TRY(step(candidate, keyring, diags, done));
        now = now_ns();
        bool looks = !*done && now - looked >= LOOK_NS;
        looked = looks ? now : looked;
        candidate->interrupted = looks && (atomic_load_explicit(time->stop, memory_order_relaxed) ||
                                           are_others(candidate, keyring, diags));
    } while (!*done && !candidate->interrupted && now - begin < time->budget);
    return PC_OK;
}

// The edition -------------------------------------------------------------------------------------

enum pc_status pc_candidate_accept(struct pc_candidate *candidate, struct pc_keyring *keyring,
                                   unsigned wait_ms, struct pc_diags *diags,
                                   struct pc_edition **out)
{
    struct pc_edition *edition = calloc(1, sizeof(*edition));
    enum pc_status status = edition == NULL ? PC_ERR_NOMEM : PC_OK;
    if (status == PC_OK && pc_keyring_is_asked(keyring)) {
        // All that can fail otherwise is done, so that what is accepted is used.
        status = pc_keyring_admit(keyring, wait_ms, &candidate->judgement, diags);
    }
    if (status != PC_OK) {
        free(edition);
        if (status != PC_ERR_BUSY) {
            pc_candidate_drop(candidate);
        }
        return status;
    }
    pc_edition_init(edition, candidate->store, candidate->snapshot);
    edition->signature = candidate->judgement.signature;
    edition->content = candidate->content;
    candidate->store = NULL;
    candidate->snapshot = NULL;
    candidate->content = NULL;
    pc_candidate_drop(candidate);
    *out = edition;
    return PC_OK;
}
