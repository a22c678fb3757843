// SPDX-License-Identifier: Apache-2.0
//
// Statements, policy documents, and all policies of a scene.
#ifndef GEN_GENERATE_DOCUMENT_H
#define GEN_GENERATE_DOCUMENT_H

#include "generate_scene.h"

// How the documents of one policy type are made.
struct gen_manner {
    enum gen_policy policy;
    uint32_t deny;  // of a hundred statements
    bool open;      // has a statement that allows everything
    uint32_t index; // of the document among its type's
    size_t crowd;   // so many statements, many of them alike; 0: a few, each on its own
};

// A document, alone or with a name.
void gen_document_write(struct gen_scene *scene, struct pc_json_writer *writer,
                        const struct gen_manner *manner);

// The object `policies`.
void gen_policies_write(struct gen_scene *scene, struct pc_json_writer *writer);

#endif
