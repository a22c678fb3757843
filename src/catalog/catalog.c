// SPDX-License-Identifier: Apache-2.0
//
// Reads the catalog.
#include "catalog/catalog.h"

enum pc_status pc_catalog_builtin(struct pc_arena *arena, const struct pc_catalog **out)
{
    (void)arena;
    *out = NULL; // not yet read: checks that need it are left out
    return PC_OK;
}
