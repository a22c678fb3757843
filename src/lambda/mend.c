// SPDX-License-Identifier: Apache-2.0
#include "mend.h"

#include "compile/compile.h"
#include "mend_statement.h"
#include "policy/reader.h"
#include "unshared.h"

enum {
    MOST_PLACES = 16, // where an Allow may be lacking: two policies, a boundary, levels
};

// A policy that may lack something, with the statement compiled in its place.
struct place {
    struct pc_lack *lack;
    struct pc_image image;
    bool replaced;
};

struct trying {
    struct pc_checker *checker;
    const struct pc_lambda_question *question;
    const struct pc_lambda_answer *answer;
    struct pc_str covers;
    struct place places[MOST_PLACES];
    size_t count;
};

// Places -----------------------------------------------------------------------------------------

static enum pc_policy_type resource_type(const struct pc_request *request)
{
    if (pc_action_asks_for_role(request->action, request->resource)) {
        return PC_POLICY_TRUST;
    }
    return pc_str_has_prefix_icase(request->action, PC_STR("kms:")) ? PC_POLICY_KEY
                                                                    : PC_POLICY_RESOURCE;
}

static bool has_identity(const struct pc_caller *caller)
{
    return caller->kind == PC_CALLER_USER || caller->kind == PC_CALLER_SESSION;
}

// Of what a role is called is its ARN; a session belongs to its role.
static struct pc_str holder_of_caller(const struct pc_caller *caller)
{
    return caller->kind == PC_CALLER_SESSION && caller->role.len > 0 ? caller->role : caller->text;
}

// The statement alone as a policy set.
static enum pc_status compile(struct trying *trying, struct place *place)
{
    struct pc_arena *arena = trying->checker->arena;
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    struct pc_json_source source = {.file = PC_STR("mend")};
    struct pc_policy_input input = {.type = place->lack->type, .file = source.file};
    struct pc_diags diags;
    const struct pc_policy *policy;
    struct pc_str kept;
    pc_diags_init(&diags, arena);
    pc_mend_document_write(&text, place->lack);
    PC_TRY(pc_buf_status(&text));
    PC_TRY(pc_arena_copy(arena, pc_buf_view(&text), &source.text));
    PC_TRY(pc_json_parse(arena, &source, &diags, &input.document));
    input.source = source.text;
    input.name = source.file;
    input.service = trying->answer->request->service;
    PC_TRY(pc_policy_read(arena, &input, &diags, &policy));
    const struct pc_compile_set set = {place->lack->type, &policy, 1};
    PC_TRY(pc_compile(arena, &set, &diags, &bytes));
    PC_TRY(pc_arena_copy(arena, pc_buf_view(&bytes), &kept));
    return pc_image_open(kept, &place->image);
}

// What CloudFront asks for has a star as part of its name (LAMBDA.md 1.3).
static struct pc_str spelled(struct pc_str action)
{
    return pc_str_eq(action, PC_STR("lambda:EnableReplication"))
               ? PC_STR("lambda:EnableReplication*")
               : action;
}

static enum pc_status add_place(struct trying *trying, const struct pc_lack *draft)
{
    struct pc_lack *lack = pc_arena_alloc(trying->checker->arena, sizeof(*lack));
    if (lack == NULL) {
        return PC_ERR_NOMEM;
    }
    if (trying->count == MOST_PLACES) {
        return PC_OK; // deeper than AWS nests: then no statement is found to help
    }
    *lack = *draft;
    lack->who = trying->question->who;
    lack->action = spelled(trying->question->action);
    PC_TRY(pc_lack_fill(trying->checker->arena, trying->question, trying->covers, lack));
    struct place *place = &trying->places[trying->count];
    place->lack = lack;
    enum pc_status status = compile(trying, place);
    if (status == PC_ERR_INVALID || status == PC_ERR_LIMIT) {
        return PC_OK; // what cannot be written as a statement of that policy does not help
    }
    PC_TRY(status);
    place->replaced = true;
    trying->count++;
    return PC_OK;
}

// In the order in which they are best left alone.
static enum pc_status add_places(struct trying *trying)
{
    const struct pc_policies *policies = &trying->checker->asker->policies;
    const struct pc_request *request = trying->answer->request;
    struct pc_str holder = holder_of_caller(&request->caller);
    for (size_t i = 0; i < policies->scp_count; i++) {
        const struct pc_lack level = {.slot = PC_SLOT_SCP,
                                      .type = PC_POLICY_SCP,
                                      .holder = request->caller.account,
                                      .level = i};
        PC_TRY(add_place(trying, &level));
    }
    if (policies->boundary != NULL) {
        const struct pc_lack boundary = {
            .slot = PC_SLOT_BOUNDARY, .type = PC_POLICY_BOUNDARY, .holder = holder};
        PC_TRY(add_place(trying, &boundary));
    }
    struct pc_function_name function;
    bool latest = pc_function_name_parse(request->resource, &function) &&
                  pc_str_eq(function.qualifier, PC_STR("$LATEST"));
    const struct pc_lack resource = {.slot = PC_SLOT_RESOURCE,
                                     .type = resource_type(request),
                                     .holder = pc_resource_policy_holder(request->resource)};
    // $LATEST cannot have a policy (LAMBDA.md 4).
    if (!latest && pc_unshared_hint(request->resource).len == 0) {
        PC_TRY(add_place(trying, &resource));
    }
    if (has_identity(&request->caller)) {
        const struct pc_lack identity = {
            .slot = PC_SLOT_IDENTITY, .type = PC_POLICY_IDENTITY, .holder = holder};
        PC_TRY(add_place(trying, &identity));
    }
    return PC_OK;
}

// Asking again -----------------------------------------------------------------------------------

static void replace(const struct place *place, struct pc_policies *policies,
                    struct pc_image *levels)
{
    enum pc_slot slot = place->lack->slot;
    if (slot == PC_SLOT_IDENTITY) {
        policies->identity = &place->image;
    } else if (slot == PC_SLOT_RESOURCE) {
        policies->resource = &place->image;
        policies->resource_count = 1;
    } else if (slot == PC_SLOT_BOUNDARY) {
        policies->boundary = &place->image;
    } else {
        levels[place->lack->level] = place->image;
        policies->scp = levels;
    }
}

// With the statements in the place of the policies: as nothing denied, what those say beside does
// not matter.
static enum pc_status is_allowed(const struct trying *trying, bool *out)
{
    const struct pc_asker *asker = trying->checker->asker;
    struct pc_policies policies = asker->policies;
    struct pc_image levels[MOST_PLACES];
    struct pc_answer answer;
    for (size_t i = 0; i < policies.scp_count && i < MOST_PLACES; i++) {
        levels[i] = asker->policies.scp[i];
    }
    for (size_t i = 0; i < trying->count; i++) {
        if (trying->places[i].replaced) {
            replace(&trying->places[i], &policies, levels);
        }
    }
    PC_TRY(pc_decide(&policies, trying->answer->request, asker->flags | PC_DECIDE_NO_REASONS,
                     asker->scratch, &answer));
    *out = answer.decision == PC_DECISION_ALLOWED;
    return PC_OK;
}

// Takes back each statement without which the rest suffices.
static enum pc_status reduce(struct trying *trying)
{
    for (size_t i = 0; i < trying->count; i++) {
        bool allowed;
        trying->places[i].replaced = false;
        PC_TRY(is_allowed(trying, &allowed));
        trying->places[i].replaced = !allowed;
    }
    return PC_OK;
}

enum pc_status pc_lacks_add(struct pc_checker *checker, const struct pc_lambda_question *question,
                            const struct pc_lambda_answer *answer, struct pc_str covers,
                            struct pc_lacks *lacks)
{
    struct trying trying = {
        .checker = checker, .question = question, .answer = answer, .covers = covers};
    bool helps;
    if (answer->complaint.len > 0 || answer->answer.decision != PC_DECISION_IMPLICIT_DENY ||
        checker->asker->policies.scp_count > MOST_PLACES) {
        return PC_OK;
    }
    PC_TRY(add_places(&trying));
    PC_TRY(is_allowed(&trying, &helps));
    if (!helps) {
        return PC_OK;
    }
    PC_TRY(reduce(&trying));
    for (size_t i = 0; i < trying.count; i++) {
        if (trying.places[i].replaced) {
            *lacks->end = trying.places[i].lack;
            lacks->end = &trying.places[i].lack->next;
            lacks->count++;
        }
    }
    return PC_OK;
}

bool pc_lacks_key_policy(const struct pc_lack *lack)
{
    for (; lack != NULL; lack = lack->next) {
        if (lack->type == PC_POLICY_KEY) {
            return true;
        }
    }
    return false;
}

bool pc_lacks_key_policy_alone(const struct pc_lack *lack)
{
    bool alone = lack != NULL;
    for (; lack != NULL; lack = lack->next) {
        alone = alone && lack->type == PC_POLICY_KEY;
    }
    return alone;
}
