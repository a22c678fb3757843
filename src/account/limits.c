// SPDX-License-Identifier: Apache-2.0
#include "limits.h"

#include "documents.h"
#include "policy/reader.h"
#include "value/arn.h"

struct limit {
    size_t most;
    bool without_white_space;
    const char *what;
};

static const struct limit limits[] = {
    [PC_LIMIT_MANAGED] = {6144, true, "a managed policy"},
    [PC_LIMIT_USER_INLINE] = {2048, true, "the inline policies of a user together"},
    [PC_LIMIT_GROUP_INLINE] = {5120, true, "the inline policies of a group together"},
    [PC_LIMIT_ROLE_INLINE] = {10240, true, "the inline policies of a role together"},
    [PC_LIMIT_TRUST] = {8192, true, "a trust policy"},
    [PC_LIMIT_SCP] = {10240, false, "a service control policy"},
    [PC_LIMIT_RCP] = {5120, false, "a resource control policy"},
};

// In bytes.
static const struct {
    struct pc_str service;
    struct limit limit;
} resource_limits[] = {
    {PC_STR_INIT("s3"), {20 << 10, false, "a bucket policy"}},
    {PC_STR_INIT("kms"), {32 << 10, false, "a key policy"}},
    {PC_STR_INIT("lambda"), {20 << 10, false, "the policy of a function"}},
    {PC_STR_INIT("sns"), {30 << 10, false, "the policy of a topic"}},
    {PC_STR_INIT("sqs"), {8 << 10, false, "the policy of a queue"}},
};

enum {
    MOST_SCPS = 10,
    MOST_RCPS = 5,   // with RCPFullAWSAccess, which every level has whether it is listed or not
    MOST_LEVELS = 7, // root, five units, account
};

static enum pc_status check(struct pc_import *import, const struct limit *limit, size_t size,
                            struct pc_str name, struct pc_place place)
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
    const struct limit *row = &limits[limit];
    return check(import, row, pc_document_size(document, row->without_white_space), document->name,
                 document->place);
}

enum pc_status pc_limit_check_inline(struct pc_import *import, enum pc_limit limit,
                                     const struct pc_references *policies, struct pc_str holder,
                                     struct pc_place place)
{
    size_t sum = 0;
    for (const struct pc_reference *reference = policies->first; reference != NULL;
         reference = reference->next) {
        if (reference->inline_text && reference->document != NULL) {
            sum += pc_document_size(reference->document, limits[limit].without_white_space);
        }
    }
    return check(import, &limits[limit], sum, holder, place);
}

enum pc_status pc_limit_check_resource(struct pc_import *import, const struct pc_resource *resource)
{
    struct pc_arn arn;
    const struct pc_document *document = resource->document;
    if (document == NULL || !pc_arn_parse(resource->arn, &arn)) {
        return PC_OK;
    }
    for (size_t i = 0; i < sizeof(resource_limits) / sizeof(resource_limits[0]); i++) {
        if (pc_str_eq(arn.service, resource_limits[i].service)) {
            return check(import, &resource_limits[i].limit,
                         document->json->end - document->json->start, document->name,
                         document->place);
        }
    }
    return PC_OK;
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
