// SPDX-License-Identifier: Apache-2.0
//
// Keeps the whole command, run inside the process, from doing anything to the machine: by the
// linker's --wrap of what it asks the system for. Between the two calls files below the stage's
// folder and policies/ of the project can be read, and nothing else be opened; nothing can be made,
// changed or removed, no process be started or signalled; standard input is at its end.
#ifndef POLCHECK_FUZZ_CLOSED_H
#define POLCHECK_FUZZ_CLOSED_H

void closed_begin(void);
void closed_end(void);

#endif
