// SPDX-License-Identifier: Apache-2.0
//
// Metamorphic properties: what is known about the answer to a changed case, or about its images,
// without knowing what the answer is.
#ifndef PROPERTY_H
#define PROPERTY_H

#include "judge.h"
#include "transform.h"

enum property_outcome {
    PROPERTY_IDLE = 0, // the case is none that the property is about
    PROPERTY_HOLDS,
    PROPERTY_BROKEN,
};

struct property;

// One try of a property on one case.
struct property_try {
    const struct property *property;
    struct pc_arena *arena;
    struct engine *engine;
    struct gen_random random;
    struct edit_node *root; // the case, each statement with a Sid of its own
    struct pc_str text;     // of that tree
    struct engine_case prepared;
    struct ref_answer before;
    struct ref_answer after; // of the changed case
    struct pc_buf *changed;  // its text
};

struct property {
    const char *name;
    enum property_outcome (*test)(struct property_try *attempt);
    bool (*transform)(struct transform *job);
    // Given that the change could be made: is the case one to judge, and does the property hold?
    enum property_outcome (*relate)(const struct ref_answer *before,
                                    const struct ref_answer *after);
    unsigned least;   // per cent of the cases that it must be about, lest it tests nothing
    bool is_mistaken; // no property: must be found broken, which shows that a mistake is seen
};

// The rows; NULL behind the last one.
const struct property *property_at(size_t index);

// Tries the property on the case of the text; seed: of its choices. *changed gets the text of the
// changed case.
enum property_outcome property_try(const struct property *property, struct engine *engine,
                                   struct pc_str text, uint64_t seed, struct pc_buf *changed);

#endif
