// SPDX-License-Identifier: Apache-2.0
//
// What the parts of an explanation have in common. Not for use outside the module.
#ifndef PC_EXPLAIN_PARTS_H
#define PC_EXPLAIN_PARTS_H

#include "explain/explain.h"
#include "match/arn_pattern.h"
#include "ops/operator.h"

enum {
    PC_WORDS_MOST = 4,      // entries of a list that a sentence shows
    PC_WORDS_LONGEST = 160, // bytes of a text that it shows
};

// Fills in what each policy type said and which of them decided.
void pc_explain_way(struct pc_explanation *explanation);

// Fills in what would have to be otherwise. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_explain_needs(struct pc_explanation *explanation);

// The record of a statement in its image.
static inline const struct pc_image_statement *
pc_explained_record(const struct pc_explained *statement)
{
    return pc_image_statement(statement->deciding.image, statement->deciding.statement);
}

// Does the statement match?
static inline bool pc_explained_matches(const struct pc_explained *statement)
{
    return statement->obstacle == PC_OBSTACLE_NONE;
}

// Has the caller a name of its own that a Principal may list? Not a session that is given as its
// role, nor who is anonymous.
static inline bool pc_caller_has_own_name(const struct pc_caller *caller)
{
    return caller->kind != PC_CALLER_ANONYMOUS &&
           (caller->kind != PC_CALLER_SESSION || caller->session.len > 0);
}

// Is it a need of the caller's side, which the resource's policy can take the place of?
static inline bool pc_explained_need_is_spared(const struct pc_explained_need *need)
{
    return !need->no_deny && (need->slot == PC_SLOT_IDENTITY || need->slot == PC_SLOT_BOUNDARY ||
                              need->slot == PC_SLOT_SESSION);
}

// Texts in sentences (words.c) -----------------------------------------------------------------

// Appends the text, cut to PC_WORDS_LONGEST bytes at the start of a character; "" as two quotes.
void pc_words_text(struct pc_buf *out, struct pc_str text);

// A list of `count` entries of which some are shown: "a", "a and b", "a, b, c, d and 5 more".
struct pc_words_list {
    struct pc_buf *out;
    const char *last; // in front of the last one: " and ", " or "
    size_t count, at;
};

// Appends what stands in front of the next entry. False: it, and what follows, is not shown.
PC_MUST_CHECK bool pc_words_next(struct pc_words_list *list);

// Appends the action: "s3:get*" (an image has it in lower case).
void pc_words_action(struct pc_buf *out, const struct pc_image *image,
                     const struct pc_image_action *action);

// Appends the pattern, or the text of what matches nothing.
void pc_words_resource(struct pc_buf *out, const struct pc_image *image,
                       const struct pc_image_resource *resource);

// Appends who asks.
void pc_words_caller(struct pc_buf *out, const struct pc_caller *caller);

// Appends the values of a condition, joined by `last`.
void pc_words_values(struct pc_buf *out, const struct pc_explained_condition *condition,
                     const char *last);

// Appends the values that a request has; "a list of nothing" of an empty list.
void pc_words_entry(struct pc_buf *out, const struct pc_context_entry *entry);

// A text of a policy in which variables stand, to tell of them: visits of an each_variable.
struct pc_words_variables {
    struct pc_buf *out;
    const struct pc_request *request;
    struct pc_str text; // as written, so that one with a default can be told
};

// Appends "; aws:username is bob", or "; aws:username is absent" of one without which the text
// matches nothing, for it has no default.
void pc_words_tell_variable(void *variables, struct pc_str key);

// Appends ", and aws:username were there" of such a one.
void pc_words_wish_variable(void *variables, struct pc_str key);

// What conditions want (wish.c) ------------------------------------------------------------------

// Appends when the condition would hold, or, with `fail`, when it would not, as a clause behind
// "if": "aws:SourceVpce were vpce-1".
void pc_wish_write(struct pc_buf *out, const struct pc_explanation *explanation,
                   const struct pc_explained_condition *condition, bool fail);

#endif
