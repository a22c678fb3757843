// SPDX-License-Identifier: Apache-2.0
//
// Resource and NotResource against the request's resource (SEMANTICS.md section 3). Neither is
// bound to a service; a request without a resource asks for "*", which only a bare "*"
// lists.
#include "matching.h"

// The wider reading costs the pattern's length times the text's.
static bool can_afford_wide(const struct pc_question *question, struct pc_str pattern)
{
    pc_effort_take(question->effort, pattern.len * question->resource_steps);
    return !pc_effort_is_spent(question->effort);
}

// An entry with a variable that has no value lists nothing, also under NotResource.
static inline bool resource_is_listed(const struct pc_image *image,
                                      const struct pc_image_resource *resource,
                                      const struct pc_question *question)
{
    struct pc_str pattern = pc_image_text(image, resource->pattern);
    if (resource->kind != PC_IMAGE_RESOURCE_PATTERN) {
        return false;
    }
    return pc_arn_pattern_match(pattern, question->resource, question->env.variables,
                                question->env.cache) == PC_MATCH ||
           (question->reached != NULL && can_afford_wide(question, pattern) &&
            pc_arn_pattern_match_wide(pattern, question->request->resource, question->env.variables,
                                      question->reached) == PC_MATCH);
}

bool pc_resource_entry_lists(const struct pc_image *image, const struct pc_image_resource *resource,
                             const struct pc_question *question)
{
    return resource_is_listed(image, resource, question);
}

bool pc_resources_match(const struct pc_image *image, const struct pc_image_statement *statement,
                        const struct pc_question *question)
{
    if (statement->resource_kind == PC_IMAGE_LIST_ABSENT) {
        return true; // the resource that the policy is attached to
    }
    bool listed = false;
    pc_effort_take(question->effort, statement->resources.count * question->resource_steps);
    if (pc_effort_is_spent(question->effort)) {
        return false;
    }
    for (uint32_t i = 0; i < statement->resources.count && !listed; i++) {
        listed = resource_is_listed(image, pc_image_resource(image, statement->resources.first + i),
                                    question);
    }
    return listed != (statement->resource_kind == PC_IMAGE_LIST_NEGATED);
}
