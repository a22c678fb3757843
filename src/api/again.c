// SPDX-License-Identifier: Apache-2.0
#include "again.h"

// The edition becomes the candidate, for eyes that have not seen it yet.
static enum pc_status begin_again(struct polcheck_engine *engine)
{
    struct pc_lookout *lookout = &engine->lookout;
    struct pc_snapshot *fresh;
    PC_TRY(pc_snapshot_share(engine->edition->snapshot, &fresh));
    const struct pc_candidate_source source = {
        .store = pc_store_share(engine->edition->store), .snapshot = fresh, .again = true};
    return pc_candidate_begin(&lookout->candidate, &source, &lookout->keyring, &lookout->diags);
}

// Does the state still hold what its key had signed when it was accepted?
static enum pc_status check_signed(struct polcheck_engine *engine)
{
    struct pc_lookout *lookout = &engine->lookout;
    struct pc_judgement judgement = lookout->candidate.judgement;
    if (!pc_keyring_is_asked(&lookout->keyring)) {
        return PC_OK;
    }
    if (!pc_hash_eq(&judgement.signature.digest, &engine->edition->signature.digest)) {
        judgement.verdict = PC_TRUST_ALTERED;
    }
    return pc_keyring_report(&lookout->keyring, &judgement, &lookout->diags);
}

enum pc_status pc_engine_verify_again(struct polcheck_engine *engine, bool *done)
{
    struct pc_lookout *lookout = &engine->lookout;
    if (lookout->candidate.store == NULL) {
        PC_TRY(begin_again(engine));
    }
    const struct pc_candidate_time time = {lookout->how.budget, &engine->stop};
    enum pc_status status =
        pc_candidate_step(&lookout->candidate, &lookout->keyring, &time, &lookout->diags, done);
    if (status == PC_OK && *done) {
        status = check_signed(engine);
    }
    if (status != PC_OK || *done) {
        pc_candidate_drop(&lookout->candidate);
    }
    return status;
}
