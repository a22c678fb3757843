// SPDX-License-Identifier: Apache-2.0
//
// What connects functions with the things around them, as dumps and manifests tell it: sources,
// destinations, attachments. Kinds are names of rows of lambda's table of integrations; here they
// are texts that are kept.
#ifndef PC_ACCOUNT_CONNECTIONS_H
#define PC_ACCOUNT_CONNECTIONS_H

#include "members.h"

// One that is being read. Texts are copied by pc_connection_add.
struct pc_connection_draft {
    const char *kind;
    struct pc_str function; // ARN as it is configured, perhaps qualified
    struct pc_str other;    // ARN of the other end; "" when it has none, or nobody told
    struct pc_place place;
    struct pc_str pairs[2 * 32]; // further facts: name, value
    size_t pair_count;           // of facts; more than 32 are PC_ERR_LIMIT
    bool overfull;
};

// Adds a fact; one with an empty value is none.
void pc_connection_fact(struct pc_connection_draft *draft, struct pc_str name, struct pc_str value);

// Adds the connection, unless the same was added before.
PC_MUST_CHECK enum pc_status pc_connection_add(struct pc_import *import,
                                               const struct pc_connection_draft *draft);

// Gives each function its connections; one whose function is unknown is reported (DANGLING).
PC_MUST_CHECK enum pc_status pc_connections_link(struct pc_import *import);

// Appends a connection as the function's record has it.
void pc_connection_write(struct pc_buf *out, const struct pc_connection *connection);

#endif
