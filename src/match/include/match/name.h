// SPDX-License-Identifier: Apache-2.0
//
// Names that every request has, taken to pieces: of principals, services and actions. By hand, for
// they are read for each decision; what is accepted is exactly what the forms of match/shape.h
// accept.
#ifndef PC_MATCH_NAME_H
#define PC_MATCH_NAME_H

#include "match/shape.h"

// The ARN of a principal. The parts are views into the text.
struct pc_principal_name {
    enum pc_shape shape; // PC_SHAPE_ARN_ROOT, _USER, _ROLE, _SESSION or _FEDERATED_USER
    struct pc_str partition, account;
    struct pc_str name;    // without path; "root" of root
    struct pc_str session; // of a session; else ""
};

// Reads the ARN of a principal of one of those shapes. False for any other text: then what is in
// *out means nothing.
PC_MUST_CHECK bool pc_principal_name_parse(struct pc_str text, struct pc_principal_name *out);

// Does the text have PC_SHAPE_SERVICE?
bool pc_service_name_is(struct pc_str text);

// Splits an action (PC_SHAPE_ACTION) and writes it in lower case into the room, which is as long as
// the text. The parts are views into the room. False, both untouched, for any other text.
PC_MUST_CHECK bool pc_action_name_parse(struct pc_str text, char *room, struct pc_str *service,
                                        struct pc_str *name);

#endif
