// SPDX-License-Identifier: Apache-2.0
#include "documents_ahead.h"

#include "documents.h"
#include "documents_held.h"
#include "parallel.h"

enum {
    READINGS_A_THREAD = 64, // fewer are done before a thread has begun
};

struct collecting {
    struct pc_import *import;
    struct pc_document_reading *first, **end;
    size_t count;
};

static enum pc_status add(void *context, const struct pc_document_held *held)
{
    struct collecting *collecting = context;
    struct pc_document *document = held->document;
    if (pc_document_reading(document, held->type, held->service) != NULL) {
        return PC_OK;
    }
    struct pc_document_reading *reading =
        pc_arena_alloc(collecting->import->arena, sizeof(*reading));
    if (reading == NULL) {
        return PC_ERR_NOMEM;
    }
    *reading = (struct pc_document_reading){.document = document,
                                            .type = held->type,
                                            .service = held->service,
                                            .other = document->readings};
    document->readings = reading;
    *collecting->end = reading;
    collecting->end = &reading->next;
    collecting->count++;
    return PC_OK;
}

static void run(void *context, struct pc_worker *worker, size_t piece)
{
    struct pc_document_reading **readings = context;
    pc_document_read(readings[piece], worker->arena);
}

enum pc_status pc_documents_read_ahead(struct pc_import *import)
{
    struct collecting collecting = {.import = import};
    size_t count = 0;
    collecting.end = &collecting.first;
    if (import->jobs < 2) {
        return PC_OK;
    }
    PC_TRY(pc_documents_each_held(import, add, &collecting));
    struct pc_document_reading **readings =
        pc_arena_array(import->arena, collecting.count, sizeof(struct pc_document_reading *));
    if (readings == NULL) {
        return PC_ERR_NOMEM;
    }
    for (struct pc_document_reading *reading = collecting.first; reading != NULL;
         reading = reading->next) {
        readings[count++] = reading;
    }
    const struct pc_parallel work = {.count = count,
                                     .least = READINGS_A_THREAD,
                                     .run = run,
                                     .context = readings,
                                     .arena = import->arena};
    pc_parallel_run(import->jobs, &work);
    return PC_OK;
}
