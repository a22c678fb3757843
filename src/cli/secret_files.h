// SPDX-License-Identifier: Apache-2.0
//
// Values as files that a command reads, instead of variables: each a sealed file in memory that the
// command inherits, or each a file of a folder that lies in memory. Their pages may be swapped,
// which those of guarded memory are not.
#ifndef PC_CLI_SECRET_FILES_H
#define PC_CLI_SECRET_FILES_H

#include "base/arena.h"
#include "base/diag.h"
#include "user.h"

struct pc_delivered_file {
    struct pc_str name; // of the variable
    int fd;
    size_t size; // bytes
    bool linked; // it has a name in the folder
};

// The files of some assignments, in their order.
struct pc_secret_files {
    struct pc_delivered_file *files; // in the arena
    size_t count;
    char **variables;           // "NAME_FILE=PATH" of each
    int folder;                 // -1: in memory alone
    const struct pc_user *user; // pc_secret_place.user
};

// "NAME=VALUE" with a zero behind it, of each; the values should lie in guarded memory.
struct pc_secret_values {
    char *const *assignments;
    size_t count;
};

// Where, and whose.
struct pc_secret_place {
    const char *folder;         // NULL: in memory alone
    const struct pc_user *user; // to whom the files are given; NULL: they are this process's user's
};

// Puts each value into a file of its own in memory, which is inherited over execve under a number
// from 10 on, has mode 0400, and can be neither written nor cut nor made longer nor unsealed: its
// path is /proc/self/fd/N, for the command and for those that inherit from it. PC_ERR_IO: reported
// (DELIVERY); nothing is left behind. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_secret_files_seal(struct pc_arena *arena,
                                                  const struct pc_secret_values *values,
                                                  const struct pc_secret_place *place,
                                                  struct pc_diags *diags,
                                                  struct pc_secret_files *out);

// Puts each value into DIR/NAME, mode 0400. The folder must lie in memory (tmpfs or ramfs), be the
// user's of the files and nobody else's to enter (mode 0700), and hold no such names.
// PC_ERR_INVALID: it is not so, reported (DELIVERY_FOLDER); PC_ERR_IO, reported (DELIVERY); either
// way nothing is left behind. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_secret_files_write(struct pc_arena *arena,
                                                   const struct pc_secret_values *values,
                                                   const struct pc_secret_place *place,
                                                   struct pc_diags *diags,
                                                   struct pc_secret_files *out);

// Overwrites those in a folder and removes them; closes all. Of a zeroed struct: nothing.
void pc_secret_files_clear(struct pc_secret_files *files);

#endif
