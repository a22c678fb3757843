// SPDX-License-Identifier: Apache-2.0
//
// Reads event source mappings (LAMBDA.md 5.4, rows 4 and 5): what Lambda polls with the function's
// role, told by the service of the source (1.4).
#include "lambda.h"

#include "names.h"
#include "shapes.h"

// The source --------------------------------------------------------------------------------------

static const struct {
    const char *service, *ending, *kind;
} sources[] = {
    {"sqs", ".fifo", "sqs-fifo"}, {"sqs", "", "sqs"},   {"kinesis", "", "kinesis"},
    {"dynamodb", "", "dynamodb"}, {"kafka", "", "msk"}, {"mq", "", "mq"},
    {"rds", "", "documentdb"},
};

#define SOURCES "sqs, kinesis, dynamodb, kafka, mq, rds, or SelfManagedEventSource"

static const char *kind_of(struct pc_str source)
{
    struct pc_arn arn;
    for (size_t i = 0; pc_arn_parse(source, &arn) && i < sizeof(sources) / sizeof(sources[0]);
         i++) {
        if (pc_str_eq(arn.service, pc_str_from(sources[i].service)) &&
            pc_str_has_suffix(source, pc_str_from(sources[i].ending))) {
            return sources[i].kind;
        }
    }
    return NULL;
}

static bool read_source(const struct pc_members *reader, const struct pc_json *element,
                        struct pc_connection_draft *draft)
{
    const struct pc_json *source = pc_members_find(element, "EventSourceArn");
    const struct pc_json *self;
    if (!pc_members_string(reader, element, "EventSourceArn", PC_OPTIONAL, &draft->other) ||
        !pc_members_object(reader, element, "SelfManagedEventSource", PC_OPTIONAL, &self)) {
        return false;
    }
    draft->kind = source == NULL && self != NULL ? "kafka" : kind_of(draft->other);
    if (source != NULL && self != NULL) {
        draft->kind = NULL; // which of the two is polled?
    }
    if (draft->kind != NULL) {
        return true;
    }
    if (source == NULL) {
        pc_diag_report(reader->import->diags, reader->code, pc_members_place(reader, element),
                       "an event source mapping without a source");
    } else {
        pc_diag_report(reader->import->diags, reader->code, pc_members_place(reader, source),
                       "\"%.*s\" is no source that is known%s", PC_STR_ARG(draft->other),
                       self != NULL ? " beside SelfManagedEventSource" : "");
    }
    pc_diag_hint(reader->import->diags, "a source is an ARN of one of these services: " SOURCES);
    return false;
}

// How it is reached -------------------------------------------------------------------------------

// Types of SourceAccessConfigurations: what they tell.
static const struct access {
    const char *type;
    bool secret, scram, network;
} accesses[] = {
    {"BASIC_AUTH", true, false, false},
    {"SASL_SCRAM_256_AUTH", true, true, false},
    {"SASL_SCRAM_512_AUTH", true, true, false},
    {"CLIENT_CERTIFICATE_TLS_AUTH", true, false, false},
    {"SERVER_ROOT_CA_CERTIFICATE", false, false, false},
    {"VPC_SUBNET", false, false, true},
    {"VPC_SECURITY_GROUP", false, false, true},
    {"VIRTUAL_HOST", false, false, false},
};

static const struct access *access_of(struct pc_str type)
{
    for (size_t i = 0; i < sizeof(accesses) / sizeof(accesses[0]); i++) {
        if (pc_str_eq(type, pc_str_from(accesses[i].type))) {
            return &accesses[i];
        }
    }
    return NULL;
}

// Facts that the kind has; others of its mapping mean nothing for it.
static void add_fact(struct pc_connection_draft *draft, struct pc_str name, struct pc_str value)
{
    const struct pc_connection_kind *kind = pc_connection_kind_find(pc_str_from(draft->kind));
    if (pc_connection_kind_fact(kind, name) != NULL) {
        pc_connection_fact(draft, name, value);
    }
}

static bool has_fact(const struct pc_connection_draft *draft, const char *name)
{
    for (size_t i = 0; i < draft->pair_count; i++) {
        if (pc_str_eq(draft->pairs[2 * i], pc_str_from(name))) {
            return true;
        }
    }
    return false;
}

static bool add_access(const struct pc_members *reader, const struct pc_json *item,
                       struct pc_connection_draft *draft, bool *authenticated)
{
    struct pc_str type, uri;
    struct pc_arn arn;
    if (!pc_members_string(reader, item, "Type", PC_REQUIRED, &type) ||
        !pc_members_string(reader, item, "URI", PC_REQUIRED, &uri)) {
        return false;
    }
    const struct access *access = access_of(type);
    if (access == NULL) {
        pc_diag_report(reader->import->diags, reader->code,
                       pc_members_place(reader, pc_members_find(item, "Type")),
                       "unknown type \"%.*s\" of SourceAccessConfigurations", PC_STR_ARG(type));
        return false;
    }
    bool secret = pc_arn_parse(uri, &arn) && pc_str_eq(arn.service, PC_STR("secretsmanager"));
    *authenticated = *authenticated || access->secret;
    if (secret) {
        add_fact(draft, PC_STR("secret"), uri);
    }
    if (secret && access->scram) {
        add_fact(draft, PC_STR("scram"), uri);
    }
    if (access->network && !has_fact(draft, "vpc")) {
        add_fact(draft, PC_STR("vpc"), PC_STR("true"));
    }
    return true;
}

static bool add_accesses(const struct pc_members *reader, const struct pc_json *element,
                         struct pc_connection_draft *draft)
{
    static const char member[] = "SourceAccessConfigurations";
    const struct pc_json *list;
    bool authenticated = false;
    if (!pc_members_array(reader, element, member, PC_OPTIONAL, &list)) {
        return false;
    }
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        if (!pc_members_element(reader, &list->items[i], PC_JSON_OBJECT, member) ||
            !add_access(reader, &list->items[i], draft, &authenticated)) {
            return false;
        }
    }
    if (!authenticated) {
        add_fact(draft, PC_STR("iam"), PC_STR("true")); // of the kind that knows it: of MSK
    }
    return true;
}

// The consumer group is the mapping's UUID unless it is told (LAMBDA.md 1.4).
static bool add_inner_facts(const struct pc_members *reader, const struct pc_json *element,
                            struct pc_str uuid, struct pc_connection_draft *draft)
{
    struct pc_str msk, kafka, database;
    if (!pc_lambda_inner(reader, element, "AmazonManagedKafkaEventSourceConfig", "ConsumerGroupId",
                         &msk) ||
        !pc_lambda_inner(reader, element, "SelfManagedKafkaEventSourceConfig", "ConsumerGroupId",
                         &kafka) ||
        !pc_lambda_inner(reader, element, "DocumentDBEventSourceConfig", "DatabaseName",
                         &database)) {
        return false;
    }
    struct pc_str group = msk.len > 0 ? msk : kafka;
    add_fact(draft, PC_STR("consumer-group"), group.len > 0 ? group : uuid);
    add_fact(draft, PC_STR("database"), database);
    return true;
}

// Beside it ---------------------------------------------------------------------------------------

static enum pc_status add_failure(const struct pc_members *reader, const struct pc_json *element,
                                  const struct pc_connection_draft *mapping, struct pc_str uuid)
{
    const struct pc_json *destinations;
    struct pc_connection_draft draft = pc_lambda_draft(reader, NULL, mapping->function, element);
    struct pc_str target;
    if (!pc_members_object(reader, element, "DestinationConfig", PC_OPTIONAL, &destinations) ||
        destinations == NULL ||
        !pc_lambda_inner(reader, destinations, "OnFailure", "Destination", &target) ||
        target.len == 0) {
        return PC_OK;
    }
    const struct pc_json *json =
        pc_members_find(pc_members_find(destinations, "OnFailure"), "Destination");
    draft.place = pc_members_place(reader, json);
    draft.function_place = mapping->function_place;
    if (!pc_lambda_target(reader, json, PC_TARGET_MAPPING, target, &draft)) {
        return PC_OK;
    }
    add_fact(&draft, PC_STR("mapping"), uuid);
    add_fact(&draft, PC_STR("cluster"), mapping->other); // of a topic: where it lies
    return pc_connection_add(reader, &draft);
}

static enum pc_status add_filter_key(const struct pc_members *reader, const struct pc_json *element,
                                     const struct pc_connection_draft *mapping, struct pc_str uuid)
{
    const struct pc_json *json = pc_members_find(element, "KMSKeyArn");
    struct pc_connection_draft draft =
        pc_lambda_draft(reader, "filter-key", mapping->function, json);
    if (!pc_members_string(reader, element, "KMSKeyArn", PC_OPTIONAL, &draft.other) ||
        draft.other.len == 0 || !pc_lambda_other_fits(reader, json, &draft)) {
        return PC_OK;
    }
    draft.function_place = mapping->function_place;
    pc_connection_fact(&draft, PC_STR("mapping"), uuid);
    return pc_connection_add(reader, &draft);
}

static enum pc_status read_mapping(const struct pc_members *reader, const struct pc_json *element,
                                   void *context)
{
    struct pc_connection_draft draft;
    struct pc_str uuid;
    (void)context;
    if (!pc_lambda_draft_of(reader, NULL, element, "FunctionArn", &draft) ||
        !pc_members_string(reader, element, "UUID", PC_REQUIRED, &uuid) ||
        !read_source(reader, element, &draft)) {
        return PC_OK;
    }
    struct pc_connection_draft lists = draft;
    if (!pc_lambda_texts(reader, element, "Topics", "topic", &lists) ||
        !pc_lambda_texts(reader, element, "Queues", "queue", &lists) ||
        !pc_lambda_fact(reader, element, "State", "state", &lists)) {
        return PC_OK;
    }
    add_fact(&draft, PC_STR("uuid"), uuid);
    for (size_t i = 0; i < lists.pair_count; i++) {
        add_fact(&draft, lists.pairs[2 * i], lists.pairs[2 * i + 1]);
    }
    if (!add_accesses(reader, element, &draft) || !add_inner_facts(reader, element, uuid, &draft)) {
        return PC_OK;
    }
    PC_TRY(pc_connection_add(reader, &draft));
    PC_TRY(add_failure(reader, element, &draft, uuid));
    return add_filter_key(reader, element, &draft, uuid);
}

enum pc_status pc_mapping_dump_read(struct pc_import *import, struct pc_piece *piece)
{
    return pc_lambda_list(import, piece, "EventSourceMappings", read_mapping);
}
