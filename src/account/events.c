// SPDX-License-Identifier: Apache-2.0
//
// LAMBDA.md 5.4, rows 16 and 17. Only functions among the targets are kept.
#include "events.h"

#include "files.h"
#include "lambda.h"
#include "names.h"
#include "pieces.h"
#include "shapes.h"
#include "truncated.h"

// A dump that is read, and the bucket or rule that it is of.
struct dump {
    const struct pc_members *reader;
    struct pc_str owner;
};

// Notifications -----------------------------------------------------------------------------------

// The start that keys of objects must have, from Filter.Key.FilterRules; S3Key in raw answers.
static bool read_prefix(const struct pc_members *reader, const struct pc_json *element,
                        struct pc_connection_draft *draft)
{
    const struct pc_json *filter, *key, *rules = NULL;
    if (!pc_members_object(reader, element, "Filter", PC_OPTIONAL, &filter)) {
        return false;
    }
    if (filter == NULL) {
        return true;
    }
    const char *name = pc_members_find(filter, "S3Key") != NULL ? "S3Key" : "Key";
    if (!pc_members_object(reader, filter, name, PC_OPTIONAL, &key) ||
        (key != NULL && !pc_members_array(reader, key, "FilterRules", PC_OPTIONAL, &rules))) {
        return false;
    }
    for (size_t i = 0; rules != NULL && i < rules->count; i++) {
        const struct pc_json *rule = &rules->items[i];
        struct pc_str which, value;
        if (!pc_members_element(reader, rule, PC_JSON_OBJECT, "FilterRules") ||
            !pc_members_string(reader, rule, "Name", PC_REQUIRED, &which) ||
            !pc_members_string(reader, rule, "Value", PC_REQUIRED, &value)) {
            return false;
        }
        if (pc_str_eq_icase(which, PC_STR("prefix"))) {
            pc_connection_fact(draft, PC_STR("prefix"), value);
        }
    }
    return true;
}

static enum pc_status read_notification(const struct pc_members *reader,
                                        const struct pc_json *element, void *context)
{
    const struct dump *dump = context;
    struct pc_connection_draft draft;
    if (!pc_lambda_draft_of(reader, "s3", element, "LambdaFunctionArn", &draft) ||
        !read_prefix(reader, element, &draft)) {
        return PC_OK;
    }
    draft.other = dump->owner;
    return pc_connection_add(reader, &draft);
}

static enum pc_status read_notifications(struct dump *dump, const struct pc_json *json)
{
    return pc_members_each(dump->reader, json, "LambdaFunctionConfigurations", read_notification,
                           dump);
}

// Targets of rules --------------------------------------------------------------------------------

// The queue of what could not be delivered. "" when there is none.
static bool read_dead_letter(const struct pc_members *reader, const struct pc_json *element,
                             struct pc_str *out)
{
    if (!pc_lambda_inner(reader, element, "DeadLetterConfig", "Arn", out)) {
        return false;
    }
    if (out->len > 0 && !pc_connection_is_queue(*out)) {
        const struct pc_json *config = pc_members_find(element, "DeadLetterConfig");
        pc_diag_report(reader->import->diags, reader->code,
                       pc_members_place(reader, pc_members_find(config, "Arn")),
                       "\"%.*s\" is not the ARN of a queue", PC_STR_ARG(*out));
        return false;
    }
    return true;
}

static enum pc_status read_target(const struct pc_members *reader, const struct pc_json *element,
                                  void *context)
{
    const struct dump *dump = context;
    struct pc_str target, bare, queue;
    if (!pc_members_string(reader, element, "Arn", PC_REQUIRED, &target) ||
        !pc_function_arn_parse(target, &bare)) {
        return PC_OK;
    }
    struct pc_connection_draft draft = pc_lambda_draft(reader, "eventbridge-rule", target, element);
    draft.function_place = pc_members_place(reader, pc_members_find(element, "Arn"));
    draft.other = dump->owner;
    if (!pc_lambda_fact(reader, element, "RoleArn", "role", &draft) ||
        !read_dead_letter(reader, element, &queue)) {
        return PC_OK;
    }
    pc_connection_fact(&draft, PC_STR("dead-letter"), queue);
    return pc_connection_add(reader, &draft);
}

static enum pc_status read_targets(struct dump *dump, const struct pc_json *json)
{
    return pc_members_each(dump->reader, json, "Targets", read_target, dump);
}

// Dumps that the user named -----------------------------------------------------------------------

struct event_shape {
    const char *member; // of a manifest's resource
    const char *kind;   // whose other end the resource is
    const char *list;   // of the dump
    const char *function, *example;
    enum pc_status (*read_dump)(struct pc_import *import, struct pc_piece *piece);
    enum pc_status (*read)(struct dump *dump, const struct pc_json *json);
};

static const struct event_shape notification = {
    "notification",
    "s3",
    "LambdaFunctionConfigurations",
    "LambdaFunctionArn",
    "{\"arn\": \"arn:aws:s3:::BUCKET\", \"account\": \"ACCOUNT\", \"notification\": ",
    pc_notification_dump_read,
    read_notifications,
};

static const struct event_shape targets = {
    "targets",
    "eventbridge-rule",
    "Targets",
    "Arn",
    "{\"arn\": \"arn:aws:events:REGION:ACCOUNT:rule/NAME\", \"targets\": ",
    pc_target_dump_read,
    read_targets,
};

// Is a function among what the dump names?
static bool names_function(const struct event_shape *shape, const struct pc_json *json)
{
    const struct pc_json *list = pc_members_find(json, shape->list);
    bool found = false;
    for (size_t i = 0; list != NULL && list->type == PC_JSON_ARRAY && i < list->count; i++) {
        const struct pc_json *arn = pc_members_find(&list->items[i], shape->function);
        struct pc_str bare;
        found = found || (arn != NULL && arn->type == PC_JSON_STRING &&
                          pc_function_arn_parse(arn->text, &bare));
    }
    return found;
}

// One that no manifest took: it is of nobody, which does not matter when it names no function.
static enum pc_status read_alone(struct pc_import *import, const struct pc_piece *piece,
                                 const struct event_shape *shape)
{
    const struct pc_members reader = {import, piece->file, PC_DIAG_DUMP_VALUE};
    struct dump dump = {&reader, PC_STR("")};
    size_t errors = import->diags->errors;
    if (piece->taken) {
        return PC_OK;
    }
    PC_TRY(shape->read(&dump, piece->json));
    if (import->diags->errors > errors || !names_function(shape, piece->json)) {
        return PC_OK;
    }
    pc_diag_report(import->diags, PC_DIAG_POLICY_UNATTACHED, pc_members_place(&reader, piece->json),
                   "\"%.*s\" (%s) does not say to whom it belongs", PC_STR_ARG(piece->file->name),
                   piece->shape->name);
    pc_diag_hint(import->diags,
                 "say it in a manifest beside it: {\"polcheck\": 1, \"resources\": [%s\"%.*s\"}]}",
                 shape->example, PC_STR_ARG(pc_files_own_name(piece->file)));
    return PC_OK;
}

enum pc_status pc_notification_dump_read(struct pc_import *import, struct pc_piece *piece)
{
    return read_alone(import, piece, &notification);
}

enum pc_status pc_target_dump_read(struct pc_import *import, struct pc_piece *piece)
{
    return read_alone(import, piece, &targets);
}

// What a manifest attaches ------------------------------------------------------------------------

static void complain(const struct pc_members *reader, const struct pc_json *value,
                     struct pc_str subject, const char *what)
{
    pc_diag_report(reader->import->diags, reader->code, pc_members_place(reader, value),
                   "\"%.*s\" %s", PC_STR_ARG(subject), what);
}

// The document at the path, as the only one of its file. *out is NULL after a report.
static enum pc_status find_piece(const struct pc_members *reader, const struct pc_json *value,
                                 const struct event_shape *shape, struct pc_piece **out)
{
    struct pc_piece *piece;
    *out = NULL;
    PC_TRY(pc_pieces_named(reader, value, &piece));
    if (piece == NULL) {
        return PC_OK;
    }
    const struct pc_file *file = piece->file;
    for (struct pc_piece *each = piece; each != NULL; each = each->next) {
        each->taken = true;
    }
    if (piece->next != NULL) {
        complain(reader, value, file->name, "holds several documents, not one");
    } else if (piece->shape->read != shape->read_dump) {
        complain(reader, value, file->name, "is no such dump");
        pc_diag_hint(reader->import->diags, "it was recognised as: %s", piece->shape->name);
    } else {
        *out = piece;
    }
    return PC_OK;
}

// Is the resource one that has such events?
static bool fits(const struct pc_members *reader, const struct pc_json *value,
                 const struct event_shape *shape, struct pc_str arn)
{
    const struct pc_connection_kind *kind = pc_connection_kind_find(pc_str_from(shape->kind));
    if (pc_connection_kind_fits(kind, arn)) {
        return true;
    }
    pc_diag_report(reader->import->diags, reader->code, pc_members_place(reader, value),
                   "\"%.*s\" has no \"%s\": only %s has", PC_STR_ARG(arn), shape->member,
                   kind->source);
    return false;
}

static enum pc_status attach_path(const struct pc_members *reader, const struct pc_json *value,
                                  const struct event_shape *shape, struct pc_str arn)
{
    struct pc_piece *piece;
    PC_TRY(find_piece(reader, value, shape, &piece));
    if (piece == NULL || !fits(reader, value, shape, arn)) {
        return PC_OK;
    }
    const struct pc_members inner = {reader->import, piece->file, PC_DIAG_DUMP_VALUE};
    struct dump dump = {&inner, arn};
    struct pc_recognised *manifest = reader->import->reading;
    reader->import->reading = piece->recognised;
    PC_TRY(shape->read(&dump, piece->json));
    reader->import->reading = manifest;
    return PC_OK;
}

static enum pc_status attach_inline(const struct pc_members *reader, const struct pc_json *value,
                                    const struct event_shape *shape, struct pc_str arn)
{
    const struct pc_shape *found = pc_shape_of(value);
    struct dump dump = {reader, arn};
    if (found == NULL || found->read != shape->read_dump) {
        pc_diag_report(reader->import->diags, reader->code, pc_members_place(reader, value),
                       "\"%s\" is no such dump: it has no \"%s\"", shape->member, shape->list);
        return PC_OK;
    }
    const struct pc_shape *second = pc_shape_beside(value, found);
    if (second != NULL) {
        pc_shape_refuse_two(reader->import, reader->file, value, found, second);
        return PC_OK;
    }
    pc_dump_refuse_truncated(reader->import, reader->file, value);
    return fits(reader, value, shape, arn) ? shape->read(&dump, value) : PC_OK;
}

static enum pc_status attach(const struct pc_members *reader, const struct pc_json *resource,
                             const struct event_shape *shape, struct pc_str arn)
{
    const struct pc_json *value = pc_members_find(resource, shape->member);
    if (value == NULL) {
        return PC_OK;
    }
    if (value->type == PC_JSON_STRING) {
        return attach_path(reader, value, shape, arn);
    }
    return pc_members_type(reader, value, PC_JSON_OBJECT, shape->member)
               ? attach_inline(reader, value, shape, arn)
               : PC_OK;
}

enum pc_status pc_events_attach(const struct pc_members *reader, const struct pc_json *resource,
                                struct pc_str arn)
{
    PC_TRY(attach(reader, resource, &notification, arn));
    return attach(reader, resource, &targets, arn);
}
