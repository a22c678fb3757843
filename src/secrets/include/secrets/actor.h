// SPDX-License-Identifier: Apache-2.0
//
// Who runs this process, as the audit log names whoever changes a vault.
#ifndef PC_SECRETS_ACTOR_H
#define PC_SECRETS_ACTOR_H

#include "base/buf.h"

// Appends the real user, "uid 1000 (ann)", the name where the system knows one, and, where it is
// another, the effective one: "uid 1000 (ann), effective uid 0 (root)". May ask the system's name
// services, and wait for them.
void pc_actor_write(struct pc_buf *out);

#endif
