// SPDX-License-Identifier: Apache-2.0
//
// Can a stranger, somebody with an AWS account of his own, make requests that a condition holds
// for? Careful: yes only where it is sure; a key that is not in the table keeps strangers out.
#ifndef PC_LINT_STRANGER_MEETS_H
#define PC_LINT_STRANGER_MEETS_H

#include "check.h"

enum pc_lint_meets {
    PC_LINT_MEETS_UNSURE = 0, // the condition may keep strangers out
    PC_LINT_MEETS_ANYBODY,    // it is not about who calls
    PC_LINT_MEETS_OPEN,       // it could say who calls, but does not
};

struct pc_lint_meeting {
    enum pc_lint_meets meets;
    const struct pc_text *at; // of what leaves it open: a value, or the key
    const char *why;          // "matches every value"; NULL where it is not open
    bool through_services;    // only services that act for strangers meet it, not they themselves
};

struct pc_lint_meeting pc_lint_strangers_meet(const struct pc_condition *condition);

// Can strangers have what an ARN pattern of aws:SourceArn or aws:PrincipalArn matches? That is, is
// the account left open? like: stars cross colons.
bool pc_lint_arn_is_open(struct pc_str pattern, bool like);

#endif
