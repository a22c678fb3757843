// SPDX-License-Identifier: Apache-2.0
//
// What holds of a whole page.
#include "page.h"

struct pc_page_space pc_page_space_of(struct pc_str file, const struct pc_layout_head *head)
{
    struct pc_page_space space = {.base = file.ptr};
    space.shift = (unsigned)__builtin_ctzll(head->psize);
    space.pages = file.len >> space.shift;
    if (space.pages > head->last + 1) {
        space.pages = head->last + 1;
    }
    return space;
}

// Bytes that the node takes in its page, or 0 when it does not fit.
static size_t node_size(const struct pc_page_node *node, bool branch)
{
    size_t data = branch ? 0 : (node->flags & PC_LAYOUT_NODE_BIG) ? sizeof(uint64_t) : node->half;
    if (data > node->room) {
        return 0;
    }
    return (PC_LAYOUT_NODE_HEADER + node->key.len + data + 1) & ~(size_t)1;
}

// Notes the size of each node at half its offset.
static bool measure_nodes(const struct pc_page_space *space, const char *page, bool branch,
                          uint16_t *sizes)
{
    unsigned count = pc_page_count(space, page);
    size_t upper = pc_layout_load16(page + 14);
    for (unsigned i = 0; i < count; i++) {
        struct pc_page_node node;
        if (!pc_page_node(space, page, i, &node)) {
            return false;
        }
        size_t offset = pc_layout_load16(page + PC_LAYOUT_PAGE_HEADER + 2 * (size_t)i);
        size_t size = node_size(&node, branch);
        if (offset % 2 != 0 || offset < upper || size == 0 || size > pc_page_size(space) - offset ||
            sizes[offset / 2] != 0) {
            return false;
        }
        sizes[offset / 2] = (uint16_t)size;
    }
    return true;
}

static bool nodes_tile(const struct pc_page_space *space, const char *page, bool branch)
{
    uint16_t sizes[PC_LAYOUT_PAGE_MAX / 2];
    size_t end = pc_page_size(space);
    memset(sizes, 0, end);
    if (!measure_nodes(space, page, branch, sizes)) {
        return false;
    }
    size_t at = pc_layout_load16(page + 14);
    unsigned met = 0;
    while (at < end && sizes[at / 2] != 0) {
        at += sizes[at / 2];
        met++;
    }
    return at == end && met == pc_page_count(space, page);
}

bool pc_page_is_sound(const struct pc_page_space *space, const char *page, bool branch,
                      unsigned least)
{
    bool even = pc_layout_load16(page + 12) % 2 == 0 && pc_layout_load16(page + 14) % 2 == 0;
    return even && pc_page_count(space, page) >= least && nodes_tile(space, page, branch);
}
