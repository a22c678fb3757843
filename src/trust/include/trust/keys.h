// SPDX-License-Identifier: Apache-2.0
//
// Sets of public keys that somebody trusts: a text file with a key a line,
//
//     polcheck-ed25519 BASE64 [NAME]
//
// where lines that are empty or begin with '#' are comments. So the files of several keys, one
// behind the other, are a set. What else is in the file makes it none; so does a name with the word
// that a line begins with, for there a line lost its end.
#ifndef PC_TRUST_KEYS_H
#define PC_TRUST_KEYS_H

#include "base/diag.h"
#include "crypto/sign.h"

#define PC_TRUST_PUBLIC_WORD "polcheck-ed25519"
#define PC_TRUST_SECRET_WORD "polcheck-ed25519-secret"

enum {
    PC_TRUST_KEYS_MAX = 64,          // different keys in a set
    PC_TRUST_KEYS_BYTES = 64 * 1024, // of the file
    PC_TRUST_NAME_MAX = 64,          // bytes of a key's name
    PC_TRUST_FINGERPRINT_TEXT = 32,  // hexadecimal digits
};

struct pc_trusted_key {
    uint8_t key[PC_SIGN_PUBLIC_BYTES];
    char name[PC_TRUST_NAME_MAX + 1]; // "": it has none. No control characters, nor another line
};

struct pc_trusted_keys; // at least one key; no key changes once it is made; any thread

// Reads the set in a file. Links are followed; the file must be a regular one, of the user who runs
// this or of root, that neither group nor others may write to, in a folder of which the same is
// true or which has the sticky bit or is mounted read-only; so must be the folder of each link on
// the way, which belongs to that user or to root (the folders above are not looked at). A key that
// is in it twice counts once, with its first name. PC_ERR_NOTFOUND: no such file (TRUST_FILE).
// PC_ERR_IO: it cannot be read (TRUST_FILE). PC_ERR_INVALID: others may write there
// (TRUST_FILE_EXPOSED), or something in it is no key, there is none, or there are more than
// PC_TRUST_KEYS_MAX (TRUST_KEY, with line and column). PC_ERR_NOMEM. PC_ERR_INTERNAL:
// pc_crypto_init fails.
PC_MUST_CHECK enum pc_status pc_trusted_keys_read(const char *path, struct pc_diags *diags,
                                                  struct pc_trusted_keys **out);

// The set of this one key, for who wants to know whether a signature is right without trusting it.
// PC_ERR_INVALID: it is none (pc_sign_public_is). PC_ERR_NOMEM. PC_ERR_INTERNAL.
PC_MUST_CHECK enum pc_status pc_trusted_keys_of(const uint8_t key[PC_SIGN_PUBLIC_BYTES],
                                                struct pc_trusted_keys **out);

void pc_trusted_keys_free(struct pc_trusted_keys *keys); // NULL is fine

// Whether the file still is, by device, inode, size and times, the one that the set was read from.
// False also when it cannot be looked at, and for a set that was read within two seconds of the
// file's last change, for then a further change may not show: read it again. Cost: one system call.
bool pc_trusted_keys_is_current(const struct pc_trusted_keys *keys, const char *path);

// Has a set whose file was read again, and had the same keys (pc_trusted_keys_equal), be the one
// that was read last, for pc_trusted_keys_is_current: who uses its keys need not be told. Not while
// another thread asks that.
void pc_trusted_keys_read_again(struct pc_trusted_keys *keys, const struct pc_trusted_keys *fresh);

// Do both hold the same keys, whatever their order and names?
bool pc_trusted_keys_equal(const struct pc_trusted_keys *a, const struct pc_trusted_keys *b);

size_t pc_trusted_keys_count(const struct pc_trusted_keys *keys);
const struct pc_trusted_key *pc_trusted_keys_at(const struct pc_trusted_keys *keys, size_t index);

// The key of the set with these bytes, or NULL: it is not trusted. Borrowed.
const struct pc_trusted_key *pc_trusted_keys_find(const struct pc_trusted_keys *keys,
                                                  const uint8_t key[PC_SIGN_PUBLIC_BYTES]);

// Appends the fingerprint, for people: 32 hexadecimal digits, the first half of the key's
// BLAKE2b-256. Nothing is decided by it.
void pc_trust_fingerprint(struct pc_buf *out, const uint8_t key[PC_SIGN_PUBLIC_BYTES]);

// Appends the line of a public key; name "": none.
void pc_trust_public_write(struct pc_buf *out, const uint8_t key[PC_SIGN_PUBLIC_BYTES],
                           const char *name);

#endif
