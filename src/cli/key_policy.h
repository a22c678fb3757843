// SPDX-License-Identifier: Apache-2.0
//
// A key policy in a file, checked before a vault takes it.
#ifndef PC_CLI_KEY_POLICY_H
#define PC_CLI_KEY_POLICY_H

#include "command.h"

// Reads the file ("-": standard input) and reports everything that is wrong with it as a policy of
// a KMS key, with file, line and column. *text: the document, in the arena. PC_ERR_INVALID,
// PC_ERR_NOMEM, PC_ERR_LIMIT.
PC_MUST_CHECK enum pc_status pc_key_policy_read(struct pc_cli *cli, const char *path,
                                                struct pc_str *text);

// Suggests to give the key, as it is to be shown, a policy (KEY_NO_POLICY).
void pc_key_policy_missing(struct pc_cli *cli, struct pc_str key);

#endif
