// SPDX-License-Identifier: Apache-2.0
//
// The catalog from within.
#ifndef PC_CATALOG_FACTS_H
#define PC_CATALOG_FACTS_H

#include "catalog/catalog.h"

struct pc_catalog {
    struct pc_str date;
    const struct pc_catalog_key *globals;
    size_t global_count;
    const struct pc_catalog_service *services;
    size_t service_count;
    const struct pc_catalog_resource_type **guests; // whose ARNs are of another service than theirs
    size_t guest_count;
};

// Where the text of the file has the date: behind this, at its beginning.
#define PC_CATALOG_HEAD "polcheck service reference\t1\ndate\t"

enum {
    PC_CATALOG_DATE = 10, // bytes: "2026-09-26"
};

// The order of names: by bytes, letters of ASCII in lower case.
int pc_catalog_order(struct pc_str a, struct pc_str b);

// The element with that name, in any letter case, of a list in that order, whose elements begin
// with their names; NULL: none. Cost: a binary search.
const void *pc_catalog_find(const void *list, size_t count, size_t size, struct pc_str name);

// Is the text, in any letter case, what the name of a family stands for?
bool pc_catalog_family_has(struct pc_str family, struct pc_str text);

#endif
