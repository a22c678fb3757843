// SPDX-License-Identifier: Apache-2.0
//
// A policy file that is changed in place: the new text is written beside it, brought to the disk
// and put in its place, so that a reader sees the old one or the new one whole. Two runs at once
// change it one after the other: the folder is locked from reading to writing. What a link leads to
// is changed, and the link stays. The file keeps its mode, and its owner where the system lets it.
#ifndef PC_CLI_POLICY_FILE_H
#define PC_CLI_POLICY_FILE_H

#include "command.h"

struct pc_policy_file {
    struct pc_str path; // as given
    struct pc_str real; // behind all links; in the arena
    struct pc_str base; // its name in the folder
    int folder;         // open and locked
    bool exists;
    struct pc_buf text; // if it exists
};

// Opens the folder, waits for its lock and reads the file, which need not exist.
// PC_ERR_INVALID: POLICY_FILE, or as pc_file_read, was reported. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_policy_file_open(struct pc_cli *cli, const char *path,
                                                 struct pc_policy_file *out);
void pc_policy_file_close(struct pc_policy_file *file); // also of one with folder -1

// Puts the text in the place of the file, or makes it.
// PC_ERR_INVALID: POLICY_FILE was reported, and the file is as it was.
PC_MUST_CHECK enum pc_status
pc_policy_file_write(struct pc_cli *cli, const struct pc_policy_file *file, struct pc_str text);

// Removes the file. As above.
PC_MUST_CHECK enum pc_status pc_policy_file_remove(struct pc_cli *cli,
                                                   const struct pc_policy_file *file);

#endif
