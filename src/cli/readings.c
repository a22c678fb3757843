// SPDX-License-Identifier: Apache-2.0
#include "readings.h"

#include "eval/evaluator.h"

unsigned pc_reading_flags(const struct pc_args *args)
{
    unsigned flags = 0;
    flags |= pc_args_has(args, PC_OPTION_WIDE_STARS) ? PC_DECIDE_WIDE_STARS : 0;
    flags |= pc_args_has(args, PC_OPTION_NO_ACCOUNT_LINK) ? PC_DECIDE_NO_ACCOUNT_LINK : 0;
    return flags;
}
