// SPDX-License-Identifier: Apache-2.0
//
// The walk over all pages of a state.
#include "pages.h"

#include <stdlib.h>

#include "catalog.h"

enum kind {
    KIND_FREE,
    KIND_MAIN,
    KIND_TABLE,
    KIND_OTHER, // a table of another format
};

struct file {
    struct pc_page_space space;
    struct pc_layout_head head;
    uint8_t *claimed; // a bit a page, up to the last one
    struct pc_catalog catalog;
};

struct tree {
    struct file *file;
    enum kind kind;
    unsigned place; // KIND_TABLE: the table
    struct pc_layout_tree described;
    uint64_t seen_entries, seen_overflow;
};

// Keys of a page are at or above low and below high, where those are bounded.
struct bounds {
    struct pc_str low, high;
    bool has_low, has_high;
};

// Marks pages as referred to; nothing may refer to them twice.
static enum pc_status claim(struct file *file, uint64_t page, uint64_t count)
{
    if (page < 2 || page > file->head.last || count > file->head.last - page + 1) {
        return PC_ERR_DAMAGED;
    }
    for (uint64_t i = page; i < page + count; i++) {
        uint8_t bit = (uint8_t)(1u << (i % 8));
        if (file->claimed[i / 8] & bit) {
            return PC_ERR_DAMAGED;
        }
        file->claimed[i / 8] |= bit;
    }
    return PC_OK;
}

// Trees -------------------------------------------------------------------------------------------

static int compare(const struct tree *tree, struct pc_str a, struct pc_str b)
{
    if (tree->kind != KIND_FREE) {
        return pc_str_cmp(a, b);
    }
    uint64_t left = pc_layout_load64(a.ptr);
    uint64_t right = pc_layout_load64(b.ptr);
    return (left > right) - (left < right);
}

static bool key_is_good(const struct tree *tree, struct pc_str key, const struct bounds *bounds)
{
    if (tree->kind == KIND_FREE ? key.len != sizeof(uint64_t) : key.len == 0 || key.len > 511) {
        return false;
    }
    return !(bounds->has_low && compare(tree, key, bounds->low) < 0) &&
           !(bounds->has_high && compare(tree, key, bounds->high) >= 0);
}

// A record of the free list: a count and that many page numbers, falling.
static enum pc_status check_free(struct file *file, struct pc_str key, struct pc_str value)
{
    uint64_t txnid = pc_layout_load64(key.ptr);
    if (txnid == 0 || txnid > file->head.txnid || value.len < 8 || value.len % 8 != 0) {
        return PC_ERR_DAMAGED;
    }
    uint64_t count = pc_layout_load64(value.ptr);
    if (count > value.len / 8 - 1) {
        return PC_ERR_DAMAGED;
    }
    uint64_t before = UINT64_MAX;
    for (uint64_t i = 1; i <= count; i++) {
        uint64_t page = pc_layout_load64(value.ptr + 8 * i);
        if (page >= before) {
            return PC_ERR_DAMAGED;
        }
        PC_TRY(claim(file, page, 1));
        before = page;
    }
    return PC_OK;
}

static enum pc_status check_value(struct tree *tree, const struct pc_page_node *node)
{
    struct pc_page_value value;
    if (node->flags & ~(unsigned)PC_LAYOUT_NODE_BIG) {
        return PC_ERR_DAMAGED;
    }
    PC_TRY(pc_page_value(&tree->file->space, node, &value));
    PC_TRY(value.count > 0 ? claim(tree->file, value.first, value.count) : PC_OK);
    tree->seen_overflow += value.count;
    if (tree->kind == KIND_FREE) {
        return check_free(tree->file, node->key, value.bytes);
    }
    bool good = tree->kind == KIND_OTHER || pc_record_is_whole(tree->place, node->key, value.bytes);
    return good ? PC_OK : PC_ERR_DAMAGED;
}

static enum pc_status check_entry(struct tree *tree, const struct pc_page_node *node)
{
    tree->seen_entries++;
    return tree->kind == KIND_MAIN ? pc_catalog_add(&tree->file->catalog, node)
                                   : check_value(tree, node);
}

static enum pc_status check_leaf(struct tree *tree, const char *page, struct bounds bounds)
{
    unsigned count = pc_page_count(&tree->file->space, page);
    struct pc_str before = {NULL, 0};
    for (unsigned i = 0; i < count; i++) {
        struct pc_page_node node;
        if (!pc_page_node(&tree->file->space, page, i, &node) ||
            !key_is_good(tree, node.key, &bounds) ||
            (i > 0 && compare(tree, before, node.key) >= 0)) {
            return PC_ERR_DAMAGED;
        }
        PC_TRY(check_entry(tree, &node));
        before = node.key;
    }
    return PC_OK;
}

static enum pc_status check_page(struct tree *tree, uint64_t number, unsigned level,
                                 struct bounds bounds);

static enum pc_status check_branch(struct tree *tree, const char *page, unsigned level,
                                   struct bounds bounds)
{
    unsigned count = pc_page_count(&tree->file->space, page);
    struct pc_page_node node;
    if (!pc_page_node(&tree->file->space, page, 0, &node)) { // its key counts as below all
        return PC_ERR_DAMAGED;
    }
    for (unsigned i = 0; i < count; i++) {
        struct bounds inner = bounds;
        if (i > 0) {
            inner.low = node.key;
            inner.has_low = true;
        }
        uint64_t child = pc_page_child(&node);
        if (i + 1 < count) {
            if (!pc_page_node(&tree->file->space, page, i + 1, &node) ||
                !key_is_good(tree, node.key, &bounds)) {
                return PC_ERR_DAMAGED;
            }
            inner.high = node.key;
            inner.has_high = true;
        }
        PC_TRY(check_page(tree, child, level + 1, inner));
    }
    return PC_OK;
}

// Recursion ends at the depth of the tree, which is at most PC_LAYOUT_DEPTH_MAX.
static enum pc_status check_page(struct tree *tree, uint64_t number, unsigned level,
                                 struct bounds bounds)
{
    bool branch = level < tree->described.depth;
    const struct pc_page_space *space = &tree->file->space;
    const char *page;
    PC_TRY(pc_page_at(space, number, branch ? PC_LAYOUT_FLAG_BRANCH : PC_LAYOUT_FLAG_LEAF, &page));
    PC_TRY(claim(tree->file, number, 1));
    unsigned least = branch && tree->kind != KIND_FREE ? 2 : 1;
    if (!pc_page_is_sound(space, page, branch, least)) {
        return PC_ERR_DAMAGED;
    }
    return branch ? check_branch(tree, page, level, bounds) : check_leaf(tree, page, bounds);
}

static enum pc_status check_tree(struct file *file, const char *description, enum kind kind,
                                 unsigned place)
{
    struct tree tree = {.file = file, .kind = kind, .place = place};
    PC_TRY(pc_layout_parse_tree(description, &tree.described));
    if (kind != KIND_FREE && tree.described.flags != 0) {
        return kind == KIND_MAIN ? PC_ERR_INVALID : PC_ERR_DAMAGED;
    }
    if (tree.described.depth > 0) {
        PC_TRY(check_page(&tree, tree.described.root, 1, (struct bounds){.has_low = false}));
    }
    bool good = tree.described.entries == tree.seen_entries &&
                tree.described.overflow_pages == tree.seen_overflow;
    return good ? PC_OK : PC_ERR_DAMAGED;
}

static enum pc_status check_state(struct file *file, struct pc_pages *out)
{
    struct pc_catalog *catalog = &file->catalog;
    PC_TRY(check_tree(file, file->head.main_tree, KIND_MAIN, 0));
    PC_TRY(pc_catalog_check(catalog));
    enum pc_store_kind of;
    enum kind kind = pc_catalog_is_ours(catalog, &of) ? KIND_TABLE : KIND_OTHER;
    for (size_t i = 0; i < catalog->trees; i++) {
        unsigned place = pc_record_table_named(catalog->names[i]);
        PC_TRY(check_tree(file, catalog->descriptions[i], kind, place));
    }
    PC_TRY(check_tree(file, file->head.free_tree, KIND_FREE, 0));
    *out = (struct pc_pages){catalog->format, pc_catalog_is_blank(catalog)};
    return PC_OK;
}

static enum pc_status init_file(struct file *file, struct pc_str bytes,
                                const struct pc_layout_head *head)
{
    *file = (struct file){.space = pc_page_space_of(bytes, head), .head = *head};
    file->claimed = calloc(head->last / 8 + 1, 1);
    return file->claimed == NULL ? PC_ERR_NOMEM : PC_OK;
}

// The state before is kept by LMDB until two more are written, and its generation is the one
// before, unless damage to a transaction's number makes the newest state pass for the one before.
static enum pc_status check_before(struct pc_str bytes, const struct pc_layout_head *head,
                                   const struct pc_pages *newest)
{
    struct file file;
    PC_TRY(init_file(&file, bytes, head));
    enum pc_status status =
        check_tree(&file, file.head.main_tree, KIND_MAIN, 0) == PC_OK ? PC_OK : PC_ERR_DAMAGED;
    free(file.claimed);
    const struct pc_catalog *before = &file.catalog;
    if (status == PC_OK && before->has_format &&
        before->format.generation + 1 != newest->format.generation) {
        status = PC_ERR_DAMAGED;
    }
    return status;
}

enum pc_status pc_pages_check(struct pc_str bytes, uint64_t txnid, struct pc_pages *out)
{
    struct pc_layout_head heads[2];
    PC_TRY(pc_layout_read_heads(bytes, heads));
    const struct pc_layout_head *head = &heads[txnid % 2];
    const struct pc_layout_head *other = &heads[(txnid + 1) % 2];
    if (head->txnid != txnid) {
        return PC_ERR_NOTFOUND;
    }
    struct file file;
    PC_TRY(init_file(&file, bytes, head));
    struct pc_pages found;
    enum pc_status status = check_state(&file, &found);
    free(file.claimed);
    PC_TRY(status);
    if (other->txnid < txnid) {
        status = check_before(bytes, other, &found);
    }
    if (status == PC_ERR_DAMAGED) {
        struct pc_layout_head now[2];
        PC_TRY(pc_layout_read_heads(bytes, now));
        // Others may have written on meanwhile, and over the state before.
        status = now[(txnid + 1) % 2].txnid == other->txnid ? PC_ERR_DAMAGED : PC_OK;
    }
    PC_TRY(status);
    *out = found;
    return PC_OK;
}
