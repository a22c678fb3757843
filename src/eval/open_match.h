// SPDX-License-Identifier: Apache-2.0
//
// A statement against a request that leaves something open. Not for use outside the module.
#ifndef PC_EVAL_OPEN_MATCH_H
#define PC_EVAL_OPEN_MATCH_H

#include "matching.h"

struct pc_open_match {
    const struct pc_image *image;
    const struct pc_image_statement *statement;
    const struct pc_question *question;
    bool wanted; // what is open makes it match, else not
};

// The strength with which a statement whose actions apply matches, as pc_principals_match;
// PC_STRENGTH_NONE: it does not.
enum pc_strength pc_open_statement_matches(const struct pc_open_match *match);

#endif
