// SPDX-License-Identifier: Apache-2.0
//
// Answers questions from a store that a trusted key has signed, and from no other.
//
//     signed STORE TRUSTED-KEYS SEEN
//
// TRUSTED-KEYS holds public keys (polcheck keygen), of which one must have signed the store
// (polcheck sign). In SEEN the newest store that was accepted is noted, so that an older one is
// refused. Each line of standard input is a question, PRINCIPAL ACTION RESOURCE, and gets a line:
// allowed, a kind of deny, or the name of what is wrong. What becomes of the store while the
// program waits is told on standard error.
#include <polcheck/polcheck.h>

#include <stdio.h>
#include <string.h>

enum {
    ROOM = 4096
};

// It is called when the store changed for the engine: also by the first look.
static void on_store(void *context, const struct polcheck_store_event *event)
{
    (void)context;
    (void)fprintf(stderr, "signed: %s: %.*s\n", polcheck_status_name(event->status),
                  POLCHECK_STR_ARG(event->message));
}

// Without a store that is to be trusted, or keys, the engine opens all the same, and denies.
static enum polcheck_status open_engine(char *const *words, struct polcheck_engine **engine)
{
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    options.store = words[0];
    options.trusted_keys = words[1];
    options.seen = words[2];
    options.flags = POLCHECK_WAIT_FOR_STORE;
    options.reload = POLCHECK_RELOAD_NEXT_CALL;
    options.on_store = on_store;
    return polcheck_engine_open(&options, engine);
}

static const char *answer(struct polcheck_verdict verdict)
{
    if (polcheck_is_allowed(verdict)) {
        return "allowed";
    }
    return verdict.status == POLCHECK_OK ? polcheck_decision_text(verdict.decision)
                                         : polcheck_status_name(verdict.status);
}

// A line that is no question is one without an action, and is answered so.
static void ask(struct polcheck_scratch *scratch, struct polcheck_request *request, char *line)
{
    char *words[3] = {NULL, NULL, NULL};
    words[0] = strtok(line, " \n");
    for (size_t i = 1; i < 3 && words[i - 1] != NULL; i++) {
        words[i] = strtok(NULL, " \n");
    }
    polcheck_request_begin(request, polcheck_text(words[0]), polcheck_text(words[1]),
                           polcheck_text(words[2]));
    puts(answer(polcheck_ask(scratch, request)));
    (void)fflush(stdout);
}

static void answer_all(struct polcheck_scratch *scratch, struct polcheck_request *request)
{
    char line[ROOM];
    while (fgets(line, sizeof(line), stdin) != NULL) {
        ask(scratch, request, line);
    }
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        (void)fprintf(stderr, "usage: signed STORE TRUSTED-KEYS SEEN\n");
        return 2;
    }
    struct polcheck_engine *engine = NULL;
    struct polcheck_scratch *scratch = NULL;
    struct polcheck_request *request = NULL;
    enum polcheck_status status = open_engine(argv + 1, &engine);
    if (status == POLCHECK_OK) {
        status = polcheck_scratch_new(engine, &scratch);
    }
    if (status == POLCHECK_OK) {
        status = polcheck_request_new(&request);
    }
    if (status == POLCHECK_OK) {
        answer_all(scratch, request);
    } else {
        (void)fprintf(stderr, "signed: %s\n", polcheck_status_text(status));
    }
    polcheck_request_free(request);
    polcheck_scratch_free(scratch);
    polcheck_engine_close(engine);
    return status == POLCHECK_OK ? 0 : 2;
}
