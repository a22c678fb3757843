// SPDX-License-Identifier: Apache-2.0
//
// The memory of decisions. Not for use outside the module.
#ifndef PC_EVAL_SCRATCH_H
#define PC_EVAL_SCRATCH_H

#include "eval/evaluator.h"
#include "match/pattern.h"

struct pc_observer;

struct pc_scratch {
    struct pc_image_range *sets; // of statements, that the index of the image at hand led to
    size_t set_count, set_capacity;

    uint64_t *marks;      // a bit a block of that image
    size_t mark_capacity; // words

    struct pc_deciding *matched; // every statement that matched, in the order met
    size_t matched_count, matched_capacity;

    struct pc_str *missing;
    size_t missing_count, missing_capacity;

    bool *reached; // of the wider reading of R-206
    size_t reached_capacity;

    struct pc_pattern_cache *cache;
    struct pc_effort effort; // that is left to the decision at hand

    const struct pc_observer *observer; // of the decision at hand; NULL: none
};

// Appends a set of statements.
PC_MUST_CHECK enum pc_status pc_scratch_add_set(struct pc_scratch *scratch,
                                                struct pc_image_range set);

// Room for a mark for each of so many blocks, all clear.
PC_MUST_CHECK enum pc_status pc_scratch_marks(struct pc_scratch *scratch, uint32_t blocks);

PC_MUST_CHECK enum pc_status pc_scratch_match(struct pc_scratch *scratch,
                                              struct pc_deciding matched);

// Notes a key that the request lacks, once; the text is borrowed.
PC_MUST_CHECK enum pc_status pc_scratch_missing(struct pc_scratch *scratch, struct pc_str key);

// Room for this many flags in scratch->reached, of no particular value.
PC_MUST_CHECK enum pc_status pc_scratch_reach(struct pc_scratch *scratch, size_t flags);

#endif
