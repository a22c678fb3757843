// SPDX-License-Identifier: Apache-2.0
//
// Shows what became of every statement: the evaluator's observer in terms of the public header.
#include "eval/observer.h"
#include "ops/operator.h"
#include "scratch.h"
#include "statement.h"
#include "status.h"
#include "tagged.h"
#include "text.h"

_Static_assert((int)POLCHECK_OBSTACLE_NONE == (int)PC_OBSTACLE_NONE &&
                   (int)POLCHECK_OBSTACLE_ACTION == (int)PC_OBSTACLE_ACTION &&
                   (int)POLCHECK_OBSTACLE_RESOURCE == (int)PC_OBSTACLE_RESOURCE &&
                   (int)POLCHECK_OBSTACLE_PRINCIPAL == (int)PC_OBSTACLE_PRINCIPAL &&
                   (int)POLCHECK_OBSTACLE_CONDITION == (int)PC_OBSTACLE_CONDITION,
               "obstacles have the same numbers inside and outside");

const char *polcheck_obstacle_text(enum polcheck_obstacle obstacle)
{
    return pc_obstacle_text((enum pc_obstacle)obstacle);
}

// Of the condition that did not hold.
static void tell_condition(const struct pc_observation *seen, struct pc_buf *room,
                           struct polcheck_observation *out)
{
    const struct pc_op_use use = {pc_operator_get(seen->failed->op), (uint8_t)seen->failed->flags};
    pc_op_use_write(&use, room);
    const struct pc_image_key *key = pc_image_key(seen->image, seen->failed->key);
    out->condition_operator = pc_text_out(pc_buf_view(room));
    out->condition_key = pc_text_out(pc_image_text(seen->image, key->text));
    out->key_absent = seen->key_absent;
}

static void show(void *context, const struct pc_observation *seen)
{
    const struct polcheck_observer *observer = context;
    char operator_room[64]; // the longest is ForAllValues:StringNotEqualsIgnoreCaseIfExists
    struct pc_buf room = pc_buf_over(operator_room, sizeof(operator_room));
    struct polcheck_statement statement;
    pc_statement_tell(seen->image, seen->statement, seen->slot, &statement);
    struct polcheck_observation observation = {
        .size = sizeof(observation),
        .statement = &statement,
        .obstacle = (enum polcheck_obstacle)seen->obstacle,
        .conditions = seen->conditions,
        .held = seen->held,
    };
    if (seen->failed != NULL) {
        tell_condition(seen, &room, &observation);
    }
    observer->statement(observer->context, &observation);
}

enum polcheck_status polcheck_explain(struct polcheck_scratch *scratch,
                                      const struct polcheck_observer *observer)
{
    struct polcheck_observer known;
    const struct polcheck_answer *answer;
    if (observer == NULL || !pc_tagged_read(&known, sizeof(known), observer) ||
        known.statement == NULL) {
        return POLCHECK_ERR_USAGE;
    }
    enum polcheck_status status = polcheck_reasons(scratch, &answer);
    if (status != POLCHECK_OK) {
        return status;
    }
    const struct pc_observer watch = {.statement = show, .context = &known};
    struct pc_answer found;
    enum pc_status observed = pc_asker_observe(&scratch->asker, &watch, &found);
    if (observed == PC_OK) {
        scratch->answer.found = found; // the same, perhaps in memory that has moved
    } else {
        scratch->has_reasons = false;
    }
    return pc_status_of_question(observed, &scratch->diags);
}
