// SPDX-License-Identifier: Apache-2.0
//
// Makes a tree smaller while it keeps what it is wanted for: children are taken out, containers
// give way to one of their children, texts lose words and letters, values become simple ones. It
// knows nothing of policies: what still counts as the case is for `holds` to say.
#ifndef SHRINK_H
#define SHRINK_H

#include "edit.h"

struct shrink {
    struct pc_arena *arena; // of the tree
    // Does the text still show what is wanted?
    bool (*holds)(void *context, struct pc_str text);
    void *context;
    size_t budget; // calls of `holds` that are left; at zero the tree stays as it is
    // Names of members, the last one NULL, whose strings stay as they are; NULL: none do.
    const char *const *whole;
};

// Shrinks in place until nothing can be left out, or the budget is spent.
void shrink_tree(struct shrink *shrink, struct edit_node *root);

#endif
