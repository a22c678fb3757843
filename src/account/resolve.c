// SPDX-License-Identifier: Apache-2.0
//
// Looks up what applies to a request: the caller's record (resolve_caller.c), the policy of the
// resource's holder, the levels of the caller's account and of the resource's owner.
#include "account/resolve.h"

#include "question.h"

#include <stdlib.h>

enum pc_status pc_resolver_new(struct pc_store *store, struct pc_resolver **out)
{
    struct pc_resolver *resolver = calloc(1, sizeof(*resolver));
    if (resolver == NULL) {
        return PC_ERR_NOMEM;
    }
    resolver->store = store;
    enum pc_status status = pc_snapshot_open(store, &resolver->snapshot);
    if (status != PC_OK) {
        free(resolver);
        return status;
    }
    resolver->generation = pc_snapshot_generation(resolver->snapshot);
    *out = resolver;
    return PC_OK;
}

uint64_t pc_resolver_generation(const struct pc_resolver *resolver)
{
    return resolver->generation;
}

void pc_resolver_free(struct pc_resolver *resolver)
{
    if (resolver != NULL) {
        pc_snapshot_close(resolver->snapshot);
        pc_image_cache_release(&resolver->images);
        free(resolver);
    }
}

enum pc_status pc_resolver_renew(struct pc_resolver *resolver)
{
    enum pc_status status = pc_snapshot_renew(resolver->snapshot);
    uint64_t generation = pc_snapshot_generation(resolver->snapshot);
    // The same state has its bytes where they were, so what was verified stays so.
    if (status != PC_OK || generation != resolver->generation) {
        pc_image_cache_clear(&resolver->images);
        resolver->generation = generation;
    }
    return status;
}

// The resource ----------------------------------------------------------------------------------

// Tags of roles and users as resources of IAM, and for STS the trust policy of a role.
static enum pc_status resolve_iam_resource(struct pc_question *question)
{
    struct pc_request *request = &question->request;
    struct pc_iam_name name;
    struct pc_principal_record record;
    bool role = pc_iam_name_parse(request->resource, PC_STR("role/"), &name);
    if (!role && !pc_iam_name_parse(request->resource, PC_STR("user/"), &name)) {
        return PC_OK;
    }
    enum pc_status status = pc_question_find_principal(question, role, &name, &record);
    if (status == PC_ERR_NOTFOUND ||
        (status == PC_OK && !pc_str_eq(record.arn, request->resource))) {
        return PC_OK;
    }
    PC_TRY(status);
    if (request->resource_tag_count == 0) {
        request->resource_tags = record.tags;
        request->resource_tag_count = record.tag_count;
    }
    struct pc_str service = pc_str_slice(request->action, 0, pc_str_find(request->action, ':', 0));
    if (record.trust.len == 0 || !pc_str_eq_icase(service, PC_STR("sts"))) {
        return PC_OK;
    }
    question->policies.resource_count = 1;
    return pc_question_open_images(question, &record.trust, 1, PC_POLICY_TRUST,
                                   &question->policies.resource);
}

// The owner that the store knows: it may not differ from what the request says.
static enum pc_status apply_owner(struct pc_question *question,
                                  const struct pc_resource_record *record)
{
    struct pc_request *request = &question->request;
    if (request->resource_account.len == 0) {
        request->resource_account = record->account;
        return PC_OK;
    }
    if (pc_str_eq(request->resource_account, record->account)) {
        return PC_OK;
    }
    bool placed = request->account_place.file.len > 0;
    pc_diag_report(question->diags, PC_DIAG_REQUEST_CONTRADICTION,
                   placed ? request->account_place : question->place,
                   "\"%.*s\" belongs to account %.*s, not %.*s", PC_STR_ARG(record->arn),
                   PC_STR_ARG(record->account), PC_STR_ARG(request->resource_account));
    pc_diag_hint(question->diags, "leave the owner out: the store knows it");
    return PC_ERR_INVALID;
}

static void apply_resource_tags(struct pc_question *question,
                                const struct pc_resource_record *record)
{
    if (question->request.resource_tag_count == 0) {
        question->request.resource_tags = record->tags;
        question->request.resource_tag_count = record->tag_count;
    }
}

// A resource that is judged by another's policy may still have tags of its own.
static enum pc_status apply_own_tags(struct pc_question *question)
{
    struct pc_resource_record record;
    enum pc_status status =
        pc_question_find_resource(question, question->request.resource, &record);
    if (status == PC_OK) {
        apply_resource_tags(question, &record);
    }
    return status == PC_ERR_NOTFOUND ? PC_OK : status;
}

static enum pc_status resolve_holders(struct pc_question *question)
{
    struct pc_str resource = question->request.resource;
    const struct pc_holders holders = pc_holders_of(resource);
    struct pc_str policies[PC_HOLDERS_MAX];
    size_t count = 0;
    bool own = holders.count > 0 && pc_str_eq(holders.arns[0], resource);
    if (holders.count > 0 && !own) {
        PC_TRY(apply_own_tags(question));
    }
    for (size_t i = 0; i < holders.count; i++) {
        struct pc_resource_record record;
        enum pc_status status = pc_question_find_resource(question, holders.arns[i], &record);
        if (status == PC_ERR_NOTFOUND) {
            continue;
        }
        PC_TRY(status);
        PC_TRY(apply_owner(question, &record));
        if (own) {
            apply_resource_tags(question, &record); // a version has the tags of its function
        }
        if (record.policy.len > 0) {
            policies[count++] = record.policy;
        }
    }
    question->policies.resource_count = count;
    return pc_question_open_images(question, policies, count, pc_resource_policy_type(resource),
                                   &question->policies.resource);
}

static enum pc_status resolve_resource(struct pc_question *question)
{
    struct pc_arn arn;
    struct pc_request *request = &question->request;
    if (!pc_arn_parse(request->resource, &arn)) {
        return PC_OK; // "*"
    }
    if (request->resource_account.len == 0 && pc_account_id_is(arn.account)) {
        request->resource_account = arn.account;
    }
    return pc_str_eq(arn.service, PC_STR("iam")) ? resolve_iam_resource(question)
                                                 : resolve_holders(question);
}

// The organisation ------------------------------------------------------------------------------

static bool has_account(const struct pc_caller *caller)
{
    return caller->kind == PC_CALLER_ROOT || caller->kind == PC_CALLER_USER ||
           caller->kind == PC_CALLER_SESSION || caller->kind == PC_CALLER_FEDERATED_USER;
}

// SCPs by the caller's account.
static enum pc_status resolve_scp(struct pc_question *question)
{
    struct pc_request *request = &question->request;
    struct pc_account_record record;
    if (!has_account(&request->caller)) {
        return PC_OK;
    }
    enum pc_status status = pc_question_find_account(question, request->caller.account, &record);
    if (status == PC_ERR_NOTFOUND) {
        return PC_OK;
    }
    PC_TRY(status);
    request->management_account = record.management;
    question->policies.scp_count = record.scp_count;
    return pc_question_open_images(question, record.scp, record.scp_count, PC_POLICY_SCP,
                                   &question->policies.scp);
}

// RCPs by the owner's, whom the context may name; an owner that nothing names is taken to be the
// caller's account, if anybody's.
static enum pc_status resolve_rcp(struct pc_question *question)
{
    struct pc_request *request = &question->request;
    struct pc_account_record record;
    struct pc_str owner = request->resource_account;
    struct pc_arn arn;
    if (owner.len == 0 && pc_arn_parse(request->resource, &arn)) {
        owner = pc_request_owner_in_context(request);
    }
    if (owner.len == 0 && has_account(&request->caller)) {
        owner = request->caller.account;
    }
    enum pc_status status =
        owner.len == 0 ? PC_ERR_NOTFOUND : pc_question_find_account(question, owner, &record);
    if (status == PC_ERR_NOTFOUND) {
        return PC_OK;
    }
    PC_TRY(status);
    request->resource_management_account = record.management;
    question->policies.rcp_count = record.rcp_count;
    return pc_question_open_images(question, record.rcp, record.rcp_count, PC_POLICY_RCP,
                                   &question->policies.rcp);
}

enum pc_status pc_resolve(struct pc_resolver *resolver, const struct pc_asking *asking,
                          struct pc_request *request, struct pc_policies *out)
{
    struct pc_question question = {
        .resolver = resolver,
        .arena = asking->arena,
        .diags = asking->diags,
        .place = asking->place,
        .request = *request,
    };
    PC_TRY(pc_question_caller(&question));
    PC_TRY(resolve_resource(&question));
    PC_TRY(resolve_scp(&question));
    PC_TRY(resolve_rcp(&question));
    *request = question.request;
    *out = question.policies;
    return PC_OK;
}
