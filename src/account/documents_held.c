// SPDX-License-Identifier: Apache-2.0
#include "documents_held.h"

#include "names.h"
#include "value/arn.h"

struct pass {
    const struct pc_import *import;
    enum pc_status (*visit)(void *context, const struct pc_document_held *held);
    void *context;
};

static enum pc_status visit(const struct pass *pass, const struct pc_document_held *held)
{
    const struct pc_document *document = held->document;
    if (document == NULL || (document->only != PC_POLICY_NONE && document->only != held->type)) {
        return PC_OK;
    }
    return pass->visit(pass->context, held);
}

static enum pc_status visit_references(const struct pass *pass,
                                       const struct pc_references *references,
                                       enum pc_policy_type type, struct pc_str holder)
{
    for (const struct pc_reference *reference = references->first; reference != NULL;
         reference = reference->next) {
        struct pc_document_held held = {
            .document = reference->document, .type = type, .holder = holder, .arn = reference->arn};
        if (held.document == NULL) {
            const struct pc_managed *managed =
                pc_map_get(&pass->import->managed_by_arn, reference->arn);
            held.document = managed != NULL ? managed->document : NULL;
        }
        PC_TRY(visit(pass, &held));
    }
    return PC_OK;
}

static enum pc_status visit_identities(const struct pass *pass)
{
    const struct pc_import *import = pass->import;
    for (const struct pc_managed *managed = import->managed; managed != NULL;
         managed = managed->next) {
        const struct pc_document_held held = {
            .document = managed->document, .type = PC_POLICY_IDENTITY, .arn = managed->arn};
        PC_TRY(visit(pass, &held));
    }
    for (const struct pc_group *group = import->groups; group != NULL; group = group->next) {
        PC_TRY(visit_references(pass, &group->policies, PC_POLICY_IDENTITY, group->arn));
    }
    for (const struct pc_principal *principal = import->principals; principal != NULL;
         principal = principal->next) {
        PC_TRY(visit_references(pass, &principal->policies, PC_POLICY_IDENTITY, principal->arn));
        PC_TRY(visit_references(pass, &principal->boundary, PC_POLICY_BOUNDARY, principal->arn));
        PC_TRY(visit_references(pass, &principal->trust, PC_POLICY_TRUST, principal->arn));
    }
    return PC_OK;
}

static enum pc_status visit_others(const struct pass *pass)
{
    const struct pc_import *import = pass->import;
    for (const struct pc_resource *resource = import->resources; resource != NULL;
         resource = resource->next) {
        struct pc_arn arn;
        if (pc_arn_parse(resource->arn, &arn)) {
            const struct pc_document_held held = {.document = resource->document,
                                                  .type = pc_resource_policy_type(resource->arn),
                                                  .service = arn.service,
                                                  .holder = resource->arn};
            PC_TRY(visit(pass, &held));
        }
    }
    for (const struct pc_level *level = import->levels; level != NULL; level = level->next) {
        PC_TRY(visit_references(pass, &level->scp, PC_POLICY_SCP, PC_STR("")));
        PC_TRY(visit_references(pass, &level->rcp, PC_POLICY_RCP, PC_STR("")));
    }
    return PC_OK;
}

enum pc_status pc_documents_each_held(
    const struct pc_import *import,
    enum pc_status (*visit_held)(void *context, const struct pc_document_held *held), void *context)
{
    const struct pass pass = {.import = import, .visit = visit_held, .context = context};
    PC_TRY(visit_identities(&pass));
    return visit_others(&pass);
}
