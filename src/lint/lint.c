// SPDX-License-Identifier: Apache-2.0
//
// Runs the checks of all areas over a policy, and hands on what they find in the order of the text.
#include "check.h"
#include "doubles.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    MAX_MESSAGE = 1024, // of a message; a longer one is cut
};

static const struct pc_lint_area *const areas[] = {
    &pc_lint_actions, &pc_lint_resources, &pc_lint_keys,       &pc_lint_operators,
    &pc_lint_effects, &pc_lint_dangers,   &pc_lint_principals, &pc_lint_style,
};

void pc_lint_report(const struct pc_lint_place *place, enum pc_diag_code code, uint32_t line,
                    uint32_t column, const char *format, ...)
{
    char message[MAX_MESSAGE];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    pc_diag_report(place->lint->diags, code, pc_policy_place(place->policy, line, column), "%s",
                   length < 0 ? "a finding" : message);
}

static enum pc_status check_statement(const struct pc_lint_check *check,
                                      const struct pc_lint_place *policy,
                                      const struct pc_statement *statement)
{
    struct pc_lint_place place = *policy;
    place.statement = statement;
    if (check->statement != NULL) {
        PC_TRY(check->statement(&place));
    }
    for (size_t i = 0; check->condition != NULL && i < statement->condition_count; i++) {
        place.condition = &statement->conditions[i];
        PC_TRY(check->condition(&place));
    }
    return PC_OK;
}

static enum pc_status run_check(const struct pc_lint_check *check,
                                const struct pc_lint_place *place)
{
    if (check->needs_catalog && place->lint->catalog == NULL) {
        return PC_OK;
    }
    if (check->policy != NULL) {
        PC_TRY(check->policy(place));
    }
    for (size_t i = 0; i < place->policy->count; i++) {
        PC_TRY(check_statement(check, place, &place->policy->statements[i]));
    }
    return PC_OK;
}

static bool is_behind(const struct pc_diag *diag, const struct pc_diag *other)
{
    if (diag->place.line != other->place.line) {
        return diag->place.line > other->place.line;
    }
    if (diag->place.column != other->place.column) {
        return diag->place.column > other->place.column;
    }
    return diag->code > other->code;
}

static int in_order(const void *left, const void *right)
{
    const struct pc_diag *const *diag = left;
    const struct pc_diag *const *other = right;
    return (int)is_behind(*diag, *other) - (int)is_behind(*other, *diag);
}

// The findings of one policy, each mistake once, in the order of their places, to where the caller
// wants them.
static enum pc_status hand_on(const struct pc_policy *policy, struct pc_diags *found,
                              struct pc_diags *to)
{
    size_t count = 0;
    for (const struct pc_diag *diag = found->first; diag != NULL; diag = diag->next) {
        count++;
    }
    struct pc_diag **sorted = pc_arena_array(found->arena, count, sizeof(*sorted));
    if (sorted == NULL) {
        return PC_ERR_NOMEM;
    }
    size_t at = 0;
    for (struct pc_diag *diag = found->first; diag != NULL; diag = diag->next) {
        if (!pc_lint_is_double(policy, found, diag)) {
            sorted[at++] = diag;
        }
    }
    if (at > 0) {
        qsort(sorted, at, sizeof(*sorted), in_order);
    }
    for (size_t i = 0; i < at; i++) {
        pc_diag_report(to, sorted[i]->code, sorted[i]->place, "%.*s",
                       PC_STR_ARG(sorted[i]->message));
        if (sorted[i]->hint.len > 0) {
            pc_diag_hint(to, "%.*s", PC_STR_ARG(sorted[i]->hint));
        }
    }
    return found->lost ? PC_ERR_NOMEM : PC_OK;
}

enum pc_status pc_lint_policy(struct pc_lint *lint, const struct pc_lint_subject *subject)
{
    struct pc_diags found;
    struct pc_lint run = *lint;
    const struct pc_lint_place place = {
        .lint = &run, .subject = subject, .policy = subject->policy};
    pc_diags_init(&found, lint->arena);
    run.diags = &found;
    for (size_t area = 0; area < sizeof(areas) / sizeof(areas[0]); area++) {
        for (size_t i = 0; i < areas[area]->count; i++) {
            PC_TRY(run_check(&areas[area]->checks[i], &place));
        }
    }
    return hand_on(subject->policy, &found, lint->diags);
}
