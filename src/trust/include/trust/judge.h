// SPDX-License-Identifier: Apache-2.0
//
// Whether a state of a store may be answered from, by whom it is signed. There is no way to judge
// without keys: who has none configured does not ask.
//
// The status of a call says whether the question could be answered; the verdict is the answer, and
// anything but PC_TRUST_GOOD is a no.
#ifndef PC_TRUST_JUDGE_H
#define PC_TRUST_JUDGE_H

#include "trust/keys.h"
#include "trust/seen.h"
#include "trust/signature.h"

enum pc_trust_verdict {
    PC_TRUST_UNKNOWN = 0, // not known yet
    PC_TRUST_UNSIGNED,    // there is no signature
    PC_TRUST_MALFORMED,   // what is in the place of a signature is none
    PC_TRUST_UNTRUSTED,   // signed with a key that is not in the set
    PC_TRUST_FORGED,      // the signature is not the key's
    PC_TRUST_OLDER,       // a newer one was seen
    PC_TRUST_OTHER,       // another one of the same serial was seen
    PC_TRUST_ALTERED,     // the content is not what was signed
    PC_TRUST_GOOD = 0x476f6f64,
};

// By what a state is judged. Borrowed.
struct pc_trust_basis {
    const struct pc_trusted_keys *keys;
    struct pc_seen seen; // the newest that this process accepted; zeroed: none
};

struct pc_judgement {
    enum pc_trust_verdict verdict;
    struct pc_signature signature;        // zeroed when it is unsigned or malformed
    struct pc_seen seen;                  // what it was compared with
    char key_name[PC_TRUST_NAME_MAX + 1]; // as the set names the key; "": not in it, or no name
};

// A judgement in steps: what costs little first (signature, key, serial), then the content.
struct pc_judging;

// Snapshots and content of `before` (NULL: none) are borrowed until it is freed; the basis is not
// needed any more when this returns. PC_ERR_NOMEM. PC_ERR_USAGE: no keys, or `before` is of another
// store. PC_ERR_INTERNAL: pc_crypto_init fails. Others as pc_snapshot_get.
PC_MUST_CHECK enum pc_status pc_judging_new(struct pc_snapshot *snapshot,
                                            const struct pc_trust_basis *basis,
                                            const struct pc_content_before *before,
                                            struct pc_judging **out);
void pc_judging_free(struct pc_judging *job); // NULL is fine

// Goes on for about so many bytes of content (pc_digesting_step). *done: there is a verdict.
// Statuses as pc_digesting_step; after a failure the verdict stays PC_TRUST_UNKNOWN.
PC_MUST_CHECK enum pc_status pc_judging_step(struct pc_judging *job, size_t bytes, bool *done);

// What is known so far; valid until the next step or free.
const struct pc_judgement *pc_judging_result(const struct pc_judging *job);

// The state's content when the verdict is PC_TRUST_GOOD, and the caller's then, for the `before` of
// a later state; NULL otherwise, and the second time.
struct pc_content *pc_judging_take(struct pc_judging *job);

// All steps at once. *content: as pc_judging_take; NULL: not wanted.
PC_MUST_CHECK enum pc_status pc_trust_judge(struct pc_snapshot *snapshot,
                                            const struct pc_trust_basis *basis,
                                            const struct pc_content_before *before,
                                            struct pc_judgement *out, struct pc_content **content);

// The edition that was judged, for pc_seen_compare and pc_seen_advance.
struct pc_seen pc_judgement_edition(const struct pc_judgement *judgement);

// Accepts what was judged good and checked otherwise, before the first answer from it: advances the
// file of what was seen (its path NULL: there is none), and lowers the verdict to PC_TRUST_OLDER or
// PC_TRUST_OTHER where that says so. A verdict other than PC_TRUST_GOOD stays, and the file too.
// Statuses as pc_seen_advance, and the verdict is PC_TRUST_UNKNOWN then.
PC_MUST_CHECK enum pc_status pc_trust_accept(const struct pc_seen_file *seen,
                                             struct pc_diags *diags,
                                             struct pc_judgement *judgement);

// "good", "unsigned" ...: the verdict in one word, for programs.
const char *pc_trust_verdict_word(enum pc_trust_verdict verdict);

// Reports why the verdict is not good, with the store's path as the place (STORE_UNSIGNED,
// STORE_UNTRUSTED, STORE_FORGED, STORE_ALTERED, STORE_ROLLBACK); of PC_TRUST_GOOD nothing.
void pc_trust_report(struct pc_diags *diags, struct pc_str path,
                     const struct pc_judgement *judgement);

#endif
