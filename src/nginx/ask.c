/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks, notes the answer, and tells the error log. Whatever goes wrong here leaves the outcome as
 * it began: a deny.
 */
#include "escape.h"
#include "module.h"
#include "question.h"

ngx_str_t pc_nginx_line(ngx_http_request_t *r, ngx_str_t text)
{
    static const ngx_str_t none = ngx_string("(no memory)");
    ngx_str_t out;
    out.len = pc_nginx_escape(PC_NGINX_JSON, text.data, text.len, NULL);
    out.data = ngx_pnalloc(r->pool, out.len + 1);
    if (out.data == NULL) {
        return none;
    }
    (void)pc_nginx_escape(PC_NGINX_JSON, text.data, text.len, out.data);
    return out;
}

/** Keeps a text for as long as the request; without memory, none. */
static void keep(ngx_http_request_t *r, struct polcheck_str text, ngx_str_t *out)
{
    out->data = text.len == 0 ? NULL : ngx_pnalloc(r->pool, text.len);
    out->len = out->data == NULL ? 0 : text.len;
    if (out->len > 0) {
        ngx_memcpy(out->data, text.ptr, text.len);
    }
}

static void fail(struct pc_nginx_outcome *outcome, enum polcheck_status status)
{
    outcome->failed = 1;
    outcome->verdict.decision = POLCHECK_IMPLICIT_DENY;
    outcome->verdict.status = status;
}

/** Of an allowed request: "policy reader, statement Read (policies/reader.json:7)". */
static void keep_statement(ngx_http_request_t *r, const struct polcheck_answer *answer,
                           ngx_str_t *out)
{
    const struct polcheck_statement *statement = polcheck_answer_statement(answer, 0);
    if (statement == NULL) {
        return;
    }
    u_char number[NGX_INT_T_LEN + 1];
    ngx_str_t name = {statement->sid.len, (u_char *)(uintptr_t)statement->sid.ptr};
    if (name.len == 0) {
        name.data = number;
        name.len = (size_t)(ngx_sprintf(number, "#%uD", statement->number) - number);
    }
    ngx_str_t policy = {statement->policy.len, (u_char *)(uintptr_t)statement->policy.ptr};
    ngx_str_t file = {statement->file.len, (u_char *)(uintptr_t)statement->file.ptr};
    size_t room =
        policy.len + name.len + file.len + sizeof("policy , statement  (:)") + NGX_INT_T_LEN;
    out->data = ngx_pnalloc(r->pool, room);
    if (out->data == NULL) {
        return;
    }
    out->len = (size_t)(ngx_snprintf(out->data, room, "policy %V, statement %V (%V:%uD)", &policy,
                                     &name, &file, statement->line) -
                        out->data);
}

static void keep_reasons(ngx_http_request_t *r, struct polcheck_scratch *scratch,
                         struct pc_nginx_outcome *outcome)
{
    const struct polcheck_answer *answer;
    enum polcheck_status status = polcheck_reasons(scratch, &answer);
    if (status != POLCHECK_OK) {
        ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                      "polcheck: the reasons of a decision could not be found: %s",
                      polcheck_status_text(status));
        return;
    }
    outcome->snapshot = polcheck_answer_snapshot(answer);
    if (polcheck_is_allowed(outcome->verdict)) {
        keep_statement(r, answer, &outcome->reason);
    } else {
        keep(r, polcheck_answer_message(answer), &outcome->reason);
    }
}

/** What can be done about it, where the message of the library does not say. */
static const char *advice(enum polcheck_status status)
{
    switch (status) {
    case POLCHECK_ERR_NO_STORE:
        return "it is used as soon as it is there";
    case POLCHECK_ERR_NOT_STORE:
    case POLCHECK_ERR_VERSION:
    case POLCHECK_ERR_DAMAGED:
        return "compile the policies anew; the store is used as soon as it is whole";
    case POLCHECK_ERR_IO:
    case POLCHECK_ERR_BUSY:
        return "see that the user of nginx's workers can read and write the store's folder";
    case POLCHECK_ERR_UNTRUSTED:
    case POLCHECK_ERR_ROLLBACK:
    case POLCHECK_ERR_TRUST:
        return "an alert before it says which file it is about";
    case POLCHECK_ERR_PRINCIPAL:
        return "compile the principal into the store, or mend polcheck_principal";
    case POLCHECK_ERR_OWNER:
        return "compile the resource with its account, or set polcheck_resource_account";
    case POLCHECK_ERR_REQUEST:
    case POLCHECK_ERR_LIMIT:
        return "if it is to be answered, mend what the directives of polcheck make of it";
    case POLCHECK_OK:
    case POLCHECK_ERR_USAGE:
    case POLCHECK_ERR_NOMEM:
    case POLCHECK_ERR_POLICY:
    case POLCHECK_ERR_FORKED:
    case POLCHECK_ERR_INTERNAL:
    case POLCHECK_ERR_ROOT_KEY: // this and the next are of secrets, which the module does not
                                // release
    case POLCHECK_ERR_KEY:
    case POLCHECK_ERR_SECRET:
    case POLCHECK_ERR_FUNCTION:
    case POLCHECK_ERR_SESSION:
    case POLCHECK_ERR_AUDIT:
    default:
        return "see the README of the module, What a 403 means";
    }
}

static void log_failure(ngx_http_request_t *r, const struct pc_nginx_question *question,
                        const struct pc_nginx_outcome *outcome)
{
    struct pc_nginx_location *location = pc_nginx_location_of(r);
    ngx_str_t why = pc_nginx_line(r, outcome->reason);
    ngx_str_t principal = pc_nginx_line(r, question->principal);
    ngx_str_t action = pc_nginx_line(r, question->action);
    ngx_str_t resource = pc_nginx_line(r, question->resource);
    static ngx_str_t no_store = ngx_string("");
    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "polcheck: %s: %V; principal \"%V\", action \"%V\", resource \"%V\", "
                  "store \"%V\": %s",
                  location->shadow ? "no answer, let through by polcheck_shadow"
                                   : "denied, no answer",
                  &why, &principal, &action, &resource,
                  location->store == NULL ? &no_store : &location->store->path,
                  advice(outcome->verdict.status));
}

static void log_deny(ngx_http_request_t *r, const struct pc_nginx_outcome *outcome)
{
    if (pc_nginx_location_of(r)->shadow) {
        ngx_str_t why = pc_nginx_line(r, outcome->reason);
        ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                      "polcheck: would have been denied, let through by polcheck_shadow: %V", &why);
    } else if (r->connection->log->log_level >= NGX_LOG_INFO) {
        ngx_str_t why = pc_nginx_line(r, outcome->reason);
        ngx_log_error(NGX_LOG_INFO, r->connection->log, 0, "polcheck: denied: %V", &why);
    }
}

static ngx_str_t text_of(const char *text)
{
    ngx_str_t view = {ngx_strlen(text), (u_char *)(uintptr_t)text};
    return view;
}

static void reason_is(ngx_http_request_t *r, struct pc_nginx_outcome *outcome, const char *format,
                      ngx_str_t what)
{
    size_t room = ngx_strlen(format) + what.len;
    outcome->reason.data = ngx_pnalloc(r->pool, room);
    if (outcome->reason.data != NULL) {
        outcome->reason.len = (size_t)(ngx_snprintf(outcome->reason.data, room, format, &what) -
                                       outcome->reason.data);
    }
}

/** Also when something is lacking: so the decision log has it. */
static void decide(ngx_http_request_t *r, struct pc_nginx_location *location,
                   struct pc_nginx_outcome *outcome)
{
    struct pc_nginx_main *main = pc_nginx_main_of(r);
    struct polcheck_scratch *scratch = location->store->scratch;
    main->current_log = location->log;
    outcome->verdict = polcheck_ask(scratch, main->request);
    main->current_log = NULL;
    outcome->snapshot = polcheck_engine_snapshot(location->store->engine);
    if (outcome->verdict.status != POLCHECK_OK) {
        fail(outcome, outcome->verdict.status);
        struct polcheck_str message = polcheck_scratch_message(scratch);
        keep(r,
             message.len > 0 ? message
                             : polcheck_text(polcheck_status_text(outcome->verdict.status)),
             &outcome->reason);
        return;
    }
    if (main->wants_reasons || !polcheck_is_allowed(outcome->verdict)) {
        keep_reasons(r, scratch, outcome);
    }
}

static void no_question(ngx_http_request_t *r, const struct pc_nginx_question *question,
                        struct pc_nginx_outcome *outcome)
{
    if (question->failed != NULL) {
        fail(outcome, POLCHECK_ERR_REQUEST);
        reason_is(r, outcome, "the variable $%V could not be computed", *question->failed);
    } else {
        fail(outcome, POLCHECK_ERR_NOMEM);
        reason_is(r, outcome, "%V", text_of(polcheck_status_text(POLCHECK_ERR_NOMEM)));
    }
}

static void ask_question(ngx_http_request_t *r, struct pc_nginx_question *question,
                         struct pc_nginx_outcome *outcome)
{
    struct pc_nginx_main *main = pc_nginx_main_of(r);
    struct pc_nginx_location *location = pc_nginx_location_of(r);
    if (main->fresh == NULL || main->request == NULL || location->store == NULL ||
        location->store->scratch == NULL) {
        enum polcheck_status status =
            location->store == NULL ? POLCHECK_ERR_USAGE : location->store->failed;
        fail(outcome, status == POLCHECK_OK ? POLCHECK_ERR_INTERNAL : status);
        reason_is(r, outcome, "%V", text_of("this worker has no engine for the location"));
        return;
    }
    if (pc_nginx_question_read(r, question) != NGX_OK ||
        pc_nginx_question_tell(r, question, main->request) != NGX_OK) {
        no_question(r, question, outcome);
        return;
    }
    decide(r, location, outcome);
    const char *lacking = pc_nginx_question_lacks(question);
    if (lacking != NULL) {
        fail(outcome, outcome->verdict.status == POLCHECK_OK ? POLCHECK_ERR_REQUEST
                                                             : outcome->verdict.status);
        reason_is(r, outcome, "the value of %V is empty", text_of(lacking));
    }
}

void pc_nginx_ask(ngx_http_request_t *r, struct pc_nginx_outcome *outcome)
{
    struct pc_nginx_question question;
    ngx_memzero(&question, sizeof(question));
    outcome->asked = 1;
    outcome->uri = r->uri;
    ask_question(r, &question, outcome);
    if (polcheck_is_allowed(outcome->verdict) && !outcome->failed) {
        outcome->passed = 1;
        return;
    }
    if (pc_nginx_location_of(r)->shadow) {
        outcome->passed = 1;
        outcome->shadow = 1;
    }
    if (outcome->failed) {
        log_failure(r, &question, outcome);
    } else {
        log_deny(r, outcome);
    }
}
