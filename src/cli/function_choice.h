// SPDX-License-Identifier: Apache-2.0
//
// Which functions of a store are meant by operands.
#ifndef PC_CLI_FUNCTION_CHOICE_H
#define PC_CLI_FUNCTION_CHOICE_H

#include "account/asker.h"
#include "command.h"

struct pc_function_choice {
    struct pc_str *arns; // in the arena of the run, in the order of their bytes, each once
    size_t count;
};

// The functions that the operands name: by ARN (a qualifier does not count), by
// ACCOUNT:function:NAME or by NAME, which may be several; without operands all of the store.
// PC_ERR_INVALID: a name that is none; PC_ERR_NOTFOUND: the store has no functions
// (FUNCTION_UNKNOWN of both). PC_ERR_NOMEM, and as pc_each_function, reported.
PC_MUST_CHECK enum pc_status pc_choose_functions(struct pc_cli *cli, const struct pc_asker *asker,
                                                 const struct pc_args *args,
                                                 struct pc_function_choice *out);

#endif
