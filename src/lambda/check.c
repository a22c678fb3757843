// SPDX-License-Identifier: Apache-2.0
#include "lambda/check.h"

#include "danger_probes.h"
#include "doubts.h"
#include "mend.h"
#include "mistake.h"
#include "value/arn.h"

const char *pc_mark_text(enum pc_mark mark)
{
    static const char *const texts[] = {"fails", "warns", "works"};
    return mark <= PC_MARK_WORKS ? texts[mark] : texts[PC_MARK_FAILS];
}

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

enum pc_status pc_finding_add(struct pc_arena *arena, const struct pc_finding *draft,
                              struct pc_finding **list)
{
    struct pc_finding *finding = pc_arena_alloc(arena, sizeof(*finding));
    if (finding == NULL) {
        return PC_ERR_NOMEM;
    }
    *finding = *draft;
    finding->next = NULL;
    while (*list != NULL) {
        list = &(*list)->next;
    }
    *list = finding;
    return PC_OK;
}

static void lower_mark(struct pc_checked *checked, enum pc_severity severity)
{
    enum pc_mark mark = severity == PC_SEVERITY_ERROR     ? PC_MARK_FAILS
                        : severity == PC_SEVERITY_WARNING ? PC_MARK_WARNS
                                                          : PC_MARK_WORKS;
    if (mark < checked->mark) {
        checked->mark = mark;
    }
}

enum pc_status pc_checked_add(struct pc_arena *arena, const struct pc_finding *draft,
                              struct pc_checked *checked)
{
    lower_mark(checked, draft->severity);
    return pc_finding_add(arena, draft, &checked->findings);
}

// Refusals ---------------------------------------------------------------------------------------

void pc_finding_subject(struct pc_buf *out, const struct pc_finding *finding)
{
    bool unknown = finding->code == PC_DIAG_INTEGRATION_UNKNOWN;
    if (finding->action_count == 0) {
        return;
    }
    pc_buf_text(out, unknown ? "whether " : "");
    pc_buf_str(out,
               pc_str_eq(finding->who, PC_STR("*")) ? PC_STR("anonymous callers") : finding->who);
    pc_buf_text(out, unknown ? " may " : " may not ");
    for (size_t i = 0; i < finding->action_count; i++) {
        pc_buf_text(out, i == 0 ? "" : i + 1 < finding->action_count ? ", " : " or ");
        pc_buf_str(out, finding->actions[i]);
    }
    if (!pc_str_eq(finding->resource, PC_STR("*"))) {
        pc_buf_text(out, " on ");
        pc_buf_str(out, finding->resource);
    }
    pc_buf_text(out, unknown ? " is not known" : "");
}

void pc_finding_sentence(struct pc_buf *out, const struct pc_finding *finding)
{
    pc_finding_subject(out, finding);
    if (finding->action_count > 0) {
        pc_buf_text(out, ": ");
    }
    pc_buf_str(out, finding->message);
}

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

static bool is_same(const struct pc_finding *a, const struct pc_finding *b)
{
    return a->code == b->code && a->severity == b->severity && pc_str_eq(a->who, b->who) &&
           pc_str_eq(a->resource, b->resource) && pc_str_eq(a->message, b->message) &&
           pc_str_eq(a->hint, b->hint) && pc_str_eq(a->symptom, b->symptom);
}

// To the finding that says the same of other actions, or as one of its own.
static enum pc_status add_refusal(struct work *work, const struct pc_finding *draft,
                                  struct pc_str action)
{
    struct pc_arena *arena = work->checker->arena;
    struct pc_finding **at = &work->checked->findings;
    while (*at != NULL && !is_same(*at, draft)) {
        at = &(*at)->next;
    }
    if (*at == NULL) {
        PC_TRY(pc_finding_add(arena, draft, at));
    }
    struct pc_finding *finding = *at;
    struct pc_str *actions = pc_arena_array(arena, finding->action_count + 1, sizeof(*actions));
    if (actions == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < finding->action_count; i++) {
        actions[i] = finding->actions[i];
    }
    actions[finding->action_count++] = action;
    finding->actions = actions;
    return PC_OK;
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

static struct pc_str hint_of(const struct pc_need *need, const struct pc_mistake *mistake,
                             bool grant, bool untold)
{
    if (grant) {
        return PC_STR("a grant of Lambda may let the role use the key: compile what aws kms "
                      "list-grants prints, or add the statement");
    }
    if (untold && (need->flags & PC_NEED_USED) != 0) {
        return PC_STR("its policy is not known: compile what aws lambda get-layer-version-policy "
                      "prints of it");
    }
    return untold && mistake->hint.len == 0
               ? PC_STR("its policy is not known: if the other account has one, compile it, too")
               : mistake->hint;
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
    struct pc_lack **own = work->lacks.end;
    PC_TRY(add_lacks(work, need, question, answer));
    refusal.lacks_key_policy = *own != NULL && pc_lacks_key_policy(*own);
    PC_TRY(write_reason(work, answer, &finding));
    PC_TRY(pc_mistake_find(work->checker, &refusal, work->diags, &mistake));
    if (answer->complaint.len > 0) {
        finding.symptom = PC_STR(""); // it may well work
    }
    bool grant = (need->flags & PC_NEED_GRANT) != 0 && finding.severity == PC_SEVERITY_WARNING;
    finding.code = grant ? PC_DIAG_INTEGRATION_GRANT : mistake.code;
    finding.hint = hint_of(need, &mistake, grant, untold);
    if (mistake.doubtful && finding.severity == PC_SEVERITY_ERROR) {
        finding.severity = PC_SEVERITY_WARNING;
    }
    lower_mark(work->checked, finding.severity);
    return add_refusal(work, &finding, question->action);
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
    return allowed ? PC_OK : refuse(work, need, question, &answer);
}

static enum pc_status found(void *context, const char *what, const struct pc_image *image)
{
    (void)what;
    (void)image;
    *(bool *)context = true;
    return PC_OK;
}

static enum pc_status has_policy(struct work *work, struct pc_str arn, bool *out)
{
    *out = false;
    enum pc_status status = pc_resolver_each_image(work->checker->asker->resolver, arn, found, out);
    return status == PC_ERR_NOTFOUND ? PC_OK : status;
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
    lower_mark(work->checked, finding.severity);
    return pc_finding_add(work->checker->arena, &finding, &work->checked->findings);
}

// For each value of the fact that the need goes through.
static enum pc_status ask_need(struct work *work, const struct pc_need *need)
{
    const struct pc_known_connection *connection = &work->subject.connection;
    if (!pc_subject_tells(&work->subject, need->when)) {
        return PC_OK;
    }
    if (work->subject.role.len == 0 && is_about_role(need)) {
        return note_role(work);
    }
    if (need->each == NULL) {
        return ask_actions(work, need);
    }
    for (size_t i = 0; i < connection->fact_count; i++) {
        struct pc_tag fact = pc_known_connection_fact(connection, i);
        if (pc_str_eq(fact.key, pc_str_from(need->each))) {
            work->subject.each = fact.value;
            PC_TRY(ask_actions(work, need));
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

static enum pc_status check_integration(struct work *work)
{
    work->lacks = (struct pc_lacks){.end = &work->lacks.first};
    for (size_t i = 0; i < PC_NEEDS_MAX && work->checked->row->needs[i].who != NULL; i++) {
        PC_TRY(ask_need(work, &work->checked->row->needs[i]));
    }
    PC_TRY(ask_any_again(work));
    PC_TRY(pc_setup_check(work->checker, &work->subject, work->checked));
    return pc_lacks_mend(work->checker, &work->lacks, work->checked->row->kind,
                         &work->checked->mends, &work->checked->mend_count);
}

// A function being checked.
struct all {
    struct pc_checker *checker;
    struct pc_diags *diags;
    struct pc_known_function known;
    struct pc_function_name name;
    struct pc_checked_function *out;
    struct pc_checked **end;
    bool granted;
};

static enum pc_status find_owner(const struct all *all, struct pc_subject *subject)
{
    const struct pc_asking asking = {all->checker->arena, subject->connection.place, all->diags};
    struct pc_arn arn;
    subject->owner = PC_STR("");
    if (!pc_arn_parse(subject->connection.other, &arn) || arn.account.len > 0) {
        return PC_OK;
    }
    enum pc_status status = pc_resolver_owner(all->checker->asker->resolver,
                                              subject->connection.other, &asking, &subject->owner);
    return status == PC_ERR_NOTFOUND ? PC_OK : status;
}

static enum pc_status add_integration(struct all *all, const struct pc_integration *row,
                                      const struct pc_known_connection *connection)
{
    struct pc_arena *arena = all->checker->arena;
    struct pc_checked *checked = pc_arena_alloc(arena, sizeof(*checked));
    struct work *work = pc_arena_alloc(arena, sizeof(*work));
    if (checked == NULL || work == NULL) {
        return PC_ERR_NOMEM;
    }
    *checked = (struct pc_checked){.row = row, .connection = *connection, .mark = PC_MARK_WORKS};
    *work = (struct work){.checker = all->checker, .diags = all->diags, .checked = checked};
    work->subject = (struct pc_subject){.function = all->name,
                                        .role = all->known.role,
                                        .known = &all->known,
                                        .connection = *connection};
    work->granted = all->granted;
    checked->configured = connection->function.len > 0 ? connection->function : all->name.function;
    PC_TRY(find_owner(all, &work->subject));
    PC_TRY(check_integration(work));
    if (checked->mark < all->out->mark) {
        all->out->mark = checked->mark;
    }
    *all->end = checked;
    all->end = &checked->next;
    all->out->integration_count++;
    return PC_OK;
}

// What every function has, told by nobody.
static enum pc_status add_own(struct all *all, const char *kind, struct pc_str other)
{
    const struct pc_known_connection connection = {.kind = pc_str_from(kind),
                                                   .function = all->name.function,
                                                   .other = other,
                                                   .place = all->known.place};
    return add_integration(all, pc_integration_find(connection.kind), &connection);
}

// A grant that lets the role decrypt with the function's key; others are of no use for it.
static bool is_granted(const struct all *all)
{
    for (size_t i = 0; i < all->known.connection_count; i++) {
        const struct pc_known_connection grant = pc_known_function_connection(&all->known, i);
        bool meant =
            pc_str_eq(grant.kind, PC_STR("grant")) && pc_str_eq(grant.other, all->known.kms_key);
        for (size_t j = 0; meant && j < grant.fact_count; j++) {
            struct pc_tag fact = pc_known_connection_fact(&grant, j);
            if (pc_str_eq(fact.key, PC_STR("operation")) &&
                pc_str_eq(fact.value, PC_STR("Decrypt"))) {
                return true;
            }
        }
    }
    return false;
}

static bool has_kind(const struct all *all, const char *kind)
{
    for (size_t i = 0; i < all->known.connection_count; i++) {
        if (pc_str_eq(pc_known_function_connection(&all->known, i).kind, pc_str_from(kind))) {
            return true;
        }
    }
    return false;
}

static enum pc_status add_every(struct all *all)
{
    bool key = all->known.kms_key.len > 0;
    if (!has_kind(all, "logs")) {
        PC_TRY(add_own(all, "logs", PC_STR("")));
    }
    if (!has_kind(all, "metrics")) {
        PC_TRY(add_own(all, "metrics", PC_STR("")));
    }
    if (key || all->known.variable_count > 0) {
        PC_TRY(add_own(all, key ? "environment-key" : "environment", all->known.kms_key));
    }
    return PC_OK;
}

static enum pc_status add_connections(struct all *all, enum pc_direction direction)
{
    for (size_t i = 0; i < all->known.connection_count; i++) {
        const struct pc_known_connection connection = pc_known_function_connection(&all->known, i);
        const struct pc_integration *row = pc_integration_find(connection.kind);
        if (row == NULL) {
            return PC_ERR_DAMAGED; // a kind that this polcheck does not know
        }
        if (row->title != NULL && row->direction == direction) {
            PC_TRY(add_integration(all, row, &connection));
        }
    }
    return PC_OK;
}

// The role first, for nothing works without; then what calls and is called, then what is attached.
static enum pc_status add_all(struct all *all)
{
    PC_TRY(add_own(all, "role", all->known.role));
    PC_TRY(add_connections(all, PC_DIRECTION_TRIGGER));
    PC_TRY(add_connections(all, PC_DIRECTION_POLLER));
    PC_TRY(add_connections(all, PC_DIRECTION_DESTINATION));
    PC_TRY(add_every(all));
    return add_connections(all, PC_DIRECTION_ATTACHMENT);
}

enum pc_status pc_check_function(struct pc_checker *checker, struct pc_str arn,
                                 struct pc_diags *diags, struct pc_checked_function *out)
{
    const struct pc_asking asking = {checker->arena, {.file = PC_STR("")}, diags};
    struct all all = {.checker = checker, .diags = diags, .out = out};
    *out = (struct pc_checked_function){.arn = arn, .mark = PC_MARK_WORKS};
    PC_TRY(pc_resolver_function(checker->asker->resolver, arn, &asking, &all.known));
    if (!pc_function_name_parse(arn, &all.name)) {
        return PC_ERR_DAMAGED;
    }
    out->role = all.known.role;
    all.end = &out->integrations;
    all.granted = is_granted(&all);
    PC_TRY(add_all(&all));
    return pc_dangers_find(checker, &all.known, &all.name, diags, out);
}
