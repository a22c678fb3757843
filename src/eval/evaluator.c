// SPDX-License-Identifier: Apache-2.0
//
// The decision algorithm of SEMANTICS.md 7.3, and who blocked (7.6). SCPs and RCPs can only take
// away: no grant looks at them.
#include "eval/evaluator.h"

#include "context.h"
#include "eval/verdicts.h"
#include "service_rules.h"
#include "set.h"

enum {
    KEYS_A_STEP = 16, // that are looked at
};

// What the grants of 7.3, step 3, depend on.
struct grants {
    const struct pc_request *request;
    enum pc_strength resource; // strongest Allow of the resource policy
    bool identity, boundary, session;
};

static bool caller_has_account(const struct pc_request *request)
{
    return request->caller.account.len > 0;
}

static bool caller_acts_as_root(const struct pc_caller *caller)
{
    struct pc_caller parent;
    if (caller->kind == PC_CALLER_FEDERATED_USER) {
        return pc_caller_parse(caller->parent, &parent) && parent.kind == PC_CALLER_ROOT;
    }
    return caller->kind == PC_CALLER_ROOT;
}

static bool scp_applies(const struct pc_request *request)
{
    return caller_has_account(request) && !request->management_account &&
           !pc_caller_is_service_linked(&request->caller);
}

// Which policy types apply (7.1). Root has neither identity policies nor a boundary, and so has a
// federated user whose parent it is.
static void find_applicable(const struct pc_policies *policies, const struct pc_request *request,
                            bool *applies)
{
    bool has_account = caller_has_account(request);
    bool has_identity = has_account && !caller_acts_as_root(&request->caller);
    applies[PC_SLOT_IDENTITY] = policies->identity != NULL && has_identity;
    applies[PC_SLOT_RESOURCE] = policies->resource_count > 0;
    applies[PC_SLOT_BOUNDARY] = policies->boundary != NULL && has_identity;
    applies[PC_SLOT_SESSION] = policies->session != NULL && has_account;
    applies[PC_SLOT_SCP] = policies->scp_count > 0 && scp_applies(request);
    applies[PC_SLOT_RCP] = policies->rcp_count > 0 && pc_rcp_applies(request);
    applies[PC_SLOT_ENDPOINT] = policies->endpoint != NULL;
}

static enum pc_status evaluate_one(const struct pc_set_walk *walk, const struct pc_image *image,
                                   enum pc_slot slot, struct pc_verdicts *verdicts)
{
    return verdicts->applies[slot] ? pc_set_evaluate(walk, image, slot, &verdicts->sets[slot])
                                   : PC_OK;
}

static enum pc_status evaluate_levels(const struct pc_set_walk *walk,
                                      const struct pc_policies *policies,
                                      struct pc_verdicts *verdicts)
{
    verdicts->levels_allow = true;
    for (size_t i = 0; verdicts->applies[PC_SLOT_SCP] && i < policies->scp_count; i++) {
        struct pc_verdict level = {0};
        PC_TRY(pc_set_evaluate(walk, &policies->scp[i], PC_SLOT_SCP, &level));
        verdicts->levels_allow = verdicts->levels_allow && level.allow;
        verdicts->sets[PC_SLOT_SCP].deny |= level.deny;
    }
    // every RCP level allows everything, so only a Deny counts.
    for (size_t i = 0; verdicts->applies[PC_SLOT_RCP] && i < policies->rcp_count; i++) {
        struct pc_verdict *rcp = &verdicts->sets[PC_SLOT_RCP];
        PC_TRY(pc_set_evaluate(walk, &policies->rcp[i], PC_SLOT_RCP, rcp));
    }
    return PC_OK;
}

static enum pc_status evaluate_sets(const struct pc_set_walk *walk,
                                    const struct pc_policies *policies,
                                    struct pc_verdicts *verdicts)
{
    PC_TRY(evaluate_one(walk, policies->identity, PC_SLOT_IDENTITY, verdicts));
    for (size_t i = 0; i < policies->resource_count; i++) {
        PC_TRY(evaluate_one(walk, &policies->resource[i], PC_SLOT_RESOURCE, verdicts));
    }
    PC_TRY(evaluate_one(walk, policies->boundary, PC_SLOT_BOUNDARY, verdicts));
    PC_TRY(evaluate_one(walk, policies->session, PC_SLOT_SESSION, verdicts));
    PC_TRY(evaluate_one(walk, policies->endpoint, PC_SLOT_ENDPOINT, verdicts));
    return evaluate_levels(walk, policies, verdicts);
}

// PC_SLOTS: granted; else the first policy type that fails, for a caller whom only the resource's
// own policy can let in; so services and providers assume roles (R-722,
//
static enum pc_slot grant_to_outsider(const struct grants *grants)
{
    bool named =
        grants->resource == PC_STRENGTH_SELF && grants->request->caller.kind != PC_CALLER_ANONYMOUS;
    bool nobody = grants->request->caller.kind == PC_CALLER_NONE;
    return !nobody && (named || grants->resource == PC_STRENGTH_ANY) ? PC_SLOTS : PC_SLOT_RESOURCE;
}

// What the identity policies allow, cut down by boundary and session policies, which grant nothing
// themselves.
static enum pc_slot grant_to_identity(const struct grants *grants)
{
    if (!grants->identity) {
        return PC_SLOT_IDENTITY;
    }
    if (!grants->boundary) {
        return PC_SLOT_BOUNDARY;
    }
    return grants->session ? PC_SLOTS : PC_SLOT_SESSION;
}

// identity or resource policy. An entry for the account is no grant, no resource
// policy is one that names nobody, and a key's or role's own policy has to open the door
// first.
static enum pc_slot grant_in_account(const struct grants *grants)
{
    if (grants->resource == PC_STRENGTH_SELF || grants->resource == PC_STRENGTH_ANY) {
        return PC_SLOTS; // identity, boundary and session policies cannot take it back
    }
    if (grants->resource == PC_STRENGTH_ROLE || grants->resource == PC_STRENGTH_PARENT) {
        struct grants named = *grants;
        named.identity = true; // not needed
        return grant_to_identity(&named);
    }
    if (pc_requires_resource_policy(grants->request) && grants->resource == PC_STRENGTH_NONE) {
        return PC_SLOT_RESOURCE;
    }
    return grant_to_identity(grants);
}

// Step 3 of 7.3: PC_SLOTS when granted, else the first policy type that fails. Across accounts both
// sides have to allow, however exactly the resource policy names the caller.
static enum pc_slot grant(const struct grants *grants)
{
    const struct pc_request *request = grants->request;
    if (!caller_has_account(request)) {
        return grant_to_outsider(grants);
    }
    if (pc_str_eq(request->caller.account, request->resource_account)) {
        return grant_in_account(grants);
    }
    return grants->resource == PC_STRENGTH_NONE ? PC_SLOT_RESOURCE : grant_to_identity(grants);
}

static struct grants grants_of(const struct pc_request *request, const struct pc_verdicts *verdicts)
{
    const struct pc_verdict *sets = verdicts->sets;
    bool federated = request->caller.kind == PC_CALLER_FEDERATED_USER;
    struct grants grants = {
        .request = request,
        .resource = sets[PC_SLOT_RESOURCE].strength,
        .identity = caller_acts_as_root(&request->caller) || sets[PC_SLOT_IDENTITY].allow,
        .boundary = !verdicts->applies[PC_SLOT_BOUNDARY] || sets[PC_SLOT_BOUNDARY].allow,
        .session =
            verdicts->applies[PC_SLOT_SESSION] ? sets[PC_SLOT_SESSION].allow : !federated,
    };
    return grants;
}

// a guard-rail like the others, whose statements have principals.
static bool endpoint_allows(const struct pc_verdicts *verdicts)
{
    return !verdicts->applies[PC_SLOT_ENDPOINT] || verdicts->sets[PC_SLOT_ENDPOINT].allow;
}

// Order in which an explicit deny names its policy type.
static const enum pc_slot deny_order[PC_SLOTS] = {
    PC_SLOT_RCP,      PC_SLOT_SCP,      PC_SLOT_ENDPOINT, PC_SLOT_RESOURCE,
    PC_SLOT_IDENTITY, PC_SLOT_BOUNDARY, PC_SLOT_SESSION,
};

static enum pc_slot first_deny(const struct pc_verdicts *verdicts)
{
    for (size_t i = 0; i < PC_SLOTS; i++) {
        if (verdicts->sets[deny_order[i]].deny) {
            return deny_order[i];
        }
    }
    return PC_SLOTS;
}

// An explicit deny, of whichever policy type, comes before everything. Inlined, so
// that a decision does not pay for its second caller.
__attribute__((always_inline)) static inline void decide(const struct pc_request *request,
                                                         const struct pc_verdicts *verdicts,
                                                         struct pc_answer *answer)
{
    struct grants grants = grants_of(request, verdicts);
    answer->primary = first_deny(verdicts);
    if (answer->primary != PC_SLOTS) {
        answer->decision = PC_DECISION_EXPLICIT_DENY;
        return;
    }
    if (pc_refused_by_service(request)) {
        return; // an implicit deny of nobody
    }
    if (!verdicts->levels_allow) {
        answer->primary = PC_SLOT_SCP;
    } else if (!endpoint_allows(verdicts)) {
        answer->primary = PC_SLOT_ENDPOINT;
    } else {
        answer->primary = grant(&grants);
    }
    bool granted = answer->primary == PC_SLOTS;
    answer->decision = granted ? PC_DECISION_ALLOWED : PC_DECISION_IMPLICIT_DENY;
}

enum pc_slot pc_slot_in_order(size_t place)
{
    return place < PC_SLOTS ? deny_order[place] : PC_SLOTS;
}

enum pc_decision pc_verdicts_decide(const struct pc_verdicts *verdicts,
                                    const struct pc_request *request, enum pc_slot *primary)
{
    struct pc_answer answer = {.decision = PC_DECISION_IMPLICIT_DENY, .primary = PC_SLOTS};
    if (!pc_decided_by_action(request, &answer.decision)) {
        decide(request, verdicts, &answer);
    }
    *primary = answer.primary;
    return answer.decision;
}

// which policy types stopped a request that identity and resource policies alone would have
// let through. A type with a Deny of its own does not count as allowing there.
static uint32_t find_blockers(const struct pc_request *request, const struct pc_verdicts *verdicts)
{
    const struct pc_verdict *sets = verdicts->sets;
    struct grants actual = grants_of(request, verdicts);
    struct grants alone = actual;
    alone.boundary = true;
    alone.session = true;
    alone.identity = alone.identity && !sets[PC_SLOT_IDENTITY].deny;
    if (sets[PC_SLOT_RESOURCE].deny) {
        alone.resource = PC_STRENGTH_NONE;
    }
    if (pc_refused_by_service(request) || grant(&alone) != PC_SLOTS) {
        return 0;
    }
    struct grants bounded = alone;
    struct grants in_session = alone;
    bounded.boundary = actual.boundary;
    in_session.session = actual.session;
    bool stopped[PC_SLOTS] = {
        [PC_SLOT_BOUNDARY] = grant(&bounded) != PC_SLOTS,
        [PC_SLOT_SESSION] = grant(&in_session) != PC_SLOTS,
        [PC_SLOT_SCP] = !verdicts->levels_allow,
        [PC_SLOT_ENDPOINT] = !endpoint_allows(verdicts),
    };
    uint32_t blockers = 0;
    for (size_t slot = 0; slot < PC_SLOTS; slot++) {
        blockers |= stopped[slot] || sets[slot].deny ? 1U << slot : 0;
    }
    return blockers;
}

static bool is_deciding(const struct pc_deciding *matched, enum pc_decision decision)
{
    const struct pc_image_statement *statement =
        pc_image_statement(matched->image, matched->statement);
    bool allows = statement->effect == PC_IMAGE_ALLOW;
    if (decision == PC_DECISION_EXPLICIT_DENY) {
        return !allows;
    }
    bool grants = matched->slot == PC_SLOT_IDENTITY || matched->slot == PC_SLOT_RESOURCE;
    return decision == PC_DECISION_ALLOWED && allows && grants;
}

// Keeps the deciding ones among the statements that matched, or all of them, in place.
static void keep_deciding(struct pc_scratch *scratch, bool all, struct pc_answer *answer)
{
    size_t kept = 0;
    for (size_t i = 0; i < scratch->matched_count; i++) {
        if (all || is_deciding(&scratch->matched[i], answer->decision)) {
            scratch->matched[kept++] = scratch->matched[i];
        }
    }
    answer->deciding = scratch->matched;
    answer->deciding_count = kept;
    answer->missing = scratch->missing;
    answer->missing_count = scratch->missing_count;
}

// Keys that AWS does not know, and tags, are looked for one after the other.
static uint64_t find_steps(const struct pc_request *request)
{
    size_t others = request->context == NULL ? 0 : request->context->other_count;
    return 1 + (others + request->caller.tag_count + request->resource_tag_count) / KEYS_A_STEP;
}

// The resource's fields as patterns are matched against them; a request that was not finished has
// none yet. Of what is no ARN no field is set, for none is read.
static void fill_subject(const struct pc_request *request, struct pc_arn_subject *out)
{
    const struct pc_arn *arn = &request->arn;
    if (!request->arn_read) {
        *out = pc_arn_subject_of(request->resource);
        return;
    }
    out->is_arn = request->is_arn;
    if (request->is_arn) {
        out->fields[0] = PC_STR("arn");
        out->fields[1] = arn->partition;
        out->fields[2] = arn->service;
        out->fields[3] = arn->region;
        out->fields[4] = arn->account;
        out->fields[5] = arn->resource;
    }
}

enum pc_status pc_decide(const struct pc_policies *policies, const struct pc_request *request,
                         unsigned flags, struct pc_scratch *scratch, struct pc_answer *answer)
{
    struct pc_question question;
    const struct pc_variables variables = {pc_variable_of_question, &question};
    struct pc_verdicts verdicts = {0};
    struct pc_arn_subject resource;
    find_applicable(policies, request, verdicts.applies);
    fill_subject(request, &resource);
    question = (struct pc_question){
        .request = request,
        .resource = &resource,
        .service_hash = request->service_hash,
        .name_hash = request->name_hash,
        .env = {&variables, scratch->cache},
        .effort = &scratch->effort,
        .find_steps = find_steps(request),
        .resource_steps = pc_effort_of(request->resource.len),
        .boundary = verdicts.applies[PC_SLOT_BOUNDARY],
        .account_link = (flags & PC_DECIDE_NO_ACCOUNT_LINK) == 0,
    };
    if ((flags & (PC_DECIDE_GENEROUS | PC_DECIDE_STRICT)) != 0) {
        flags |= request->actions != NULL ? PC_DECIDE_NO_INDEX : 0; // it finds one action
        question.any_resource = request->resource_is_pattern;
        question.several = request->stranger || pc_caller_is_any_session(&request->caller);
    }
    const struct pc_set_walk walk = {&question, scratch, flags};
    *answer = (struct pc_answer){.decision = PC_DECISION_IMPLICIT_DENY, .primary = PC_SLOTS};
    if ((flags & PC_DECIDE_WIDE_STARS) != 0) {
        PC_TRY(pc_scratch_reach(scratch, request->resource.len + 1));
        question.reached = scratch->reached;
    }
    scratch->matched_count = 0;
    scratch->missing_count = 0;
    scratch->effort.left = PC_DECIDE_MOST_STEPS;
    PC_TRY(evaluate_sets(&walk, policies, &verdicts));
    if (pc_effort_is_spent(&scratch->effort)) {
        return PC_ERR_EFFORT;
    }
    if (scratch->observer != NULL && scratch->observer->verdicts != NULL) {
        *scratch->observer->verdicts = verdicts;
    }
    bool reasons = (flags & PC_DECIDE_NO_REASONS) == 0;
    if (!pc_decided_by_action(request, &answer->decision)) {
        decide(request, &verdicts, answer);
        bool denied = answer->decision != PC_DECISION_ALLOWED;
        answer->blocked_by = reasons && denied ? find_blockers(request, &verdicts) : 0;
    }
    if (reasons) {
        keep_deciding(scratch, (flags & PC_DECIDE_ALL_MATCHED) != 0, answer);
    }
    return PC_OK;
}
