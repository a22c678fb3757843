// SPDX-License-Identifier: Apache-2.0
//
// Runs a command in a process of its own and stands by it, for what has to be cleared away behind
// it.
#ifndef PC_CLI_ATTEND_H
#define PC_CLI_ATTEND_H

#include "launch.h"

#include <signal.h>

// How a command ended.
struct pc_ending {
    int exit_status; // of the command; of one that a signal ended, 128 and its number
    int signal;      // that ended it; 0: none
};

// What this process had before it held signals.
struct pc_held {
    sigset_t mask;
    struct sigaction child;
};

// From here on SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGTSTP, SIGCONT, SIGWINCH and
// SIGCHLD wait, so that none of them ends this process before it has cleared away what it made; and
// again as before.
void pc_signals_hold(struct pc_held *held);
void pc_signals_let_go(const struct pc_held *held);

// Runs it in a child, which has the signals as before they were held, and waits. What this process
// is sent meanwhile goes on to the child, but for what the terminal sends, to both; as long as the
// child is stopped, this process is. For a process of one thread that has no store open.
// PC_ERR_INVALID: it could not be started (COMMAND_FAILED); *out says what to end with.
PC_MUST_CHECK enum pc_status pc_attend(struct pc_arena *arena, const struct pc_launch *launch,
                                       const struct pc_held *held, struct pc_diags *diags,
                                       struct pc_ending *out);

// Ends this process by the signal that ended the command, so that who waits for it sees the same;
// comes back where that cannot be.
void pc_end_by(int signal);

#endif
