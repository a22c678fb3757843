// SPDX-License-Identifier: Apache-2.0
//
// The two heads of a data file, of which the newer one names the newest state, and the descriptions
// of trees.
#include <stdatomic.h>

#include "layout.h"

static const uint32_t head_magic = 0xBEEFC0DE;
static const uint32_t head_version = 1;
static const uint64_t no_page = UINT64_MAX;
static const uint64_t txnid_max = UINT64_C(1) << 62; // none comes near it

static enum pc_status parse_head(const char page[PC_LAYOUT_PAGE_HEADER + PC_LAYOUT_HEAD_BYTES],
                                 struct pc_layout_head *out)
{
    const char *at = page + PC_LAYOUT_PAGE_HEADER;
    if (pc_layout_load32(at) == __builtin_bswap32(head_magic)) {
        return PC_ERR_VERSION; // of a machine with the other byte order
    }
    if (pc_layout_load32(at) != head_magic) {
        return PC_ERR_INVALID;
    }
    if (pc_layout_load32(at + 4) != head_version) {
        return PC_ERR_VERSION;
    }
    struct pc_layout_head head = {.psize = pc_layout_load32(at + 24),
                                  .last = pc_layout_load64(at + 120)};
    head.txnid = pc_layout_load64(page + PC_LAYOUT_TXNID_AT);
    memcpy(head.free_tree, at + 24, PC_LAYOUT_DB_BYTES);
    memcpy(head.main_tree, at + 24 + PC_LAYOUT_DB_BYTES, PC_LAYOUT_DB_BYTES);
    bool good = pc_layout_load16(page + 10) == PC_LAYOUT_FLAG_HEAD &&
                pc_layout_load16(head.free_tree + 4) == PC_LAYOUT_FREE_FLAGS &&
                head.psize >= PC_LAYOUT_PAGE_MIN && head.psize <= PC_LAYOUT_PAGE_MAX &&
                (head.psize & (head.psize - 1)) == 0 && head.last >= 1 &&
                head.last < PC_STORE_MAX_BYTES / head.psize && head.txnid < txnid_max;
    if (!good) {
        return PC_ERR_DAMAGED;
    }
    *out = head;
    return PC_OK;
}

enum {
    HEAD_END = PC_LAYOUT_PAGE_HEADER + PC_LAYOUT_HEAD_BYTES,
    READ_TRIES = 100,
};

static void copy_heads(char out[2][HEAD_END], struct pc_str file, size_t psize)
{
    memcpy(out[0], file.ptr, HEAD_END);
    memcpy(out[1], file.ptr + psize, HEAD_END);
    atomic_thread_fence(memory_order_seq_cst);
}

// Another process may be writing a head: both must be read the same twice.
static void read_both(char out[2][HEAD_END], struct pc_str file, size_t psize)
{
    char again[2][HEAD_END];
    unsigned tries = 0;
    do {
        copy_heads(out, file, psize);
        copy_heads(again, file, psize);
        tries++;
    } while (memcmp(out, again, sizeof(again)) != 0 && tries < READ_TRIES);
}

// Each transaction writes the head that is not the newest: even ones the first, odd ones the
// second, which starts out as 0.
static bool heads_agree(const struct pc_layout_head heads[2])
{
    uint64_t first = heads[0].txnid;
    uint64_t second = heads[1].txnid;
    if (heads[0].psize != heads[1].psize || first % 2 != 0) {
        return false;
    }
    return (first == 0 && second == 0) || second == first + 1 || second + 1 == first;
}

enum pc_status pc_layout_read_heads(struct pc_str file, struct pc_layout_head heads[2])
{
    if (file.len < HEAD_END) {
        return PC_ERR_INVALID;
    }
    char copies[2][HEAD_END];
    memcpy(copies[0], file.ptr, HEAD_END);
    PC_TRY(parse_head(copies[0], &heads[0]));
    if (file.len < 2 * heads[0].psize) {
        return PC_ERR_DAMAGED;
    }
    read_both(copies, file, heads[0].psize);
    // The first head was good once, so this is no foreign file.
    bool good = parse_head(copies[0], &heads[0]) == PC_OK &&
                parse_head(copies[1], &heads[1]) == PC_OK && heads_agree(heads);
    return good ? PC_OK : PC_ERR_DAMAGED;
}

enum pc_status pc_layout_parse_tree(const char description[PC_LAYOUT_DB_BYTES],
                                    struct pc_layout_tree *out)
{
    struct pc_layout_tree tree = {
        .flags = pc_layout_load16(description + 4),
        .depth = pc_layout_load16(description + 6),
        .overflow_pages = pc_layout_load64(description + 24),
        .entries = pc_layout_load64(description + 32),
        .root = pc_layout_load64(description + 40),
    };
    tree.pages = pc_layout_load64(description + 8) + pc_layout_load64(description + 16) +
                 tree.overflow_pages;
    bool empty = tree.root == no_page;
    if (empty != (tree.depth == 0) || empty != (tree.entries == 0) ||
        tree.depth > PC_LAYOUT_DEPTH_MAX) {
        return PC_ERR_DAMAGED;
    }
    *out = tree;
    return PC_OK;
}

enum pc_status pc_pages_check_heads(struct pc_str file, struct pc_pages_heads *out)
{
    struct pc_layout_head heads[2];
    PC_TRY(pc_layout_read_heads(file, heads));
    const struct pc_layout_head *newer = &heads[heads[0].txnid < heads[1].txnid];
    *out = (struct pc_pages_heads){(newer->last + 1) * newer->psize, newer->txnid == 0};
    return PC_OK;
}
