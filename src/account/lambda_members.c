// SPDX-License-Identifier: Apache-2.0
//
// Members that the readers of Lambda's dumps have in common.
#include "lambda.h"

#include "names.h"

// Functions ---------------------------------------------------------------------------------------

bool pc_lambda_function_arn(const struct pc_members *reader, const struct pc_json *object,
                            const char *member, enum pc_need need, struct pc_str *out)
{
    struct pc_str bare;
    if (!pc_members_string(reader, object, member, need, out)) {
        return false;
    }
    if (pc_members_find(object, member) != NULL && !pc_function_arn_parse(*out, &bare)) {
        pc_diag_report(reader->import->diags, reader->code,
                       pc_members_place(reader, pc_members_find(object, member)),
                       "\"%.*s\" is not the ARN of a function", PC_STR_ARG(*out));
        return false;
    }
    return true;
}

struct pc_str pc_lambda_qualifier(struct pc_str arn)
{
    struct pc_str bare;
    return pc_function_arn_parse(arn, &bare) ? pc_str_slice(arn, bare.len + 1, arn.len)
                                             : PC_STR("");
}

struct pc_str pc_lambda_without_latest(struct pc_str arn)
{
    struct pc_str qualifier = pc_lambda_qualifier(arn);
    bool latest = pc_str_eq(qualifier, PC_STR("$LATEST"));
    return latest ? pc_str_slice(arn, 0, arn.len - qualifier.len - 1) : arn;
}

// Connections -------------------------------------------------------------------------------------

struct pc_connection_draft pc_lambda_draft(const struct pc_members *reader, const char *kind,
                                           struct pc_str function, const struct pc_json *json)
{
    struct pc_connection_draft draft = {.kind = kind, .function = function};
    if (json != NULL) {
        draft.place = pc_members_place(reader, json);
    }
    return draft;
}

bool pc_lambda_draft_of(const struct pc_members *reader, const char *kind,
                        const struct pc_json *element, const char *member,
                        struct pc_connection_draft *out)
{
    struct pc_str function;
    if (!pc_lambda_function_arn(reader, element, member, PC_REQUIRED, &function)) {
        return false;
    }
    *out = pc_lambda_draft(reader, kind, function, element);
    out->function_place = pc_members_place(reader, pc_members_find(element, member));
    return true;
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

bool pc_lambda_fact(const struct pc_members *reader, const struct pc_json *element,
                    const char *member, const char *fact, struct pc_connection_draft *draft)
{
    struct pc_str text;
    if (!pc_members_string(reader, element, member, PC_OPTIONAL, &text)) {
        return false;
    }
    pc_connection_fact(draft, pc_str_from(fact), text);
    return true;
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

enum pc_status pc_lambda_list(struct pc_import *import, const struct pc_piece *piece,
                              const char *list,
                              enum pc_status (*read)(const struct pc_members *reader,
                                                     const struct pc_json *element, void *context))
{
    const struct pc_members reader = {import, piece->file, PC_DIAG_DUMP_VALUE};
    return pc_members_find(piece->json, list) == NULL
               ? read(&reader, piece->json, NULL)
               : pc_members_each(&reader, piece->json, list, read, NULL);
}

bool pc_lambda_other_fits(const struct pc_members *reader, const struct pc_json *json,
                          const struct pc_connection_draft *draft)
{
    const struct pc_connection_kind *kind = pc_connection_kind_find(pc_str_from(draft->kind));
    if (pc_connection_kind_fits(kind, draft->other)) {
        return true;
    }
    pc_diag_report(reader->import->diags, reader->code, pc_members_place(reader, json),
                   "\"%.*s\" does not fit the kind \"%s\"", PC_STR_ARG(draft->other), kind->kind);
    pc_diag_hint(reader->import->diags, "it would be %s%s", kind->source,
                 kind->whole ? ", with nothing behind the name" : "");
    return false;
}

// Targets -----------------------------------------------------------------------------------------

// What may be a target, and for which uses (LAMBDA.md 1.5).
static const struct {
    const char *service, *destination, *dead_letter; // NULL: it may not
    bool after_success, after_failure, of_mappings;
} targets[] = {
    {"sqs", "destination-sqs", "dead-letter-sqs", true, true, true},
    {"sns", "destination-sns", "dead-letter-sns", true, true, true},
    {"s3", "destination-s3", NULL, false, true, true},
    {"events", "destination-eventbridge", NULL, true, true, false},
    {"lambda", "destination-lambda", NULL, true, true, false},
    {"kafka", "destination-kafka", NULL, false, false, true},
};

enum {
    TARGET_COUNT = sizeof(targets) / sizeof(targets[0]),
};

// The kind that a target of the row is of, or NULL.
static const char *kind_for(size_t row, enum pc_target_use use)
{
    const char *destination = targets[row].destination;
    switch (use) {
    case PC_TARGET_SUCCESS:
        return targets[row].after_success ? destination : NULL;
    case PC_TARGET_FAILURE:
        return targets[row].after_failure ? destination : NULL;
    case PC_TARGET_MAPPING:
        return targets[row].of_mappings ? destination : NULL;
    case PC_TARGET_DEAD_LETTER:
        return targets[row].dead_letter;
    }
    return NULL;
}

static void report_target(const struct pc_members *reader, const struct pc_json *json,
                          enum pc_target_use use, struct pc_str target)
{
    static const char *const words[] = {
        [PC_TARGET_SUCCESS] = "destination of what succeeds",
        [PC_TARGET_FAILURE] = "destination",
        [PC_TARGET_MAPPING] = "destination",
        [PC_TARGET_DEAD_LETTER] = "dead-letter queue",
    };
    PC_CLEANUP(pc_buf_release) struct pc_buf known = {0};
    for (size_t i = 0; i < TARGET_COUNT; i++) {
        if (kind_for(i, use) != NULL) {
            pc_buf_format(&known, "%s%s", known.len == 0 ? "" : ", ", targets[i].service);
        }
    }
    pc_diag_report(reader->import->diags, reader->code, pc_members_place(reader, json),
                   "\"%.*s\" is no %s", PC_STR_ARG(target), words[use]);
    pc_diag_hint(reader->import->diags, "it is of one of these services: %.*s",
                 PC_STR_ARG(pc_buf_view(&known)));
}

static struct pc_str service_of(struct pc_str target)
{
    struct pc_arn arn;
    if (pc_str_has_prefix(target, PC_STR("kafka://"))) {
        return PC_STR("kafka");
    }
    // kafka: a topic is no resource with an ARN here.
    bool service = pc_arn_parse(target, &arn) && !pc_str_eq(arn.service, PC_STR("kafka"));
    return service ? arn.service : PC_STR("");
}

bool pc_lambda_target(const struct pc_members *reader, const struct pc_json *json,
                      enum pc_target_use use, struct pc_str target,
                      struct pc_connection_draft *draft)
{
    static const char *const on[] = {
        [PC_TARGET_SUCCESS] = "success",
        [PC_TARGET_FAILURE] = "failure",
        [PC_TARGET_MAPPING] = "mapping-failure",
        [PC_TARGET_DEAD_LETTER] = "",
    };
    struct pc_str service = service_of(target);
    draft->kind = NULL;
    for (size_t i = 0; i < TARGET_COUNT; i++) {
        if (pc_str_eq(service, pc_str_from(targets[i].service))) {
            draft->kind = kind_for(i, use);
        }
    }
    if (draft->kind == NULL) {
        report_target(reader, json, use, target);
        return false;
    }
    draft->other = target;
    pc_connection_fact(draft, PC_STR("on"), pc_str_from(on[use]));
    return pc_lambda_other_fits(reader, json, draft);
}
