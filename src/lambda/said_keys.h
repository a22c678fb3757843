// SPDX-License-Identifier: Apache-2.0
//
// What callers of a stranger's account can say of themselves, made up from what a statement asks
// for: tags, MFA, programs, sign-in providers, services on the way.
#ifndef PC_LAMBDA_SAID_KEYS_H
#define PC_LAMBDA_SAID_KEYS_H

#include "danger_search.h"

struct pc_said {
    struct pc_tag *keys; // in search->texts
    size_t count;
};

// What the statement asks of its callers, as far as a stranger can say it. forwarded: a service
// makes the call for them. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_said_find(struct pc_danger_search *search,
                                          const struct pc_view_statement *statement, bool forwarded,
                                          struct pc_said *out);

// Does the statement ask whether, or by which service, a call is forwarded?
bool pc_said_of_forwarding(const struct pc_view_statement *statement);

#endif
