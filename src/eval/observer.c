// SPDX-License-Identifier: Apache-2.0
//
// The observer only watches: the evaluator says which obstacle a statement met (set.c), and the
// conditions are asked one by one by what it asks itself.
#include "eval/observer.h"

#include "set.h"

const char *pc_obstacle_text(enum pc_obstacle obstacle)
{
    switch (obstacle) {
    case PC_OBSTACLE_ACTION:
        return "action";
    case PC_OBSTACLE_RESOURCE:
        return "resource";
    case PC_OBSTACLE_PRINCIPAL:
        return "principal";
    case PC_OBSTACLE_CONDITION:
        return "condition";
    case PC_OBSTACLE_NONE:
        break;
    }
    return "none";
}

static bool key_is_absent(const struct pc_image *image, const struct pc_image_condition *condition,
                          const struct pc_request *request)
{
    const struct pc_image_key *key = pc_image_key(image, condition->key);
    return pc_request_find(request, pc_image_text(image, key->name), key->hash) == NULL;
}

// Asks each condition as if it were the statement's only one.
static void observe_conditions(const struct pc_set_walk *walk,
                               const struct pc_image_statement *statement,
                               struct pc_observation *observation)
{
    struct pc_image_statement alone = *statement;
    alone.conditions.count = 1;
    for (uint32_t i = 0; i < statement->conditions.count; i++) {
        alone.conditions.first = statement->conditions.first + i;
        if (pc_conditions_hold(observation->image, &alone, walk->question)) {
            observation->held++;
        } else if (observation->failed == NULL) {
            observation->failed = pc_image_condition(observation->image, alone.conditions.first);
        }
    }
    observation->key_absent =
        observation->failed != NULL &&
        key_is_absent(observation->image, observation->failed, walk->question->request);
}

void pc_observe(const struct pc_set_walk *walk, const struct pc_deciding *seen,
                enum pc_obstacle obstacle)
{
    const struct pc_observer *observer = walk->scratch->observer;
    const struct pc_image_statement *statement = pc_image_statement(seen->image, seen->statement);
    struct pc_observation observation = {
        .slot = seen->slot,
        .image = seen->image,
        .statement = seen->statement,
        .obstacle = obstacle,
        .conditions = statement->conditions.count,
    };
    if (obstacle == PC_OBSTACLE_NONE || obstacle == PC_OBSTACLE_CONDITION) {
        observe_conditions(walk, statement, &observation);
    }
    observer->statement(observer->context, &observation);
}

enum pc_status pc_decide_observed(const struct pc_policies *policies,
                                  const struct pc_request *request, struct pc_scratch *scratch,
                                  const struct pc_observer *observer, struct pc_answer *answer)
{
    unsigned flags = (observer->flags & ~(unsigned)PC_DECIDE_NO_REASONS) | PC_DECIDE_NO_INDEX;
    scratch->observer = observer;
    enum pc_status status = pc_decide(policies, request, flags, scratch, answer);
    scratch->observer = NULL;
    return status;
}
