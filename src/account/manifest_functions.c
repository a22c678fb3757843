// SPDX-License-Identifier: Apache-2.0
//
// Reads the functions of a manifest (CONTRACT 4).
#include "functions.h"
#include "manifest.h"
#include "names.h"

static bool check_variables(const struct pc_members *reader, const struct pc_json *list)
{
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        if (!pc_members_element(reader, &list->items[i], PC_JSON_STRING, "environment")) {
            return false;
        }
    }
    return true;
}

static bool read_facts(const struct pc_members *reader, const struct pc_json *element,
                       struct pc_function_facts *facts)
{
    return pc_members_string(reader, element, "arn", PC_REQUIRED, &facts->arn) &&
           pc_members_string(reader, element, "role", PC_OPTIONAL, &facts->role) &&
           pc_members_string(reader, element, "kmsKey", PC_OPTIONAL, &facts->kms_key) &&
           pc_members_array(reader, element, "environment", PC_OPTIONAL, &facts->variables) &&
           check_variables(reader, facts->variables);
}

static bool check_facts(const struct pc_members *reader, const struct pc_json *element,
                        const struct pc_function_facts *facts)
{
    struct pc_str bare;
    struct pc_iam_name name;
    const char *wrong = NULL;
    if (!pc_function_arn_parse(facts->arn, &bare)) {
        wrong = "arn";
    } else if (facts->role.len > 0 && !pc_iam_name_parse(facts->role, PC_STR("role/"), &name)) {
        wrong = "role";
    }
    if (wrong != NULL) {
        const struct pc_json *json = pc_members_find(element, wrong);
        pc_diag_report(reader->import->diags, PC_DIAG_MANIFEST_VALUE,
                       pc_members_place(reader, json), "\"%.*s\" is not the ARN of a %s",
                       PC_STR_ARG(json->text), wrong[0] == 'a' ? "function" : "role");
    }
    return wrong == NULL;
}

static enum pc_status read_function(const struct pc_members *reader, const struct pc_json *element,
                                    void *context)
{
    static const char *const names[] = {"arn",         "role",     "policy",       "kmsKey",
                                        "environment", "triggers", "destinations", "attachments",
                                        "deployer",    NULL};
    (void)context;
    struct pc_function_facts facts = {.place = pc_members_place(reader, element)};
    struct pc_function *function;
    pc_members_known(reader, element, "a function", names);
    if (!read_facts(reader, element, &facts) || !check_facts(reader, element, &facts)) {
        return PC_OK;
    }
    PC_TRY(pc_function_add(reader, &facts, &function));
    if (function->entry.line != 0) {
        pc_picture_twice(reader->import, "function", facts.arn, function->entry, facts.place);
        return PC_OK;
    }
    function->entry = facts.place;
    PC_TRY(pc_manifest_connections(reader, element, facts.arn));
    return pc_manifest_resource_policy(reader, element, facts.arn);
}

enum pc_status pc_manifest_functions(const struct pc_members *reader,
                                     const struct pc_json *manifest)
{
    return pc_members_each(reader, manifest, "functions", read_function, NULL);
}
