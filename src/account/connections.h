// SPDX-License-Identifier: Apache-2.0
//
// What connects functions with the things around them, as dumps and manifests tell it: sources,
// destinations, attachments. Kinds and facts are those of account/connection_kinds.h. Several
// documents may each tell a part of one connection.
#ifndef PC_ACCOUNT_CONNECTIONS_H
#define PC_ACCOUNT_CONNECTIONS_H

#include "account/connection_kinds.h"
#include "members.h"

enum {
    PC_DRAFT_FACTS = 64,
};

// One that is being read. Texts are copied by pc_connection_add.
struct pc_connection_draft {
    const char *kind;       // NULL: the function is only named, and has to be there
    struct pc_str function; // ARN as it is configured, perhaps qualified
    struct pc_str other;    // ARN of the other end; "" when it has none, or nobody told
    bool own;               // told by the configuration of that very function or version
    struct pc_place place;
    struct pc_place function_place;          // where the function is named; no line: at `place`
    struct pc_str pairs[2 * PC_DRAFT_FACTS]; // further facts: name, value
    size_t pair_count;                       // of facts
    bool overfull;                           // there were more, which pc_connection_add reports
};

// Adds a fact; one with an empty value is none.
void pc_connection_fact(struct pc_connection_draft *draft, struct pc_str name, struct pc_str value);

// Adds the connection, or what it tells more than another document told of the same one. Reports
// what contradicts (DEFINED_TWICE), and with the reader's code what tells too much. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_connection_add(const struct pc_members *reader,
                                               const struct pc_connection_draft *draft);

// Appends a fact that is found out when all is read. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_connection_append(struct pc_arena *arena,
                                                  struct pc_connection *connection,
                                                  struct pc_str name, struct pc_str value);

// The first value of the fact, or "".
struct pc_str pc_connection_told(const struct pc_connection *connection, struct pc_str name);

// Gives each function its connections, and those the keys of their other ends; reports the ones
// whose function is unknown (DANGLING). PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_connections_link(struct pc_import *import);

// What a resource tells of itself, and a connection with it may tell as well.
enum pc_thing {
    PC_THING_KEY,
    PC_THING_OWNER,
    PC_THING_FACTS,
};

struct pc_connection_thing_fact {
    const char *name; // of the fact of the connection
    const char *of;   // in front of the ARN of the resource that told it: PC_KEY_OF, PC_OWNER_OF
    const char *text; // in words
    struct pc_str (*of_resource)(const struct pc_resource *resource); // "": nothing
};

extern const struct pc_connection_thing_fact pc_connection_thing_facts[PC_THING_FACTS];

// Of a consumer of a stream, which is encrypted as the stream, the ARN of that; else the other end.
struct pc_str pc_connection_stream(struct pc_str other);
// The resource that tells that of the other end, or NULL: itself, else the stream.
const struct pc_resource *pc_connection_resource(const struct pc_import *import,
                                                 struct pc_str other);

// Is the fact the ARN of something whose key is a fact, too (PC_KEY_OF)?
bool pc_connection_key_is_told_of(struct pc_str fact, bool key_of_secrets);

// The first of the grants that is of the key, or NULL.
const struct pc_grant *pc_grant_with_key(const struct pc_grant *grants, struct pc_str key);
// Gives the function, of which only ARN, role and key are looked at, those that concern it.
// PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_function_give_grants(struct pc_arena *arena,
                                                     const struct pc_grant *grants,
                                                     struct pc_function *function);

// Appends a connection as the function's record has it.
void pc_connection_write(struct pc_buf *out, const struct pc_connection *connection);

#endif
