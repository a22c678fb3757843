// SPDX-License-Identifier: Apache-2.0
//
// What the verbs that move a key from one state to another share.
#ifndef PC_CLI_KEY_STEP_H
#define PC_CLI_KEY_STEP_H

#include "vault_options.h"

struct pc_key_step {
    const char *verb;  // "keys enable"
    const char *event; // of the audit log
    bool keep;         // ends the wait for deletion; the rest does not count then
    enum pc_key_state state;
    int64_t deletion; // of PC_KEY_PENDING_DELETION: seconds since 1970 UTC
};

// The one operand, KEY. PC_ERR_USAGE: there is another number of them; reported.
PC_MUST_CHECK enum pc_status pc_key_operand(struct pc_cli *cli, const struct pc_args *args,
                                            const char *verb, struct pc_str *key);

// Does it to the key that the operand names, and says so. Gives the exit status.
int pc_key_step_run(struct pc_cli *cli, const struct pc_args *args, const struct pc_key_step *step);

#endif
