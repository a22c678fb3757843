// SPDX-License-Identifier: Apache-2.0
//
// What the actions of memory_api.c share: a store that is compiled again and again, a vault, and
// questions whose answers follow from the policies in memory_world.c.
#ifndef PC_TESTS_MEMORY_API_H
#define PC_TESTS_MEMORY_API_H

#include "memory_faults.h"

#include <polcheck/polcheck.h>
#include <stdbool.h>
#include <stddef.h>

enum {
    MEMORY_QUESTIONS = 5,
    MEMORY_PATH = 512,
};

struct memory_world {
    const char *polcheck;
    char folder[MEMORY_PATH / 2], store[MEMORY_PATH], vault[MEMORY_PATH], key[MEMORY_PATH];
    char log[MEMORY_PATH];
    char signing_key[MEMORY_PATH], trusted_keys[MEMORY_PATH], seen[MEMORY_PATH];
    uint64_t compiled;              // snapshot that was compiled last
    struct polcheck_engine *engine; // of memory_ask, which uses the same again and again
    struct polcheck_scratch *scratch;
    struct polcheck_request *request;
    struct polcheck_policy *session; // lets reads through alone
    // The try at hand.
    const char *what;
    uint64_t at;
    bool all;
    bool whole; // without a fault: everything has to succeed
    uint64_t calls, failed;
    size_t complaints;
};

// Something that a server does. Between memory_fail and memory_suffices the fault happens; what is
// wrong is complained of.
struct memory_action {
    const char *name;
    void (*run)(struct memory_world *world);
    bool first; // in a process that has not called the library before
};

extern const struct memory_action memory_first, memory_open, memory_ask, memory_policy,
    memory_reload, memory_poll, memory_next, memory_wait, memory_logging, memory_release;

void memory_fail(struct memory_world *world);
void memory_suffices(struct memory_world *world);
void memory_complain(struct memory_world *world, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// Makes the store and the vault, without calling the library. False: it cannot be done.
bool memory_world_make(struct memory_world *world, const char *polcheck, const char *folder);

// The options of an engine that answers from this store while it is signed, and notes what it saw.
struct polcheck_options memory_options(const struct memory_world *world,
                                       enum polcheck_reload reload);

// Makes the handles of a world. False: not all; as memory_is_ok complained.
bool memory_handles_make(struct memory_world *world);
void memory_handles_release(struct memory_world *world);

// Compiles the next snapshot. Those with odd numbers let the role read the bucket "a", the others
// "b".
void memory_compile(struct memory_world *world);

// Puts a question into a request.
void memory_pose(struct memory_world *world, struct polcheck_request *request, size_t question);

// Asks every question, and judges verdicts and reasons by the snapshot that they are of.
void memory_ask_all(struct memory_world *world, struct polcheck_scratch *scratch,
                    struct polcheck_request *request);

// A status that a call had: complains of one that is neither OK nor what memory that is out may be
// told as; of a whole run, of any that is not OK. Whether it is OK.
bool memory_is_ok(struct memory_world *world, const char *call, enum polcheck_status status);

#endif
