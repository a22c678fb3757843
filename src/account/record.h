// SPDX-License-Identifier: Apache-2.0
//
// What the store keeps of principals, resources, functions and accounts: a version byte, then
// fields in a fixed order, strings and lists with their length in front (32 bits, little-endian).
// Read in place; a record that is damaged in any way is refused whole.
#ifndef PC_ACCOUNT_RECORD_H
#define PC_ACCOUNT_RECORD_H

#include "base/buf.h"
#include "crypto/hash.h"
#include "eval/request.h"

// Digests are views of PC_HASH_BYTES bytes, or "" for none. Strings of records that were read
// borrow from the bytes, arrays live in the arena.
struct pc_principal_record {
    bool role; // else a user
    struct pc_str arn, id;
    const struct pc_tag *tags;
    size_t tag_count;
    struct pc_str identity; // never ""
    struct pc_str boundary, trust;
};

struct pc_resource_record {
    struct pc_str arn, account;
    const struct pc_tag *tags;
    size_t tag_count;
    struct pc_str policy;
};

struct pc_function_record {
    struct pc_str arn, role, kms_key;
    const struct pc_str *variables; // names of the environment
    size_t variable_count;
};

struct pc_account_record {
    struct pc_str id;
    bool management;
    const struct pc_str *scp; // digests of levels, from the root down
    size_t scp_count;
    const struct pc_str *rcp;
    size_t rcp_count;
};

// Each appends; failures stay in the buffer.
void pc_principal_record_write(struct pc_buf *out, const struct pc_principal_record *record);
void pc_resource_record_write(struct pc_buf *out, const struct pc_resource_record *record);
void pc_function_record_write(struct pc_buf *out, const struct pc_function_record *record);
void pc_account_record_write(struct pc_buf *out, const struct pc_account_record *record);

// Each reads one record that takes up all of the bytes. PC_ERR_DAMAGED, PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_principal_record_read(struct pc_arena *arena, struct pc_str bytes,
                                                      struct pc_principal_record *out);
PC_MUST_CHECK enum pc_status pc_resource_record_read(struct pc_arena *arena, struct pc_str bytes,
                                                     struct pc_resource_record *out);
PC_MUST_CHECK enum pc_status pc_function_record_read(struct pc_arena *arena, struct pc_str bytes,
                                                     struct pc_function_record *out);
PC_MUST_CHECK enum pc_status pc_account_record_read(struct pc_arena *arena, struct pc_str bytes,
                                                    struct pc_account_record *out);

#endif
