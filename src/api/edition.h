// SPDX-License-Identifier: Apache-2.0
//
// One state of a store that questions are answered from: kept open by whoever uses it, the engine
// and scratches, and gone when the last one lets go.
#ifndef PC_API_EDITION_H
#define PC_API_EDITION_H

#include <pthread.h>

#include "store/store.h"

struct pc_edition {
    struct pc_store *store;
    struct pc_snapshot *snapshot; // only the one who looks at the store gets values from it
    uint64_t generation;
    unsigned uses; // guarded by the engine's mutex
};

// Takes over store and snapshot, also on a failure. PC_ERR_NOMEM. With one use.
PC_MUST_CHECK enum pc_status pc_edition_new(struct pc_store *store, struct pc_snapshot *snapshot,
                                            struct pc_edition **out);

// Lets go of one use, which the mutex guards and which must not be held. NULL is fine.
void pc_edition_release(struct pc_edition *edition, pthread_mutex_t *mutex);

#endif
