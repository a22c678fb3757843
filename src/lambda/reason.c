// SPDX-License-Identifier: Apache-2.0
//
// Why a question was refused: the statement that denies or, where nothing allows, the statement
// that comes nearest.
#include "lambda_question.h"

#include "eval/told.h"
#include "explain/explain.h"
#include "mistake.h"

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

// The policy of a resource has statements for many callers: one for another is not near. A
// guard-rail allows much; what it lacks is another matter. Nor is a statement for another action.
static bool could_allow(const struct pc_explained *statement)
{
    enum pc_slot slot = statement->deciding.slot;
    return statement->allows &&
           ((statement->obstacle == PC_OBSTACLE_CONDITION && slot <= PC_SLOT_RESOURCE) ||
            (statement->obstacle == PC_OBSTACLE_RESOURCE && slot == PC_SLOT_IDENTITY));
}

// NULL: there is none.
static const struct pc_explained *nearest_of(const struct pc_explanation *explanation)
{
    const struct pc_explained *nearest = NULL;
    for (size_t i = 0; i < explanation->count; i++) {
        const struct pc_explained *statement = &explanation->statements[i];
        if (could_allow(statement) &&
            (nearest == NULL || statement->nearness > nearest->nearness)) {
            nearest = statement;
        }
    }
    return nearest;
}

static void write_nearest(struct pc_buf *out, const struct pc_explanation *explanation)
{
    const struct pc_explained *nearest = nearest_of(explanation);
    pc_buf_text(out, "nothing allows it");
    if (nearest != NULL) {
        pc_buf_text(out, "; nearest is ");
        write_statement(out, &nearest->deciding);
        pc_buf_text(out, ": ");
        pc_explained_write_miss(out, explanation, nearest);
    }
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

static enum pc_status explain(struct pc_checker *checker, struct pc_lambda_answer *answer,
                              struct pc_explanation *out)
{
    pc_explain_begin(out, checker->arena, &checker->asker->policies, answer->request);
    const struct pc_observer observer = pc_explain_observer(out);
    enum pc_status status = pc_asker_observe(checker->asker, &observer, &answer->answer);
    return pc_explain_end(out, status, &answer->answer);
}

enum pc_status pc_lambda_nearness(struct pc_checker *checker, struct pc_lambda_answer *answer,
                                  enum pc_obstacle *out)
{
    struct pc_explanation explanation;
    PC_TRY(explain(checker, answer, &explanation));
    const struct pc_explained *nearest = nearest_of(&explanation);
    *out = nearest != NULL ? nearest->obstacle : PC_OBSTACLE_NONE;
    return PC_OK;
}

enum pc_status pc_lambda_reason(struct pc_checker *checker, struct pc_lambda_answer *answer,
                                struct pc_buf *out, struct pc_place *place)
{
    struct pc_explanation explanation;
    PC_TRY(explain(checker, answer, &explanation));
    if (answer->answer.decision == PC_DECISION_EXPLICIT_DENY && answer->answer.deciding_count > 0) {
        const struct pc_deciding *deciding = pc_deny_to_tell(&answer->answer);
        const struct pc_told_statement told = pc_tell_statement(deciding);
        *place = place_of(&told);
        pc_buf_text(out, "denied by ");
        write_statement(out, deciding);
    } else if (answer->answer.blocked_by != 0) {
        write_guards(out, &answer->answer);
    } else {
        write_nearest(out, &explanation);
    }
    return PC_OK;
}
