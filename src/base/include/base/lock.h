// SPDX-License-Identifier: Apache-2.0
//
// Locks between processes, by flock. Whoever may open a file, for reading alone, can have its lock
// and keep it: so none is waited for without end.
#ifndef PC_BASE_LOCK_H
#define PC_BASE_LOCK_H

#include <stdbool.h>

#include "base/status.h"

// Takes the lock of an open file, for this process alone or with others who share it. 0, or an
// errno; EWOULDBLOCK: others have it still, after so many milliseconds; with 0 it is tried once.
// Cost: a system call where it is free; else it is tried again, after pauses that grow from some
// microseconds to ten milliseconds.
PC_MUST_CHECK int pc_lock_take(int fd, bool alone, unsigned wait_ms);

// Gives it back, also one that is not had.
void pc_lock_give(int fd);

#endif
