// SPDX-License-Identifier: Apache-2.0
//
// Compiled policies for verbs that look at them: of a file, or out of a store.
#ifndef PC_CLI_COMPILED_POLICY_H
#define PC_CLI_COMPILED_POLICY_H

#include "command.h"
#include "image/view.h"
#include "policy/model.h"

typedef enum pc_status pc_image_visit(void *context, const char *what,
                                      const struct pc_image *image);

// Compiles a policy document ("-": standard input) and calls visit, what being "". Without a type
// (PC_POLICY_NONE) it is resource where a statement names a principal, else identity.
// PC_ERR_INVALID: reported. PC_ERR_NOMEM, and what visit returns.
PC_MUST_CHECK enum pc_status pc_visit_file(struct pc_cli *cli, const char *path,
                                           enum pc_policy_type type, pc_image_visit *visit,
                                           void *context);

// Calls visit for each policy set of the principal or resource that the first operand names, what
// saying which one it is ("identity"). PC_ERR_NOTFOUND: the store does not know it, which is
// reported. As pc_trust_open, and what visit returns.
PC_MUST_CHECK enum pc_status pc_visit_store(struct pc_cli *cli, const struct pc_args *args,
                                            const char *store, pc_image_visit *visit,
                                            void *context);

// The operands and options of a verb that takes one FILE, perhaps with --type, or --store and an
// ARN, and does it. ids: of --store and --type. Gives the exit status.
int pc_visit_operand(struct pc_cli *cli, const struct pc_args *args, const int ids[2],
                     pc_image_visit *visit, void *context);

#endif
