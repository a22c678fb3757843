// SPDX-License-Identifier: Apache-2.0
#include "stranger.h"

#include "account/everything.h"
#include "base/clock.h"
#include "sent_keys.h"

// Policies that allow everything -----------------------------------------------------------------

static enum pc_status add(struct pc_arena *arena, enum pc_policy_type type,
                          const struct pc_image **out)
{
    struct pc_image *image = pc_arena_alloc(arena, sizeof(*image));
    if (image == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(pc_policy_of_everything(arena, type, image));
    *out = image;
    return PC_OK;
}

// What a stranger's account lets its own principals do.
static enum pc_status add_identity(struct pc_arena *arena, struct pc_policies *policies)
{
    return add(arena, PC_POLICY_IDENTITY, &policies->identity);
}

// The policy of a resource that a stranger made in order to be written to.
static enum pc_status add_resource(struct pc_arena *arena, struct pc_policies *policies)
{
    policies->resource_count = 1;
    return add(arena, PC_POLICY_RESOURCE, &policies->resource);
}

// Asking -----------------------------------------------------------------------------------------

static bool needs_identity(const struct pc_caller *caller)
{
    return caller->kind == PC_CALLER_USER || caller->kind == PC_CALLER_SESSION;
}

// The store has nothing to say of a stranger, so its side is found as that of the public. False:
// there is no such principal.
static bool start(const struct pc_stranger *stranger, struct pc_request *request)
{
    struct pc_str who = stranger->known ? stranger->who : PC_STR("*");
    return pc_request_start(request, who, stranger->action, stranger->resource);
}

static enum pc_status refuse(const struct pc_stranger *stranger, const struct pc_asking *asking)
{
    pc_diag_report(asking->diags, PC_DIAG_REQUEST_PRINCIPAL, asking->place,
                   "\"%.*s\" is not a principal that can be asked about",
                   PC_STR_ARG(stranger->who));
    return PC_ERR_INVALID;
}

static enum pc_status put_in_place(const struct pc_asking *asking,
                                   const struct pc_stranger *stranger, struct pc_request *request,
                                   struct pc_policies *policies)
{
    struct pc_arena *arena = asking->arena;
    if (!stranger->known && !pc_caller_parse(stranger->who, &request->caller)) {
        return refuse(stranger, asking);
    }
    if (!stranger->known && needs_identity(&request->caller)) {
        PC_TRY(add_identity(arena, policies));
    }
    if (stranger->others_resource) {
        request->resource_account = PC_STR(PC_STRANGER_ACCOUNT);
        PC_TRY(add_resource(arena, policies));
    }
    return PC_OK;
}

static enum pc_status ask(struct pc_checker *checker, const struct pc_stranger *stranger,
                          const struct pc_asking *asking, struct pc_answer *out)
{
    struct pc_asker *asker = checker->asker;
    struct pc_policies policies = {.identity = NULL};
    const struct pc_request_options options = {
        .now = asker->now,
        .clock = asker->fixed_clock ? NULL : pc_clock_now,
        .assume_owner = true,
    };
    struct pc_request *request = pc_arena_room(asking->arena, sizeof(*request));
    if (request == NULL) {
        return PC_ERR_NOMEM;
    }
    if (!start(stranger, request)) {
        return refuse(stranger, asking);
    }
    PC_TRY(pc_request_add_texts(asking->arena, request, stranger->keys, stranger->key_count));
    PC_TRY(pc_sent_keys_add(asking->arena, stranger->region, request));
    PC_TRY(pc_resolve(asker->resolver, asking, request, &policies));
    PC_TRY(put_in_place(asking, stranger, request, &policies));
    PC_TRY(pc_request_finish(asking->arena, request, options, asking->place, asking->diags));
    PC_TRY(pc_decide(&policies, request, asker->flags, asker->scratch, out));
    return pc_resolver_check(asker->resolver, asking);
}

enum pc_status pc_stranger_ask(struct pc_checker *checker, const struct pc_stranger *stranger,
                               struct pc_diags *diags, struct pc_answer *out)
{
    static const struct pc_answer denied = {.primary = PC_SLOTS};
    struct pc_diags complaints;
    const struct pc_asking asking = {checker->arena, {.file = PC_STR("")}, &complaints};
    pc_diags_init(&complaints, checker->arena);
    *out = denied;
    checker->asker->asked = NULL; // what was resolved for it is there no longer
    enum pc_status status = ask(checker, stranger, &asking, out);
    if (status == PC_OK) {
        return PC_OK;
    }
    *out = denied;
    bool unasked = status == PC_ERR_INVALID || status == PC_ERR_NOTFOUND;
    if (!unasked ||
        !stranger->known) { // the check of an integration tells of callers without policies
        pc_diags_append(diags, &complaints);
    }
    return unasked ? PC_OK : status;
}
