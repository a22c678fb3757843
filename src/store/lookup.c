// SPDX-License-Identifier: Apache-2.0
//
// The search is written for speed: keys of one table begin alike (ARNs), so it compares from where
// the keys below and above the place are known to agree with the wanted one.
#include "lookup.h"

#include "walk.h"

struct search {
    const struct pc_page_space *space;
    struct pc_str key;
    size_t low_same, high_same; // bytes that the keys met below and above the place share with it
    uint64_t way;               // a number for the pages and places taken
};

struct spot {
    const char *page;
    unsigned index;
    bool found; // a key that compares equal is there; not proven
};

static const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);

// Keys --------------------------------------------------------------------------------------------

// The place of the first byte that differs, of eight that differ somewhere as they lie in memory.
static inline unsigned first_byte(uint64_t difference)
{
    bool little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
    return (unsigned)(little ? __builtin_ctzll(difference) : __builtin_clzll(difference)) / 8;
}

// Where the two differ first, from `at` on; `end`, the length of the shorter one: nowhere.
static inline size_t first_difference(const char *a, const char *b, size_t at, size_t end)
{
    for (; end - at >= 8; at += 8) {
        uint64_t difference = pc_layout_load64(a + at) ^ pc_layout_load64(b + at);
        if (difference != 0) {
            return at + first_byte(difference);
        }
    }
    while (at < end && a[at] == b[at]) {
        at++;
    }
    return at;
}

// The order of the wanted key and another, which agree in the first *same bytes; sets that to how
// many they agree in.
static inline int order(struct pc_str key, struct pc_str other, size_t *same)
{
    size_t shorter = key.len < other.len ? key.len : other.len;
    size_t at = *same < shorter ? first_difference(key.ptr, other.ptr, *same, shorter) : shorter;
    *same = at;
    if (at < shorter) {
        return (unsigned char)key.ptr[at] < (unsigned char)other.ptr[at] ? -1 : 1;
    }
    return key.len < other.len ? -1 : key.len > other.len;
}

// Pages -------------------------------------------------------------------------------------------

// Finds the first node whose key is not below the wanted one, of those from `first` on.
static inline enum pc_status search_page(struct search *search, const char *page, unsigned first,
                                         struct spot *out)
{
    unsigned low = first;
    unsigned high = pc_page_count(search->space, page);
    if (high <= first) {
        return PC_ERR_DAMAGED;
    }
    while (low < high) {
        unsigned middle = (low + high) / 2;
        struct pc_page_node node;
        if (!pc_page_node(search->space, page, middle, &node)) {
            return PC_ERR_DAMAGED;
        }
        size_t same = search->low_same < search->high_same ? search->low_same : search->high_same;
        int sign = order(search->key, node.key, &same);
        if (sign == 0) {
            *out = (struct spot){page, middle, true};
            return PC_OK;
        }
        if (sign < 0) {
            high = middle;
            search->high_same = same;
        } else {
            low = middle + 1;
            search->low_same = same;
        }
    }
    *out = (struct spot){page, low, false};
    return PC_OK;
}

// From the root to the leaf. The tree is not empty.
static enum pc_status search_tree(struct search *search, const struct pc_layout_tree *tree,
                                  struct spot *out)
{
    uint64_t number = tree->root;
    const char *page;
    for (unsigned level = 1; level < tree->depth; level++) {
        struct spot spot;
        struct pc_page_node node;
        PC_TRY(pc_page_at(search->space, number, PC_LAYOUT_FLAG_BRANCH, &page));
        PC_TRY(search_page(search, page, 1, &spot));
        unsigned child = spot.found ? spot.index : spot.index - 1;
        if (!pc_page_node(search->space, page, child, &node)) {
            return PC_ERR_DAMAGED;
        }
        number = pc_page_child(&node);
        search->way = (search->way + child + 1) * odd;
        if (spot.found) {
            search->low_same = search->key.len;
        }
    }
    PC_TRY(pc_page_at(search->space, number, PC_LAYOUT_FLAG_LEAF, &page));
    PC_TRY(search_page(search, page, 0, out));
    search->way = (search->way + out->index + 1) * odd;
    return PC_OK;
}

// Proofs ------------------------------------------------------------------------------------------

static inline uint64_t *proof_of(struct pc_proofs *proofs, uint64_t tag)
{
    return &proofs->tags[(tag * odd) >> (64 - PC_PROOFS_BITS)];
}

enum pc_status pc_lookup_record(const struct pc_page_space *space, const struct pc_table *table,
                                const struct pc_page_node *node, struct pc_str *value)
{
    struct pc_page_value stored;
    if (node->flags & ~(unsigned)PC_LAYOUT_NODE_BIG) {
        return PC_ERR_DAMAGED;
    }
    PC_TRY(pc_page_value(space, node, &stored));
    if (!pc_record_is_whole(table->place, node->key, stored.bytes)) {
        return PC_ERR_DAMAGED;
    }
    return pc_record_open(stored.bytes, value);
}

static enum pc_status prove_absent(const struct pc_page_space *space, const struct pc_table *table,
                                   struct pc_str key)
{
    struct pc_page_node around[2];
    PC_TRY(pc_walk_around(space, &table->tree, key, around));
    for (unsigned i = 0; i < 2; i++) {
        struct pc_str value;
        if (around[i].key.len > 0) {
            PC_TRY(pc_lookup_record(space, table, &around[i], &value));
        }
    }
    return PC_OK;
}

// The proof holds for every key that comes to this place on this way: it is about what is before
// and behind the place. Returns PC_ERR_NOTFOUND when it is one.
static enum pc_status absent(struct search *search, const struct pc_table *table,
                             struct pc_proofs *proofs)
{
    uint64_t tag = search->way | 1;
    uint64_t *proof = proof_of(proofs, tag);
    if (*proof != tag) {
        PC_TRY(prove_absent(search->space, table, search->key));
        *proof = tag;
    }
    return PC_ERR_NOTFOUND;
}

// The record of a node that was found.
static inline enum pc_status present(const struct search *search, const struct pc_table *table,
                                     struct pc_proofs *proofs, const struct pc_page_node *node,
                                     struct pc_str *value)
{
    uint64_t at = (uint64_t)(node->key.ptr - search->space->base);
    uint64_t tag = (at * PC_STORE_ALL_TABLES + table->place) << 1;
    uint64_t *proof = proof_of(proofs, tag);
    if (*proof == tag) {
        struct pc_page_value stored;
        PC_TRY(pc_page_value(search->space, node, &stored));
        return pc_record_open(stored.bytes, value);
    }
    PC_TRY(pc_lookup_record(search->space, table, node, value));
    *proof = tag;
    return PC_OK;
}

enum pc_status pc_lookup(const struct pc_page_space *space, const struct pc_table *table,
                         struct pc_proofs *proofs, struct pc_str key, struct pc_str *value)
{
    if (table->tree.depth == 0) {
        return PC_ERR_NOTFOUND;
    }
    struct pc_record_key stored_key;
    pc_record_key_make(&stored_key, key);
    struct search search = {
        .space = space,
        .key = {stored_key.bytes, stored_key.len},
        .way = table->place + 1,
    };
    struct spot spot;
    PC_TRY(search_tree(&search, &table->tree, &spot));
    struct pc_page_node node;
    if (!spot.found) {
        return absent(&search, table, proofs);
    }
    if (!pc_page_node(space, spot.page, spot.index, &node) || !pc_str_eq(node.key, search.key)) {
        return PC_ERR_DAMAGED; // the keys are in no order
    }
    return present(&search, table, proofs, &node, value);
}
