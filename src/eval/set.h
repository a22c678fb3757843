// SPDX-License-Identifier: Apache-2.0
//
// One policy set against one question. Not for use outside the module.
#ifndef PC_EVAL_SET_H
#define PC_EVAL_SET_H

#include "eval/observer.h"
#include "matching.h"
#include "scratch.h"

struct pc_set_walk {
    const struct pc_question *question;
    struct pc_scratch *scratch;
    unsigned flags; // PC_DECIDE_*
};

// Adds what the set says to *result; with reasons, notes matching statements and missing keys.
PC_MUST_CHECK enum pc_status pc_set_evaluate(const struct pc_set_walk *walk,
                                             const struct pc_image *image, enum pc_slot slot,
                                             struct pc_verdict *result);

// Notes the keys that the statement's conditions ask for and the request lacks.
PC_MUST_CHECK enum pc_status pc_note_missing(const struct pc_set_walk *walk,
                                             const struct pc_image *image,
                                             const struct pc_image_statement *statement);

// What became of a statement, and whether its actions name the service of the request.
struct pc_obstacle_met {
    enum pc_obstacle obstacle;
    bool service;
};

// Shows it to the observer of the scratch, who has to be there.
void pc_observe(const struct pc_set_walk *walk, const struct pc_deciding *seen,
                struct pc_obstacle_met met);

#endif
