// SPDX-License-Identifier: Apache-2.0
//
// Calls of the target `api` that ask, and what is true of every answer.
#include "api_play.h"

#include <string.h>

#include "fuzz.h"

static void check_answer(struct polcheck_scratch *scratch, struct polcheck_verdict verdict)
{
    const struct polcheck_answer *answer = NULL;
    enum polcheck_status status = polcheck_reasons(scratch, &answer);
    FUZZ_CHECK((status == POLCHECK_OK) == (verdict.status == POLCHECK_OK) &&
                   (status == POLCHECK_OK) == (answer != NULL),
               "asked: %s, its reasons: %s", polcheck_status_name(verdict.status),
               polcheck_status_name(status));
    if (answer == NULL) {
        return;
    }
    struct polcheck_verdict again = polcheck_answer_verdict(answer);
    FUZZ_CHECK(again.decision == verdict.decision && again.status == verdict.status, "%s became %s",
               polcheck_decision_text(verdict.decision), polcheck_decision_text(again.decision));
    size_t count = polcheck_answer_statement_count(answer);
    // Some is allowed by no statement, such as to the root user of an account.
    FUZZ_CHECK(polcheck_is_allowed(verdict) ||
                   (count > 0) == (verdict.decision == POLCHECK_EXPLICIT_DENY),
               "%s by %zu statements", polcheck_decision_text(verdict.decision), count);
    for (size_t i = 0; i < count + LOOKS; i++) {
        const struct polcheck_statement *one = polcheck_answer_statement(answer, i);
        FUZZ_CHECK((one != NULL) == (i < count), "statement %zu of %zu", i, count);
        FUZZ_CHECK(one == NULL || (one->allows == polcheck_is_allowed(verdict) &&
                                   one->size >= sizeof(*one) && one->type < POLCHECK_NO_TYPE),
                   "statement %zu", i);
    }
    size_t missing = polcheck_answer_missing_count(answer);
    for (size_t i = 0; i < missing + LOOKS; i++) {
        FUZZ_CHECK((polcheck_answer_missing(answer, i).len > 0) == (i < missing), "key %zu of %zu",
                   i, missing);
    }
    FUZZ_CHECK((polcheck_answer_message(answer).len == 0) == polcheck_is_allowed(verdict),
               "%s, and the sentence of AWS", polcheck_decision_text(verdict.decision));
    FUZZ_CHECK(polcheck_answer_blockers(answer) < 1U << POLCHECK_NO_TYPE, "blockers");
    FUZZ_CHECK(!polcheck_is_allowed(verdict) || polcheck_answer_primary(answer) == POLCHECK_NO_TYPE,
               "something stopped what is allowed");
}

// An answer is that of a store that the engine may have seen; one that lies where it was when the
// engine looked is answered from.
static void check_truth(const struct play *play, const struct engine *engine,
                        const struct polcheck_request *request, struct polcheck_verdict verdict)
{
    bool found = false;
    for (int at = 0; at < WORLD_STORES; at++) {
        if ((engine->seen >> at & 1) != 0) {
            struct polcheck_verdict said = world_ask((enum world_store)at, engine->flags, request);
            found = found || (said.status == verdict.status && said.decision == verdict.decision);
        }
    }
    bool steady = engine->reload == POLCHECK_RELOAD_MANUAL && engine->placed == play->placed &&
                  play->live != WORLD_DAMAGED && engine->seen == 1U << play->live;
    FUZZ_CHECK(found || (!steady && verdict.status != POLCHECK_OK), "no store says %s, %s",
               polcheck_decision_text(verdict.decision), polcheck_status_name(verdict.status));
}

static void call_ask(struct play *play, struct pc_str words)
{
    struct scratch *scratch = &play->scratches[play_number(&words, EACH)];
    struct polcheck_request *request = play_request(play, &words);
    struct polcheck_verdict verdict = polcheck_ask(scratch->handle, request);
    play_check_verdict(verdict);
    FUZZ_CHECK(scratch->handle != NULL || verdict.status == POLCHECK_ERR_USAGE, "of none: %s",
               polcheck_status_name(verdict.status));
    if (scratch->handle == NULL) {
        return;
    }
    FUZZ_CHECK((polcheck_scratch_message(scratch->handle).len == 0) ==
                   (verdict.status == POLCHECK_OK),
               "%s, and says \"%.*s\"", polcheck_status_name(verdict.status),
               POLCHECK_STR_ARG(polcheck_scratch_message(scratch->handle)));
    check_truth(play, scratch->engine, request, verdict);
    FUZZ_CHECK(!scratch->engine->tells || (scratch->engine->told.status == verdict.status &&
                                           scratch->engine->told.decision == verdict.decision),
               "another decision was told");
    check_answer(scratch->handle, verdict);
    scratch->answered = verdict.status == POLCHECK_OK;
    scratch->asked = request;
}

static void observe(void *context, const struct polcheck_observation *seen)
{
    ++*(size_t *)context;
    FUZZ_CHECK(seen->size >= sizeof(*seen) && seen->statement != NULL &&
                   seen->held <= seen->conditions &&
                   (seen->obstacle == POLCHECK_OBSTACLE_NONE ||
                    strcmp(polcheck_obstacle_text(seen->obstacle), "none") != 0),
               "an observation");
}

static void call_explain(struct play *play, struct pc_str words)
{
    struct scratch *scratch = &play->scratches[play_number(&words, EACH)];
    struct polcheck_observer observer = POLCHECK_OBSERVER_INIT;
    size_t seen = 0;
    observer.context = &seen;
    observer.statement = play_number(&words, 8) == 0 ? NULL : observe;
    if (scratch->handle != NULL && !scratch->answered) {
        return; // the request may be another one by now
    }
    enum polcheck_status status = polcheck_explain(scratch->handle, &observer);
    bool wrong = scratch->handle == NULL || observer.statement == NULL;
    FUZZ_CHECK(wrong ? status == POLCHECK_ERR_USAGE : status == POLCHECK_OK, "%s",
               polcheck_status_name(status));
    FUZZ_CHECK(!wrong || seen == 0, "observed all the same");
}

const struct play_call api_asking_calls[] = {
    {"ask", call_ask},
    {"explain", call_explain},
    {NULL, NULL},
};
