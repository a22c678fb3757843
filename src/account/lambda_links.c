// SPDX-License-Identifier: Apache-2.0
//
// Reads URLs, invoke configurations and aliases of functions (LAMBDA.md 5.4, rows 6 to 8).
#include "lambda.h"

#include "shapes.h"

// URLs --------------------------------------------------------------------------------------------

static enum pc_status read_url(const struct pc_members *reader, const struct pc_json *element,
                               void *context)
{
    struct pc_connection_draft draft;
    struct pc_str type;
    (void)context;
    if (!pc_lambda_draft_of(reader, "url", element, "FunctionArn", &draft) ||
        !pc_members_string(reader, element, "AuthType", PC_REQUIRED, &type)) {
        return PC_OK;
    }
    if (!pc_str_eq(type, PC_STR("NONE")) && !pc_str_eq(type, PC_STR("AWS_IAM"))) {
        pc_diag_report(reader->import->diags, reader->code,
                       pc_members_place(reader, pc_members_find(element, "AuthType")),
                       "\"%.*s\" is no AuthType: NONE or AWS_IAM", PC_STR_ARG(type));
        return PC_OK;
    }
    pc_connection_fact(&draft, PC_STR("auth-type"), type);
    return pc_connection_add(reader, &draft);
}

enum pc_status pc_url_dump_read(struct pc_import *import, struct pc_piece *piece)
{
    return pc_lambda_list(import, piece, "FunctionUrlConfigs", read_url);
}

// Destinations of asynchronous calls --------------------------------------------------------------

static enum pc_status read_destination(const struct pc_members *reader,
                                       const struct pc_json *destinations,
                                       const struct pc_connection_draft *named,
                                       enum pc_target_use use)
{
    const char *member = use == PC_TARGET_SUCCESS ? "OnSuccess" : "OnFailure";
    struct pc_connection_draft draft = *named;
    struct pc_str target;
    if (!pc_lambda_inner(reader, destinations, member, "Destination", &target) || target.len == 0) {
        return PC_OK;
    }
    const struct pc_json *json =
        pc_members_find(pc_members_find(destinations, member), "Destination");
    draft.place = pc_members_place(reader, json);
    return pc_lambda_target(reader, json, use, target, &draft) ? pc_connection_add(reader, &draft)
                                                               : PC_OK;
}

// The function is named with $LATEST when no version or alias is meant. That it is there is asked
// for even when there is no destination.
static enum pc_status read_invoke(const struct pc_members *reader, const struct pc_json *element,
                                  void *context)
{
    const struct pc_json *destinations;
    struct pc_connection_draft named;
    (void)context;
    if (!pc_lambda_draft_of(reader, NULL, element, "FunctionArn", &named) ||
        !pc_members_object(reader, element, "DestinationConfig", PC_OPTIONAL, &destinations)) {
        return PC_OK;
    }
    named.function = pc_lambda_without_latest(named.function);
    PC_TRY(pc_connection_add(reader, &named));
    if (destinations == NULL) {
        return PC_OK;
    }
    PC_TRY(read_destination(reader, destinations, &named, PC_TARGET_SUCCESS));
    return read_destination(reader, destinations, &named, PC_TARGET_FAILURE);
}

enum pc_status pc_invoke_dump_read(struct pc_import *import, struct pc_piece *piece)
{
    return pc_lambda_list(import, piece, "FunctionEventInvokeConfigs", read_invoke);
}

// Aliases -----------------------------------------------------------------------------------------

// Versions that get a share of the calls are names of members: their values are weights.
static bool read_weights(const struct pc_members *reader, const struct pc_json *element,
                         struct pc_connection_draft *draft)
{
    const struct pc_json *routing, *weights = NULL;
    if (!pc_members_object(reader, element, "RoutingConfig", PC_OPTIONAL, &routing) ||
        (routing != NULL &&
         !pc_members_object(reader, routing, "AdditionalVersionWeights", PC_OPTIONAL, &weights))) {
        return false;
    }
    for (size_t i = 0; weights != NULL && i < weights->count; i++) {
        pc_connection_fact(draft, PC_STR("version"), weights->members[i].name);
    }
    return true;
}

static enum pc_status read_alias(const struct pc_members *reader, const struct pc_json *element,
                                 void *context)
{
    struct pc_connection_draft draft;
    struct pc_str version;
    (void)context;
    if (!pc_lambda_draft_of(reader, "alias", element, "AliasArn", &draft) ||
        !pc_members_string(reader, element, "FunctionVersion", PC_REQUIRED, &version)) {
        return PC_OK;
    }
    pc_connection_fact(&draft, PC_STR("version"), version);
    if (!read_weights(reader, element, &draft)) {
        return PC_OK;
    }
    if (pc_lambda_qualifier(draft.function).len == 0) {
        pc_diag_report(reader->import->diags, reader->code, draft.function_place,
                       "\"%.*s\" is not the ARN of an alias", PC_STR_ARG(draft.function));
        return PC_OK;
    }
    return pc_connection_add(reader, &draft);
}

enum pc_status pc_alias_dump_read(struct pc_import *import, struct pc_piece *piece)
{
    return pc_lambda_list(import, piece, "Aliases", read_alias);
}
