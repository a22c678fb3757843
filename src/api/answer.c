// SPDX-License-Identifier: Apache-2.0
//
// The reasons of a decision, from the snapshot that gave it.
#include <stdlib.h>

#include "eval/sentence.h"
#include "scratch.h"
#include "statement.h"
#include "status.h"
#include "text.h"

static bool make_room(struct polcheck_answer *answer, size_t count)
{
    if (count <= answer->capacity) {
        return true;
    }
    size_t wanted = count < 16 ? 16 : count * 2;
    struct polcheck_statement *grown =
        wanted / 2 < count && wanted != 16
            ? NULL
            : realloc(answer->statements, wanted * sizeof(*answer->statements));
    if (grown == NULL) {
        return false;
    }
    answer->statements = grown;
    answer->capacity = wanted;
    return true;
}

// Makes what was found the answer of the last question.
static enum pc_status take(struct polcheck_scratch *scratch)
{
    struct polcheck_answer *answer = &scratch->answer;
    if (pc_decision_out(answer->found.decision) != scratch->verdict.decision) {
        return PC_ERR_INTERNAL; // reasons of another decision would be lies
    }
    if (!make_room(answer, answer->found.deciding_count)) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < answer->found.deciding_count; i++) {
        const struct pc_deciding *deciding = &answer->found.deciding[i];
        pc_statement_tell(deciding->image, deciding->statement, deciding->slot,
                          &answer->statements[i]);
    }
    answer->verdict = scratch->verdict;
    answer->generation = scratch->edition->generation;
    scratch->has_reasons = true;
    scratch->sentence.len = 0;
    return PC_OK;
}

static enum pc_status find(struct polcheck_scratch *scratch)
{
    PC_TRY(pc_asker_reasons(&scratch->asker, &scratch->answer.found));
    return take(scratch);
}

enum pc_status pc_scratch_take_reasons(struct polcheck_scratch *scratch,
                                       const struct pc_answer *found)
{
    scratch->answer.found = *found;
    return take(scratch);
}

enum polcheck_status polcheck_reasons(struct polcheck_scratch *scratch,
                                      const struct polcheck_answer **out)
{
    if (scratch == NULL || out == NULL || !scratch->asked) {
        return POLCHECK_ERR_USAGE;
    }
    if (pc_engine_is_forked(scratch->engine)) {
        return POLCHECK_ERR_FORKED;
    }
    if (!scratch->has_reasons) {
        enum pc_status status = find(scratch);
        if (status != PC_OK) {
            return pc_status_of_question(status, &scratch->diags);
        }
    }
    *out = &scratch->answer;
    return POLCHECK_OK;
}

struct polcheck_verdict polcheck_answer_verdict(const struct polcheck_answer *answer)
{
    return answer == NULL ? pc_verdict_failed(POLCHECK_ERR_USAGE) : answer->verdict;
}

uint64_t polcheck_answer_snapshot(const struct polcheck_answer *answer)
{
    return answer == NULL ? 0 : answer->generation;
}

size_t polcheck_answer_statement_count(const struct polcheck_answer *answer)
{
    return answer == NULL ? 0 : answer->found.deciding_count;
}

const struct polcheck_statement *polcheck_answer_statement(const struct polcheck_answer *answer,
                                                           size_t at)
{
    return at < polcheck_answer_statement_count(answer) ? &answer->statements[at] : NULL;
}

uint32_t polcheck_answer_blockers(const struct polcheck_answer *answer)
{
    return answer == NULL ? 0 : answer->found.blocked_by;
}

enum polcheck_policy_type polcheck_answer_primary(const struct polcheck_answer *answer)
{
    return answer == NULL ? POLCHECK_NO_TYPE : (enum polcheck_policy_type)answer->found.primary;
}

size_t polcheck_answer_missing_count(const struct polcheck_answer *answer)
{
    return answer == NULL ? 0 : answer->found.missing_count;
}

struct polcheck_str polcheck_answer_missing(const struct polcheck_answer *answer, size_t at)
{
    return pc_text_out(at < polcheck_answer_missing_count(answer) ? answer->found.missing[at]
                                                                  : PC_STR(""));
}

// Written when somebody reads it, for most do not.
struct polcheck_str polcheck_answer_message(const struct polcheck_answer *answer)
{
    if (answer == NULL) {
        return pc_text_out(PC_STR(""));
    }
    struct polcheck_scratch *scratch = answer->scratch;
    if (scratch->sentence.len == 0) {
        pc_buf_reset(&scratch->sentence);
        pc_sentence_write(&scratch->sentence, &scratch->request, &answer->found);
    }
    return pc_text_out(pc_buf_status(&scratch->sentence) == PC_OK ? pc_buf_view(&scratch->sentence)
                                                                  : PC_STR(""));
}
