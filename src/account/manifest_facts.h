// SPDX-License-Identifier: Apache-2.0
//
// Facts of connections as manifests tell them, held against the table of kinds.
#ifndef PC_ACCOUNT_MANIFEST_FACTS_H
#define PC_ACCOUNT_MANIFEST_FACTS_H

#include "connections.h"

// Adds the fact with this value to the draft. fact: as its row has it. *good is false after a
// report. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_manifest_fact(const struct pc_members *reader,
                                              const struct pc_json *value, const char *fact,
                                              struct pc_connection_draft *draft, bool *good);

// Adds all facts of the kind that the element tells; one that is missing and needed is reported.
PC_MUST_CHECK enum pc_status pc_manifest_facts(const struct pc_members *reader,
                                               const struct pc_json *element,
                                               const struct pc_connection_kind *kind,
                                               struct pc_connection_draft *draft, bool *good);

#endif
