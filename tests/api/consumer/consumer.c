// SPDX-License-Identifier: Apache-2.0
//
// A program of somebody else, in what C99 and C++ have in common:
//
//     consumer STORE PRINCIPAL ACTION RESOURCE
//
// First that nothing reads as allowed without a decision, then the question, over plain HTTP and
// TLS.
#include <polcheck/polcheck.h>

#include <stdio.h>

static int wrong;

static void expect(bool good, const char *what)
{
    if (!good) {
        (void)fprintf(stderr, "consumer: wrong: %s\n", what);
        wrong = 1;
    }
}

static void expect_deny(struct polcheck_verdict verdict, enum polcheck_status status,
                        const char *what)
{
    expect(!polcheck_is_allowed(verdict), what);
    expect(verdict.decision == POLCHECK_IMPLICIT_DENY, what);
    expect(verdict.status == status, what);
}

// Memory of zeros, and verdicts that say two things.
static void check_verdicts(void)
{
    struct polcheck_verdict verdict;
    memset(&verdict, 0, sizeof(verdict));
    expect_deny(verdict, POLCHECK_OK, "a zeroed verdict is denied");
    verdict.decision = POLCHECK_ALLOWED;
    expect(polcheck_is_allowed(verdict), "allowed and OK is allowed");
    verdict.status = POLCHECK_ERR_NOMEM;
    expect(!polcheck_is_allowed(verdict), "allowed with a failure is denied");
    verdict.status = POLCHECK_OK;
    verdict.decision = (enum polcheck_decision)1;
    expect(!polcheck_is_allowed(verdict), "true is no allow");
}

static void check_nothing(void)
{
    struct polcheck_request *request = NULL;
    struct polcheck_scratch *scratch = NULL;
    struct polcheck_engine *engine = NULL;
    const struct polcheck_answer *answer = NULL;
    expect_deny(polcheck_ask(NULL, NULL), POLCHECK_ERR_USAGE, "nothing is denied");
    expect(polcheck_request_new(&request) == POLCHECK_OK, "a request is made");
    expect_deny(polcheck_ask(NULL, request), POLCHECK_ERR_USAGE, "no scratch is denied");
    polcheck_request_free(request);
    expect(polcheck_scratch_new(NULL, &scratch) == POLCHECK_ERR_USAGE && scratch == NULL,
           "no scratch without an engine");
    expect(polcheck_engine_open(NULL, &engine) == POLCHECK_ERR_USAGE && engine == NULL,
           "no engine without options");
    expect(polcheck_engine_status(NULL) == POLCHECK_ERR_USAGE, "no engine is not well");
    expect(polcheck_reasons(NULL, &answer) == POLCHECK_ERR_USAGE && answer == NULL, "no reasons");
    expect_deny(polcheck_answer_verdict(NULL), POLCHECK_ERR_USAGE, "no answer is denied");
    polcheck_request_free(NULL);
    polcheck_scratch_free(NULL);
    polcheck_engine_close(NULL);
    polcheck_policy_free(NULL);
}

// Asks over plain HTTP, then over TLS.
static void ask(struct polcheck_scratch *scratch, struct polcheck_request *request, char **words)
{
    expect_deny(polcheck_ask(scratch, NULL), POLCHECK_ERR_USAGE, "no request is denied");
    expect_deny(polcheck_ask(scratch, request), POLCHECK_ERR_REQUEST, "an empty one is denied");
    for (int tls = 0; tls < 2; tls++) {
        polcheck_request_begin(request, polcheck_text(words[0]), polcheck_text(words[1]),
                               polcheck_text(words[2]));
        polcheck_request_add(request, POLCHECK_STR("aws:RequestedRegion"),
                             polcheck_string(POLCHECK_STR("eu-west-1")));
        polcheck_request_add(request, POLCHECK_STR("aws:SecureTransport"),
                             polcheck_boolean(tls != 0));
        struct polcheck_verdict verdict = polcheck_ask(scratch, request);
        expect(verdict.status == POLCHECK_OK, "the question is answered");
        printf("%s\n",
               polcheck_is_allowed(verdict) ? "let in" : polcheck_decision_text(verdict.decision));
    }
}

static void check_store(char **words)
{
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    struct polcheck_engine *engine = NULL;
    struct polcheck_scratch *scratch = NULL;
    struct polcheck_request *request = NULL;
    options.store = words[0];
    expect(polcheck_engine_open(&options, &engine) == POLCHECK_OK, "the store opens");
    expect(polcheck_scratch_new(engine, &scratch) == POLCHECK_OK, "a scratch is made");
    expect(polcheck_request_new(&request) == POLCHECK_OK, "a request is made");
    ask(scratch, request, words + 1);
    polcheck_request_free(request);
    polcheck_scratch_free(scratch);
    polcheck_engine_close(engine);
}

int main(int argc, char **argv)
{
    char version[32];
    (void)snprintf(version, sizeof(version), "%d.%d.%d", POLCHECK_VERSION_MAJOR,
                   POLCHECK_VERSION_MINOR, POLCHECK_VERSION_PATCH);
    expect(strcmp(version, polcheck_version()) == 0, "header and library are of one version");
    check_verdicts();
    check_nothing();
    expect(argc == 5, "STORE PRINCIPAL ACTION RESOURCE");
    if (argc == 5) {
        check_store(argv + 1);
    }
    return wrong;
}
