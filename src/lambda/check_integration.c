// SPDX-License-Identifier: Apache-2.0
#include "check_integration.h"

#include "danger_probes.h"
#include "doubts.h"
#include "finding_list.h"
#include "mend.h"
#include "mistake.h"
#include "value/arn.h"

// One integration being checked.
struct work {
    struct pc_checker *checker;
    struct pc_diags *diags;
    struct pc_subject subject;
    struct pc_checked *checked;
    struct pc_lacks lacks;
    bool granted; // a grant lets the role use the key
    bool role_unknown;
    // Of the questions of which one has to be allowed: is one, which came nearest, how near.
    bool any_allowed;
    const struct pc_need *any;
    struct pc_str any_action;
    enum pc_obstacle any_obstacle;
};

// Refusals ---------------------------------------------------------------------------------------

static enum pc_status write_reason(struct work *work, struct pc_lambda_answer *answer,
                                   struct pc_finding *finding)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    if (answer->complaint.len > 0) {
        finding->message = answer->complaint;
        return PC_OK;
    }
    PC_TRY(pc_lambda_reason(work->checker, answer, &text, &finding->place));
    PC_TRY(pc_buf_status(&text));
    return pc_arena_copy(work->checker->arena, pc_buf_view(&text), &finding->message);
}

static enum pc_severity severity_of(const struct work *work, const struct pc_need *need,
                                    const struct pc_lambda_answer *answer, bool untold)
{
    bool grant = (need->flags & PC_NEED_GRANT) != 0 &&
                 answer->answer.decision == PC_DECISION_IMPLICIT_DENY && answer->complaint.len == 0;
    if (grant) {
        return work->granted ? PC_SEVERITY_SUGGESTION : PC_SEVERITY_WARNING;
    }
    bool soft = (need->flags & PC_NEED_SOFT) != 0 || (untold && (need->flags & PC_NEED_USED) != 0);
    return soft ? PC_SEVERITY_WARNING : PC_SEVERITY_ERROR;
}

static enum pc_status add_lacks(struct work *work, const struct pc_need *need,
                                const struct pc_lambda_question *question,
                                const struct pc_lambda_answer *answer)
{
    struct pc_str covers = question->resource;
    if (need->covers != NULL) {
        PC_TRY(pc_template_fill(work->checker->arena, need->covers, &work->subject, &covers));
    }
    return pc_lacks_add(work->checker, question, answer, covers, &work->lacks);
}

// What to do without a grant for the role: of one that is for another it is told (LAMBDA.md 6).
static enum pc_status write_grant_hint(struct work *work, struct pc_str *out)
{
    static const struct {
        struct pc_str told;
        const char *rest;
    } rows[] = {
        {PC_STR_INIT("{grant.grantee}"), ", and not for the role as it is now: set another role, "
                                         "and this one again, so that Lambda "
                                         "makes a new one"},
        {PC_STR_INIT("{grant.for}"),
         ": set the function's key again, so that Lambda makes one for this function"},
    };
    struct pc_arena *arena = work->checker->arena;
    struct pc_texts told;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        PC_TRY(pc_template_values(arena, rows[i].told, &work->subject, &told));
        if (told.count > 0) {
            return pc_arena_format(arena, out,
                                   "the grant that was compiled is for %.*s%s; or add the "
                                   "statement",
                                   PC_STR_ARG(told.items[0]), rows[i].rest);
        }
    }
    *out = PC_STR("a grant of Lambda may let the role use the key: compile what aws kms "
                  "list-grants prints, or add the statement");
    return PC_OK;
}

static struct pc_str hint_of(const struct pc_need *need, const struct pc_mistake *mistake,
                             bool untold)
{
    if (untold && (need->flags & PC_NEED_USED) != 0) {
        return PC_STR("its policy is not known: compile what aws lambda get-layer-version-policy "
                      "prints of it");
    }
    return untold && mistake->hint.len == 0
               ? PC_STR("its policy is not known: if the other account has one, compile it, too")
               : mistake->hint;
}

static enum pc_status has_policy(struct work *work, struct pc_str arn, bool *out)
{
    const struct pc_asking asking = {work->checker->arena, work->subject.connection.place,
                                     work->diags};
    return pc_resolver_has_policy(work->checker->asker->resolver, arn, &asking, out);
}

// Every key has a policy. Of one that nobody compiled nobody knows what it allows: all that lacks
// is its word.
static enum pc_status note_unknown_key(struct work *work, const struct pc_lack *lacks,
                                       struct pc_finding *finding, struct pc_mistake *mistake)
{
    bool known = true;
    if (pc_lacks_key_policy_alone(lacks)) {
        PC_TRY(has_policy(work, finding->resource, &known));
    }
    if (!known) {
        finding->message = PC_STR("the policy of the key is not in the store");
        mistake->code = PC_DIAG_INTEGRATION_UNKNOWN;
        mistake->hint = PC_STR("compile it as well, in a manifest: \"resources\": [{\"arn\": the "
                               "key's, \"policy\": what aws kms get-key-policy prints}]");
    }
    return PC_OK;
}

// It may well work: nothing has to show, and there is nothing to mend. A statement without the
// condition that is doubted would allow more than what is there.
static void take_back(struct work *work, const struct pc_lacks *before, struct pc_finding *finding)
{
    *before->end = NULL;
    work->lacks = *before;
    finding->symptom = PC_STR("");
}

static enum pc_status refuse(struct work *work, const struct pc_need *need,
                             const struct pc_lambda_question *question,
                             struct pc_lambda_answer *answer)
{
    struct pc_refusal refusal = {
        work->checked->row->kind, need, &work->subject, question, answer, false};
    struct pc_mistake mistake;
    const char *symptom = need->symptom != NULL ? need->symptom : work->checked->row->symptom;
    bool untold;
    PC_TRY(pc_lambda_untold(work->checker, &work->subject, answer, &untold));
    struct pc_finding finding = {
        .severity = severity_of(work, need, answer, untold),
        .place = question->place,
        .symptom = pc_str_from(symptom),
        .who = question->who,
        .resource = question->resource,
        .decision = answer->answer.decision,
    };
    if (work->granted && finding.severity == PC_SEVERITY_SUGGESTION) {
        return PC_OK;
    }
    const struct pc_lacks before = work->lacks;
    PC_TRY(add_lacks(work, need, question, answer));
    refusal.lacks_key_policy = *before.end != NULL && pc_lacks_key_policy(*before.end);
    PC_TRY(write_reason(work, answer, &finding));
    PC_TRY(pc_mistake_find(work->checker, &refusal, work->diags, &mistake));
    if (answer->complaint.len > 0 || mistake.doubtful) {
        take_back(work, &before, &finding);
    }
    PC_TRY(note_unknown_key(work, *before.end, &finding, &mistake));
    bool grant = (need->flags & PC_NEED_GRANT) != 0 && finding.severity == PC_SEVERITY_WARNING;
    finding.code = grant ? PC_DIAG_INTEGRATION_GRANT : mistake.code;
    finding.hint = hint_of(need, &mistake, untold);
    if (grant) {
        PC_TRY(write_grant_hint(work, &finding.hint));
    }
    if (mistake.doubtful && finding.severity == PC_SEVERITY_ERROR) {
        finding.severity = PC_SEVERITY_WARNING;
    }
    return pc_checked_add_refused(work->checker->arena, &finding, question->action, work->checked);
}

// Questions --------------------------------------------------------------------------------------

// Of several that would do, the one that comes nearest is meant.
static enum pc_status note_any(struct work *work, const struct pc_need *need, struct pc_str action,
                               struct pc_lambda_answer *answer)
{
    enum pc_obstacle obstacle = PC_OBSTACLE_NONE;
    if (answer->complaint.len == 0) {
        PC_TRY(pc_lambda_nearness(work->checker, answer, &obstacle));
    }
    if (work->any == NULL || obstacle > work->any_obstacle) {
        work->any = need;
        work->any_action = action;
        work->any_obstacle = obstacle;
    }
    return PC_OK;
}

// Of what is allowed in one context: is it in the other one, which it may be as well?
static enum pc_status ask_otherwise(struct work *work, const struct pc_need *need,
                                    const struct pc_lambda_question *question)
{
    struct pc_lambda_question other = *question;
    struct pc_lambda_answer answer;
    if (need->or_context == NULL) {
        return PC_OK;
    }
    PC_TRY(pc_lambda_question_context(work->checker, need->or_context, &work->subject, &other));
    PC_TRY(pc_lambda_ask(work->checker, &other, work->diags, &answer));
    work->checked->asked++;
    return answer.answer.decision == PC_DECISION_ALLOWED ? PC_OK
                                                         : refuse(work, need, &other, &answer);
}

static enum pc_status ask(struct work *work, const struct pc_need *need,
                          const struct pc_lambda_question *question)
{
    struct pc_lambda_answer answer;
    if (pc_doubt_is_alias(question->resource)) {
        return pc_doubt_alias(work->checker, &work->subject, need, question, work->checked);
    }
    PC_TRY(pc_lambda_ask(work->checker, question, work->diags, &answer));
    work->checked->asked++;
    bool allowed = answer.answer.decision == PC_DECISION_ALLOWED;
    if (allowed) {
        PC_TRY(pc_doubt_function_policy(work->checker, question, work->checked));
    }
    if ((need->flags & PC_NEED_ANY_NAME) != 0) {
        work->any_allowed = work->any_allowed || allowed;
        return allowed ? PC_OK : note_any(work, need, question->action, &answer);
    }
    return allowed ? ask_otherwise(work, need, question) : refuse(work, need, question, &answer);
}

// A question for each action.
static enum pc_status ask_actions(struct work *work, const struct pc_need *need)
{
    struct pc_lambda_question question;
    struct pc_str rest = pc_str_from(need->actions);
    bool asked = true;
    PC_TRY(pc_lambda_question_make(work->checker, need, &work->subject, &question));
    if ((need->flags & PC_NEED_IF_POLICY) != 0) {
        PC_TRY(has_policy(work, question.resource, &asked));
    }
    while (asked && rest.len > 0) {
        size_t end = pc_str_find(rest, ' ', 0);
        question.action = pc_str_slice(rest, 0, end);
        PC_TRY(ask(work, need, &question));
        rest = end == SIZE_MAX ? PC_STR("") : pc_str_slice(rest, end + 1, rest.len);
    }
    return PC_OK;
}

static bool is_about_role(const struct pc_need *need)
{
    const struct pc_str role = PC_STR("{ROLE}");
    return pc_str_eq(pc_str_from(need->who), role) || pc_str_eq(pc_str_from(need->resource), role);
}

// Once, however many questions there are.
static enum pc_status note_role(struct work *work)
{
    const struct pc_finding finding = {
        .code = PC_DIAG_INTEGRATION_UNKNOWN,
        .severity = PC_SEVERITY_ERROR,
        .place = work->subject.connection.place,
        .message = PC_STR("the execution role is not known, so that its policies cannot be asked"),
        .hint = PC_STR("compile what aws lambda get-function-configuration prints, or say \"role\" "
                       "in a manifest"),
    };
    if (work->role_unknown) {
        return PC_OK;
    }
    work->role_unknown = true;
    return pc_checked_add(work->checker->arena, &finding, work->checked);
}

// Is the fact of that place one that the need goes through, with a value that none before it has?
static bool is_next(const struct pc_known_connection *connection, const struct pc_need *need,
                    size_t at)
{
    struct pc_tag fact = pc_known_connection_fact(connection, at);
    bool next = pc_mistake_lists(need->each, fact.key);
    for (size_t i = 0; next && i < at; i++) {
        struct pc_tag before = pc_known_connection_fact(connection, i);
        next = !pc_mistake_lists(need->each, before.key) || !pc_str_eq(before.value, fact.value);
    }
    return next;
}

// Of the value that the subject has as its `each`.
static enum pc_status ask_value(struct work *work, const struct pc_need *need)
{
    if (!pc_subject_tells(&work->subject, need->when)) {
        return PC_OK;
    }
    return work->subject.role.len == 0 && is_about_role(need) ? note_role(work)
                                                              : ask_actions(work, need);
}

// For each value of the facts that the need goes through.
static enum pc_status ask_need(struct work *work, const struct pc_need *need)
{
    const struct pc_known_connection *connection = &work->subject.connection;
    work->subject.each = PC_STR("");
    if (need->each == NULL) {
        return ask_value(work, need);
    }
    for (size_t i = 0; i < connection->fact_count; i++) {
        if (is_next(connection, need, i)) {
            work->subject.each = pc_known_connection_fact(connection, i).value;
            PC_TRY(ask_value(work, need));
        }
    }
    return PC_OK;
}

// None of those was allowed of which one has to be: asked again for its reasons.
static enum pc_status ask_any_again(struct work *work)
{
    struct pc_lambda_question question;
    struct pc_lambda_answer answer;
    if (work->any == NULL || work->any_allowed) {
        return PC_OK;
    }
    PC_TRY(pc_lambda_question_make(work->checker, work->any, &work->subject, &question));
    question.action = work->any_action;
    PC_TRY(pc_lambda_ask(work->checker, &question, work->diags, &answer));
    return refuse(work, work->any, &question, &answer);
}

// Integrations -----------------------------------------------------------------------------------

static enum pc_status check_row(struct work *work)
{
    work->lacks = (struct pc_lacks){.end = &work->lacks.first};
    for (size_t i = 0; i < PC_NEEDS_MAX && work->checked->row->needs[i].who != NULL; i++) {
        PC_TRY(ask_need(work, &work->checked->row->needs[i]));
    }
    PC_TRY(ask_any_again(work));
    PC_TRY(pc_setup_check(work->checker, &work->subject, work->checked));
    return work->checked->unsupported
               ? PC_OK
               : pc_lacks_mend(work->checker, &work->lacks, work->checked->row->kind,
                               &work->checked->mends, &work->checked->mend_count);
}

enum pc_status pc_check_integration(struct pc_checker *checker, const struct pc_subject *subject,
                                    bool granted, struct pc_diags *diags,
                                    struct pc_checked *checked)
{
    // Room for the list of what lacks, which points into itself.
    struct work *work = pc_arena_alloc(checker->arena, sizeof(*work));
    if (work == NULL) {
        return PC_ERR_NOMEM;
    }
    *work = (struct work){.checker = checker,
                          .diags = diags,
                          .subject = *subject,
                          .checked = checked,
                          .granted = granted};
    return check_row(work);
}
