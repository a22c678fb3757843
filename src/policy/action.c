// SPDX-License-Identifier: Apache-2.0
//
// Action and NotAction: the form of each entry and what the policy type lets
// it name. Whether an action exists is nobody's concern here.
#include "reading.h"

// What a byte of an entry may be, as bits, so that one walk over a text tells what is in it.
enum trait {
    TRAIT_NAME = 1,     // a letter, a digit or '-'
    TRAIT_WILDCARD = 2, // '*' or '?'
    TRAIT_SPACE = 4,    // white space
    TRAIT_DOLLAR = 8,   // which may begin a policy variable
    TRAIT_OTHER = 16,
};

// What may stand in front of the colon: wildcards and white space are accepted but match nothing.
static const unsigned service_traits = TRAIT_NAME | TRAIT_WILDCARD | TRAIT_SPACE;

static unsigned trait_of(char c)
{
    char lower = pc_char_lower(c);
    if ((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-') {
        return TRAIT_NAME;
    }
    if (c == '*' || c == '?') {
        return TRAIT_WILDCARD;
    }
    if (c == ' ' || (c >= '\t' && c <= '\r')) {
        return TRAIT_SPACE;
    }
    return c == '$' ? TRAIT_DOLLAR : TRAIT_OTHER;
}

static unsigned traits_of(struct pc_str s)
{
    unsigned traits = 0;
    for (size_t i = 0; i < s.len; i++) {
        traits |= trait_of(s.ptr[i]);
    }
    return traits;
}

// An entry in its two parts.
struct parts {
    struct pc_str service;
    unsigned in_service, in_name; // traits
    bool named;                   // is there anything behind the colon
};

// False: no colon with a service in front of it.
static bool take_apart(struct pc_str text, struct parts *out)
{
    size_t colon = pc_str_find(text, ':', 0);
    if (colon == SIZE_MAX || colon == 0) {
        return false;
    }
    out->service = pc_str_slice(text, 0, colon);
    out->in_service = traits_of(out->service);
    out->in_name = traits_of(pc_str_slice(text, colon + 1, text.len));
    out->named = colon + 1 < text.len;
    return (out->in_service & ~service_traits) == 0;
}

// Is an entry with this service part one that the policy type may hold?
static bool is_service_allowed(const struct pc_type_rules *rules, const struct parts *parts)
{
    if (rules->service.len > 0) {
        return pc_str_eq_icase(parts->service, rules->service);
    }
    return rules->all_actions || (parts->in_service & TRAIT_WILDCARD) == 0;
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
static const char *why_never(struct pc_str text, const struct parts *parts)
{
    unsigned traits = parts->in_service | parts->in_name;
    if ((traits & TRAIT_SPACE) != 0) {
        return "holds white space";
    }
    if (!parts->named) {
        return "names no action";
    }
    if ((parts->in_service & TRAIT_WILDCARD) != 0) {
        return "has a wildcard in the service";
    }
    bool variable = (traits & TRAIT_DOLLAR) != 0 && pc_has_variable(text);
    return variable ? "has a policy variable, which is plain text there," : NULL;
}

static void check_service_action(struct pc_reading *reading, const struct pc_text *text)
{
    struct parts parts;
    if (!take_apart(text->text, &parts)) {
        report_format(reading, text);
        return;
    }
    if (!is_service_allowed(reading->rules, &parts)) {
        report_service(reading, text);
        return;
    }
    const char *why = why_never(text->text, &parts);
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
        pc_diag_hint(reading->diags,
                     "write \"Action\" with the services that are meant, as in \"s3:*\"");
    }
    return pc_text_list_read(reading, member, kind, check_action, &out->actions);
}
