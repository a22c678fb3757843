// SPDX-License-Identifier: Apache-2.0
//
// Radix trees over the literal text of patterns. A node is made of the entries that share a text
// up to some place; they are sorted, so what the first and the last of them share, all of them
// share. Nodes are made level by level, not by recursion, because a text may be long.
#include "indexing.h"

// A node to be made: entries [low, high) share what is in front of `depth`.
struct pending {
    size_t low, high, depth;
    uint32_t parent;
};

struct tree {
    struct pc_indexing *job;
    const struct pc_index_entry *entries;
    struct pending *queue;
    size_t made, queued;
    uint32_t root; // number of the first node
};

static size_t shared(struct pc_str a, struct pc_str b, size_t from)
{
    size_t at = from;
    while (at < a.len && at < b.len && a.ptr[at] == b.ptr[at]) {
        at++;
    }
    return at;
}

static enum pc_status add_glob(struct pc_indexing *job, const struct pc_index_entry *entries,
                               size_t count)
{
    struct pc_image_glob glob = {.pattern = entries->pattern};
    struct pc_image_range set;
    PC_TRY(pc_index_set_of(job, entries, count, &set));
    glob.set = set;
    pc_image_builder_add(job->builder, PC_IMAGE_GLOBS, &glob);
    return PC_OK;
}

// The entries [low, high) end at the node.
static enum pc_status fill_node(struct tree *tree, struct pc_image_node *node, size_t low,
                                size_t high)
{
    struct pc_indexing *job = tree->job;
    struct pc_image_range set = {0, 0};
    node->globs.first = pc_image_builder_count(job->builder, PC_IMAGE_GLOBS);
    for (size_t end; low < high; low = end) {
        const struct pc_index_entry *run = &tree->entries[low];
        end = pc_index_run(tree->entries, low, high);
        if (run->kind == PC_INDEX_GLOB) {
            PC_TRY(add_glob(job, run, end - low));
            node->globs.count++;
            continue;
        }
        PC_TRY(pc_index_set_of(job, run, end - low, &set));
        if (run->kind == PC_INDEX_PREFIX) {
            node->prefix = set;
        } else {
            node->exact = set;
        }
    }
    return PC_OK;
}

static void queue_children(struct tree *tree, struct pending from, size_t depth, uint32_t parent)
{
    for (size_t end; from.low < from.high; from.low = end) {
        char first = tree->entries[from.low].text.ptr[depth];
        end = from.low + 1;
        while (end < from.high && tree->entries[end].text.ptr[depth] == first) {
            end++;
        }
        tree->queue[tree->queued++] = (struct pending){from.low, end, depth, parent};
    }
}

static enum pc_status make_node(struct tree *tree, struct pending from)
{
    struct pc_image_node node = {.parent = from.parent};
    uint32_t number = pc_image_builder_count(tree->job->builder, PC_IMAGE_NODES);
    struct pc_str text = tree->entries[from.low].text;
    size_t depth = shared(text, tree->entries[from.high - 1].text, from.depth);
    size_t start = from.depth;
    if (number != tree->root) {
        node.first = (uint8_t)text.ptr[start++];
    }
    node.label = pc_index_span(tree->job, pc_str_slice(text, start, depth));
    size_t here = from.low;
    while (here < from.high && tree->entries[here].text.len == depth) {
        here++;
    }
    PC_TRY(fill_node(tree, &node, from.low, here));
    pc_image_builder_add(tree->job->builder, PC_IMAGE_NODES, &node);
    from.low = here;
    queue_children(tree, from, depth, number);
    return PC_OK;
}

enum pc_status pc_index_tree(struct pc_indexing *job, const struct pc_index_entry *entries,
                             size_t count, uint32_t *root)
{
    struct tree tree = {.job = job, .entries = entries, .queued = 1};
    *root = 0;
    if (count == 0) {
        return PC_OK;
    }
    // A node ends an entry or has two children, but for the root.
    tree.queue = pc_arena_array(job->arena, 2 * count + 1, sizeof(*tree.queue));
    if (tree.queue == NULL) {
        return PC_ERR_NOMEM;
    }
    tree.root = pc_image_builder_count(job->builder, PC_IMAGE_NODES);
    tree.queue[0] = (struct pending){0, count, 0, tree.root};
    while (tree.made < tree.queued) {
        PC_TRY(make_node(&tree, tree.queue[tree.made++]));
    }
    *root = tree.root + 1;
    return PC_OK;
}

enum pc_status pc_index_edges(struct pc_indexing *job)
{
    struct pc_buf *edges = &job->builder->tables[PC_IMAGE_EDGES];
    uint32_t nodes = pc_image_builder_count(job->builder, PC_IMAGE_NODES);
    uint32_t count = 2;
    while (count < 2 * nodes) {
        count *= 2;
    }
    if (nodes == 0) {
        return PC_OK;
    }
    uint64_t steps = (uint64_t)PC_IMAGE_STEPS * count;
    pc_buf_fill(edges, 0, (size_t)count * sizeof(struct pc_image_edge));
    for (uint32_t number = 0; pc_buf_status(edges) == PC_OK && number < nodes; number++) {
        const struct pc_image_node *node = pc_index_record(job, PC_IMAGE_NODES, number);
        struct pc_image_edge *at = (void *)edges->ptr;
        if (node->parent == number) {
            continue;
        }
        uint32_t place = pc_image_edge_place(node->parent, node->first) & (count - 1);
        // No root is led to, so no edge leads to node 0.
        for (; at[place].node != 0; place = (place + 1) & (count - 1)) {
            if (steps-- == 0) {
                return PC_ERR_EFFORT;
            }
        }
        at[place].node = number;
    }
    return PC_OK;
}
