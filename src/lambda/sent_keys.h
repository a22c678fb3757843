// SPDX-License-Identifier: Apache-2.0
//
// What every call bears, whoever makes it (SEMANTICS.md, table of global keys): the region that is
// asked, and that it came by TLS.
#ifndef PC_LAMBDA_SENT_KEYS_H
#define PC_LAMBDA_SENT_KEYS_H

#include "eval/request.h"

// Adds to a request that was started those of these keys that it does not have: aws:RequestedRegion
// is that of the resource's ARN, else `region`, and not sent without either; aws:SecureTransport is
// "true". Texts are borrowed. Errors as pc_request_add_texts.
PC_MUST_CHECK enum pc_status pc_sent_keys_add(struct pc_arena *arena, struct pc_str region,
                                              struct pc_request *request);

// Adds one key, by its name in lower case, unless the request has it or the value is "". Errors as
// pc_request_add_text.
PC_MUST_CHECK enum pc_status pc_sent_key_add(struct pc_arena *arena, const char *name,
                                             struct pc_str value, struct pc_request *request);

#endif
