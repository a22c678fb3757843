// SPDX-License-Identifier: Apache-2.0
//
// The table of shapes: what documents look like, in the order of LAMBDA.md 5.4, and who reads each.
// A document of two shapes is refused.
#ifndef PC_ACCOUNT_SHAPES_H
#define PC_ACCOUNT_SHAPES_H

#include "picture.h"

struct pc_shape {
    const char *name;
    const char *sign;     // how to recognise it, for people
    const char *marks[4]; // members near which a document that is none of these may be

    bool (*is)(const struct pc_json *json);

    // One of the two, or none: a shape that is known but not read (SHAPE_UNSUPPORTED).
    // open: of a shape that holds at most one policy: fills in the piece's document and owner.
    // read: adds what the document defines to the picture.
    enum pc_status (*open)(struct pc_import *import, struct pc_piece *piece);
    enum pc_status (*read)(struct pc_import *import, struct pc_piece *piece);
    bool manifest; // read before those that it attaches
};

// The first row of the shape, or NULL.
const struct pc_shape *pc_shape_of(const struct pc_json *json);

// A further row, behind this one, that the document is of; NULL for each that one command printed.
// Behind a manifest's there is none: it reports every member that is not its own.
const struct pc_shape *pc_shape_beside(const struct pc_json *json, const struct pc_shape *shape);

// Reports SHAPE_UNKNOWN with the nearest shapes, or SHAPE_UNSUPPORTED.
void pc_shape_refuse(struct pc_import *import, const struct pc_file *file,
                     const struct pc_json *json, const struct pc_shape *shape);

// Reports SHAPE_UNKNOWN: read as one of the two, the document would lose what it has of the other.
void pc_shape_refuse_two(struct pc_import *import, const struct pc_file *file,
                         const struct pc_json *json, const struct pc_shape *first,
                         const struct pc_shape *second);

// Rows by place, NULL behind the last: for help and for tests.
const struct pc_shape *pc_shape_at(size_t index);

// Readers, one file a family.
PC_MUST_CHECK enum pc_status pc_iam_dump_read(struct pc_import *import, struct pc_piece *piece);

PC_MUST_CHECK enum pc_status pc_function_dump_read(struct pc_import *import,
                                                   struct pc_piece *piece);
PC_MUST_CHECK enum pc_status pc_mapping_dump_read(struct pc_import *import, struct pc_piece *piece);
PC_MUST_CHECK enum pc_status pc_url_dump_read(struct pc_import *import, struct pc_piece *piece);
PC_MUST_CHECK enum pc_status pc_invoke_dump_read(struct pc_import *import, struct pc_piece *piece);
PC_MUST_CHECK enum pc_status pc_alias_dump_read(struct pc_import *import, struct pc_piece *piece);
PC_MUST_CHECK enum pc_status pc_notification_dump_read(struct pc_import *import,
                                                       struct pc_piece *piece);
PC_MUST_CHECK enum pc_status pc_target_dump_read(struct pc_import *import, struct pc_piece *piece);
PC_MUST_CHECK enum pc_status pc_grant_dump_read(struct pc_import *import, struct pc_piece *piece);

PC_MUST_CHECK enum pc_status pc_organization_policy_open(struct pc_import *import,
                                                         struct pc_piece *piece);
PC_MUST_CHECK enum pc_status pc_queue_dump_open(struct pc_import *import, struct pc_piece *piece);
PC_MUST_CHECK enum pc_status pc_topic_dump_open(struct pc_import *import, struct pc_piece *piece);
PC_MUST_CHECK enum pc_status pc_secret_dump_open(struct pc_import *import, struct pc_piece *piece);
PC_MUST_CHECK enum pc_status pc_repository_dump_open(struct pc_import *import,
                                                     struct pc_piece *piece);
PC_MUST_CHECK enum pc_status pc_key_dump_open(struct pc_import *import, struct pc_piece *piece);
PC_MUST_CHECK enum pc_status pc_policy_string_open(struct pc_import *import,
                                                   struct pc_piece *piece);
PC_MUST_CHECK enum pc_status pc_bare_policy_open(struct pc_import *import, struct pc_piece *piece);
PC_MUST_CHECK enum pc_status pc_policy_version_open(struct pc_import *import,
                                                    struct pc_piece *piece);
PC_MUST_CHECK enum pc_status pc_inline_policy_open(struct pc_import *import,
                                                   struct pc_piece *piece);

PC_MUST_CHECK enum pc_status pc_manifest_read(struct pc_import *import, struct pc_piece *piece);

#endif
