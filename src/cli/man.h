// SPDX-License-Identifier: Apache-2.0
//
// Manual pages, from the same tables as the help: text for scdoc, which the build makes pages of.
#ifndef PC_CLI_MAN_H
#define PC_CLI_MAN_H

#include "command.h"

void pc_man_verb(struct pc_buf *out, const struct pc_verb *verb);    // polcheck-VERB(1)
void pc_man_group(struct pc_buf *out, const struct pc_group *group); // polcheck-GROUP(1)
void pc_man_overview(struct pc_buf *out);                            // polcheck(1)

// Is it the verb's name with dashes, as its page has it: "secrets-put"?
bool pc_man_names(const struct pc_verb *verb, struct pc_str page);

#endif
