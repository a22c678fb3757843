// SPDX-License-Identifier: Apache-2.0
//
// A store's signature: a record of the store, which is no part of what it signs. What is signed:
// the words "polcheck store signature 1" with their zero, the store's format (32 bits), serial and
// time (64 bits each), the digest of the content; all little-endian.
#ifndef PC_TRUST_SIGNATURE_H
#define PC_TRUST_SIGNATURE_H

#include "crypto/sign.h"
#include "trust/content.h"

#define PC_SIGNATURE_SERIAL_MAX ((uint64_t)INT64_MAX)

enum {
    PC_SIGNATURE_BYTES = 152, // of the record
};

struct pc_signature {
    uint8_t key[PC_SIGN_PUBLIC_BYTES]; // whose
    uint64_t serial;                   // 1 to PC_SIGNATURE_SERIAL_MAX; rises with each signing
    int64_t signed_at;                 // seconds since 1970, as the signer's clock had it
    struct pc_hash digest;             // of the content
    uint8_t signature[PC_SIGN_BYTES];  // Ed25519 over the others and the store's format
};

// Its key in PC_STORE_META.
#define PC_SIGNATURE_KEY "signature"

// The record of a state, whether it is right or not. PC_ERR_NOTFOUND: it is not signed.
// PC_ERR_INVALID: the record is none. Others as pc_snapshot_get.
PC_MUST_CHECK enum pc_status pc_signature_get(struct pc_snapshot *snapshot,
                                              struct pc_signature *out);

// From a record's bytes and to them. PC_ERR_INVALID: they are none. PC_ERR_NOTFOUND: they are what
// is left of a signature that was removed.
PC_MUST_CHECK enum pc_status pc_signature_read(struct pc_str record, struct pc_signature *out);
void pc_signature_write(const struct pc_signature *signature, uint8_t record[PC_SIGNATURE_BYTES]);

// Whether it is the key's own signature over these values, for a store of this format: says nothing
// about the key, nor about a store. PC_ERR_DAMAGED: it is not.
PC_MUST_CHECK enum pc_status pc_signature_check(const struct pc_signature *signature);

#endif
