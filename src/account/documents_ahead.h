// SPDX-License-Identifier: Apache-2.0
//
// Reads documents as the types that linking will ask for, before it does, because then several can
// be read at a time. Nothing is reported here: pc_document_use finds the reading, reports what it
// says in its turn, or reads the document itself.
#ifndef PC_ACCOUNT_DOCUMENTS_AHEAD_H
#define PC_ACCOUNT_DOCUMENTS_AHEAD_H

#include "picture.h"

// Does nothing on one thread. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_documents_read_ahead(struct pc_import *import);

#endif
