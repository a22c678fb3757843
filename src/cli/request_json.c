// SPDX-License-Identifier: Apache-2.0
//
// The members of a request. The principal is in principal_json.c, the
// context in context_json.c.
#include "request_json.h"

#include "spelling.h"

// Reading one request object.
struct members {
    const struct pc_request_reading *reading;
    struct pc_request *request;
    const struct pc_json **id; // NULL: not allowed
};

// Reports a value that is not a string.
static enum pc_status want_string(const struct pc_request_reading *reading, const char *name,
                                  enum pc_diag_code code, const struct pc_json *json)
{
    if (json->type == PC_JSON_STRING) {
        return PC_OK;
    }
    pc_diag_report(reading->diags, code, pc_json_place(reading->file, json),
                   "\"%s\" is %s, not a string", name, pc_json_type_text(json->type));
    return PC_ERR_INVALID;
}

static enum pc_status read_principal(const struct members *job, const struct pc_json *json)
{
    return pc_request_read_principal(job->reading, json, &job->request->caller);
}

static enum pc_status read_action(const struct members *job, const struct pc_json *json)
{
    const struct pc_request_reading *reading = job->reading;
    PC_TRY(want_string(reading, "action", PC_DIAG_REQUEST_ACTION, json));
    const struct pc_form form = pc_request_form(reading, json);
    PC_TRY(pc_form_action(&form, json->text));
    job->request->action = json->text;
    return PC_OK;
}

static enum pc_status read_resource(const struct members *job, const struct pc_json *json)
{
    const struct pc_request_reading *reading = job->reading;
    PC_TRY(want_string(reading, "resource", PC_DIAG_REQUEST_RESOURCE, json));
    const struct pc_form form = pc_request_form(reading, json);
    PC_TRY(pc_form_resource(&form, json->text));
    job->request->resource = json->text;
    return PC_OK;
}

static enum pc_status read_account(const struct members *job, const struct pc_json *json)
{
    const struct pc_request_reading *reading = job->reading;
    PC_TRY(want_string(reading, "resourceAccount", PC_DIAG_REQUEST_ACCOUNT, json));
    const struct pc_form form = pc_request_form(reading, json);
    PC_TRY(pc_form_account(&form, json->text));
    job->request->resource_account = json->text;
    job->request->account_place = pc_json_place(reading->file, json);
    return PC_OK;
}

static enum pc_status read_context(const struct members *job, const struct pc_json *json)
{
    return pc_request_read_context(job->reading, json, job->request);
}

static enum pc_status read_id(const struct members *job, const struct pc_json *json)
{
    *job->id = json;
    return PC_OK;
}

struct member {
    struct pc_str name;
    bool required;
    enum pc_status (*read)(const struct members *job, const struct pc_json *json);
};

static const struct member members[] = {
    {PC_STR_INIT("principal"), true, read_principal},
    {PC_STR_INIT("action"), true, read_action},
    {PC_STR_INIT("resource"), true, read_resource},
    {PC_STR_INIT("resourceAccount"), false, read_account},
    {PC_STR_INIT("context"), false, read_context},
    {PC_STR_INIT("id"), false, read_id},
};

enum {
    MEMBER_COUNT = sizeof(members) / sizeof(members[0]),
};

// Only a request of a batch has an id.
static bool may_have(const struct members *job, const struct member *member)
{
    return member->read != read_id || job->id != NULL;
}

static const struct member *find_member(const struct members *job, struct pc_str name)
{
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        if (may_have(job, &members[i]) && pc_str_eq(members[i].name, name)) {
            return &members[i];
        }
    }
    return NULL;
}

static void report_unknown(const struct members *job, const struct pc_json_member *found)
{
    const struct pc_request_reading *reading = job->reading;
    struct pc_near near = {.text = found->name};
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        if (may_have(job, &members[i])) {
            pc_near_offer(&near, members[i].name);
        }
    }
    pc_diag_report(reading->diags, PC_DIAG_REQUEST_MEMBER,
                   pc_json_member_place(reading->file, found), "a request has no member \"%.*s\"",
                   PC_STR_ARG(found->name));
    if (near.best.len > 0) {
        pc_diag_hint(reading->diags, "did you mean \"%.*s\"?", PC_STR_ARG(near.best));
    }
}

static enum pc_status read_member(const struct members *job, const struct pc_json_member *found)
{
    const struct member *member = find_member(job, found->name);
    if (member == NULL) {
        report_unknown(job, found);
        return PC_ERR_INVALID;
    }
    // Programs write null for what they do not know; an id may be anything.
    bool unknown =
        found->value.type == PC_JSON_NULL && !member->required && member->read != read_id;
    return unknown ? PC_OK : member->read(job, &found->value);
}

static void check_required(const struct members *job, const struct pc_json *json)
{
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        if (members[i].required && pc_json_get(json, members[i].name) == NULL) {
            pc_diag_report(job->reading->diags, PC_DIAG_REQUEST_MEMBER,
                           pc_json_place(job->reading->file, json), "the request has no \"%.*s\"",
                           PC_STR_ARG(members[i].name));
        }
    }
}

enum pc_status pc_request_read(const struct pc_request_reading *reading, const struct pc_json *json,
                               const struct pc_json **id, struct pc_request *out)
{
    struct pc_request request = {0};
    const struct members job = {reading, &request, id};
    size_t errors = reading->diags->errors;
    if (json->type != PC_JSON_OBJECT) {
        pc_diag_report(reading->diags, PC_DIAG_REQUEST_MEMBER, pc_json_place(reading->file, json),
                       "the request is %s, not an object", pc_json_type_text(json->type));
        return PC_ERR_INVALID;
    }
    for (size_t i = 0; i < json->count; i++) {
        enum pc_status status = read_member(&job, &json->members[i]);
        if (status != PC_OK && status != PC_ERR_INVALID) {
            return status;
        }
    }
    check_required(&job, json);
    if (reading->diags->errors > errors) {
        return PC_ERR_INVALID;
    }
    *out = request;
    return PC_OK;
}
