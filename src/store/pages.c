// SPDX-License-Identifier: Apache-2.0
//
// The walk over all pages of a state.
#include "pages.h"

#include <stdlib.h>

#include "layout.h"

static const uint64_t no_page = UINT64_MAX;

enum kind {
    KIND_FREE,
    KIND_MAIN,
    KIND_TABLE,
    KIND_OTHER, // a table of another format
};

struct file {
    struct pc_str bytes;
    struct pc_layout_head head;
    uint8_t *claimed; // a bit a page, up to the last one
    uint64_t used;
    struct pc_record_format format;
    bool has_format;
    size_t trees; // found in the main tree
    struct pc_str names[PC_LAYOUT_TREES_MAX];
    const char *descriptions[PC_LAYOUT_TREES_MAX];
};

struct tree {
    struct file *file;
    enum kind kind;
    unsigned place; // KIND_TABLE: the table
    unsigned depth;
    uint64_t root, entries, overflow;     // as described
    uint64_t seen_entries, seen_overflow; // as found
};

// Keys of a page are at or above low and below high, where those are bounded.
struct bounds {
    struct pc_str low, high;
    bool has_low, has_high;
};

struct node {
    uint32_t half; // length of the data; low half of a branch's page number
    uint16_t flags;
    struct pc_str key;
    const char *data;
    size_t room; // bytes between data and the end of the page
};

// Pages -------------------------------------------------------------------------------------------

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

static bool is_inside(const struct file *file, uint64_t page, uint64_t count)
{
    uint64_t pages = file->bytes.len / file->head.psize;
    return page < pages && count <= pages - page;
}

static enum pc_status page_at(struct file *file, uint64_t number, unsigned flags, const char **out)
{
    if (!is_inside(file, number, 1)) {
        return PC_ERR_DAMAGED;
    }
    const char *page = file->bytes.ptr + number * file->head.psize;
    if (pc_layout_load64(page) != number || pc_layout_load16(page + 10) != flags) {
        return PC_ERR_DAMAGED;
    }
    *out = page;
    return PC_OK;
}

static unsigned node_count(const char *page)
{
    return (pc_layout_load16(page + 12) - (unsigned)PC_LAYOUT_PAGE_HEADER) / 2;
}

// The offsets of the page's free space are in order, and its nodes' keys inside the page.
static bool node_at(const struct file *file, const char *page, unsigned index, struct node *out)
{
    size_t psize = file->head.psize;
    size_t offset = pc_layout_load16(page + PC_LAYOUT_PAGE_HEADER + 2 * (size_t)index);
    if (offset % 2 != 0 || offset < pc_layout_load16(page + 14) ||
        offset > psize - PC_LAYOUT_NODE_HEADER) {
        return false;
    }
    const char *at = page + offset;
    size_t key_len = pc_layout_load16(at + 6);
    size_t room = psize - offset - PC_LAYOUT_NODE_HEADER;
    if (key_len > room) {
        return false;
    }
    *out = (struct node){pc_layout_load32(at),
                         pc_layout_load16(at + 4),
                         {at + PC_LAYOUT_NODE_HEADER, key_len},
                         at + PC_LAYOUT_NODE_HEADER + key_len,
                         room - key_len};
    return true;
}

// Bytes that the node takes in its page, or 0 when it does not fit.
static size_t node_size(const struct node *node, bool branch)
{
    size_t data = branch ? 0 : (node->flags & PC_LAYOUT_NODE_BIG) ? sizeof(uint64_t) : node->half;
    if (data > node->room) {
        return 0;
    }
    return (PC_LAYOUT_NODE_HEADER + node->key.len + data + 1) & ~(size_t)1;
}

// The nodes fill the space from `upper` to the end of the page without gap or overlap.
static bool nodes_tile(const struct file *file, const char *page, bool branch)
{
    uint16_t sizes[PC_LAYOUT_PAGE_MAX / 2];
    size_t psize = file->head.psize;
    memset(sizes, 0, psize);
    unsigned count = node_count(page);
    for (unsigned i = 0; i < count; i++) {
        struct node node;
        if (!node_at(file, page, i, &node)) {
            return false;
        }
        size_t offset = pc_layout_load16(page + PC_LAYOUT_PAGE_HEADER + 2 * (size_t)i);
        size_t size = node_size(&node, branch);
        if (size == 0 || size > psize - offset || sizes[offset / 2] != 0) {
            return false;
        }
        sizes[offset / 2] = (uint16_t)size;
    }
    size_t at = pc_layout_load16(page + 14);
    unsigned met = 0;
    while (at < psize && sizes[at / 2] != 0) {
        at += sizes[at / 2];
        met++;
    }
    return at == psize && met == count;
}

// What holds of every branch or leaf page by itself.
static bool page_is_sound(const struct tree *tree, const char *page, bool branch)
{
    unsigned lower = pc_layout_load16(page + 12);
    unsigned upper = pc_layout_load16(page + 14);
    if (lower < PC_LAYOUT_PAGE_HEADER || lower % 2 != 0 || upper % 2 != 0 || lower > upper ||
        upper > tree->file->head.psize) {
        return false;
    }
    unsigned least = branch && tree->kind != KIND_FREE ? 2 : 1;
    return node_count(page) >= least && nodes_tile(tree->file, page, branch);
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

// A value on pages of its own.
static enum pc_status big_value(struct tree *tree, const struct node *node, struct pc_str *out)
{
    struct file *file = tree->file;
    uint64_t first = pc_layout_load64(node->data);
    const char *page;
    PC_TRY(page_at(file, first, PC_LAYOUT_FLAG_OVERFLOW, &page));
    uint64_t count = pc_layout_load32(page + 12);
    // A shorter value that replaced a longer one may leave pages over.
    uint64_t needed = (PC_LAYOUT_PAGE_HEADER - 1 + (uint64_t)node->half) / file->head.psize + 1;
    if (count < needed || !is_inside(file, first, count)) {
        return PC_ERR_DAMAGED;
    }
    PC_TRY(claim(file, first, count));
    file->used += count;
    tree->seen_overflow += count;
    *out = (struct pc_str){page + PC_LAYOUT_PAGE_HEADER, node->half};
    return PC_OK;
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
    uint64_t before = no_page;
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

static enum pc_status check_main(struct file *file, const struct node *node, struct pc_str value)
{
    if (!(node->flags & PC_LAYOUT_NODE_TREE)) {
        if (!pc_str_eq(node->key, PC_STR(PC_RECORD_FORMAT_KEY))) {
            return PC_ERR_INVALID;
        }
        PC_TRY(pc_record_format_parse(value, &file->format));
        file->has_format = true;
        return PC_OK;
    }
    if (value.len != PC_LAYOUT_DB_BYTES || file->trees == PC_LAYOUT_TREES_MAX ||
        pc_str_find(node->key, '\0', 0) != SIZE_MAX) {
        return PC_ERR_DAMAGED;
    }
    file->names[file->trees] = node->key;
    file->descriptions[file->trees] = value.ptr;
    file->trees++;
    return PC_OK;
}

static enum pc_status check_entry(struct tree *tree, const struct node *node)
{
    unsigned allowed = tree->kind == KIND_MAIN ? PC_LAYOUT_NODE_TREE : PC_LAYOUT_NODE_BIG;
    if (node->flags & ~allowed) {
        return PC_ERR_DAMAGED;
    }
    struct pc_str value = {node->data, node->half};
    if (node->flags & PC_LAYOUT_NODE_BIG) {
        PC_TRY(big_value(tree, node, &value));
    }
    tree->seen_entries++;
    switch (tree->kind) {
    case KIND_FREE:
        return check_free(tree->file, node->key, value);
    case KIND_MAIN:
        return check_main(tree->file, node, value);
    case KIND_TABLE:
        return pc_record_is_whole(tree->place, node->key, value) ? PC_OK : PC_ERR_DAMAGED;
    case KIND_OTHER:
        return PC_OK;
    }
    return PC_ERR_INTERNAL;
}

static enum pc_status check_leaf(struct tree *tree, const char *page, struct bounds bounds)
{
    unsigned count = node_count(page);
    struct pc_str before = {NULL, 0};
    for (unsigned i = 0; i < count; i++) {
        struct node node;
        if (!node_at(tree->file, page, i, &node) || !key_is_good(tree, node.key, &bounds) ||
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
    unsigned count = node_count(page);
    struct node node;
    if (!node_at(tree->file, page, 0, &node)) { // its key counts as below all
        return PC_ERR_DAMAGED;
    }
    for (unsigned i = 0; i < count; i++) {
        struct bounds inner = bounds;
        if (i > 0) {
            inner.low = node.key;
            inner.has_low = true;
        }
        uint64_t child = node.half | (uint64_t)node.flags << 32;
        if (i + 1 < count) {
            if (!node_at(tree->file, page, i + 1, &node) || !key_is_good(tree, node.key, &bounds)) {
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
    bool branch = level < tree->depth;
    const char *page;
    PC_TRY(
        page_at(tree->file, number, branch ? PC_LAYOUT_FLAG_BRANCH : PC_LAYOUT_FLAG_LEAF, &page));
    PC_TRY(claim(tree->file, number, 1));
    tree->file->used++;
    if (!page_is_sound(tree, page, branch)) {
        return PC_ERR_DAMAGED;
    }
    return branch ? check_branch(tree, page, level, bounds) : check_leaf(tree, page, bounds);
}

static enum pc_status check_tree(struct file *file, const char *description, enum kind kind,
                                 unsigned place)
{
    struct tree tree = {.file = file, .kind = kind, .place = place};
    tree.depth = pc_layout_load16(description + 6);
    tree.overflow = pc_layout_load64(description + 24);
    tree.entries = pc_layout_load64(description + 32);
    tree.root = pc_layout_load64(description + 40);
    if (kind != KIND_FREE && pc_layout_load16(description + 4) != 0) {
        return kind == KIND_MAIN ? PC_ERR_INVALID : PC_ERR_DAMAGED;
    }
    if (tree.root != no_page) {
        if (tree.depth == 0 || tree.depth > PC_LAYOUT_DEPTH_MAX) {
            return PC_ERR_DAMAGED;
        }
        PC_TRY(check_page(&tree, tree.root, 1, (struct bounds){.has_low = false}));
    } else if (tree.depth != 0) {
        return PC_ERR_DAMAGED;
    }
    bool good = tree.entries == tree.seen_entries && tree.overflow == tree.seen_overflow;
    return good ? PC_OK : PC_ERR_DAMAGED;
}

// The tables of this format are all there, and nothing else is.
static enum pc_status check_tables(struct file *file)
{
    bool ours = file->format.format == PC_STORE_FORMAT;
    if (ours && file->trees != PC_STORE_TABLES) {
        return PC_ERR_DAMAGED;
    }
    for (size_t i = 0; i < file->trees; i++) {
        unsigned place = pc_record_table_named(file->names[i]);
        if (ours && place == PC_STORE_TABLES) {
            return PC_ERR_DAMAGED;
        }
        PC_TRY(check_tree(file, file->descriptions[i], ours ? KIND_TABLE : KIND_OTHER, place));
    }
    return PC_OK;
}

static enum pc_status check_state(struct file *file, struct pc_pages *out)
{
    PC_TRY(check_tree(file, file->head.main_tree, KIND_MAIN, 0));
    bool blank = !file->has_format && file->trees == 0;
    if (!blank && !file->has_format) {
        return PC_ERR_INVALID;
    }
    PC_TRY(check_tables(file));
    PC_TRY(check_tree(file, file->head.free_tree, KIND_FREE, 0));
    out->blank = blank;
    out->format = file->format;
    out->bytes = (file->used + 2) * file->head.psize;
    return PC_OK;
}

static enum pc_status init_file(struct file *file, struct pc_str bytes,
                                const struct pc_layout_head *head)
{
    *file = (struct file){.bytes = bytes, .head = *head};
    file->claimed = calloc(head->last / 8 + 1, 1);
    return file->claimed == NULL ? PC_ERR_NOMEM : PC_OK;
}

// The state before is kept by LMDB until two more are written, and its generation is the lower one,
// unless damage to a transaction's number makes the newest state pass for the one before.
static enum pc_status check_before(struct pc_str bytes, const struct pc_layout_head *head,
                                   const struct pc_pages *newest)
{
    struct file file;
    PC_TRY(init_file(&file, bytes, head));
    enum pc_status status =
        check_tree(&file, file.head.main_tree, KIND_MAIN, 0) == PC_OK ? PC_OK : PC_ERR_DAMAGED;
    free(file.claimed);
    if (status == PC_OK && file.has_format &&
        (newest->blank || file.format.generation >= newest->format.generation)) {
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
