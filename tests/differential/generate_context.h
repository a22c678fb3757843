// SPDX-License-Identifier: Apache-2.0
//
// The context of a scene: the condition keys that follow from it, those that it carries besides,
// and those that conditions wish for.
#ifndef GEN_GENERATE_CONTEXT_H
#define GEN_GENERATE_CONTEXT_H

#include "generate_scene.h"

// Fills the context of a scene that is chosen.
void gen_context_choose(struct gen_scene *scene);

// The entry of the key; a free key that this caller can carry is added when it is not there. NULL:
// there is none.
const struct gen_entry *gen_context_want(struct gen_scene *scene, const struct gen_key *key);

// How many texts of its own the key has.
size_t gen_key_texts(const struct gen_key *key);

// The row of gen_keys with this name.
const struct gen_key *gen_key_named(const char *name);

#endif
