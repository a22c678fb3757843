// SPDX-License-Identifier: Apache-2.0
//
// The root key: 32 bytes in guarded memory, under which everything in a vault is wrapped. From a
// file, a systemd credential, a descriptor or a passphrase; never from an argument or the
// environment.
#ifndef PC_SECRETS_ROOT_H
#define PC_SECRETS_ROOT_H

#include "base/diag.h"
#include "crypto/keyed.h"

struct pc_root_key; // guarded; read-only once made; shared by any number of threads

// The key in a file: 64 hexadecimal digits (and an end of line), or 32 raw bytes. The file must be
// a regular one, no symbolic link, of the user who runs this or of root, and neither group nor
// others may have any right to it. PC_ERR_INVALID: reported (ROOT_KEY, ROOT_KEY_EXPOSED).
// PC_ERR_LIMIT (MEMORY_LOCK). PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_root_key_from_file(const char *path, struct pc_diags *diags,
                                                   struct pc_root_key **out);

// The credential of that name (no '/') in the folder $CREDENTIALS_DIRECTORY, which systemd makes:
// the same forms, but the group may read it, since systemd lets the service's user read by an
// access list, which shows so.
PC_MUST_CHECK enum pc_status pc_root_key_from_credential(const char *name, struct pc_diags *diags,
                                                         struct pc_root_key **out);

// What is read from the descriptor up to its end: the same forms. It stays open, and is the
// caller's. A regular file is held to what pc_root_key_from_file asks.
PC_MUST_CHECK enum pc_status pc_root_key_from_descriptor(int fd, struct pc_diags *diags,
                                                         struct pc_root_key **out);

// What follows from a passphrase (Argon2id). PC_ERR_INVALID: it is empty, or the costs are not sane
// (ROOT_KEY).
struct pc_passphrase_terms {
    struct pc_passphrase_cost cost;
    uint8_t salt[PC_SALT_BYTES];
};
PC_MUST_CHECK enum pc_status pc_root_key_from_passphrase(struct pc_str passphrase,
                                                         const struct pc_passphrase_terms *terms,
                                                         struct pc_diags *diags,
                                                         struct pc_root_key **out);

// Makes a file with a new random key: mode 0600, must not exist, on the disk when this returns.
PC_MUST_CHECK enum pc_status pc_root_key_create(const char *path, struct pc_diags *diags,
                                                struct pc_root_key **out);

void pc_root_key_free(struct pc_root_key *key); // NULL is fine

// Reports that guarded memory could not be locked (MEMORY_LOCK), and what the limit is.
void pc_secrets_memory_denied(struct pc_diags *diags);

#endif
