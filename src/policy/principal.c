// SPDX-License-Identifier: Apache-2.0
//
// Principal and NotPrincipal. All keys of a map become
// entries of one list. A group has no form here, so that none is a principal.
#include "match/shape.h"
#include "reading.h"
#include "spelling.h"
#include "value/arn.h"

static const struct pc_str map_keys[] = {
    PC_STR_INIT("AWS"),
    PC_STR_INIT("Service"),
    PC_STR_INIT("Federated"),
    PC_STR_INIT("CanonicalUser"),
};

enum {
    MAP_KEY_COUNT = sizeof(map_keys) / sizeof(map_keys[0]),
};

// Which values each key of the map takes, and what they name.
static const struct form {
    struct pc_str key;
    enum pc_shape shape;
    enum pc_principal_kind kind;
} forms[] = {
    {PC_STR_INIT("AWS"), PC_SHAPE_ACCOUNT_ID, PC_PRINCIPAL_ACCOUNT},
    {PC_STR_INIT("AWS"), PC_SHAPE_ARN_ROOT, PC_PRINCIPAL_ACCOUNT},
    {PC_STR_INIT("AWS"), PC_SHAPE_ARN_USER, PC_PRINCIPAL_USER},
    {PC_STR_INIT("AWS"), PC_SHAPE_ARN_ROLE, PC_PRINCIPAL_ROLE},
    {PC_STR_INIT("AWS"), PC_SHAPE_ARN_SESSION, PC_PRINCIPAL_SESSION},
    {PC_STR_INIT("AWS"), PC_SHAPE_ARN_FEDERATED_USER, PC_PRINCIPAL_FEDERATED_USER},
    {PC_STR_INIT("AWS"), PC_SHAPE_UNIQUE_ID, PC_PRINCIPAL_ID},
    {PC_STR_INIT("Service"), PC_SHAPE_SERVICE, PC_PRINCIPAL_SERVICE},
    {PC_STR_INIT("Federated"), PC_SHAPE_DOMAIN, PC_PRINCIPAL_FEDERATED},
    {PC_STR_INIT("Federated"), PC_SHAPE_ARN_PROVIDER, PC_PRINCIPAL_FEDERATED},
    {PC_STR_INIT("CanonicalUser"), PC_SHAPE_CANONICAL_USER, PC_PRINCIPAL_CANONICAL_USER},
};

// only AWS takes a "*", and only that alone.
static bool is_wildcard(enum pc_principal_kind kind, struct pc_str value)
{
    return kind != PC_PRINCIPAL_ANY &&
           (pc_str_find(value, '*', 0) != SIZE_MAX || pc_str_find(value, '?', 0) != SIZE_MAX);
}

// CloudFront's own users, in the policies of buckets. No caller of ours is one.
static bool is_origin_access_identity(struct pc_str value)
{
    struct pc_arn arn;
    return pc_arn_parse(value, &arn) && pc_str_eq(arn.service, PC_STR("iam")) &&
           arn.region.len == 0 && pc_str_eq(arn.account, PC_STR("cloudfront")) &&
           pc_str_has_prefix(arn.resource, PC_STR("user/CloudFront Origin Access Identity ")) &&
           !is_wildcard(PC_PRINCIPAL_NONE, value);
}

static enum pc_principal_kind kind_of(struct pc_str map_key, struct pc_str value)
{
    if (pc_str_eq(map_key, PC_STR("AWS")) && pc_str_eq(value, PC_STR("*"))) {
        return PC_PRINCIPAL_ANY;
    }
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (pc_str_eq(map_key, forms[i].key) && pc_shape_is(forms[i].shape, value)) {
            return forms[i].kind;
        }
    }
    if (pc_str_eq(map_key, PC_STR("AWS")) && is_origin_access_identity(value)) {
        return PC_PRINCIPAL_USER;
    }
    return PC_PRINCIPAL_NONE;
}

struct pc_principal_entry pc_principal_classify(struct pc_str map_key, struct pc_str value)
{
    struct pc_principal_entry entry = {.kind = kind_of(map_key, value), .text = value};
    struct pc_arn arn;
    if (entry.kind == PC_PRINCIPAL_NONE || !pc_arn_parse(value, &arn)) {
        return entry;
    }
    entry.partition = arn.partition;
    if (entry.kind == PC_PRINCIPAL_ACCOUNT) {
        entry.text = arn.account;
    }
    return entry;
}

// How principals of a kind are named.
static const char *form_of(struct pc_str key)
{
    if (pc_str_eq(key, PC_STR("AWS"))) {
        return "write \"*\", an account id of 12 digits, a unique id, or the ARN of a root, user, "
               "role, session or federated user; groups are no principals";
    }
    if (pc_str_eq(key, PC_STR("Service"))) {
        return "write the service as in \"s3.amazonaws.com\"";
    }
    if (pc_str_eq(key, PC_STR("Federated"))) {
        return "write the ARN of a saml-provider or oidc-provider, or a name such as "
               "\"accounts.google.com\"";
    }
    return "write the 64 hexadecimal digits of a canonical user id";
}

static struct pc_principal_entry read_entry(struct pc_reading *reading, struct pc_str key,
                                            const struct pc_text *text)
{
    struct pc_place place = pc_reading_place(reading, text->line, text->column);
    struct pc_principal_entry entry = pc_principal_classify(key, text->text);
    entry.line = text->line;
    entry.column = text->column;
    if (is_wildcard(entry.kind, text->text)) {
        pc_diag_report(reading->diags, PC_DIAG_PRINCIPAL_WILDCARD, place,
                       "a wildcard in the %.*s principal \"%.*s\"", PC_STR_ARG(key),
                       PC_SHOWN(text->text));
        pc_diag_hint(reading->diags, "%s",
                     pc_str_eq(key, PC_STR("AWS"))
                         ? "name it whole, or write \"*\" with ArnLike on aws:PrincipalArn"
                         : "name it whole");
    } else if (entry.kind == PC_PRINCIPAL_NONE) {
        pc_diag_report(reading->diags, PC_DIAG_PRINCIPAL_VALUE, place,
                       "\"%.*s\" is not a principal of the kind %.*s", PC_SHOWN(text->text),
                       PC_STR_ARG(key));
        pc_diag_hint(reading->diags, "%s", form_of(key));
    } else if (entry.kind == PC_PRINCIPAL_FEDERATED && !reading->rules->federated) {
        pc_diag_report(reading->diags, PC_DIAG_PRINCIPAL_NEVER_MATCHES, place,
                       "the Federated principal \"%.*s\" matches nobody in %s",
                       PC_SHOWN(text->text), reading->rules->noun);
        entry.kind = PC_PRINCIPAL_NONE;
    }
    return entry;
}

static bool is_map_key(struct pc_str name)
{
    for (size_t i = 0; i < MAP_KEY_COUNT; i++) {
        if (pc_str_eq(name, map_keys[i])) {
            return true;
        }
    }
    return false;
}

static void report_map_key(struct pc_reading *reading, const struct pc_json_member *member)
{
    struct pc_spelling spelling = {.text = member->name};
    pc_diag_report(reading->diags, PC_DIAG_PRINCIPAL_FORMAT, pc_reading_at_name(reading, member),
                   "unknown kind of principal \"%.*s\"", PC_SHOWN(member->name));
    for (size_t i = 0; i < MAP_KEY_COUNT; i++) {
        pc_spelling_offer(&spelling, map_keys[i]);
    }
    pc_reading_suggest(reading, spelling.best);
}

// Only S3 does (1.3).
static bool knows_canonical_users(const struct pc_reading *reading)
{
    struct pc_str service = reading->input->service;
    return reading->rules->canonical_user &&
           (service.len == 0 || pc_str_eq_icase(service, PC_STR("s3")));
}

static bool check_map_key(struct pc_reading *reading, const struct pc_json_member *member)
{
    if (!is_map_key(member->name)) {
        report_map_key(reading, member);
        return false;
    }
    if (pc_str_eq(member->name, PC_STR("CanonicalUser")) && !knows_canonical_users(reading)) {
        pc_diag_report(reading->diags, PC_DIAG_PRINCIPAL_FORMAT,
                       pc_reading_at_name(reading, member),
                       "a CanonicalUser principal is not allowed in %s%s", reading->rules->noun,
                       reading->rules->canonical_user ? " of another service than S3" : "");
        return false;
    }
    return true;
}

static void report_empty(struct pc_reading *reading, struct pc_str name,
                         const struct pc_json *value, enum pc_list_kind kind)
{
    pc_diag_report(reading->diags, PC_DIAG_LIST_EMPTY, pc_reading_at(reading, value),
                   "\"%.*s\" is empty: it %s nobody", PC_STR_ARG(name),
                   kind == PC_LIST_NEGATED ? "exempts" : "names");
}

// Appends the entries of one key to items, which has room for them.
static enum pc_status read_map_member(struct pc_reading *reading,
                                      const struct pc_json_member *member, enum pc_list_kind kind,
                                      struct pc_principal_entry *items, size_t *count)
{
    struct pc_text *texts;
    size_t given;
    if (!check_map_key(reading, member)) {
        return PC_OK;
    }
    PC_TRY(pc_strings_read(reading, member, &texts, &given));
    for (size_t i = 0; i < given; i++) {
        items[(*count)++] = read_entry(reading, member->name, &texts[i]);
    }
    if (member->value.type == PC_JSON_ARRAY && member->value.count == 0) {
        report_empty(reading, member->name, &member->value, kind);
    }
    return PC_OK;
}

static enum pc_status read_map(struct pc_reading *reading, const struct pc_json_member *member,
                               struct pc_principal_list *out)
{
    const struct pc_json *map = &member->value;
    size_t room = 0; // no overflow: there are fewer values than bytes in the source
    for (size_t i = 0; i < map->count; i++) {
        const struct pc_json *value = &map->members[i].value;
        room += value->type == PC_JSON_ARRAY ? value->count : 1;
    }
    struct pc_principal_entry *items = pc_arena_array(reading->arena, room, sizeof(*items));
    if (items == NULL) {
        return PC_ERR_NOMEM;
    }
    size_t count = 0;
    for (size_t i = 0; i < map->count; i++) {
        PC_TRY(read_map_member(reading, &map->members[i], out->kind, items, &count));
    }
    if (map->count == 0) {
        report_empty(reading, member->name, map, out->kind);
    }
    out->items = items;
    out->count = count;
    return PC_OK;
}

static enum pc_status read_everyone(struct pc_reading *reading, const struct pc_json *value,
                                    struct pc_principal_list *out)
{
    struct pc_principal_entry *entry = pc_arena_alloc(reading->arena, sizeof(*entry));
    if (entry == NULL) {
        return PC_ERR_NOMEM;
    }
    *entry = (struct pc_principal_entry){.kind = PC_PRINCIPAL_ANY,
                                         .text = value->text,
                                         .line = value->line,
                                         .column = value->column};
    out->items = entry;
    out->count = 1;
    return PC_OK;
}

// "Principal": "x", which says whom but not of which kind.
static void report_bare(struct pc_reading *reading, const struct pc_json_member *member)
{
    struct pc_str text = member->value.text;
    pc_diag_report(reading->diags, PC_DIAG_PRINCIPAL_FORMAT, pc_reading_at(reading, &member->value),
                   "\"%.*s\" is the bare string \"%.*s\"", PC_STR_ARG(member->name),
                   PC_SHOWN(text));
    for (size_t i = 0; i < MAP_KEY_COUNT; i++) {
        if (kind_of(map_keys[i], text) != PC_PRINCIPAL_NONE) {
            pc_diag_hint(reading->diags, "write {\"%.*s\": \"%.*s\"}", PC_STR_ARG(map_keys[i]),
                         PC_SHOWN(text));
            return;
        }
    }
}

static void report_value(struct pc_reading *reading, const struct pc_json_member *member)
{
    const struct pc_json *value = &member->value;
    struct pc_place place = pc_reading_at(reading, value);
    struct pc_str name = member->name;
    if (reading->rules->everyone_only) {
        pc_diag_report(reading->diags, PC_DIAG_PRINCIPAL_RCP, place,
                       "the \"Principal\" of %s is not \"*\"", reading->rules->noun);
        pc_diag_hint(reading->diags,
                     "write \"Principal\": \"*\", and a Condition for whom it is about");
    } else if (value->type == PC_JSON_STRING) {
        report_bare(reading, member);
    } else {
        pc_diag_report(reading->diags, PC_DIAG_PRINCIPAL_FORMAT, place,
                       "\"%.*s\" is %s, not \"*\" or an object", PC_STR_ARG(name),
                       pc_json_type_text(value->type));
    }
}

// Is the element one that the policy type may have?
static bool check_allowed(struct pc_reading *reading, const struct pc_json_member *member,
                          enum pc_list_kind kind)
{
    const struct pc_type_rules *rules = reading->rules;
    struct pc_place place = pc_reading_at_name(reading, member);
    if (kind == PC_LIST_NEGATED && !rules->not_principal) {
        pc_diag_report(reading->diags, PC_DIAG_NOT_PRINCIPAL, place,
                       "\"NotPrincipal\" is not allowed in %s", rules->noun);
        pc_diag_hint(reading->diags,
                     "write \"Principal\", and a Condition on aws:PrincipalArn for who is exempt");
        return false;
    }
    if (rules->principal == PC_PRESENCE_FORBIDDEN) {
        pc_diag_report(reading->diags, PC_DIAG_PRINCIPAL_FORBIDDEN, place,
                       "\"Principal\" is not allowed in %s", rules->noun);
        pc_diag_hint(reading->diags, "it is about whom it is attached to: take it out");
        return false;
    }
    return true;
}

enum pc_status pc_principal_read(struct pc_reading *reading, const struct pc_json_member *member,
                                 enum pc_list_kind kind, struct pc_statement *out)
{
    const struct pc_json *value = &member->value;
    pc_list_check_pair(reading, member, out->principals.kind);
    struct pc_principal_list list = {.kind = kind, .line = member->line, .column = member->column};
    if (!check_allowed(reading, member, kind)) {
        out->principals = list;
        return PC_OK;
    }
    if (value->type == PC_JSON_STRING && pc_str_eq(value->text, PC_STR("*"))) {
        PC_TRY(read_everyone(reading, value, &list));
    } else if (value->type == PC_JSON_OBJECT && !reading->rules->everyone_only) {
        PC_TRY(read_map(reading, member, &list));
    } else {
        report_value(reading, member);
    }
    out->principals = list;
    return PC_OK;
}

static void warn_public(struct pc_reading *reading, const struct pc_principal_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct pc_principal_entry *entry = &list->items[i];
        if (entry->kind == PC_PRINCIPAL_ANY) {
            pc_diag_report(reading->diags, PC_DIAG_PRINCIPAL_PUBLIC_TRUST,
                           pc_reading_place(reading, entry->line, entry->column),
                           "the principal \"*\" lets anyone ask for the role");
            pc_diag_hint(reading->diags, "name the principals, or test aws:PrincipalOrgID");
        }
    }
}

void pc_principal_check(struct pc_reading *reading, const struct pc_statement *statement)
{
    const struct pc_principal_list *list = &statement->principals;
    const struct pc_type_rules *rules = reading->rules;
    if (statement->effect != PC_EFFECT_ALLOW) {
        return;
    }
    if (list->kind == PC_LIST_NEGATED && rules->not_principal) {
        pc_diag_report(reading->diags, PC_DIAG_NOT_PRINCIPAL_ALLOW,
                       pc_reading_place(reading, list->line, list->column),
                       "\"NotPrincipal\" with \"Allow\" allows everybody who is not listed");
    }
    // Whether conditions keep anybody out is a question for lint.
    if (list->kind == PC_LIST_POSITIVE && rules->public_warning &&
        statement->condition_count == 0) {
        warn_public(reading, list);
    }
}
