// SPDX-License-Identifier: Apache-2.0
//
// What would have to be otherwise for the request to be allowed. Which policy types have to say
// what is found out by asking the evaluator what would follow (eval/verdicts.h): first what
// suffices, then each is taken back without which the rest suffices. So all needs are needed, and
// no more is.
#include "parts.h"

// Policy types that may have to allow. The rows are taken back in this order.
static const enum pc_slot movable[] = {PC_SLOT_SCP, PC_SLOT_ENDPOINT, PC_SLOT_IDENTITY,
                                       PC_SLOT_BOUNDARY, PC_SLOT_SESSION};

enum {
    MOVABLE = sizeof(movable) / sizeof(movable[0]),
};

static bool suffices(const struct pc_explanation *explanation, const struct pc_verdicts *verdicts)
{
    enum pc_slot primary;
    return pc_verdicts_decide(verdicts, explanation->request, &primary) == PC_DECISION_ALLOWED;
}

// What the types say, but that nothing denies.
static struct pc_verdicts without_denies(const struct pc_explanation *explanation)
{
    struct pc_verdicts verdicts = explanation->verdicts;
    for (size_t slot = 0; slot < PC_SLOTS; slot++) {
        verdicts.sets[slot].deny = false;
    }
    return verdicts;
}

static void allow(struct pc_verdicts *verdicts, enum pc_slot slot)
{
    if (slot == PC_SLOT_SCP) {
        verdicts->levels_allow = true;
        return;
    }
    verdicts->applies[slot] = true; // a federated user needs a session policy
    verdicts->sets[slot].allow = true;
}

static void take_back(struct pc_verdicts *verdicts, const struct pc_verdicts *from,
                      enum pc_slot slot)
{
    verdicts->levels_allow = slot == PC_SLOT_SCP ? from->levels_allow : verdicts->levels_allow;
    verdicts->applies[slot] = from->applies[slot];
    verdicts->sets[slot] = from->sets[slot];
}

// Can a Principal name this caller so (SEMANTICS.md 4.2)?
static bool can_name(const struct pc_caller *caller, enum pc_strength strength)
{
    switch (strength) {
    case PC_STRENGTH_ACCOUNT: // of root its account is itself
        return caller->account.len > 0 && caller->kind != PC_CALLER_ROOT;
    case PC_STRENGTH_PARENT:
        return caller->kind == PC_CALLER_FEDERATED_USER;
    case PC_STRENGTH_ROLE:
        return caller->kind == PC_CALLER_SESSION;
    case PC_STRENGTH_ANY:
        return true;
    case PC_STRENGTH_SELF:
        return pc_caller_has_own_name(caller);
    case PC_STRENGTH_NONE:
        break;
    }
    return false;
}

// The weakest way in which the resource's policy may name the caller so that it suffices, or NONE.
static enum pc_strength weakest(const struct pc_explanation *explanation,
                                const struct pc_verdicts *verdicts)
{
    struct pc_verdicts tried = *verdicts;
    for (int strength = PC_STRENGTH_ACCOUNT; strength <= PC_STRENGTH_SELF; strength++) {
        tried.sets[PC_SLOT_RESOURCE] =
            (struct pc_verdict){.allow = true, .strength = (enum pc_strength)strength};
        if (can_name(&explanation->request->caller, (enum pc_strength)strength) &&
            suffices(explanation, &tried)) {
            return (enum pc_strength)strength;
        }
    }
    return PC_STRENGTH_NONE;
}

// Of the Allows of a type, and level, the one that comes nearest.
static const struct pc_explained *nearest(const struct pc_explanation *explanation,
                                          const struct pc_explained_need *need)
{
    const struct pc_explained *best = NULL;
    for (size_t i = 0; i < explanation->count; i++) {
        const struct pc_explained *statement = &explanation->statements[i];
        bool fits = statement->deciding.slot == need->slot && statement->allows &&
                    statement->level == need->level;
        if (fits && statement->nearness > (best != NULL ? best->nearness : 0)) {
            best = statement;
        }
    }
    return best;
}

static void add(struct pc_explanation *explanation, struct pc_explained_need need)
{
    if (!need.no_deny) {
        need.statement = nearest(explanation, &need);
    }
    explanation->needs[explanation->need_count++] = need;
}

static bool level_allows(const struct pc_explanation *explanation, uint32_t level)
{
    for (size_t i = 0; i < explanation->count; i++) {
        const struct pc_explained *statement = &explanation->statements[i];
        if (statement->deciding.slot == PC_SLOT_SCP && statement->level == level &&
            statement->allows && pc_explained_matches(statement)) {
            return true;
        }
    }
    return false;
}

static void add_levels(struct pc_explanation *explanation)
{
    for (uint32_t level = 0; level < explanation->policies->scp_count; level++) {
        if (!level_allows(explanation, level)) {
            add(explanation, (struct pc_explained_need){.slot = PC_SLOT_SCP, .level = level});
        }
    }
}

static void add_denies(struct pc_explanation *explanation)
{
    for (size_t i = 0; i < explanation->count; i++) {
        const struct pc_explained *statement = &explanation->statements[i];
        if (!statement->allows && pc_explained_matches(statement)) {
            add(explanation, (struct pc_explained_need){.no_deny = true,
                                                        .slot = statement->deciding.slot,
                                                        .level = statement->level,
                                                        .statement = statement});
        }
    }
}

// Takes back what the rest suffices without; the others are needs. *without: what is said, and what
// SCPs and the endpoint have to allow.
static void add_types(struct pc_explanation *explanation, const struct pc_verdicts *said,
                      struct pc_verdicts *enough, struct pc_verdicts *without)
{
    *without = *said;
    for (size_t i = 0; i < MOVABLE; i++) {
        struct pc_verdicts less = *enough;
        enum pc_slot slot = movable[i];
        take_back(&less, said, slot);
        if (suffices(explanation, &less)) {
            *enough = less;
            continue;
        }
        if (slot == PC_SLOT_SCP) {
            add_levels(explanation);
        } else {
            add(explanation, (struct pc_explained_need){.slot = slot});
        }
        if (slot == PC_SLOT_SCP || slot == PC_SLOT_ENDPOINT) {
            allow(without, slot);
        }
    }
}

static bool asks_caller_side(const struct pc_explanation *explanation)
{
    for (size_t i = 0; i < explanation->need_count; i++) {
        if (pc_explained_need_is_spared(&explanation->needs[i])) {
            return true;
        }
    }
    return false;
}

static void find_needs(struct pc_explanation *explanation)
{
    const struct pc_verdicts said = without_denies(explanation);
    struct pc_verdicts enough = said;
    struct pc_verdicts without;
    enum pc_strength strength = PC_STRENGTH_NONE;
    for (size_t i = 0; i < MOVABLE; i++) {
        allow(&enough, movable[i]);
    }
    if (!suffices(explanation, &enough)) {
        strength = weakest(explanation, &enough);
        enough.sets[PC_SLOT_RESOURCE] = (struct pc_verdict){.allow = true, .strength = strength};
        add(explanation,
            (struct pc_explained_need){.slot = PC_SLOT_RESOURCE, .strength = strength});
    }
    add_types(explanation, &said, &enough, &without);
    if (explanation->policies->resource_count > 0 && asks_caller_side(explanation)) {
        explanation->instead = weakest(explanation, &without);
    }
}

enum pc_status pc_explain_needs(struct pc_explanation *explanation)
{
    if (explanation->answer.decision == PC_DECISION_ALLOWED || explanation->whatever) {
        return PC_OK;
    }
    size_t most = MOVABLE + 1 + explanation->policies->scp_count;
    for (size_t i = 0; i < PC_SLOTS; i++) {
        most += explanation->types[i].denies;
    }
    explanation->needs = pc_arena_array(explanation->arena, most, sizeof(*explanation->needs));
    if (explanation->needs == NULL) {
        return PC_ERR_NOMEM;
    }
    add_denies(explanation);
    find_needs(explanation);
    return PC_OK;
}
