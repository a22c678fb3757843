// SPDX-License-Identifier: Apache-2.0
//
// Lets a command take over this process.
#ifndef PC_CLI_LAUNCH_H
#define PC_CLI_LAUNCH_H

#include "base/arena.h"
#include "base/diag.h"
#include "user.h"

enum { // exit statuses, as those of env(1) and shells
    PC_EXIT_NOT_RUN = 126,
    PC_EXIT_NOT_FOUND = 127,
};

struct pc_launch {
    char *path;         // pc_command_find
    char *const *words; // the command's name and its arguments, NULL behind them
    char *const *environment;
    bool core;                  // it may dump core as this process might; else its soft limit is 0
    const struct pc_user *user; // that it is run as; NULL: the one of this process
};

// Finds a command as execvp does: a name with a '/' is a path, another is looked for in the folders
// of this process's PATH. In the arena. False: COMMAND_FAILED was reported, *exit_status is what to
// end with.
PC_MUST_CHECK bool pc_command_find(struct pc_arena *arena, const char *name, struct pc_diags *diags,
                                   char **path, int *exit_status);

// Tries, in a process of its own, whether it can become the user, and the user run the command:
// before anything is released for that. False as pc_command_find.
PC_MUST_CHECK bool pc_launch_try(const struct pc_launch *launch, struct pc_diags *diags,
                                 int *exit_status);

// Execve; a file that the system does not know how to run is given to /bin/sh, as execvp does. Puts
// back what polcheck changed about signals, limits and umask (signals.h, hardening.h), and becomes
// the user. Comes back after a failure only; gives its errno.
int pc_launch(struct pc_arena *arena, const struct pc_launch *launch);

// Reports that failure (COMMAND_FAILED); gives the exit status.
int pc_launch_failed(const struct pc_launch *launch, int error, struct pc_diags *diags);

#endif
