// SPDX-License-Identifier: Apache-2.0
//
// What the function's other connections tell of one of them, for templates.
#ifndef PC_LAMBDA_PEER_WORDS_H
#define PC_LAMBDA_PEER_WORDS_H

#include "lambda/template.h"

// Who configures the function: as the connection tells, or else another one. "": nobody told.
struct pc_str pc_peer_deployer(const struct pc_subject *subject);

// The source of the mapping that the connection names by its id; "" without.
struct pc_str pc_peer_mapped(const struct pc_subject *subject);

// Does that mapping read a Kafka of the user's own, with rights of its own?
bool pc_peer_is_self_managed(const struct pc_subject *subject);

// Is CloudFront in front of the URL of what the connection calls?
bool pc_peer_is_front(const struct pc_subject *subject);

#endif
