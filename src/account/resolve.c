// SPDX-License-Identifier: Apache-2.0
//
// Looks up what applies to a request: the caller's record (resolve_caller.c), the policy of the
// resource's holder, the levels of the caller's account and of the resource's owner.
#include "account/resolve.h"

#include "question.h"

#include <stdlib.h>

// Takes the snapshot over, also on a failure.
static enum pc_status make_resolver(struct pc_snapshot *snapshot, struct pc_resolver **out)
{
    struct pc_resolver *resolver = calloc(1, sizeof(*resolver));
    if (resolver == NULL) {
        pc_snapshot_close(snapshot);
        return PC_ERR_NOMEM;
    }
    resolver->snapshot = snapshot;
    enum pc_status status = pc_directories_begin(&resolver->directories, snapshot);
    if (status != PC_OK) {
        pc_resolver_free(resolver);
        return status;
    }
    resolver->generation = pc_snapshot_generation(snapshot);
    resolver->name = PC_STR("");
    *out = resolver;
    return PC_OK;
}

enum pc_status pc_resolver_new(struct pc_store *store, struct pc_resolver **out)
{
    struct pc_snapshot *snapshot;
    PC_TRY(pc_snapshot_open(store, &snapshot));
    return make_resolver(snapshot, out);
}

enum pc_status pc_resolver_at(const struct pc_snapshot *snapshot, struct pc_resolver **out)
{
    struct pc_snapshot *shared;
    PC_TRY(pc_snapshot_share(snapshot, &shared));
    return make_resolver(shared, out);
}

void pc_resolver_name(struct pc_resolver *resolver, struct pc_str path)
{
    resolver->name = path;
}

struct pc_snapshot *pc_resolver_snapshot(const struct pc_resolver *resolver)
{
    return resolver->snapshot;
}

uint64_t pc_resolver_generation(const struct pc_resolver *resolver)
{
    return resolver->generation;
}

void pc_resolver_free(struct pc_resolver *resolver)
{
    if (resolver != NULL) {
        pc_directories_release(&resolver->directories);
        pc_snapshot_close(resolver->snapshot);
        free(resolver);
    }
}

enum pc_status pc_resolver_renew(struct pc_resolver *resolver)
{
    enum pc_status status = pc_snapshot_renew(resolver->snapshot);
    uint64_t generation = pc_snapshot_generation(resolver->snapshot);
    // The same state has its bytes where they were, so what was verified stays so.
    if (status == PC_OK && generation == resolver->generation && !resolver->stale) {
        return PC_OK;
    }
    resolver->stale = true;
    resolver->generation = generation;
    PC_TRY(status);
    PC_TRY(pc_directories_begin(&resolver->directories, resolver->snapshot));
    resolver->stale = false;
    return PC_OK;
}

// The resource ----------------------------------------------------------------------------------

// Tags of roles and users as resources of IAM, and for STS the trust policy of a role.
static enum pc_status apply_iam_record(struct pc_question *question,
                                       const struct pc_principal_record *record)
{
    struct pc_request *request = question->request;
    struct pc_image *trust = question->resolver->images.resource;
    if (request->resource_tag_count == 0) {
        PC_TRY(
            pc_record_tags(question->asking->arena, record, record->tags, &request->resource_tags));
        request->resource_tag_count = record->tags.count;
    }
    struct pc_str service = pc_str_slice(request->action, 0, pc_str_find(request->action, ':', 0));
    if (record->trust == 0 || !pc_str_eq_icase(service, PC_STR("sts"))) {
        return PC_OK;
    }
    PC_TRY(pc_question_open_image(question, pc_principal_trust(record), PC_POLICY_TRUST, trust));
    question->policies.resource = trust;
    question->policies.resource_count = 1;
    return PC_OK;
}

static enum pc_status resolve_iam_resource(struct pc_question *question)
{
    struct pc_str resource = question->request->resource;
    struct pc_iam_name name;
    const struct pc_principal_record *record;
    bool role = pc_iam_name_parse(resource, PC_STR("role/"), &name);
    if (!role && !pc_iam_name_parse(resource, PC_STR("user/"), &name)) {
        return PC_OK;
    }
    enum pc_status status = pc_question_find_principal(question, role, &name, &record);
    if (status == PC_ERR_NOTFOUND ||
        (status == PC_OK && !pc_str_eq(pc_record_text(record, record->arn), resource))) {
        return PC_OK;
    }
    PC_TRY(status);
    return apply_iam_record(question, record);
}

static enum pc_status report_owner(struct pc_question *question, struct pc_str arn,
                                   struct pc_str owner)
{
    const struct pc_request *request = question->request;
    bool placed = request->account_place.file.len > 0;
    pc_diag_report(question->asking->diags, PC_DIAG_REQUEST_CONTRADICTION,
                   placed ? request->account_place : question->asking->place,
                   "\"%.*s\" belongs to account %.*s, not %.*s", PC_STR_ARG(arn), PC_STR_ARG(owner),
                   PC_STR_ARG(request->resource_account));
    pc_diag_hint(question->asking->diags, "leave the owner out: the store knows it");
    return PC_ERR_INVALID;
}

// The owner that the store knows: it may not differ from what the request says.
static enum pc_status apply_owner(struct pc_question *question, struct pc_str arn,
                                  const struct pc_resource_record *record)
{
    struct pc_request *request = question->request;
    struct pc_str owner = pc_record_text(record, record->account);
    if (request->resource_account.len == 0) {
        request->resource_account = owner;
        return PC_OK;
    }
    return pc_str_eq(request->resource_account, owner) ? PC_OK : report_owner(question, arn, owner);
}

static enum pc_status apply_resource_tags(struct pc_question *question,
                                          const struct pc_resource_record *record)
{
    struct pc_request *request = question->request;
    if (request->resource_tag_count == 0 && record->tags.count > 0) {
        PC_TRY(
            pc_record_tags(question->asking->arena, record, record->tags, &request->resource_tags));
        request->resource_tag_count = record->tags.count;
    }
    return PC_OK;
}

// A resource that is judged by another's policy may still have tags of its own.
static enum pc_status apply_own_tags(struct pc_question *question)
{
    const void *record = NULL;
    enum pc_status status =
        pc_question_find(question, PC_STORE_PARTS, question->request->resource, &record);
    if (status == PC_ERR_NOTFOUND) {
        return PC_OK;
    }
    PC_TRY(status);
    return apply_resource_tags(question, record);
}

// What the holder with that ARN says, of which the resource is one if it is its own.
static enum pc_status apply_holder(struct pc_question *question, struct pc_str arn, bool own)
{
    struct pc_policies *policies = &question->policies;
    struct pc_image *images = question->resolver->images.resource;
    const void *found = NULL;
    enum pc_status status = pc_question_find(question, PC_STORE_RESOURCES, arn, &found);
    if (status == PC_ERR_NOTFOUND) {
        return PC_OK;
    }
    PC_TRY(status);
    const struct pc_resource_record *record = found;
    PC_TRY(apply_owner(question, arn, record));
    if (own) {
        PC_TRY(apply_resource_tags(question, record)); // a version has the tags of its function
    }
    if (record->policy == 0) {
        return PC_OK;
    }
    PC_TRY(pc_question_open_image(question, pc_resource_policy(record),
                                  pc_arn_policy_type(question->arn),
                                  &images[policies->resource_count]));
    policies->resource = images;
    policies->resource_count++;
    return PC_OK;
}

static enum pc_status resolve_holders(struct pc_question *question)
{
    struct pc_str resource = question->request->resource;
    const struct pc_directories *directories = &question->resolver->directories;
    if (!pc_directories_has(directories, PC_STORE_RESOURCES) &&
        !pc_directories_has(directories, PC_STORE_PARTS)) {
        return PC_OK;
    }
    const struct pc_holders holders = pc_arn_holders(resource, question->arn);
    bool own = holders.arns[0].len == resource.len; // it is a part of the resource's
    if (!own) {
        PC_TRY(apply_own_tags(question));
    }
    for (size_t i = 0; i < holders.count; i++) {
        PC_TRY(apply_holder(question, holders.arns[i], own));
    }
    return PC_OK;
}

static enum pc_status resolve_resource(struct pc_question *question)
{
    struct pc_request *request = question->request;
    const struct pc_arn *arn = pc_request_arn(request);
    question->arn = arn;
    if (arn == NULL) {
        return PC_OK; // "*"
    }
    if (request->resource_account.len == 0 && pc_account_id_is(arn->account)) {
        request->resource_account = arn->account;
    }
    return pc_str_eq(arn->service, PC_STR("iam")) ? resolve_iam_resource(question)
                                                  : resolve_holders(question);
}

// The organisation ------------------------------------------------------------------------------

static bool has_account(const struct pc_caller *caller)
{
    return caller->kind == PC_CALLER_ROOT || caller->kind == PC_CALLER_USER ||
           caller->kind == PC_CALLER_SESSION || caller->kind == PC_CALLER_FEDERATED_USER;
}

// Levels of an account: `count` digests of its record from number `from` on.
struct levels {
    const struct pc_account_record *record;
    uint32_t from, count;
    enum pc_policy_type type;
};

// Opens their images in the room of PC_LEVELS_KEPT or, when there are more, in the arena; *images
// is where.
static enum pc_status open_levels(const struct pc_question *question, const struct levels *levels,
                                  struct pc_image **images)
{
    const struct pc_account_record *record = levels->record;
    struct pc_image *room = *images;
    if (levels->count > PC_LEVELS_KEPT) {
        room = pc_arena_array(question->asking->arena, levels->count, sizeof(*room));
    }
    if (room == NULL) {
        return PC_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < levels->count; i++) {
        struct pc_str digest = pc_record_digest(record, sizeof(*record), levels->from + i);
        PC_TRY(pc_question_open_image(question, digest, levels->type, &room[i]));
    }
    *images = room;
    return PC_OK;
}

// SCPs by the caller's account.
static enum pc_status resolve_scp(struct pc_question *question)
{
    struct pc_request *request = question->request;
    struct pc_image *images = question->resolver->images.scp;
    const void *found = NULL;
    if (!has_account(&request->caller)) {
        return PC_OK;
    }
    enum pc_status status =
        pc_question_find(question, PC_STORE_LEVELS, request->caller.account, &found);
    if (status == PC_ERR_NOTFOUND) {
        return PC_OK;
    }
    PC_TRY(status);
    const struct pc_account_record *record = found;
    question->caller_levels = record;
    request->management_account = record->management;
    const struct levels levels = {record, 0, record->scp_count, PC_POLICY_SCP};
    PC_TRY(open_levels(question, &levels, &images));
    question->policies.scp = images;
    question->policies.scp_count = record->scp_count;
    return PC_OK;
}

// The levels of the resource's owner, whom the context may name; an owner that nothing names is
// taken to be the caller's account, if anybody's.
static enum pc_status find_owner_levels(const struct pc_question *question, const void **out)
{
    const struct pc_request *request = question->request;
    struct pc_str owner = request->resource_account;
    bool caller = has_account(&request->caller);
    if (owner.len == 0 && question->arn != NULL) {
        owner = pc_request_owner_in_context(request);
    }
    if (owner.len == 0 && caller) {
        owner = request->caller.account;
    }
    if (question->caller_levels != NULL && pc_str_eq(owner, request->caller.account)) {
        *out = question->caller_levels;
        return PC_OK;
    }
    return owner.len == 0 ? PC_ERR_NOTFOUND
                          : pc_question_find(question, PC_STORE_LEVELS, owner, out);
}

// RCPs by the owner's account.
static enum pc_status resolve_rcp(struct pc_question *question)
{
    struct pc_image *images = question->resolver->images.rcp;
    const void *found = NULL;
    enum pc_status status = find_owner_levels(question, &found);
    if (status == PC_ERR_NOTFOUND) {
        return PC_OK;
    }
    PC_TRY(status);
    const struct pc_account_record *record = found;
    question->request->resource_management_account = record->management;
    const struct levels levels = {record, record->scp_count, record->rcp_count, PC_POLICY_RCP};
    PC_TRY(open_levels(question, &levels, &images));
    question->policies.rcp = images;
    question->policies.rcp_count = record->rcp_count;
    return PC_OK;
}

static enum pc_status resolve_organization(struct pc_question *question)
{
    if (!pc_directories_has(&question->resolver->directories, PC_STORE_LEVELS)) {
        return PC_OK;
    }
    PC_TRY(resolve_scp(question));
    return resolve_rcp(question);
}

// All -------------------------------------------------------------------------------------------

// What resolving fills in, so that it can be put back.
struct filled {
    struct pc_str role, id, parent_id, owner;
    const struct pc_tag *tags, *resource_tags;
    size_t tag_count, resource_tag_count;
    bool management_account, resource_management_account;
};

static struct filled keep(const struct pc_request *request)
{
    return (struct filled){
        .role = request->caller.role,
        .id = request->caller.id,
        .parent_id = request->caller.parent_id,
        .owner = request->resource_account,
        .tags = request->caller.tags,
        .resource_tags = request->resource_tags,
        .tag_count = request->caller.tag_count,
        .resource_tag_count = request->resource_tag_count,
        .management_account = request->management_account,
        .resource_management_account = request->resource_management_account,
    };
}

static void put_back(const struct filled *filled, struct pc_request *request)
{
    request->caller.role = filled->role;
    request->caller.id = filled->id;
    request->caller.parent_id = filled->parent_id;
    request->resource_account = filled->owner;
    request->caller.tags = filled->tags;
    request->resource_tags = filled->resource_tags;
    request->caller.tag_count = filled->tag_count;
    request->resource_tag_count = filled->resource_tag_count;
    request->management_account = filled->management_account;
    request->resource_management_account = filled->resource_management_account;
}

enum pc_status pc_resolver_check(const struct pc_resolver *resolver, const struct pc_asking *asking)
{
    enum pc_status status = pc_snapshot_check(resolver->snapshot);
    if (status != PC_OK) {
        pc_diag_report(asking->diags, PC_DIAG_STORE_IO, asking->place,
                       "the store cannot be read: %s", pc_status_text(status));
    }
    return status;
}

static enum pc_status resolve_all(struct pc_question *question)
{
    PC_TRY(pc_resolver_check(question->resolver, question->asking));
    PC_TRY(pc_question_caller(question));
    PC_TRY(resolve_resource(question));
    return resolve_organization(question);
}

enum pc_status pc_resolve(struct pc_resolver *resolver, const struct pc_asking *asking,
                          struct pc_request *request, struct pc_policies *out)
{
    struct pc_question question = {
        .resolver = resolver,
        .asking = asking,
        .request = request,
    };
    if (request->finished) {
        return PC_ERR_USAGE; // it says what a state of the store said, perhaps no longer the newest
    }
    const struct filled before = keep(request);
    enum pc_status status = resolve_all(&question);
    if (status != PC_OK) {
        put_back(&before, request);
        return status;
    }
    *out = question.policies;
    return PC_OK;
}
