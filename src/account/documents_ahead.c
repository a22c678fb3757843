// SPDX-License-Identifier: Apache-2.0
#include "documents_ahead.h"

#include "documents.h"
#include "names.h"
#include "parallel.h"
#include "value/arn.h"

enum {
    READINGS_A_THREAD = 64, // fewer are done before a thread has begun
};

struct collecting {
    struct pc_import *import;
    struct pc_document_reading *first, **end;
    size_t count;
};

static enum pc_status add(struct collecting *collecting, struct pc_document *document,
                          enum pc_policy_type type, struct pc_str service)
{
    if (document == NULL || (document->only != PC_POLICY_NONE && document->only != type) ||
        pc_document_reading(document, type, service) != NULL) {
        return PC_OK;
    }
    struct pc_document_reading *reading =
        pc_arena_alloc(collecting->import->arena, sizeof(*reading));
    if (reading == NULL) {
        return PC_ERR_NOMEM;
    }
    *reading = (struct pc_document_reading){
        .document = document, .type = type, .service = service, .other = document->readings};
    document->readings = reading;
    *collecting->end = reading;
    collecting->end = &reading->next;
    collecting->count++;
    return PC_OK;
}

static enum pc_status add_references(struct collecting *collecting,
                                     const struct pc_references *references,
                                     enum pc_policy_type type)
{
    for (const struct pc_reference *reference = references->first; reference != NULL;
         reference = reference->next) {
        struct pc_document *document = reference->document;
        if (document == NULL) {
            const struct pc_managed *managed =
                pc_map_get(&collecting->import->managed_by_arn, reference->arn);
            document = managed != NULL ? managed->document : NULL;
        }
        PC_TRY(add(collecting, document, type, PC_STR("")));
    }
    return PC_OK;
}

static enum pc_status add_identities(struct collecting *collecting)
{
    const struct pc_import *import = collecting->import;
    for (const struct pc_managed *managed = import->managed; managed != NULL;
         managed = managed->next) {
        PC_TRY(add(collecting, managed->document, PC_POLICY_IDENTITY, PC_STR("")));
    }
    for (const struct pc_group *group = import->groups; group != NULL; group = group->next) {
        PC_TRY(add_references(collecting, &group->policies, PC_POLICY_IDENTITY));
    }
    for (const struct pc_principal *principal = import->principals; principal != NULL;
         principal = principal->next) {
        PC_TRY(add_references(collecting, &principal->policies, PC_POLICY_IDENTITY));
        PC_TRY(add_references(collecting, &principal->boundary, PC_POLICY_BOUNDARY));
        PC_TRY(add_references(collecting, &principal->trust, PC_POLICY_TRUST));
    }
    return PC_OK;
}

static enum pc_status add_others(struct collecting *collecting)
{
    const struct pc_import *import = collecting->import;
    for (const struct pc_resource *resource = import->resources; resource != NULL;
         resource = resource->next) {
        struct pc_arn arn;
        if (pc_arn_parse(resource->arn, &arn)) {
            PC_TRY(add(collecting, resource->document, pc_resource_policy_type(resource->arn),
                       arn.service));
        }
    }
    for (const struct pc_level *level = import->levels; level != NULL; level = level->next) {
        PC_TRY(add_references(collecting, &level->scp, PC_POLICY_SCP));
        PC_TRY(add_references(collecting, &level->rcp, PC_POLICY_RCP));
    }
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
    PC_TRY(add_identities(&collecting));
    PC_TRY(add_others(&collecting));
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
