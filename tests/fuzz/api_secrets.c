// SPDX-License-Identifier: Apache-2.0
//
// Calls of the target `api` that release secrets.
#include "api_play.h"

#include <string.h>

#include "fuzz.h"

// "secrets WAY": 0 the right one.
static void call_secrets(struct play *play, struct pc_str words)
{
    struct polcheck_secrets_options options = POLCHECK_SECRETS_OPTIONS_INIT;
    struct polcheck_secrets *made = NULL;
    char message[64] = "untouched";
    size_t way = play_number(&words, 6);
    polcheck_secrets_close(play->secrets);
    options.vault = way == 1 ? NULL : way == 2 ? world_path() : world_vault();
    options.root_key_file = way == 3 ? NULL : way == 4 ? world_vault() : world_root_key();
    options.root_key_credential = way == 5 ? "x" : NULL;
    options.message = message;
    options.message_size = sizeof(message);
    enum polcheck_status status = polcheck_secrets_open(&options, &made);
    FUZZ_CHECK((status == POLCHECK_OK) == (way == 0) && (made != NULL) == (way == 0), "way %zu: %s",
               way, polcheck_status_name(status));
    FUZZ_CHECK(memchr(message, 0, sizeof(message)) != NULL, "no end");
    play->secrets = made;
}

static void check_environment(const struct play *play, struct polcheck_verdict verdict)
{
    size_t count = polcheck_environment_count(play->environment);
    FUZZ_CHECK(count <= 1 && (count == 0 || polcheck_is_allowed(verdict)), "%zu released, %s",
               count, polcheck_decision_text(verdict.decision));
    for (size_t i = 0; i < count + LOOKS; i++) {
        struct polcheck_str name = polcheck_environment_name(play->environment, i);
        struct polcheck_str value = polcheck_environment_value(play->environment, i);
        const char *both = polcheck_environment_assignment(play->environment, i);
        FUZZ_CHECK((i < count) == (name.len > 0) && (i < count) == (both != NULL), "variable %zu",
                   i);
        FUZZ_CHECK(i >= count || (strcmp(both, WORLD_NAME "=" WORLD_VALUE) == 0 &&
                                  strcmp(value.ptr, WORLD_VALUE) == 0),
                   "another value is released");
    }
}

// "release S DRY NAMES FUNCTION|PRINCIPAL|DELIVERY|RECIPIENT|KEY|VALUE"
static void call_release(struct play *play, struct pc_str words)
{
    struct scratch *scratch = &play->scratches[play_number(&words, EACH)];
    bool dry = play_number(&words, 2) == 1;
    size_t name_count = play_number(&words, 3);
    const struct polcheck_str names[] = {POLCHECK_STR(WORLD_NAME), POLCHECK_STR("OTHER")};
    struct polcheck_release release = POLCHECK_RELEASE_INIT;
    struct polcheck_pair pair;
    release.function = play_text(&words);
    if (release.function.len == 0) {
        release.function = POLCHECK_STR(WORLD_FUNCTION);
    }
    release.principal = play_text(&words);
    release.delivery = play_text(&words);
    release.recipient = play_text(&words);
    release.names = names;
    release.name_count = name_count;
    pair.key = play_text(&words);
    pair.value = play_text(&words);
    release.context = &pair;
    release.context_count = pair.key.len > 0 ? 1 : 0;
    struct polcheck_verdict said = polcheck_secrets_ask(play->secrets, scratch->handle, &release);
    play_check_verdict(said);
    scratch->answered = false;
    if (dry) {
        return;
    }
    struct polcheck_verdict verdict =
        polcheck_secrets_release(play->secrets, scratch->handle, &release, play->environment);
    play_check_verdict(verdict);
    world_released();
    bool steady = scratch->engine != NULL && scratch->engine->reload == POLCHECK_RELOAD_MANUAL;
    FUZZ_CHECK(!polcheck_is_allowed(verdict) || !steady || polcheck_is_allowed(said),
               "released, though %s is said", polcheck_status_name(said.status));
    unsigned has =
        1U << WORLD_THUMBNAILS | 1U << WORLD_DAMAGED | 1U << WORLD_OLDER | 1U << WORLD_FOREIGN;
    FUZZ_CHECK(!polcheck_is_allowed(verdict) || (scratch->engine->seen & has) != 0,
               "released by a store without the function");
    check_environment(play, verdict);
}

const struct play_call api_secret_calls[] = {
    {"secrets", call_secrets},
    {"release", call_release},
    {NULL, NULL},
};
