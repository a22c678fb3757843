// SPDX-License-Identifier: Apache-2.0
//
// Changes to a case of which it is known, from the rules, what they do to the answer. Each changes
// the tree in place, by chance where there is a choice, and says whether there was anything to
// change.
#ifndef TRANSFORM_H
#define TRANSFORM_H

#include "engine.h"
#include "generate.h"
#include "walk.h"

struct transform {
    struct pc_arena *arena;
    struct gen_random *random;
    struct edit_node *root;
    const struct engine_case *before; // the case as it was, prepared
};

// Gives every statement a Sid of its own, so that answers can be compared when statements move.
void transform_name_statements(struct transform *job);

// Changes the order of members, statements, documents, levels and values; not that of
// aws:CalledVia, which counts.
bool transform_shuffle(struct transform *job);

// Makes lists of single values, and single values of lists of one.
bool transform_wrap(struct transform *job);

// The same for one statement.
void transform_wrap_statement(struct pc_arena *arena, struct edit_node *statement);

// Changes the letter case of actions, condition keys and context keys.
bool transform_letter_case(struct transform *job);

// Puts each statement into a document of its own.
bool transform_split(struct transform *job);

// Gives documents a name, and takes it from those that have one (CONTRACT.md 2).
bool transform_rename(struct transform *job);

// Gives documents without variables another Version, or none.
bool transform_version(struct transform *job);

// Says some values of lists twice.
bool transform_repeat(struct transform *job);

// Adds a context key that nothing asks for.
bool transform_add_context(struct transform *job);

// Adds a policy whose only action is not asked for, or a statement of another service.
bool transform_add_unrelated(struct transform *job);

// Adds a copy of a statement, or one that applies to everything, with the effect.
bool transform_add_deny(struct transform *job);
bool transform_add_allow(struct transform *job);

// Adds a condition to a statement that allows.
bool transform_add_condition(struct transform *job);

// Replaces every set by what its readable dump says (dump_reader.h).
bool transform_through_dump(struct transform *job);

// Makes every Allow a Deny: changes answers, to see that a change is noticed.
bool transform_deny_all(struct transform *job);

#endif
