// SPDX-License-Identifier: Apache-2.0
#include "edition.h"

#include <stdlib.h>

enum pc_status pc_edition_new(struct pc_store *store, struct pc_snapshot *snapshot,
                              struct pc_edition **out)
{
    struct pc_edition *edition = calloc(1, sizeof(*edition));
    if (edition == NULL) {
        pc_snapshot_close(snapshot);
        pc_store_close(store);
        return PC_ERR_NOMEM;
    }
    edition->store = store;
    edition->snapshot = snapshot;
    edition->generation = pc_snapshot_generation(snapshot);
    edition->uses = 1;
    *out = edition;
    return PC_OK;
}

void pc_edition_release(struct pc_edition *edition, pthread_mutex_t *mutex)
{
    if (edition == NULL) {
        return;
    }
    pthread_mutex_lock(mutex);
    bool last = --edition->uses == 0;
    pthread_mutex_unlock(mutex);
    if (last) {
        pc_snapshot_close(edition->snapshot);
        pc_store_close(edition->store);
        free(edition);
    }
}
