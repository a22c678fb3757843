// SPDX-License-Identifier: Apache-2.0
//
// The policy files that cases name, each read once a run: the document itself, or what the AWS CLI
// prints for one policy.
#ifndef PC_CLI_POLICY_FILES_H
#define PC_CLI_POLICY_FILES_H

#include "base/map.h"
#include "case_policies.h"

struct pc_policy_file_read; // one of them

struct pc_policy_files {
    struct pc_policy_loader loader; // for cases; the first member
    struct pc_arena arena;
    struct pc_map by_path;
    struct pc_policy_file_read *first; // the one read last
};

// Nothing is read before a case names it. What was found is valid until it is released.
void pc_policy_files_init(struct pc_policy_files *files);
void pc_policy_files_release(struct pc_policy_files *files);

// Calls visit for the path of every file that was named, also of one that cannot be read.
void pc_policy_files_each(const struct pc_policy_files *files,
                          void (*visit)(void *context, struct pc_str path), void *context);

#endif
