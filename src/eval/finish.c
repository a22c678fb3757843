// SPDX-License-Identifier: Apache-2.0
//
// Completes a request: what it is about, who owns the resource, all names of the caller; then the
// keys that follow (derivation.c).
#include "context.h"

#include "match/name.h"
#include "match/shape.h"

bool pc_request_start(struct pc_request *request, struct pc_str principal, struct pc_str action,
                      struct pc_str resource)
{
    request->action = action;
    request->resource = resource;
    // One by one, for compilers clear the whole by an instruction that takes long to start. Of the
    // ARN nothing means anything yet.
    request->service = PC_STR("");
    request->name = PC_STR("");
    request->service_hash = 0;
    request->name_hash = 0;
    request->resource_account = PC_STR("");
    request->account_place = (struct pc_place){0};
    request->resource_tags = NULL;
    request->resource_tag_count = 0;
    request->context = NULL;
    request->known = 0;
    request->actions = NULL;
    request->resource_pattern = PC_STR("");
    request->resource_is_pattern = false;
    request->stranger = false;
    request->elsewhere = NULL;
    request->account_assumed = false;
    request->finished = false;
    request->arn_read = false;
    request->is_arn = false;
    request->management_account = false;
    request->resource_management_account = false;
    if (!pc_caller_parse(principal, &request->caller)) {
        request->caller = (struct pc_caller){0};
        return false;
    }
    return true;
}

const struct pc_arn *pc_request_arn(struct pc_request *request)
{
    if (!request->arn_read) {
        request->is_arn = pc_arn_parse(request->resource, &request->arn);
        request->arn_read = true;
    }
    return request->is_arn ? &request->arn : NULL;
}

struct pc_str pc_request_owner_in_context(const struct pc_request *request)
{
    const struct pc_context_entry *entry = pc_context_present(request, KEY_RESOURCE_ACCOUNT);
    bool one = entry != NULL && !entry->list;
    return one && pc_account_id_is(entry->values[0]) ? entry->values[0] : PC_STR("");
}

static enum pc_status refuse_owner(const struct pc_derivation *job)
{
    const struct pc_request *request = job->request;
    bool placed = request->account_place.file.len > 0;
    pc_diag_report(job->diags, PC_DIAG_REQUEST_CONTRADICTION,
                   placed ? request->account_place : *job->place,
                   "the owner is given as %.*s, but the ARN of the resource says %.*s",
                   PC_STR_ARG(request->resource_account), PC_STR_ARG(request->arn.account));
    pc_diag_hint(job->diags, "leave the owner out: the ARN says it");
    return PC_ERR_INVALID;
}

// the account in the ARN; for an action without a resource the caller's; else what
// the context says or, in the end, what is assumed.
static enum pc_status settle_owner(const struct pc_derivation *job)
{
    struct pc_request *request = job->request;
    const struct pc_arn *arn = pc_request_arn(request);
    if (request->resource_account.len > 0) {
        bool agrees = arn == NULL || pc_str_eq(request->resource_account, arn->account) ||
                      !pc_account_id_is(arn->account);
        return agrees ? PC_OK : refuse_owner(job);
    }
    if (arn != NULL && pc_account_id_is(arn->account)) {
        request->resource_account = arn->account;
        return PC_OK;
    }
    if (arn != NULL) {
        request->resource_account = pc_request_owner_in_context(request);
    }
    if (request->resource_account.len > 0) {
        return PC_OK;
    }
    if (arn == NULL || job->options->assume_owner) {
        request->resource_account = request->caller.account;
        request->account_assumed = arn != NULL && request->caller.account.len > 0;
        return PC_OK;
    }
    pc_diag_report(job->diags, PC_DIAG_OWNER_MISSING, *job->place,
                   "the owner of \"%.*s\" is not known", PC_STR_ARG(request->resource));
    return PC_ERR_INVALID;
}

static bool read_action(struct pc_request *request, char *room)
{
    if (!pc_action_name_parse(request->action, room, &request->service, &request->name)) {
        return false;
    }
    request->service_hash = pc_str_hash(request->service);
    request->name_hash = pc_str_hash(request->name);
    return true;
}

static enum pc_status split_action(const struct pc_derivation *job)
{
    struct pc_request *request = job->request;
    char *room = request->action.len <= PC_USUAL_ACTION
                     ? request->context->action
                     : pc_arena_room(job->arena, request->action.len);
    if (room == NULL) {
        return PC_ERR_NOMEM;
    }
    if (!read_action(request, room)) {
        pc_diag_report(job->diags, PC_DIAG_REQUEST_ACTION, *job->place,
                       request->action.len > PC_SHAPE_LONGEST
                           ? "the action \"%.*s\" is longer than any"
                           : "\"%.*s\" is not an action of the form service:Name",
                       PC_SHOWN(request->action));
        return PC_ERR_INVALID;
    }
    return PC_OK;
}

enum pc_status pc_request_set_action(struct pc_arena *arena, struct pc_request *request)
{
    char *room = pc_arena_room(arena, request->action.len);
    if (room == NULL) {
        return PC_ERR_NOMEM;
    }
    return read_action(request, room) ? PC_OK : PC_ERR_INVALID;
}

static bool names_itself(const struct pc_caller *caller)
{
    for (size_t i = 0; i < caller->service_count; i++) {
        if (pc_str_eq(caller->services[i], caller->name)) {
            return true;
        }
    }
    return false;
}

// All names of a service caller, its own first.
static enum pc_status settle_services(const struct pc_derivation *job)
{
    struct pc_caller *caller = &job->request->caller;
    if (caller->kind != PC_CALLER_SERVICE || names_itself(caller)) {
        return PC_OK;
    }
    struct pc_str *services =
        pc_arena_array(job->arena, caller->service_count + 1, sizeof(*services));
    if (services == NULL) {
        return PC_ERR_NOMEM;
    }
    services[0] = caller->name;
    for (size_t i = 0; i < caller->service_count; i++) {
        services[i + 1] = caller->services[i];
    }
    caller->services = services;
    caller->service_count++;
    return PC_OK;
}

enum pc_status pc_request_finish(struct pc_arena *arena, struct pc_request *request,
                                 struct pc_request_options options, struct pc_place place,
                                 struct pc_diags *diags)
{
    const struct pc_derivation job = {arena, request, &options, &place, diags};
    request->finished = false; // of what contradicts itself nothing follows
    PC_TRY(pc_context_prepare(arena, request));
    PC_TRY(split_action(&job));
    PC_TRY(settle_owner(&job));
    PC_TRY(settle_services(&job));
    return pc_derive(&job);
}
