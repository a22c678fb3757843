// SPDX-License-Identifier: Apache-2.0
//
// Options of the verbs that print secrets, and the printing: by write(2), straight from guarded
// memory.
#ifndef PC_CLI_SECRET_OUTPUT_H
#define PC_CLI_SECRET_OUTPUT_H

#include "command.h"
#include "secret_files.h"

enum { // behind all numbers that a verb uses
    PC_OPTION_NULL = 1400,
    PC_OPTION_SHOW,
};

// Rows of a table of options.
// clang-format off
#define PC_PRINT_OPTIONS                                                                           \
    {PC_OPTION_NULL, '0', "null", NULL,                                                            \
     "Prints NAME=VALUE, each with a zero byte behind it, instead of a JSON object.", false},      \
    {PC_OPTION_SHOW, 0, "show", NULL, "Prints them even to a terminal.", false}
// clang-format on

// Whether they may be printed: not to a terminal, unless it is asked for, where they would stay to
// be seen. PC_ERR_USAGE: reported.
PC_MUST_CHECK enum pc_status pc_secret_output_check(struct pc_cli *cli, const struct pc_args *args);

// Prints them as the options say. PC_ERR_IO: reported (OUTPUT_FAILED). PC_ERR_LIMIT (MEMORY_LOCK),
// PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_secret_output(struct pc_cli *cli, const struct pc_args *args,
                                              const struct pc_secret_values *values);

#endif
