// SPDX-License-Identifier: Apache-2.0
//
// The layout of LMDB's data file (0.9, 64 bit): for LMDB's users a detail, which has been the same
// since 2012 and which the version in the heads pins. Numbers are in the machine's byte order.
#ifndef PC_STORE_LAYOUT_H
#define PC_STORE_LAYOUT_H

#include <string.h>

#include "pages.h"

_Static_assert(sizeof(size_t) == 8, "the layout below is that of 64-bit machines");

enum {
    // A page: number 8, pad 2, flags 2, lower 2, upper 2 (or count of pages 4).
    PC_LAYOUT_PAGE_HEADER = 16,
    // A node: low half 4, flags 2, size of the key 2.
    PC_LAYOUT_NODE_HEADER = 8,
    // A tree: pad 4, flags 2, depth 2, branch, leaf, overflow pages, entries, root, of 8 each.
    PC_LAYOUT_DB_BYTES = 48,
    // A head: magic 4, version 4, address 8, size of the map 8, two trees, last page 8, txnid 8.
    PC_LAYOUT_HEAD_BYTES = 136,
    PC_LAYOUT_PAGE_MIN = 4096,
    PC_LAYOUT_PAGE_MAX = 32768,
    PC_LAYOUT_DEPTH_MAX = 24,
    PC_LAYOUT_TXNID_AT = PC_LAYOUT_PAGE_HEADER + 128, // in the page of a head
    PC_LAYOUT_TREES_MAX = 32,

    PC_LAYOUT_FLAG_BRANCH = 1,
    PC_LAYOUT_FLAG_LEAF = 2,
    PC_LAYOUT_FLAG_OVERFLOW = 4,
    PC_LAYOUT_FLAG_HEAD = 8,
    PC_LAYOUT_NODE_BIG = 1,   // its data is the number of the first overflow page
    PC_LAYOUT_NODE_TREE = 2,  // its data describes a named tree
    PC_LAYOUT_FREE_FLAGS = 8, // the free list has integer keys, and the file no other flag
};

struct pc_layout_head {
    uint64_t psize, last, txnid;
    char free_tree[PC_LAYOUT_DB_BYTES], main_tree[PC_LAYOUT_DB_BYTES]; // descriptions
};

// What the description of a tree says.
struct pc_layout_tree {
    uint16_t flags, depth;            // levels of pages, leaves included; 0: an empty tree
    uint64_t pages;                   // of all kinds
    uint64_t overflow_pages, entries; // pages of large values; keys
    uint64_t root;                    // number of a page; none when the tree is empty
};

// Reads the description of a tree. PC_ERR_DAMAGED: one that no tree has.
PC_MUST_CHECK enum pc_status pc_layout_parse_tree(const char description[PC_LAYOUT_DB_BYTES],
                                                  struct pc_layout_tree *out);

// Reads both heads, each at rest. As pc_pages_check_heads.
PC_MUST_CHECK enum pc_status pc_layout_read_heads(struct pc_str file,
                                                  struct pc_layout_head heads[2]);

static inline uint16_t pc_layout_load16(const char *at)
{
    uint16_t value;
    memcpy(&value, at, sizeof(value));
    return value;
}

static inline uint32_t pc_layout_load32(const char *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof(value));
    return value;
}

static inline uint64_t pc_layout_load64(const char *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof(value));
    return value;
}

#endif
