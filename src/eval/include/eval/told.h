// SPDX-License-Identifier: Apache-2.0
//
// Statements of images in words that people know: policy, Sid, file, line.
#ifndef PC_EVAL_TOLD_H
#define PC_EVAL_TOLD_H

#include "eval/decision.h"

// Texts borrow from the image.
struct pc_told_statement {
    struct pc_str policy, file;
    struct pc_str sid; // "" without one
    uint32_t number;   // place in its document, from 0
    uint32_t line, column;
    bool allows;
};
struct pc_told_statement pc_tell_statement(const struct pc_deciding *deciding);

// The name of a statement: its Sid, or "#N", which is written into the room.
struct pc_name_room {
    char text[16];
};
struct pc_str pc_statement_name(const struct pc_told_statement *statement,
                                struct pc_name_room *room);

#endif
