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
    PC_CONNECTION_FACTS = 8, // names of a row
};

struct pc_connection_kind {
    const char *kind; // as manifests name it
    enum pc_connection_part part;
    // What the other end is: a pattern of its ARN in which `*` stands for any text; of a caller a
    // principal. NULL: it has no other end.
    const char *source;
    bool source_optional;
    // Facts that have to be there, and those that may. A name that ends in '*' may have several
    // values; "context" is an object whose members are context keys.
    const char *needs[PC_CONNECTION_FACTS], *may[PC_CONNECTION_FACTS];
};

// Rows by place, NULL behind the last.
const struct pc_connection_kind *pc_connection_kind_at(size_t index);
// The row of that name, or NULL.
const struct pc_connection_kind *pc_connection_kind_find(struct pc_str kind);

#endif
