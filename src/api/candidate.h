// SPDX-License-Identifier: Apache-2.0
//
// A state of a store that may become the engine's edition, or the edition itself once more: judged
// by the trusted keys, if there are any, then verified, a little at a time. A candidate that is not
// done is no edition, whatever of it was found good so far.
#ifndef PC_API_CANDIDATE_H
#define PC_API_CANDIDATE_H

#include <stdatomic.h>

#include "account/verify.h"
#include "edition.h"
#include "keyring.h"

struct pc_candidate {
    struct pc_store *store;       // NULL: there is no candidate
    struct pc_snapshot *snapshot; // of it
    struct pc_snapshot *before;   // of the edition, if that is an earlier state of the same store
    bool unverified;              // will do as it is; never with trusted keys
    bool again;                   // it is the edition's own state
    bool aside;                 // it was opened to be looked at, and is no edition when it is done
    bool interrupted;           // the last step ended before its time (pc_candidate_step)
    uint64_t keys;              // version of the keyring that it is judged by
    struct pc_judging *judging; // until there is a verdict
    struct pc_judgement judgement;
    struct pc_content *content; // once it was judged good
    struct pc_verification *verification;
};

// A state to begin with.
struct pc_candidate_source {
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    const struct pc_edition *before; // the edition, if it is of the same store and is kept until
                                     // the candidate is gone; NULL: nothing is known
    bool unverified; // where no keys are trusted, it is verified by those who ask it, bit by bit
    bool again;      // it is the edition's own state, whatever was seen since it was accepted
    bool aside;      // pc_store_open_aside
};

// Begins with a state; takes over its store and snapshot, also on a failure. PC_ERR_NOMEM,
// PC_ERR_INTERNAL, and as pc_keyring_basis.
PC_MUST_CHECK enum pc_status pc_candidate_begin(struct pc_candidate *candidate,
                                                const struct pc_candidate_source *source,
                                                const struct pc_keyring *keyring,
                                                struct pc_diags *diags);

// How long to go on with a candidate.
struct pc_candidate_time {
    uint64_t budget;         // nanoseconds
    const atomic_bool *stop; // when it is set, no longer
};

// Goes on until it is done or its time is over, and the step that was begun is done: one policy
// set, however large, is one step. Every few milliseconds it looks whether to stop, and whether the
// file has the keys still, which it may have to read for that; if it is to stop, or there are other
// keys or none, it is interrupted, for somebody has to see to that, and may go on then.
// PC_ERR_INVALID: the state is not trusted, which is reported. Else as pc_verify_state. After a
// failure only a drop may follow.
PC_MUST_CHECK enum pc_status pc_candidate_step(struct pc_candidate *candidate,
                                               struct pc_keyring *keyring,
                                               const struct pc_candidate_time *time,
                                               struct pc_diags *diags, bool *done);

// Makes an edition of a candidate that is done; there is none then, also on a failure. With trusted
// keys it is admitted (pc_keyring_admit) when this returns PC_OK. PC_ERR_BUSY: not yet; the
// candidate stays, to be accepted later.
PC_MUST_CHECK enum pc_status pc_candidate_accept(struct pc_candidate *candidate,
                                                 struct pc_keyring *keyring, unsigned wait_ms,
                                                 struct pc_diags *diags, struct pc_edition **out);

void pc_candidate_drop(struct pc_candidate *candidate); // none is fine

#endif
