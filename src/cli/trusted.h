// SPDX-License-Identifier: Apache-2.0
//
// The options by which a verb answers only from stores that somebody trusted has signed, and
// opening stores by them.
#ifndef PC_CLI_TRUSTED_H
#define PC_CLI_TRUSTED_H

#include "account/asker.h"
#include "command.h"
#include "trust/judge.h"

enum { // behind all numbers that a verb uses
    PC_OPTION_TRUSTED_KEYS = 1900,
    PC_OPTION_SEEN,
};

// Rows of a table of options.
// clang-format off
#define PC_TRUSTED_KEYS_OPTION                                                                     \
    {PC_OPTION_TRUSTED_KEYS, 0, "trusted-keys", "FILE",                                            \
     "Accepts no store but one that a key in FILE has signed (polcheck sign).", false}
#define PC_TRUST_OPTIONS                                                                           \
    PC_TRUSTED_KEYS_OPTION,                                                                        \
    {PC_OPTION_SEEN, 0, "seen", "FILE",                                                            \
     "With --trusted-keys: keeps in FILE which store was the newest, and accepts none that is "    \
     "older.", false}
// clang-format on

// The keys of --trusted-keys. PC_ERR_USAGE: --seen without them, reported. Others as
// pc_trusted_keys_read. *out: NULL when the option was not given; to be freed.
PC_MUST_CHECK enum pc_status pc_trust_keys(struct pc_cli *cli, const struct pc_args *args,
                                           struct pc_trusted_keys **out);

// Refuses the options where no store is opened. PC_ERR_USAGE, reported.
PC_MUST_CHECK enum pc_status pc_trust_unused(struct pc_cli *cli, const struct pc_args *args);

// Opens the store at the path and, where the options ask for it, judges the state that the asker
// answers from. PC_ERR_INVALID: it is not to be trusted, reported. Others as pc_asker_open,
// pc_trust_keys, pc_trust_judge, pc_verify_state and pc_trust_accept; the asker is to be closed
// after a failure, too.
PC_MUST_CHECK enum pc_status pc_trust_open(struct pc_cli *cli, const struct pc_args *args,
                                           const char *path, struct pc_asker *asker);

#endif
