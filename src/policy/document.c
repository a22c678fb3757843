// SPDX-License-Identifier: Apache-2.0
//
// The document: Version, Id, and the list of statements.
#include "reading.h"
#include "spelling.h"

static const struct pc_str element_names[] = {
    PC_STR_INIT("Version"),
    PC_STR_INIT("Id"),
    PC_STR_INIT("Statement"),
};

enum {
    ELEMENT_COUNT = sizeof(element_names) / sizeof(element_names[0]),
};

static bool is_element(struct pc_str name)
{
    for (size_t i = 0; i < ELEMENT_COUNT; i++) {
        if (pc_str_eq(name, element_names[i])) {
            return true;
        }
    }
    return false;
}

static void report_unknown(struct pc_reading *reading, const struct pc_json_member *member)
{
    struct pc_spelling spelling = {.text = member->name};
    pc_diag_report(reading->diags, PC_DIAG_POLICY_KEY_UNKNOWN, pc_reading_at_name(reading, member),
                   "unknown element \"%.*s\" of a policy document", PC_SHOWN(member->name));
    for (size_t i = 0; i < ELEMENT_COUNT; i++) {
        pc_spelling_offer(&spelling, element_names[i]);
    }
    pc_reading_suggest(reading, spelling.best);
}

static void check_names(struct pc_reading *reading)
{
    const struct pc_json *document = reading->input->document;
    for (size_t i = 0; i < document->count; i++) {
        if (!is_element(document->members[i].name)) {
            report_unknown(reading, &document->members[i]);
        }
    }
}

static const struct pc_json_member *find_member(const struct pc_json *json, struct pc_str name)
{
    for (size_t i = 0; i < json->count; i++) {
        if (pc_str_eq(json->members[i].name, name)) {
            return &json->members[i];
        }
    }
    return NULL;
}

static bool is_string(const struct pc_json *json, struct pc_str text)
{
    return json != NULL && json->type == PC_JSON_STRING && pc_str_eq(json->text, text);
}

static void report_version(struct pc_reading *reading, const struct pc_json *version)
{
    struct pc_place place = pc_reading_at(reading, version);
    if (version->type == PC_JSON_STRING) {
        pc_diag_report(reading->diags, PC_DIAG_POLICY_VERSION, place,
                       "there is no Version \"%.*s\"", PC_SHOWN(version->text));
    } else {
        pc_diag_report(reading->diags, PC_DIAG_POLICY_VERSION, place,
                       "\"Version\" is %s, not a string", pc_json_type_text(version->type));
    }
    pc_diag_hint(reading->diags, "write \"2012-10-17\"");
}

//
static void read_version(struct pc_reading *reading)
{
    const struct pc_json *document = reading->input->document;
    const struct pc_json *version = pc_json_get(document, PC_STR("Version"));
    enum pc_version_rule rule = reading->rules->version;
    reading->variables = is_string(version, PC_STR("2012-10-17"));
    if (reading->variables) {
        return;
    }
    if (version != NULL && !is_string(version, PC_STR("2008-10-17"))) {
        report_version(reading, version);
    } else if (rule == PC_VERSION_2012_REQUIRED || (rule == PC_VERSION_2012 && version != NULL)) {
        pc_diag_report(reading->diags, PC_DIAG_POLICY_VERSION_REQUIRED,
                       pc_reading_at(reading, version != NULL ? version : document),
                       "the Version of %s is not \"2012-10-17\"", reading->rules->noun);
        pc_diag_hint(reading->diags, "write \"Version\": \"2012-10-17\"");
    }
}

//
static void check_id(struct pc_reading *reading)
{
    const struct pc_json_member *id = find_member(reading->input->document, PC_STR("Id"));
    if (id == NULL) {
        return;
    }
    if (!reading->rules->id) {
        pc_diag_report(reading->diags, PC_DIAG_POLICY_ID, pc_reading_at_name(reading, id),
                       "\"Id\" is not allowed in %s", reading->rules->noun);
        pc_diag_hint(reading->diags, "take it out; it decides nothing");
    } else if (id->value.type != PC_JSON_STRING) {
        pc_diag_report(reading->diags, PC_DIAG_POLICY_ID, pc_reading_at(reading, &id->value),
                       "\"Id\" is %s, not a string", pc_json_type_text(id->value.type));
        pc_diag_hint(reading->diags, "write it in double quotes");
    }
}

// The statements of the document as a run of values, or false.
static bool find_statements(struct pc_reading *reading, const struct pc_json **first, size_t *count)
{
    const struct pc_json *document = reading->input->document;
    const struct pc_json *json = pc_json_get(document, PC_STR("Statement"));
    if (json == NULL) {
        pc_diag_report(reading->diags, PC_DIAG_POLICY_STATEMENT, pc_reading_at(reading, document),
                       "no \"Statement\" in the document");
        pc_diag_hint(reading->diags, "\"Statement\" holds one statement, or an array of them");
        return false;
    }
    if (json->type != PC_JSON_ARRAY && json->type != PC_JSON_OBJECT) {
        pc_diag_report(reading->diags, PC_DIAG_POLICY_STATEMENT, pc_reading_at(reading, json),
                       "\"Statement\" is %s, not a statement or an array of them",
                       pc_json_type_text(json->type));
        pc_diag_hint(reading->diags,
                     "a statement is an object, such as {\"Effect\": \"Allow\", \"Action\": ...}");
        return false;
    }
    bool array = json->type == PC_JSON_ARRAY;
    if (array && json->count == 0) {
        pc_diag_report(reading->diags, PC_DIAG_POLICY_STATEMENT, pc_reading_at(reading, json),
                       "\"Statement\" is empty");
        pc_diag_hint(reading->diags, "write one statement at least, or remove the policy");
        return false;
    }
    *first = array ? json->items : json;
    *count = array ? json->count : 1;
    return true;
}

static enum pc_status read_statements(struct pc_reading *reading, struct pc_policy *policy)
{
    const struct pc_json *first;
    size_t count;
    if (!find_statements(reading, &first, &count)) {
        return PC_OK;
    }
    struct pc_statement *statements = pc_arena_array(reading->arena, count, sizeof(*statements));
    reading->sids = pc_arena_array(reading->arena, count, sizeof(*reading->sids));
    reading->sid_room = count;
    if (statements == NULL || reading->sids == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        PC_TRY(pc_statement_read(reading, &first[i], &statements[i]));
    }
    policy->statements = statements;
    policy->count = count;
    return PC_OK;
}

// Is it "*", or a list of that alone?
static bool is_star(const struct pc_json *json)
{
    bool list = json != NULL && json->type == PC_JSON_ARRAY && json->count == 1;
    return is_string(list ? &json->items[0] : json, PC_STR("*"));
}

// A dump of an organisation lists it beside the customer's; every level has it in any case.
bool pc_policy_is_managed_rcp(const struct pc_json *document)
{
    const struct pc_json *json = pc_json_get(document, PC_STR("Statement"));
    if (json != NULL && json->type == PC_JSON_ARRAY && json->count == 1) {
        json = &json->items[0];
    }
    if (json == NULL || json->type != PC_JSON_OBJECT) {
        return false;
    }
    size_t with_sid = pc_json_get(json, PC_STR("Sid")) != NULL;
    return json->count == 4 + with_sid &&
           is_string(pc_json_get(json, PC_STR("Effect")), PC_STR("Allow")) &&
           is_string(pc_json_get(json, PC_STR("Principal")), PC_STR("*")) &&
           is_star(pc_json_get(json, PC_STR("Action"))) &&
           is_star(pc_json_get(json, PC_STR("Resource")));
}

// The row of the document's type; NULL, and reported, for a type that does not exist.
static const struct pc_type_rules *find_rules(const struct pc_policy_input *input,
                                              struct pc_diags *diags)
{
    const struct pc_type_rules *rules = pc_type_rules(input->type);
    if (rules == NULL) {
        pc_diag_report(diags, PC_DIAG_POLICY_TYPE_UNSUPPORTED,
                       pc_json_place(input->file, input->document),
                       "policies of the type %d are not implemented", (int)input->type);
        return NULL;
    }
    bool managed = input->type == PC_POLICY_RCP && pc_policy_is_managed_rcp(input->document);
    return managed ? pc_type_rules_managed_rcp() : rules;
}

static enum pc_status read_document(struct pc_reading *reading, struct pc_policy *policy)
{
    const struct pc_json *document = reading->input->document;
    if (document->type != PC_JSON_OBJECT) {
        pc_diag_report(reading->diags, PC_DIAG_POLICY_NOT_OBJECT, pc_reading_at(reading, document),
                       "a policy document is %s, not an object", pc_json_type_text(document->type));
        return PC_OK;
    }
    pc_charset_check(reading);
    check_names(reading);
    read_version(reading);
    check_id(reading);
    policy->variables = reading->variables;
    return read_statements(reading, policy);
}

enum pc_status pc_policy_read(struct pc_arena *arena, const struct pc_policy_input *input,
                              struct pc_diags *diags, const struct pc_policy **out)
{
    size_t errors = diags->errors;
    struct pc_reading reading = {
        .arena = arena, .input = input, .diags = diags, .rules = find_rules(input, diags)};
    if (reading.rules == NULL) {
        return PC_ERR_INVALID;
    }
    pc_map_init(&reading.sid_map, arena);
    struct pc_policy *policy = pc_arena_alloc(arena, sizeof(*policy));
    if (policy == NULL) {
        return PC_ERR_NOMEM;
    }
    *policy = (struct pc_policy){.type = input->type,
                                 .file = input->file,
                                 .name = input->name,
                                 .line = input->document->line,
                                 .column = input->document->column};
    PC_TRY(read_document(&reading, policy));
    if (diags->errors != errors) {
        return PC_ERR_INVALID;
    }
    *out = policy;
    return PC_OK;
}
