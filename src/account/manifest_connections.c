// SPDX-License-Identifier: Apache-2.0
//
// Reads what a manifest's function is connected with (CONTRACT 4): "triggers", "attachments",
// "destinations" and "deployer", each held against the table of kinds.
#include "lambda.h"
#include "manifest.h"
#include "manifest_facts.h"
#include "names.h"

// A function of the manifest.
struct function {
    const struct pc_members *reader;
    struct pc_str arn;
};

static void complain(const struct function *function, const struct pc_json *json,
                     struct pc_str subject, const char *what)
{
    pc_diag_report(function->reader->import->diags, PC_DIAG_MANIFEST_VALUE,
                   pc_members_place(function->reader, json), "\"%.*s\" %s", PC_STR_ARG(subject),
                   what);
}

// Kinds -------------------------------------------------------------------------------------------

static void report_kind(const struct function *function, const struct pc_json *json)
{
    size_t nearest = SIZE_MAX;
    const char *best = NULL;
    for (size_t i = 0; pc_connection_kind_at(i) != NULL; i++) {
        const char *name = pc_connection_kind_at(i)->kind;
        size_t distance = pc_name_distance(json->text, pc_str_from(name));
        if (distance < nearest) {
            nearest = distance;
            best = name;
        }
    }
    complain(function, json, json->text, "is no kind of connection");
    if (best != NULL) {
        pc_diag_hint(function->reader->import->diags, "did you mean \"%s\"?", best);
    }
}

// The row of "kind", which has to be one of this part of the manifest; NULL after a report.
static const struct pc_connection_kind *read_kind(const struct function *function,
                                                  const struct pc_json *element,
                                                  enum pc_connection_part part)
{
    struct pc_str name;
    if (!pc_members_string(function->reader, element, "kind", PC_REQUIRED, &name)) {
        return NULL;
    }
    const struct pc_json *json = pc_members_find(element, "kind");
    const struct pc_connection_kind *kind = pc_connection_kind_find(name);
    if (kind == NULL) {
        report_kind(function, json);
        return NULL;
    }
    if (kind->part != part) {
        complain(function, json, name, "does not belong here");
        pc_diag_hint(function->reader->import->diags, "say it in \"%s\"",
                     pc_connection_part_text(kind->part));
        return NULL;
    }
    return kind;
}

enum {
    NAMES = 2 * PC_CONNECTION_FACTS + 4,
    NAME_BYTES = 32,
};

// Reports members that are neither facts of the kind nor common to all.
static void check_members(const struct function *function, const struct pc_json *element,
                          const struct pc_connection_kind *kind)
{
    char texts[NAMES][NAME_BYTES];
    const char *names[NAMES] = {"kind", "qualifier"};
    size_t count = 2;
    if (kind->source != NULL) {
        names[count++] = "source";
    }
    for (size_t i = 0; i < (size_t)2 * PC_CONNECTION_FACTS; i++) {
        const char *fact =
            i < PC_CONNECTION_FACTS ? kind->needs[i] : kind->may[i - PC_CONNECTION_FACTS];
        if (fact != NULL) {
            struct pc_str name = pc_str_from(fact);
            name.len -= pc_connection_fact_is_list(fact);
            memcpy(texts[count], name.ptr, name.len);
            texts[count][name.len] = '\0';
            names[count] = texts[count];
            count++;
        }
    }
    names[count] = NULL;
    pc_members_known(function->reader, element, kind->kind, names);
}

// Connections -------------------------------------------------------------------------------------

static bool is_qualifier(struct pc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i], lower = pc_char_lower(c);
        if (!(lower >= 'a' && lower <= 'z') && !pc_char_is_digit(c) && c != '-' && c != '_' &&
            c != '$') {
            return false;
        }
    }
    return text.len > 0;
}

// The function that is configured: FN, or FN:Q. False in *good after a report.
static enum pc_status read_qualifier(const struct function *function, const struct pc_json *element,
                                     struct pc_str *out, bool *good)
{
    const struct pc_json *json = pc_members_find(element, "qualifier");
    struct pc_str text;
    *out = function->arn;
    *good = pc_members_string(function->reader, element, "qualifier", PC_OPTIONAL, &text);
    if (!*good || json == NULL) {
        return PC_OK;
    }
    if (!is_qualifier(text)) {
        complain(function, json, text, "is neither a version nor an alias");
        *good = false;
    } else if (pc_lambda_qualifier(function->arn).len > 0) {
        complain(function, json, function->arn, "has a qualifier already");
        *good = false;
    }
    return pc_arena_format(function->reader->import->arena, out, "%.*s:%.*s",
                           PC_STR_ARG(function->arn), PC_STR_ARG(text));
}

// The other end; one of a kind that has none is reported with the unknown members.
static bool read_source(const struct function *function, const struct pc_json *element,
                        const struct pc_connection_kind *kind, struct pc_connection_draft *draft)
{
    const struct pc_json *json = pc_members_find(element, "source");
    enum pc_need need = kind->source_optional ? PC_OPTIONAL : PC_REQUIRED;
    if (kind->source == NULL) {
        return true;
    }
    return pc_members_string(function->reader, element, "source", need, &draft->other) &&
           (json == NULL || pc_lambda_other_fits(function->reader, json, draft));
}

static enum pc_status read_connection(const struct function *function,
                                      const struct pc_json *element, enum pc_connection_part part)
{
    const struct pc_connection_kind *kind = read_kind(function, element, part);
    bool good;
    if (kind == NULL) {
        return PC_OK;
    }
    check_members(function, element, kind);
    struct pc_connection_draft draft =
        pc_lambda_draft(function->reader, kind->kind, function->arn, element);
    PC_TRY(read_qualifier(function, element, &draft.function, &good));
    if (!good || !read_source(function, element, kind, &draft)) {
        return PC_OK;
    }
    if (kind->qualified && pc_lambda_qualifier(draft.function).len == 0) {
        pc_diag_report(function->reader->import->diags, PC_DIAG_MANIFEST_VALUE, draft.place,
                       "a connection of kind \"%s\" needs \"qualifier\"", kind->kind);
        return PC_OK;
    }
    PC_TRY(pc_manifest_facts(function->reader, element, kind, &draft, &good));
    return good ? pc_connection_add(function->reader, &draft) : PC_OK;
}

static enum pc_status read_part(const struct function *function, const struct pc_json *element,
                                enum pc_connection_part part)
{
    const char *name = pc_connection_part_text(part);
    const struct pc_json *list;
    if (!pc_members_array(function->reader, element, name, PC_OPTIONAL, &list)) {
        return PC_OK;
    }
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        if (pc_members_element(function->reader, &list->items[i], PC_JSON_OBJECT, name)) {
            PC_TRY(read_connection(function, &list->items[i], part));
        }
    }
    return PC_OK;
}

// Destinations ------------------------------------------------------------------------------------

// A target with more about it: {"target", and facts of its kind}.
static enum pc_status read_target_object(const struct function *function,
                                         const struct pc_json *object, const char *member,
                                         struct pc_connection_draft *draft, bool *good)
{
    static const char *const facts[] = {"kms-key", "account", "cluster"};
    const struct pc_connection_kind *kind = pc_connection_kind_find(pc_str_from(draft->kind));
    const char *names[8] = {"target", "qualifier"};
    size_t count = 2;
    PC_TRY(read_qualifier(function, object, &draft->function, good));
    for (size_t i = 0; *good && i < sizeof(facts) / sizeof(facts[0]); i++) {
        const struct pc_json *value = pc_members_find(object, facts[i]);
        if (pc_connection_kind_fact(kind, pc_str_from(facts[i])) == NULL) {
            continue;
        }
        names[count++] = facts[i];
        if (value != NULL) {
            PC_TRY(pc_manifest_fact(function->reader, value, facts[i], draft, good));
        }
    }
    if (*good) {
        pc_members_known(function->reader, object, member, names);
    }
    return PC_OK;
}

static enum pc_status read_destination(const struct function *function,
                                       const struct pc_json *destinations, const char *member,
                                       enum pc_target_use use)
{
    const struct pc_json *value = pc_members_find(destinations, member), *target = value;
    bool good = true;
    if (value != NULL && value->type == PC_JSON_OBJECT) {
        struct pc_str text;
        if (!pc_members_string(function->reader, value, "target", PC_REQUIRED, &text)) {
            return PC_OK;
        }
        target = pc_members_find(value, "target");
    }
    if (value == NULL || !pc_members_type(function->reader, target, PC_JSON_STRING, member)) {
        return PC_OK;
    }
    // A topic takes what a mapping could not hand over; there are no others (LAMBDA.md 1.5).
    bool topic = pc_str_has_prefix(target->text, PC_STR("kafka://")) && use == PC_TARGET_FAILURE;
    struct pc_connection_draft draft =
        pc_lambda_draft(function->reader, NULL, function->arn, target);
    if (!pc_lambda_target(function->reader, target, topic ? PC_TARGET_MAPPING : use, target->text,
                          &draft)) {
        return PC_OK;
    }
    if (value->type == PC_JSON_OBJECT) {
        PC_TRY(read_target_object(function, value, member, &draft, &good));
    }
    return good ? pc_connection_add(function->reader, &draft) : PC_OK;
}

static enum pc_status read_destinations(const struct function *function,
                                        const struct pc_json *element)
{
    static const char *const names[] = {"onSuccess", "onFailure", "deadLetter", NULL};
    const struct pc_json *destinations;
    if (!pc_members_object(function->reader, element, "destinations", PC_OPTIONAL, &destinations) ||
        destinations == NULL) {
        return PC_OK;
    }
    pc_members_known(function->reader, destinations, "\"destinations\"", names);
    PC_TRY(read_destination(function, destinations, "onSuccess", PC_TARGET_SUCCESS));
    PC_TRY(read_destination(function, destinations, "onFailure", PC_TARGET_FAILURE));
    return read_destination(function, destinations, "deadLetter", PC_TARGET_DEAD_LETTER);
}

// Who configures the function.
static enum pc_status read_deployer(const struct function *function, const struct pc_json *element)
{
    const struct pc_json *json = pc_members_find(element, "deployer");
    struct pc_connection_draft draft =
        pc_lambda_draft(function->reader, "deployer", function->arn, json);
    if (!pc_members_string(function->reader, element, "deployer", PC_OPTIONAL, &draft.other) ||
        json == NULL || !pc_lambda_other_fits(function->reader, json, &draft)) {
        return PC_OK;
    }
    return pc_connection_add(function->reader, &draft);
}

enum pc_status pc_manifest_connections(const struct pc_members *reader,
                                       const struct pc_json *element, struct pc_str arn)
{
    const struct function function = {reader, arn};
    PC_TRY(read_part(&function, element, PC_PART_TRIGGER));
    PC_TRY(read_part(&function, element, PC_PART_ATTACHMENT));
    PC_TRY(read_destinations(&function, element));
    return read_deployer(&function, element);
}
