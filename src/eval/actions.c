// SPDX-License-Identifier: Apache-2.0
//
// Action and NotAction against the request's action, by walking the list: the slow twin of the
// index (index.c).
#include "matching.h"

// *named is set where the service is the request's.
static bool action_is_listed(const struct pc_image *image, const struct pc_image_action *action,
                             const struct pc_question *question, bool *named)
{
    if (action->kind != PC_IMAGE_ACTION_NAME) {
        return action->kind == PC_IMAGE_ACTION_ANY;
    }
    if (!pc_str_eq(pc_image_text(image, action->service), question->request->service)) {
        return false;
    }
    *named = true;
    return pc_pattern_match(pc_image_text(image, action->name), question->request->name, NULL,
                            question->env.cache) == PC_MATCH;
}

bool pc_actions_match(const struct pc_image *image, const struct pc_image_statement *statement,
                      const struct pc_question *question, bool *named)
{
    bool listed = false;
    bool of_service = false;
    pc_effort_take(question->effort, statement->actions.count);
    for (uint32_t i = 0; i < statement->actions.count && !listed; i++) {
        listed = action_is_listed(image, pc_image_action(image, statement->actions.first + i),
                                  question, &of_service);
    }
    if (named != NULL) {
        *named = of_service || listed;
    }
    return listed != (statement->action_kind == PC_IMAGE_LIST_NEGATED);
}
