// SPDX-License-Identifier: Apache-2.0
//
// Why a request is allowed or denied: what each policy type said, which of them decided, what kept
// each statement from matching, nearest misses first, and what would have to be otherwise for it to
// be allowed. It watches the one evaluator (eval/observer.h) and asks it what would follow from
// other words of a policy type (eval/verdicts.h); it decides nothing itself.
//
// Linear in the statements, but for the misses that are sorted on demand.
#ifndef PC_EXPLAIN_EXPLAIN_H
#define PC_EXPLAIN_EXPLAIN_H

#include "base/arena.h"
#include "eval/observer.h"

// What became of one statement.
struct pc_explained {
    struct pc_deciding deciding; // the statement; eval/told.h has its words
    bool allows;                 // its effect
    uint32_t level;              // of scp and rcp: from the root, 0; else 0
    enum pc_obstacle obstacle;   // the first thing that keeps it from matching

    // Below: only of a statement that is near, or matches.
    bool near; // it matches, or is about the action's service or everything but the action
    bool action, resource, principal;     // does this part match by itself?
    const struct pc_image_action *listed; // by NotAction: the entry that spares the action, or NULL
    struct pc_observed_entry entry;       // of Resource or NotResource, nearest; without one NULL
    uint32_t conditions, held;            // that it has, and of them hold
    const uint32_t *failed; // places of the others in the statement, conditions - held
    uint32_t nearness;      // the larger, the nearer; 0 of one that is not near
};

enum pc_said {
    PC_SAID_NOT_SET = 0, // there is no policy of that type
    PC_SAID_NOT_APPLIED, // there is one, which does not count for this request (7.1)
    PC_SAID_NOTHING,     // no statement of it allows the request, and none denies it
    PC_SAID_ALLOW,       // of rcp: nothing denies, and each level allows everything
    PC_SAID_DENY,
};

// "notSet", "doesNotApply", "doesNotAllow", "allows", "denies"; an unknown value reads as
// "doesNotAllow".
const char *pc_said_text(enum pc_said said);

// The word of one policy type.
struct pc_explained_type {
    enum pc_slot slot;
    enum pc_said said;
    bool decides;  // the decision is of this type: by itself, or as well as by others
    size_t denies; // statements of it that match and deny
};

// One thing that would have to be otherwise. For a request to be allowed all needs of its
// explanation have to be met, and that suffices.
struct pc_explained_need {
    bool no_deny; // `statement` must not match; else: the type has to allow
    enum pc_slot slot;
    uint32_t level;            // of scp
    enum pc_strength strength; // of resource: how it has to name the caller, at the least
    // Of no_deny the Deny; else of the statements that could allow the one that comes nearest, NULL
    // where none is near.
    const struct pc_explained *statement;
};

struct pc_explanation {
    struct pc_arena *arena;
    const struct pc_request *request;
    const struct pc_policies *policies;
    struct pc_answer answer; // that of pc_decide with reasons
    struct pc_verdicts verdicts;
    enum pc_status status; // of memory, while it is made

    struct pc_explained *statements; // of all policies that apply, as the evaluator goes
    size_t count, capacity;

    struct pc_explained_type types[PC_SLOTS]; // in AWS's order
    bool has_account;                         // the caller is of an account
    bool across;                              // which is not the owner's of the resource
    bool whatever; // policies cannot change it

    struct pc_explained_need *needs; // of a denied request; none where `whatever`
    size_t need_count;
    // Where the needs ask identity, boundary or session policies and the resource has a policy: if
    // that names the caller so, they are not needed. NONE: there is no such way.
    enum pc_strength instead;
};

// A finished request, what it is asked of and how. flags: PC_DECIDE_*.
struct pc_explain_question {
    const struct pc_policies *policies;
    const struct pc_request *request;
    unsigned flags;
    struct pc_scratch *scratch;
};

// Explains the decision. Everything in *out borrows from arena, policies, request and scratch, and
// is valid until one of them changes. PC_ERR_NOMEM. On a failure out->answer is a deny and nothing
// else counts.
PC_MUST_CHECK enum pc_status pc_explain(struct pc_arena *arena,
                                        const struct pc_explain_question *question,
                                        struct pc_explanation *out);

// The same for who decides through somebody else (account/asker.h): begin, hand the observer over,
// and end with the status and answer of the observed decision, which must be about that request and
// those policies.
void pc_explain_begin(struct pc_explanation *explanation, struct pc_arena *arena,
                      const struct pc_policies *policies, const struct pc_request *request);
struct pc_observer pc_explain_observer(struct pc_explanation *explanation);
PC_MUST_CHECK enum pc_status pc_explain_end(struct pc_explanation *explanation,
                                            enum pc_status status, const struct pc_answer *answer);

// The statements that did not match and could have changed the answer, nearest first: Allows of the
// types that the needs name; with `all` those of all types and effects, also what is not near. At
// most `most` of them, into `out`. Gives their number.
size_t pc_explanation_misses(const struct pc_explanation *explanation, bool all,
                             const struct pc_explained **out, size_t most);

// Sentences. They hold texts of policies and of the request as they are: not for a terminal without
// pc_buf_printable. What is long is cut, and lists end with how many more there are.

// Appends the first thing that keeps the statement from matching: "2 of 3 conditions hold;
// aws:SourceVpce is absent", "resource differs at field 6: photos/* is not logs/x". Of one that
// matches "it matches".
void pc_explained_write_miss(struct pc_buf *out, const struct pc_explanation *explanation,
                             const struct pc_explained *statement);

// What a statement lacks, one after the other: for it to match, or of one that matches not to.
// Each is a clause behind "if": "its resource covered ARN", "aws:SourceVpce were vpce-1". All of
// them are needed to match; any one of them suffices not to.
size_t pc_explained_lacks(const struct pc_explained *statement);
void pc_explained_write_lack(struct pc_buf *out, const struct pc_explanation *explanation,
                             const struct pc_explained *statement, size_t at);

// Appends what a need asks for, without its statement: "an identity policy of the caller has to
// allow s3:GetObject on ARN".
void pc_explained_need_write(struct pc_buf *out, const struct pc_explanation *explanation,
                             const struct pc_explained_need *need);

// Appends what `instead`, which is not NONE, offers in place of some of the needs: "or, in place of
// the identity and boundary policies, the policy of the resource has to allow it and to name the
// role".
void pc_explanation_write_instead(struct pc_buf *out, const struct pc_explanation *explanation);

// The condition at a place of a statement (of `failed`, or below `conditions`).
struct pc_explained_condition {
    const struct pc_image *image;
    const struct pc_image_condition *condition;
    struct pc_str key;                  // as the policy writes it
    const struct pc_context_entry *has; // what the request has of it; NULL: nothing
};
struct pc_explained_condition pc_explained_condition_at(const struct pc_explanation *explanation,
                                                        const struct pc_explained *statement,
                                                        uint32_t at);

// Appends the name of its operator, as policies write it; and its value at a place below
// condition->values.count, whole.
void pc_explained_operator_write(struct pc_buf *out,
                                 const struct pc_explained_condition *condition);
void pc_explained_value_write(struct pc_buf *out, const struct pc_explained_condition *condition,
                              uint32_t at);

// Appends "StringEquals of aws:PrincipalOrgID: the request has o-abc, wanted is o-xyz", or
// "aws:SourceVpce is absent".
void pc_explained_condition_write(struct pc_buf *out, const struct pc_explanation *explanation,
                                  const struct pc_explained_condition *condition);

#endif
