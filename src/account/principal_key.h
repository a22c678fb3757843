// SPDX-License-Identifier: Apache-2.0
//
// The key of a role's or user's record: "P:A:role/name" or "P:A:user/name". Paths are no part of
// it, for a session's ARN has lost its role's; role names compare without case and are in lower
// case.
#ifndef PC_ACCOUNT_PRINCIPAL_KEY_H
#define PC_ACCOUNT_PRINCIPAL_KEY_H

#include "names.h"

enum {
    PC_PRINCIPAL_KEY_ROOM = 256, // bytes, which keys of AWS's names never need
};

// Writes the key into `room`, or into the arena when it is too long for that. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_principal_key_make(char room[PC_PRINCIPAL_KEY_ROOM],
                                                   struct pc_arena *arena, bool role,
                                                   const struct pc_iam_name *name,
                                                   struct pc_str *out);

// The same, in the arena.
PC_MUST_CHECK enum pc_status pc_principal_key(struct pc_arena *arena, bool role,
                                              const struct pc_iam_name *name, struct pc_str *out);

// Is this the key of the role or user with that ARN? Makes none.
bool pc_principal_key_is(struct pc_str key, bool role, struct pc_str arn);

#endif
