// SPDX-License-Identifier: Apache-2.0
//
// Collects what the evaluator shows of each statement. Only what is near is looked at in full, for
// most statements of a role are about other services.
#include "explain/explain.h"

#include "parts.h"

// Nearness: what does not match weighs most, then how many parts do, then the fields of the
// resource's ARN, then the conditions. From far to near:
enum weight {
    BY_ACTION = 1, // the service is the same
    BY_PRINCIPAL,
    BY_RESOURCE,
    BY_LAST_FIELD, // of the resource, alone
    BY_CONDITIONS, // alone
};

enum {
    PER_WEIGHT = 1000000,
    PER_PART = 100000,
    PER_FIELD = 10000, // of six
    PER_CONDITION = 100,
    MOST_CONDITIONS = PER_CONDITION - 1, // that are told apart
};

static const struct pc_image_statement *record_of(const struct pc_observation *observation)
{
    return pc_image_statement(observation->image, observation->statement);
}

// A statement that does not match at its action is near when it is about that service.
static bool is_near(const struct pc_observation *observation)
{
    return observation->obstacle != PC_OBSTACLE_ACTION || observation->service;
}

static uint32_t level_of(const struct pc_policies *policies, const struct pc_observation *seen)
{
    if (seen->slot == PC_SLOT_SCP) {
        return (uint32_t)(seen->image - policies->scp);
    }
    return seen->slot == PC_SLOT_RCP ? (uint32_t)(seen->image - policies->rcp) : 0;
}

static enum pc_status look_at_conditions(const struct pc_explanation *explanation,
                                         const struct pc_observation *observation,
                                         struct pc_explained *out)
{
    uint32_t failed = 0;
    uint32_t *places;
    if (out->conditions == 0) {
        return PC_OK;
    }
    places = pc_arena_room(explanation->arena, out->conditions * sizeof(*places));
    if (places == NULL) {
        return PC_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < out->conditions; i++) {
        if (!pc_observed_condition(observation, i)) {
            places[failed++] = i;
        }
    }
    out->failed = places;
    out->held = out->conditions - failed;
    return PC_OK;
}

static enum weight weight_of(const struct pc_explained *statement)
{
    if (!statement->action) {
        return BY_ACTION;
    }
    if (!statement->principal) {
        return BY_PRINCIPAL;
    }
    if (!statement->resource) {
        bool last = (statement->entry.fields | 1U << 5) == PC_ARN_ALL_FIELDS;
        return last ? BY_LAST_FIELD : BY_RESOURCE;
    }
    return BY_CONDITIONS;
}

static uint32_t at_most(uint32_t number, uint32_t most)
{
    return number < most ? number : most;
}

static uint32_t nearness_of(const struct pc_explained *statement)
{
    uint32_t parts = (uint32_t)statement->action + statement->resource + statement->principal;
    uint32_t fields = (uint32_t)__builtin_popcount(statement->entry.fields);
    uint32_t failed = statement->conditions - statement->held;
    return weight_of(statement) * PER_WEIGHT + parts * PER_PART + fields * PER_FIELD +
           (MOST_CONDITIONS - at_most(failed, MOST_CONDITIONS)) * PER_CONDITION +
           at_most(statement->held, MOST_CONDITIONS);
}

static enum pc_status look_at(const struct pc_explanation *explanation,
                              const struct pc_observation *observation, struct pc_explained *out)
{
    const struct pc_image_statement *record = record_of(observation);
    out->near = true;
    out->conditions = observation->conditions;
    out->action = observation->obstacle != PC_OBSTACLE_ACTION;
    if (observation->obstacle == PC_OBSTACLE_NONE) {
        out->resource = true;
        out->principal = true;
        out->held = out->conditions;
        return PC_OK;
    }
    out->resource =
        observation->obstacle > PC_OBSTACLE_RESOURCE || pc_observed_resource(observation);
    out->principal =
        observation->obstacle > PC_OBSTACLE_PRINCIPAL || pc_observed_principal(observation);
    if (!out->action && record->action_kind == PC_IMAGE_LIST_NEGATED) {
        out->listed = pc_observed_listed_action(observation);
    }
    if (!out->resource) {
        out->entry = pc_observed_nearest_entry(observation);
    }
    PC_TRY(look_at_conditions(explanation, observation, out));
    out->nearness = nearness_of(out);
    return PC_OK;
}

// Room for one more; what is there moves.
static struct pc_explained *add(struct pc_explanation *explanation)
{
    if (explanation->count == explanation->capacity) {
        size_t capacity = explanation->capacity > 0 ? 2 * explanation->capacity : 64;
        struct pc_explained *room =
            pc_arena_room(explanation->arena, capacity * sizeof(*explanation->statements));
        if (room == NULL) {
            return NULL;
        }
        if (explanation->count > 0) {
            memcpy(room, explanation->statements, explanation->count * sizeof(*room));
        }
        explanation->statements = room;
        explanation->capacity = capacity;
    }
    return &explanation->statements[explanation->count++];
}

static void see(void *context, const struct pc_observation *observation)
{
    struct pc_explanation *explanation = context;
    struct pc_explained *statement = explanation->status == PC_OK ? add(explanation) : NULL;
    if (statement == NULL) {
        explanation->status = PC_ERR_NOMEM;
        return;
    }
    *statement = (struct pc_explained){
        .deciding = {observation->slot, observation->image, observation->statement},
        .allows = record_of(observation)->effect == PC_IMAGE_ALLOW,
        .level = level_of(explanation->policies, observation),
        .obstacle = observation->obstacle,
    };
    if (is_near(observation)) {
        explanation->status = look_at(explanation, observation, statement);
    }
}

void pc_explain_begin(struct pc_explanation *explanation, struct pc_arena *arena,
                      const struct pc_policies *policies, const struct pc_request *request)
{
    *explanation = (struct pc_explanation){
        .arena = arena,
        .request = request,
        .policies = policies,
        .answer = {.decision = PC_DECISION_IMPLICIT_DENY, .primary = PC_SLOTS},
    };
}

struct pc_observer pc_explain_observer(struct pc_explanation *explanation)
{
    return (struct pc_observer){
        .statement = see, .context = explanation, .verdicts = &explanation->verdicts};
}

enum pc_status pc_explain_end(struct pc_explanation *explanation, enum pc_status status,
                              const struct pc_answer *answer)
{
    PC_TRY(status);
    PC_TRY(explanation->status);
    explanation->answer = *answer;
    pc_explain_way(explanation);
    status = pc_explain_needs(explanation);
    if (status != PC_OK) {
        explanation->answer =
            (struct pc_answer){.decision = PC_DECISION_IMPLICIT_DENY, .primary = PC_SLOTS};
    }
    return status;
}

enum pc_status pc_explain(struct pc_arena *arena, const struct pc_explain_question *question,
                          struct pc_explanation *out)
{
    struct pc_answer answer;
    pc_explain_begin(out, arena, question->policies, question->request);
    struct pc_observer observer = pc_explain_observer(out);
    observer.flags = question->flags;
    enum pc_status status = pc_decide_observed(question->policies, question->request,
                                               question->scratch, &observer, &answer);
    return pc_explain_end(out, status, &answer);
}
