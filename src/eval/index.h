// SPDX-License-Identifier: Apache-2.0
//
// Asking the index of a set which statements can apply. Not for use outside the module.
#ifndef PC_EVAL_INDEX_H
#define PC_EVAL_INDEX_H

#include "matching.h"
#include "scratch.h"

// The statements of an image of one block whose actions apply and whose resource may match.
uint64_t pc_index_word(const struct pc_image *image, const struct pc_question *question);

// What the index of an image of several blocks has for a question: sets of statements in the
// scratch, first by action, then by resource and by principal.
struct pc_proposal {
    const struct pc_image *image;
    const struct pc_scratch *scratch;
    size_t actions, resources, holders; // end of each among the scratch's sets
    bool by_resource, by_holder;        // else every statement may match
};

// Looks up the sets and marks, in the scratch, the blocks in which a statement can apply. Valid
// until the scratch is used again. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_index_propose(const struct pc_image *image,
                                              const struct pc_question *question,
                                              struct pc_scratch *scratch, struct pc_proposal *out);

// The statements of a block whose actions apply and whose resource and principal may match.
uint64_t pc_proposal_word(const struct pc_proposal *proposal, uint32_t block);

#endif
