// SPDX-License-Identifier: Apache-2.0
//
// Signing: secret keys, which only ever lie in guarded memory and in their files, and putting a
// signature into a store.
//
// A secret key's file is one line, "polcheck-ed25519-secret BASE64 [NAME]", of the 32 bytes of the
// seed; comments and empty lines as in a set of public keys (keys.h).
#ifndef PC_TRUST_SIGNING_H
#define PC_TRUST_SIGNING_H

#include "trust/content.h"
#include "trust/keys.h"
#include "trust/signature.h"

struct pc_signing_key; // guarded; read-only once made; any thread

// The key in a file: a regular one, no link, of the user who runs this or of root, to which neither
// group nor others have any right. PC_ERR_INVALID: reported (TRUST_KEY, TRUST_FILE_EXPOSED).
// PC_ERR_NOTFOUND, PC_ERR_IO (TRUST_FILE). PC_ERR_LIMIT (MEMORY_LOCK). PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_signing_key_from_file(const char *path, struct pc_diags *diags,
                                                      struct pc_signing_key **out);

// What is read from the descriptor up to its end. It stays open, and is the caller's. A regular
// file is held to what pc_signing_key_from_file asks.
PC_MUST_CHECK enum pc_status pc_signing_key_from_descriptor(int fd, struct pc_diags *diags,
                                                            struct pc_signing_key **out);

// The credential of that name (no '/') in $CREDENTIALS_DIRECTORY, which systemd makes; the group
// may read it.
PC_MUST_CHECK enum pc_status pc_signing_key_from_credential(const char *name,
                                                            struct pc_diags *diags,
                                                            struct pc_signing_key **out);

void pc_signing_key_free(struct pc_signing_key *key); // NULL is fine

// The public key, and the name that the file gives; both live as long as the key.
const uint8_t *pc_signing_key_public(const struct pc_signing_key *key);
const char *pc_signing_key_name(const struct pc_signing_key *key);

// Makes a new key: its secret file (0600) and its public one (0644), neither of which may exist;
// both whole and on the disk when this returns, and none of them after a failure. The name as in
// keys.h. PC_ERR_INVALID: the name cannot be one (TRUST_KEY). PC_ERR_IO: reported (TRUST_FILE).
// PC_ERR_LIMIT, PC_ERR_NOMEM.
struct pc_signing_key_files {
    const char *secret, *public; // paths
    const char *name;
};
PC_MUST_CHECK enum pc_status pc_signing_key_create(const struct pc_signing_key_files *files,
                                                   struct pc_diags *diags,
                                                   uint8_t public[PC_SIGN_PUBLIC_BYTES]);

struct pc_signing {
    const struct pc_signing_key *key;
    struct pc_str store; // its path, for what is reported
    struct pc_diags *diags;
    uint64_t serial; // 0: the serial of the store's signature before and one more, or the time in
                     // microseconds since 1970, whichever is more
    const struct pc_hash *verified; // the digest of what may be signed; NULL: whatever is there
    struct pc_signature made;       // by the work, when it was committed
};

// Works of pc_store_update on a store of policies, context a struct pc_signing; or called last by
// such a work, for what it wrote to be signed in the same transaction. Signs what the store holds.
// PC_ERR_INVALID: the serial is not above that of the signature before, or there is no greater one
// (SIGN_SERIAL), or it holds something other than what was verified (STORE_ALTERED). Others as
// pc_content_peek and pc_store_put.
PC_MUST_CHECK enum pc_status pc_sign_work(void *context, struct pc_store_write *write);

// Refuses to vouch for what somebody else may have put into the store: context a struct pc_signing,
// called first by a work that keeps part of what is there and then signs. PC_ERR_INVALID: what the
// transaction holds is not what this key signed; reported as by pc_trust_report. Others as
// pc_content_peek.
PC_MUST_CHECK enum pc_status pc_sign_check_base(void *context, struct pc_store_write *write);

// Removes the signature, and keeps its serial for the next one: what each change of a store without
// a key does in its transaction. *was: there was one. As pc_store_put.
PC_MUST_CHECK enum pc_status pc_unsign(struct pc_store_write *write, bool *was);

// Signs the store at the path, which must be there, in one transaction. As pc_sign_work and
// pc_store_update; PC_ERR_NOTFOUND: no such store (STORE_MISSING).
PC_MUST_CHECK enum pc_status pc_sign_store(struct pc_signing *signing);

#endif
