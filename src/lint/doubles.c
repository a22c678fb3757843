// SPDX-License-Identifier: Apache-2.0
#include "doubles.h"

static const struct {
    enum pc_diag_code code, better;
} pairs[] = {
    // That everybody is let in is what comes of these.
    {PC_DIAG_CONDITION_ALWAYS, PC_DIAG_CONDITION_OPEN},
    {PC_DIAG_CONDITION_PRESENCE, PC_DIAG_CONDITION_OPEN},
    {PC_DIAG_IP_ANY, PC_DIAG_CONDITION_OPEN},
    {PC_DIAG_FOR_ALL_ABSENT, PC_DIAG_CONDITION_OPEN},
    {PC_DIAG_NEGATED_ABSENT, PC_DIAG_CONDITION_OPEN},
    // Two remedies that would contradict each other.
    {PC_DIAG_CONDITION_KEY_SINGLE, PC_DIAG_FOR_ALL_ABSENT},
    // A wildcard that is none opens nothing.
    {PC_DIAG_DEPUTY_ANY_ACCOUNT, PC_DIAG_CONDITION_VALUE_ARN},
};

static bool is_at(const struct pc_text *text, const struct pc_diag *diag)
{
    return text->line == diag->place.line && text->column == diag->place.column;
}

static bool is_in(const struct pc_condition *condition, const struct pc_diag *diag)
{
    bool found = is_at(&condition->op, diag) || is_at(&condition->key, diag);
    for (size_t i = 0; i < condition->count && !found; i++) {
        found = is_at(&condition->values[i], diag);
    }
    return found;
}

static bool share_condition(const struct pc_policy *policy, const struct pc_diag *a,
                            const struct pc_diag *b)
{
    for (size_t i = 0; i < policy->count; i++) {
        const struct pc_statement *statement = &policy->statements[i];
        for (size_t j = 0; j < statement->condition_count; j++) {
            if (is_in(&statement->conditions[j], a) && is_in(&statement->conditions[j], b)) {
                return true;
            }
        }
    }
    return false;
}

static bool is_said_by(enum pc_diag_code code, enum pc_diag_code other)
{
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        if (pairs[i].code == code && pairs[i].better == other) {
            return true;
        }
    }
    return false;
}

bool pc_lint_is_double(const struct pc_policy *policy, const struct pc_diags *found,
                       const struct pc_diag *diag)
{
    for (const struct pc_diag *other = found->first; other != NULL; other = other->next) {
        if (is_said_by(diag->code, other->code) && share_condition(policy, diag, other)) {
            return true;
        }
    }
    return false;
}
