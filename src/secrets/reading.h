// SPDX-License-Identifier: Apache-2.0
//
// Reading verified records, from a snapshot or in a transaction: what is not bound to the head is
// damage.
#ifndef PC_SECRETS_READING_H
#define PC_SECRETS_READING_H

#include "environment_record.h"
#include "key_record.h"

struct pc_reading {
    struct pc_source source;
    struct pc_head *head;
    struct pc_parts *parts;
    struct pc_str vault; // its path, for people
    struct pc_diags *diags;
};

// The record under an ARN. Texts borrow from the source, tables lie in the arena. PC_ERR_NOTFOUND
// (unreported): nothing is there, and nothing should. PC_ERR_DAMAGED (VAULT_DAMAGED), PC_ERR_NOMEM,
// and as the source.
PC_MUST_CHECK enum pc_status pc_reading_key(const struct pc_reading *reading, struct pc_str arn,
                                            struct pc_arena *arena, struct pc_key_record *out);
PC_MUST_CHECK enum pc_status pc_reading_environment(const struct pc_reading *reading,
                                                    struct pc_str function, struct pc_arena *arena,
                                                    struct pc_environment_record *out);

// All of them in the order of ARNs, each verified, and none missing. The arena is reset before
// each. The visitor may not write.
PC_MUST_CHECK enum pc_status
pc_reading_each_key(const struct pc_reading *reading, struct pc_arena *arena,
                    enum pc_status (*visit)(void *context, const struct pc_key_record *record),
                    void *context);
PC_MUST_CHECK enum pc_status pc_reading_each_environment(
    const struct pc_reading *reading, struct pc_arena *arena,
    enum pc_status (*visit)(void *context, const struct pc_environment_record *record),
    void *context);

// The ARN of the key that an alias names in the account and region of the ARN `near`, copied to
// `names`. PC_ERR_NOTFOUND.
PC_MUST_CHECK enum pc_status pc_reading_alias(const struct pc_reading *reading, struct pc_str alias,
                                              struct pc_str near, struct pc_arena *names,
                                              struct pc_str *arn);

// Reports KEY_UNKNOWN, and gives PC_ERR_NOTFOUND.
PC_MUST_CHECK enum pc_status pc_key_unknown(struct pc_diags *diags, struct pc_str name);

#endif
