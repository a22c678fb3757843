// SPDX-License-Identifier: Apache-2.0
#include "account/asker.h"

#include "base/clock.h"
#include "store/exposure.h"

enum pc_status pc_asker_open(struct pc_asker *asker, const char *path, struct pc_diags *diags)
{
    PC_TRY(pc_store_open(pc_str_from(path), diags, &asker->store));
    pc_store_warn_exposed(asker->store, diags);
    PC_TRY(pc_resolver_new(asker->store, &asker->resolver));
    return pc_scratch_new(&asker->scratch);
}

void pc_asker_close(struct pc_asker *asker)
{
    pc_scratch_free(asker->scratch);
    pc_resolver_free(asker->resolver);
    if (!asker->borrowed) {
        pc_store_close(asker->store);
    }
    *asker = (struct pc_asker){0};
}

struct pc_snapshot *pc_asker_snapshot(const struct pc_asker *asker)
{
    return asker->resolver == NULL ? NULL : pc_resolver_snapshot(asker->resolver);
}

enum pc_status pc_asker_share(const struct pc_asker *asker, struct pc_asker *out)
{
    struct pc_asker shared = *asker;
    shared.borrowed = true;
    shared.resolver = NULL;
    shared.scratch = NULL;
    shared.asked = NULL;
    enum pc_status status = pc_resolver_at(pc_resolver_snapshot(asker->resolver), &shared.resolver);
    if (status == PC_OK) {
        status = pc_scratch_new(&shared.scratch);
    }
    if (status != PC_OK) {
        pc_asker_close(&shared);
        return status;
    }
    *out = shared;
    return PC_OK;
}

enum pc_status pc_asker_at(const struct pc_snapshot *snapshot, struct pc_asker *out)
{
    struct pc_asker asker = {.borrowed = true};
    enum pc_status status = pc_resolver_at(snapshot, &asker.resolver);
    if (status == PC_OK) {
        status = pc_scratch_new(&asker.scratch);
    }
    if (status != PC_OK) {
        pc_asker_close(&asker);
        return status;
    }
    *out = asker;
    return PC_OK;
}

enum pc_status pc_asker_move(struct pc_asker *asker, const struct pc_snapshot *snapshot)
{
    pc_resolver_free(asker->resolver);
    asker->resolver = NULL;
    asker->asked = NULL;
    enum pc_status status = pc_resolver_at(snapshot, &asker->resolver);
    if (status != PC_OK) {
        pc_asker_close(asker);
    }
    return status;
}

static const struct pc_answer denied = {.decision = PC_DECISION_IMPLICIT_DENY, .primary = PC_SLOTS};

// Behind a decision from what was resolved. Where a writer does not wait for this reader, its pages
// may have become others' meanwhile.
static enum pc_status check(const struct pc_asker *asker, enum pc_status status,
                            struct pc_answer *answer)
{
    if (status == PC_OK) {
        status = pc_resolver_check(asker->resolver, &asker->asking);
    }
    if (status != PC_OK) {
        *answer = denied;
    }
    return status;
}

static enum pc_status decide(struct pc_asker *asker, const struct pc_request *request,
                             unsigned flags, struct pc_answer *answer)
{
    enum pc_status status =
        pc_decide(&asker->policies, request, asker->flags | flags, asker->scratch, answer);
    return check(asker, status, answer);
}

// One resource has one policy: with two of them nobody could say which one counts.
static enum pc_status add_resource_policy(const struct pc_asker *asker,
                                          const struct pc_asking *asking,
                                          const struct pc_request *request,
                                          struct pc_policies *policies)
{
    if (asker->resource == NULL) {
        return PC_OK;
    }
    if (policies->resource_count > 0) {
        pc_diag_report(asking->diags, PC_DIAG_KEY_POLICY_TWICE, asking->place,
                       "\"%.*s\" has a policy in the vault, and another one in the store",
                       PC_STR_ARG(request->resource));
        pc_diag_hint(asking->diags, "take one of them away: polcheck keys policy KEY --remove, or "
                                    "compile without the other");
        return PC_ERR_INVALID;
    }
    policies->resource = asker->resource;
    policies->resource_count = 1;
    return PC_OK;
}

static enum pc_status ask(struct pc_asker *asker, const struct pc_asking *asking,
                          struct pc_request *request, struct pc_answer *answer)
{
    const struct pc_request_options options = {
        .now = asker->now,
        .clock = asker->fixed_clock ? NULL : pc_clock_now,
        .assume_owner = !asker->guess_no_owner,
    };
    asker->asking = *asking;
    PC_TRY(pc_resolve(asker->resolver, asking, request, &asker->policies));
    asker->policies.session = asker->session;
    asker->policies.endpoint = asker->endpoint;
    PC_TRY(add_resource_policy(asker, asking, request, &asker->policies));
    PC_TRY(pc_request_finish(asking->arena, request, options, asking->place, asking->diags));
    return decide(asker, request, asker->with_reasons ? 0 : PC_DECIDE_NO_REASONS, answer);
}

// What was damaged or missing was perhaps another state's.
static enum pc_status check_failure(const struct pc_asker *asker, enum pc_status status)
{
    enum pc_status checked = pc_resolver_check(asker->resolver, &asker->asking);
    return checked != PC_OK ? checked : status;
}

enum pc_status pc_asker_ask(struct pc_asker *asker, const struct pc_asking *asking,
                            struct pc_request *request, struct pc_answer *answer)
{
    *answer = denied;
    asker->asked = NULL;
    enum pc_status status = ask(asker, asking, request, answer);
    if (status == PC_ERR_DAMAGED || status == PC_ERR_NOTFOUND) {
        return check_failure(asker, status);
    }
    PC_TRY(status);
    asker->asked = request;
    asker->generation = pc_resolver_generation(asker->resolver);
    return PC_OK;
}

// Is the last question's state the resolver's still?
static bool can_repeat(const struct pc_asker *asker)
{
    return asker->asked != NULL && asker->generation == pc_resolver_generation(asker->resolver);
}

enum pc_status pc_asker_reasons(struct pc_asker *asker, struct pc_answer *answer)
{
    *answer = denied;
    return can_repeat(asker) ? decide(asker, asker->asked, 0, answer) : PC_ERR_USAGE;
}

enum pc_status pc_asker_observe(struct pc_asker *asker, const struct pc_observer *observer,
                                struct pc_answer *answer)
{
    struct pc_observer reading = *observer;
    *answer = denied;
    if (!can_repeat(asker)) {
        return PC_ERR_USAGE;
    }
    reading.flags = asker->flags;
    enum pc_status status =
        pc_decide_observed(&asker->policies, asker->asked, asker->scratch, &reading, answer);
    return check(asker, status, answer);
}
