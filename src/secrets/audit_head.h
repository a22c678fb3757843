// SPDX-License-Identifier: Apache-2.0
//
// The head of an audit log: where the log ends, in one record that only the key can make.
#ifndef PC_SECRETS_AUDIT_HEAD_H
#define PC_SECRETS_AUDIT_HEAD_H

#include "secrets/audit.h"

enum {
    PC_AUDIT_HEAD_MAGIC = 16,
    PC_AUDIT_HEAD_BYTES = PC_AUDIT_HEAD_MAGIC + 3 * 8 + 2 * PC_HASH_BYTES,
};

// The whole file: the magic; seq, bytes and generation as 64 bits, little-endian; the mac of the
// last line; the keyed hash of a label, the vault's id and all in front of it.
struct pc_audit_head {
    char bytes[PC_AUDIT_HEAD_BYTES];
};

void pc_audit_head_write(const struct pc_audit_place *place, const struct pc_audit_position *at,
                         struct pc_audit_head *out);

// False, *out untouched: the record was not made with this key for this vault.
PC_MUST_CHECK bool pc_audit_head_read(const struct pc_audit_place *place,
                                      const struct pc_audit_head *head,
                                      struct pc_audit_position *out);

#endif
