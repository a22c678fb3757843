// SPDX-License-Identifier: Apache-2.0
//
// The real evaluator is asked twice, once in each reading of what is open (eval/open.h). Policies
// are resolved as for any question; those of principals that the store does not know, as for who
// stands in for them (stand_in), with everything allowed by their own account.
#include "asking.h"

#include "account/everything.h"
#include "base/clock.h"

enum pc_status pc_reach_begin(struct pc_asker *asker, struct pc_arena *arena, struct pc_place place,
                              struct pc_diags *diags, struct pc_reach_asking *out)
{
    *out = (struct pc_reach_asking){.asker = asker, .arena = arena, .place = place, .diags = diags};
    pc_arena_init(&out->work);
    asker->asked = NULL; // what was resolved for it is there no longer
    return pc_policy_of_everything(arena, PC_POLICY_IDENTITY, &out->everything);
}

void pc_reach_end(struct pc_reach_asking *asking)
{
    pc_arena_release(&asking->work);
}

// Making ready ------------------------------------------------------------------------------------

static enum pc_status resolve_stored(struct pc_reach_asking *asking, const struct pc_asking *about,
                                     struct pc_reach_ready *ready)
{
    return pc_resolve(asking->asker->resolver, about, &ready->request, &ready->policies);
}

// Of an account that the store knows by its number the root user, whom what judges the whole
// account judges, else the public.
static enum pc_status stand_in(const struct pc_reach_asking *asking, const struct pc_asking *about,
                               const struct pc_caller *caller, struct pc_caller *out)
{
    struct pc_str text = PC_STR("*");
    bool known = false;
    if (caller->account.len > 0) {
        PC_TRY(pc_resolver_has_account(asking->asker->resolver, caller->account, about, &known));
    }
    if (known) {
        PC_TRY(pc_arena_format(about->arena, &text, "arn:%.*s:iam::%.*s:root",
                               PC_STR_ARG(caller->partition), PC_STR_ARG(caller->account)));
    }
    return pc_caller_parse(text, out) ? PC_OK : PC_ERR_INTERNAL;
}

// The store has no policies of theirs, so that their side is found as that of the stand-in.
static enum pc_status resolve_unknown(struct pc_reach_asking *asking, const struct pc_asking *about,
                                      const struct pc_reach_somebody *somebody,
                                      struct pc_reach_ready *ready)
{
    struct pc_request *request = &ready->request;
    PC_TRY(stand_in(asking, about, &somebody->caller, &request->caller));
    PC_TRY(pc_resolve(asking->asker->resolver, about, request, &ready->policies));
    request->caller = somebody->caller;
    request->stranger = somebody->stranger;
    request->elsewhere = somebody->elsewhere;
    if (request->caller.account.len > 0) {
        ready->policies.identity = &asking->everything;
    }
    return PC_OK;
}

// What damage and other failures of the store mean was said as a complaint.
static enum pc_status pass_on(struct pc_reach_asking *asking, enum pc_status status)
{
    if (status != PC_OK) {
        pc_reach_complain(asking);
    }
    return status;
}

enum pc_status pc_reach_make_ready(struct pc_reach_asking *asking,
                                   const struct pc_request *question,
                                   const struct pc_reach_somebody *somebody,
                                   struct pc_reach_ready *out)
{
    const struct pc_asker *asker = asking->asker;
    const struct pc_request_options options = {
        .now = asker->now,
        .clock = asker->fixed_clock ? NULL : pc_clock_now,
        .assume_owner = true,
    };
    pc_arena_reset(&asking->work);
    pc_diags_init(&asking->complaints, &asking->work);
    const struct pc_asking about = {&asking->work, asking->place, &asking->complaints};
    out->request = *question;
    out->request.caller = somebody->caller;
    out->policies = (struct pc_policies){.identity = NULL};
    enum pc_status status = somebody->stored ? resolve_stored(asking, &about, out)
                                             : resolve_unknown(asking, &about, somebody, out);
    if (status == PC_OK) {
        status = pc_request_finish(&asking->work, &out->request, options, asking->place,
                                   &asking->complaints);
    }
    return status == PC_ERR_INVALID ? status : pass_on(asking, status);
}

void pc_reach_complain(struct pc_reach_asking *asking)
{
    pc_diags_append(asking->diags, &asking->complaints);
}

enum pc_status pc_reach_set_action(struct pc_reach_asking *asking, struct pc_reach_ready *ready,
                                   struct pc_str action)
{
    ready->request.action = action;
    ready->request.actions = NULL;
    return pc_request_set_action(&asking->work, &ready->request);
}

// Deciding ----------------------------------------------------------------------------------------

static enum pc_status decide(struct pc_reach_asking *asking, const struct pc_reach_ready *ready,
                             unsigned flags, struct pc_answer *answer)
{
    return pc_decide(&ready->policies, &ready->request, asking->asker->flags | flags,
                     asking->asker->scratch, answer);
}

// Explaining --------------------------------------------------------------------------------------

// What matched in one reading.
struct matched {
    const struct pc_deciding *items;
    size_t count;
};

// *allowed: so says this reading.
static enum pc_status match(struct pc_reach_asking *asking, const struct pc_reach_ready *ready,
                            unsigned reading, struct matched *out, bool *allowed)
{
    struct pc_answer answer;
    PC_TRY(decide(asking, ready, reading | PC_DECIDE_ALL_MATCHED, &answer));
    *allowed = answer.decision == PC_DECISION_ALLOWED;
    struct pc_deciding *items =
        pc_arena_array(&asking->work, answer.deciding_count, sizeof(*items));
    if (items == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < answer.deciding_count; i++) {
        items[i] = answer.deciding[i];
    }
    *out = (struct matched){items, answer.deciding_count};
    return PC_OK;
}

static bool is_allow(const struct pc_deciding *statement)
{
    return pc_image_statement(statement->image, statement->statement)->effect == PC_IMAGE_ALLOW;
}

static bool is_among(const struct matched *matched, const struct pc_deciding *statement)
{
    for (size_t i = 0; i < matched->count; i++) {
        const struct pc_deciding *other = &matched->items[i];
        if (other->image == statement->image && other->statement == statement->statement) {
            return true;
        }
    }
    return false;
}

static bool surely_allowed(const struct matched *strict, const struct pc_image *image)
{
    for (size_t i = 0; i < strict->count; i++) {
        if (strict->items[i].image == image && is_allow(&strict->items[i])) {
            return true;
        }
    }
    return false;
}

// Does the answer rest on an Allow? A guard-rail that surely allows goes without saying; so does
// what else an identity policy may allow where it surely does. Of the resource's policy all count:
// which of them grants depends on how they name the caller.
static bool rests_on(const struct matched *strict, const struct pc_deciding *statement, bool sure)
{
    bool grants = statement->slot == PC_SLOT_IDENTITY || statement->slot == PC_SLOT_RESOURCE;
    if (sure) {
        return grants;
    }
    return statement->slot == PC_SLOT_RESOURCE || !surely_allowed(strict, statement->image);
}

struct list {
    struct pc_reach_statement *items;
    size_t count;
};

static bool any_open_resource(const struct pc_deciding *matched, const struct pc_request *request)
{
    const struct pc_image *image = matched->image;
    const struct pc_image_statement *record = pc_image_statement(image, matched->statement);
    bool open = false;
    bool whole = false;
    for (uint32_t i = 0; i < record->resources.count; i++) {
        const struct pc_image_resource *entry =
            pc_image_resource(image, record->resources.first + i);
        if (!request->resource_is_pattern && !pc_resource_is_open(image, entry, request)) {
            continue;
        }
        enum pc_listing listing = pc_resource_listing(image, entry, request);
        open = open || listing == PC_LISTING_MAYBE;
        whole = whole || listing == PC_LISTING_YES;
    }
    return open && !whole;
}

static bool any_open_action(const struct pc_deciding *matched, const struct pc_request *request)
{
    const struct pc_image *image = matched->image;
    const struct pc_image_statement *record = pc_image_statement(image, matched->statement);
    enum pc_listing best = PC_LISTING_NO;
    for (uint32_t i = 0; request->actions != NULL && i < record->actions.count; i++) {
        enum pc_listing listing =
            pc_action_listing(image, pc_image_action(image, record->actions.first + i), request);
        best = listing > best ? listing : best;
    }
    return best == PC_LISTING_MAYBE;
}

static bool any_open_session(const struct pc_deciding *matched, const struct pc_request *request)
{
    const struct pc_image *image = matched->image;
    const struct pc_image_statement *record = pc_image_statement(image, matched->statement);
    for (uint32_t i = 0; i < record->principals.count; i++) {
        if (pc_principal_is_open(image, pc_image_principal(image, record->principals.first + i),
                                 request)) {
            return true;
        }
    }
    return false;
}

static enum pc_status keep_conditions(struct pc_reach_asking *asking,
                                      const struct pc_deciding *matched,
                                      const struct pc_request *request,
                                      struct pc_reach_statement *out)
{
    const struct pc_image *image = matched->image;
    const struct pc_image_statement *record = pc_image_statement(image, matched->statement);
    uint32_t *open = pc_arena_array(asking->arena, record->conditions.count, sizeof(*open));
    if (open == NULL) {
        return PC_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < record->conditions.count; i++) {
        uint32_t number = record->conditions.first + i;
        if (pc_condition_is_open(image, pc_image_condition(image, number), request)) {
            open[out->open_count++] = number;
        }
    }
    out->open = open;
    return PC_OK;
}

static enum pc_status keep(struct pc_reach_asking *asking, const struct pc_reach_ready *ready,
                           const struct pc_deciding *matched, bool sure, struct list *list)
{
    struct pc_reach_statement *kept = &list->items[list->count++];
    *kept = (struct pc_reach_statement){
        .image = *matched->image,
        .slot = matched->slot,
        .number = matched->statement,
        .allows = is_allow(matched),
        .sure = sure,
    };
    if (sure) {
        return PC_OK;
    }
    kept->open_resource = any_open_resource(matched, &ready->request);
    kept->open_session = any_open_session(matched, &ready->request);
    kept->open_principal = pc_strangers_are_open(
        matched->image, pc_image_statement(matched->image, matched->statement), &ready->request);
    kept->open_action = any_open_action(matched, &ready->request);
    return keep_conditions(asking, matched, &ready->request, kept);
}

// The statements that an answer other than no rests on.
static enum pc_status explain(struct pc_reach_asking *asking, const struct pc_reach_ready *ready,
                              const struct matched *generous, const struct matched *strict,
                              struct pc_reach_statements *out)
{
    struct list list = {0};
    list.items =
        pc_arena_array(asking->arena, generous->count + strict->count, sizeof(*list.items));
    if (list.items == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < generous->count; i++) {
        const struct pc_deciding *matched = &generous->items[i];
        bool sure = is_among(strict, matched);
        bool written = matched->image != &asking->everything;
        if (written && is_allow(matched) && rests_on(strict, matched, sure)) {
            PC_TRY(keep(asking, ready, matched, sure, &list));
        }
    }
    for (size_t i = 0; i < strict->count; i++) {
        if (!is_allow(&strict->items[i])) { // of what is not denied for sure
            PC_TRY(keep(asking, ready, &strict->items[i], false, &list));
        }
    }
    *out = (struct pc_reach_statements){list.items, list.count};
    return PC_OK;
}

enum pc_status pc_reach_ask(struct pc_reach_asking *asking, const struct pc_reach_ready *ready,
                            enum pc_reach *reach, struct pc_reach_statements *out)
{
    struct pc_answer answer;
    struct matched generous, strict;
    bool sure, possible;
    *reach = PC_REACH_NO;
    PC_TRY(decide(asking, ready, PC_DECIDE_GENEROUS | PC_DECIDE_NO_REASONS, &answer));
    if (answer.decision != PC_DECISION_ALLOWED) {
        return PC_OK; // most are
    }
    PC_TRY(match(asking, ready, PC_DECIDE_STRICT, &strict, &sure));
    if (sure) {
        PC_TRY(explain(asking, ready, &strict, &strict, out));
        *reach = PC_REACH_YES;
        return PC_OK;
    }
    PC_TRY(match(asking, ready, PC_DECIDE_GENEROUS, &generous, &possible));
    PC_TRY(explain(asking, ready, &generous, &strict, out));
    *reach = possible ? PC_REACH_DEPENDS : PC_REACH_NO;
    return PC_OK;
}
