// SPDX-License-Identifier: Apache-2.0
//
// Crowds: many statements of one document, in families whose members are alike but for one element.
// So several match a request, others miss it in one place alone, and equal patterns, patterns that
// begin alike and statements that only a negation tells apart come to lie in many blocks.
#ifndef GEN_GENERATE_CROWD_H
#define GEN_GENERATE_CROWD_H

#include "generate_elements.h"

enum {
    GEN_FAMILIES = 5,
    GEN_ELEMENTS = 4, // Principal, Action, Resource, Condition
};

struct gen_family {
    bool made;
    uint32_t misses;                      // the element that is not aimed; GEN_ELEMENTS: none
    struct pc_str elements[GEN_ELEMENTS]; // as members of an object; "": not there
};

struct gen_crowd {
    bool aimed;                               // some families may miss nothing
    uint32_t deny;                            // of a hundred statements
    struct gen_family families[GEN_FAMILIES]; // the first one denies
};

// A crowd of the document at hand.
void gen_crowd_begin(struct gen_crowd *crowd, const struct gen_statement *statement);

// Writes its next statement, number `index` of the document.
void gen_crowd_write(struct gen_crowd *crowd, struct gen_statement *statement, size_t index);

#endif
