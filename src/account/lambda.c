// SPDX-License-Identifier: Apache-2.0
//
// Reads what `lambda ...` prints of functions (LAMBDA.md 5.4, rows 2 and 3), with what is attached
// to them.
#include "lambda.h"

#include "functions.h"
#include "names.h"
#include "shapes.h"

// What is attached --------------------------------------------------------------------------------

// One function's configuration. What a version's own configuration tells is of that version.
struct configuration {
    const struct pc_members *reader;
    const struct pc_json *json;
    const struct pc_json *code; // NULL: not told
    struct pc_str function;
};

static struct pc_connection_draft draft(const struct configuration *own, const char *kind,
                                        const struct pc_json *json)
{
    struct pc_connection_draft draft = pc_lambda_draft(own->reader, kind, own->function, json);
    draft.own = true;
    return draft;
}

static enum pc_status add_dead_letter(const struct configuration *own)
{
    const struct pc_json *object = pc_members_find(own->json, "DeadLetterConfig");
    struct pc_connection_draft queue = draft(own, NULL, object);
    struct pc_str target;
    if (!pc_lambda_inner(own->reader, own->json, "DeadLetterConfig", "TargetArn", &target) ||
        target.len == 0 ||
        !pc_lambda_target(own->reader, pc_members_find(object, "TargetArn"), PC_TARGET_DEAD_LETTER,
                          target, &queue)) {
        return PC_OK;
    }
    return pc_connection_add(own->reader, &queue);
}

// A connection with one fact: a text below a member that is an object.
static enum pc_status add_texts(const struct configuration *own)
{
    static const struct {
        const char *kind, *member, *inner, *fact;
    } rows[] = {
        {"tracing", "TracingConfig", "Mode", "mode"},
        {"logs", "LoggingConfig", "LogGroup", "group"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pc_str text;
        if (!pc_lambda_inner(own->reader, own->json, rows[i].member, rows[i].inner, &text)) {
            return PC_OK;
        }
        if (text.len > 0) {
            struct pc_connection_draft told =
                draft(own, rows[i].kind, pc_members_find(own->json, rows[i].member));
            pc_connection_fact(&told, pc_str_from(rows[i].fact), text);
            PC_TRY(pc_connection_add(own->reader, &told));
        }
    }
    return PC_OK;
}

// ARNs of an array of objects, each a connection of its own.
static enum pc_status add_arns(const struct configuration *own, const char *member,
                               const char *kind)
{
    const struct pc_json *list;
    if (!pc_members_array(own->reader, own->json, member, PC_OPTIONAL, &list)) {
        return PC_OK;
    }
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        const struct pc_json *item = &list->items[i];
        struct pc_connection_draft told = draft(own, kind, item);
        if (!pc_members_element(own->reader, item, PC_JSON_OBJECT, member) ||
            !pc_members_string(own->reader, item, "Arn", PC_REQUIRED, &told.other) ||
            !pc_lambda_other_fits(own->reader, pc_members_find(item, "Arn"), &told)) {
            return PC_OK;
        }
        PC_TRY(pc_connection_add(own->reader, &told));
    }
    return PC_OK;
}

// One that was removed is there with empty members.
static enum pc_status add_vpc(const struct configuration *own)
{
    const struct pc_json *vpc;
    if (!pc_members_object(own->reader, own->json, "VpcConfig", PC_OPTIONAL, &vpc) || vpc == NULL) {
        return PC_OK;
    }
    struct pc_connection_draft told = draft(own, "vpc", vpc);
    if (!pc_lambda_texts(own->reader, vpc, "SubnetIds", "subnet", &told)) {
        return PC_OK;
    }
    size_t subnets = told.pair_count;
    if (!pc_lambda_texts(own->reader, vpc, "SecurityGroupIds", "security-group", &told) ||
        !pc_lambda_fact(own->reader, vpc, "VpcId", "vpc-id", &told) || subnets == 0) {
        return PC_OK;
    }
    return pc_connection_add(own->reader, &told);
}

// ACCOUNT.dkr.ecr.REGION.amazonaws.com[.cn]/NAME[:TAG | @DIGEST] as the ARN of the repository, in
// the partition of the function; "" of a registry that is none of ECR's.
static enum pc_status repository_of(struct pc_arena *arena, struct pc_str function,
                                    struct pc_str uri, struct pc_str *out)
{
    struct pc_str parts[2], host[5];
    struct pc_arn arn;
    *out = PC_STR("");
    if (pc_str_split(uri, '/', parts, 2) < 2 || pc_str_split(parts[0], '.', host, 5) < 5 ||
        !pc_account_id_is(host[0]) || !pc_str_eq(host[1], PC_STR("dkr")) ||
        !pc_str_eq(host[2], PC_STR("ecr")) || !pc_str_has_prefix(host[4], PC_STR("amazonaws.")) ||
        !pc_arn_parse(function, &arn)) {
        return PC_OK;
    }
    // A name has neither; a tag may not hold '/'.
    struct pc_str name = pc_str_slice(parts[1], 0, pc_str_find(parts[1], '@', 0));
    name = pc_str_slice(name, 0, pc_str_find(name, ':', 0));
    return name.len == 0 ? PC_OK
                         : pc_arena_format(arena, out, "arn:%.*s:ecr:%.*s:%.*s:repository/%.*s",
                                           PC_STR_ARG(arn.partition), PC_STR_ARG(host[3]),
                                           PC_STR_ARG(host[0]), PC_STR_ARG(name));
}

// Which image it is, only get-function tells.
static enum pc_status add_image(const struct configuration *own)
{
    struct pc_str package, uri = PC_STR("");
    struct pc_connection_draft told =
        draft(own, "image", own->code != NULL ? own->code : own->json);
    if (!pc_members_string(own->reader, own->json, "PackageType", PC_OPTIONAL, &package) ||
        (own->code != NULL &&
         !pc_members_string(own->reader, own->code, "ImageUri", PC_OPTIONAL, &uri)) ||
        (uri.len == 0 && !pc_str_eq(package, PC_STR("Image")))) {
        return PC_OK;
    }
    PC_TRY(repository_of(own->reader->import->arena, own->function, uri, &told.other));
    return pc_connection_add(own->reader, &told);
}

// A function that is durable, or a replica at the edge.
static enum pc_status add_natures(const struct configuration *own)
{
    struct pc_str master;
    const struct pc_json *durable;
    if (!pc_members_string(own->reader, own->json, "MasterArn", PC_OPTIONAL, &master) ||
        !pc_members_object(own->reader, own->json, "DurableConfig", PC_OPTIONAL, &durable)) {
        return PC_OK;
    }
    if (durable != NULL && durable->count > 0) {
        struct pc_connection_draft execution = draft(own, "durable-execution", durable);
        PC_TRY(pc_connection_add(own->reader, &execution));
    }
    const struct pc_json *json = pc_members_find(own->json, "MasterArn");
    struct pc_connection_draft edge = draft(own, "lambda-edge", json);
    edge.other = master;
    return master.len > 0 && pc_lambda_other_fits(own->reader, json, &edge)
               ? pc_connection_add(own->reader, &edge)
               : PC_OK;
}

// A version, told by its own configuration, is one of the function.
static enum pc_status add_version(const struct configuration *own)
{
    struct pc_str version;
    if (!pc_members_string(own->reader, own->json, "Version", PC_OPTIONAL, &version) ||
        version.len == 0 || !pc_str_eq(version, pc_lambda_qualifier(own->function))) {
        return PC_OK;
    }
    const struct pc_connection_draft told =
        pc_lambda_draft(own->reader, "version", own->function, own->json);
    return pc_connection_add(own->reader, &told);
}

// Environment.Error in place of Variables: whoever made the dump could not decrypt them (LAMBDA.md
// 5.4). Those under a key of the user's own are asked about by the key.
static enum pc_status add_unread(const struct configuration *own)
{
    const struct pc_json *environment, *error = NULL;
    struct pc_str key;
    if (!pc_members_object(own->reader, own->json, "Environment", PC_OPTIONAL, &environment) ||
        !pc_members_string(own->reader, own->json, "KMSKeyArn", PC_OPTIONAL, &key) ||
        (environment != NULL &&
         !pc_members_object(own->reader, environment, "Error", PC_OPTIONAL, &error)) ||
        error == NULL || key.len > 0) {
        return PC_OK;
    }
    struct pc_connection_draft told = draft(own, "environment", error);
    pc_connection_fact(&told, PC_STR("unread"), PC_STR("true"));
    return pc_connection_add(own->reader, &told);
}

static enum pc_status add_attachments(const struct configuration *own)
{
    PC_TRY(add_dead_letter(own));
    PC_TRY(add_texts(own));
    PC_TRY(add_unread(own));
    PC_TRY(add_vpc(own));
    PC_TRY(add_arns(own, "FileSystemConfigs", "efs"));
    PC_TRY(add_arns(own, "Layers", "layer"));
    PC_TRY(add_image(own));
    PC_TRY(add_natures(own));
    return add_version(own);
}

// Functions ---------------------------------------------------------------------------------------

static bool read_facts(const struct pc_members *reader, const struct pc_json *element,
                       struct pc_function_facts *facts)
{
    struct pc_iam_name name;
    const struct pc_json *environment;
    if (!pc_lambda_function_arn(reader, element, "FunctionArn", PC_REQUIRED, &facts->arn) ||
        !pc_members_string(reader, element, "Role", PC_REQUIRED, &facts->role) ||
        !pc_members_string(reader, element, "KMSKeyArn", PC_OPTIONAL, &facts->kms_key) ||
        !pc_members_object(reader, element, "Environment", PC_OPTIONAL, &environment)) {
        return false;
    }
    // list-versions-by-function calls the function itself FN:$LATEST.
    facts->arn = pc_lambda_without_latest(facts->arn);
    if (environment != NULL &&
        !pc_members_object(reader, environment, "Variables", PC_OPTIONAL, &facts->variables)) {
        return false;
    }
    if (!pc_iam_name_parse(facts->role, PC_STR("role/"), &name)) {
        pc_diag_report(reader->import->diags, reader->code,
                       pc_members_place(reader, pc_members_find(element, "Role")),
                       "\"%.*s\" is not the ARN of a role", PC_STR_ARG(facts->role));
        return false;
    }
    return true;
}

static enum pc_status read_function(const struct pc_members *reader, const struct pc_json *element,
                                    const struct pc_json *code)
{
    struct pc_function_facts facts = {.place = pc_members_place(reader, element)};
    if (!read_facts(reader, element, &facts)) {
        return PC_OK;
    }
    PC_TRY(pc_function_add(reader, &facts, NULL));
    const struct configuration own = {reader, element, code, facts.arn};
    return add_attachments(&own);
}

static enum pc_status read_element(const struct pc_members *reader, const struct pc_json *element,
                                   void *context)
{
    (void)context;
    return read_function(reader, element, NULL);
}

// Dumps
// --------------------------------------------------------------------------------------------

enum pc_status pc_function_dump_read(struct pc_import *import, struct pc_piece *piece)
{
    const struct pc_members reader = {import, piece->file, PC_DIAG_DUMP_VALUE};
    const struct pc_json *inner = pc_members_find(piece->json, "Configuration");
    if (pc_members_find(inner, "FunctionArn") != NULL) {
        const struct pc_json *code;
        return pc_members_object(&reader, piece->json, "Code", PC_OPTIONAL, &code)
                   ? read_function(&reader, inner, code)
                   : PC_OK;
    }
    if (pc_members_find(piece->json, "FunctionArn") != NULL) {
        return read_function(&reader, piece->json, NULL);
    }
    PC_TRY(pc_members_each(&reader, piece->json, "Functions", read_element, NULL));
    return pc_members_each(&reader, piece->json, "Versions", read_element, NULL);
}
