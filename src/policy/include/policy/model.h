// SPDX-License-Identifier: Apache-2.0
//
// A policy document as a tree that mirrors its JSON, each part with its place in the file. Read by
// policy/reader.h; not changed afterwards. Everything lives in the reader's arena.
#ifndef PC_POLICY_MODEL_H
#define PC_POLICY_MODEL_H

#include "base/diag.h"

// The types of SEMANTICS.md 1.3. Zero is no type.
enum pc_policy_type {
    PC_POLICY_NONE = 0,
    PC_POLICY_IDENTITY = 1,
    PC_POLICY_BOUNDARY = 2,
    PC_POLICY_SESSION = 3,
    PC_POLICY_RESOURCE = 4, // resource-based, general
    PC_POLICY_TRUST = 5,    // of a role: the resource-based policy of sts:AssumeRole*
    PC_POLICY_KEY = 6,      // of a KMS key: the resource-based policy of kms:*
    PC_POLICY_SCP = 7,
    PC_POLICY_RCP = 8,
    PC_POLICY_ENDPOINT = 9,
};

// "identity", "boundary", "session", "resource", "trust", "key", "scp", "rcp", "endpoint"; "none".
const char *pc_policy_type_text(enum pc_policy_type type);

// Is it resource-based: RESOURCE, TRUST or KEY?
bool pc_policy_type_is_resource(enum pc_policy_type type);

enum pc_effect {
    PC_EFFECT_DENY = 0, // zero is deny
    PC_EFFECT_ALLOW = 1,
};

// How a list of actions, resources or principals counts.
enum pc_list_kind {
    PC_LIST_ABSENT = 0,
    PC_LIST_POSITIVE, // Action, Resource, Principal
    PC_LIST_NEGATED,  // NotAction, NotResource, NotPrincipal
};

// A string of the document with its place.
struct pc_text {
    struct pc_str text;
    uint32_t line, column;
};

// Actions as written, but "*" for "*:*". Resources as written.
struct pc_text_list {
    enum pc_list_kind kind;
    const struct pc_text *items; // may be empty in a list that is present
    size_t count;
    uint32_t line, column; // of the element's name
};

// What a principal entry names (R-035, R-036, 4.2).
enum pc_principal_kind {
    PC_PRINCIPAL_NONE = 0,       // matches nobody: Federated outside trust policies
    PC_PRINCIPAL_ANY,            // "*" or {"AWS": "*"}
    PC_PRINCIPAL_ACCOUNT,        // account id or root ARN; `text` is the 12 digits
    PC_PRINCIPAL_USER,           // user ARN
    PC_PRINCIPAL_ROLE,           // role ARN
    PC_PRINCIPAL_SESSION,        // assumed-role ARN
    PC_PRINCIPAL_FEDERATED_USER, // federated-user ARN
    PC_PRINCIPAL_ID,             // AIDA... or AROA...
    PC_PRINCIPAL_SERVICE,        // {"Service": ...}
    PC_PRINCIPAL_FEDERATED,      // {"Federated": ...}
    PC_PRINCIPAL_CANONICAL_USER, // {"CanonicalUser": ...}
};

struct pc_principal_entry {
    enum pc_principal_kind kind;
    struct pc_str text;      // as written; for ACCOUNT the account id
    struct pc_str partition; // of a root ARN or other ARN; "" for a bare account id
    uint32_t line, column;
};

struct pc_principal_list {
    enum pc_list_kind kind;
    const struct pc_principal_entry *items; // all keys of the map together
    size_t count;
    uint32_t line, column;
};

// One key under one operator.
struct pc_condition {
    struct pc_text op;            // operator name as written
    struct pc_text key;           // as written
    const struct pc_text *values; // canonical text: booleans true/false, numbers as written
    size_t count;
};

struct pc_statement {
    uint32_t line, column; // of its opening brace
    struct pc_str sid;     // "" when absent or empty
    enum pc_effect effect;
    struct pc_principal_list principals;
    struct pc_text_list actions;
    struct pc_text_list resources;
    const struct pc_condition *conditions; // every key of every operator: all must hold
    size_t condition_count;
    const struct pc_text
        *idle_operators;        // operators with no key, {"StringEquals": {}}: always true,
    size_t idle_operator_count; // but they must exist
};

struct pc_policy {
    enum pc_policy_type type;
    struct pc_str file; // for places
    struct pc_str name; // for people: the policy's name or a path
    bool variables;     // Version is 2012-10-17
    const struct pc_statement *statements;
    size_t count;
    uint32_t line, column; // of the document
};

struct pc_place pc_policy_place(const struct pc_policy *policy, uint32_t line, uint32_t column);

#endif
