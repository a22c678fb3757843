// SPDX-License-Identifier: Apache-2.0
//
// Statements against each other: what can never apply, what is shadowed, repeated, without effect.
#include "check.h"

#include "candidates.h"
#include "entries.h"

// The search for what covers one statement.
struct search {
    const struct pc_lint_place *place;
    const struct pc_lint_statement *statements;
    size_t narrow;
    bool covered, denied; // reported
};

// The other statement is named in a way that stays when lines move.
static void report_at(const struct search *search, enum pc_diag_code code, const char *says,
                      size_t other)
{
    const struct pc_statement *statement = search->statements[search->narrow].written;
    const struct pc_statement *wide = search->statements[other].written;
    if (wide->sid.len > 0) {
        pc_lint_report(search->place, code, statement->line, statement->column,
                       "%s the statement \"%.*s\"", says, PC_STR_ARG(wide->sid));
    } else {
        pc_lint_report(search->place, code, statement->line, statement->column,
                       "%s the statement #%zu", says, other);
    }
    pc_diag_hint(search->place->lint->diags, "that one begins in line %u", wide->line);
}

static void report_same_effect(struct search *search, size_t wide)
{
    const struct pc_lint_statement *other = &search->statements[wide];
    bool equal = pc_lint_statement_covers(&search->statements[search->narrow], other);
    if (equal && wide > search->narrow) {
        return; // the later one of two is reported
    }
    search->covered = true;
    if (equal) {
        report_at(search, PC_DIAG_STATEMENT_REPEATED, "says the same as", wide);
    } else {
        report_at(search, PC_DIAG_STATEMENT_SHADOWED,
                  "adds nothing: whatever it matches is matched by", wide);
    }
}

static bool look_at(void *context, size_t wide)
{
    struct search *search = context;
    const struct pc_lint_statement *other = &search->statements[wide];
    const struct pc_lint_statement *narrow = &search->statements[search->narrow];
    bool same = other->written->effect == narrow->written->effect;
    bool needed =
        same ? !search->covered : !search->denied && other->written->effect == PC_EFFECT_DENY;
    if (wide == search->narrow || !needed || !pc_lint_statement_covers(other, narrow)) {
        return false;
    }
    if (same) {
        report_same_effect(search, wide);
    } else {
        search->denied = true;
        report_at(search, PC_DIAG_ALLOW_DENIED, "never allows: whatever it matches is denied by",
                  wide);
    }
    return search->covered && (search->denied || narrow->written->effect == PC_EFFECT_DENY);
}

static void compare_statements(const struct pc_lint_place *place,
                               const struct pc_lint_statement *statements,
                               const struct pc_lint_candidates *candidates)
{
    for (size_t i = 0; i < place->policy->count; i++) {
        struct search search = {.place = place, .statements = statements, .narrow = i};
        if (statements[i].sound) {
            pc_lint_candidates_each(candidates, i, look_at, &search);
        }
    }
}

static enum pc_status check_statements(const struct pc_lint_place *place)
{
    const struct pc_lint_statement *statements;
    struct pc_lint_candidates *candidates;
    struct pc_arena *arena = place->lint->arena;
    PC_TRY(pc_lint_statements_read(arena, place->policy, &statements));
    PC_TRY(pc_lint_candidates_new(arena, statements, place->policy->count, &candidates));
    compare_statements(place, statements, candidates);
    for (size_t i = 0; i < place->policy->count; i++) {
        struct pc_lint_place at = *place;
        at.statement = statements[i].written;
        PC_TRY(pc_lint_entries(&at, &statements[i]));
    }
    return PC_OK;
}

// What caps alone needs an Allow. (An SCP has others at its side; of a trust policy trust_checks.c
// tells.)
static bool needs_allow(enum pc_policy_type type)
{
    switch ((int)type) {
    case PC_POLICY_BOUNDARY:
    case PC_POLICY_SESSION:
    case PC_POLICY_ENDPOINT:
        return true;
    default:
        return false;
    }
}

static enum pc_status check_allow(const struct pc_lint_place *place)
{
    const struct pc_policy *policy = place->policy;
    bool allows = !needs_allow(policy->type);
    for (size_t i = 0; i < policy->count && !allows; i++) {
        allows = policy->statements[i].effect == PC_EFFECT_ALLOW;
    }
    if (!allows) {
        pc_lint_report(place, PC_DIAG_NO_ALLOW, policy->line, policy->column,
                       "a %s policy without an Allow allows nothing at all",
                       pc_policy_type_text(policy->type));
    }
    return PC_OK;
}

// "NotAction": "*" and "NotResource": "*" leave nothing over.
static void check_negated(const struct pc_lint_place *place, const struct pc_text_list *list,
                          const char *element)
{
    for (size_t i = 0; i < list->count && list->kind == PC_LIST_NEGATED; i++) {
        if (pc_str_eq(list->items[i].text, PC_STR("*"))) {
            pc_lint_report(place, PC_DIAG_NEGATED_ALL, list->items[i].line, list->items[i].column,
                           "\"%s\": \"*\" leaves nothing that could match", element);
            return;
        }
    }
}

static enum pc_status check_lists(const struct pc_lint_place *place)
{
    check_negated(place, &place->statement->actions, "NotAction");
    check_negated(place, &place->statement->resources, "NotResource");
    for (size_t i = 0; i < place->statement->idle_operator_count; i++) {
        const struct pc_text *op = &place->statement->idle_operators[i];
        pc_lint_report(place, PC_DIAG_OPERATOR_EMPTY, op->line, op->column,
                       "\"%.*s\" has no condition key and restricts nothing", PC_STR_ARG(op->text));
    }
    return PC_OK;
}

static const struct pc_lint_check checks[] = {
    {.policy = check_statements},
    {.policy = check_allow},
    {.statement = check_lists},
};

const struct pc_lint_area pc_lint_effects = {checks, sizeof(checks) / sizeof(checks[0])};
