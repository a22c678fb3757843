// SPDX-License-Identifier: Apache-2.0
//
// From the outline of a checked text to the tree, by way of jsmn's tokens.
#ifndef PC_JSON_TREE_H
#define PC_JSON_TREE_H

#include "strict.h"

// Builds the tree of a text that has passed the strict check with this outline. Tokens live on the
// heap while it runs, the tree in the arena. PC_ERR_NOMEM. PC_ERR_INTERNAL: jsmn and the strict
// check disagree.
PC_MUST_CHECK enum pc_status pc_json_tree_build(struct pc_arena *arena,
                                                const struct pc_json_source *source,
                                                const struct pc_json_outline *outline,
                                                const struct pc_json **out);

#endif
