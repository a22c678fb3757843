// SPDX-License-Identifier: Apache-2.0
//
// Walks the entries of one tree in the order of their keys. Each page is checked as a whole when
// the walk comes to it: it is sound, its keys rise, and lie within what the pages above promise. So
// a walk ends, whatever the file holds: no page fits in two places, and large values have no more
// pages than the tree says, which of all trees together are no more than the file has (state.c).
//
// The trees of the free list, whose keys are ordered as numbers, are not for this.
#ifndef PC_STORE_WALK_H
#define PC_STORE_WALK_H

#include "page.h"

struct pc_walk_step {
    const char *page;
    unsigned index, count;
};

struct pc_walk {
    const struct pc_page_space *space;
    const struct pc_layout_tree *tree;
    uint64_t met, overflow_pages;                   // entries that were handed out; of their values
    struct pc_walk_step steps[PC_LAYOUT_DEPTH_MAX]; // from the root to the leaf
};

// Goes to the first entry. PC_ERR_NOTFOUND: the tree is empty. PC_ERR_DAMAGED. Space and tree are
// borrowed.
PC_MUST_CHECK enum pc_status pc_walk_first(struct pc_walk *walk, const struct pc_page_space *space,
                                           const struct pc_layout_tree *tree,
                                           struct pc_page_node *out);

// Goes to the next. PC_ERR_NOTFOUND: there is none, and entries and pages of large values were as
// many as the tree's description says. PC_ERR_DAMAGED.
PC_MUST_CHECK enum pc_status pc_walk_next(struct pc_walk *walk, struct pc_page_node *out);

// Goes to where a key belongs that is not in the tree, and finds the entries before and behind that
// place, of which at least one exists when the tree is not empty; a key of length 0: none.
// PC_ERR_DAMAGED: the key is there, or something on the way is wrong.
PC_MUST_CHECK enum pc_status pc_walk_around(const struct pc_page_space *space,
                                            const struct pc_layout_tree *tree, struct pc_str key,
                                            struct pc_page_node around[2]);

#endif
