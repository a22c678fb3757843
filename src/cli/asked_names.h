// SPDX-License-Identifier: Apache-2.0
//
// Whoever asks about an action or a context key that AWS does not have is answered truly ("nobody",
// denied), and misled: the name is mistyped. So it is said, beside the answer.
#ifndef PC_CLI_ASKED_NAMES_H
#define PC_CLI_ASKED_NAMES_H

#include "catalog/catalog.h"
#include "command.h"

// Warns of an action, or a pattern of actions, that matches none of AWS's (POL1200 to POL1205), and
// of the keys of the option `context` that are not AWS's (POL1222, POL1223); of keys of identity
// providers, and of prefixes that no service has, nothing is known. place: of the action. catalog:
// NULL for polcheck's own, which is read then (15 ms). PC_ERR_NOMEM, PC_ERR_LIMIT.
struct pc_asked_names {
    const struct pc_catalog *catalog;
    struct pc_str action; // "": none is asked about
    struct pc_place place;
    int context;
};
PC_MUST_CHECK enum pc_status pc_asked_names_check(struct pc_cli *cli, const struct pc_args *args,
                                                  const struct pc_asked_names *names);

#endif
