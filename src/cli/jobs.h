// SPDX-License-Identifier: Apache-2.0
//
// How many threads a verb may use: the option --jobs.
#ifndef PC_CLI_JOBS_H
#define PC_CLI_JOBS_H

#include "command.h"

enum {
    PC_JOBS_MOST = 64,
};

// The number that the option with this id gives, 1 to PC_JOBS_MOST; without it one thread for each
// processor. PC_ERR_USAGE: it is no such number, which is reported.
PC_MUST_CHECK enum pc_status pc_jobs_read(struct pc_cli *cli, const struct pc_args *args, int id,
                                          size_t *jobs);

#endif
