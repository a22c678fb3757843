// SPDX-License-Identifier: Apache-2.0
//
// Reads what `lambda ...` prints of functions and what feeds them, and who else names functions:
// notifications of buckets, targets of rules (LAMBDA.md 5.4, rows 2 to 8, 16, 17). Only functions
// are kept; the others hold no policy, but the functions that they name must be known.
#include "functions.h"
#include "members.h"
#include "names.h"
#include "shapes.h"

static bool read_function_arn(const struct pc_members *reader, const struct pc_json *object,
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

// Functions -------------------------------------------------------------------------------------

static enum pc_status read_function(const struct pc_members *reader, const struct pc_json *element,
                                    void *context)
{
    (void)context;
    struct pc_iam_name name;
    struct pc_function_facts facts = {.place = pc_members_place(reader, element)};
    const struct pc_json *environment;
    if (!read_function_arn(reader, element, "FunctionArn", PC_REQUIRED, &facts.arn) ||
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
    return pc_function_add(reader, &facts, NULL);
}

enum pc_status pc_function_dump_read(struct pc_import *import, struct pc_piece *piece)
{
    const struct pc_members reader = {import, piece->file, PC_DIAG_DUMP_VALUE};
    const struct pc_json *inner = pc_members_find(piece->json, "Configuration");
    if (pc_members_find(inner, "FunctionArn") != NULL) {
        return read_function(&reader, inner, NULL);
    }
    if (pc_members_find(piece->json, "FunctionArn") != NULL) {
        return read_function(&reader, piece->json, NULL);
    }
    PC_TRY(pc_members_each(&reader, piece->json, "Functions", read_function, NULL));
    return pc_members_each(&reader, piece->json, "Versions", read_function, NULL);
}

// Documents that only name functions ------------------------------------------------------------

static enum pc_status mention(const struct pc_members *reader, const struct pc_json *element,
                              const char *member)
{
    struct pc_str arn;
    if (!read_function_arn(reader, element, member, PC_REQUIRED, &arn)) {
        return PC_OK;
    }
    return pc_picture_mention(reader->import, arn,
                              pc_members_place(reader, pc_members_find(element, member)));
}

static enum pc_status read_mention(const struct pc_members *reader, const struct pc_json *element,
                                   void *context)
{
    return mention(reader, element, context == NULL ? "FunctionArn" : context);
}

// The list under the name, or the document itself as its only element.
static enum pc_status read_mentions(struct pc_import *import, const struct pc_piece *piece,
                                    const char *list)
{
    const struct pc_members reader = {import, piece->file, PC_DIAG_DUMP_VALUE};
    if (pc_members_find(piece->json, list) == NULL) {
        return read_mention(&reader, piece->json, NULL);
    }
    return pc_members_each(&reader, piece->json, list, read_mention, NULL);
}

enum pc_status pc_mapping_dump_read(struct pc_import *import, struct pc_piece *piece)
{
    return read_mentions(import, piece, "EventSourceMappings");
}

enum pc_status pc_url_dump_read(struct pc_import *import, struct pc_piece *piece)
{
    return read_mentions(import, piece, "FunctionUrlConfigs");
}

enum pc_status pc_invoke_dump_read(struct pc_import *import, struct pc_piece *piece)
{
    return read_mentions(import, piece, "FunctionEventInvokeConfigs");
}

enum pc_status pc_alias_dump_read(struct pc_import *import, struct pc_piece *piece)
{
    static char member[] = "AliasArn";
    const struct pc_members reader = {import, piece->file, PC_DIAG_DUMP_VALUE};
    if (pc_members_find(piece->json, "Aliases") == NULL) {
        return read_mention(&reader, piece->json, member);
    }
    return pc_members_each(&reader, piece->json, "Aliases", read_mention, member);
}

enum pc_status pc_notification_dump_read(struct pc_import *import, struct pc_piece *piece)
{
    static char member[] = "LambdaFunctionArn";
    const struct pc_members reader = {import, piece->file, PC_DIAG_DUMP_VALUE};
    return pc_members_each(&reader, piece->json, "LambdaFunctionConfigurations", read_mention,
                           member);
}

// A target is anything that has an ARN; functions among them must be known.
static enum pc_status read_target(const struct pc_members *reader, const struct pc_json *element,
                                  void *context)
{
    (void)context;
    struct pc_str arn, bare;
    if (!pc_members_string(reader, element, "Arn", PC_REQUIRED, &arn) ||
        !pc_function_arn_parse(arn, &bare)) {
        return PC_OK;
    }
    return mention(reader, element, "Arn");
}

enum pc_status pc_target_dump_read(struct pc_import *import, struct pc_piece *piece)
{
    const struct pc_members reader = {import, piece->file, PC_DIAG_DUMP_VALUE};
    return pc_members_each(&reader, piece->json, "Targets", read_target, NULL);
}
