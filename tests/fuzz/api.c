// SPDX-License-Identifier: Apache-2.0
//
// Calls of libpolcheck in any order, with any numbers and texts, as far as its header defines them,
// on a store that is replaced, damaged and taken away. An answer is what an engine of its own says
// of one of the stores that the asking engine can have seen; whatever else happens is a deny with a
// status, changes nothing that was to be filled, and leaves neither memory nor files behind.
//
// Input: a line is a call, words and numbers (modulo what there is) behind its name, texts at its
// end. Two engines, scratches, requests and policies each; see the tables of api_*.c.
#include "api_nulls.h"
#include "api_play.h"
#include "fuzz.h"
#include "stage.h"

static void call_nulls(struct play *play, struct pc_str words)
{
    (void)play;
    (void)words;
    api_nulls();
}

static const struct play_call own_calls[] = {{"nulls", call_nulls}, {NULL, NULL}};

static const struct play_call *const calls[] = {own_calls,         api_engine_calls,
                                                api_request_calls, api_asking_calls,
                                                api_log_calls,     api_secret_calls};

static void play_line(struct play *play, struct pc_str line)
{
    size_t space = pc_str_find(line, ' ', 0);
    struct pc_str name = pc_str_slice(line, 0, space);
    struct pc_str words = space == SIZE_MAX ? PC_STR("") : pc_str_slice(line, space + 1, line.len);
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        for (const struct play_call *at = calls[i]; at->name != NULL; at++) {
            if (pc_str_eq(name, pc_str_from(at->name))) {
                at->call(play, words);
            }
        }
    }
}

static void end_play(struct play *play)
{
    play_close_log(play);
    for (size_t i = 0; i < EACH; i++) {
        play_close_engine(play, &play->engines[i]);
    }
    for (size_t i = 0; i < EACH; i++) {
        polcheck_request_free(play->requests[i]);
        polcheck_policy_free(play->policies[i]);
    }
    polcheck_environment_free(play->environment);
    polcheck_secrets_close(play->secrets);
}

void fuzz_one(struct pc_str input)
{
    struct play play = {.live = WORLD_NOTHING};
    world_begin();
    unsigned before = stage_descriptors();
    for (size_t i = 0; i < EACH; i++) {
        FUZZ_CHECK(polcheck_request_new(&play.requests[i]) == POLCHECK_OK, "no memory");
    }
    FUZZ_CHECK(polcheck_environment_new(&play.environment) == POLCHECK_OK, "no memory");
    for (size_t i = 0; i < MOST_CALLS && input.len > 0; i++) {
        play_line(&play, fuzz_line(&input));
    }
    end_play(&play);
    FUZZ_CHECK(stage_descriptors() == before, "a file is still open");
}
