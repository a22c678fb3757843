// SPDX-License-Identifier: Apache-2.0
//
// The checks of the areas "dangers" and "principals", whose tables are in dangers_checks.c and
// principals_checks.c: a part each of the files beside this one. Each returns PC_OK or
// PC_ERR_NOMEM.
#ifndef PC_LINT_DANGERS_H
#define PC_LINT_DANGERS_H

#include "check.h"

// grant_checks.c: what an identity policy hands out on everything there is.
PC_MUST_CHECK enum pc_status pc_lint_check_everything(const struct pc_lint_place *place);
PC_MUST_CHECK enum pc_status pc_lint_check_exceptions(const struct pc_lint_place *place);
PC_MUST_CHECK enum pc_status pc_lint_check_powers(const struct pc_lint_place *place);

// pass_role_checks.c: roles that are passed to what runs code.
PC_MUST_CHECK enum pc_status pc_lint_check_passed_roles(const struct pc_lint_place *place);

// key_checks.c: key policies that nobody, or too few, may change.
PC_MUST_CHECK enum pc_status pc_lint_check_key_owner(const struct pc_lint_place *place);

// deny_checks.c: a Deny that hits more, or less, than was meant.
PC_MUST_CHECK enum pc_status pc_lint_check_lockout(const struct pc_lint_place *place);
PC_MUST_CHECK enum pc_status pc_lint_check_denied_services(const struct pc_lint_place *place);
PC_MUST_CHECK enum pc_status pc_lint_check_denied_network(const struct pc_lint_place *place);
PC_MUST_CHECK enum pc_status pc_lint_check_mfa(const struct pc_lint_place *place);

// public_checks.c: the principal "*".
PC_MUST_CHECK enum pc_status pc_lint_check_public(const struct pc_lint_place *place);
PC_MUST_CHECK enum pc_status pc_lint_check_address(const struct pc_lint_place *place);

// deputy_checks.c: services that act for others.
PC_MUST_CHECK enum pc_status pc_lint_check_deputy(const struct pc_lint_place *place);

// trust_checks.c, oidc_checks.c: who may assume a role.
PC_MUST_CHECK enum pc_status pc_lint_check_trust_action(const struct pc_lint_place *place);
PC_MUST_CHECK enum pc_status pc_lint_check_trust_nobody(const struct pc_lint_place *place);
PC_MUST_CHECK enum pc_status pc_lint_check_audience(const struct pc_lint_place *place);
PC_MUST_CHECK enum pc_status pc_lint_check_external_id(const struct pc_lint_place *place);
PC_MUST_CHECK enum pc_status pc_lint_check_oidc(const struct pc_lint_place *place);

#endif
