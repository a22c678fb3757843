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

static const struct pc_image_statement *observed(const struct pc_observation *observation)
{
    return pc_image_statement(observation->image, observation->statement);
}

// Asks it as if it were the statement's only one.
bool pc_observed_condition(const struct pc_observation *observation, uint32_t at)
{
    struct pc_image_statement alone = *observed(observation);
    alone.conditions.first += at;
    alone.conditions.count = 1;
    return pc_conditions_hold(observation->image, &alone, observation->walk->question);
}

static void observe_conditions(const struct pc_image_statement *statement,
                               struct pc_observation *observation)
{
    for (uint32_t i = 0; i < statement->conditions.count; i++) {
        if (pc_observed_condition(observation, i)) {
            observation->held++;
        } else if (observation->failed == NULL) {
            observation->failed =
                pc_image_condition(observation->image, statement->conditions.first + i);
        }
    }
    observation->key_absent =
        observation->failed != NULL && key_is_absent(observation->image, observation->failed,
                                                     observation->walk->question->request);
}

bool pc_observed_action(const struct pc_observation *observation)
{
    return pc_actions_match(observation->image, observed(observation), observation->walk->question,
                            NULL);
}

bool pc_observed_resource(const struct pc_observation *observation)
{
    return pc_resources_match(observation->image, observed(observation),
                              observation->walk->question);
}

bool pc_observed_principal(const struct pc_observation *observation)
{
    return pc_principals_match(observation->image, observed(observation),
                               observation->walk->question) != PC_STRENGTH_NONE;
}

const struct pc_image_action *pc_observed_listed_action(const struct pc_observation *observation)
{
    struct pc_image_statement alone = *observed(observation);
    struct pc_image_range all = alone.actions;
    alone.action_kind = PC_IMAGE_LIST_POSITIVE;
    alone.actions.count = 1;
    for (; alone.actions.first < all.first + all.count; alone.actions.first++) {
        if (pc_actions_match(observation->image, &alone, observation->walk->question, NULL)) {
            return pc_image_action(observation->image, alone.actions.first);
        }
    }
    return NULL;
}

// How near an entry comes: the fields that match, then what is common to the first that does not.
static uint64_t nearness_of(struct pc_str pattern, const struct pc_arn_subject *subject,
                            unsigned fields)
{
    size_t field = 1;
    while ((fields >> (field - 1) & 1) != 0) {
        field++;
    }
    size_t common = field > 6 || !subject->is_arn
                        ? 0
                        : pc_arn_pattern_common(pattern, field, subject->fields[field - 1]);
    return ((uint64_t)__builtin_popcount(fields) << 32) + common;
}

struct pc_observed_entry pc_observed_nearest_entry(const struct pc_observation *observation)
{
    const struct pc_image_statement *statement = observed(observation);
    const struct pc_question *question = observation->walk->question;
    struct pc_observed_entry nearest = {NULL, 0};
    uint64_t best = 0;
    for (uint32_t i = 0; i < statement->resources.count; i++) {
        const struct pc_image_resource *entry =
            pc_image_resource(observation->image, statement->resources.first + i);
        struct pc_str pattern = pc_image_text(observation->image, entry->pattern);
        if (entry->kind != PC_IMAGE_RESOURCE_PATTERN) {
            nearest.entry = nearest.entry == NULL ? entry : nearest.entry;
            continue;
        }
        unsigned fields = pc_arn_pattern_fields(pattern, question->resource,
                                                question->env.variables, question->env.cache);
        uint64_t nearness = nearness_of(pattern, question->resource, fields) + 1;
        if (nearness > best) {
            best = nearness;
            nearest = (struct pc_observed_entry){entry, fields};
        }
    }
    return nearest;
}

void pc_observe(const struct pc_set_walk *walk, const struct pc_deciding *seen,
                struct pc_obstacle_met met)
{
    const struct pc_observer *observer = walk->scratch->observer;
    const struct pc_image_statement *statement = pc_image_statement(seen->image, seen->statement);
    struct pc_observation observation = {
        .slot = seen->slot,
        .image = seen->image,
        .statement = seen->statement,
        .obstacle = met.obstacle,
        .service = met.service,
        .conditions = statement->conditions.count,
        .walk = walk,
    };
    if (met.obstacle == PC_OBSTACLE_NONE || met.obstacle == PC_OBSTACLE_CONDITION) {
        observe_conditions(statement, &observation);
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
