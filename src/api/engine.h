// SPDX-License-Identifier: Apache-2.0
//
// The engine: the edition that questions are answered from, and who keeps it up to date. A question
// reads `number` and goes on with the edition that its scratch has; only when the number is another
// one does it take the mutex, to take the engine's edition.
#ifndef PC_API_ENGINE_H
#define PC_API_ENGINE_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/diag.h"
#include "candidate.h"
#include "edition.h"
#include "forks.h"
#include "keyring.h"
#include "polcheck/polcheck.h"

// How to look at the store.
struct pc_look {
    bool patient; // by who looks often: a store that is missing may be about to be replaced, and is
                  // missed at the second look only; what was refused is not tried again at once
    uint64_t budget; // nanoseconds to spend on verifying a state; the next look goes on with it
};

// What is known about the store beside the edition. Guarded by look_mutex.
struct pc_lookout {
    struct pc_store_marks good;    // when the edition was last found to be the newest state
    struct pc_store_marks suspect; // when pages had changed without a new state
    struct pc_store_marks refused; // of what did not verify
    uint64_t refused_version;      // of the keyring then
    uint64_t refused_state;        // its generation; 0: it could not be opened
    uint64_t tried_state;          // the same of what was opened last
    bool outdated;                 // of what was tried last there was a newer state by then
    enum pc_status failure;        // of the last look; PC_OK: the edition is the newest state
    enum polcheck_status said;     // the same for those who look, when it is a failure
    int64_t refused_at;            // milliseconds
    unsigned missed;               // looks in a row at which there was nothing
    struct pc_candidate candidate; // for the edition's place
    struct pc_keyring keyring;
    struct pc_look how;    // of the look that is going on
    struct pc_arena arena; // of the diagnostics
    struct pc_diags diags; // of the last failure
};

struct polcheck_engine {
    struct polcheck_options options; // the paths are the engine's own
    unsigned forks;                  // pc_forks when it was made

    _Atomic uint64_t number;    // rises whenever edition or status changes; never 0
    pthread_mutex_t mutex;      // guards the three below, to write; to read, the first
    struct pc_edition *edition; // NULL: none can be used
    _Atomic uint64_t generation;
    _Atomic int status; // enum polcheck_status: of a good question

    pthread_mutex_t look_mutex; // one look at the store at a time
    struct pc_lookout lookout;
    _Atomic int64_t looked_at; // milliseconds
    pthread_cond_t wake;
    atomic_bool stop; // set by who closes it, at any time
    bool has_thread;
    pthread_t thread;
};

static inline bool pc_engine_is_forked(const struct polcheck_engine *engine)
{
    return engine->forks != pc_forks();
}

#define PC_LOOK_WHOLE UINT64_MAX // as a budget: until it is verified

// Looks at the store, and publishes what is there now. POLCHECK_OK: the newest state is the
// edition, or is being verified still. Else why it is not. However long a state takes to verify,
// other keys count for the edition after a few milliseconds, and who closes the engine waits no
// longer than that, but for one policy set (pc_candidate_step).
enum polcheck_status pc_engine_look(struct polcheck_engine *engine, struct pc_look how);

// Looks before a question, if the options say so and there may be something new.
void pc_engine_look_first(struct polcheck_engine *engine, const struct pc_edition *edition);

// Starts and ends the thread that looks. POLCHECK_ERR_INTERNAL.
PC_MUST_CHECK enum polcheck_status pc_watch_start(struct polcheck_engine *engine);
void pc_watch_stop(struct polcheck_engine *engine);

#endif
