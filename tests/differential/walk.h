// SPDX-License-Identifier: Apache-2.0
//
// The policies within the tree of a case: its sets, documents and statements. What has not the
// form of a policy is passed over.
#ifndef WALK_H
#define WALK_H

#include "edit.h"

enum {
    WALK_MAX = 2048, // statements, and sets, that are looked at
};

// Documents that are looked at together: a member of `policies`, or one level of it.
struct walk_set {
    struct pc_str type; // "identity" ... "endpoint"
    size_t level;       // of scp and rcp; else 0
    struct edit_node *documents;
};

struct walk_sets {
    struct walk_set items[WALK_MAX];
    size_t count;
};

void walk_sets(const struct edit_node *root, struct walk_sets *out);

struct walk_statement {
    const struct walk_set *set;
    struct edit_node *document, *statement;
};

struct walk_statements {
    struct walk_sets sets;
    struct walk_statement items[WALK_MAX];
    size_t count;
};

void walk_statements(const struct edit_node *root, struct walk_statements *out);

// Does the statement have this effect?
bool walk_has_effect(const struct walk_statement *statement, const char *effect);

#endif
