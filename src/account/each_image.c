// SPDX-License-Identifier: Apache-2.0
//
// The images that a store has for one principal or resource, for people who want to see them.
#include "question.h"

struct visiting {
    const struct pc_question *question;
    enum pc_status (*visit)(void *context, const char *what, const struct pc_image *image);
    void *context;
};

static enum pc_status visit_image(const struct visiting *visiting, const char *what,
                                  struct pc_str digest, enum pc_policy_type type)
{
    struct pc_image image;
    if (digest.len == 0) {
        return PC_OK;
    }
    PC_TRY(pc_question_open_image(visiting->question, digest, type, &image));
    return visiting->visit(visiting->context, what, &image);
}

static enum pc_status visit_principal(const struct visiting *visiting,
                                      const struct pc_principal_record *record)
{
    PC_TRY(visit_image(visiting, "identity", pc_principal_identity(record), PC_POLICY_IDENTITY));
    PC_TRY(visit_image(visiting, "boundary", pc_principal_boundary(record), PC_POLICY_BOUNDARY));
    return visit_image(visiting, "trust", pc_principal_trust(record), PC_POLICY_TRUST);
}

static enum pc_status visit_caller(const struct visiting *visiting, const struct pc_caller *caller)
{
    const struct pc_principal_record *record;
    bool role = caller->kind == PC_CALLER_SESSION;
    struct pc_iam_name name = {caller->partition, caller->account, caller->name};
    PC_TRY(pc_question_find_principal(visiting->question, role, &name, &record));
    struct pc_str arn = role ? caller->role : caller->text;
    if (arn.len > 0 && !pc_str_eq(arn, pc_record_text(record, record->arn))) {
        return PC_ERR_NOTFOUND;
    }
    return visit_principal(visiting, record);
}

static enum pc_status visit_arn(const struct visiting *visiting, struct pc_str arn)
{
    struct pc_caller caller;
    const void *found = NULL;
    if (pc_caller_parse(arn, &caller) &&
        (caller.kind == PC_CALLER_SESSION || caller.kind == PC_CALLER_USER)) {
        return visit_caller(visiting, &caller);
    }
    enum pc_status status = pc_question_find(visiting->question, PC_STORE_RESOURCES, arn, &found);
    if (status == PC_ERR_NOTFOUND) {
        status = pc_question_find(visiting->question, PC_STORE_PARTS, arn, &found);
    }
    PC_TRY(status);
    return visit_image(visiting, "resource", pc_resource_policy(found),
                       pc_resource_policy_type(arn));
}

enum pc_status pc_resolver_each_image(struct pc_resolver *resolver, struct pc_str arn,
                                      enum pc_status (*visit)(void *context, const char *what,
                                                              const struct pc_image *image),
                                      void *context)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena;
    struct pc_diags ignored;
    pc_arena_init(&arena);
    pc_diags_init(&ignored, &arena);
    const struct pc_asking asking = {.arena = &arena, .diags = &ignored};
    const struct pc_question question = {.resolver = resolver, .asking = &asking};
    const struct visiting visiting = {&question, visit, context};
    return visit_arn(&visiting, arn);
}
