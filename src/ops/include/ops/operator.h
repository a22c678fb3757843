// SPDX-License-Identifier: Apache-2.0
//
// The condition operators of SEMANTICS.md 5.3, one row each. Negation, IfExists and the set
// prefixes are flags of a use and no rows of their own. A policy value is read once, when it is
// compiled, into bytes that an image stores and that are compared in place; only this module knows
// their form.
#ifndef PC_OPS_OPERATOR_H
#define PC_OPS_OPERATOR_H

#include "match/pattern.h"

// Numbers are part of the image format. Zero is no operator.
enum pc_op_id {
    PC_OP_NONE = 0,
    PC_OP_STRING_EQUALS = 1,
    PC_OP_STRING_EQUALS_IGNORE_CASE = 2,
    PC_OP_STRING_LIKE = 3,
    PC_OP_NUMERIC_EQUALS = 4,
    PC_OP_NUMERIC_LESS = 5,
    PC_OP_NUMERIC_LESS_EQUALS = 6,
    PC_OP_NUMERIC_GREATER = 7,
    PC_OP_NUMERIC_GREATER_EQUALS = 8,
    PC_OP_DATE_EQUALS = 9,
    PC_OP_DATE_LESS = 10,
    PC_OP_DATE_LESS_EQUALS = 11,
    PC_OP_DATE_GREATER = 12,
    PC_OP_DATE_GREATER_EQUALS = 13,
    PC_OP_BOOL = 14,
    PC_OP_BINARY_EQUALS = 15,
    PC_OP_IP_ADDRESS = 16,
    PC_OP_ARN_EQUALS = 17,
    PC_OP_ARN_LIKE = 18,
    PC_OP_NULL = 19,
};

// Flags of a use; part of the image format.
enum {
    PC_OP_NEGATED = 1,
    PC_OP_IF_EXISTS = 2,
    PC_OP_FOR_ALL = 4, // ForAllValues:
    PC_OP_FOR_ANY = 8, // ForAnyValue:
    PC_OP_ALL_FLAGS = 15,
};

// What a comparison may need beside its two operands. Both may be NULL (match/pattern.h).
struct pc_op_env {
    const struct pc_variables *variables;
    struct pc_pattern_cache *cache;
};

// What is wrong with a policy value. A short text that completes "the value "x" ...".
struct pc_op_fault {
    const char *reason;
    bool tolerated; // out was written all the same: the value compares as ERROR
    bool variable;  // a malformed variable: the text completes "the value "x" holds ..."
};

struct pc_operator {
    enum pc_op_id id;
    const char *name;    // "StringEquals"
    const char *negated; // "StringNotEquals", or NULL
    const char *rule;    // the rule that it follows
    const char *takes;   // what a value looks like, for hints
    const char *words;   // what stands in a sentence before a value: "less than", or ""
    bool variables;      // does a policy value take variables?
    unsigned dearer;     // by how many times reading a byte of the request is, than comparing it

    // Reads a policy value and appends its bytes. PC_ERR_INVALID: fault->reason says why, out as it
    // was. PC_OK with fault->reason set: tolerated. PC_ERR_NOMEM, PC_ERR_LIMIT.
    enum pc_status (*encode)(struct pc_str text, bool variables, struct pc_buf *out,
                             struct pc_op_fault *fault);
    bool (*is_valid)(struct pc_str bytes); // of bytes from a store: may they be used below?
    enum pc_match (*compare)(struct pc_str bytes, struct pc_str request,
                             const struct pc_op_env *env);
    void (*write)(struct pc_str bytes, struct pc_buf *out); // readable form
    void (*each_variable)(struct pc_str bytes, void (*visit)(void *context, struct pc_str key),
                          void *context); // NULL: has none
};

// Rows by place in the table, NULL behind the last one.
const struct pc_operator *pc_operator_at(size_t index);

// Row of an id, or NULL.
const struct pc_operator *pc_operator_get(uint32_t id);

struct pc_op_use {
    const struct pc_operator *op;
    uint8_t flags;
};

enum pc_op_found {
    PC_OP_UNKNOWN = 0,
    PC_OP_FOUND,
    PC_OP_NULL_IF_EXISTS, // refused
};

// Finds "ForAllValues:StringNotLikeIfExists" and the like; letters in any case.
enum pc_op_found pc_operator_find(struct pc_str name, struct pc_op_use *use);

// The known name nearest to an unknown one, or NULL when none is near: for hints.
const char *pc_operator_nearest(struct pc_str name);

// Appends the full name of a use, as policies write it.
void pc_op_use_write(const struct pc_op_use *use, struct pc_buf *out);

#endif
