// SPDX-License-Identifier: Apache-2.0
#include "simulation.h"

#include "spelling.h"

enum {
    MOST_RESULTS = 1000, // AWS tells no more in one answer
};

enum pc_status pc_simulation_refuse(const struct pc_simulation *simulation,
                                    const struct pc_json *json, const char *what)
{
    pc_diag_report(simulation->diags, PC_DIAG_SIMULATE_MEMBER,
                   pc_json_place(simulation->file, json), "%s", what);
    return PC_ERR_INVALID;
}

static enum pc_status want(const struct pc_simulation *simulation,
                           const struct pc_json_member *member, enum pc_json_type type)
{
    if (member->value.type == type) {
        return PC_OK;
    }
    pc_diag_report(simulation->diags, PC_DIAG_SIMULATE_MEMBER,
                   pc_json_place(simulation->file, &member->value), "%.*s is %s, not %s",
                   PC_STR_ARG(member->name), pc_json_type_text(member->value.type),
                   pc_json_type_text(type));
    return PC_ERR_INVALID;
}

// An array of strings, none of them empty.
static enum pc_status want_strings(const struct pc_simulation *simulation,
                                   const struct pc_json_member *member)
{
    PC_TRY(want(simulation, member, PC_JSON_ARRAY));
    for (size_t i = 0; i < member->value.count; i++) {
        const struct pc_json *item = &member->value.items[i];
        if (item->type != PC_JSON_STRING || item->text.len == 0) {
            pc_diag_report(simulation->diags, PC_DIAG_SIMULATE_MEMBER,
                           pc_json_place(simulation->file, item), "an element of %.*s is %s",
                           PC_STR_ARG(member->name),
                           item->type == PC_JSON_STRING ? "empty" : "not a string");
            return PC_ERR_INVALID;
        }
    }
    return PC_OK;
}

// Policies
// -----------------------------------------------------------------------------------------

// A policy is JSON in a string: what is wrong in it is told at its place in the input.
static enum pc_status read_policy(const struct pc_simulation *simulation,
                                  const struct pc_json *string, struct pc_simulated_policy *policy)
{
    const struct pc_json_source source = {.file = simulation->file,
                                          .text = string->text,
                                          .inside = string,
                                          .outer = simulation->source};
    policy->text = string->text;
    policy->place_of = string;
    PC_TRY(pc_json_parse(simulation->arena, &source, simulation->diags, &policy->json));
    policy->statements = pc_json_get(policy->json, PC_STR("Statement"));
    return PC_OK;
}

static enum pc_status read_list(const struct pc_simulation *simulation,
                                const struct pc_json_member *member, const char *source,
                                struct pc_simulated_list *list)
{
    PC_TRY(want_strings(simulation, member));
    list->given = true;
    list->count = member->value.count;
    list->policies = pc_arena_array(simulation->arena, list->count, sizeof(*list->policies));
    if (list->policies == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < list->count; i++) {
        list->policies[i].source = source;
        PC_TRY(pc_arena_format(simulation->arena, &list->policies[i].id, "%.*s.%zu",
                               PC_STR_ARG(member->name), i + 1));
        PC_TRY(read_policy(simulation, &member->value.items[i], &list->policies[i]));
    }
    return PC_OK;
}

static enum pc_status read_identity(struct pc_simulation *simulation,
                                    const struct pc_json_member *member)
{
    return read_list(simulation, member, "IAM Policy", &simulation->identity);
}

static enum pc_status read_boundary(struct pc_simulation *simulation,
                                    const struct pc_json_member *member)
{
    return read_list(simulation, member, "Permissions Boundary Policy", &simulation->boundary);
}

// The skeleton of the AWS CLI has every member, empty: such a one was not filled in.
static bool is_blank(const struct pc_json *json)
{
    return json->type == PC_JSON_STRING && json->text.len == 0;
}

static enum pc_status read_resource_policy(struct pc_simulation *simulation,
                                           const struct pc_json_member *member)
{
    struct pc_simulated_list *list = &simulation->resource;
    PC_TRY(want(simulation, member, PC_JSON_STRING));
    if (is_blank(&member->value)) {
        return PC_OK;
    }
    list->policies = pc_arena_array(simulation->arena, 1, sizeof(*list->policies));
    if (list->policies == NULL) {
        return PC_ERR_NOMEM;
    }
    list->given = true;
    list->count = 1;
    list->policies[0].id = PC_STR("ResourcePolicy");
    list->policies[0].source = "Resource Policy";
    return read_policy(simulation, &member->value, &list->policies[0]);
}

// The rest
// -----------------------------------------------------------------------------------------

static enum pc_status read_actions(struct pc_simulation *simulation,
                                   const struct pc_json_member *member)
{
    PC_TRY(want_strings(simulation, member));
    for (size_t i = 0; i < member->value.count; i++) {
        const struct pc_json *action = &member->value.items[i];
        if (pc_str_find(action->text, '*', 0) != SIZE_MAX ||
            pc_str_find(action->text, '?', 0) != SIZE_MAX) {
            return pc_simulation_refuse(simulation, action,
                                        "an element of ActionNames is a pattern, not one "
                                        "action");
        }
    }
    simulation->actions = &member->value;
    return PC_OK;
}

static enum pc_status read_resources(struct pc_simulation *simulation,
                                     const struct pc_json_member *member)
{
    PC_TRY(want_strings(simulation, member));
    simulation->resources = member->value.count > 0 ? &member->value : NULL;
    return PC_OK;
}

static enum pc_status read_context(struct pc_simulation *simulation,
                                   const struct pc_json_member *member)
{
    PC_TRY(want(simulation, member, PC_JSON_ARRAY));
    simulation->context = &member->value;
    return PC_OK;
}

static enum pc_status read_caller(struct pc_simulation *simulation,
                                  const struct pc_json_member *member)
{
    PC_TRY(want(simulation, member, PC_JSON_STRING));
    simulation->caller_json = is_blank(&member->value) ? NULL : &member->value;
    return PC_OK;
}

// An ARN of the account ("arn:aws:iam::111122223333:root"), or its number.
static enum pc_status read_owner(struct pc_simulation *simulation,
                                 const struct pc_json_member *member)
{
    struct pc_arn arn;
    PC_TRY(want(simulation, member, PC_JSON_STRING));
    struct pc_str text = member->value.text;
    if (is_blank(&member->value)) {
        return PC_OK;
    }
    simulation->owner = pc_arn_parse(text, &arn) ? arn.account : text;
    return PC_OK;
}

static enum pc_status read_scenario(struct pc_simulation *simulation,
                                    const struct pc_json_member *member)
{
    PC_TRY(want(simulation, member, PC_JSON_STRING));
    if (is_blank(&member->value)) {
        return PC_OK;
    }
    pc_diag_report(simulation->diags, PC_DIAG_SIMULATE_SCENARIO,
                   pc_json_place(simulation->file, &member->value),
                   "the scenario \"%.*s\" of EC2 is not simulated", PC_STR_ARG(member->value.text));
    pc_diag_hint(simulation->diags, "leave ResourceHandlingOption out, and list in ResourceArns "
                                    "each resource that the call needs");
    return PC_ERR_INVALID;
}

// A whole number without sign, of at most nine digits.
static bool read_number(struct pc_str text, size_t *out)
{
    size_t number = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (!pc_char_is_digit(text.ptr[i])) {
            return false;
        }
        number = number * 10 + (size_t)(text.ptr[i] - '0');
    }
    *out = number;
    return text.len > 0 && text.len <= 9;
}

static enum pc_status read_most(struct pc_simulation *simulation,
                                const struct pc_json_member *member)
{
    size_t most = 0;
    PC_TRY(want(simulation, member, PC_JSON_NUMBER));
    if (!read_number(member->value.text, &most) || most > MOST_RESULTS) {
        return pc_simulation_refuse(simulation, &member->value,
                                    "MaxItems is not a number from 1 to 1000");
    }
    simulation->most = most > 0 ? most : simulation->most;
    return PC_OK;
}

static enum pc_status read_marker(struct pc_simulation *simulation,
                                  const struct pc_json_member *member)
{
    PC_TRY(want(simulation, member, PC_JSON_STRING));
    if (!is_blank(&member->value) && !read_number(member->value.text, &simulation->first)) {
        return pc_simulation_refuse(simulation, &member->value,
                                    "Marker is not one that an answer had");
    }
    return PC_OK;
}

static const struct {
    const char *name;
    enum pc_status (*read)(struct pc_simulation *simulation, const struct pc_json_member *member);
} members[] = {
    {"PolicyInputList", read_identity},
    {"PermissionsBoundaryPolicyInputList", read_boundary},
    {"ActionNames", read_actions},
    {"ResourceArns", read_resources},
    {"ResourcePolicy", read_resource_policy},
    {"ResourceOwner", read_owner},
    {"CallerArn", read_caller},
    {"ContextEntries", read_context},
    {"ResourceHandlingOption", read_scenario},
    {"MaxItems", read_most},
    {"Marker", read_marker},
};

static enum pc_status read_member(struct pc_simulation *simulation,
                                  const struct pc_json_member *member)
{
    struct pc_near near = {.text = member->name};
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        if (pc_str_eq(pc_str_from(members[i].name), member->name)) {
            return members[i].read(simulation, member);
        }
        pc_near_offer(&near, pc_str_from(members[i].name));
    }
    pc_diag_report(simulation->diags, PC_DIAG_SIMULATE_MEMBER,
                   pc_json_member_place(simulation->file, member),
                   "simulate-custom-policy takes no \"%.*s\"", PC_STR_ARG(member->name));
    if (near.best.len > 0) {
        pc_diag_hint(simulation->diags, "did you mean \"%.*s\"?", PC_STR_ARG(near.best));
    } else {
        pc_diag_hint(simulation->diags, "polcheck help simulate shows the input");
    }
    return PC_ERR_INVALID;
}

static enum pc_status check_whole(const struct pc_simulation *simulation)
{
    if (!simulation->identity.given || simulation->actions == NULL ||
        simulation->actions->count == 0) {
        return pc_simulation_refuse(simulation, simulation->input,
                                    simulation->identity.given ? "ActionNames is missing or empty"
                                                               : "PolicyInputList is missing");
    }
    if (simulation->first > 0 && simulation->first >= simulation->actions->count) {
        return pc_simulation_refuse(simulation, pc_json_get(simulation->input, PC_STR("Marker")),
                                    "Marker is not one that an answer to these ActionNames had");
    }
    if (simulation->resource.given && simulation->caller_json == NULL) {
        pc_diag_report(simulation->diags, PC_DIAG_SIMULATE_CALLER,
                       pc_json_place(simulation->file, simulation->resource.policies[0].place_of),
                       "a ResourcePolicy without CallerArn: its principals match nobody known");
        pc_diag_hint(simulation->diags, "say who asks: \"CallerArn\": \"arn:aws:iam::"
                                        "111122223333:user/NAME\"");
        return PC_ERR_INVALID;
    }
    return PC_OK;
}

enum pc_status pc_simulation_read(struct pc_simulation *out, const struct pc_json *input)
{
    enum pc_status outcome = PC_OK;
    out->input = input;
    out->most = MOST_RESULTS;
    if (input->type != PC_JSON_OBJECT) {
        return pc_simulation_refuse(out, input, "the input is not an object");
    }
    for (size_t i = 0; i < input->count; i++) {
        enum pc_status status = read_member(out, &input->members[i]);
        if (status != PC_OK && status != PC_ERR_INVALID) {
            return status;
        }
        outcome = status != PC_OK ? status : outcome;
    }
    PC_TRY(outcome);
    return check_whole(out);
}
