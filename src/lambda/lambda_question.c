// SPDX-License-Identifier: Apache-2.0
#include "lambda_question.h"

#include "eval/form.h"
#include "sent_keys.h"

enum {
    OTHER_KEYS = 24, // of an integration, or that a variation adds
};

static const struct pc_str list_mark = PC_STR_INIT("[]");

// Making -----------------------------------------------------------------------------------------

// Of several values a key that is no list has the first.
static enum pc_status add_key(struct pc_str key, const struct pc_texts *values,
                              struct pc_lambda_question *out)
{
    if (values->count == 0) {
        return PC_OK;
    }
    if (out->key_count == out->key_room) {
        return PC_ERR_LIMIT;
    }
    bool list = pc_str_has_suffix(key, list_mark);
    out->keys[out->key_count++] = (struct pc_context_key){
        .key = pc_str_slice(key, 0, list ? key.len - list_mark.len : key.len),
        .list = list,
        .values = values->items,
        .count = list ? values->count : 1,
        .place = out->place,
    };
    return PC_OK;
}

enum pc_status pc_lambda_question_context(struct pc_checker *checker, const char *text,
                                          const struct pc_subject *subject,
                                          struct pc_lambda_question *out)
{
    // Each of the caller's own is a fact of the connection.
    out->key_room = subject->connection.fact_count + OTHER_KEYS;
    out->keys = pc_arena_array(checker->arena, out->key_room, sizeof(*out->keys));
    out->key_count = 0;
    if (out->keys == NULL) {
        return PC_ERR_NOMEM;
    }
    struct pc_str rest = pc_str_from(text);
    while (rest.len > 0) {
        size_t end = pc_str_find(rest, ' ', 0);
        struct pc_str word = pc_str_slice(rest, 0, end);
        size_t equals = pc_str_find(word, '=', 0);
        struct pc_texts values;
        PC_TRY(pc_template_values(checker->arena, pc_str_slice(word, equals + 1, word.len), subject,
                                  &values));
        PC_TRY(add_key(pc_str_slice(word, 0, equals), &values, out));
        rest = end == SIZE_MAX ? PC_STR("") : pc_str_slice(rest, end + 1, rest.len);
    }
    out->own_from = out->key_count;
    return PC_OK;
}

// Keys that the connection says its calls have.
static enum pc_status add_own_keys(struct pc_checker *checker, const struct pc_subject *subject,
                                   struct pc_lambda_question *out)
{
    const struct pc_str prefix = PC_STR("context:");
    for (size_t i = 0; i < subject->connection.fact_count; i++) {
        struct pc_tag fact = pc_known_connection_fact(&subject->connection, i);
        if (pc_str_has_prefix(fact.key, prefix)) {
            struct pc_texts value = {pc_arena_array(checker->arena, 1, sizeof(fact.value)), 1};
            if (value.items == NULL) {
                return PC_ERR_NOMEM;
            }
            value.items[0] = fact.value;
            PC_TRY(add_key(pc_str_slice(fact.key, prefix.len, fact.key.len), &value, out));
        }
    }
    return PC_OK;
}

// Who owns what the connection is with, or what lies in it, by the connection's own word.
static struct pc_str owner_of(const struct pc_subject *subject, struct pc_str resource)
{
    struct pc_str other = subject->connection.other;
    bool own = other.len > 0 && pc_str_has_prefix(resource, other);
    return own ? pc_known_connection_tells(&subject->connection, PC_STR("account")) : PC_STR("");
}

enum pc_status pc_lambda_question_make(struct pc_checker *checker, const struct pc_need *need,
                                       const struct pc_subject *subject,
                                       struct pc_lambda_question *out)
{
    struct pc_lambda_question question = {.region = subject->function.region,
                                          .account = subject->function.account,
                                          .foreign = pc_subject_tells(subject, "foreign"),
                                          .place = subject->connection.place};
    PC_TRY(pc_template_fill(checker->arena, need->who, subject, &question.who));
    PC_TRY(pc_template_fill(checker->arena, need->resource, subject, &question.resource));
    question.owner = owner_of(subject, question.resource);
    PC_TRY(pc_lambda_question_context(checker, need->context, subject, &question));
    PC_TRY(add_own_keys(checker, subject, &question));
    *out = question;
    return PC_OK;
}

// Asking -----------------------------------------------------------------------------------------

// The organization of caller and resource, where it is told, and they are of the function's
// account: of others nobody knows it.
static enum pc_status add_organization(struct pc_checker *checker,
                                       const struct pc_lambda_question *question,
                                       struct pc_request *request)
{
    struct pc_str id = checker->organization;
    if (id.len > 0 && pc_str_eq(request->caller.account, question->account)) {
        PC_TRY(pc_sent_key_add(checker->arena, "aws:principalorgid", id, request));
    }
    return id.len > 0 && !question->foreign
               ? pc_sent_key_add(checker->arena, "aws:resourceorgid", id, request)
               : PC_OK;
}

static enum pc_status fill_request(struct pc_checker *checker,
                                   const struct pc_lambda_question *question,
                                   struct pc_diags *complaints, struct pc_request *request)
{
    if (!pc_request_start(request, question->who, question->action, question->resource)) {
        pc_diag_report(complaints, PC_DIAG_REQUEST_PRINCIPAL, question->place,
                       "\"%.*s\" is not a principal", PC_STR_ARG(question->who));
        return PC_ERR_INVALID;
    }
    if (!pc_str_eq(question->resource, PC_STR("*")) && pc_request_arn(request) == NULL) {
        pc_diag_report(complaints, PC_DIAG_REQUEST_RESOURCE, question->place,
                       "\"%.*s\" is not an ARN", PC_STR_ARG(question->resource));
        return PC_ERR_INVALID;
    }
    request->resource_account = question->owner;
    for (size_t i = 0; i < question->key_count; i++) {
        PC_TRY(pc_form_context(checker->arena, complaints, &question->keys[i], request));
    }
    PC_TRY(pc_sent_keys_add(checker->arena, question->region, request));
    return add_organization(checker, question, request);
}

enum pc_status pc_lambda_ask(struct pc_checker *checker, const struct pc_lambda_question *question,
                             struct pc_diags *diags, struct pc_lambda_answer *out)
{
    // In the arena, as the asker may be asked for its reasons later, and reports there.
    struct pc_diags *complaints = pc_arena_alloc(checker->arena, sizeof(*complaints));
    const struct pc_asking asking = {checker->arena, question->place, complaints};
    *out = (struct pc_lambda_answer){.answer = {.decision = PC_DECISION_IMPLICIT_DENY}};
    out->request = pc_arena_room(checker->arena, sizeof(*out->request));
    if (complaints == NULL || out->request == NULL) {
        return PC_ERR_NOMEM;
    }
    pc_diags_init(complaints, checker->arena);
    enum pc_status status = fill_request(checker, question, complaints, out->request);
    if (status == PC_OK) {
        status = pc_asker_ask(checker->asker, &asking, out->request, &out->answer);
    }
    if (status == PC_ERR_INVALID || status == PC_ERR_NOTFOUND) {
        out->complaint = complaints->first != NULL ? complaints->first->message
                                                   : pc_str_from(pc_status_text(status));
        return PC_OK;
    }
    pc_diags_append(diags, complaints);
    return status;
}

enum pc_status pc_lambda_decide(struct pc_checker *checker,
                                const struct pc_lambda_question *question, struct pc_diags *diags,
                                enum pc_decision *out)
{
    struct pc_lambda_answer answer;
    *out = PC_DECISION_IMPLICIT_DENY;
    PC_TRY(pc_lambda_ask(checker, question, diags, &answer));
    *out = answer.answer.decision;
    return PC_OK;
}

// Knowing ----------------------------------------------------------------------------------------

static enum pc_status pass(void *context, const char *what, const struct pc_image *image)
{
    (void)context;
    (void)what;
    (void)image;
    return PC_OK;
}

enum pc_status pc_lambda_untold(struct pc_checker *checker, const struct pc_subject *subject,
                                const struct pc_lambda_answer *answer, bool *out)
{
    const struct pc_request *request = answer->request;
    struct pc_str holder = pc_resource_policy_holder(request->resource);
    bool foreign = request->resource_account.len > 0 &&
                   !pc_str_eq(request->resource_account, subject->function.account);
    *out = false;
    if (answer->complaint.len > 0 || answer->answer.decision != PC_DECISION_IMPLICIT_DENY ||
        !foreign || !pc_str_eq(holder, subject->connection.other)) {
        return PC_OK;
    }
    enum pc_status status = pc_resolver_each_image(checker->asker->resolver, holder, pass, NULL);
    *out = status == PC_ERR_NOTFOUND;
    return *out ? PC_OK : status;
}
