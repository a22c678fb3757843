// SPDX-License-Identifier: Apache-2.0
//
// Resource and NotResource: "*" or an ARN (R-034), and how many fields it must have (R-207). Does
// not expand short ARNs and does not read variables: the compiler does.
#include "reading.h"

enum {
    ARN_FIELDS = 6,
};

static bool has_wildcard(struct pc_str s)
{
    return pc_str_find(s, '*', 0) != SIZE_MAX || pc_str_find(s, '?', 0) != SIZE_MAX;
}

static void refuse_short(struct pc_reading *reading, const struct pc_text *text)
{
    pc_diag_report(reading->diags, PC_DIAG_RESOURCE_SHORT,
                   pc_reading_place(reading, text->line, text->column),
                   "the ARN \"%.*s\" has fewer than six fields", PC_SHOWN(text->text));
    pc_diag_hint(reading->diags, "write all of arn:partition:service:region:account:resource");
}

// R-207
static void check_short(struct pc_reading *reading, const struct pc_text *text)
{
    switch (reading->rules->short_arn) {
    case PC_SHORT_ARN_EXPANDED:
        break;
    case PC_SHORT_ARN_NEEDS_WILDCARD:
        if (!has_wildcard(text->text)) {
            pc_diag_report(reading->diags, PC_DIAG_RESOURCE_NEVER_MATCHES,
                           pc_reading_place(reading, text->line, text->column),
                           "the ARN \"%.*s\" has fewer than six fields and matches nothing",
                           PC_SHOWN(text->text));
        }
        break;
    case PC_SHORT_ARN_REFUSED_UNLESS_STAR:
        if (!pc_str_has_suffix(text->text, PC_STR("*"))) {
            refuse_short(reading, text);
        }
        break;
    case PC_SHORT_ARN_REFUSED:
        refuse_short(reading, text);
        break;
    }
}

// R-209: in front of the fifth colon "${" is text, and no resource has that there.
static bool check_early_variable(struct pc_reading *reading, const struct pc_str *fields,
                                 size_t count, const struct pc_text *text)
{
    for (size_t i = 0; i < count && i < ARN_FIELDS - 1; i++) {
        if (pc_has_variable(fields[i])) {
            pc_diag_report(reading->diags, PC_DIAG_RESOURCE_NEVER_MATCHES,
                           pc_reading_place(reading, text->line, text->column),
                           "the variable in \"%.*s\" is plain text, which matches nothing",
                           PC_SHOWN(text->text));
            pc_diag_hint(reading->diags, "variables count behind the fifth colon only");
            return false;
        }
    }
    return true;
}

static void check_resource(struct pc_reading *reading, struct pc_text *text)
{
    struct pc_place place = pc_reading_place(reading, text->line, text->column);
    if (pc_str_eq(text->text, PC_STR("*"))) {
        return;
    }
    if (!pc_str_has_prefix(text->text, PC_STR("arn:"))) {
        pc_diag_report(reading->diags, PC_DIAG_RESOURCE_FORMAT, place,
                       "\"%.*s\" is neither \"*\" nor an ARN", PC_SHOWN(text->text));
        // The short form that API Gateway takes, and stores as an ARN.
        bool api = pc_str_has_prefix(text->text, PC_STR("execute-api:/"));
        pc_diag_hint(reading->diags,
                     api ? "write what API Gateway stores: "
                           "\"arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH\""
                         : "an ARN begins with \"arn:\", as in \"arn:aws:s3:::bucket/*\"");
        return;
    }
    struct pc_str fields[ARN_FIELDS];
    size_t count = pc_str_split(text->text, ':', fields, ARN_FIELDS);
    bool fine = check_early_variable(reading, fields, count, text);
    if (count < ARN_FIELDS) {
        check_short(reading, text);
    } else if (fine) {
        pc_reading_check_variable(reading, fields[ARN_FIELDS - 1], place); // R-209, R-502
    }
}

enum pc_status pc_resource_read(struct pc_reading *reading, const struct pc_json_member *member,
                                enum pc_list_kind kind, struct pc_statement *out)
{
    if (reading->rules->resource == PC_PRESENCE_FORBIDDEN) {
        pc_diag_report(reading->diags, PC_DIAG_RESOURCE_FORBIDDEN,
                       pc_reading_at_name(reading, member), "\"%.*s\" is not allowed in %s",
                       PC_STR_ARG(member->name), reading->rules->noun);
        pc_diag_hint(reading->diags, "it is about the role that it is attached to: take it out");
        return PC_OK;
    }
    return pc_text_list_read(reading, member, kind, check_resource, &out->resources);
}
