// SPDX-License-Identifier: Apache-2.0
//
// What a decision is. Allowed is a bit pattern far from zero and from the denies, so that a zeroed,
// early-returned or corrupted value is not allowed. Compare with PC_DECISION_ALLOWED, never by
// truth value.
#ifndef PC_EVAL_DECISION_H
#define PC_EVAL_DECISION_H

#include "image/view.h"

enum pc_decision {
    PC_DECISION_IMPLICIT_DENY = 0,
    PC_DECISION_EXPLICIT_DENY = 1,
    PC_DECISION_ALLOWED = 0x5ac35ac3,
};

// The policy types of an answer, in the order of `primary` for implicit denies where 7.3 does not
// say otherwise.
enum pc_slot {
    PC_SLOT_IDENTITY = 0,
    PC_SLOT_RESOURCE,
    PC_SLOT_BOUNDARY,
    PC_SLOT_SESSION,
    PC_SLOT_SCP,
    PC_SLOT_RCP,
    PC_SLOT_ENDPOINT,
    PC_SLOTS, // their number; as a primary blocker: none
};

// "allowed", "implicitDeny", "explicitDeny"; an unknown value reads as "implicitDeny".
const char *pc_decision_text(enum pc_decision decision);

// "identity", "resource", "boundary", "session", "scp", "rcp", "endpoint"; "none".
const char *pc_slot_text(enum pc_slot slot);

// The policies that apply to a request, by type. Images are borrowed. NULL or a count of zero: none
// of that type is set, which restricts nothing; an image without statements allows nothing.
struct pc_policies {
    const struct pc_image *identity, *boundary, *session, *endpoint;
    const struct pc_image *resource; // one, or several that are looked at together
    size_t resource_count;
    const struct pc_image *scp; // levels, from the root down
    size_t scp_count;
    const struct pc_image *rcp; // levels; each has RCPFullAWSAccess in addition
    size_t rcp_count;
};

struct pc_deciding {
    enum pc_slot slot;
    const struct pc_image *image;
    uint32_t statement;
};

struct pc_answer {
    enum pc_decision decision;
    enum pc_slot primary; // first blocker of a denied request; PC_SLOTS: none
    uint32_t blocked_by;  // bit 1 << slot

    // Deciding statements: for an explicit deny the Deny statements that matched, for an allow the
    // Allow statements of the identity and resource policies, else none. Valid until the scratch is
    // used again.
    const struct pc_deciding *deciding;
    size_t deciding_count;

    // Keys that the request lacks and a condition asked for, spelt as a policy writes them, each
    // once (compared without case), in the order met. Valid as long as the images and the scratch.
    const struct pc_str *missing;
    size_t missing_count;
};

#endif
