// SPDX-License-Identifier: Apache-2.0
//
// The head of a vault: the one record that everything else is bound to, authenticated by a key that
// follows from the root key. It holds the digests of the parts of a list, in which each key and
// each environment has its digest; a record counts only when its digest is there. Whoever has no
// root key cannot make a head, so records can be changed, added, removed or put back all together
// with the head only.
#ifndef PC_SECRETS_HEAD_H
#define PC_SECRETS_HEAD_H

#include "crypto/seal.h"
#include "root_key.h"
#include "secrets/vault.h"

enum {
    PC_PART_OF_KEYS = 256, // environments are spread over the parts before it
    PC_PARTS = 257,
};

#define PC_HEAD_KEY "head" // of its record

struct pc_head {
    uint8_t fingerprint[PC_FINGERPRINT_BYTES]; // of the root key
    uint8_t id[PC_VAULT_ID_BYTES];
    uint64_t generation; // rises with each change, from 1
    struct pc_vault_label label;
    struct pc_seal audit_seal; // the audit log's key, wrapped
    uint8_t audit_key[PC_KEY_BYTES];
    struct pc_audit_position noted; // where the audit log stood before the last change
    struct pc_hash parts[PC_PARTS]; // of an empty part: zeros
};

// Appends the record with its hash.
void pc_head_write(struct pc_buf *out, const struct pc_head *head, const struct pc_root_key *root);

// Reads a record without believing it: PC_ERR_DAMAGED when it has not the form of one.
PC_MUST_CHECK enum pc_status pc_head_parse(struct pc_str record, struct pc_head *out);

// Reads one that was made with this root key. PC_ERR_INVALID: it was made with another
// (ROOT_KEY_WRONG). PC_ERR_DAMAGED (VAULT_DAMAGED). `vault`: its path, for people.
PC_MUST_CHECK enum pc_status pc_head_open(struct pc_str record, const struct pc_root_key *root,
                                          struct pc_str vault, struct pc_diags *diags,
                                          struct pc_head *out);

// Wraps the audit log's key for the head's vault, and unwraps it into guarded memory.
PC_MUST_CHECK enum pc_status pc_head_wrap_audit(struct pc_head *head,
                                                const struct pc_root_key *root,
                                                const uint8_t key[PC_KEY_BYTES]);
PC_MUST_CHECK enum pc_status pc_head_unwrap_audit(const struct pc_head *head,
                                                  const struct pc_root_key *root,
                                                  uint8_t out[PC_KEY_BYTES]);

// Reports that something in the vault is not as it was written, and gives PC_ERR_DAMAGED.
PC_MUST_CHECK enum pc_status pc_vault_damaged(struct pc_diags *diags, struct pc_str vault,
                                              const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
