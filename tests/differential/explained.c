// SPDX-License-Identifier: Apache-2.0
//
// An explanation has to go together: with itself and with the decision. Whether its needs are true
// is tried in tests/unit/explain.
#include "engine.h"

#include "explain/explain.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    CHECKED_MISSES = 4,
};

// Is a sentence there, and does it say what it begins to say?
static bool is_said(struct pc_buf *sentence)
{
    static const char *const open_ends[] = {" is not ", " is ",    " has ",   " were ", " not ",
                                            " covers ", " cover ", " named ", " or ",   " and "};
    struct pc_str text = pc_buf_view(sentence);
    bool said = pc_buf_status(sentence) == PC_OK && text.len > 0;
    for (size_t i = 0; i < sizeof(open_ends) / sizeof(open_ends[0]); i++) {
        said = said && !pc_str_has_suffix(text, pc_str_from(open_ends[i]));
    }
    pc_buf_reset(sentence);
    return said;
}

static bool parts_fit(const struct pc_explained *statement)
{
    switch (statement->obstacle) {
    case PC_OBSTACLE_ACTION:
        return !statement->action;
    case PC_OBSTACLE_RESOURCE:
        return statement->action && !statement->resource;
    case PC_OBSTACLE_PRINCIPAL:
        return statement->action && statement->resource && !statement->principal;
    case PC_OBSTACLE_CONDITION:
        return statement->action && statement->resource && statement->principal &&
               statement->held < statement->conditions;
    case PC_OBSTACLE_NONE:
        break;
    }
    return statement->action && statement->resource && statement->principal &&
           statement->held == statement->conditions;
}

static bool statement_is_sound(const struct pc_explanation *explanation,
                               const struct pc_explained *statement, struct pc_buf *sentence)
{
    pc_explained_write_miss(sentence, explanation, statement);
    if (!is_said(sentence)) {
        return false;
    }
    size_t lacks = pc_explained_lacks(statement);
    if (statement->near != (lacks > 0) || (statement->near && !parts_fit(statement))) {
        return false;
    }
    for (size_t i = 0; i < lacks; i++) {
        pc_explained_write_lack(sentence, explanation, statement, i);
        if (!is_said(sentence)) {
            return false;
        }
    }
    return statement->near == (statement->nearness > 0 || statement->obstacle == PC_OBSTACLE_NONE);
}

static bool needs_are_sound(const struct pc_explanation *explanation, struct pc_buf *sentence)
{
    bool denied = explanation->answer.decision != PC_DECISION_ALLOWED;
    if ((explanation->need_count > 0) != (denied && !explanation->whatever)) {
        return false;
    }
    for (size_t i = 0; i < explanation->need_count; i++) {
        const struct pc_explained_need *need = &explanation->needs[i];
        pc_explained_need_write(sentence, explanation, need);
        bool matches = need->statement != NULL && need->statement->obstacle == PC_OBSTACLE_NONE;
        if (!is_said(sentence) || matches != need->no_deny) {
            return false;
        }
    }
    if (explanation->instead != PC_STRENGTH_NONE) {
        pc_explanation_write_instead(sentence, explanation);
        return is_said(sentence);
    }
    return true;
}

// What stands in the answer is what the types say: the first that decides is the primary.
static bool way_is_sound(const struct pc_explanation *explanation)
{
    const struct pc_answer *answer = &explanation->answer;
    for (size_t i = 0; i < PC_SLOTS; i++) {
        const struct pc_explained_type *type = &explanation->types[i];
        bool denies = type->said == PC_SAID_DENY;
        if (denies != (type->denies > 0)) {
            return false;
        }
        if (type->decides && answer->decision != PC_DECISION_ALLOWED) {
            return type->slot == answer->primary;
        }
    }
    return answer->decision == PC_DECISION_ALLOWED || answer->primary == PC_SLOTS;
}

static bool misses_are_sound(const struct pc_explanation *explanation)
{
    const struct pc_explained *found[CHECKED_MISSES];
    size_t count = pc_explanation_misses(explanation, true, found, CHECKED_MISSES);
    for (size_t i = 1; i < count; i++) {
        if (found[i - 1]->nearness < found[i]->nearness) {
            return false;
        }
    }
    return count == 0 || found[0]->obstacle != PC_OBSTACLE_NONE;
}

static bool is_sound(const struct pc_explanation *explanation)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf sentence = {0};
    bool sound = way_is_sound(explanation) && needs_are_sound(explanation, &sentence) &&
                 misses_are_sound(explanation);
    for (size_t i = 0; i < explanation->count && sound; i++) {
        sound = statement_is_sound(explanation, &explanation->statements[i], &sentence);
    }
    return sound;
}

void engine_explain(struct engine *engine, struct pc_arena *arena,
                    const struct engine_case *prepared, struct ref_answer *out)
{
    struct pc_explanation explanation;
    *out = (struct ref_answer){.refused = prepared->refused, .primary = REF_TYPES};
    if (prepared->refused.len > 0) {
        return;
    }
    const struct pc_explain_question asked = {&prepared->policies, &prepared->request, 0,
                                              engine->scratch};
    if (pc_explain(arena, &asked, &explanation) != PC_OK) {
        (void)fputs("the explanation failed\n", stderr);
        abort();
    }
    // A type that does not apply has statements that nobody looks at.
    if (!is_sound(&explanation) || explanation.count > engine_statements(&prepared->policies)) {
        out->refused = PC_STR("the explanation does not go together");
        return;
    }
    engine_tell(arena, prepared, &explanation.answer, out);
}
