// SPDX-License-Identifier: Apache-2.0
//
// Action and NotAction: the form of each entry and what the policy type lets
// it name. Whether an action exists is nobody's concern here.
#include "reading.h"

static bool is_white_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_wildcard(char c)
{
    return c == '*' || c == '?';
}

// What may stand in front of the colon, wildcards and white space included: these are accepted but
// match nothing.
static bool is_service_byte(char c)
{
    char lower = pc_char_lower(c);
    return (lower >= 'a' && lower <= 'z') || pc_char_is_digit(c) || c == '-' || is_wildcard(c) ||
           is_white_space(c);
}

static bool has(struct pc_str s, bool (*is)(char c))
{
    for (size_t i = 0; i < s.len; i++) {
        if (is(s.ptr[i])) {
            return true;
        }
    }
    return false;
}

static bool all(struct pc_str s, bool (*is)(char c))
{
    for (size_t i = 0; i < s.len; i++) {
        if (!is(s.ptr[i])) {
            return false;
        }
    }
    return true;
}

// Is an entry with this service part one that the policy type may hold?
static bool is_service_allowed(const struct pc_type_rules *rules, struct pc_str service)
{
    if (rules->service.len > 0) {
        return pc_str_eq_icase(service, rules->service);
    }
    return rules->all_actions || !has(service, is_wildcard);
}

static void report_service(struct pc_reading *reading, const struct pc_text *text)
{
    const struct pc_type_rules *rules = reading->rules;
    pc_diag_report(reading->diags, PC_DIAG_ACTION_SERVICE,
                   pc_reading_place(reading, text->line, text->column),
                   "the action \"%.*s\" is not allowed in %s", PC_SHOWN(text->text), rules->noun);
    if (rules->service.len > 0) {
        pc_diag_hint(reading->diags, "its actions start with \"%.*s:\"",
                     PC_STR_ARG(rules->service));
    } else {
        pc_diag_hint(reading->diags, "name the service, as in \"s3:*\"");
    }
}

static void report_format(struct pc_reading *reading, const struct pc_text *text)
{
    pc_diag_report(reading->diags, PC_DIAG_ACTION_FORMAT,
                   pc_reading_place(reading, text->line, text->column),
                   "\"%.*s\" is not an action of a service", PC_SHOWN(text->text));
    pc_diag_hint(reading->diags, "an action is \"service:Name\", such as \"s3:GetObject\"");
}

// Why an accepted entry matches no request, or NULL.
static const char *why_never(struct pc_str text, struct pc_str service)
{
    if (has(text, is_white_space)) {
        return "holds white space";
    }
    if (service.len + 1 == text.len) {
        return "names no action";
    }
    if (has(service, is_wildcard)) {
        return "has a wildcard in the service";
    }
    return pc_has_variable(text) ? "has a policy variable, which is plain text there,"
                                 : NULL;
}

static void check_service_action(struct pc_reading *reading, const struct pc_text *text)
{
    size_t colon = pc_str_find(text->text, ':', 0);
    struct pc_str service = pc_str_slice(text->text, 0, colon);
    if (colon == SIZE_MAX || service.len == 0 || !all(service, is_service_byte)) {
        report_format(reading, text);
        return;
    }
    if (!is_service_allowed(reading->rules, service)) {
        report_service(reading, text);
        return;
    }
    const char *why = why_never(text->text, service);
    if (why != NULL) {
        pc_diag_report(reading->diags, PC_DIAG_ACTION_NEVER_MATCHES,
                       pc_reading_place(reading, text->line, text->column),
                       "the action \"%.*s\" %s and matches nothing", PC_SHOWN(text->text), why);
    }
}

static void check_action(struct pc_reading *reading, struct pc_text *text)
{
    bool any = pc_str_eq(text->text, PC_STR("*")) || pc_str_eq(text->text, PC_STR("*:*"));
    if (!any) {
        check_service_action(reading, text);
        return;
    }
    if (!reading->rules->all_actions) {
        report_service(reading, text);
    }
    text->text = PC_STR("*"); // so is "*:*"
}

enum pc_status pc_action_read(struct pc_reading *reading, const struct pc_json_member *member,
                              enum pc_list_kind kind, struct pc_statement *out)
{
    if (kind == PC_LIST_NEGATED && !reading->rules->not_action) {
        pc_diag_report(reading->diags, PC_DIAG_ACTION_ELEMENT_FORBIDDEN,
                       pc_reading_at_name(reading, member), "\"NotAction\" is not allowed in %s",
                       reading->rules->noun);
    }
    return pc_text_list_read(reading, member, kind, check_action, &out->actions);
}
