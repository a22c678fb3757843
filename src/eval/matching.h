// SPDX-License-Identifier: Apache-2.0
//
// The four questions about a statement: principal, action, resource, condition. Not for use outside
// the module.
#ifndef PC_EVAL_MATCHING_H
#define PC_EVAL_MATCHING_H

#include "eval/decision.h"
#include "eval/request.h"
#include "eval/verdicts.h"
#include "match/arn_pattern.h"
#include "ops/operator.h"

// What does not change from statement to statement of one decision.
struct pc_question {
    const struct pc_request *request;
    const struct pc_arn_subject *resource; // NULL: it is not asked about, but for principals
    uint64_t service_hash, name_hash;      // pc_str_hash of the action's parts
    struct pc_op_env env;
    struct pc_effort *effort; // what the decision may still cost
    uint64_t find_steps;      // of finding a key of the context
    uint64_t resource_steps;  // of one pass over the resource
    bool boundary;            // the caller has a permissions boundary
    bool account_link;        // NotPrincipal has to list the caller's account as well
    bool any_resource;        // the request's is a pattern
    bool several;         // the caller stands for several, and what names one of them may name it
    bool listed_sessions; // of any session of a role: entries that may name it do
    bool *reached; // room to match the resource in the wider reading of R-206; NULL: strictly
};

// The strength with which the statement's principals match; PC_STRENGTH_NONE: they do not. A
// statement of a type that has no Principal matches every caller, as PC_STRENGTH_ANY.
enum pc_strength pc_principals_match(const struct pc_image *image,
                                     const struct pc_image_statement *statement,
                                     const struct pc_question *question);

// Does one entry of Resource or NotResource list the request's resource?
bool pc_resource_entry_lists(const struct pc_image *image, const struct pc_image_resource *resource,
                             const struct pc_question *question);

bool pc_resources_match(const struct pc_image *image, const struct pc_image_statement *statement,
                        const struct pc_question *question);

// Do all conditions hold?
bool pc_conditions_hold(const struct pc_image *image, const struct pc_image_statement *statement,
                        const struct pc_question *question);

// Does the statement's list of actions apply, by walking it? The slow twin of the index. *named,
// unless NULL: the list names the service of the request, or every one.
bool pc_actions_match(const struct pc_image *image, const struct pc_image_statement *statement,
                      const struct pc_question *question, bool *named);

// The value of a policy variable: the lookup of struct pc_variables with the request as context.
bool pc_variable_lookup(void *request, struct pc_str key, struct pc_str *value);

// The same with the question as context, which is only read, and by its effort: a value may have
// many variables, and each is looked for.
bool pc_variable_of_question(void *question, struct pc_str key, struct pc_str *value);

#endif
