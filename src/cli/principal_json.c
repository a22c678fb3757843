// SPDX-License-Identifier: Apache-2.0
//
// The principal of a request: a string, or an object that says what an ARN does not.
#include "request_json.h"

#include "spelling.h"

// Reading one principal object.
struct parts {
    const struct pc_request_reading *reading;
    struct pc_caller *caller; // of `arn` or `federated` already
};

static enum pc_status refuse(const struct pc_request_reading *reading, const struct pc_json *json,
                             const char *message)
{
    pc_diag_report(reading->diags, PC_DIAG_REQUEST_PRINCIPAL, pc_json_place(reading->file, json),
                   "%s", message);
    return PC_ERR_INVALID;
}

static enum pc_status need_text(const struct pc_request_reading *reading,
                                const struct pc_json *json, const char *name)
{
    if (json->type == PC_JSON_STRING && json->text.len > 0) {
        return PC_OK;
    }
    pc_diag_report(reading->diags, PC_DIAG_REQUEST_PRINCIPAL, pc_json_place(reading->file, json),
                   "\"%s\" of a principal is %s, not a string with text", name,
                   json->type == PC_JSON_STRING ? "empty" : pc_json_type_text(json->type));
    return PC_ERR_INVALID;
}

static enum pc_status read_role(const struct parts *job, const struct pc_json *json)
{
    const struct pc_form form = pc_request_form(job->reading, json);
    PC_TRY(need_text(job->reading, json, "role"));
    return pc_form_role(&form, json->text, job->caller);
}

static enum pc_status read_parent(const struct parts *job, const struct pc_json *json)
{
    const struct pc_form form = pc_request_form(job->reading, json);
    PC_TRY(need_text(job->reading, json, "parent"));
    return pc_form_parent(&form, json->text, job->caller);
}

static enum pc_status read_unique_id(const struct parts *job, const struct pc_json *json)
{
    const struct pc_form form = pc_request_form(job->reading, json);
    PC_TRY(need_text(job->reading, json, "id"));
    return pc_form_id(&form, json->text, job->caller);
}

// Further names of a service.
static enum pc_status read_services(const struct parts *job, const struct pc_json *json)
{
    if (job->caller->kind != PC_CALLER_SERVICE) {
        return refuse(job->reading, json, "only a service has \"services\"");
    }
    if (json->type != PC_JSON_ARRAY) {
        return refuse(job->reading, json, "\"services\" is not an array of names of services");
    }
    struct pc_str *names = pc_arena_array(job->reading->arena, json->count, sizeof(*names));
    if (names == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < json->count; i++) {
        const struct pc_form form = pc_request_form(job->reading, &json->items[i]);
        PC_TRY(need_text(job->reading, &json->items[i], "services"));
        names[i] = json->items[i].text;
        PC_TRY(pc_form_service(&form, names[i], job->caller));
    }
    job->caller->services = names;
    job->caller->service_count = json->count;
    return PC_OK;
}

static enum pc_status read_tags(const struct parts *job, const struct pc_json *json)
{
    const struct pc_request_reading *reading = job->reading;
    if (json->type != PC_JSON_OBJECT) {
        return refuse(reading, json, "\"tags\" is not an object of strings");
    }
    struct pc_tag *tags = pc_arena_array(reading->arena, json->count, sizeof(*tags));
    if (tags == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < json->count; i++) {
        const struct pc_json_member *member = &json->members[i];
        if (member->value.type != PC_JSON_STRING) {
            return refuse(reading, &member->value, "the value of a tag is not a string");
        }
        const struct pc_form form = pc_request_form(reading, &member->value);
        PC_TRY(pc_form_length(&form, member->value.text));
        PC_TRY(pc_form_tag(&form, member->name, tags, i, job->caller));
        tags[i] = (struct pc_tag){member->name, member->value.text};
    }
    job->caller->tags = tags;
    job->caller->tag_count = json->count;
    return PC_OK;
}

// `arn` and `federated` are read before the others.
static enum pc_status read_before(const struct parts *job, const struct pc_json *json)
{
    (void)job;
    (void)json;
    return PC_OK;
}

struct part {
    struct pc_str name;
    enum pc_status (*read)(const struct parts *job, const struct pc_json *json);
};

static const struct part parts[] = {
    {PC_STR_INIT("arn"), read_before},   {PC_STR_INIT("federated"), read_before},
    {PC_STR_INIT("role"), read_role},    {PC_STR_INIT("parent"), read_parent},
    {PC_STR_INIT("id"), read_unique_id}, {PC_STR_INIT("services"), read_services},
    {PC_STR_INIT("tags"), read_tags},
};

static enum pc_status read_part(const struct parts *job, const struct pc_json_member *member)
{
    struct pc_near near = {.text = member->name};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (pc_str_eq(parts[i].name, member->name)) {
            return parts[i].read(job, &member->value);
        }
        pc_near_offer(&near, parts[i].name);
    }
    pc_diag_report(job->reading->diags, PC_DIAG_REQUEST_MEMBER,
                   pc_json_member_place(job->reading->file, member),
                   "a principal has no member \"%.*s\"", PC_STR_ARG(member->name));
    if (near.best.len > 0) {
        pc_diag_hint(job->reading->diags, "did you mean \"%.*s\"?", PC_STR_ARG(near.best));
    }
    return PC_ERR_INVALID;
}

// Who it is, before the rest is told about them.
static enum pc_status read_identity(const struct pc_request_reading *reading,
                                    const struct pc_json *json, struct pc_caller *out)
{
    const struct pc_json *arn = pc_json_get(json, PC_STR("arn"));
    const struct pc_json *federated = pc_json_get(json, PC_STR("federated"));
    if ((arn == NULL) == (federated == NULL)) {
        return refuse(reading, json, "a principal has either \"arn\" or \"federated\"");
    }
    if (federated != NULL) {
        PC_TRY(need_text(reading, federated, "federated"));
        *out = pc_caller_provider(federated->text);
        return PC_OK;
    }
    PC_TRY(need_text(reading, arn, "arn"));
    const struct pc_form form = pc_request_form(reading, arn);
    return pc_form_principal(&form, arn->text, out);
}

enum pc_status pc_request_read_principal(const struct pc_request_reading *reading,
                                         const struct pc_json *json, struct pc_caller *out)
{
    struct pc_caller caller = {.kind = PC_CALLER_NONE};
    if (json->type == PC_JSON_STRING) {
        const struct pc_form form = pc_request_form(reading, json);
        return pc_form_principal(&form, json->text, out);
    }
    if (json->type != PC_JSON_OBJECT) {
        return refuse(reading, json, "a principal is a string or an object");
    }
    PC_TRY(read_identity(reading, json, &caller));
    const struct parts job = {reading, &caller};
    for (size_t i = 0; i < json->count; i++) {
        PC_TRY(read_part(&job, &json->members[i]));
    }
    *out = caller;
    return PC_OK;
}
