// SPDX-License-Identifier: Apache-2.0
//
// The whole accounts that cases name: stores, and policies that are compiled once a run into a
// store of its own, which nobody else sees.
#ifndef PC_CLI_CASE_ACCOUNTS_H
#define PC_CLI_CASE_ACCOUNTS_H

#include "base/map.h"
#include "case_policies.h"

struct pc_case_account_open; // one of them

struct pc_case_accounts {
    struct pc_account_loader loader; // for cases; the first member
    struct pc_arena arena;
    struct pc_map by_paths;
    struct pc_case_account_open *first;
    uint64_t turn; // rises with each case that names one
    // NULL: none. Called with each path, of a file, folder or store, before it is read, be it there
    // or not.
    void (*reading)(void *context, struct pc_str path);
    void *context;
};

// Nothing is read before a case names it; what cases go on naming stays open, and the rest is
// closed and read again when a case comes back to it. `reading` is the caller's to set.
void pc_case_accounts_init(struct pc_case_accounts *accounts);
void pc_case_accounts_release(struct pc_case_accounts *accounts);

#endif
