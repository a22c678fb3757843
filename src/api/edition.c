// SPDX-License-Identifier: Apache-2.0
#include "edition.h"

#include <stdlib.h>

void pc_edition_init(struct pc_edition *edition, struct pc_store *store,
                     struct pc_snapshot *snapshot)
{
    edition->store = store;
    edition->snapshot = snapshot;
    edition->generation = pc_snapshot_generation(snapshot);
    edition->uses = 1;
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
        pc_content_free(edition->content);
        pc_snapshot_close(edition->snapshot);
        pc_store_close(edition->store);
        free(edition);
    }
}
