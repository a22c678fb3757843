// SPDX-License-Identifier: Apache-2.0
//
// What the store's directories hold of principals, resources, functions and accounts, under keys
// that are no part of the record: a principal's (principal_key.h), the ARN, the account id. A head
// of fixed width, digests behind it, then texts that spans point to. Packed and little-endian, read
// in place at any alignment. A record is checked once, with its directory; what was checked can be
// read without further ado. Any change here raises PC_STORE_FORMAT.
#ifndef PC_ACCOUNT_RECORD_H
#define PC_ACCOUNT_RECORD_H

#include "account/allowed.h"
#include "base/arena.h"
#include "base/diag.h"
#include "crypto/hash.h"
#include "eval/request.h"
#include "image/layout.h"

// Bytes of the record, counted from its start.
struct pc_record_span {
    uint32_t offset, length;
} PC_IMAGE_PACKED;

struct pc_record_tag {
    struct pc_record_span key, value;
} PC_IMAGE_PACKED;

// `count` of struct pc_record_tag, or of struct pc_record_span, at `offset`.
struct pc_record_list {
    uint32_t offset, count;
} PC_IMAGE_PACKED;

struct pc_known_function;

struct pc_principal_record {   // behind it: the digests of its sets, in the order of the members
    char kind;                 // 'P'
    uint8_t role;              // 1, or 0: a user
    uint8_t boundary, trust;   // 1: there is one
    struct pc_allowed allowed; // by its identity policies
    struct pc_record_span arn, id;
    struct pc_record_list tags;
} PC_IMAGE_PACKED;

struct pc_resource_record { // behind it: the digest of its policy, if it has one
    char kind;              // 'R'
    uint8_t policy;         // 1: there is one
    struct pc_record_span account;
    struct pc_record_list tags;
} PC_IMAGE_PACKED;

struct pc_function_record {
    char kind; // 'F'
    struct pc_record_span role, kms_key, file;
    uint32_t line, column;             // of where the function is told, in the file
    struct pc_record_list variables;   // spans: names of the environment
    struct pc_record_list connections; // spans: as pc_connection_write writes them
} PC_IMAGE_PACKED;

struct pc_account_record { // behind it: digests of its levels from the root down, scp before rcp
    char kind;             // 'A'
    uint8_t management;    // 1 or 0
    uint32_t scp_count, rcp_count;
} PC_IMAGE_PACKED;

// Writing -----------------------------------------------------------------------------------------

// What a record is made of. Digests are views of PC_HASH_BYTES bytes, or "" for none.
struct pc_principal_fields {
    bool role; // else a user
    struct pc_str arn, id;
    const struct pc_tag *tags;
    size_t tag_count;
    struct pc_allowed allowed;
    struct pc_str identity; // never ""
    struct pc_str boundary, trust;
};

struct pc_resource_fields {
    struct pc_str account;
    const struct pc_tag *tags;
    size_t tag_count;
    struct pc_str policy;
};

struct pc_function_fields {
    struct pc_str role, kms_key;
    struct pc_place place;
    const struct pc_str *variables;
    size_t variable_count;
    const struct pc_str *connections;
    size_t connection_count;
};

struct pc_account_fields {
    bool management;
    const struct pc_str *scp; // digests of levels, from the root down
    size_t scp_count;
    const struct pc_str *rcp;
    size_t rcp_count;
};

// Each appends; failures stay in the buffer. More than 4 GiB makes a record that does not check.
void pc_principal_record_write(struct pc_buf *out, const struct pc_principal_fields *fields);
void pc_resource_record_write(struct pc_buf *out, const struct pc_resource_fields *fields);
void pc_function_record_write(struct pc_buf *out, const struct pc_function_fields *fields);
void pc_account_record_write(struct pc_buf *out, const struct pc_account_fields *fields);

// Checking ----------------------------------------------------------------------------------------

// Is the value a sound record, and one that belongs under the key?
bool pc_principal_record_check(struct pc_str key, struct pc_str value);
bool pc_resource_record_check(struct pc_str key, struct pc_str value);
bool pc_function_record_check(struct pc_str key, struct pc_str value);
bool pc_account_record_check(struct pc_str key, struct pc_str value);

// What a record of a function says, for who asks.
struct pc_known_function pc_known_function_of(const void *record);

// Reading what was checked ------------------------------------------------------------------------

static inline struct pc_str pc_record_text(const void *record, struct pc_record_span span)
{
    return (struct pc_str){(const char *)record + span.offset, span.length};
}

// The n-th text of a list of spans.
static inline struct pc_str pc_record_span_text(const void *record, struct pc_record_list list,
                                                size_t n)
{
    const struct pc_record_span *spans =
        (const struct pc_record_span *)(const void *)((const char *)record + list.offset);
    return pc_record_text(record, spans[n]);
}

// The n-th digest behind a head of `head` bytes.
static inline struct pc_str pc_record_digest(const void *record, size_t head, size_t n)
{
    return (struct pc_str){(const char *)record + head + n * PC_HASH_BYTES, PC_HASH_BYTES};
}

static inline struct pc_str pc_principal_identity(const struct pc_principal_record *record)
{
    return pc_record_digest(record, sizeof(*record), 0);
}

// "" for none, as the next two.
static inline struct pc_str pc_principal_boundary(const struct pc_principal_record *record)
{
    return record->boundary ? pc_record_digest(record, sizeof(*record), 1) : PC_STR("");
}

static inline struct pc_str pc_principal_trust(const struct pc_principal_record *record)
{
    return record->trust ? pc_record_digest(record, sizeof(*record), 1 + record->boundary)
                         : PC_STR("");
}

static inline struct pc_str pc_resource_policy(const struct pc_resource_record *record)
{
    return record->policy ? pc_record_digest(record, sizeof(*record), 0) : PC_STR("");
}

// The digests that a record names, of any kind: behind its head.
struct pc_record_digests {
    const char *first; // PC_HASH_BYTES each
    size_t count;
};
struct pc_record_digests pc_record_digests(const void *record);

// The tags as evaluation reads them, in the arena; NULL when there are none. Texts borrow from the
// record. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_record_tags(struct pc_arena *arena, const void *record,
                                            struct pc_record_list tags, const struct pc_tag **out);

#endif
