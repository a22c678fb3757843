// SPDX-License-Identifier: Apache-2.0
//
// Reads what `lambda ...` prints of functions (LAMBDA.md 5.4, rows 2 and 3), with what is attached
// to them.
#include "lambda.h"
#include "functions.h"
#include "names.h"
#include "shapes.h"

// What is attached --------------------------------------------------------------------------------

// A connection whose other end, or only fact, is such a text.
struct single {
    const char *kind, *member, *inner;
    const char *fact; // NULL: it is the other end
};

static const struct single singles[] = {
    {"dead-letter", "DeadLetterConfig", "TargetArn", NULL},
    {"tracing", "TracingConfig", "Mode", "mode"},
    {"logs", "LoggingConfig", "LogGroup", "group"},
};

static enum pc_status add_singles(const struct pc_members *reader, const struct pc_json *element,
                                  struct pc_str function)
{
    for (size_t i = 0; i < sizeof(singles) / sizeof(singles[0]); i++) {
        const struct single *single = &singles[i];
        struct pc_connection_draft draft = pc_lambda_draft(reader, single->kind, function, element);
        struct pc_str text;
        if (!pc_lambda_inner(reader, element, single->member, single->inner, &text) ||
            text.len == 0) {
            continue;
        }
        draft.place = pc_members_place(reader, pc_members_find(element, single->member));
        if (single->fact == NULL) {
            draft.other = text;
        } else {
            pc_connection_fact(&draft, pc_str_from(single->fact), text);
        }
        PC_TRY(pc_connection_add(reader->import, &draft));
    }
    return PC_OK;
}

// ARNs of an array of objects, each a connection of its own.
static enum pc_status add_arns(const struct pc_members *reader, const struct pc_json *element,
                               const char *member, const char *kind, struct pc_str function)
{
    const struct pc_json *list;
    if (!pc_members_array(reader, element, member, PC_OPTIONAL, &list)) {
        return PC_OK;
    }
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        struct pc_connection_draft draft = pc_lambda_draft(reader, kind, function, &list->items[i]);
        if (!pc_members_element(reader, &list->items[i], PC_JSON_OBJECT, member) ||
            !pc_members_string(reader, &list->items[i], "Arn", PC_REQUIRED, &draft.other)) {
            return PC_OK;
        }
        PC_TRY(pc_connection_add(reader->import, &draft));
    }
    return PC_OK;
}

// One that was removed is there with empty members.
static enum pc_status add_vpc(const struct pc_members *reader, const struct pc_json *element,
                              struct pc_str function)
{
    const struct pc_json *vpc;
    struct pc_connection_draft draft = pc_lambda_draft(reader, "vpc", function, element);
    if (!pc_members_object(reader, element, "VpcConfig", PC_OPTIONAL, &vpc) || vpc == NULL ||
        !pc_lambda_texts(reader, vpc, "SubnetIds", "subnet", &draft) || draft.pair_count == 0 ||
        !pc_lambda_texts(reader, vpc, "SecurityGroupIds", "security-group", &draft)) {
        return PC_OK;
    }
    draft.place = pc_members_place(reader, vpc);
    return pc_connection_add(reader->import, &draft);
}

// What is the same for each function of a kind, and by what its configuration tells it.
static enum pc_status add_texts_of(const struct pc_members *reader, const struct pc_json *element,
                                   struct pc_str function)
{
    struct pc_str package, master;
    struct pc_connection_draft image = pc_lambda_draft(reader, "image", function, element);
    struct pc_connection_draft edge = pc_lambda_draft(reader, "edge", function, element);
    if (!pc_members_string(reader, element, "PackageType", PC_OPTIONAL, &package) ||
        !pc_members_string(reader, element, "MasterArn", PC_OPTIONAL, &master)) {
        return PC_OK;
    }
    if (pc_str_eq(package, PC_STR("Image"))) {
        PC_TRY(pc_connection_add(reader->import, &image));
    }
    edge.other = master;
    return master.len > 0 ? pc_connection_add(reader->import, &edge) : PC_OK;
}

static enum pc_status add_attachments(const struct pc_members *reader,
                                      const struct pc_json *element, struct pc_str function)
{
    PC_TRY(add_singles(reader, element, function));
    PC_TRY(add_vpc(reader, element, function));
    PC_TRY(add_arns(reader, element, "FileSystemConfigs", "efs", function));
    PC_TRY(add_arns(reader, element, "Layers", "layer", function));
    return add_texts_of(reader, element, function);
}

// Functions ---------------------------------------------------------------------------------------

static enum pc_status read_function(const struct pc_members *reader, const struct pc_json *element,
                                    void *context)
{
    (void)context;
    struct pc_iam_name name;
    struct pc_function_facts facts = {.place = pc_members_place(reader, element)};
    const struct pc_json *environment;
    if (!pc_lambda_function_arn(reader, element, "FunctionArn", PC_REQUIRED, &facts.arn) ||
        !pc_members_string(reader, element, "Role", PC_REQUIRED, &facts.role) ||
        !pc_members_string(reader, element, "KMSKeyArn", PC_OPTIONAL, &facts.kms_key) ||
        !pc_members_object(reader, element, "Environment", PC_OPTIONAL, &environment)) {
        return PC_OK;
    }
    // Environment.Error in place of Variables: whoever made the dump could not decrypt them.
    if (environment != NULL &&
        !pc_members_object(reader, environment, "Variables", PC_OPTIONAL, &facts.variables)) {
        return PC_OK;
    }
    if (!pc_iam_name_parse(facts.role, PC_STR("role/"), &name)) {
        pc_diag_report(reader->import->diags, reader->code,
                       pc_members_place(reader, pc_members_find(element, "Role")),
                       "\"%.*s\" is not the ARN of a role", PC_STR_ARG(facts.role));
        return PC_OK;
    }
    PC_TRY(pc_function_add(reader, &facts, NULL));
    return add_attachments(reader, element, facts.arn);
}

// Where the code of a function is: only get-function tells it.
static enum pc_status read_code(const struct pc_members *reader, const struct pc_json *dump,
                                struct pc_str function)
{
    struct pc_connection_draft draft =
        pc_lambda_draft(reader, "image", function, pc_members_find(dump, "Code"));
    struct pc_str image;
    if (!pc_lambda_inner(reader, dump, "Code", "ImageUri", &image) || image.len == 0) {
        return PC_OK;
    }
    pc_connection_fact(&draft, PC_STR("uri"), image);
    return pc_connection_add(reader->import, &draft);
}

enum pc_status pc_function_dump_read(struct pc_import *import, struct pc_piece *piece)
{
    const struct pc_members reader = {import, piece->file, PC_DIAG_DUMP_VALUE};
    const struct pc_json *inner = pc_members_find(piece->json, "Configuration");
    if (pc_members_find(inner, "FunctionArn") != NULL) {
        struct pc_str arn;
        PC_TRY(read_function(&reader, inner, NULL));
        return pc_lambda_function_arn(&reader, inner, "FunctionArn", PC_REQUIRED, &arn)
                   ? read_code(&reader, piece->json, arn)
                   : PC_OK;
    }
    if (pc_members_find(piece->json, "FunctionArn") != NULL) {
        return read_function(&reader, piece->json, NULL);
    }
    PC_TRY(pc_members_each(&reader, piece->json, "Functions", read_function, NULL));
    return pc_members_each(&reader, piece->json, "Versions", read_function, NULL);
}
