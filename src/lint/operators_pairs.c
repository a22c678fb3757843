// SPDX-License-Identifier: Apache-2.0
//
// Conditions of one statement against each other: all have to hold.
#include "operators.h"

static bool is_before(const struct pc_lint_condition *other, const struct pc_lint_at *at)
{
    return other < at->it;
}

static void report_pair(const struct pc_lint_at *at, enum pc_diag_code code, const char *relation,
                        const struct pc_lint_condition *other)
{
    pc_lint_report_operator(
        at, code, "\"%.*s\" on %.*s %s \"%.*s\"", PC_STR_ARG(at->it->written->op.text),
        PC_STR_ARG(at->it->written->key.text), relation, PC_STR_ARG(other->written->op.text));
    pc_diag_hint(at->place->lint->diags, "that is in line %u", other->written->op.line);
}

// True: something was reported.
static bool look_at(const struct pc_lint_at *at, const struct pc_lint_condition *other)
{
    if (is_before(other, at) && pc_lint_excludes(other, at->it)) {
        report_pair(at, PC_DIAG_CONDITION_CONTRADICTION, "never holds together with", other);
        return true;
    }
    if (!pc_lint_implies(other, at->it) ||
        (pc_lint_implies(at->it, other) && !is_before(other, at))) {
        return false; // of two that say the same the later one is reported
    }
    report_pair(at, PC_DIAG_CONDITION_IMPLIED, "adds nothing to", other);
    return true;
}

void pc_lint_pairs(const struct pc_lint_at *at)
{
    bool reported = false;
    for (size_t i = 0; i < at->count && !reported; i++) {
        reported = &at->conditions[i] != at->it && look_at(at, &at->conditions[i]);
    }
}
