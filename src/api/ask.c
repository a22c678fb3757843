// SPDX-License-Identifier: Apache-2.0
//
// The path of a decision: from what a request says to the verdict.
#include <time.h>

#include "eval/form.h"
#include "request.h"
#include "scratch.h"
#include "status.h"
#include "text.h"

// A question is made ----------------------------------------------------------------------------

static enum pc_status refuse(struct polcheck_scratch *scratch, enum pc_diag_code code,
                             const char *message)
{
    pc_diag_report(&scratch->diags, code, (struct pc_place){.line = 0}, "%s", message);
    return PC_ERR_INVALID;
}

static enum pc_status refuse_value(struct polcheck_scratch *scratch, struct pc_str key)
{
    pc_diag_report(&scratch->diags, PC_DIAG_REQUEST_CONTEXT, (struct pc_place){.line = 0},
                   "the context key \"%.*s\" has no value, or a number that is not finite",
                   PC_STR_ARG(key));
    return PC_ERR_INVALID;
}

static enum pc_status check_fault(struct polcheck_scratch *scratch,
                                  const struct polcheck_request *said)
{
    switch (said->fault) {
    case PC_REQUEST_SOUND:
        return PC_OK;
    case PC_REQUEST_NOMEM:
        return PC_ERR_NOMEM;
    case PC_REQUEST_TOO_LONG:
        (void)refuse(scratch, PC_DIAG_REQUEST_LENGTH, "a text of the request is over 1 MiB long");
        return PC_ERR_LIMIT;
    case PC_REQUEST_EMPTY_KEY:
        return refuse(scratch, PC_DIAG_REQUEST_CONTEXT, "a context key has an empty name");
    case PC_REQUEST_NO_VALUE:
        return refuse_value(scratch, said->fault_key);
    case PC_REQUEST_NO_ARRAY:
        return refuse(scratch, PC_DIAG_REQUEST_CONTEXT,
                      "an array for the context is NULL, but has a count");
    case PC_REQUEST_WRONG_POLICY:
        return refuse(scratch, PC_DIAG_REQUEST_MEMBER,
                      "a policy of the request was compiled as one of another type");
    case PC_REQUEST_NEVER_BEGUN:
        break;
    }
    return refuse(scratch, PC_DIAG_REQUEST_MEMBER,
                  "the request was never begun (polcheck_request_begin)");
}

static enum pc_status read_principal(const struct pc_form *form,
                                     const struct polcheck_request *said,
                                     struct pc_request *request)
{
    if (!said->federated) {
        // Already read by pc_request_start, for all but those who are wrong.
        return request->caller.kind != PC_CALLER_NONE
                   ? PC_OK
                   : pc_form_principal(form, said->principal, &request->caller);
    }
    if (said->principal.len == 0) {
        return pc_form_principal(form, said->principal, &request->caller);
    }
    request->caller = pc_caller_provider(said->principal);
    return PC_OK;
}

static enum pc_status add_services(struct polcheck_scratch *scratch, const struct pc_form *form,
                                   const struct polcheck_request *said)
{
    struct pc_caller *caller = &scratch->request.caller;
    for (size_t i = 0; i < said->service_count; i++) {
        PC_TRY(pc_form_service(form, said->services[i], caller));
    }
    caller->services = said->services;
    caller->service_count = said->service_count;
    return PC_OK;
}

static enum pc_status add_tags(struct polcheck_scratch *scratch, const struct pc_form *form,
                               const struct polcheck_request *said)
{
    struct pc_caller *caller = &scratch->request.caller;
    for (size_t i = 0; i < said->tag_count; i++) {
        PC_TRY(pc_form_tag(form, said->tags[i].key, said->tags, i, caller));
    }
    caller->tags = said->tags;
    caller->tag_count = said->tag_count;
    return PC_OK;
}

// What is told of the caller beside its text, and of the resource.
static enum pc_status add_parts(struct polcheck_scratch *scratch, const struct pc_form *form,
                                const struct polcheck_request *said)
{
    struct pc_request *request = &scratch->request;
    if (said->role.given) {
        PC_TRY(pc_form_role(form, said->role.text, &request->caller));
    }
    if (said->parent.given) {
        PC_TRY(pc_form_parent(form, said->parent.text, &request->caller));
    }
    if (said->userid.given) {
        PC_TRY(pc_form_id(form, said->userid.text, &request->caller));
    }
    if (said->account.given) {
        PC_TRY(pc_form_account(form, said->account.text));
        request->resource_account = said->account.text;
    }
    if (said->service_count > 0) {
        PC_TRY(add_services(scratch, form, said));
    }
    return said->tag_count > 0 ? add_tags(scratch, form, said) : PC_OK;
}

static enum pc_status add_context(struct polcheck_scratch *scratch,
                                  const struct polcheck_request *said)
{
    struct pc_request *request = &scratch->request;
    enum pc_status status =
        pc_request_add_texts(&scratch->arena, request, said->pairs, said->pair_count);
    if (status == PC_ERR_INVALID || status == PC_ERR_LIMIT) {
        // The same again, by the function that says what is wrong with it.
        const struct pc_tag *wrong = &said->pairs[pc_request_key_count(request)];
        const struct pc_context_key given = {
            .key = wrong->key, .values = &wrong->value, .count = 1};
        PC_TRY(pc_form_context(&scratch->arena, &scratch->diags, &given, request));
        return PC_ERR_INTERNAL;
    }
    PC_TRY(status);
    for (size_t i = 0; i < said->list_count; i++) {
        PC_TRY(pc_form_context(&scratch->arena, &scratch->diags, &said->lists[i], request));
    }
    return PC_OK;
}

static enum pc_status make_question(struct polcheck_scratch *scratch,
                                    const struct polcheck_request *said)
{
    const struct pc_form form = {{.line = 0}, &scratch->diags};
    struct pc_request *request = &scratch->request;
    if (!pc_request_start(request, said->principal, said->action, said->resource)) {
        request->caller.kind = PC_CALLER_NONE;
    }
    PC_TRY(read_principal(&form, said, request));
    if (pc_request_arn(request) == NULL && !pc_str_eq(said->resource, PC_STR("*"))) {
        PC_TRY(pc_form_resource(&form, said->resource));
        return PC_ERR_INTERNAL; // it is none, and must not be asked about without its context
    }
    PC_TRY(add_parts(scratch, &form, said));
    return add_context(scratch, said);
}

// It is asked -----------------------------------------------------------------------------------

static enum pc_status decide(struct polcheck_scratch *scratch, const struct polcheck_request *said,
                             struct pc_answer *answer)
{
    const struct pc_asking asking = {.arena = &scratch->arena, .diags = &scratch->diags};
    PC_TRY(check_fault(scratch, said));
    PC_TRY(make_question(scratch, said));
    scratch->asker.session = said->session == NULL ? NULL : &said->session->image;
    scratch->asker.endpoint = said->endpoint == NULL ? NULL : &said->endpoint->image;
    scratch->asker.resource = said->resource_policy == NULL ? NULL : &said->resource_policy->image;
    return pc_asker_ask(&scratch->asker, &asking, &scratch->request, answer);
}

static void tell_effort(struct polcheck_scratch *scratch, enum pc_status status)
{
    if (status == PC_ERR_EFFORT) {
        pc_diag_report(&scratch->diags, PC_DIAG_DECISION_STEPS, (struct pc_place){.line = 0},
                       "the decision takes more than %d steps", (int)PC_DECIDE_MOST_STEPS);
    }
}

struct polcheck_verdict pc_scratch_fail(struct polcheck_scratch *scratch,
                                        enum polcheck_status status)
{
    pc_buf_reset(&scratch->message);
    pc_status_sentence(&scratch->message, status, &scratch->diags);
    scratch->asked = false;
    scratch->verdict = pc_verdict_failed(status);
    return scratch->verdict;
}

void pc_scratch_forget(struct polcheck_scratch *scratch)
{
    scratch->asked = false;
    scratch->has_reasons = false;
    scratch->message.len = 0;
    pc_arena_reset(&scratch->arena);
    pc_diags_init(&scratch->diags, &scratch->arena);
}

enum polcheck_status pc_scratch_look(struct polcheck_scratch *scratch)
{
    if (scratch->engine->options.reload == POLCHECK_RELOAD_NEXT_CALL) {
        pc_engine_look_first(scratch->engine, scratch->edition);
    }
    return pc_scratch_follow(scratch);
}

static struct polcheck_verdict ask(struct polcheck_scratch *scratch,
                                   const struct polcheck_request *said)
{
    struct pc_answer answer = {.decision = PC_DECISION_IMPLICIT_DENY};
    pc_scratch_forget(scratch);
    enum polcheck_status ready = pc_scratch_look(scratch);
    if (ready != POLCHECK_OK) {
        return pc_scratch_fail(scratch, ready);
    }
    enum pc_status status = decide(scratch, said, &answer);
    tell_effort(scratch, status);
    if (status != PC_OK) {
        return pc_scratch_fail(scratch, pc_status_of_question(status, &scratch->diags));
    }
    scratch->asked = true;
    scratch->verdict = (struct polcheck_verdict){pc_decision_out(answer.decision), POLCHECK_OK};
    if (scratch->asker.with_reasons) {
        // The decision stands without them; who wants them finds out that they cannot be had.
        (void)!pc_scratch_take_reasons(scratch, &answer);
    }
    return scratch->verdict;
}

// It is logged ----------------------------------------------------------------------------------

static int64_t clock_ns(clockid_t clock)
{
    struct timespec now = {0, 0};
    (void)clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static struct polcheck_verdict ask_logged(struct polcheck_scratch *scratch,
                                          const struct polcheck_request *said)
{
    const struct polcheck_options *options = &scratch->engine->options;
    struct polcheck_decision_event event = {
        .size = sizeof(event), .time = clock_ns(CLOCK_REALTIME), .request = said};
    int64_t begin = clock_ns(CLOCK_MONOTONIC);
    event.verdict = ask(scratch, said);
    event.duration = (uint64_t)(clock_ns(CLOCK_MONOTONIC) - begin);
    event.snapshot = scratch->edition == NULL ? 0 : scratch->edition->generation;
    event.principal = pc_text_out(said->principal);
    event.action = pc_text_out(said->action);
    event.resource = pc_text_out(said->resource);
    event.message = polcheck_scratch_message(scratch);
    if (event.verdict.status == POLCHECK_OK &&
        polcheck_reasons(scratch, &event.answer) != POLCHECK_OK) {
        event.answer = NULL; // the decision stands without them
    }
    options->on_decision(options->decision_context, &event);
    return event.verdict;
}

struct polcheck_verdict polcheck_ask(struct polcheck_scratch *scratch,
                                     const struct polcheck_request *request)
{
    if (scratch == NULL) {
        return pc_verdict_failed(POLCHECK_ERR_USAGE);
    }
    if (pc_engine_is_forked(scratch->engine)) {
        return pc_verdict_failed(POLCHECK_ERR_FORKED);
    }
    if (request == NULL) {
        pc_scratch_forget(scratch);
        return pc_scratch_fail(scratch, POLCHECK_ERR_USAGE);
    }
    return scratch->engine->options.on_decision == NULL ? ask(scratch, request)
                                                        : ask_logged(scratch, request);
}
