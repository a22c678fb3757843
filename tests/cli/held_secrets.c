// SPDX-License-Identifier: Apache-2.0
//
// A program that is given a function's secrets by the library and stops (SIGSTOP) where somebody
// may look at its memory: when it holds them, when they are wiped, and when all is given back. With
// "abort" behind its arguments it dies while it holds them.
//
//     held_secrets VAULT ROOT-KEY STORE FUNCTION [abort]
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "polcheck/polcheck.h"

struct held {
    struct polcheck_engine *engine;
    struct polcheck_scratch *scratch;
    struct polcheck_secrets *secrets;
    struct polcheck_environment *environment;
};

static enum polcheck_status open_all(char **words, struct held *held)
{
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    struct polcheck_secrets_options vault = POLCHECK_SECRETS_OPTIONS_INIT;
    options.store = words[3];
    options.reload = POLCHECK_RELOAD_MANUAL;
    vault.vault = words[1];
    vault.root_key_file = words[2];
    enum polcheck_status status = polcheck_engine_open(&options, &held->engine);
    if (status == POLCHECK_OK) {
        status = polcheck_scratch_new(held->engine, &held->scratch);
    }
    if (status == POLCHECK_OK) {
        status = polcheck_environment_new(&held->environment);
    }
    return status == POLCHECK_OK ? polcheck_secrets_open(&vault, &held->secrets) : status;
}

static bool release(char **words, struct held *held)
{
    struct polcheck_release wanted = POLCHECK_RELEASE_INIT;
    wanted.function = polcheck_text(words[4]);
    struct polcheck_verdict verdict =
        polcheck_secrets_release(held->secrets, held->scratch, &wanted, held->environment);
    return polcheck_is_allowed(verdict) && polcheck_environment_count(held->environment) > 0;
}

int main(int count, char **words)
{
    struct held held = {.engine = NULL};
    if (count < 5 || open_all(words, &held) != POLCHECK_OK || !release(words, &held)) {
        (void)fputs("held_secrets: nothing was released\n", stderr);
        return EXIT_FAILURE;
    }
    if (count > 5 && strcmp(words[5], "abort") == 0) {
        abort();
    }
    (void)raise(SIGSTOP);
    polcheck_environment_wipe(held.environment);
    (void)raise(SIGSTOP);
    polcheck_environment_free(held.environment);
    polcheck_secrets_close(held.secrets);
    polcheck_scratch_free(held.scratch);
    polcheck_engine_close(held.engine);
    (void)raise(SIGSTOP);
    return EXIT_SUCCESS;
}
