// SPDX-License-Identifier: Apache-2.0
//
// A file that is changed by putting another in its place: the new text is written beside it,
// brought to the disk and given its name, so that a reader sees the old one or the new one whole.
// Two runs at once change it one after the other: the folder is locked from opening to closing.
// What a link leads to is changed, and the link stays. The file keeps its mode, and its owner where
// the system lets it.
#ifndef PC_CLI_REPLACED_FILE_H
#define PC_CLI_REPLACED_FILE_H

#include "command.h"

struct pc_replaced_file {
    enum pc_diag_code code; // of what is reported
    struct pc_str path;     // as given
    struct pc_str real;     // behind all links; in the arena
    struct pc_str base;     // its name in the folder
    int folder;             // open and locked
    bool exists;
};

// Opens the folder and waits for its lock. The file need not exist; what is no file, or read-only,
// is refused. PC_ERR_INVALID: reported under the code. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_replaced_file_open(struct pc_cli *cli, const char *path,
                                                   enum pc_diag_code code,
                                                   struct pc_replaced_file *out);
void pc_replaced_file_close(struct pc_replaced_file *file); // also of one with folder -1

// Puts the text in the place of the file, or makes it.
// PC_ERR_INVALID: reported, and the file is as it was.
PC_MUST_CHECK enum pc_status
pc_replaced_file_write(struct pc_cli *cli, const struct pc_replaced_file *file, struct pc_str text);

// All of it: opens, writes and closes, while signals wait, so that no half of a file is left beside
// it. PC_ERR_INVALID: reported under the code. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_replaced_file_put(struct pc_cli *cli, const char *path,
                                                  enum pc_diag_code code, struct pc_str text);

// Removes the file. As above.
PC_MUST_CHECK enum pc_status pc_replaced_file_remove(struct pc_cli *cli,
                                                     const struct pc_replaced_file *file);

#endif
