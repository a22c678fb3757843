// SPDX-License-Identifier: Apache-2.0
//
// Judges a state: each check that fails gives a verdict, and only what passed all of them is good.
#include "trust/judge.h"

#include <stdlib.h>

struct pc_judging {
    struct pc_snapshot *snapshot;
    struct pc_judgement judgement;
    struct pc_digesting *digesting; // NULL: there is a verdict without
    bool done;
};

// What costs little -------------------------------------------------------------------------------

static enum pc_trust_verdict verdict_of_order(enum pc_seen_order order)
{
    switch (order) {
    case PC_SEEN_SAME:
    case PC_SEEN_NEWER:
        return PC_TRUST_GOOD;
    case PC_SEEN_OTHER:
        return PC_TRUST_OTHER;
    case PC_SEEN_OLDER:
        break;
    }
    return PC_TRUST_OLDER;
}

// The verdict on a signature without its content; PC_TRUST_GOOD: that is what remains.
static enum pc_trust_verdict judge_signature(struct pc_judgement *judgement,
                                             const struct pc_trusted_keys *keys)
{
    const struct pc_trusted_key *key = pc_trusted_keys_find(keys, judgement->signature.key);
    if (key == NULL) {
        return PC_TRUST_UNTRUSTED;
    }
    memcpy(judgement->key_name, key->name, sizeof(judgement->key_name));
    if (pc_signature_check(&judgement->signature) != PC_OK) {
        return PC_TRUST_FORGED;
    }
    const struct pc_seen edition = pc_judgement_edition(judgement);
    return verdict_of_order(pc_seen_compare(&edition, &judgement->seen));
}

static enum pc_status judge_record(struct pc_judging *job, const struct pc_trusted_keys *keys,
                                   enum pc_trust_verdict *out)
{
    enum pc_status status = pc_signature_get(job->snapshot, &job->judgement.signature);
    if (status == PC_OK) {
        *out = judge_signature(&job->judgement, keys);
    } else if (status == PC_ERR_NOTFOUND) {
        *out = PC_TRUST_UNSIGNED;
    } else if (status == PC_ERR_INVALID) {
        *out = PC_TRUST_MALFORMED;
    } else {
        return status;
    }
    return PC_OK;
}

// The content is still to be looked at only where all else is good.
static enum pc_status begin(struct pc_judging *job, const struct pc_trusted_keys *keys,
                            const struct pc_content_before *before)
{
    enum pc_trust_verdict verdict = PC_TRUST_UNKNOWN;
    PC_TRY(judge_record(job, keys, &verdict));
    if (verdict == PC_TRUST_GOOD) {
        return pc_digesting_new(job->snapshot, before, &job->digesting);
    }
    job->judgement.verdict = verdict;
    job->done = true;
    return PC_OK;
}

enum pc_status pc_judging_new(struct pc_snapshot *snapshot, const struct pc_trust_basis *basis,
                              const struct pc_content_before *before, struct pc_judging **out)
{
    if (basis == NULL || basis->keys == NULL) {
        return PC_ERR_USAGE;
    }
    PC_TRY(pc_crypto_init());
    struct pc_judging *job = calloc(1, sizeof(*job));
    if (job == NULL) {
        return PC_ERR_NOMEM;
    }
    job->snapshot = snapshot;
    job->judgement.seen = basis->seen;
    enum pc_status status = begin(job, basis->keys, before);
    if (status != PC_OK) {
        pc_judging_free(job);
        return status;
    }
    *out = job;
    return PC_OK;
}

void pc_judging_free(struct pc_judging *job)
{
    if (job != NULL) {
        pc_digesting_free(job->digesting);
        free(job);
    }
}

// The content -------------------------------------------------------------------------------------

static void compare_content(struct pc_judging *job)
{
    const struct pc_hash digest = pc_content_digest(pc_digesting_content(job->digesting));
    bool same = pc_hash_eq(&digest, &job->judgement.signature.digest);
    job->judgement.verdict = same ? PC_TRUST_GOOD : PC_TRUST_ALTERED;
    job->done = true;
}

enum pc_status pc_judging_step(struct pc_judging *job, size_t bytes, bool *done)
{
    bool digested = false;
    if (!job->done) {
        PC_TRY(pc_digesting_step(job->digesting, bytes, &digested));
    }
    if (digested) {
        compare_content(job);
    }
    *done = job->done;
    return PC_OK;
}

const struct pc_judgement *pc_judging_result(const struct pc_judging *job)
{
    return &job->judgement;
}

struct pc_content *pc_judging_take(struct pc_judging *job)
{
    bool good = job->done && job->judgement.verdict == PC_TRUST_GOOD;
    return good ? pc_digesting_take(job->digesting) : NULL;
}

enum pc_status pc_trust_judge(struct pc_snapshot *snapshot, const struct pc_trust_basis *basis,
                              const struct pc_content_before *before, struct pc_judgement *out,
                              struct pc_content **content)
{
    struct pc_judging *job;
    bool done = false;
    PC_TRY(pc_judging_new(snapshot, basis, before, &job));
    enum pc_status status = PC_OK;
    while (status == PC_OK && !done) {
        status = pc_judging_step(job, SIZE_MAX, &done);
    }
    if (status == PC_OK) {
        *out = *pc_judging_result(job);
    }
    if (status == PC_OK && content != NULL) {
        *content = pc_judging_take(job);
    }
    pc_judging_free(job);
    return status;
}

// Accepting ---------------------------------------------------------------------------------------

struct pc_seen pc_judgement_edition(const struct pc_judgement *judgement)
{
    return (struct pc_seen){judgement->signature.serial, judgement->signature.digest};
}

enum pc_status pc_trust_accept(const struct pc_seen_file *seen, struct pc_diags *diags,
                               struct pc_judgement *judgement)
{
    if (seen->path == NULL || judgement->verdict != PC_TRUST_GOOD) {
        return PC_OK;
    }
    const struct pc_seen edition = pc_judgement_edition(judgement);
    struct pc_seen before;
    enum pc_seen_order order;
    judgement->verdict = PC_TRUST_UNKNOWN;
    PC_TRY(pc_seen_advance(seen, &edition, diags, &before, &order));
    judgement->verdict = verdict_of_order(order);
    judgement->seen = before;
    return PC_OK;
}
