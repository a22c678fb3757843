// SPDX-License-Identifier: Apache-2.0
//
// One page of the data file and the nodes in it, with nothing believed: whatever the bytes are,
// what is handed out lies inside what may be read. The small checks, which each look at a page
// makes, are here; pc_page_is_sound makes all that concern a page by itself.
#ifndef PC_STORE_PAGE_H
#define PC_STORE_PAGE_H

#include "layout.h"

// What may be read of a data file.
struct pc_page_space {
    const char *base;
    uint64_t pages; // inside the file, and not beyond the last one in use
    unsigned shift; // a page has 1 << shift bytes
};

struct pc_page_node {
    uint32_t half; // length of the value; low half of a branch's page number
    uint16_t flags;
    struct pc_str key;
    const char *data;
    size_t room; // bytes between data and the end of the page
};

struct pc_page_value {
    struct pc_str bytes;
    uint64_t first, count; // pages of its own, or none
};

static inline size_t pc_page_size(const struct pc_page_space *space)
{
    return (size_t)1 << space->shift;
}

// The space of a state whose head that is, in a file of which so many bytes may be read.
struct pc_page_space pc_page_space_of(struct pc_str file, const struct pc_layout_head *head);

// The page of that number, which has to say that it is, and of which kind. PC_ERR_DAMAGED.
PC_MUST_CHECK static inline enum pc_status
pc_page_at(const struct pc_page_space *space, uint64_t number, unsigned flags, const char **out)
{
    if (number >= space->pages) {
        return PC_ERR_DAMAGED;
    }
    const char *page = space->base + (number << space->shift);
    if (pc_layout_load64(page) != number || pc_layout_load16(page + 10) != flags) {
        return PC_ERR_DAMAGED;
    }
    *out = page;
    return PC_OK;
}

// The number of its nodes, of a branch or a leaf; 0: the page is damaged. Their offsets lie in it.
static inline unsigned pc_page_count(const struct pc_page_space *space, const char *page)
{
    unsigned lower = pc_layout_load16(page + 12);
    unsigned upper = pc_layout_load16(page + 14);
    bool good = lower >= PC_LAYOUT_PAGE_HEADER && lower <= upper && upper <= pc_page_size(space);
    return good ? (lower - (unsigned)PC_LAYOUT_PAGE_HEADER) / 2 : 0;
}

// The node of that index below the count; false: it does not lie in the page.
static inline bool pc_page_node(const struct pc_page_space *space, const char *page, unsigned index,
                                struct pc_page_node *out)
{
    size_t offset = pc_layout_load16(page + PC_LAYOUT_PAGE_HEADER + 2 * (size_t)index);
    size_t end = pc_page_size(space);
    if (offset < PC_LAYOUT_PAGE_HEADER || offset > end - PC_LAYOUT_NODE_HEADER) {
        return false;
    }
    const char *at = page + offset;
    size_t key_len = pc_layout_load16(at + 6);
    size_t room = end - offset - PC_LAYOUT_NODE_HEADER;
    if (key_len > room) {
        return false;
    }
    *out = (struct pc_page_node){pc_layout_load32(at),
                                 pc_layout_load16(at + 4),
                                 {at + PC_LAYOUT_NODE_HEADER, key_len},
                                 at + PC_LAYOUT_NODE_HEADER + key_len,
                                 room - key_len};
    return true;
}

// The page that a branch's node points to.
static inline uint64_t pc_page_child(const struct pc_page_node *node)
{
    return node->half | (uint64_t)node->flags << 32;
}

// The value of a leaf's node, in its page or on pages of its own. PC_ERR_DAMAGED.
PC_MUST_CHECK static inline enum pc_status pc_page_value(const struct pc_page_space *space,
                                                         const struct pc_page_node *node,
                                                         struct pc_page_value *out)
{
    size_t length = node->half;
    if (!(node->flags & PC_LAYOUT_NODE_BIG)) {
        *out = (struct pc_page_value){{node->data, length}, 0, 0};
        return length <= node->room ? PC_OK : PC_ERR_DAMAGED;
    }
    if (node->room < sizeof(uint64_t)) {
        return PC_ERR_DAMAGED;
    }
    const char *page;
    uint64_t first = pc_layout_load64(node->data);
    PC_TRY(pc_page_at(space, first, PC_LAYOUT_FLAG_OVERFLOW, &page));
    uint64_t count = pc_layout_load32(page + 12);
    // A shorter value that replaced a longer one may leave pages over.
    uint64_t needed = ((PC_LAYOUT_PAGE_HEADER - 1 + (uint64_t)length) >> space->shift) + 1;
    if (count < needed || count > space->pages - first) {
        return PC_ERR_DAMAGED;
    }
    *out = (struct pc_page_value){{page + PC_LAYOUT_PAGE_HEADER, length}, first, count};
    return PC_OK;
}

// Whether all holds that holds of every branch or leaf by itself: it has at least so many nodes,
// and they fill the space behind `upper` to the end of the page, without gap or overlap. The order
// of the keys is not looked at. Cost: a pass over the nodes.
bool pc_page_is_sound(const struct pc_page_space *space, const char *page, bool branch,
                      unsigned least);

#endif
