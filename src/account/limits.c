// SPDX-License-Identifier: Apache-2.0
#include "limits.h"

#include "documents.h"
#include "policy/reader.h"
#include "value/arn.h"

enum {
    MOST_SCPS = 10,
    MOST_RCPS = 5,   // with RCPFullAWSAccess, which every level has whether it is listed or not
    MOST_LEVELS = 7, // root, five units, account
};

static enum pc_status check(struct pc_import *import, const struct pc_size_limit *limit,
                            size_t size, struct pc_str name, struct pc_place place)
{
    if (size <= limit->most) {
        return PC_OK;
    }
    struct pc_diags diags;
    pc_diags_init(&diags, import->arena);
    pc_diag_report(&diags, PC_DIAG_POLICY_TOO_LARGE, place,
                   "\"%.*s\" has %zu characters, but %s may have %zu", PC_STR_ARG(name), size,
                   limit->what, limit->most);
    return pc_diags_copy_new(&import->seen, &diags, import->diags);
}

enum pc_status pc_limit_check(struct pc_import *import, enum pc_limit limit,
                              const struct pc_document *document)
{
    const struct pc_size_limit *row = pc_size_limit(limit);
    return check(import, row, pc_document_size(document, row->without_white_space), document->name,
                 document->place);
}

enum pc_status pc_limit_check_inline(struct pc_import *import, enum pc_limit limit,
                                     const struct pc_references *policies, struct pc_str holder,
                                     struct pc_place place)
{
    const struct pc_size_limit *row = pc_size_limit(limit);
    size_t sum = 0;
    for (const struct pc_reference *reference = policies->first; reference != NULL;
         reference = reference->next) {
        if (reference->inline_text && reference->document != NULL) {
            sum += pc_document_size(reference->document, row->without_white_space);
        }
    }
    return check(import, row, sum, holder, place);
}

enum pc_status pc_limit_check_resource(struct pc_import *import, const struct pc_resource *resource)
{
    struct pc_arn arn;
    const struct pc_document *document = resource->document;
    if (document == NULL || !pc_arn_parse(resource->arn, &arn)) {
        return PC_OK;
    }
    const struct pc_size_limit *row = pc_size_limit_of_service(arn.service);
    if (row == NULL) {
        return PC_OK;
    }
    return check(import, row, document->json->end - document->json->start, document->name,
                 document->place);
}

static size_t count_attached(const struct pc_references *policies)
{
    size_t count = 0;
    for (const struct pc_reference *reference = policies->first; reference != NULL;
         reference = reference->next) {
        count++;
    }
    return count;
}

static bool has_managed_rcp(const struct pc_references *policies)
{
    const struct pc_reference *reference = policies->first;
    while (reference != NULL &&
           (reference->document == NULL || !pc_policy_is_managed_rcp(reference->document->json))) {
        reference = reference->next;
    }
    return reference != NULL;
}

static void check_attached(struct pc_import *import, const struct pc_level *level, size_t count,
                           size_t most, const char *what)
{
    if (count > most) {
        pc_diag_report(import->diags, PC_DIAG_ORGANIZATION_LIMIT, level->place,
                       "\"%.*s\" has %zu %s, but a level may have %zu", PC_STR_ARG(level->id),
                       count, what, most);
    }
}

void pc_limit_check_level(struct pc_import *import, const struct pc_level *level)
{
    // An account may lie below a root or unit; a unit leaves room for an account below itself.
    size_t most = level->account ? MOST_LEVELS : MOST_LEVELS - 1;
    size_t depth = 1;
    for (const struct pc_level *up = level->up; up != NULL && depth <= most; up = up->up) {
        depth++;
    }
    if (depth > most) {
        pc_diag_report(import->diags, PC_DIAG_ORGANIZATION_LIMIT, level->place,
                       "\"%.*s\" lies deeper than level %zu from the root, the last for %s",
                       PC_STR_ARG(level->id), most, level->account ? "an account" : "a unit");
    }
    check_attached(import, level, count_attached(&level->scp), MOST_SCPS,
                   "service control policies");
    check_attached(import, level, count_attached(&level->rcp) + !has_managed_rcp(&level->rcp),
                   MOST_RCPS, "resource control policies with RCPFullAWSAccess");
}
