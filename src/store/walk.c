// SPDX-License-Identifier: Apache-2.0
//
// The way through the pages of a tree, each checked when it is entered.
#include "walk.h"

// One page ----------------------------------------------------------------------------------------

static unsigned leaf_level(const struct pc_walk *walk)
{
    return walk->tree->depth - 1U;
}

// A node of a page that was entered, whose nodes all lie in it.
static enum pc_status node_of(const struct pc_walk *walk, const struct pc_walk_step *step,
                              unsigned index, struct pc_page_node *out)
{
    return pc_page_node(walk->space, step->page, index, out) ? PC_OK : PC_ERR_DAMAGED;
}

// Keys of a page rise; the first one of a branch counts as below all.
static enum pc_status check_order(const struct pc_walk *walk, const struct pc_walk_step *step,
                                  unsigned first)
{
    struct pc_str before = PC_STR("");
    for (unsigned i = first; i < step->count; i++) {
        struct pc_page_node node;
        PC_TRY(node_of(walk, step, i, &node));
        if (node.key.len == 0 || pc_str_cmp(before, node.key) >= 0) {
            return PC_ERR_DAMAGED;
        }
        before = node.key;
    }
    return PC_OK;
}

// The pages above promise that keys are at or above one of theirs, and below another.
static enum pc_status check_bounds(const struct pc_walk *walk, unsigned level, unsigned first)
{
    const struct pc_walk_step *step = &walk->steps[level];
    struct pc_page_node low, high, bound;
    bool has_low = false;
    bool has_high = false;
    PC_TRY(node_of(walk, step, first, &low));
    PC_TRY(node_of(walk, step, step->count - 1, &high));
    for (unsigned i = level; i-- > 0 && !(has_low && has_high);) {
        const struct pc_walk_step *above = &walk->steps[i];
        if (!has_low && above->index > 0) {
            has_low = true;
            PC_TRY(node_of(walk, above, above->index, &bound));
            if (pc_str_cmp(low.key, bound.key) < 0) {
                return PC_ERR_DAMAGED;
            }
        }
        if (!has_high && above->index + 1 < above->count) {
            has_high = true;
            PC_TRY(node_of(walk, above, above->index + 1, &bound));
            if (pc_str_cmp(high.key, bound.key) >= 0) {
                return PC_ERR_DAMAGED;
            }
        }
    }
    return PC_OK;
}

// Hands an entry out. No two values have a page in common, so that all of them together have as
// many as the tree says.
static enum pc_status hand_out(struct pc_walk *walk, unsigned index, struct pc_page_node *out)
{
    struct pc_page_node node;
    PC_TRY(node_of(walk, &walk->steps[leaf_level(walk)], index, &node));
    if (node.flags & PC_LAYOUT_NODE_BIG) {
        struct pc_page_value value;
        PC_TRY(pc_page_value(walk->space, &node, &value));
        if (value.count > walk->tree->overflow_pages - walk->overflow_pages) {
            return PC_ERR_DAMAGED;
        }
        walk->overflow_pages += value.count;
    }
    walk->met++;
    *out = node;
    return PC_OK;
}

// Behind the last entry.
static enum pc_status check_counts(const struct pc_walk *walk)
{
    bool all =
        walk->met == walk->tree->entries && walk->overflow_pages == walk->tree->overflow_pages;
    return all ? PC_ERR_NOTFOUND : PC_ERR_DAMAGED;
}

static enum pc_status enter(struct pc_walk *walk, unsigned level, uint64_t number)
{
    bool branch = level < leaf_level(walk);
    unsigned first = branch ? 1 : 0;
    struct pc_walk_step *step = &walk->steps[level];
    *step = (struct pc_walk_step){NULL, 0, 0};
    PC_TRY(pc_page_at(walk->space, number, branch ? PC_LAYOUT_FLAG_BRANCH : PC_LAYOUT_FLAG_LEAF,
                      &step->page));
    if (!pc_page_is_sound(walk->space, step->page, branch, first + 1)) {
        return PC_ERR_DAMAGED;
    }
    step->count = pc_page_count(walk->space, step->page);
    PC_TRY(check_order(walk, step, first));
    return check_bounds(walk, level, first);
}

// Ways through the pages --------------------------------------------------------------------------

static enum pc_status enter_child(struct pc_walk *walk, unsigned level)
{
    struct pc_page_node node;
    PC_TRY(node_of(walk, &walk->steps[level], walk->steps[level].index, &node));
    return enter(walk, level + 1, pc_page_child(&node));
}

// From a page on that was entered, down its first or its last entries.
static enum pc_status go_down(struct pc_walk *walk, unsigned level, bool last)
{
    for (unsigned i = level; i < leaf_level(walk); i++) {
        PC_TRY(enter_child(walk, i));
        walk->steps[i + 1].index = last ? walk->steps[i + 1].count - 1 : 0;
    }
    return PC_OK;
}

// To the last entry of the leaf before, or the first one of the leaf behind. PC_ERR_NOTFOUND: there
// is none.
static enum pc_status go_aside(struct pc_walk *walk, bool back)
{
    for (unsigned i = leaf_level(walk); i-- > 0;) {
        struct pc_walk_step *step = &walk->steps[i];
        if (back ? step->index > 0 : step->index + 1 < step->count) {
            step->index = back ? step->index - 1 : step->index + 1;
            return go_down(walk, i, back);
        }
    }
    return PC_ERR_NOTFOUND;
}

enum pc_status pc_walk_first(struct pc_walk *walk, const struct pc_page_space *space,
                             const struct pc_layout_tree *tree, struct pc_page_node *out)
{
    *walk = (struct pc_walk){.space = space, .tree = tree};
    if (tree->depth == 0) {
        return PC_ERR_NOTFOUND;
    }
    PC_TRY(enter(walk, 0, tree->root));
    PC_TRY(go_down(walk, 0, false));
    return hand_out(walk, 0, out);
}

enum pc_status pc_walk_next(struct pc_walk *walk, struct pc_page_node *out)
{
    struct pc_walk_step *step = &walk->steps[leaf_level(walk)];
    step->index++;
    if (step->index >= step->count) {
        enum pc_status status = go_aside(walk, false);
        PC_TRY(status == PC_ERR_NOTFOUND ? check_counts(walk) : status);
    }
    return hand_out(walk, step->index, out);
}

// A key that is not there -------------------------------------------------------------------------

// The number of a page's keys that are at or below the key, from `first` on.
static enum pc_status count_up_to(const struct pc_walk *walk, const struct pc_walk_step *step,
                                  unsigned first, struct pc_str key, unsigned *out)
{
    unsigned low = first;
    unsigned high = step->count;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        struct pc_page_node node;
        PC_TRY(node_of(walk, step, middle, &node));
        if (pc_str_cmp(node.key, key) <= 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *out = low;
    return PC_OK;
}

static enum pc_status go_to(struct pc_walk *walk, struct pc_str key)
{
    PC_TRY(enter(walk, 0, walk->tree->root));
    unsigned place;
    for (unsigned i = 0; i < leaf_level(walk); i++) {
        PC_TRY(count_up_to(walk, &walk->steps[i], 1, key, &place));
        walk->steps[i].index = place - 1;
        PC_TRY(enter_child(walk, i));
    }
    struct pc_walk_step *leaf = &walk->steps[leaf_level(walk)];
    return count_up_to(walk, leaf, 0, key, &leaf->index);
}

// The entry before the place or behind it. That its leaf, when it is the next one, keeps its own
// promises is what shows that the key is not there either.
static enum pc_status neighbour(struct pc_walk walk, bool back, struct pc_page_node *out)
{
    struct pc_walk_step *leaf = &walk.steps[leaf_level(&walk)];
    if (back ? leaf->index > 0 : leaf->index < leaf->count) {
        return node_of(&walk, leaf, back ? leaf->index - 1 : leaf->index, out);
    }
    enum pc_status status = go_aside(&walk, back);
    if (status == PC_ERR_NOTFOUND) {
        *out = (struct pc_page_node){.half = 0};
        return PC_OK;
    }
    PC_TRY(status);
    return node_of(&walk, leaf, leaf->index, out);
}

enum pc_status pc_walk_around(const struct pc_page_space *space, const struct pc_layout_tree *tree,
                              struct pc_str key, struct pc_page_node around[2])
{
    around[0] = around[1] = (struct pc_page_node){.half = 0};
    if (tree->depth == 0) {
        return PC_OK;
    }
    struct pc_walk walk = {.space = space, .tree = tree};
    PC_TRY(go_to(&walk, key));
    PC_TRY(neighbour(walk, true, &around[0]));
    PC_TRY(neighbour(walk, false, &around[1]));
    // A key at or below the place is below it when it is not there.
    return around[0].key.len > 0 && pc_str_cmp(around[0].key, key) >= 0 ? PC_ERR_DAMAGED : PC_OK;
}
