// SPDX-License-Identifier: Apache-2.0
//
// The reference evaluator: answers a case (its request and its policies, as JSON) straight from the
// rules of corpus/SEMANTICS.md, statement by statement, slow and obvious. It shares nothing with
// the engine but the JSON reader and the base types: its own wildcards, ARNs, dates, addresses,
// numbers, conditions, algorithm and checks. It is never changed to agree with the engine without
// reading the rule.
#ifndef REFERENCE_H
#define REFERENCE_H

#include "base/arena.h"
#include "json/reader.h"

enum ref_decision {
    REF_IMPLICIT_DENY = 0,
    REF_EXPLICIT_DENY,
    REF_ALLOWED,
};

enum ref_type {
    REF_IDENTITY = 0,
    REF_RESOURCE,
    REF_BOUNDARY,
    REF_SESSION,
    REF_SCP,
    REF_RCP,
    REF_ENDPOINT,
    REF_TYPES, // their number; as `primary`: none
};

// A statement that decided (CONTRACT: `statements`): its Sid, or "#N".
struct ref_statement {
    enum ref_type type;
    struct pc_str name;
};

struct ref_answer {
    // Why the question is not answered: an invalid policy or request, in words, with the rule; ""
    // when it is answered. Nothing below counts then.
    struct pc_str refused;

    enum ref_decision decision;
    enum ref_type primary; // R-631, of a denied request; REF_TYPES: none
    unsigned blocked_by;   // bit 1 << ref_type
    const struct ref_statement *statements;
    size_t statement_count;
    const struct pc_str *missing; // lower case, each once
    size_t missing_count;
    bool assumed_owner;
};

// "allowed", "implicitDeny", "explicitDeny".
const char *ref_decision_text(enum ref_decision decision);

// "identity" ... "endpoint"; "none".
const char *ref_type_text(enum ref_type type);

// Answers one case: an object with `request` and `policies` (`name`, `expect` and remarks are not
// looked at). `now` is the clock in seconds since 1970 UTC, for aws:CurrentTime and aws:EpochTime.
// The answer's texts live in the arena. Aborts when memory runs out: it is a tool of the tests.
void ref_answer(struct pc_arena *arena, const struct pc_json *subject, int64_t now,
                struct ref_answer *out);

#endif
