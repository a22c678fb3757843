// SPDX-License-Identifier: Apache-2.0
#include "case.h"

#include "request_json.h"
#include "spelling.h"

// Members that say something to people or to the program that keeps the cases: anything goes.
static const struct pc_str remarks[] = {PC_STR_INIT("comment"), PC_STR_INIT("description"),
                                        PC_STR_INIT("id"), PC_STR_INIT("source"),
                                        PC_STR_INIT("tags")};

static bool is_remark(struct pc_str name)
{
    for (size_t i = 0; i < sizeof(remarks) / sizeof(remarks[0]); i++) {
        if (pc_str_eq(name, remarks[i])) {
            return true;
        }
    }
    return false;
}

static enum pc_status report_member(const struct pc_case_source *source,
                                    const struct pc_json_member *member)
{
    static const struct pc_str names[] = {PC_STR_INIT("name"), PC_STR_INIT("request"),
                                          PC_STR_INIT("policies"), PC_STR_INIT("expect"),
                                          PC_STR_INIT("comment")};
    struct pc_near near = {.text = member->name};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        pc_near_offer(&near, names[i]);
    }
    pc_diag_report(source->diags, PC_DIAG_REQUEST_MEMBER,
                   pc_json_member_place(source->file, member), "a case has no member \"%.*s\"",
                   PC_STR_ARG(member->name));
    if (near.best.len > 0) {
        pc_diag_hint(source->diags, "did you mean \"%.*s\"?", PC_STR_ARG(near.best));
    }
    return PC_ERR_INVALID;
}

static enum pc_status read_member(const struct pc_case_source *source,
                                  const struct pc_json_member *member, struct pc_case *subject)
{
    if (pc_str_eq(member->name, PC_STR("request"))) {
        subject->request = &member->value;
    } else if (pc_str_eq(member->name, PC_STR("policies"))) {
        subject->policies = &member->value;
    } else if (pc_str_eq(member->name, PC_STR("expect"))) {
        subject->expect = &member->value;
    } else if (pc_str_eq(member->name, PC_STR("name"))) {
        if (member->value.type != PC_JSON_STRING) {
            pc_diag_report(
                source->diags, PC_DIAG_REQUEST_MEMBER, pc_json_place(source->file, &member->value),
                "the name of a case is %s, not a string", pc_json_type_text(member->value.type));
            return PC_ERR_INVALID;
        }
        subject->name = member->value.text;
    } else if (!is_remark(member->name)) {
        return report_member(source, member);
    }
    return PC_OK;
}

enum pc_status pc_case_read(const struct pc_case_source *source, const struct pc_json *json,
                            struct pc_case *out)
{
    struct pc_case subject = {.name = PC_STR("")};
    enum pc_status outcome = PC_OK;
    if (json->type != PC_JSON_OBJECT) {
        pc_diag_report(source->diags, PC_DIAG_REQUEST_MEMBER, pc_json_place(source->file, json),
                       "a case is an object, not %s", pc_json_type_text(json->type));
        return PC_ERR_INVALID;
    }
    outcome = pc_json_refuse_own_repeats(json, source->file, source->diags);
    for (size_t i = 0; i < json->count; i++) {
        enum pc_status status = read_member(source, &json->members[i], &subject);
        outcome = status != PC_OK ? status : outcome;
    }
    *out = subject; // also after a failure: the name helps people
    PC_TRY(outcome);
    if (subject.expect != NULL) {
        PC_TRY(pc_json_refuse_repeats(subject.expect, source->file, source->diags));
    }
    if (subject.request == NULL) {
        pc_diag_report(source->diags, PC_DIAG_REQUEST_MEMBER, pc_json_place(source->file, json),
                       "the case has no \"request\"");
        return PC_ERR_INVALID;
    }
    return PC_OK;
}

enum pc_status pc_case_prepare(const struct pc_case_source *source, const struct pc_case *subject,
                               int64_t now, struct pc_request *request,
                               struct pc_policies *policies)
{
    const struct pc_request_reading reading = {source->arena, source->file, source->diags};
    const struct pc_request_options options = {.now = now, .assume_owner = true};
    PC_TRY(pc_json_refuse_repeats(subject->request, source->file, source->diags));
    if (subject->policies != NULL) {
        PC_TRY(pc_json_refuse_repeats(subject->policies, source->file, source->diags));
    }
    PC_TRY(pc_request_read(&reading, subject->request, NULL, request));
    PC_TRY(pc_case_policies_compile(source, subject->policies, request, policies));
    return pc_request_finish(source->arena, request, options,
                             pc_json_place(source->file, subject->request), source->diags);
}
