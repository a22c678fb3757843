// SPDX-License-Identifier: Apache-2.0
//
// Looks up what applies to a request: the caller's record (SEMANTICS.md 4.1, 7.1), the levels of
// its account and of the resource's owner, the policy of the resource's holder. A session's record
// is its role's; who assumed the role plays no part.
#include "account/resolve.h"

#include "match/key.h"
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

// The caller ------------------------------------------------------------------------------------

static enum pc_status unknown(const struct pc_question *question, const char *why)
{
    struct pc_str store = pc_store_path(question->resolver->store);
    pc_diag_report(question->diags, PC_DIAG_PRINCIPAL_UNKNOWN, question->place,
                   "no principal \"%.*s\" in the store \"%.*s\"%s%s",
                   PC_STR_ARG(question->request.caller.text), PC_STR_ARG(store),
                   why[0] == '\0' ? "" : ": ", why);
    pc_diag_hint(question->diags,
                 "check the spelling, or compile the dump or manifest that defines it as well");
    return PC_ERR_NOTFOUND;
}

static const struct pc_tag *find_tag(const struct pc_tag *tags, size_t count, struct pc_str key)
{
    for (size_t i = 0; i < count; i++) {
        if (pc_key_eq(tags[i].key, key)) {
            return &tags[i];
        }
    }
    return NULL;
}

// Sessions bring tags of their own; a user's are the store's.
static enum pc_status check_user_tags(const struct pc_question *question,
                                      const struct pc_principal_record *record)
{
    const struct pc_caller *caller = &question->request.caller;
    for (size_t i = 0; caller->kind == PC_CALLER_USER && i < caller->tag_count; i++) {
        const struct pc_tag *given = &caller->tags[i];
        const struct pc_tag *stored = find_tag(record->tags, record->tag_count, given->key);
        if (stored != NULL && !pc_str_eq(stored->value, given->value)) {
            pc_diag_report(question->diags, PC_DIAG_REQUEST_CONTRADICTION, question->place,
                           "the tag \"%.*s\" of \"%.*s\" is \"%.*s\" in the store, not \"%.*s\"",
                           PC_STR_ARG(stored->key), PC_STR_ARG(caller->text),
                           PC_STR_ARG(stored->value), PC_STR_ARG(given->value));
            pc_diag_hint(question->diags,
                         "leave the tag out: only sessions have tags of their own");
            return PC_ERR_INVALID;
        }
    }
    return PC_OK;
}

// Tags of the session go before those of its role or user, whose names compare without case.
static enum pc_status add_tags(struct pc_question *question,
                               const struct pc_principal_record *record)
{
    struct pc_caller *caller = &question->request.caller;
    PC_TRY(check_user_tags(question, record));
    if (record->tag_count == 0) {
        return PC_OK;
    }
    struct pc_tag *tags =
        pc_arena_array(question->arena, caller->tag_count + record->tag_count, sizeof(*tags));
    if (tags == NULL) {
        return PC_ERR_NOMEM;
    }
    size_t count = 0;
    for (size_t i = 0; i < caller->tag_count; i++) {
        tags[count++] = caller->tags[i];
    }
    for (size_t i = 0; i < record->tag_count; i++) {
        if (find_tag(caller->tags, caller->tag_count, record->tags[i].key) == NULL) {
            tags[count++] = record->tags[i];
        }
    }
    caller->tags = tags;
    caller->tag_count = count;
    return PC_OK;
}

static enum pc_status apply_principal(struct pc_question *question,
                                      const struct pc_principal_record *record)
{
    PC_TRY(pc_question_open_images(question, &record->identity, 1, PC_POLICY_IDENTITY,
                                   &question->policies.identity));
    PC_TRY(pc_question_open_images(question, &record->boundary, record->boundary.len > 0,
                                   PC_POLICY_BOUNDARY, &question->policies.boundary));
    return add_tags(question, record);
}

static enum pc_status resolve_user(struct pc_question *question)
{
    struct pc_caller *caller = &question->request.caller;
    struct pc_iam_name name = {caller->partition, caller->account, caller->name};
    struct pc_principal_record record;
    enum pc_status status = pc_question_find_principal(question, false, &name, &record);
    if (status == PC_ERR_NOTFOUND || (status == PC_OK && !pc_str_eq(record.arn, caller->text))) {
        return unknown(question, "");
    }
    PC_TRY(status);
    if (caller->id.len == 0) {
        caller->id = record.id;
    }
    return apply_principal(question, &record);
}

// A session's ARN has its role's name without path.
static enum pc_status resolve_session(struct pc_question *question)
{
    struct pc_caller *caller = &question->request.caller;
    struct pc_iam_name name = {caller->partition, caller->account, caller->name};
    struct pc_principal_record record;
    enum pc_status status = pc_question_find_principal(question, true, &name, &record);
    if (status == PC_ERR_NOTFOUND) {
        return unknown(question, "");
    }
    PC_TRY(status);
    if (caller->role.len > 0 && !pc_str_eq(record.arn, caller->role)) {
        return unknown(question, "its role has another path there");
    }
    caller->role = record.arn;
    if (caller->id.len == 0) {
        caller->id = record.id;
    }
    return apply_principal(question, &record);
}

static enum pc_status known_account(const struct pc_question *question, const char *why)
{
    struct pc_account_record record;
    enum pc_status status =
        pc_question_find_account(question, question->request.caller.account, &record);
    return status == PC_ERR_NOTFOUND ? unknown(question, why) : status;
}

// A federated user acts with the policies of the user that made it; root has none.
static enum pc_status resolve_federated(struct pc_question *question)
{
    const struct pc_caller *caller = &question->request.caller;
    struct pc_caller parent;
    struct pc_principal_record record;
    if (caller->parent.len == 0) {
        enum pc_status status = unknown(question, "the request does not name its parent");
        pc_diag_hint(question->diags,
                     "write {\"arn\": \"...\", \"parent\": the ARN of the user that made it}");
        return status;
    }
    if (!pc_caller_parse(caller->parent, &parent) ||
        (parent.kind != PC_CALLER_USER && parent.kind != PC_CALLER_ROOT) ||
        !pc_str_eq(parent.account, caller->account) ||
        !pc_str_eq(parent.partition, caller->partition)) {
        return unknown(question, "its parent is no user, nor root, of its account");
    }
    if (parent.kind == PC_CALLER_ROOT) {
        return known_account(question, "nothing is known of its account");
    }
    struct pc_iam_name name = {parent.partition, parent.account, parent.name};
    enum pc_status status = pc_question_find_principal(question, false, &name, &record);
    if (status == PC_ERR_NOTFOUND || (status == PC_OK && !pc_str_eq(record.arn, caller->parent))) {
        return unknown(question, "its parent is not there");
    }
    PC_TRY(status);
    return apply_principal(question, &record);
}

static enum pc_status resolve_caller(struct pc_question *question)
{
    switch (question->request.caller.kind) {
    case PC_CALLER_USER:
        return resolve_user(question);
    case PC_CALLER_SESSION:
        return resolve_session(question);
    case PC_CALLER_FEDERATED_USER:
        return resolve_federated(question);
    case PC_CALLER_ROOT:
        return known_account(question, "nothing is known of its account");
    case PC_CALLER_SERVICE:
    case PC_CALLER_ANONYMOUS:
    case PC_CALLER_PROVIDER:
        return PC_OK;
    case PC_CALLER_NONE:
        break;
    }
    return unknown(question, "");
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
    PC_TRY(resolve_caller(&question));
    PC_TRY(resolve_resource(&question));
    PC_TRY(resolve_scp(&question));
    PC_TRY(resolve_rcp(&question));
    *request = question.request;
    *out = question.policies;
    return PC_OK;
}

// Dump ------------------------------------------------------------------------------------------

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
    PC_TRY(visit_image(visiting, "identity", record->identity, PC_POLICY_IDENTITY));
    PC_TRY(visit_image(visiting, "boundary", record->boundary, PC_POLICY_BOUNDARY));
    return visit_image(visiting, "trust", record->trust, PC_POLICY_TRUST);
}

static enum pc_status visit_caller(const struct visiting *visiting, const struct pc_caller *caller)
{
    struct pc_principal_record record;
    bool role = caller->kind == PC_CALLER_SESSION;
    struct pc_iam_name name = {caller->partition, caller->account, caller->name};
    PC_TRY(pc_question_find_principal(visiting->question, role, &name, &record));
    struct pc_str arn = role ? caller->role : caller->text;
    if (arn.len > 0 && !pc_str_eq(arn, record.arn)) {
        return PC_ERR_NOTFOUND;
    }
    return visit_principal(visiting, &record);
}

static enum pc_status visit_arn(const struct visiting *visiting, struct pc_str arn)
{
    struct pc_caller caller;
    struct pc_resource_record record;
    if (pc_caller_parse(arn, &caller) &&
        (caller.kind == PC_CALLER_SESSION || caller.kind == PC_CALLER_USER)) {
        return visit_caller(visiting, &caller);
    }
    PC_TRY(pc_question_find_resource(visiting->question, arn, &record));
    return visit_image(visiting, "resource", record.policy, pc_resource_policy_type(arn));
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
    const struct pc_question question = {.resolver = resolver, .arena = &arena, .diags = &ignored};
    const struct visiting visiting = {&question, visit, context};
    return visit_arn(&visiting, arn);
}
