// SPDX-License-Identifier: Apache-2.0
//
// The results of a simulation in AWS's form. What its documentation leaves open was taken from the
// answers of AWS that it and others print:
//  - a statement starts right behind the "[" or "{" of Statement, or behind the statement before
//    it, and ends right behind its own "}";
//  - with one resource the result names it, with several it has their results below, and is named
//    "*" here. Its decision then is the strictest of them: it never reads as allowed where one of
//    them is not;
//  - with a resource that is not "*", missing context values are told with the resource's result.
#include "simulation_answer.h"

#include "eval/told.h"

// Deciding
// -----------------------------------------------------------------------------------------

struct watcher {
    const struct pc_simulation *simulation;
    struct pc_simulated *simulated;
    size_t capacity;
    enum pc_status status;
};

static const struct pc_simulated_policy *policy_named(const struct pc_simulation *simulation,
                                                      struct pc_str id)
{
    const struct pc_simulated_list *lists[] = {&simulation->identity, &simulation->boundary,
                                               &simulation->resource};
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        for (size_t k = 0; k < lists[i]->count; k++) {
            if (pc_str_eq(lists[i]->policies[k].id, id)) {
                return &lists[i]->policies[k];
            }
        }
    }
    return NULL;
}

static enum pc_status grow(struct watcher *watcher)
{
    struct pc_simulated *simulated = watcher->simulated;
    if (simulated->match_count < watcher->capacity) {
        return PC_OK;
    }
    watcher->capacity = watcher->capacity * 2 + 8;
    struct pc_simulated_match *larger =
        pc_arena_array(watcher->simulation->arena, watcher->capacity, sizeof(*larger));
    if (larger == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < simulated->match_count; i++) {
        larger[i] = simulated->matches[i];
    }
    simulated->matches = larger;
    return PC_OK;
}

static void see(void *context, const struct pc_observation *observation)
{
    struct watcher *watcher = context;
    const struct pc_deciding deciding = {observation->slot, observation->image,
                                         observation->statement};
    if (observation->obstacle != PC_OBSTACLE_NONE || watcher->status != PC_OK) {
        return;
    }
    watcher->status = grow(watcher);
    if (watcher->status != PC_OK) {
        return;
    }
    const struct pc_told_statement told = pc_tell_statement(&deciding);
    struct pc_simulated *simulated = watcher->simulated;
    struct pc_simulated_match *match = &simulated->matches[simulated->match_count++];
    *match =
        (struct pc_simulated_match){observation->slot, told.allows,
                                    policy_named(watcher->simulation, told.policy), told.number};
    watcher->status = match->policy == NULL ? PC_ERR_INTERNAL : PC_OK;
}

enum pc_status pc_simulated_decide(const struct pc_simulation *simulation,
                                   const struct pc_policies *policies, struct pc_scratch *scratch,
                                   struct pc_simulated *simulated)
{
    struct watcher watcher = {.simulation = simulation, .simulated = simulated};
    const struct pc_observer observer = {
        .flags = simulation->flags, .statement = see, .context = &watcher};
    struct pc_answer answer;
    PC_TRY(pc_decide_observed(policies, &simulated->request, scratch, &observer, &answer));
    PC_TRY(watcher.status);
    struct pc_str *missing =
        pc_arena_array(simulation->arena, answer.missing_count, sizeof(*missing));
    if (missing == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < answer.missing_count; i++) {
        missing[i] = answer.missing[i];
    }
    simulated->missing = missing;
    simulated->missing_count = answer.missing_count;
    simulated->decision = answer.decision;
    return PC_OK;
}

// Places
// -------------------------------------------------------------------------------------------

// The line and column of a byte of a policy's text, from 1, the column in code points.
static void write_position(struct pc_json_writer *writer, const char *key, struct pc_str text,
                           size_t offset)
{
    int64_t line = 1, column = 1;
    for (size_t i = 0; i < offset && i < text.len; i++) {
        bool continues = ((unsigned char)text.ptr[i] & 0xC0U) == 0x80U;
        line += text.ptr[i] == '\n';
        column = text.ptr[i] == '\n' ? 1 : column + !continues;
    }
    pc_json_key(writer, key);
    pc_json_begin_object(writer);
    pc_json_key(writer, "Line");
    pc_json_number(writer, line);
    pc_json_key(writer, "Column");
    pc_json_number(writer, column);
    pc_json_end_object(writer);
}

static void write_match(struct pc_json_writer *writer, const struct pc_simulated_match *match)
{
    const struct pc_simulated_policy *policy = match->policy;
    const struct pc_json *statements = policy->statements;
    const struct pc_json *statement = statements;
    size_t start = statements->start + 1;
    if (statements->type == PC_JSON_ARRAY) {
        statement = &statements->items[match->number];
        start = match->number > 0 ? statements->items[match->number - 1].end : start;
    }
    pc_json_begin_object(writer);
    pc_json_key(writer, "SourcePolicyId");
    pc_json_string(writer, policy->id);
    pc_json_key(writer, "SourcePolicyType");
    pc_json_text(writer, policy->source);
    write_position(writer, "StartPosition", policy->text, start);
    write_position(writer, "EndPosition", policy->text, statement->end);
    pc_json_end_object(writer);
}

// Results
// ------------------------------------------------------------------------------------------

static bool is_cross_account(const struct pc_simulated *simulated)
{
    const struct pc_request *request = &simulated->request;
    return request->resource_account.len > 0 &&
           !pc_str_eq(request->resource_account, request->caller.account);
}

// The statements that decided. For a refusal across accounts also what would have allowed it, as
// the result of the resource has it.
static void write_matches(struct pc_json_writer *writer, const struct pc_simulated *simulated,
                          bool of_resource)
{
    bool denied = simulated->decision == PC_DECISION_EXPLICIT_DENY;
    bool none = simulated->decision == PC_DECISION_IMPLICIT_DENY &&
                !(of_resource && is_cross_account(simulated));
    pc_json_key(writer, "MatchedStatements");
    pc_json_begin_array(writer);
    for (size_t i = 0; !none && i < simulated->match_count; i++) {
        const struct pc_simulated_match *match = &simulated->matches[i];
        if (denied ? !match->allows : (match->allows && match->slot != PC_SLOT_BOUNDARY)) {
            write_match(writer, match);
        }
    }
    pc_json_end_array(writer);
}

static void write_missing(struct pc_json_writer *writer, const struct pc_simulated *simulated)
{
    pc_json_key(writer, "MissingContextValues");
    pc_json_begin_array(writer);
    for (size_t i = 0; simulated != NULL && i < simulated->missing_count; i++) {
        pc_json_string(writer, simulated->missing[i]);
    }
    pc_json_end_array(writer);
}

// What the policies of one type say by themselves.
static enum pc_decision decision_of(const struct pc_simulated *simulated, enum pc_slot slot)
{
    enum pc_decision decision = PC_DECISION_IMPLICIT_DENY;
    for (size_t i = 0; i < simulated->match_count; i++) {
        const struct pc_simulated_match *match = &simulated->matches[i];
        if (match->slot == slot && !match->allows) {
            return PC_DECISION_EXPLICIT_DENY;
        }
        decision = match->slot == slot ? PC_DECISION_ALLOWED : decision;
    }
    return decision;
}

static void write_detail(struct pc_json_writer *writer, const char *type,
                         const struct pc_simulated *simulated, enum pc_slot slot)
{
    pc_json_key(writer, type);
    pc_json_text(writer, pc_decision_text(decision_of(simulated, slot)));
}

// Filled in across accounts only, and not there at all without a resource.
static void write_details(const struct pc_simulation *simulation, struct pc_json_writer *writer,
                          const struct pc_simulated *simulated)
{
    pc_json_key(writer, "EvalDecisionDetails");
    pc_json_begin_object(writer);
    if (is_cross_account(simulated)) {
        write_detail(writer, "IAM Policy", simulated, PC_SLOT_IDENTITY);
        if (simulation->resource.given) {
            write_detail(writer, "Resource Policy", simulated, PC_SLOT_RESOURCE);
        }
        if (simulation->boundary.given) {
            write_detail(writer, "Permissions Boundary Policy", simulated, PC_SLOT_BOUNDARY);
        }
    }
    pc_json_end_object(writer);
}

static void write_boundary(const struct pc_simulation *simulation, struct pc_json_writer *writer,
                           const struct pc_simulated *results, size_t count)
{
    bool allowed = true;
    if (!simulation->boundary.given) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        allowed = allowed && decision_of(&results[i], PC_SLOT_BOUNDARY) == PC_DECISION_ALLOWED;
    }
    pc_json_key(writer, "PermissionsBoundaryDecisionDetail");
    pc_json_begin_object(writer);
    pc_json_key(writer, "AllowedByPermissionsBoundary");
    pc_json_boolean(writer, allowed);
    pc_json_end_object(writer);
}

static bool is_any(const struct pc_simulated *simulated)
{
    return pc_str_eq(simulated->request.resource, PC_STR("*"));
}

static void write_resource(const struct pc_simulation *simulation, struct pc_json_writer *writer,
                           const struct pc_simulated *simulated)
{
    pc_json_begin_object(writer);
    pc_json_key(writer, "EvalResourceName");
    pc_json_string(writer, simulated->request.resource);
    pc_json_key(writer, "EvalResourceDecision");
    pc_json_text(writer, pc_decision_text(simulated->decision));
    write_matches(writer, simulated, true);
    write_missing(writer, simulated);
    if (is_cross_account(simulated)) {
        write_details(simulation, writer, simulated);
    }
    write_boundary(simulation, writer, simulated, 1);
    pc_json_end_object(writer);
}

// A deny of one resource is the decision of all; zero is deny.
static enum pc_decision strictest(const struct pc_simulated *results, size_t count)
{
    enum pc_decision decision = results[0].decision;
    for (size_t i = 1; i < count; i++) {
        if (results[i].decision == PC_DECISION_EXPLICIT_DENY ||
            decision == PC_DECISION_EXPLICIT_DENY) {
            return PC_DECISION_EXPLICIT_DENY;
        }
        decision = results[i].decision != PC_DECISION_ALLOWED ? results[i].decision : decision;
    }
    return decision;
}

void pc_simulated_write(const struct pc_simulation *simulation, const struct pc_simulated *results,
                        size_t count, struct pc_json_writer *writer)
{
    bool one = count == 1;
    bool any = one && is_any(&results[0]);
    pc_json_begin_object(writer);
    pc_json_key(writer, "EvalActionName");
    pc_json_string(writer, results[0].request.action);
    pc_json_key(writer, "EvalResourceName");
    pc_json_string(writer, one ? results[0].request.resource : PC_STR("*"));
    pc_json_key(writer, "EvalDecision");
    pc_json_text(writer, pc_decision_text(strictest(results, count)));
    if (one) {
        write_matches(writer, &results[0], false);
    } else {
        pc_json_key(writer, "MatchedStatements");
        pc_json_begin_array(writer);
        pc_json_end_array(writer);
    }
    write_missing(writer, any ? &results[0] : NULL);
    write_boundary(simulation, writer, results, count);
    if (!any) {
        if (one) {
            write_details(simulation, writer, &results[0]);
        }
        pc_json_key(writer, "ResourceSpecificResults");
        pc_json_begin_array(writer);
        for (size_t i = 0; i < count; i++) {
            write_resource(simulation, writer, &results[i]);
        }
        pc_json_end_array(writer);
    }
    pc_json_end_object(writer);
}
