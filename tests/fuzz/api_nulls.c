// SPDX-License-Identifier: Apache-2.0
#include "api_nulls.h"

#include <polcheck/polcheck.h>

#include "fuzz.h"

static const struct polcheck_str nothing = {NULL, 0};

static void check_usage(enum polcheck_status status, const char *what)
{
    FUZZ_CHECK(status == POLCHECK_ERR_USAGE, "%s: %s", what, polcheck_status_name(status));
}

static void check_deny(struct polcheck_verdict verdict, const char *what)
{
    check_usage(verdict.status, what);
    FUZZ_CHECK(verdict.decision == POLCHECK_IMPLICIT_DENY, "%s", what);
}

static void free_nothing(void)
{
    polcheck_engine_close(NULL);
    polcheck_scratch_free(NULL);
    polcheck_policy_free(NULL);
    polcheck_request_free(NULL);
    polcheck_logger_close(NULL);
    polcheck_secrets_close(NULL);
    polcheck_environment_free(NULL);
    polcheck_environment_wipe(NULL);
}

static void make_nothing(void)
{
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    struct polcheck_engine *engine = NULL;
    struct polcheck_scratch *scratch = NULL;
    struct polcheck_logger *logger = NULL;
    struct polcheck_policy *policy = NULL;
    struct polcheck_secrets *secrets = NULL;
    check_usage(polcheck_engine_open(NULL, &engine), "engine_open");
    check_usage(polcheck_engine_open(&options, NULL), "engine_open, nowhere");
    check_usage(polcheck_scratch_new(NULL, &scratch), "scratch_new");
    check_usage(polcheck_request_new(NULL), "request_new");
    check_usage(polcheck_environment_new(NULL), "environment_new");
    check_usage(polcheck_logger_open(NULL, &logger), "logger_open");
    check_usage(polcheck_secrets_open(NULL, &secrets), "secrets_open");
    check_usage(polcheck_policy_compile(POLCHECK_SESSION, NULL, 1, NULL, &policy), "no documents");
    check_usage(polcheck_policy_compile(POLCHECK_SESSION, NULL, 0, NULL, NULL), "policy, nowhere");
    FUZZ_CHECK(engine == NULL && scratch == NULL && logger == NULL && policy == NULL &&
                   secrets == NULL,
               "something was made");
}

static void change_nothing(void)
{
    polcheck_request_begin(NULL, nothing, nothing, nothing);
    polcheck_request_begin_federated(NULL, nothing, nothing, nothing);
    polcheck_request_set_role(NULL, nothing);
    polcheck_request_set_parent(NULL, nothing);
    polcheck_request_set_userid(NULL, nothing);
    polcheck_request_add_service(NULL, nothing);
    polcheck_request_add_principal_tag(NULL, nothing, nothing);
    polcheck_request_set_resource_account(NULL, nothing);
    polcheck_request_set_session_policy(NULL, NULL);
    polcheck_request_set_endpoint_policy(NULL, NULL);
    polcheck_request_add(NULL, nothing, polcheck_boolean(true));
    polcheck_request_add_list(NULL, nothing, NULL, 1);
    polcheck_request_add_pairs(NULL, NULL, 1);
    polcheck_request_add_absent(NULL, nothing);
    polcheck_logger_log(NULL, NULL);
    polcheck_logger_reopen(NULL);
}

static void ask_nothing(void)
{
    const struct polcheck_answer *answer = NULL;
    struct polcheck_release release = POLCHECK_RELEASE_INIT;
    struct polcheck_entry entry;
    check_usage(polcheck_engine_status(NULL), "engine_status");
    check_usage(polcheck_engine_reload(NULL), "engine_reload");
    check_usage(polcheck_scratch_renew(NULL), "scratch_renew");
    check_usage(polcheck_reasons(NULL, &answer), "reasons");
    check_usage(polcheck_explain(NULL, NULL), "explain");
    check_deny(polcheck_ask(NULL, NULL), "ask");
    check_deny(polcheck_answer_verdict(NULL), "answer_verdict");
    check_deny(polcheck_secrets_ask(NULL, NULL, &release), "secrets_ask");
    check_deny(polcheck_secrets_release(NULL, NULL, &release, NULL), "secrets_release");
    FUZZ_CHECK(answer == NULL && !polcheck_engine_poll(NULL, 1) &&
                   polcheck_engine_snapshot(NULL) == 0 && !polcheck_request_entry(NULL, 0, &entry),
               "of nothing there is something");
    FUZZ_CHECK(
        polcheck_scratch_message(NULL).len == 0 && polcheck_answer_snapshot(NULL) == 0 &&
            polcheck_answer_statement_count(NULL) == 0 &&
            polcheck_answer_statement(NULL, 0) == NULL && polcheck_answer_blockers(NULL) == 0 &&
            polcheck_answer_primary(NULL) == POLCHECK_NO_TYPE &&
            polcheck_answer_missing_count(NULL) == 0 && polcheck_answer_missing(NULL, 0).len == 0 &&
            polcheck_answer_message(NULL).len == 0,
        "an answer to nothing");
    FUZZ_CHECK(polcheck_environment_count(NULL) == 0 &&
                   polcheck_environment_name(NULL, 0).len == 0 &&
                   polcheck_environment_value(NULL, 0).len == 0 &&
                   polcheck_environment_assignment(NULL, 0) == NULL &&
                   polcheck_environment_declared_count(NULL) == 0 &&
                   polcheck_environment_declared(NULL, 0).len == 0,
               "variables of nothing");
    (void)polcheck_logger_flush(NULL, 1);
    (void)polcheck_logger_dropped(NULL);
}

void api_nulls(void)
{
    free_nothing();
    make_nothing();
    change_nothing();
    ask_nothing();
}
