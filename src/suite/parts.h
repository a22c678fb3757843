// SPDX-License-Identifier: Apache-2.0
//
// What a suite is made of. Equal sets are kept once, and so are equal rows of sets, so that a
// mutant of a document is compiled once for each set that has it and asked about where it can
// matter. Not for use outside the module.
#ifndef PC_SUITE_PARTS_H
#define PC_SUITE_PARTS_H

#include "base/map.h"
#include "suite/suite.h"

// A policy set, with an image of its own.
struct pc_suite_unit {
    const struct pc_policy **policies; // borrowed; NULL: no mutants are made of it
    struct pc_suite_document **documents;
    size_t count; // of documents
    struct pc_image image;
    struct pc_image asked; // what is asked at the moment: the image, or that of a mutant
    uint32_t number;
};

// The sets of a question. `policies` points into `images`.
struct pc_suite_group {
    struct pc_suite_unit **units; // one for each image
    struct pc_image *images;
    size_t count;
    struct pc_policies policies;
    uint32_t number;
};

struct pc_suite_kept {
    struct pc_suite_group *group;
    const struct pc_request *request;
    const void *expect;
    bool brief;
};

// Pointers that are added one by one, in an arena.
struct pc_suite_list {
    void **items;
    size_t count, room;
};

struct pc_suite {
    struct pc_arena arena;
    struct pc_scratch *scratch;
    struct pc_buf key; // of what is looked up
    unsigned flags;
    bool keeps;
    struct pc_map documents_by_key, units_by_key, groups_by_key;
    struct pc_suite_list documents, units, groups;
    struct pc_suite_kept *questions; // of a suite that keeps
    size_t kept_count, question_room;
    size_t question_count; // that were asked
};

// Sees to it that there is room for one more behind `count` elements of that size in an array of
// the arena. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_suite_make_room(struct pc_arena *arena, void **items, size_t count,
                                                size_t *room, size_t size);

// Appends a pointer. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_suite_list_add(struct pc_arena *arena, struct pc_suite_list *list,
                                               void *item);

// The group of these sets, made or found. PC_ERR_NOMEM; PC_ERR_INTERNAL as pc_suite_ask.
PC_MUST_CHECK enum pc_status pc_suite_group_find(struct pc_suite *suite,
                                                 const struct pc_suite_question *question,
                                                 struct pc_suite_group **out);

// Lets the group ask what its units ask now.
void pc_suite_group_renew(struct pc_suite_group *group);

// The document of that number of an image, made or found. policy: its model, or NULL.
// PC_ERR_NOMEM; PC_ERR_INTERNAL as pc_suite_ask.
PC_MUST_CHECK enum pc_status pc_suite_document_find(struct pc_suite *suite,
                                                    const struct pc_image *image, uint32_t number,
                                                    const struct pc_policy *policy,
                                                    struct pc_suite_document **out);

#endif
