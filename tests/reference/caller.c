// SPDX-License-Identifier: Apache-2.0
//
// Reads the `principal` of a request: a string, or an object with what an ARN does not say.
#include "caller.h"

#include "arn.h"
#include "text.h"

// lower case, and of a domain of AWS.
bool ref_is_service_name(struct pc_str text)
{
    // The suffixes of all partitions, and of a few services that came before them.
    static const struct pc_str domains[] = {
        PC_STR_INIT(".amazonaws.com"),  PC_STR_INIT(".amazonaws.com.cn"),
        PC_STR_INIT(".amazonaws.eu"),   PC_STR_INIT(".c2s.ic.gov"),
        PC_STR_INIT(".sc2s.sgov.gov"),  PC_STR_INIT(".csp.hci.ic.gov"),
        PC_STR_INIT(".cloud.adc-e.uk"), PC_STR_INIT(".amazon.com"),
        PC_STR_INIT(".aws.internal")};
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || pc_char_is_digit(c) || c == '-';
        bool dot = c == '.' && i > 0 && text.ptr[i - 1] != '.';
        if (!plain && !dot) {
            return false;
        }
    }
    for (size_t i = 0; i < sizeof(domains) / sizeof(domains[0]); i++) {
        if (text.len > domains[i].len && pc_str_has_suffix(text, domains[i])) {
            return true;
        }
    }
    return false;
}

static bool session_read(struct pc_str rest, struct ref_caller *out)
{
    struct pc_str parts[3];
    if (pc_str_split(rest, '/', parts, 3) != 2 || parts[0].len == 0 || parts[1].len == 0) {
        return false;
    }
    out->kind = REF_CALLER_SESSION;
    out->name = parts[0];
    out->session = parts[1];
    return true;
}

// aws, and those that it names and foresees, all of the form aws-x.
static bool is_partition(struct pc_str text)
{
    return pc_str_eq(text, PC_STR("aws")) || pc_str_has_prefix(text, PC_STR("aws-"));
}

// The ARNs of 4.1.
static bool arn_read(struct pc_str text, struct ref_caller *out)
{
    const struct pc_str iam = PC_STR("iam"), sts = PC_STR("sts");
    struct pc_str fields[REF_ARN_FIELDS], rest;
    if (!ref_arn_read(text, fields) || !ref_is_account(fields[REF_ARN_ACCOUNT]) ||
        !is_partition(fields[REF_ARN_PARTITION])) {
        return false;
    }
    out->arn = text;
    out->partition = fields[REF_ARN_PARTITION];
    out->account = fields[REF_ARN_ACCOUNT];
    if (ref_arn_of(text, iam, PC_STR("user"), &rest)) {
        out->kind = REF_CALLER_USER;
        out->name = ref_last_component(rest);
    } else if (ref_arn_of(text, iam, PC_STR("role"), &rest)) {
        out->kind = REF_CALLER_SESSION;
        out->name = ref_last_component(rest);
        out->role = text;
    } else if (ref_arn_of(text, sts, PC_STR("assumed-role"), &rest)) {
        return session_read(rest, out);
    } else if (ref_arn_of(text, sts, PC_STR("federated-user"), &rest)) {
        out->kind = REF_CALLER_FEDERATED_USER;
        out->name = rest;
    } else {
        out->kind = REF_CALLER_ROOT;
        out->name = PC_STR("root");
        return pc_str_eq(fields[REF_ARN_SERVICE], iam) && fields[REF_ARN_REGION].len == 0 &&
               pc_str_eq(fields[REF_ARN_RESOURCE], PC_STR("root"));
    }
    return out->name.len > 0;
}

static const char *name_read(struct pc_arena *arena, struct pc_str text, struct ref_caller *out)
{
    if (pc_str_eq(text, PC_STR("*"))) {
        out->kind = REF_CALLER_ANONYMOUS;
        return NULL;
    }
    if (ref_is_service_name(text)) {
        struct pc_str *name = ref_alloc(arena, 1, sizeof(*name));
        *name = text;
        out->kind = REF_CALLER_SERVICE;
        out->arn = text;
        out->services = name;
        out->service_count = 1;
        return NULL;
    }
    return arn_read(text, out) ? NULL : "4.1: the principal is none of the kinds of callers";
}

static bool string_of(const struct pc_json *json, struct pc_str *out)
{
    if (json == NULL || json->type != PC_JSON_STRING) {
        return false;
    }
    *out = json->text;
    return true;
}

bool ref_caller_may_have_role(struct pc_arena *arena, const struct ref_caller *caller,
                              struct pc_str text)
{
    struct pc_str fields[REF_ARN_FIELDS], rest;
    return ref_arn_of(text, PC_STR("iam"), PC_STR("role"), &rest) && ref_arn_read(text, fields) &&
           pc_str_eq(fields[REF_ARN_PARTITION], caller->partition) &&
           pc_str_eq(fields[REF_ARN_ACCOUNT], caller->account) &&
           ref_same_name(arena, ref_last_component(rest), caller->name);
}

bool ref_caller_may_have_user_id(const struct ref_caller *caller, struct pc_str text)
{
    // A user's has no colon. What stands before the name of a session is a role's id, or account
    // and name of one of AWS's own roles.
    if (caller->kind == REF_CALLER_USER) {
        return text.len > 0 && pc_str_find(text, ':', 0) == SIZE_MAX;
    }
    if (caller->kind != REF_CALLER_SESSION || caller->session.len == 0) {
        return caller->kind == REF_CALLER_SESSION && pc_str_find(text, ':', 0) != SIZE_MAX;
    }
    size_t start = text.len - caller->session.len;
    return text.len > caller->session.len + 1 && text.ptr[start - 1] == ':' &&
           pc_str_has_suffix(text, caller->session);
}

void ref_caller_set_user_id(struct ref_caller *caller, struct pc_str user_id)
{
    struct pc_str parts[2];
    (void)pc_str_split(user_id, ':', parts, 2);
    caller->user_id = user_id;
    caller->unique_id = parts[0];
}

// what `id` says of the kinds whose user id follows from the ARN.
static bool is_own_user_id(struct pc_arena *arena, const struct ref_caller *caller,
                           struct pc_str id)
{
    struct pc_str federated[] = {caller->account, PC_STR(":"), caller->name};
    return (caller->kind == REF_CALLER_ROOT && pc_str_eq(id, caller->account)) ||
           (caller->kind == REF_CALLER_FEDERATED_USER &&
            pc_str_eq(id, ref_join(arena, federated, 3)));
}

// "id": AIDA..., AROA...:session, or AROA... alone.
static const char *id_read(struct pc_arena *arena, const struct pc_json *json,
                           struct ref_caller *out)
{
    struct pc_str id = PC_STR("");
    bool text = string_of(json, &id);
    if (text && out->kind == REF_CALLER_SESSION && id.len > 0 &&
        pc_str_find(id, ':', 0) == SIZE_MAX) {
        struct pc_str parts[] = {id, PC_STR(":"), out->session};
        out->unique_id = id;
        out->user_id = out->session.len > 0 ? ref_join(arena, parts, 3) : PC_STR("");
        return NULL;
    }
    if (text && ref_caller_may_have_user_id(out, id)) {
        ref_caller_set_user_id(out, id);
        return NULL;
    }
    return text && is_own_user_id(arena, out, id) ? NULL
                                                  : "R-803, R-806: not an id of this principal";
}

// "services": the further names of a service principal.
static const char *services_read(struct pc_arena *arena, const struct pc_json *json,
                                 struct ref_caller *out)
{
    if (out->kind != REF_CALLER_SERVICE || json->type != PC_JSON_ARRAY) {
        return "CONTRACT 2: services are a list, of a service principal";
    }
    struct pc_str *names = ref_alloc(arena, json->count + 1, sizeof(*names));
    names[0] = out->arn;
    for (size_t i = 0; i < json->count; i++) {
        if (!string_of(&json->items[i], &names[i + 1]) || !ref_is_service_name(names[i + 1])) {
            return "R-310: not the name of a service";
        }
    }
    out->services = names;
    out->service_count = json->count + 1;
    return NULL;
}

static const char *tags_read(struct pc_arena *arena, const struct pc_json *json,
                             struct ref_caller *out)
{
    if (json->type != PC_JSON_OBJECT) {
        return "CONTRACT 2: tags are an object";
    }
    if (json->count > 0 && (!ref_caller_is_signed(out) || out->kind == REF_CALLER_SERVICE)) {
        return "R-620, R-806: this principal has no tags";
    }
    for (size_t i = 0; i < json->count; i++) {
        if (json->members[i].value.type != PC_JSON_STRING || json->members[i].name.len == 0) {
            return "CONTRACT 2: a tag has a name and a string";
        }
        for (size_t j = 0; j < i; j++) {
            if (ref_same_name(arena, json->members[i].name, json->members[j].name)) {
                return "R-406: two tags differ in letter case only";
            }
        }
    }
    out->tags = json;
    return NULL;
}

static const char *role_read(struct pc_arena *arena, const struct pc_json *json,
                             struct ref_caller *out)
{
    struct pc_str role;
    if (!string_of(json, &role) || out->kind != REF_CALLER_SESSION ||
        !ref_caller_may_have_role(arena, out, role) ||
        (out->role.len > 0 && !pc_str_eq(out->role, role))) {
        return "R-307, R-806: not the role of this principal";
    }
    out->role = role;
    return NULL;
}

// The user, or root, that asked for the federated user's credentials.
static const char *parent_read(const struct pc_json *json, struct ref_caller *out)
{
    struct pc_str parent;
    struct ref_caller user = {.arn = PC_STR("")};
    bool known = string_of(json, &parent) && arn_read(parent, &user) &&
                 (user.kind == REF_CALLER_USER || user.kind == REF_CALLER_ROOT);
    if (!known || out->kind != REF_CALLER_FEDERATED_USER ||
        !pc_str_eq(user.partition, out->partition) || !pc_str_eq(user.account, out->account)) {
        return "4.1, R-806: not the parent of this principal";
    }
    out->parent = parent;
    return NULL;
}

static const char *member_read(struct pc_arena *arena, const struct pc_json_member *member,
                               struct ref_caller *out)
{
    if (pc_str_eq(member->name, PC_STR("arn"))) {
        return NULL; // read already
    }
    if (pc_str_eq(member->name, PC_STR("id"))) {
        return id_read(arena, &member->value, out);
    }
    if (pc_str_eq(member->name, PC_STR("services"))) {
        return services_read(arena, &member->value, out);
    }
    if (pc_str_eq(member->name, PC_STR("tags"))) {
        return tags_read(arena, &member->value, out);
    }
    if (pc_str_eq(member->name, PC_STR("role"))) {
        return role_read(arena, &member->value, out);
    }
    if (pc_str_eq(member->name, PC_STR("parent"))) {
        return parent_read(&member->value, out);
    }
    return "CONTRACT 2: no member of a principal";
}

// {"federated": "accounts.google.com"}
static const char *provider_read(const struct pc_json *json, struct ref_caller *out)
{
    if (json->count != 1 || !string_of(&json->members[0].value, &out->arn) || out->arn.len == 0) {
        return "CONTRACT 2: a provider is a name and nothing else";
    }
    out->kind = REF_CALLER_PROVIDER;
    return NULL;
}

const char *ref_caller_read(struct pc_arena *arena, const struct pc_json *json,
                            struct ref_caller *out)
{
    struct pc_str text;
    *out = (struct ref_caller){.arn = PC_STR("")};
    if (string_of(json, &text)) {
        return name_read(arena, text, out);
    }
    if (json == NULL || json->type != PC_JSON_OBJECT) {
        return "CONTRACT 2: a principal is a string or an object";
    }
    if (pc_json_get(json, PC_STR("federated")) != NULL) {
        return provider_read(json, out);
    }
    if (!string_of(pc_json_get(json, PC_STR("arn")), &text)) {
        return "CONTRACT 2: a principal without an ARN";
    }
    REF_TRY(name_read(arena, text, out));
    for (size_t i = 0; i < json->count; i++) {
        REF_TRY(member_read(arena, &json->members[i], out));
    }
    return NULL;
}

bool ref_caller_is_signed(const struct ref_caller *caller)
{
    return caller->kind != REF_CALLER_ANONYMOUS && caller->kind != REF_CALLER_PROVIDER;
}

// by the path of the role.
bool ref_caller_is_service_linked(const struct ref_caller *caller)
{
    struct pc_str path;
    return caller->kind == REF_CALLER_SESSION &&
           ref_arn_of(caller->role, PC_STR("iam"), PC_STR("role"), &path) &&
           pc_str_has_prefix(path, PC_STR("aws-service-role/"));
}

bool ref_caller_has_root_identity(const struct ref_caller *caller)
{
    return caller->kind == REF_CALLER_ROOT || (caller->kind == REF_CALLER_FEDERATED_USER &&
                                               pc_str_has_suffix(caller->parent, PC_STR(":root")));
}
