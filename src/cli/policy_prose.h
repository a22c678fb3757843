// SPDX-License-Identifier: Apache-2.0
//
// A policy in words: who may do what on what, and when.
#ifndef PC_CLI_POLICY_PROSE_H
#define PC_CLI_POLICY_PROSE_H

#include "catalog/catalog.h"
#include "policy/model.h"

struct pc_prose {
    struct pc_buf *out;
    const struct pc_catalog *catalog; // for the spelling of actions, and how many a pattern means
    bool color;
    size_t width; // columns of the terminal; 0: lines as long as they are
};

// Appends each statement as a paragraph. Texts of the policy are made printable. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_prose_write(const struct pc_prose *prose,
                                            const struct pc_policy *policy);

#endif
