// SPDX-License-Identifier: Apache-2.0
//
// Who holds which document, as which type: one pass over all that may hold one.
#ifndef PC_ACCOUNT_DOCUMENTS_HELD_H
#define PC_ACCOUNT_DOCUMENTS_HELD_H

#include "picture.h"

struct pc_document_held {
    struct pc_document *document;
    enum pc_policy_type type;
    struct pc_str service; // of the resource that holds it; "" for other holders
    struct pc_str holder;  // ARN; "" for a level, or for a managed policy by itself
    struct pc_str arn;     // of a managed policy; "" for a document that has no name of its own
};

// Calls visit for each holder of each document, also for managed policies that nobody holds, until
// it returns a status other than PC_OK, which is returned then. Before the linking a reference to
// what is not there is passed over: the linking reports it; so is a document that an organisation
// has as another type.
PC_MUST_CHECK enum pc_status
pc_documents_each_held(const struct pc_import *import,
                       enum pc_status (*visit)(void *context, const struct pc_document_held *held),
                       void *context);

#endif
