// SPDX-License-Identifier: Apache-2.0
//
// Lines of the audit log: how an entry is written, and how a line is held against the one before.
#ifndef PC_SECRETS_AUDIT_LINE_H
#define PC_SECRETS_AUDIT_LINE_H

#include "secrets/audit.h"

// What ties the lines of one log together.
struct pc_audit_chain {
    const uint8_t *key;    // PC_KEY_BYTES, borrowed
    struct pc_hash origin; // stands in for the mac in front of the first line
};

struct pc_audit_chain pc_audit_chain_of(const struct pc_audit_place *place);

// A line taken to pieces; nothing of it is believed yet.
struct pc_audit_line {
    struct pc_str body;  // what the mac is of, beside the mac of the line before
    uint64_t seq;        // not 0
    uint64_t generation; // 0: none
    struct pc_audit_loss loss;
    struct pc_hash mac;
};

// Appends the line that follows `at`, its end included, and moves `at` behind it. PC_ERR_NOMEM,
// PC_ERR_LIMIT: of the buffer, and `at` is as it was.
PC_MUST_CHECK enum pc_status pc_audit_line_write(const struct pc_audit_chain *chain,
                                                 const struct pc_audit_entry *entry,
                                                 struct pc_buf *out, struct pc_audit_position *at);

// Splits a line, given without its end. False when it has not the form of one.
PC_MUST_CHECK bool pc_audit_line_split(struct pc_str line, struct pc_audit_line *out);

// Moves `at` behind the line if it is what follows there: its number is the next, or the next
// behind the loss that it tells of, its mac the right one. False, and `at` is as it was, if not.
PC_MUST_CHECK bool pc_audit_line_follows(const struct pc_audit_chain *chain, struct pc_str line,
                                         struct pc_audit_position *at);

// What a line that follows says to be lost in front of it; count 0: nothing.
PC_MUST_CHECK struct pc_audit_loss pc_audit_line_loss(struct pc_str line);

#endif
