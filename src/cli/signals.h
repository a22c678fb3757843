// SPDX-License-Identifier: Apache-2.0
//
// What polcheck changes about signals for itself, and takes back for a command that gets its
// process.
#ifndef PC_CLI_SIGNALS_H
#define PC_CLI_SIGNALS_H

// Ignores SIGPIPE and SIGXFSZ: a reader that went away and a file that may not grow are errors like
// any other. Once, at the start.
void pc_signals_ignore(void);

// They are again as polcheck was started with them. Async-signal-safe.
void pc_signals_restore(void);

#endif
