// SPDX-License-Identifier: Apache-2.0
//
// Gives secrets to a command: as variables of its environment or as files, and nowhere else; never
// in its arguments. Knows of no vault: whoever calls it was allowed to have them.
#ifndef PC_CLI_DELIVERY_H
#define PC_CLI_DELIVERY_H

#include "attend.h"

// How, and to which command.
struct pc_delivery {
    bool pristine;                // of the caller's environment only the usual and the allowed
    const struct pc_str *allowed; // names
    size_t allowed_count;
    bool as_files;              // files in memory instead of variables
    const char *directory;      // files there instead; NULL: none
    bool strict;                // nothing is started when a declared variable is missing
    bool core;                  // pc_launch.core
    const struct pc_user *user; // pc_launch.user; the files are given to it, too
    char *path;                 // of the command (pc_command_find)
    char *const *words;         // NULL behind the last one
};

// What is given. Borrowed.
struct pc_secrets_given {
    char *const *assignments; // "NAME=VALUE", in guarded memory
    size_t count;
    const struct pc_str *declared; // names of variables that the function is to have
    size_t declared_count;
    // Wipes the values: called when they lie in files and this process stays.
    void (*forget)(void *context);
    void *context;
};

// Starts the command in place of this process; with `directory` in a child, and ends by the signal
// that ended it. Comes back with an exit status when it could not be started, reported
// (COMMAND_FAILED, VARIABLE_MISSING, DELIVERY, DELIVERY_FOLDER), and, with `directory`, when it
// ended by itself.
int pc_delivery_run(const struct pc_delivery *delivery, const struct pc_secrets_given *given,
                    struct pc_arena *arena, struct pc_diags *diags);

#endif
