// SPDX-License-Identifier: Apache-2.0
//
// What lets in or hands out more than it seems: the list of those checks.
#include "dangers.h"

static const struct pc_lint_check checks[] = {
    {.statement = pc_lint_check_everything},
    {.statement = pc_lint_check_exceptions},
    {.statement = pc_lint_check_powers},
    {.policy = pc_lint_check_passed_roles},
    {.policy = pc_lint_check_key_owner},
    {.statement = pc_lint_check_lockout},
    {.statement = pc_lint_check_denied_services},
    {.statement = pc_lint_check_denied_network},
    {.condition = pc_lint_check_mfa},
    {.statement = pc_lint_check_public},
    {.condition = pc_lint_check_address},
    {.statement = pc_lint_check_deputy},
    {.statement = pc_lint_check_trust_action},
    {.policy = pc_lint_check_trust_nobody},
    {.statement = pc_lint_check_audience},
    {.statement = pc_lint_check_external_id},
    {.statement = pc_lint_check_oidc},
};

const struct pc_lint_area pc_lint_dangers = {checks, sizeof(checks) / sizeof(checks[0])};
