// SPDX-License-Identifier: Apache-2.0
//
// What each policy type said, and which of them decided. For an allowed request that is found by
// taking each grant away and asking what would follow.
#include "parts.h"

static bool is_set(const struct pc_policies *policies, enum pc_slot slot)
{
    switch (slot) {
    case PC_SLOT_IDENTITY:
        return policies->identity != NULL;
    case PC_SLOT_RESOURCE:
        return policies->resource_count > 0;
    case PC_SLOT_BOUNDARY:
        return policies->boundary != NULL;
    case PC_SLOT_SESSION:
        return policies->session != NULL;
    case PC_SLOT_SCP:
        return policies->scp_count > 0;
    case PC_SLOT_RCP:
        return policies->rcp_count > 0;
    case PC_SLOT_ENDPOINT:
        return policies->endpoint != NULL;
    case PC_SLOTS:
        break;
    }
    return false;
}

static enum pc_said said_by(const struct pc_explanation *explanation, enum pc_slot slot)
{
    const struct pc_verdict *set = &explanation->verdicts.sets[slot];
    if (!is_set(explanation->policies, slot)) {
        return PC_SAID_NOT_SET;
    }
    if (!explanation->verdicts.applies[slot]) {
        return PC_SAID_NOT_APPLIED;
    }
    if (set->deny) {
        return PC_SAID_DENY;
    }
    bool allows = set->allow;
    if (slot == PC_SLOT_SCP) {
        allows = explanation->verdicts.levels_allow;
    } else if (slot == PC_SLOT_RCP) {
        allows = true;
    }
    return allows ? PC_SAID_ALLOW : PC_SAID_NOTHING;
}

const char *pc_said_text(enum pc_said said)
{
    switch (said) {
    case PC_SAID_NOT_SET:
        return "notSet";
    case PC_SAID_NOT_APPLIED:
        return "doesNotApply";
    case PC_SAID_ALLOW:
        return "allows";
    case PC_SAID_DENY:
        return "denies";
    case PC_SAID_NOTHING:
        break;
    }
    return "doesNotAllow";
}

static bool is_allowed_without(const struct pc_explanation *explanation, enum pc_slot slot)
{
    struct pc_verdicts verdicts = explanation->verdicts;
    enum pc_slot primary;
    verdicts.sets[slot] = (struct pc_verdict){0};
    return pc_verdicts_decide(&verdicts, explanation->request, &primary) == PC_DECISION_ALLOWED;
}

// Identity and resource policies grant. Where either alone would do, both decide.
static bool grants(const struct pc_explanation *explanation, enum pc_slot slot)
{
    enum pc_slot other = slot == PC_SLOT_IDENTITY ? PC_SLOT_RESOURCE : PC_SLOT_IDENTITY;
    bool can = slot == PC_SLOT_IDENTITY || slot == PC_SLOT_RESOURCE;
    if (!can || !explanation->verdicts.sets[slot].allow || explanation->whatever) {
        return false;
    }
    return !is_allowed_without(explanation, slot) || is_allowed_without(explanation, other);
}

static bool decides(const struct pc_explanation *explanation, enum pc_slot slot)
{
    switch (explanation->answer.decision) {
    case PC_DECISION_ALLOWED:
        return grants(explanation, slot);
    case PC_DECISION_EXPLICIT_DENY:
        return explanation->verdicts.sets[slot].deny;
    case PC_DECISION_IMPLICIT_DENY:
        break;
    }
    return explanation->answer.primary == slot;
}

// Would every policy type say what is most for the request, or what is most against it, and the
// decision be the same? Then none of them counts.
static bool is_whatever(const struct pc_explanation *explanation)
{
    struct pc_verdicts most = explanation->verdicts;
    struct pc_verdicts least = explanation->verdicts;
    enum pc_slot primary;
    most.levels_allow = true;
    for (size_t slot = 0; slot < PC_SLOTS; slot++) {
        most.applies[slot] = true;
        most.sets[slot] = (struct pc_verdict){.allow = true, .strength = PC_STRENGTH_SELF};
        least.sets[slot].deny = true;
    }
    most.sets[PC_SLOT_RESOURCE].strength =
        explanation->has_account ? PC_STRENGTH_SELF : PC_STRENGTH_ANY;
    return pc_verdicts_decide(&most, explanation->request, &primary) != PC_DECISION_ALLOWED ||
           pc_verdicts_decide(&least, explanation->request, &primary) == PC_DECISION_ALLOWED;
}

void pc_explain_way(struct pc_explanation *explanation)
{
    const struct pc_request *request = explanation->request;
    explanation->has_account = request->caller.account.len > 0;
    explanation->across =
        explanation->has_account && !pc_str_eq(request->caller.account, request->resource_account);
    explanation->whatever = is_whatever(explanation);
    size_t place[PC_SLOTS];
    for (size_t i = 0; i < PC_SLOTS; i++) {
        enum pc_slot slot = pc_slot_in_order(i);
        place[slot] = i;
        explanation->types[i] = (struct pc_explained_type){
            .slot = slot,
            .said = said_by(explanation, slot),
            .decides = decides(explanation, slot),
        };
    }
    for (size_t i = 0; i < explanation->count; i++) {
        const struct pc_explained *statement = &explanation->statements[i];
        struct pc_explained_type *type = &explanation->types[place[statement->deciding.slot]];
        type->denies += pc_explained_matches(statement) && !statement->allows;
    }
}
