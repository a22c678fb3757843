// SPDX-License-Identifier: Apache-2.0
//
// Files taken apart into documents of known shape, and policies as manifests name them.
#ifndef PC_ACCOUNT_PIECES_H
#define PC_ACCOUNT_PIECES_H

#include "members.h"

// Makes the pieces of a file, once, and opens those that hold one policy. Reports what has no
// shape.
PC_MUST_CHECK enum pc_status pc_pieces_of(struct pc_import *import, struct pc_file *file);

// The first piece of the file at the path that a manifest gives; NULL after a report.
PC_MUST_CHECK enum pc_status pc_pieces_named(const struct pc_members *reader,
                                             const struct pc_json *value, struct pc_piece **out);

// Calls the reader of the piece and notes how many policies were in it.
PC_MUST_CHECK enum pc_status pc_piece_read(struct pc_import *import, struct pc_piece *piece);

// For whom a manifest names a policy.
struct pc_naming {
    struct pc_str holder; // ARN of the resource; "" when it is for a principal or a level
    struct pc_str name;   // of a document that has no name of its own
    bool by_arn;          // may it be the ARN of a managed policy?
};

// Reads a policy of a manifest: a document, {"name", "document"}, a path or an ARN. *out is
// untouched and *found false after a report.
PC_MUST_CHECK enum pc_status pc_naming_read(const struct pc_members *reader,
                                            const struct pc_json *value,
                                            const struct pc_naming *naming,
                                            struct pc_reference *out, bool *found);

#endif
