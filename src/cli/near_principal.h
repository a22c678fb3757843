// SPDX-License-Identifier: Apache-2.0
//
// "Did you mean" for a principal that a store does not have.
#ifndef PC_CLI_NEAR_PRINCIPAL_H
#define PC_CLI_NEAR_PRINCIPAL_H

#include "command.h"
#include "store/store.h"

// When the diagnostic reported last is PRINCIPAL_UNKNOWN: names, as its hint, the role or user of
// the state that is called so behind another path, or else the one that is spelt most like it. Only
// a hint: what cannot be read, or NULL, says nothing. Cost: a pass over all principals.
void pc_near_principal_hint(struct pc_cli *cli, struct pc_snapshot *snapshot, const char *arn);

#endif
