// SPDX-License-Identifier: Apache-2.0
//
// What the generator draws from: tables, one row a fact. A new operator, condition key, action,
// caller, value, well-known statement or mistake is a new row. Texts are templates
// (generate_scene.h says what %a and its like stand for). The pools are small on purpose: what a
// policy says and what a request holds have to meet often.
#ifndef GEN_POOLS_H
#define GEN_POOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Kinds of callers, as bits (SEMANTICS.md 4.1).
enum gen_caller_kind {
    GEN_ROOT = 1 << 0,
    GEN_USER = 1 << 1,
    GEN_SESSION = 1 << 2,
    GEN_ROLE = 1 << 3, // a role's ARN: any session of it
    GEN_FEDERATED = 1 << 4,
    GEN_SERVICE = 1 << 5,
    GEN_PROVIDER = 1 << 6,
    GEN_ANONYMOUS = 1 << 7,

    GEN_WITH_ACCOUNT = GEN_ROOT | GEN_USER | GEN_SESSION | GEN_ROLE | GEN_FEDERATED,
    GEN_SIGNED = GEN_WITH_ACCOUNT | GEN_SERVICE,
    GEN_ANYONE = GEN_SIGNED | GEN_PROVIDER | GEN_ANONYMOUS,
};

// One caller. Members that do not apply are NULL.
struct gen_caller {
    enum gen_caller_kind kind;
    uint32_t weight;
    const char *principal; // as a request names it
    const char *name;      // of the user, role, federated user, service, provider
    const char *session;
    const char *role; // the ARN of the session's role; the request need not tell it
    const char *parent;
    const char *id;       // unique id, without the session's name
    const char *services; // a further name of a service
};

// Types of values that condition operators compare.
enum gen_type {
    GEN_STRING = 0,
    GEN_ARN,
    GEN_BOOL,
    GEN_NUMBER,
    GEN_DATE,
    GEN_IP,
    GEN_BINARY,
    GEN_TYPES, // their number
};

// One value of a pool. Values of one group mean the same, or lie in one another; group 0 stands for
// no group. A bare value can stand in JSON without quotes too.
struct gen_value {
    uint8_t group;
    bool bare;
    const char *text;
};

struct gen_pool {
    const struct gen_value *rows;
    size_t count;
};

// What a request may hold for a value of a type, what a policy may compare it with, what is
// neither.
struct gen_type_pools {
    struct gen_pool request;
    struct gen_pool policy;
    struct gen_pool junk;
};

// How an operator reads its policy values.
enum gen_flavour {
    GEN_EXACT = 0,
    GEN_FOLD, // without letter case
    GEN_LIKE, // with wildcards
    GEN_ARN_LIKE,
    GEN_TYPED, // as a value of its type
    GEN_NULL,  // about presence
};

struct gen_operator {
    const char *name;
    enum gen_type type;
    enum gen_flavour flavour;
};

// How a condition key comes into a request.
enum gen_origin {
    GEN_FREE = 0, // on its own
    GEN_LINKED,   // follows from the caller, the resource or another key
};

struct gen_key {
    const char *name;
    enum gen_type type;
    bool multivalued;
    enum gen_origin origin;
    unsigned callers;     // kinds whose requests can carry it; 0: all
    const char *service;  // of its own service's requests; NULL: of all
    const char *texts[4]; // values of its own; none: those of its type
};

// The rows of gen_keys that are linked, which come first.
enum gen_linked_key {
    GEN_KEY_PRINCIPAL_ARN,
    GEN_KEY_PRINCIPAL_ACCOUNT,
    GEN_KEY_PRINCIPAL_TYPE,
    GEN_KEY_USERID,
    GEN_KEY_USERNAME,
    GEN_KEY_IS_AWS_SERVICE,
    GEN_KEY_SERVICE_NAME,
    GEN_KEY_SERVICE_NAMES,
    GEN_KEY_TAG_TEAM,
    GEN_KEY_TAG_STAGE,
    GEN_KEY_TAG_SLASH,
    GEN_KEY_RESOURCE_ACCOUNT,
    GEN_KEY_CURRENT_TIME,
    GEN_KEY_EPOCH_TIME,
    GEN_KEY_REQUEST_TAG_TEAM,
    GEN_KEY_REQUEST_TAG_STAGE,
    GEN_KEY_TAG_KEYS,
    GEN_KEY_CALLED_VIA,
    GEN_KEY_CALLED_VIA_FIRST,
    GEN_KEY_CALLED_VIA_LAST,
    GEN_KEY_VIA_AWS_SERVICE,
    GEN_KEY_SOURCE_ARN,
    GEN_KEY_SOURCE_ACCOUNT,
    GEN_KEY_CALLER_ACCOUNT,
    GEN_LINKED_KEYS, // their number
};

struct gen_action {
    const char *service;
    const char *name;
    uint32_t weight;
    unsigned callers;         // who usually calls it
    const char *resources[7]; // templates, as many as there are
    const char *keys[5];      // condition keys that often come with it
};

// Policy types, as bits.
enum gen_policy {
    GEN_IDENTITY = 1 << 0,
    GEN_BOUNDARY = 1 << 1,
    GEN_SESSION_POLICY = 1 << 2,
    GEN_RESOURCE = 1 << 3,
    GEN_TRUST = 1 << 4,
    GEN_KEY_POLICY = 1 << 5,
    GEN_ENDPOINT = 1 << 6,
    GEN_SCP = 1 << 7,
    GEN_RCP = 1 << 8,

    GEN_ATTACHED = GEN_RESOURCE | GEN_TRUST | GEN_KEY_POLICY,
    GEN_WITH_PRINCIPAL = GEN_ATTACHED | GEN_ENDPOINT | GEN_RCP,
    GEN_WITHOUT_PRINCIPAL = GEN_IDENTITY | GEN_BOUNDARY | GEN_SESSION_POLICY | GEN_SCP,
    GEN_ALL_POLICIES = GEN_WITH_PRINCIPAL | GEN_WITHOUT_PRINCIPAL,
};

// Keys of a principal map.
enum gen_principal_key {
    GEN_AWS = 0,
    GEN_SERVICES,
    GEN_PROVIDERS,
    GEN_CANONICAL,
    GEN_PRINCIPAL_KEYS, // their number
};

// A principal that a policy may name. `fits`: the kinds of callers whom it names for certain.
struct gen_principal {
    unsigned fits;
    unsigned policies; // types that may name it
    enum gen_principal_key key;
    const char *value;
};

// JSON in tables is written with ' for its quotes, and with ` for a ' in it.

// A statement as people write them.
struct gen_idiom {
    unsigned policies;
    const char *service;   // NULL: any
    const char *key;       // what the condition asks for besides what is known; NULL: nothing
    const char *elements;  // Effect and all that follows, but for the condition
    const char *condition; // what stands in its braces; NULL: none
};

// A mistake: the element holds this JSON, or is left out (NULL).
struct gen_mistake {
    unsigned policies;
    bool document; // of the document, not of a statement
    const char *element;
    const char *json;
};

// A mistake in the request: the member holds this JSON.
struct gen_slip {
    unsigned callers; // kinds for which it is one
    const char *member;
    const char *json;
};

extern const struct gen_slip gen_slips[];
extern const size_t gen_slip_count;
extern const struct gen_caller gen_callers[];
extern const size_t gen_caller_count;
extern const struct gen_action gen_actions[];
extern const size_t gen_action_count;
extern const struct gen_operator gen_operators[];
extern const size_t gen_operator_count;
extern const struct gen_key gen_keys[];
extern const size_t gen_key_count;
extern const struct gen_type_pools gen_types[GEN_TYPES];
extern const struct gen_principal gen_principals[];
extern const size_t gen_principal_count;
extern const struct gen_idiom gen_idioms[];
extern const size_t gen_idiom_count;
extern const struct gen_mistake gen_mistakes[];
extern const size_t gen_mistake_count;

// Texts for tags and for keys that are plain text; actions that match nothing or little.
extern const struct gen_pool gen_words;
extern const char *const gen_odd_actions[];
extern const size_t gen_odd_action_count;

#endif
