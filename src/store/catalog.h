// SPDX-License-Identifier: Apache-2.0
//
// What LMDB's main tree holds in a store: the format record and the names of the tables with the
// descriptions of their trees. Collects the entries as they are met and says whether they are a
// store's.
#ifndef PC_STORE_CATALOG_H
#define PC_STORE_CATALOG_H

#include "page.h"

struct pc_catalog {
    struct pc_record_format format; // zero without one
    bool has_format;
    size_t trees; // met so far
    struct pc_str names[PC_LAYOUT_TREES_MAX];
    const char *descriptions[PC_LAYOUT_TREES_MAX];
};

// Adds an entry of the main tree: a node and its value.
// PC_ERR_INVALID: not an entry of a store. PC_ERR_DAMAGED.
PC_MUST_CHECK enum pc_status pc_catalog_add(struct pc_catalog *catalog,
                                            const struct pc_page_node *node);

// An environment that nothing was ever written to.
bool pc_catalog_is_blank(const struct pc_catalog *catalog);

// Of a format that this module writes? Then *kind says of what.
PC_MUST_CHECK bool pc_catalog_is_ours(const struct pc_catalog *catalog, enum pc_store_kind *kind);

// When all entries are there. PC_ERR_INVALID: not a store. PC_ERR_DAMAGED: a store of this format
// whose tables are not all there, or are not all that is.
PC_MUST_CHECK enum pc_status pc_catalog_check(const struct pc_catalog *catalog);

#endif
