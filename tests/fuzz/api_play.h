// SPDX-License-Identifier: Apache-2.0
//
// What a play of the target `api` has, and how its lines are read.
#ifndef POLCHECK_FUZZ_API_PLAY_H
#define POLCHECK_FUZZ_API_PLAY_H

#include "api_world.h"
#include "base/str.h"

enum {
    EACH = 2, // engines, scratches, requests, policies
    MOST_CALLS = 64,
    LOOKS = 3, // texts and statements that are looked at beyond the last one
};

// What an engine was told of trust.
enum trust {
    TRUST_NONE = 0, // answers from any store
    TRUST_KEYS,
    TRUST_SEEN,       // with the file of what was seen
    TRUST_SEEN_ALONE, // without keys: no engine
    TRUST_NO_KEYS,    // a file that is not there
    TRUST_WAYS,
};

struct engine {
    struct polcheck_engine *handle;
    unsigned flags;
    enum polcheck_reload reload;
    enum trust trust;
    unsigned serial; // of the newest signed store that it took for certain
    bool watches;    // the path, and no wrong one
    unsigned seen;   // stores that it may answer from: a bit each
    unsigned placed; // how often the path had got another store when it looked last
    bool tells, logs;
    struct polcheck_verdict told; // by on_decision
};

struct scratch {
    struct polcheck_scratch *handle;
    struct engine *engine;
    bool answered;                        // the last question
    const struct polcheck_request *asked; // then
};

struct play {
    struct engine engines[EACH];
    struct scratch scratches[EACH];
    struct polcheck_request *requests[EACH];
    struct polcheck_policy *policies[EACH];
    struct polcheck_logger *logger;
    struct polcheck_secrets *secrets;
    struct polcheck_environment *environment;
    enum world_store live;
    unsigned placed;
    // Of the file of what was seen: the serial that is in it for certain, and one that may be.
    unsigned noted, may_be_noted;
};

// The number that the words begin with, below that limit (0: none); it is taken off.
size_t play_number(struct pc_str *words, size_t below);

// The words up to the next bar, which are taken off.
struct polcheck_str play_text(struct pc_str *words);

// The request whose number the words begin with.
struct polcheck_request *play_request(struct play *play, struct pc_str *words);

// Whether the header defines it.
bool play_is_status(enum polcheck_status status);

// What is true of each verdict.
void play_check_verdict(struct polcheck_verdict verdict);

// Closes it and frees its scratches.
void play_close_engine(struct play *play, struct engine *engine);

// Whether this engine may use that store from now on: it has policies, and is signed with the
// trusted key where it has to be, and not older than what is known to be used or noted.
bool play_may_use(const struct play *play, const struct engine *engine, enum world_store store);

// The same, and nothing can stand against it: neither damage, which some questions do not meet, nor
// what may have been noted.
bool play_can_use(const struct play *play, const struct engine *engine, enum world_store store);

// Calls that lines can name; a row without a name is the last one.
struct play_call {
    const char *name;
    void (*call)(struct play *play, struct pc_str words);
};

extern const struct play_call api_engine_calls[];
extern const struct play_call api_request_calls[];
extern const struct play_call api_asking_calls[];
extern const struct play_call api_log_calls[];
extern const struct play_call api_secret_calls[];

// Closes the log and the engines that tell it, and checks what is in it.
void play_close_log(struct play *play);

#endif
