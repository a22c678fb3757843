// SPDX-License-Identifier: Apache-2.0
//
// Asks once: may this principal do this action on this resource?
//
//     ask STORE PRINCIPAL ACTION RESOURCE [KEY=VALUE]...
//
// STORE is what `polcheck compile` wrote; KEY=VALUE is the context of the request, such as
// aws:SecureTransport=true. Exit status: 0 allowed, 1 denied, 2 the question could not be asked.
#include <polcheck/polcheck.h>

#include <stdio.h>
#include <string.h>

enum {
    ALLOWED = 0,
    DENIED = 1,
    FAILED = 2
};

static int failed(const char *what, enum polcheck_status status)
{
    (void)fprintf(stderr, "ask: %s: %s\n", what, polcheck_status_text(status));
    return FAILED;
}

// Texts are borrowed: those of the command line live long enough. False: one is no KEY=VALUE.
static bool add_context(struct polcheck_request *request, char *const *pairs)
{
    for (; *pairs != NULL; pairs++) {
        const char *equals = strchr(*pairs, '=');
        if (equals == NULL) {
            return false;
        }
        polcheck_request_add(request, polcheck_bytes(*pairs, (size_t)(equals - *pairs)),
                             polcheck_string(polcheck_text(equals + 1)));
    }
    return true;
}

// A verdict has a decision and a status. Only polcheck_is_allowed says whether to let someone in;
// the status tells a plain deny from a question that could not be answered, which is a deny too.
static int ask(struct polcheck_scratch *scratch, struct polcheck_request *request,
               char *const *words)
{
    polcheck_request_begin(request, polcheck_text(words[0]), polcheck_text(words[1]),
                           polcheck_text(words[2]));
    if (!add_context(request, words + 3)) {
        (void)fprintf(stderr, "ask: the context is not KEY=VALUE\n");
        return FAILED;
    }
    struct polcheck_verdict verdict = polcheck_ask(scratch, request);
    if (polcheck_is_allowed(verdict)) {
        puts("allowed");
        return ALLOWED;
    }
    if (verdict.status != POLCHECK_OK) {
        struct polcheck_str message = polcheck_scratch_message(scratch);
        (void)fprintf(stderr, "ask: %.*s\n", POLCHECK_STR_ARG(message));
        return FAILED;
    }
    puts(polcheck_decision_text(verdict.decision)); // implicitDeny or explicitDeny
    return DENIED;
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        (void)fprintf(stderr, "usage: ask STORE PRINCIPAL ACTION RESOURCE [KEY=VALUE]...\n");
        return FAILED;
    }
    // The engine keeps the store open. It is asked once here, so no thread need watch the store.
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    options.store = argv[1];
    options.reload = POLCHECK_RELOAD_MANUAL;
    struct polcheck_engine *engine = NULL;
    enum polcheck_status status = polcheck_engine_open(&options, &engine);
    if (status != POLCHECK_OK) {
        return failed(argv[1], status);
    }
    // A scratch and a request serve any number of questions, one thread at a time.
    struct polcheck_scratch *scratch = NULL;
    struct polcheck_request *request = NULL;
    status = polcheck_scratch_new(engine, &scratch);
    if (status == POLCHECK_OK) {
        status = polcheck_request_new(&request);
    }
    int result =
        status == POLCHECK_OK ? ask(scratch, request, argv + 2) : failed("cannot ask", status);
    polcheck_request_free(request); // of NULL: nothing
    polcheck_scratch_free(scratch);
    polcheck_engine_close(engine); // after its scratches
    return result;
}
