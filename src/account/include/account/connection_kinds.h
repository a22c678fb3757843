// SPDX-License-Identifier: Apache-2.0
//
// The kinds of connections of a function: what may feed it, what it feeds, what is attached to it,
// and what has to be told of each. Dumps and manifests are held against this table; what each needs
// is asked by lambda's table of integrations, a row a kind.
#ifndef PC_ACCOUNT_CONNECTION_KINDS_H
#define PC_ACCOUNT_CONNECTION_KINDS_H

#include "base/str.h"

// The part of a manifest's function that may name it. What only dumps tell is of none.
enum pc_connection_part {
    PC_PART_TRIGGER,     // "triggers"
    PC_PART_DESTINATION, // "destinations"
    PC_PART_ATTACHMENT,  // "attachments"
};

enum {
    PC_CONNECTION_FACTS = 12, // names of a row
};

// Facts that are found out when all is read: the key, and the owner, of the resource whose ARN
// follows. It is a secret, a dead-letter queue, or the other end, whose "kms-key" and "account" are
// then not told by the connection itself, but by that resource.
#define PC_KEY_OF   "key-of:"
#define PC_OWNER_OF "owner-of:"

struct pc_connection_kind {
    const char *kind; // as manifests name it
    enum pc_connection_part part;
    // What the other end is: a pattern of its ARN in which `*` stands for any text; of a caller a
    // principal. NULL: it has no other end.
    const char *source;
    bool source_optional;
    // A bucket, a topic, a queue: nothing follows the name, as in the ARN of a subscription.
    bool whole;
    // Facts that have to be there, and those that may. A name that ends in '*' may have several
    // values; "context" is an object whose members are context keys.
    const char *needs[PC_CONNECTION_FACTS], *may[PC_CONNECTION_FACTS];
    bool qualified; // it is of a version or an alias, never of the function itself
    // Its fact "kms-key" is of the secrets that it tells, and not of its other end.
    bool key_of_secrets;
};

// Rows by place, NULL behind the last.
const struct pc_connection_kind *pc_connection_kind_at(size_t index);
// The row of that name, or NULL.
const struct pc_connection_kind *pc_connection_kind_find(struct pc_str kind);

// The name of the part in a manifest: "triggers".
const char *pc_connection_part_text(enum pc_connection_part part);

// A fact as the row has it, perhaps with its '*'; NULL: the kind has no such fact.
const char *pc_connection_kind_fact(const struct pc_connection_kind *kind, struct pc_str name);
// May it have several values?
bool pc_connection_fact_is_list(const char *fact);
// Is it there or not, and has no value? Stored as "true".
bool pc_connection_fact_is_flag(const char *fact);

// Is the ARN one of the kind's other end? Stars stay within a field of an ARN, but for the last.
bool pc_connection_kind_fits(const struct pc_connection_kind *kind, struct pc_str other);

// Is it the ARN of a queue, as the fact "dead-letter" has to be?
bool pc_connection_is_queue(struct pc_str arn);

#endif
