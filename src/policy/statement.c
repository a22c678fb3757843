// SPDX-License-Identifier: Apache-2.0
//
// One statement: its elements by name, Sid, Effect, and which elements the policy
// type requires (1.3).
#include "match/shape.h"
#include "reading.h"
#include "spelling.h"

enum {
    FEW = 16, // statements whose Sids are compared with each other
};

static const struct pc_text *find_sid(const struct pc_reading *reading, struct pc_str sid)
{
    if (reading->sid_room > FEW) {
        return pc_map_get(&reading->sid_map, sid);
    }
    for (size_t i = 0; i < reading->sid_count; i++) {
        if (pc_str_eq(reading->sids[i].text, sid)) {
            return &reading->sids[i];
        }
    }
    return NULL;
}

static enum pc_status check_sid_unique(struct pc_reading *reading, const struct pc_json *json)
{
    const struct pc_text *first = find_sid(reading, json->text);
    if (first != NULL) {
        pc_diag_report(reading->diags, PC_DIAG_SID_DUPLICATE, pc_reading_at(reading, json),
                       "the Sid \"%.*s\" is that of the statement at line %u already",
                       PC_SHOWN(json->text), first->line);
        pc_diag_hint(reading->diags, "give each statement a Sid of its own, or none");
        return PC_OK;
    }
    if (reading->sid_count == reading->sid_room) {
        return PC_ERR_INTERNAL; // an element comes once in a statement
    }
    struct pc_text *text = &reading->sids[reading->sid_count++];
    *text = (struct pc_text){json->text, json->line, json->column};
    return reading->sid_room > FEW ? pc_map_put(&reading->sid_map, json->text, text) : PC_OK;
}

//
static enum pc_status read_sid(struct pc_reading *reading, const struct pc_json_member *member,
                               enum pc_list_kind kind, struct pc_statement *out)
{
    (void)kind;
    const struct pc_json *json = &member->value;
    struct pc_place place = pc_reading_at(reading, json);
    if (json->type != PC_JSON_STRING) {
        pc_diag_report(reading->diags, PC_DIAG_SID, place, "\"Sid\" is %s, not a string",
                       pc_json_type_text(json->type));
        pc_diag_hint(reading->diags, "write it in double quotes");
        return PC_OK;
    }
    out->sid = json->text;
    if (json->text.len == 0) {
        pc_diag_report(reading->diags, PC_DIAG_SID_EMPTY, place, "the Sid is empty");
        return PC_OK;
    }
    if (reading->rules->iam_sid && !pc_shape_is(PC_SHAPE_SID_IAM, json->text)) {
        pc_diag_report(reading->diags, PC_DIAG_SID, place, "the Sid \"%.*s\" %s",
                       PC_SHOWN(json->text),
                       json->text.len > PC_SHAPE_LONGEST ? "is longer than any that AWS takes"
                                                         : "holds more than letters and digits");
        pc_diag_hint(
            reading->diags,
            "take out what is neither a letter of ASCII nor a digit; a Sid decides nothing");
    }
    return reading->rules->iam_sid ? check_sid_unique(reading, json) : PC_OK;
}

static void report_effect(struct pc_reading *reading, const struct pc_json *json)
{
    struct pc_place place = pc_reading_at(reading, json);
    if (json->type != PC_JSON_STRING) {
        pc_diag_report(reading->diags, PC_DIAG_EFFECT, place, "\"Effect\" is %s, not a string",
                       pc_json_type_text(json->type));
        pc_diag_hint(reading->diags, "write \"Allow\" or \"Deny\"");
        return;
    }
    struct pc_spelling spelling = {.text = json->text};
    pc_diag_report(reading->diags, PC_DIAG_EFFECT, place,
                   "the Effect \"%.*s\" is neither \"Allow\" nor \"Deny\"", PC_SHOWN(json->text));
    pc_spelling_offer(&spelling, PC_STR("Allow"));
    pc_spelling_offer(&spelling, PC_STR("Deny"));
    pc_reading_suggest(reading, spelling.best);
}

//
static enum pc_status read_effect(struct pc_reading *reading, const struct pc_json_member *member,
                                  enum pc_list_kind kind, struct pc_statement *out)
{
    (void)kind;
    const struct pc_json *json = &member->value;
    bool string = json->type == PC_JSON_STRING;
    if (string && pc_str_eq(json->text, PC_STR("Allow"))) {
        out->effect = PC_EFFECT_ALLOW;
    } else if (!string || !pc_str_eq(json->text, PC_STR("Deny"))) {
        report_effect(reading, json);
    }
    if (out->effect == PC_EFFECT_ALLOW && reading->rules->deny_only) {
        pc_diag_report(reading->diags, PC_DIAG_EFFECT_FORBIDDEN, pc_reading_at(reading, json),
                       "\"Allow\" is not allowed in %s", reading->rules->noun);
        pc_diag_hint(reading->diags,
                     "it takes permissions away, and gives none: write what to deny");
    }
    return PC_OK;
}

// The elements that a statement can have.
static const struct element {
    struct pc_str name;
    enum pc_list_kind kind;
    pc_element_read *read;
} elements[] = {
    {PC_STR_INIT("Sid"), PC_LIST_ABSENT, read_sid},
    {PC_STR_INIT("Effect"), PC_LIST_ABSENT, read_effect},
    {PC_STR_INIT("Principal"), PC_LIST_POSITIVE, pc_principal_read},
    {PC_STR_INIT("NotPrincipal"), PC_LIST_NEGATED, pc_principal_read},
    {PC_STR_INIT("Action"), PC_LIST_POSITIVE, pc_action_read},
    {PC_STR_INIT("NotAction"), PC_LIST_NEGATED, pc_action_read},
    {PC_STR_INIT("Resource"), PC_LIST_POSITIVE, pc_resource_read},
    {PC_STR_INIT("NotResource"), PC_LIST_NEGATED, pc_resource_read},
    {PC_STR_INIT("Condition"), PC_LIST_ABSENT, pc_condition_read},
};

static void report_unknown(struct pc_reading *reading, const struct pc_json_member *member)
{
    struct pc_spelling spelling = {.text = member->name};
    pc_diag_report(reading->diags, PC_DIAG_STATEMENT_KEY_UNKNOWN,
                   pc_reading_at_name(reading, member), "unknown element \"%.*s\" of a statement",
                   PC_SHOWN(member->name));
    for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]); i++) {
        pc_spelling_offer(&spelling, elements[i].name);
    }
    pc_reading_suggest(reading, spelling.best);
}

static enum pc_status read_element(struct pc_reading *reading, const struct pc_json_member *member,
                                   struct pc_statement *out)
{
    for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]); i++) {
        if (pc_str_eq(member->name, elements[i].name)) {
            return elements[i].read(reading, member, elements[i].kind, out);
        }
    }
    report_unknown(reading, member);
    return PC_OK;
}

// and table 1.3: what is missing is reported at the statement's opening brace.
static void check_required(struct pc_reading *reading, const struct pc_json *json,
                           const struct pc_statement *statement)
{
    const struct pc_type_rules *rules = reading->rules;
    struct pc_place place = pc_reading_at(reading, json);
    if (pc_json_get(json, PC_STR("Effect")) == NULL) {
        pc_diag_report(reading->diags, PC_DIAG_EFFECT, place, "no \"Effect\" in the statement");
        pc_diag_hint(reading->diags, "write \"Effect\": \"Allow\" or \"Effect\": \"Deny\"");
    }
    if (rules->principal == PC_PRESENCE_REQUIRED && statement->principals.kind == PC_LIST_ABSENT) {
        pc_diag_report(reading->diags, PC_DIAG_PRINCIPAL_REQUIRED, place,
                       "no \"Principal\" in a statement of %s", rules->noun);
        pc_diag_hint(reading->diags, "\"Principal\": \"*\" is everybody, {\"AWS\": "
                                     "\"arn:aws:iam::ACCOUNT:role/NAME\"} one of them");
    }
    if (statement->actions.kind == PC_LIST_ABSENT) {
        pc_diag_report(reading->diags, PC_DIAG_ACTION_REQUIRED, place,
                       "no \"Action\" in the statement");
        pc_diag_hint(reading->diags, "write the actions, as in \"Action\": \"s3:GetObject\"");
    }
    if (rules->resource == PC_PRESENCE_REQUIRED && statement->resources.kind == PC_LIST_ABSENT) {
        pc_diag_report(reading->diags, PC_DIAG_RESOURCE_REQUIRED, place,
                       "no \"Resource\" in a statement of %s", rules->noun);
        pc_diag_hint(reading->diags, "\"Resource\": \"*\" is about %s",
                     rules->resource_based ? "the resource that the policy is attached to"
                                           : "every resource");
    }
}

enum pc_status pc_statement_read(struct pc_reading *reading, const struct pc_json *json,
                                 struct pc_statement *out)
{
    if (json->type != PC_JSON_OBJECT) {
        pc_diag_report(reading->diags, PC_DIAG_STATEMENT_NOT_OBJECT, pc_reading_at(reading, json),
                       "a statement is %s, not an object", pc_json_type_text(json->type));
        pc_diag_hint(reading->diags,
                     "a statement is an object, such as {\"Effect\": \"Allow\", \"Action\": ...}");
        return PC_OK;
    }
    *out = (struct pc_statement){.line = json->line, .column = json->column, .sid = PC_STR("")};
    for (size_t i = 0; i < json->count; i++) {
        PC_TRY(read_element(reading, &json->members[i], out));
    }
    check_required(reading, json, out);
    pc_principal_check(reading, out);
    return PC_OK;
}
