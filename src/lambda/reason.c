// SPDX-License-Identifier: Apache-2.0
//
// Why a question was refused: the statement that denies or, where nothing allows, the statement
// that comes nearest.
#include "lambda_question.h"

#include "eval/told.h"
#include "ops/operator.h"

// Statements -------------------------------------------------------------------------------------

static struct pc_place place_of(const struct pc_told_statement *told)
{
    return (struct pc_place){told->file, told->line, told->column};
}

static void write_statement(struct pc_buf *out, const struct pc_deciding *deciding)
{
    const struct pc_told_statement told = pc_tell_statement(deciding);
    struct pc_name_room room;
    pc_buf_byte(out, '"');
    pc_buf_str(out, pc_statement_name(&told, &room));
    pc_buf_format(out, "\" of the %s policy \"", pc_slot_text(deciding->slot));
    pc_buf_str(out, told.policy);
    pc_buf_text(out, "\" (");
    pc_buf_str(out, told.file);
    pc_buf_format(out, ":%u:%u)", (unsigned)told.line, (unsigned)told.column);
}

// The nearest ------------------------------------------------------------------------------------

// Of the statements that allow the action the one that got furthest. What it is to be told of is
// copied: an observation is valid during its call.
struct nearest {
    enum pc_obstacle obstacle; // NONE: there is none
    struct pc_deciding deciding;
    struct pc_op_use use;
    struct pc_str key;
    bool key_absent;
};

static void take_condition(struct nearest *nearest, const struct pc_observation *observation)
{
    const struct pc_image_condition *failed = observation->failed;
    if (failed == NULL) {
        nearest->use.op = NULL;
        return;
    }
    nearest->use = (struct pc_op_use){pc_operator_get(failed->op), (uint8_t)failed->flags};
    nearest->key =
        pc_image_text(observation->image, pc_image_key(observation->image, failed->key)->text);
    nearest->key_absent = observation->key_absent;
}

static void see(void *context, const struct pc_observation *observation)
{
    struct nearest *nearest = context;
    const struct pc_image_statement *statement =
        pc_image_statement(observation->image, observation->statement);
    // The policy of a resource has statements for many callers: one for another is not near. A
    // guard-rail allows much; what it lacks is another matter.
    bool near =
        (observation->obstacle == PC_OBSTACLE_CONDITION && observation->slot <= PC_SLOT_RESOURCE) ||
        (observation->obstacle == PC_OBSTACLE_RESOURCE && observation->slot == PC_SLOT_IDENTITY);
    if (near && statement->effect == PC_IMAGE_ALLOW && observation->obstacle > nearest->obstacle) {
        nearest->obstacle = observation->obstacle;
        nearest->deciding =
            (struct pc_deciding){observation->slot, observation->image, observation->statement};
        take_condition(nearest, observation);
    }
}

static void write_obstacle(struct pc_buf *out, const struct nearest *nearest)
{
    if (nearest->obstacle != PC_OBSTACLE_CONDITION || nearest->use.op == NULL) {
        pc_buf_format(out, ", whose %s does not match", pc_obstacle_text(nearest->obstacle));
        return;
    }
    pc_buf_text(out, ", whose condition ");
    pc_op_use_write(&nearest->use, out);
    pc_buf_byte(out, ' ');
    pc_buf_str(out, nearest->key);
    pc_buf_text(out, nearest->key_absent ? " asks for a key that the call does not have"
                                         : " does not hold");
}

static void write_nearest(struct pc_buf *out, const struct nearest *nearest)
{
    if (nearest->obstacle == PC_OBSTACLE_NONE) {
        pc_buf_text(out, "nothing allows it");
        return;
    }
    pc_buf_text(out, "nothing allows it; nearest is ");
    write_statement(out, &nearest->deciding);
    write_obstacle(out, nearest);
}

// The reason -------------------------------------------------------------------------------------

// Guard-rails that stop what policies allow.
static void write_guards(struct pc_buf *out, const struct pc_answer *answer)
{
    static const char *const texts[PC_SLOTS] = {
        [PC_SLOT_BOUNDARY] = "permissions boundary", [PC_SLOT_SESSION] = "session policy",
        [PC_SLOT_SCP] = "service control policy",    [PC_SLOT_RCP] = "resource control policy",
        [PC_SLOT_ENDPOINT] = "VPC endpoint policy",
    };
    const char *separator = "the policies allow it, but not the ";
    for (size_t slot = 0; slot < PC_SLOTS; slot++) {
        if ((answer->blocked_by >> slot & 1) != 0 && texts[slot] != NULL) {
            pc_buf_format(out, "%s%s", separator, texts[slot]);
            separator = " and the ";
        }
    }
}

enum pc_status pc_lambda_nearness(struct pc_checker *checker, struct pc_lambda_answer *answer,
                                  enum pc_obstacle *out)
{
    struct nearest nearest = {.obstacle = PC_OBSTACLE_NONE};
    const struct pc_observer observer = {.statement = see, .context = &nearest};
    PC_TRY(pc_asker_observe(checker->asker, &observer, &answer->answer));
    *out = nearest.obstacle;
    return PC_OK;
}

enum pc_status pc_lambda_reason(struct pc_checker *checker, struct pc_lambda_answer *answer,
                                struct pc_buf *out, struct pc_place *place)
{
    struct nearest nearest = {.obstacle = PC_OBSTACLE_NONE};
    const struct pc_observer observer = {.statement = see, .context = &nearest};
    PC_TRY(pc_asker_observe(checker->asker, &observer, &answer->answer));
    if (answer->answer.decision == PC_DECISION_EXPLICIT_DENY && answer->answer.deciding_count > 0) {
        const struct pc_told_statement told = pc_tell_statement(&answer->answer.deciding[0]);
        *place = place_of(&told);
        pc_buf_text(out, "denied by ");
        write_statement(out, &answer->answer.deciding[0]);
    } else if (answer->answer.blocked_by != 0) {
        write_guards(out, &answer->answer);
    } else {
        write_nearest(out, &nearest);
    }
    return PC_OK;
}
