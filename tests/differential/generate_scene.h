// SPDX-License-Identifier: Apache-2.0
//
// What one case is about: who asks for what of whom, and what the request's context holds. Policies
// are made for a scene; a condition may still add a key to its context. All texts live in the
// scene.
#ifndef GEN_GENERATE_SCENE_H
#define GEN_GENERATE_SCENE_H

#include "base/str.h"
#include "pools.h"
#include "random.h"
#include "json/writer.h"

enum {
    GEN_MAX_VALUES = 4,
    GEN_MAX_ENTRIES = 48,
    GEN_MAX_TEXT = 1 << 20, // bytes; what does not fit is cut, which leaves a text
};

// One condition key of the request.
struct gen_entry {
    const struct gen_key *key;
    struct pc_str values[GEN_MAX_VALUES];
    uint8_t groups[GEN_MAX_VALUES]; // of the pool's rows; 0: no group
    bool bare[GEN_MAX_VALUES];      // may be written without quotes
    size_t count;
    bool list;
    bool known;  // follows from the rest: written only now and then
    bool absent; // known not to be there
};

struct gen_scene {
    struct gen_random *random;
    const struct gen_action *action;
    const struct gen_caller *caller;
    struct pc_str partition, other_partition;
    const char *account, *owner, *stranger;
    bool tell_role; // the request names the session's role and its id
    bool tell_owner;
    bool tags_apart; // the tags are in the principal, not in the context
    struct pc_str principal, role, parent, unique_id, team, resource;
    struct gen_entry entries[GEN_MAX_ENTRIES];
    size_t entry_count;
    unsigned crowds; // policy types (enum gen_policy) whose sets are crowds, as bits
    const struct gen_mistake *mistake; // still to be made; NULL: none
    const struct gen_slip *slip;       // of the request; NULL: none
    char text[GEN_MAX_TEXT];
    size_t used;
};

static inline uint32_t gen_below(struct gen_scene *scene, size_t count)
{
    return gen_random_below(scene->random, (uint32_t)count);
}

static inline bool gen_percent(struct gen_scene *scene, uint32_t percent)
{
    return gen_random_below(scene->random, 100) < percent;
}

// Chooses all but the context.
void gen_scene_choose(struct gen_scene *scene, struct gen_random *random);

// Builds a text in the scene: begin, any number of adds, end.
size_t gen_text_begin(struct gen_scene *scene);
void gen_text_add(struct gen_scene *scene, struct pc_str s);
struct pc_str gen_text_end(struct gen_scene *scene, size_t begin);

// The same for JSON as the tables write it: ' becomes a double quote, and ` a single one.
struct pc_str gen_text_end_json(struct gen_scene *scene, size_t begin);

// The template with its places filled in: %p partition, %q another one, %a caller's account, %o
// owner's, %x a third one, %n name of the caller, %s of its session, %i the principal itself, %R
// its role, %U its parent, %d its unique id, %N a further name of a service, %t its tag "team", %r
// the resource, %v the service, %m the name of the action, %I the Sid as the start of a JSON
// object.
struct pc_str gen_expand(struct gen_scene *scene, const char *template);

// The same for a template that is JSON as the tables write it.
struct pc_str gen_expand_json(struct gen_scene *scene, const char *template);

// What aws:PrincipalArn says of the caller; "" when nothing.
struct pc_str gen_principal_arn(struct gen_scene *scene);

// A role's trust policy, a key policy or another resource policy: what the resource has.
enum gen_policy gen_attached_policy(const struct gen_scene *scene);

// Writes a string; escaped, everything beyond U+00FF as \u.
void gen_write_string(struct pc_json_writer *writer, struct pc_str s, bool escaped);

#endif
