// SPDX-License-Identifier: Apache-2.0
//
// Reads what feeds functions and what they feed: event source mappings, URLs, invoke
// configurations, aliases, notifications of buckets, targets of rules (LAMBDA.md 5.4, rows 4 to 8,
// 16, 17).
#include "lambda.h"

#include "names.h"
#include "shapes.h"

bool pc_lambda_function_arn(const struct pc_members *reader, const struct pc_json *object,
                            const char *member, enum pc_need need, struct pc_str *out)
{
    struct pc_str bare;
    if (!pc_members_string(reader, object, member, need, out)) {
        return false;
    }
    if (out->len > 0 && !pc_function_arn_parse(*out, &bare)) {
        pc_diag_report(reader->import->diags, reader->code,
                       pc_members_place(reader, pc_members_find(object, member)),
                       "\"%.*s\" is not the ARN of a function", PC_STR_ARG(*out));
        return false;
    }
    return true;
}

struct pc_connection_draft pc_lambda_draft(const struct pc_members *reader, const char *kind,
                                           struct pc_str function, const struct pc_json *json)
{
    return (struct pc_connection_draft){
        .kind = kind, .function = function, .place = pc_members_place(reader, json)};
}

bool pc_lambda_inner(const struct pc_members *reader, const struct pc_json *object,
                     const char *member, const char *inner, struct pc_str *out)
{
    const struct pc_json *found;
    *out = PC_STR("");
    if (!pc_members_object(reader, object, member, PC_OPTIONAL, &found)) {
        return false;
    }
    return found == NULL || pc_members_string(reader, found, inner, PC_OPTIONAL, out);
}

bool pc_lambda_texts(const struct pc_members *reader, const struct pc_json *object,
                     const char *member, const char *fact, struct pc_connection_draft *draft)
{
    const struct pc_json *list;
    if (!pc_members_array(reader, object, member, PC_OPTIONAL, &list)) {
        return false;
    }
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        if (!pc_members_element(reader, &list->items[i], PC_JSON_STRING, member)) {
            return false;
        }
        pc_connection_fact(draft, pc_str_from(fact), list->items[i].text);
    }
    return true;
}

// The list under the name, or the document itself as its only element.
static enum pc_status
read_list(struct pc_import *import, const struct pc_piece *piece, const char *list,
          enum pc_status (*read)(const struct pc_members *reader, const struct pc_json *element,
                                 void *context))
{
    const struct pc_members reader = {import, piece->file, PC_DIAG_DUMP_VALUE};
    return pc_members_find(piece->json, list) == NULL
               ? read(&reader, piece->json, NULL)
               : pc_members_each(&reader, piece->json, list, read, NULL);
}

// A fact from a text of the element. False after a report.
static bool add_fact(const struct pc_members *reader, const struct pc_json *element,
                     const char *member, const char *fact, struct pc_connection_draft *draft)
{
    struct pc_str text;
    if (!pc_members_string(reader, element, member, PC_OPTIONAL, &text)) {
        return false;
    }
    pc_connection_fact(draft, pc_str_from(fact), text);
    return true;
}

// Event source mappings ---------------------------------------------------------------------------

// Secrets, subnets and the like that a mapping reaches its source with: TYPE=URI.
static bool add_accesses(const struct pc_members *reader, const struct pc_json *element,
                         struct pc_connection_draft *draft)
{
    const struct pc_json *list;
    if (!pc_members_array(reader, element, "SourceAccessConfigurations", PC_OPTIONAL, &list)) {
        return false;
    }
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        struct pc_str type, uri;
        if (!pc_members_element(reader, &list->items[i], PC_JSON_OBJECT,
                                "SourceAccessConfigurations") ||
            !pc_members_string(reader, &list->items[i], "Type", PC_REQUIRED, &type) ||
            !pc_members_string(reader, &list->items[i], "URI", PC_REQUIRED, &uri)) {
            return false;
        }
        pc_connection_fact(draft, type, uri);
    }
    return true;
}

// The texts below members that are objects.
static bool add_inner_facts(const struct pc_members *reader, const struct pc_json *element,
                            struct pc_connection_draft *draft)
{
    static const struct {
        const char *member, *inner, *fact;
    } facts[] = {
        {"AmazonManagedKafkaEventSourceConfig", "ConsumerGroupId", "consumer-group"},
        {"SelfManagedKafkaEventSourceConfig", "ConsumerGroupId", "consumer-group"},
        {"DocumentDBEventSourceConfig", "DatabaseName", "database"},
    };
    for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
        struct pc_str text;
        if (!pc_lambda_inner(reader, element, facts[i].member, facts[i].inner, &text)) {
            return false;
        }
        pc_connection_fact(draft, pc_str_from(facts[i].fact), text);
    }
    return true;
}

static bool read_failure(const struct pc_members *reader, const struct pc_json *element,
                         struct pc_str *out)
{
    const struct pc_json *destinations;
    *out = PC_STR("");
    if (!pc_members_object(reader, element, "DestinationConfig", PC_OPTIONAL, &destinations)) {
        return false;
    }
    return destinations == NULL ||
           pc_lambda_inner(reader, destinations, "OnFailure", "Destination", out);
}

static enum pc_status read_mapping(const struct pc_members *reader, const struct pc_json *element,
                                   void *context)
{
    struct pc_connection_draft draft = pc_lambda_draft(reader, "mapping", PC_STR(""), element);
    struct pc_str failure;
    (void)context;
    if (!pc_lambda_function_arn(reader, element, "FunctionArn", PC_REQUIRED, &draft.function) ||
        !pc_members_string(reader, element, "EventSourceArn", PC_OPTIONAL, &draft.other) ||
        !add_fact(reader, element, "UUID", "uuid", &draft) ||
        !add_fact(reader, element, "State", "state", &draft) ||
        !add_fact(reader, element, "KMSKeyArn", "kms-key", &draft) ||
        !pc_lambda_texts(reader, element, "Topics", "topic", &draft) ||
        !pc_lambda_texts(reader, element, "Queues", "queue", &draft) ||
        !add_accesses(reader, element, &draft) || !add_inner_facts(reader, element, &draft) ||
        !read_failure(reader, element, &failure)) {
        return PC_OK;
    }
    pc_connection_fact(&draft, PC_STR("on-failure"), failure);
    if (pc_members_find(element, "SelfManagedEventSource") != NULL) {
        pc_connection_fact(&draft, PC_STR("self-managed"), PC_STR("kafka"));
    }
    return pc_connection_add(reader->import, &draft);
}

enum pc_status pc_mapping_dump_read(struct pc_import *import, struct pc_piece *piece)
{
    return read_list(import, piece, "EventSourceMappings", read_mapping);
}

// URLs --------------------------------------------------------------------------------------------

static enum pc_status read_url(const struct pc_members *reader, const struct pc_json *element,
                               void *context)
{
    struct pc_connection_draft draft = pc_lambda_draft(reader, "url", PC_STR(""), element);
    (void)context;
    if (!pc_lambda_function_arn(reader, element, "FunctionArn", PC_REQUIRED, &draft.function) ||
        !add_fact(reader, element, "AuthType", "auth-type", &draft)) {
        return PC_OK;
    }
    return pc_connection_add(reader->import, &draft);
}

enum pc_status pc_url_dump_read(struct pc_import *import, struct pc_piece *piece)
{
    return read_list(import, piece, "FunctionUrlConfigs", read_url);
}

// Destinations of asynchronous calls --------------------------------------------------------------

static enum pc_status read_destination(const struct pc_members *reader,
                                       const struct pc_json *element, struct pc_str function,
                                       bool success)
{
    const struct pc_json *destinations;
    struct pc_connection_draft draft =
        pc_lambda_draft(reader, success ? "on-success" : "on-failure", function, element);
    if (!pc_members_object(reader, element, "DestinationConfig", PC_OPTIONAL, &destinations) ||
        destinations == NULL ||
        !pc_lambda_inner(reader, destinations, success ? "OnSuccess" : "OnFailure", "Destination",
                         &draft.other) ||
        draft.other.len == 0) {
        return PC_OK;
    }
    return pc_connection_add(reader->import, &draft);
}

// The configuration tells nothing else that has to do with permissions, but that the function is
// there.
static enum pc_status read_invoke(const struct pc_members *reader, const struct pc_json *element,
                                  void *context)
{
    struct pc_str function;
    (void)context;
    if (!pc_lambda_function_arn(reader, element, "FunctionArn", PC_REQUIRED, &function)) {
        return PC_OK;
    }
    const struct pc_connection_draft named = pc_lambda_draft(reader, "named", function, element);
    PC_TRY(pc_connection_add(reader->import, &named));
    PC_TRY(read_destination(reader, element, function, true));
    return read_destination(reader, element, function, false);
}

enum pc_status pc_invoke_dump_read(struct pc_import *import, struct pc_piece *piece)
{
    return read_list(import, piece, "FunctionEventInvokeConfigs", read_invoke);
}

// Aliases -----------------------------------------------------------------------------------------

static enum pc_status read_alias(const struct pc_members *reader, const struct pc_json *element,
                                 void *context)
{
    struct pc_connection_draft draft = pc_lambda_draft(reader, "alias", PC_STR(""), element);
    (void)context;
    if (!pc_lambda_function_arn(reader, element, "AliasArn", PC_REQUIRED, &draft.function) ||
        !add_fact(reader, element, "FunctionVersion", "version", &draft)) {
        return PC_OK;
    }
    return pc_connection_add(reader->import, &draft);
}

enum pc_status pc_alias_dump_read(struct pc_import *import, struct pc_piece *piece)
{
    return read_list(import, piece, "Aliases", read_alias);
}

// Others that name functions ----------------------------------------------------------------------

// The dump does not say of which bucket it is: a manifest does.
static enum pc_status read_notification(const struct pc_members *reader,
                                        const struct pc_json *element, void *context)
{
    struct pc_connection_draft draft = pc_lambda_draft(reader, "s3", PC_STR(""), element);
    (void)context;
    if (!pc_lambda_function_arn(reader, element, "LambdaFunctionArn", PC_REQUIRED,
                                &draft.function)) {
        return PC_OK;
    }
    return pc_connection_add(reader->import, &draft);
}

enum pc_status pc_notification_dump_read(struct pc_import *import, struct pc_piece *piece)
{
    const struct pc_members reader = {import, piece->file, PC_DIAG_DUMP_VALUE};
    return pc_members_each(&reader, piece->json, "LambdaFunctionConfigurations", read_notification,
                           NULL);
}

// A target is anything that has an ARN; here functions count. The dump does not say of which rule
// it is.
static enum pc_status read_target(const struct pc_members *reader, const struct pc_json *element,
                                  void *context)
{
    struct pc_connection_draft draft = pc_lambda_draft(reader, "rule", PC_STR(""), element);
    struct pc_str bare, queue;
    (void)context;
    if (!pc_members_string(reader, element, "Arn", PC_REQUIRED, &draft.function) ||
        !pc_function_arn_parse(draft.function, &bare) ||
        !add_fact(reader, element, "RoleArn", "role", &draft) ||
        !pc_lambda_inner(reader, element, "DeadLetterConfig", "Arn", &queue)) {
        return PC_OK;
    }
    pc_connection_fact(&draft, PC_STR("dead-letter"), queue);
    return pc_connection_add(reader->import, &draft);
}

enum pc_status pc_target_dump_read(struct pc_import *import, struct pc_piece *piece)
{
    const struct pc_members reader = {import, piece->file, PC_DIAG_DUMP_VALUE};
    return pc_members_each(&reader, piece->json, "Targets", read_target, NULL);
}
