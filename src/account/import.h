// SPDX-License-Identifier: Apache-2.0
//
// The part of an import that a compile and a visit of all documents have in common.
#ifndef PC_ACCOUNT_IMPORT_READ_H
#define PC_ACCOUNT_IMPORT_READ_H

#include "picture.h"

// Reads the files into the picture: manifests first, then what they do not claim. all_held: a
// policy that belongs to nobody is an error. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_import_read(struct pc_import *import,
                                            const struct pc_import_input *input, bool all_held);

#endif
