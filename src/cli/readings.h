// SPDX-License-Identifier: Apache-2.0
//
// Options of the verbs that decide: other readings of rules on which sources differ. Off by
// default.
#ifndef PC_CLI_READINGS_H
#define PC_CLI_READINGS_H

#include "command.h"

enum { // behind all numbers that a verb uses
    PC_OPTION_WIDE_STARS = 1000,
    PC_OPTION_NO_ACCOUNT_LINK,
};

// Rows of a table of options.
// clang-format off
#define PC_NO_ACCOUNT_LINK_OPTIONS                                                                 \
    {PC_OPTION_NO_ACCOUNT_LINK, 0, "no-account-link", NULL,                                        \
     "Lets a Deny with NotPrincipal spare who is listed without the account (R-321).", false}
#define PC_READING_OPTIONS                                                                         \
    {PC_OPTION_WIDE_STARS, 0, "wide-stars", NULL,                                                  \
     "Lets a \"*\" that ends a field of a resource's ARN run past the colon (R-206).", false},     \
    PC_NO_ACCOUNT_LINK_OPTIONS
// clang-format on

// The PC_DECIDE_* that were given.
unsigned pc_reading_flags(const struct pc_args *args);

#endif
