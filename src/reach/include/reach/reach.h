// SPDX-License-Identifier: Apache-2.0
//
// Who can do something, over a whole store: what the questions have in common. Every answer is the
// evaluator's (eval/open.h); what is looked at here only proposes whom to ask about.
#ifndef PC_REACH_REACH_H
#define PC_REACH_REACH_H

#include "account/asker.h"
#include "eval/open.h"

// Zero is no.
enum pc_reach {
    PC_REACH_NO = 0,
    PC_REACH_DEPENDS, // allowed or not, by what the question leaves open
    PC_REACH_YES,     // allowed, whatever that is
};

// "no", "depends", "yes"; an unknown value reads as "no".
const char *pc_reach_text(enum pc_reach reach);

// A statement that an answer rests on: an Allow that grants, also as a guard-rail, or a Deny that
// may take away.
struct pc_reach_statement {
    struct pc_image image; // borrowed from the store's state
    enum pc_slot slot;
    uint32_t number; // in the image
    bool allows;
    bool sure;            // it matches whatever is open
    const uint32_t *open; // numbers, in the image, of its conditions that are open
    size_t open_count;
    bool open_resource;  // whether it is about the resource is open: by a variable, or for a part
    bool open_action;    // the same of its actions
    bool open_session;   // it names one session of the role
    bool open_principal; // it names some of those for whom the member stands
};

#endif
