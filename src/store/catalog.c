// SPDX-License-Identifier: Apache-2.0
//
// Which entries a store's main tree may have.
#include "catalog.h"

enum pc_status pc_catalog_add(struct pc_catalog *catalog, const struct pc_page_node *node)
{
    if ((node->flags & ~(unsigned)PC_LAYOUT_NODE_TREE) || node->half > node->room) {
        return PC_ERR_DAMAGED;
    }
    struct pc_str value = {node->data, node->half};
    if (!(node->flags & PC_LAYOUT_NODE_TREE)) {
        if (!pc_str_eq(node->key, PC_STR(PC_RECORD_FORMAT_KEY))) {
            return PC_ERR_INVALID;
        }
        PC_TRY(pc_record_format_parse(value, &catalog->format));
        catalog->has_format = true;
        return PC_OK;
    }
    if (value.len != PC_LAYOUT_DB_BYTES || catalog->trees == PC_LAYOUT_TREES_MAX ||
        pc_str_find(node->key, '\0', 0) != SIZE_MAX) {
        return PC_ERR_DAMAGED;
    }
    catalog->names[catalog->trees] = node->key;
    catalog->descriptions[catalog->trees] = value.ptr;
    catalog->trees++;
    return PC_OK;
}

bool pc_catalog_is_blank(const struct pc_catalog *catalog)
{
    return !catalog->has_format && catalog->trees == 0;
}

bool pc_catalog_is_ours(const struct pc_catalog *catalog, enum pc_store_kind *kind)
{
    return catalog->has_format && pc_record_kind_of(catalog->format.format, kind);
}

enum pc_status pc_catalog_check(const struct pc_catalog *catalog)
{
    if (!catalog->has_format) {
        return pc_catalog_is_blank(catalog) ? PC_OK : PC_ERR_INVALID;
    }
    enum pc_store_kind kind;
    if (!pc_catalog_is_ours(catalog, &kind)) {
        return PC_OK;
    }
    const struct pc_record_tables tables = pc_record_tables(kind);
    // Names differ, for they are keys; so as many as there are tables are all of them.
    for (size_t i = 0; i < catalog->trees; i++) {
        unsigned table = pc_record_table_named(catalog->names[i]);
        if (table < tables.first || table >= tables.end) {
            return PC_ERR_DAMAGED;
        }
    }
    return catalog->trees == tables.end - tables.first ? PC_OK : PC_ERR_DAMAGED;
}
