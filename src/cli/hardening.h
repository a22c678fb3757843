// SPDX-License-Identifier: Apache-2.0
//
// What a process that handles secrets gives up before it sees one.
#ifndef PC_CLI_HARDENING_H
#define PC_CLI_HARDENING_H

#include "command.h"

// No core dumps (RLIMIT_CORE, PR_SET_DUMPABLE: nor may others of the same user trace the process or
// read its memory), and files that are made are the user's alone (umask 077). PC_ERR_INTERNAL:
// reported; then no secret may be read.
PC_MUST_CHECK enum pc_status pc_harden(struct pc_cli *cli);

// Makes limit and umask again what they were before, for a command that is about to be started in
// place of this process.
void pc_harden_undo(void);

#endif
