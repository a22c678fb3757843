// SPDX-License-Identifier: Apache-2.0
//
// A pipe that no command gets by mistake.
#ifndef PC_CLI_PIPE_H
#define PC_CLI_PIPE_H

#include "base/status.h"

// Makes a pipe whose two ends, to read from and to write to, are closed by execve from the very
// start: as pipe2(2) with O_CLOEXEC. 0, or an errno.
PC_MUST_CHECK int pc_pipe(int ends[2]);

#endif
