// SPDX-License-Identifier: Apache-2.0
//
// One state of a store that questions are answered from: kept open by whoever uses it, the engine
// and scratches, and gone when the last one lets go.
#ifndef PC_API_EDITION_H
#define PC_API_EDITION_H

#include <pthread.h>

#include "store/store.h"
#include "trust/signature.h"

struct pc_edition {
    struct pc_store *store;
    struct pc_snapshot *snapshot; // only the one who looks at the store gets values from it
    uint64_t generation;
    struct pc_signature signature; // whose it is; zeroed where no keys are trusted
    struct pc_content *content;    // what was signed; NULL there
    unsigned uses;                 // guarded by the engine's mutex
};

// Begins a zeroed one, of malloc, with one use. Takes over store and snapshot.
void pc_edition_init(struct pc_edition *edition, struct pc_store *store,
                     struct pc_snapshot *snapshot);

// Lets go of one use, which the mutex guards and which must not be held. NULL is fine.
void pc_edition_release(struct pc_edition *edition, pthread_mutex_t *mutex);

#endif
