// SPDX-License-Identifier: Apache-2.0
//
// Starts a function's program with the function's secrets, as a runtime would.
//
//     secrets STORE VAULT ROOT_KEY_FILE FUNCTION_ARN PROGRAM [ARGUMENT]...
//
// STORE is what `polcheck compile` wrote, VAULT what `polcheck secrets init` made. Exit status: the
// program's; 1 the policies refuse, 2 the secrets could not be had or the program not started.
#include <polcheck/polcheck.h>

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

enum {
    DENIED = 1,
    FAILED = 2
};

struct runtime {
    struct polcheck_engine *engine;
    struct polcheck_scratch *scratch;
    struct polcheck_secrets *secrets;
    struct polcheck_environment *environment;
};

static bool open_secrets(struct runtime *runtime, const char *vault, const char *root_key)
{
    char message[256] = "";
    struct polcheck_secrets_options options = POLCHECK_SECRETS_OPTIONS_INIT;
    options.vault = vault;
    options.root_key_file = root_key;
    options.message = message;
    options.message_size = sizeof(message);
    if (polcheck_secrets_open(&options, &runtime->secrets) == POLCHECK_OK) {
        return true;
    }
    (void)fprintf(stderr, "secrets: %s\n", message);
    return false;
}

static bool open_engine(struct runtime *runtime, const char *store)
{
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    options.store = store;
    options.reload = POLCHECK_RELOAD_NEXT_CALL;
    enum polcheck_status status = polcheck_engine_open(&options, &runtime->engine);
    if (status == POLCHECK_OK) {
        status = polcheck_scratch_new(runtime->engine, &runtime->scratch);
    }
    if (status == POLCHECK_OK) {
        status = polcheck_environment_new(&runtime->environment);
    }
    if (status != POLCHECK_OK) {
        (void)fprintf(stderr, "secrets: %s\n", polcheck_status_text(status));
    }
    return status == POLCHECK_OK;
}

// Why there are no secrets: what failed, or the refusal in AWS's words.
static int tell(const struct runtime *runtime, struct polcheck_verdict verdict)
{
    const struct polcheck_answer *answer = NULL;
    struct polcheck_str why = polcheck_scratch_message(runtime->scratch);
    if (verdict.status == POLCHECK_OK &&
        polcheck_reasons(runtime->scratch, &answer) == POLCHECK_OK) {
        why = polcheck_answer_message(answer);
    }
    (void)fprintf(stderr, "secrets: %.*s\n", POLCHECK_STR_ARG(why));
    return verdict.status == POLCHECK_OK ? DENIED : FAILED;
}

// The program gets its secrets and nothing else. posix_spawn reads them where they lie: a child of
// fork() would not have that memory.
static int start(const struct polcheck_environment *environment, char *const *arguments)
{
    pid_t child = 0;
    int status = 0;
    size_t count = polcheck_environment_count(environment);
    char **variables = calloc(count + 1, sizeof(*variables));
    if (variables == NULL) {
        return FAILED;
    }
    for (size_t i = 0; i < count; i++) {
        variables[i] = polcheck_environment_assignment(environment, i);
    }
    int error = posix_spawn(&child, arguments[0], NULL, NULL, arguments, variables);
    free(variables);
    if (error != 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status)) {
        (void)fprintf(stderr, "secrets: %s did not run to its end\n", arguments[0]);
        return FAILED;
    }
    return WEXITSTATUS(status);
}

static int release(struct runtime *runtime, char *const *words)
{
    struct polcheck_release wanted = POLCHECK_RELEASE_INIT;
    wanted.function = polcheck_text(words[0]);
    struct polcheck_verdict verdict =
        polcheck_secrets_release(runtime->secrets, runtime->scratch, &wanted, runtime->environment);
    if (!polcheck_is_allowed(verdict)) {
        return tell(runtime, verdict);
    }
    return start(runtime->environment, words + 1);
}

int main(int argc, char **argv)
{
    struct runtime runtime = {NULL, NULL, NULL, NULL};
    int outcome = FAILED;
    if (argc < 6) {
        (void)fprintf(stderr, "usage: secrets STORE VAULT ROOT_KEY_FILE FUNCTION_ARN PROGRAM "
                              "[ARGUMENT]...\n");
        return FAILED;
    }
    if (open_engine(&runtime, argv[1]) && open_secrets(&runtime, argv[2], argv[3])) {
        outcome = release(&runtime, argv + 4);
    }
    polcheck_environment_free(runtime.environment);
    polcheck_secrets_close(runtime.secrets);
    polcheck_scratch_free(runtime.scratch);
    polcheck_engine_close(runtime.engine);
    return outcome;
}
