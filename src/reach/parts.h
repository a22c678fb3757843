// SPDX-License-Identifier: Apache-2.0
//
// What a question with wildcards comes to: names of actions, and parts of its resources that are
// judged by one policy each. Not for use outside the module.
#ifndef PC_REACH_PARTS_H
#define PC_REACH_PARTS_H

#include "asking.h"
#include "match/action_pattern.h"

// Has the text a '*' or '?'?
bool pc_reach_has_wildcard(struct pc_str text);

struct pc_reach_names {
    struct pc_str *items; // "s3:GetObject"
    size_t count, capacity;
};

// Adds a name, if it is not there in whatever letter case; borrows the text. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_reach_add_name(struct pc_arena *arena, struct pc_str name,
                                               struct pc_reach_names *names);

// The actions that are asked about.
struct pc_reach_actions {
    struct pc_str text; // as asked
    bool is_pattern;
    struct pc_action_pattern pattern; // read
    struct pc_str stand_in; // an action, for what of a request does not depend on its name
    bool special;           // some of them have rules of their own, by their names (7.3, 8.1, 8.2)
    struct pc_reach_names known; // those of the catalog that it matches; else the one action
};

// Reads a text, of an action or a pattern of actions. PC_ERR_INVALID: reported. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_reach_read_action(struct pc_reach_asking *asking,
                                                  struct pc_str text,
                                                  const struct pc_catalog *catalog,
                                                  struct pc_reach_actions *out);

// Reads those of a question. "*" is every action of the resource's service, where that is told.
// PC_ERR_INVALID: reported. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_reach_read_actions(struct pc_reach_asking *asking,
                                                   const struct pc_who_question *question,
                                                   struct pc_reach_actions *out);

// Some of the resources that are asked about.
struct pc_reach_part {
    struct pc_str resource; // an ARN, a pattern of ARNs, or "*"; the policy that judges it is found
                            // by this text
    struct pc_str pattern;  // compiled
    bool is_pattern;
    bool own;      // of the principal's own account alone
    bool loose;    // the pattern is wider than the part, which no pattern says exactly
    size_t within; // number of the narrowest part that this one, by its name, is some of: 0, or
                   // that of all versions of a function, one of which has a policy of its own
    bool divided;  // the number is another part's `within`
};

// Reads one. PC_ERR_INVALID: reported. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_reach_read_part(struct pc_reach_asking *asking,
                                                struct pc_str resource, struct pc_reach_part *out);

struct pc_reach_parts {
    struct pc_reach_part *items;
    size_t count, capacity;
};

// The parts of a question: what it says, and of a pattern each resource of the store that has a
// policy of its own, or has to have one, and that it may be about; where actions of STS are asked
// about, roles too. The text "*" is a pattern here where `any` says so: all resources, and in the
// parts those of the actions' service. Errors as pc_reach_read_part, and as the store's.
struct pc_reach_asked {
    struct pc_str resource;
    struct pc_str owner; // of all of them; "" open
    const struct pc_reach_actions *actions;
    bool any;
};
PC_MUST_CHECK enum pc_status pc_reach_read_parts(struct pc_reach_asking *asking,
                                                 const struct pc_reach_asked *asked,
                                                 struct pc_reach_parts *out);

// Calls visit for the forms in which the policy of a resource judges: the resource itself, and
// patterns of what belongs to it, in the arena.
PC_MUST_CHECK enum pc_status
pc_reach_each_form(struct pc_reach_asking *asking, struct pc_str holder,
                   enum pc_status (*visit)(void *context, struct pc_str resource), void *context);

// Adds what a compiled pattern matches, if it is not there. *others: set when it has variables, and
// was not added. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_reach_add_pattern(struct pc_reach_asking *asking,
                                                  struct pc_str pattern,
                                                  struct pc_reach_parts *parts, bool *others);

// Adds a text, if exactly that is not there. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_reach_add_pair(struct pc_arena *arena, struct pc_str pair,
                                               struct pc_reach_names *names);

// Appends a compiled pattern of ARNs as text, with "*" in the place of each variable. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_reach_write_widened(struct pc_str pattern, struct pc_buf *out);

#endif
