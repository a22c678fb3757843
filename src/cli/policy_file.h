// SPDX-License-Identifier: Apache-2.0
//
// A policy file that is changed in place (replaced_file.h), and what it holds.
#ifndef PC_CLI_POLICY_FILE_H
#define PC_CLI_POLICY_FILE_H

#include "replaced_file.h"

struct pc_policy_file {
    struct pc_replaced_file file;
    struct pc_buf text; // if it exists
};

// Opens the file for a change and reads it; it need not exist. PC_ERR_INVALID: POLICY_FILE, or as
// pc_file_read, was reported. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_policy_file_open(struct pc_cli *cli, const char *path,
                                                 struct pc_policy_file *out);
void pc_policy_file_close(struct pc_policy_file *file); // also of one with folder -1

#endif
