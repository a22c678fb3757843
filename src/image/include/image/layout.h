// SPDX-License-Identifier: Apache-2.0
//
// The bytes of an image: one compiled policy set. Flat, position-independent, little-endian,
// readable at any alignment (the structs are packed), deterministic. A header, then tables of
// fixed-width records, then a pool of bytes that spans point into. Any change here raises
// PC_IMAGE_VERSION.
#ifndef PC_IMAGE_LAYOUT_H
#define PC_IMAGE_LAYOUT_H

#include "base/str.h"

#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "images are read in place and little-endian; this machine is not"
#endif

#define PC_IMAGE_PACKED __attribute__((packed))

enum {
    PC_IMAGE_VERSION = 3,
    PC_IMAGE_MAX_BYTES = 1 << 30,
    PC_IMAGE_MAX_STATEMENTS = 1 << 20,
    PC_IMAGE_TEXTS = 64, // bytes of texts, each as often as a record has it, for each of the image
    PC_IMAGE_STEPS = 16, // of the searches for all records, for each slot or edge: past its first
};

// Bytes in the pool.
struct pc_image_span {
    uint32_t offset, length;
} PC_IMAGE_PACKED;

// Records [first, first + count) of another table.
struct pc_image_range {
    uint32_t first, count;
} PC_IMAGE_PACKED;

struct pc_image_document {
    struct pc_image_span name, file; // for people
} PC_IMAGE_PACKED;

enum {
    PC_IMAGE_LIST_ABSENT = 0,
    PC_IMAGE_LIST_POSITIVE = 1,
    PC_IMAGE_LIST_NEGATED = 2,
};

enum {
    PC_IMAGE_DENY = 0,
    PC_IMAGE_ALLOW = 1,
};

struct pc_image_statement {
    uint32_t document;
    uint32_t number; // place in its document, from 0
    uint32_t line, column;
    struct pc_image_span sid;
    uint8_t effect;
    uint8_t principal_kind, action_kind, resource_kind; // PC_IMAGE_LIST_*
    struct pc_image_range principals, actions, resources, conditions;
} PC_IMAGE_PACKED;

enum {
    PC_IMAGE_ACTION_NEVER = 0, // matches no request
    PC_IMAGE_ACTION_ANY = 1,
    PC_IMAGE_ACTION_NAME = 2,  // service and a pattern of names
};

struct pc_image_action {
    uint32_t kind;
    struct pc_image_span service; // lower case
    struct pc_image_span name;    // pattern (match/pattern.h), folded; of NEVER the text as written
} PC_IMAGE_PACKED;

enum {
    PC_IMAGE_RESOURCE_NEVER = 0,   // matches no request
    PC_IMAGE_RESOURCE_PATTERN = 1, // ARN pattern (match/arn_pattern.h)
};

struct pc_image_resource {
    uint32_t kind;
    struct pc_image_span pattern; // for NEVER the text as written
} PC_IMAGE_PACKED;

// Numbers of the kinds of principals, as SEMANTICS.md 4.2 and R-035 have them.
enum {
    PC_IMAGE_PRINCIPAL_NEVER = 0,
    PC_IMAGE_PRINCIPAL_ANY = 1,
    PC_IMAGE_PRINCIPAL_ACCOUNT = 2,
    PC_IMAGE_PRINCIPAL_USER = 3,
    PC_IMAGE_PRINCIPAL_ROLE = 4,
    PC_IMAGE_PRINCIPAL_SESSION = 5,
    PC_IMAGE_PRINCIPAL_FEDERATED_USER = 6,
    PC_IMAGE_PRINCIPAL_ID = 7,
    PC_IMAGE_PRINCIPAL_SERVICE = 8,
    PC_IMAGE_PRINCIPAL_FEDERATED = 9,
    PC_IMAGE_PRINCIPAL_CANONICAL_USER = 10,
    PC_IMAGE_PRINCIPAL_KINDS = 11,
};

struct pc_image_principal {
    uint32_t kind;
    struct pc_image_span text;      // as written; of ACCOUNT the account id
    struct pc_image_span partition; // "" for any
} PC_IMAGE_PACKED;

struct pc_image_condition {
    uint32_t op;    // enum pc_op_id
    uint32_t flags; // PC_OP_* flags
    uint32_t key;
    struct pc_image_range values;
} PC_IMAGE_PACKED;

struct pc_image_value {
    struct pc_image_span bytes; // as the operator encodes it (ops/operator.h)
} PC_IMAGE_PACKED;

struct pc_image_key {
    uint64_t hash;             // pc_str_hash of the name
    struct pc_image_span name; // lower case
    struct pc_image_span text; // as first written
} PC_IMAGE_PACKED;

// The index: which statements can apply. It is made from the records above (image/index.h) and only
// proposes: of actions it is exact, by resource and principal it may name statements too many.
//
// A set of statements is a range of blocks, by rising number; a block is never empty.
struct pc_image_block {
    uint32_t number; // statements 64 * number to 64 * number + 63
    uint64_t bits;
} PC_IMAGE_PACKED;

// Open addressing: a power of two of slots (or none), at most half of them used; each holds 1 + the
// number of a record, or 0. A record is at its hash modulo the slots, or behind it up to a free
// one.
struct pc_image_slot {
    uint32_t record;
} PC_IMAGE_PACKED;

// A service as actions and as resources name it.
struct pc_image_service {
    uint64_t hash;               // pc_str_hash of the name
    struct pc_image_span name;   // lower case for actions
    struct pc_image_range names; // slots of the actions without wildcards
    uint32_t actions, resources; // 1 + root of the tree of patterns, or 0
} PC_IMAGE_PACKED;

// An action without wildcards. In an image of one block its set has every statement that lists the
// action in whatever way; otherwise those that list it by this very name. A service may have its
// actions without wildcards in its tree instead, and no names.
struct pc_image_name {
    uint64_t hash;
    struct pc_image_span name; // lower case
    struct pc_image_range set;
} PC_IMAGE_PACKED;

// A node of a radix tree over the literal text in front of the first wildcard: what of the text
// leads here from the parent is `first`, then `label`. Roots are their own parent and have no
// `first`, and no edge leads to them; others come behind their parent.
struct pc_image_node {
    uint32_t parent;
    uint8_t first;
    struct pc_image_span label;
    struct pc_image_range prefix; // set: of patterns that match whatever follows
    struct pc_image_range exact;  // set: of patterns that match when nothing follows
    struct pc_image_range globs;  // patterns that have to be asked
} PC_IMAGE_PACKED;

struct pc_image_glob {
    struct pc_image_span pattern; // match/pattern.h
    struct pc_image_range set;
} PC_IMAGE_PACKED;

// Open addressing as of slots: 0, or the number of a node; placed by pc_image_edge_place.
// INVARIANT: the searches for all of them take PC_IMAGE_STEPS for each edge at most, past the first
// one: so a way down a tree, on which the numbers of nodes rise, is linear in the image.
struct pc_image_edge {
    uint32_t node;
} PC_IMAGE_PACKED;

// Statements by who they name: a hash of pc_image_principal_hash.
struct pc_image_holder {
    uint64_t hash;
    struct pc_image_range set;
} PC_IMAGE_PACKED;

// What the statements of a block have in common, as bits.
struct pc_image_word {
    uint64_t not_action; // the statement has NotAction
    uint64_t deny;       // its effect is Deny
    uint64_t open;       // matches every caller and resource, without condition
} PC_IMAGE_PACKED;

enum pc_image_table {
    PC_IMAGE_DOCUMENTS = 0,
    PC_IMAGE_STATEMENTS,
    PC_IMAGE_ACTIONS,
    PC_IMAGE_RESOURCES,
    PC_IMAGE_PRINCIPALS,
    PC_IMAGE_CONDITIONS,
    PC_IMAGE_VALUES,
    PC_IMAGE_KEYS,
    PC_IMAGE_WORDS,
    PC_IMAGE_BLOCKS,
    PC_IMAGE_SLOTS,
    PC_IMAGE_SERVICES,
    PC_IMAGE_NAMES,
    PC_IMAGE_NODES,
    PC_IMAGE_EDGES,
    PC_IMAGE_GLOBS,
    PC_IMAGE_HOLDERS,
    PC_IMAGE_TABLES, // their number
};

// Numbers of the policy types; those of enum pc_policy_type, which evaluation does not see.
enum {
    PC_IMAGE_TYPE_IDENTITY = 1,
    PC_IMAGE_TYPE_BOUNDARY = 2,
    PC_IMAGE_TYPE_SESSION = 3,
    PC_IMAGE_TYPE_RESOURCE = 4,
    PC_IMAGE_TYPE_TRUST = 5,
    PC_IMAGE_TYPE_KEY = 6,
    PC_IMAGE_TYPE_SCP = 7,
    PC_IMAGE_TYPE_RCP = 8,
    PC_IMAGE_TYPE_ENDPOINT = 9,
};

// Do statements of this type name principals (SEMANTICS.md 1.3)?
bool pc_image_type_has_principals(uint32_t type);

struct pc_image_table_header {
    uint32_t offset; // from the start of the image
    uint32_t count;  // records
} PC_IMAGE_PACKED;

// Where the index begins.
struct pc_image_roots {
    struct pc_image_range every;     // set: statements that list "*"
    struct pc_image_range negated;   // set: statements with NotAction
    struct pc_image_range services;  // slots
    struct pc_image_range unplaced;  // set: statements that any resource may match
    struct pc_image_range holders;   // slots
    struct pc_image_range unnamed;   // set: statements that any caller may match
    uint32_t by_resource, by_holder; // 1: there is such an index; 0: every statement may match
} PC_IMAGE_PACKED;

struct pc_image_header {
    char magic[4]; // "PCIM"
    uint32_t version;
    uint64_t checksum; // pc_str_hash of all bytes behind it
    uint32_t size;     // bytes of the whole image
    uint32_t type;     // PC_IMAGE_TYPE_*
    struct pc_image_table_header tables[PC_IMAGE_TABLES];
    struct pc_image_roots index;
    struct pc_image_table_header pool; // count: bytes
} PC_IMAGE_PACKED;

// Bytes of one record.
size_t pc_image_record_size(enum pc_image_table table);

// Where the edge from the node with this first byte is looked for, before it is cut to the table.
static inline uint32_t pc_image_edge_place(uint32_t parent, uint8_t first)
{
    uint32_t mixed = (parent + 1) * UINT32_C(0x9e3779b1) ^ (first + 1U) * UINT32_C(0x85ebca77);
    return mixed ^ mixed >> 15;
}

// What principals are indexed by. An entry of a Principal element and the text by which it matches
// a caller (match in eval/principals.c: the same text, of a role the last part of its ARN or name,
// whatever its case) have equal hashes.
uint64_t pc_image_principal_hash(uint32_t kind, struct pc_str text);

#endif
