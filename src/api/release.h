// SPDX-License-Identifier: Apache-2.0
//
// What a thread needs to release secrets, beside its scratch, which it belongs to: the question,
// which reasons are asked about afterwards, and the policies of keys, compiled.
#ifndef PC_API_RELEASE_H
#define PC_API_RELEASE_H

#include "crypto/hash.h"
#include "request.h"
#include "scratch.h"
#include "secrets.h"

enum {
    PC_RELEASE_POLICIES = 16, // policies of keys that are kept compiled
};

// A key's policy, compiled from a text with that digest.
struct pc_release_policy {
    struct pc_hash digest;          // pc_vault_key.policy_digest
    struct polcheck_policy *policy; // NULL: free
};

struct pc_release {
    struct polcheck_request request; // the question
    struct pc_arena arena;           // its texts
    struct pc_release_policy policies[PC_RELEASE_POLICIES];

    // What was found out about it.
    struct pc_str function;  // its ARN
    struct pc_str own;       // its own session
    struct pc_str role;      // its execution role
    struct pc_str principal; // who asks
    struct pc_str *declared; // names of its environment
    size_t declared_count;
    struct pc_vault_key key; // that its secrets are sealed under; "" arn: not found out
    uint32_t key_version;
};

// The release state of a scratch, made at its first use. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_release_of(struct polcheck_scratch *scratch,
                                           struct pc_release **out);
void pc_release_free(struct pc_release *release); // NULL is fine

// Forgets the question of before and takes who asks for what, which is written down whatever comes
// of it. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_release_begin(struct pc_release *release,
                                              const struct polcheck_release *wanted);

// Finds out who the function's own session is, from the state of the store that the scratch is at.
// POLCHECK_ERR_FUNCTION, and others as a question; reported in the scratch.
enum polcheck_status pc_release_identify(struct polcheck_scratch *scratch,
                                         struct pc_release *release);

// Makes the question: may the principal kms:Decrypt with the key for the function?
// POLCHECK_ERR_KEY: its policy is not one.
enum polcheck_status pc_release_question(struct polcheck_scratch *scratch,
                                         struct pc_release *release,
                                         const struct polcheck_release *wanted);

// Appends what became of a release to the audit log.
enum polcheck_status pc_release_record(struct polcheck_scratch *scratch,
                                       const struct pc_release *release,
                                       const struct polcheck_release *wanted,
                                       struct pc_vault *vault, const struct pc_opened *opened);

#endif
