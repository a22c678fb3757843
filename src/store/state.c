// SPDX-License-Identifier: Apache-2.0
//
// From the heads of the file to the tables of a state.
#include "state.h"

#include <stdatomic.h>

#include "catalog.h"
#include "walk.h"

static enum pc_status read_catalog(const struct pc_page_space *space,
                                   const struct pc_layout_head *head, struct pc_catalog *out)
{
    struct pc_layout_tree tree;
    struct pc_walk walk;
    struct pc_page_node node;
    PC_TRY(pc_layout_parse_tree(head->main_tree, &tree));
    if (tree.flags != 0) {
        return PC_ERR_INVALID; // a tree of several values a key, which a store has not
    }
    *out = (struct pc_catalog){.has_format = false};
    enum pc_status status = pc_walk_first(&walk, space, &tree, &node);
    while (status == PC_OK) {
        PC_TRY(pc_catalog_add(out, &node)); // which ends after a few trees
        status = pc_walk_next(&walk, &node);
    }
    return status == PC_ERR_NOTFOUND ? pc_catalog_check(out) : status;
}

static enum pc_status add_pages(struct pc_state *state, const char *description,
                                const struct pc_layout_head *head)
{
    struct pc_layout_tree tree;
    PC_TRY(pc_layout_parse_tree(description, &tree));
    state->bytes += (tree.pages <= head->last ? tree.pages : head->last) * head->psize;
    return PC_OK;
}

// No page is in two trees, so that their large values have no more than there are in the file: a
// walk over all of them is linear.
static enum pc_status read_tables(struct pc_state *state, const struct pc_catalog *catalog,
                                  const struct pc_layout_head *head)
{
    uint64_t left = state->space.pages;
    for (size_t i = 0; i < catalog->trees; i++) {
        unsigned place = pc_record_table_named(catalog->names[i]);
        if (place == PC_STORE_ALL_TABLES) {
            return PC_ERR_DAMAGED;
        }
        struct pc_table *table = &state->tables[place];
        table->place = place;
        PC_TRY(pc_layout_parse_tree(catalog->descriptions[i], &table->tree));
        if (table->tree.flags != 0 || table->tree.overflow_pages > left) {
            return PC_ERR_DAMAGED;
        }
        left -= table->tree.overflow_pages;
        PC_TRY(add_pages(state, catalog->descriptions[i], head));
    }
    state->bytes += 2 * head->psize;
    PC_TRY(add_pages(state, head->main_tree, head));
    return add_pages(state, head->free_tree, head);
}

// Each commit raises the generation by one. The state before is kept by LMDB until two more are
// written.
static enum pc_status check_before(struct pc_str file, const struct pc_layout_head *before,
                                   const struct pc_state *state)
{
    struct pc_catalog catalog;
    struct pc_page_space space = pc_page_space_of(file, before);
    if (read_catalog(&space, before, &catalog) != PC_OK) {
        return PC_ERR_DAMAGED;
    }
    if (!catalog.has_format) {
        return PC_OK; // it was blank
    }
    return catalog.format.generation + 1 == state->generation ? PC_OK : PC_ERR_DAMAGED;
}

static enum pc_status read_state(struct pc_str file, const struct pc_layout_head *head,
                                 enum pc_store_kind kind, struct pc_state *out)
{
    struct pc_catalog catalog;
    out->txnid = head->txnid;
    out->space = pc_page_space_of(file, head);
    PC_TRY(read_catalog(&out->space, head, &catalog));
    out->blank = pc_catalog_is_blank(&catalog);
    out->generation = catalog.format.generation;
    if (!out->blank) {
        PC_TRY(pc_record_check_kind(catalog.format.format, kind));
    }
    return read_tables(out, &catalog, head);
}

// Reads what the heads say, one of which is the state's.
static enum pc_status read_by_heads(struct pc_str file, const struct pc_layout_head heads[2],
                                    enum pc_store_kind kind, struct pc_state *out)
{
    uint64_t txnid = out->txnid;
    const struct pc_layout_head *other = &heads[(txnid + 1) % 2];
    PC_TRY(read_state(file, &heads[txnid % 2], kind, out));
    return other->txnid < txnid ? check_before(file, other, out) : PC_OK;
}

enum pc_status pc_state_read(struct pc_str file, uint64_t txnid, enum pc_store_kind kind,
                             struct pc_state *out)
{
    struct pc_layout_head heads[2];
    struct pc_layout_head now[2];
    PC_TRY(pc_layout_read_heads(file, heads));
    if (heads[txnid % 2].txnid != txnid) {
        return PC_ERR_NOTFOUND;
    }
    struct pc_state state = {.txnid = txnid};
    enum pc_status status = read_by_heads(file, heads, kind, &state);
    if (status != PC_OK) {
        // Others may have written on meanwhile: over the state before, and, where they do not know
        // of this reader, over its own.
        PC_TRY(pc_layout_read_heads(file, now));
        bool same = now[0].txnid == heads[0].txnid && now[1].txnid == heads[1].txnid;
        return same ? status : PC_ERR_NOTFOUND;
    }
    *out = state;
    return PC_OK;
}

static uint64_t txnid_in(const char *page)
{
    // Aligned, for a head is at the start of a page; a writer puts it there by one copy.
    const void *at = page + PC_LAYOUT_TXNID_AT;
    return atomic_load_explicit((const _Atomic uint64_t *)at, memory_order_acquire);
}

uint64_t pc_state_newest(const struct pc_state *state)
{
    uint64_t first = txnid_in(state->space.base);
    uint64_t second = txnid_in(state->space.base + pc_page_size(&state->space));
    return first > second ? first : second;
}
