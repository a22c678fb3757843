// SPDX-License-Identifier: Apache-2.0
//
// Compiles the policies of a simulation and decides every action on every resource.
#include "simulation_answer.h"

#include "case_policies.h"
#include "compile/compile.h"
#include "eval/form.h"
#include "policy/reader.h"
#include "spelling.h"

// Compiling
// ----------------------------------------------------------------------------------------

static enum pc_status compile(const struct pc_simulation *simulation,
                              const struct pc_simulated_list *list, enum pc_policy_type type,
                              struct pc_str service, struct pc_image *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    struct pc_str kept;
    const struct pc_policy **policies =
        pc_arena_array(simulation->arena, list->count, sizeof(*policies));
    if (policies == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct pc_simulated_policy *policy = &list->policies[i];
        const struct pc_policy_input input = {.type = type,
                                              .service = service,
                                              .file = simulation->file,
                                              .name = policy->id,
                                              .document = policy->json,
                                              .source = policy->text};
        PC_TRY(pc_policy_read(simulation->arena, &input, simulation->diags, &policies[i]));
    }
    const struct pc_compile_set set = {type, policies, list->count};
    PC_TRY(pc_compile(simulation->arena, &set, simulation->diags, &bytes));
    PC_TRY(pc_arena_copy(simulation->arena, pc_buf_view(&bytes), &kept));
    return pc_image_open(kept, out);
}

// The images of one simulation. What a resource's policy is depends on the action: a trust policy
// for STS, a key policy for KMS.
struct compiled {
    struct pc_image identity, boundary;
    struct pc_image resource;
    enum pc_policy_type type; // of `resource`, as it was compiled last
    struct pc_str service;
};

static enum pc_status use_resource_policy(const struct pc_simulation *simulation,
                                          const struct pc_request *request,
                                          struct compiled *compiled)
{
    struct pc_str action = request->action;
    struct pc_str service = pc_str_slice(action, 0, pc_str_find(action, ':', 0));
    enum pc_policy_type type = pc_case_resource_type(request);
    if (!simulation->resource.given ||
        (compiled->type == type && pc_str_eq(compiled->service, service))) {
        return PC_OK;
    }
    PC_TRY(compile(simulation, &simulation->resource, type, service, &compiled->resource));
    compiled->type = type;
    compiled->service = service;
    return PC_OK;
}

// The caller
// ---------------------------------------------------------------------------------------

// The one value that the context gives a key, or "".
static struct pc_str context_value(const struct pc_simulation *simulation, const char *key)
{
    for (size_t i = 0; simulation->context != NULL && i < simulation->context->count; i++) {
        const struct pc_json *entry = &simulation->context->items[i];
        const struct pc_json *name = pc_json_get(entry, PC_STR("ContextKeyName"));
        const struct pc_json *values = pc_json_get(entry, PC_STR("ContextKeyValues"));
        bool found = name != NULL && pc_str_eq_icase(name->text, pc_str_from(key)) &&
                     values != NULL && values->type == PC_JSON_ARRAY && values->count == 1;
        if (found) {
            return values->items[0].text;
        }
    }
    return PC_STR("");
}

static struct pc_str account_of_resources(const struct pc_simulation *simulation)
{
    for (size_t i = 0; simulation->resources != NULL && i < simulation->resources->count; i++) {
        struct pc_arn arn;
        if (pc_arn_parse(simulation->resources->items[i].text, &arn) &&
            pc_account_id_is(arn.account)) {
            return arn.account;
        }
    }
    return PC_STR("123456789012");
}

// Without CallerArn somebody asks of whom no more is known than the context tells, in the account
// of the resources.
static enum pc_status invent_caller(struct pc_simulation *simulation)
{
    struct pc_str arn = context_value(simulation, "aws:PrincipalArn");
    struct pc_str account = context_value(simulation, "aws:PrincipalAccount");
    struct pc_str user = context_value(simulation, "aws:username");
    simulation->invented = true;
    if (arn.len > 0) {
        simulation->caller = arn;
        return PC_OK;
    }
    account = account.len > 0 ? account : account_of_resources(simulation);
    user = user.len > 0 ? user : PC_STR("simulated");
    return pc_arena_format(simulation->arena, &simulation->caller, "arn:aws:iam::%.*s:user/%.*s",
                           PC_STR_ARG(account), PC_STR_ARG(user));
}

// What would follow from the invented caller is as absent as the caller, but for what the context
// says.
static enum pc_status hide_caller(const struct pc_simulation *simulation,
                                  struct pc_request *request)
{
    static const char *const keys[] = {"aws:PrincipalArn", "aws:PrincipalAccount",
                                       "aws:PrincipalType", "aws:userid", "aws:username"};
    const struct pc_place place = pc_json_place(simulation->file, simulation->input);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        const struct pc_context_key key = {
            .key = pc_str_from(keys[i]), .absent = true, .place = place};
        if (context_value(simulation, keys[i]).len == 0) {
            PC_TRY(pc_form_context(simulation->arena, simulation->diags, &key, request));
        }
    }
    return PC_OK;
}

// The context
// --------------------------------------------------------------------------------------

static const struct {
    const char *name;
    bool list;
} types[] = {
    {"string", false},  {"stringList", true},  {"numeric", false}, {"numericList", true},
    {"boolean", false}, {"booleanList", true}, {"ip", false},      {"ipList", true},
    {"binary", false},  {"binaryList", true},  {"date", false},    {"dateList", true},
};

// Whether the key is multivalued; without a type it is if it has several values.
static enum pc_status read_type(const struct pc_simulation *simulation, const struct pc_json *type,
                                size_t count, bool *list)
{
    struct pc_near near = {.text = type != NULL ? type->text : PC_STR("")};
    *list = count != 1;
    for (size_t i = 0; type != NULL && i < sizeof(types) / sizeof(types[0]); i++) {
        if (pc_str_eq(type->text, pc_str_from(types[i].name))) {
            *list = types[i].list;
            type = NULL;
        }
        pc_near_offer(&near, pc_str_from(types[i].name));
    }
    if (type == NULL) {
        return PC_OK;
    }
    enum pc_status refused =
        pc_simulation_refuse(simulation, type, "ContextKeyType is none that AWS has");
    if (near.best.len > 0) {
        pc_diag_hint(simulation->diags, "did you mean \"%.*s\"?", PC_STR_ARG(near.best));
    }
    return refused;
}

static enum pc_status read_values(const struct pc_simulation *simulation,
                                  const struct pc_json *json, struct pc_context_key *key)
{
    struct pc_str *values = pc_arena_array(simulation->arena, json->count, sizeof(*values));
    if (values == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < json->count; i++) {
        if (json->items[i].type != PC_JSON_STRING) {
            return pc_simulation_refuse(simulation, &json->items[i],
                                        "an element of ContextKeyValues is not a string");
        }
        values[i] = json->items[i].text;
    }
    key->values = values;
    key->count = json->count;
    return PC_OK;
}

static enum pc_status check_members(const struct pc_simulation *simulation,
                                    const struct pc_json *entry)
{
    for (size_t i = 0; i < entry->count; i++) {
        struct pc_str name = entry->members[i].name;
        if (!pc_str_eq(name, PC_STR("ContextKeyName")) &&
            !pc_str_eq(name, PC_STR("ContextKeyValues")) &&
            !pc_str_eq(name, PC_STR("ContextKeyType"))) {
            return pc_simulation_refuse(simulation, &entry->members[i].value,
                                        "an element of ContextEntries has ContextKeyName, "
                                        "ContextKeyValues and ContextKeyType, and no more");
        }
    }
    return PC_OK;
}

static enum pc_status add_entry(const struct pc_simulation *simulation, const struct pc_json *entry,
                                struct pc_request *request)
{
    const struct pc_json *name = pc_json_get(entry, PC_STR("ContextKeyName"));
    const struct pc_json *values = pc_json_get(entry, PC_STR("ContextKeyValues"));
    struct pc_context_key key = {.place = pc_json_place(simulation->file, entry)};
    if (entry->type != PC_JSON_OBJECT || name == NULL || name->type != PC_JSON_STRING ||
        values == NULL || values->type != PC_JSON_ARRAY) {
        return pc_simulation_refuse(
            simulation, entry,
            "an element of ContextEntries is not an object with ContextKeyName, a "
            "string, and ContextKeyValues, an array");
    }
    key.key = name->text;
    PC_TRY(check_members(simulation, entry));
    PC_TRY(read_type(simulation, pc_json_get(entry, PC_STR("ContextKeyType")), values->count,
                     &key.list));
    PC_TRY(read_values(simulation, values, &key));
    if (!key.list && key.count != 1) {
        return pc_simulation_refuse(
            simulation, values,
            "ContextKeyValues has not one value, and its type is of one: use the "
            "type's List");
    }
    return pc_form_context(simulation->arena, simulation->diags, &key, request);
}

// Deciding
// -----------------------------------------------------------------------------------------

static enum pc_status make_request(const struct pc_simulation *simulation,
                                   const struct pc_json *action, const struct pc_json *resource,
                                   struct pc_request *request)
{
    struct pc_form form = {pc_json_place(simulation->file, simulation->input), simulation->diags};
    struct pc_caller caller;
    form.place = simulation->caller_json != NULL
                     ? pc_json_place(simulation->file, simulation->caller_json)
                     : form.place;
    PC_TRY(pc_form_principal(&form, simulation->caller, &caller));
    *request = (struct pc_request){.action = action->text,
                                   .resource = resource != NULL ? resource->text : PC_STR("*")};
    request->caller = caller;
    form.place = pc_json_place(simulation->file, action);
    PC_TRY(pc_form_action(&form, request->action));
    form.place = resource != NULL ? pc_json_place(simulation->file, resource) : form.place;
    PC_TRY(pc_form_resource(&form, request->resource));
    for (size_t i = 0; simulation->context != NULL && i < simulation->context->count; i++) {
        PC_TRY(add_entry(simulation, &simulation->context->items[i], request));
    }
    return simulation->invented ? hide_caller(simulation, request) : PC_OK;
}

// The owner counts where the ARN does not say it.
static enum pc_status set_owner(const struct pc_simulation *simulation, struct pc_request *request)
{
    const struct pc_arn *arn = pc_request_arn(request);
    const struct pc_form form = {pc_json_place(simulation->file, simulation->input),
                                 simulation->diags};
    if (simulation->owner.len == 0 || (arn != NULL && arn->account.len > 0)) {
        return PC_OK;
    }
    PC_TRY(pc_form_account(&form, simulation->owner));
    request->resource_account = simulation->owner;
    return PC_OK;
}

static enum pc_status decide(const struct pc_simulation *simulation, struct compiled *compiled,
                             struct pc_scratch *scratch, struct pc_simulated *simulated)
{
    struct pc_request *request = &simulated->request;
    const struct pc_request_options options = {.now = simulation->now, .assume_owner = true};
    PC_TRY(make_request(simulation, simulated->action, simulated->resource, request));
    PC_TRY(set_owner(simulation, request));
    PC_TRY(use_resource_policy(simulation, request, compiled));
    PC_TRY(pc_request_finish(simulation->arena, request, options,
                             pc_json_place(simulation->file, simulation->input),
                             simulation->diags));
    const struct pc_policies policies = {
        .identity = &compiled->identity,
        .boundary = simulation->boundary.given ? &compiled->boundary : NULL,
        .resource = &compiled->resource,
        .resource_count = simulation->resource.given ? 1 : 0};
    return pc_simulated_decide(simulation, &policies, scratch, simulated);
}

// All resources of one action, which are one result.
static enum pc_status run_action(const struct pc_simulation *simulation, struct compiled *compiled,
                                 const struct pc_json *action, struct pc_json_writer *writer)
{
    size_t count = simulation->resources != NULL ? simulation->resources->count : 1;
    struct pc_scratch *scratch = NULL;
    struct pc_simulated *results = pc_arena_array(simulation->arena, count, sizeof(*results));
    if (results == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(pc_scratch_new(&scratch));
    enum pc_status status = PC_OK;
    for (size_t i = 0; status == PC_OK && i < count; i++) {
        results[i] = (struct pc_simulated){.action = action};
        results[i].resource =
            simulation->resources != NULL ? &simulation->resources->items[i] : NULL;
        status = decide(simulation, compiled, scratch, &results[i]);
    }
    pc_scratch_free(scratch);
    PC_TRY(status);
    pc_simulated_write(simulation, results, count, writer);
    return PC_OK;
}

enum pc_status pc_simulation_run(struct pc_simulation *simulation, struct pc_json_writer *writer)
{
    struct compiled compiled = {.type = PC_POLICY_NONE};
    size_t count = simulation->actions->count;
    size_t first = simulation->first < count ? simulation->first : count;
    size_t end = count - first > simulation->most ? first + simulation->most : count;
    simulation->caller =
        simulation->caller_json != NULL ? simulation->caller_json->text : simulation->caller;
    if (simulation->caller_json == NULL) {
        PC_TRY(invent_caller(simulation));
    }
    PC_TRY(compile(simulation, &simulation->identity, PC_POLICY_IDENTITY, PC_STR(""),
                   &compiled.identity));
    PC_TRY(compile(simulation, &simulation->boundary, PC_POLICY_BOUNDARY, PC_STR(""),
                   &compiled.boundary));
    pc_json_begin_object(writer);
    pc_json_key(writer, "EvaluationResults");
    pc_json_begin_array(writer);
    for (size_t i = first; i < end; i++) {
        PC_TRY(run_action(simulation, &compiled, &simulation->actions->items[i], writer));
    }
    pc_json_end_array(writer);
    pc_json_key(writer, "IsTruncated");
    pc_json_boolean(writer, end < count);
    if (end < count) {
        struct pc_str marker;
        PC_TRY(pc_arena_format(simulation->arena, &marker, "%zu", end));
        pc_json_key(writer, "Marker");
        pc_json_string(writer, marker);
    }
    pc_json_end_object(writer);
    return PC_OK;
}
