// SPDX-License-Identifier: Apache-2.0
//
// The option --type of verbs that read policies: what a policy is.
#ifndef PC_CLI_POLICY_TYPES_H
#define PC_CLI_POLICY_TYPES_H

#include "command.h"
#include "policy/model.h"

// The column `value` of the option's row.
#define PC_POLICY_TYPE_WORDS "identity|boundary|session|resource|trust|key|scp|rcp|endpoint"

// The type that the option with this id names; PC_POLICY_NONE where it was not given. PC_ERR_USAGE:
// there is no such type, which is reported with the nearest.
PC_MUST_CHECK enum pc_status pc_policy_type_read(struct pc_cli *cli, const struct pc_args *args,
                                                 int id, enum pc_policy_type *out);

#endif
