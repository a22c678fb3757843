// SPDX-License-Identifier: Apache-2.0
//
// Policy sets in a store: which of those that are wanted it has already, and what it says of each.
#ifndef PC_ACCOUNT_STORED_SETS_H
#define PC_ACCOUNT_STORED_SETS_H

#include "image/layout.h"
#include "sets.h"

// What PC_STORE_SETS has of each set, under its digest.
struct pc_set_record {
    uint32_t holders; // records that name it, once each time that they do
    uint32_t warned;  // 1: compiling it gave warnings
} PC_IMAGE_PACKED;

// Marks the sets (`stored`) whose images the store at path has, whole, and whose compiling gave no
// warnings: those are compiled again, so that the warnings show again. Fails as pc_store_open and
// pc_snapshot_open.
PC_MUST_CHECK enum pc_status pc_stored_sets_mark(struct pc_sets *sets, struct pc_str path,
                                                 struct pc_diags *diags);

#endif
