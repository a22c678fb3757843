// SPDX-License-Identifier: Apache-2.0
//
// The policy files that cases name, each read once a run: the document itself, or what the AWS CLI
// prints for one policy.
#ifndef PC_CLI_POLICY_FILES_H
#define PC_CLI_POLICY_FILES_H

#include "base/map.h"
#include "case_policies.h"

struct pc_policy_files {
    struct pc_policy_loader loader; // for cases; the first member
    struct pc_arena arena;
    struct pc_map by_path;
    // NULL: none. Called with the path of a file before it is read, be it there or not.
    void (*reading)(void *context, struct pc_str path);
    void *context;
};

// Nothing is read before a case names it. What was found is valid until it is released. `reading`
// is the caller's to set.
void pc_policy_files_init(struct pc_policy_files *files);
void pc_policy_files_release(struct pc_policy_files *files);

#endif
