// SPDX-License-Identifier: Apache-2.0
//
// Explains: who decided, what stood in the way, and what became of every statement.
//
//     explain STORE PRINCIPAL ACTION RESOURCE [KEY=VALUE]...
//
// Exit status: 0 allowed, 1 denied, 2 the question could not be asked.
#include <polcheck/polcheck.h>

#include <stdio.h>
#include <string.h>

static void print_statement(const struct polcheck_statement *statement)
{
    printf("%.*s:%u:%u: %s %s %.*s", POLCHECK_STR_ARG(statement->file), statement->line,
           statement->column, polcheck_policy_type_text(statement->type),
           statement->allows ? "Allow" : "Deny", POLCHECK_STR_ARG(statement->policy));
    if (statement->sid.len != 0) {
        printf("/%.*s", POLCHECK_STR_ARG(statement->sid));
    } else {
        printf("/#%u", statement->number);
    }
}

// The reasons in short: what a server would log or tell.
static void print_reasons(const struct polcheck_answer *answer)
{
    for (size_t i = 0; i < polcheck_answer_statement_count(answer); i++) {
        printf("decided by ");
        print_statement(polcheck_answer_statement(answer, i));
        printf("\n");
    }
    for (unsigned type = POLCHECK_IDENTITY; type < POLCHECK_NO_TYPE; type++) {
        if ((polcheck_answer_blockers(answer) & 1U << type) != 0) {
            printf("blocked by %s\n", polcheck_policy_type_text((enum polcheck_policy_type)type));
        }
    }
    for (size_t i = 0; i < polcheck_answer_missing_count(answer); i++) {
        printf("missing %.*s\n", POLCHECK_STR_ARG(polcheck_answer_missing(answer, i)));
    }
    struct polcheck_str message = polcheck_answer_message(answer);
    if (message.len != 0) {
        printf("%.*s\n", POLCHECK_STR_ARG(message));
    }
}

// Called for each statement of each policy that applies; what it gets is valid during the call.
static void print_observation(void *context, const struct polcheck_observation *seen)
{
    (void)context;
    print_statement(seen->statement);
    if (seen->obstacle == POLCHECK_OBSTACLE_NONE) {
        printf(": matches\n");
    } else if (seen->obstacle == POLCHECK_OBSTACLE_CONDITION) {
        printf(": condition %.*s %.*s %s\n", POLCHECK_STR_ARG(seen->condition_operator),
               POLCHECK_STR_ARG(seen->condition_key),
               seen->key_absent ? "lacks its key" : "does not hold");
    } else {
        printf(": another %s\n", polcheck_obstacle_text(seen->obstacle));
    }
}

static enum polcheck_status explain(struct polcheck_scratch *scratch)
{
    const struct polcheck_answer *answer = NULL;
    enum polcheck_status status = polcheck_reasons(scratch, &answer);
    if (status != POLCHECK_OK) {
        return status;
    }
    print_reasons(answer);
    struct polcheck_observer observer = POLCHECK_OBSERVER_INIT;
    observer.statement = print_observation;
    printf("every statement:\n");
    return polcheck_explain(scratch, &observer);
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

static int ask(struct polcheck_scratch *scratch, struct polcheck_request *request,
               char *const *words)
{
    polcheck_request_begin(request, polcheck_text(words[0]), polcheck_text(words[1]),
                           polcheck_text(words[2]));
    if (!add_context(request, words + 3)) {
        (void)fprintf(stderr, "explain: the context is not KEY=VALUE\n");
        return 2;
    }
    struct polcheck_verdict verdict = polcheck_ask(scratch, request);
    if (verdict.status != POLCHECK_OK) {
        struct polcheck_str message = polcheck_scratch_message(scratch);
        (void)fprintf(stderr, "explain: %.*s\n", POLCHECK_STR_ARG(message));
        return 2;
    }
    printf("%s\n", polcheck_decision_text(verdict.decision));
    enum polcheck_status status = explain(scratch);
    if (status != POLCHECK_OK) {
        (void)fprintf(stderr, "explain: %s\n", polcheck_status_text(status));
        return 2;
    }
    return polcheck_is_allowed(verdict) ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        (void)fprintf(stderr, "usage: explain STORE PRINCIPAL ACTION RESOURCE [KEY=VALUE]...\n");
        return 2;
    }
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    options.store = argv[1];
    options.reload = POLCHECK_RELOAD_MANUAL;
    struct polcheck_engine *engine = NULL;
    struct polcheck_scratch *scratch = NULL;
    struct polcheck_request *request = NULL;
    enum polcheck_status status = polcheck_engine_open(&options, &engine);
    if (status == POLCHECK_OK) {
        status = polcheck_scratch_new(engine, &scratch);
    }
    if (status == POLCHECK_OK) {
        status = polcheck_request_new(&request);
    }
    if (status != POLCHECK_OK) {
        (void)fprintf(stderr, "explain: %s: %s\n", argv[1], polcheck_status_text(status));
    }
    int result = status == POLCHECK_OK ? ask(scratch, request, argv + 2) : 2;
    polcheck_request_free(request);
    polcheck_scratch_free(scratch);
    polcheck_engine_close(engine);
    return result;
}
