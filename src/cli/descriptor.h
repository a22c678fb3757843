// SPDX-License-Identifier: Apache-2.0
//
// Open file descriptors that an option names by their numbers, for secrets to be read from.
#ifndef PC_CLI_DESCRIPTOR_H
#define PC_CLI_DESCRIPTOR_H

#include "command.h"

// The number that "--<prefix><name>" gives. PC_ERR_USAGE: reported.
PC_MUST_CHECK enum pc_status pc_descriptor_read(struct pc_cli *cli, const char *prefix,
                                                const char *name, const char *text, int *fd);

// Closes it, so that no command that is started has it. Standard input becomes empty instead, so
// that no file of ours takes its place.
void pc_descriptor_close(int fd);

#endif
