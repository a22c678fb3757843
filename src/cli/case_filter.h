// SPDX-License-Identifier: Apache-2.0
//
// Which cases are run, by their names.
#ifndef PC_CLI_CASE_FILTER_H
#define PC_CLI_CASE_FILTER_H

#include "command.h"

struct pc_case_filter {
    struct pc_str *patterns; // compiled
    size_t count;            // 0: every case is wanted
};

// Takes every value of the option: a pattern that is to be found in the name, with '*' and '?' as
// wildcards, letters in any case. In the arena of the run. PC_ERR_USAGE: reported. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_case_filter_init(struct pc_cli *cli, const struct pc_args *args,
                                                 int option, struct pc_case_filter *out);

// For struct pc_case_runner; context: struct pc_case_filter.
bool pc_case_filter_wants(void *context, struct pc_str name);

#endif
