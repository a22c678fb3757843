// SPDX-License-Identifier: Apache-2.0
//
// Policy texts that match a given text, or just do not: with wildcards, variables, escapes, other
// letter case.
#ifndef GEN_GENERATE_PATTERN_H
#define GEN_GENERATE_PATTERN_H

#include "generate_scene.h"

// The text with the case of some letters of Latin-1 changed.
struct pc_str gen_recase(struct gen_scene *scene, struct pc_str s);

// The text with a part of it replaced by a variable; `variables` is false in a document that knows
// none.
struct pc_str gen_exact(struct gen_scene *scene, struct pc_str s, bool variables);

// A pattern that mostly matches the text.
struct pc_str gen_like(struct gen_scene *scene, struct pc_str s, bool variables);

// A pattern of six fields that mostly matches the ARN; false: it is none.
bool gen_arn_like(struct gen_scene *scene, struct pc_str arn, bool variables, struct pc_str *out);

// A pattern of six fields whose last is the start of the ARN's, or a little more than all of it: of
// several, one is often the start of another. false: it is no ARN.
bool gen_arn_start(struct gen_scene *scene, struct pc_str arn, struct pc_str *out);

// A text that differs from s by a character, or is s.
struct pc_str gen_near(struct gen_scene *scene, struct pc_str s);

#endif
