// SPDX-License-Identifier: Apache-2.0
#include "manifest_facts.h"

#include "names.h"

static void complain(const struct pc_members *reader, const struct pc_json *json,
                     struct pc_str subject, const char *what)
{
    pc_diag_report(reader->import->diags, reader->code, pc_members_place(reader, json),
                   "\"%.*s\" %s", PC_STR_ARG(subject), what);
}

struct form {
    const char *fact, *what;
    bool (*is)(struct pc_str value);
};

static bool is_role(struct pc_str value)
{
    struct pc_iam_name name;
    return pc_iam_name_parse(value, PC_STR("role/"), &name);
}

static bool is_auth_type(struct pc_str value)
{
    return pc_str_eq(value, PC_STR("NONE")) || pc_str_eq(value, PC_STR("AWS_IAM"));
}

static bool is_mode(struct pc_str value)
{
    return pc_str_eq(value, PC_STR("Active")) || pc_str_eq(value, PC_STR("PassThrough"));
}

// LAMBDA.md 5.5
static bool is_invocation_type(struct pc_str value)
{
    return pc_str_eq(value, PC_STR("RequestResponse")) || pc_str_eq(value, PC_STR("Event")) ||
           pc_str_eq(value, PC_STR("DryRun"));
}

static bool is_key(struct pc_str value)
{
    struct pc_arn arn;
    return pc_str_has_prefix(value, PC_STR("alias/")) ||
           (pc_arn_parse(value, &arn) && pc_str_eq(arn.service, PC_STR("kms")));
}

static const struct form forms[] = {
    {"role", "is not the ARN of a role", is_role},
    {"account", "is not an account id of 12 digits", pc_account_id_is},
    {"auth-type", "is no auth-type: NONE or AWS_IAM", is_auth_type},
    {"mode", "is no mode: Active or PassThrough", is_mode},
    {"invocation-type", "is no invocation-type: RequestResponse, Event or DryRun",
     is_invocation_type},
    {"kms-key", "is neither the ARN of a key nor an alias", is_key},
    {"sender-key", "is neither the ARN of a key nor an alias", is_key},
    {"dead-letter", "is not the ARN of a queue", pc_connection_is_queue},
};

static bool check_text(const struct pc_members *reader, const struct pc_json *json,
                       const char *fact)
{
    if (json->type != PC_JSON_STRING) {
        return pc_members_type(reader, json, PC_JSON_STRING, fact);
    }
    if (json->text.len == 0) {
        complain(reader, json, pc_str_from(fact), "is empty: leave it out or give a value");
        return false;
    }
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (pc_str_eq(pc_str_from(forms[i].fact), pc_str_from(fact)) && !forms[i].is(json->text)) {
            complain(reader, json, json->text, forms[i].what);
            return false;
        }
    }
    return true;
}

// One that is there or not.
static bool read_flag(const struct pc_members *reader, const struct pc_json *value,
                      const char *fact, struct pc_connection_draft *draft)
{
    if (!pc_members_type(reader, value, PC_JSON_BOOLEAN, fact)) {
        return false;
    }
    if (!value->boolean) {
        complain(reader, value, pc_str_from(fact), "is true, or is left out");
        return false;
    }
    pc_connection_fact(draft, pc_str_from(fact), PC_STR("true"));
    return true;
}

// Members are context keys: each a fact "context:KEY".
static enum pc_status read_context(const struct pc_members *reader, const struct pc_json *value,
                                   struct pc_connection_draft *draft, bool *good)
{
    *good = pc_members_type(reader, value, PC_JSON_OBJECT, "context");
    for (size_t i = 0; *good && i < value->count; i++) {
        const struct pc_json_member *pair = &value->members[i];
        struct pc_str name;
        *good = pc_members_type(reader, &pair->value, PC_JSON_STRING, "context");
        if (*good && (pair->name.len == 0 || pair->value.text.len == 0)) {
            complain(reader, &pair->value, pair->name, "is a context key without a value");
            *good = false;
        }
        if (*good) {
            PC_TRY(pc_arena_format(reader->import->arena, &name, "context:%.*s",
                                   PC_STR_ARG(pair->name)));
            pc_connection_fact(draft, name, pair->value.text);
        }
    }
    return PC_OK;
}

static bool read_list(const struct pc_members *reader, const struct pc_json *value,
                      const char *name, struct pc_connection_draft *draft)
{
    if (value->count == 0) {
        complain(reader, value, pc_str_from(name), "is empty: leave it out or give a value");
        return false;
    }
    for (size_t i = 0; i < value->count; i++) {
        if (!check_text(reader, &value->items[i], name)) {
            return false;
        }
        pc_connection_fact(draft, pc_str_from(name), value->items[i].text);
    }
    return true;
}

// The name without the mark of several values, in the arena.
static enum pc_status plain_name(const struct pc_members *reader, const char *fact,
                                 const char **out)
{
    struct pc_str name = pc_str_from(fact), copy;
    name.len -= pc_connection_fact_is_list(fact);
    PC_TRY(pc_arena_copy(reader->import->arena, name, &copy));
    *out = copy.ptr;
    return PC_OK;
}

enum pc_status pc_manifest_fact(const struct pc_members *reader, const struct pc_json *value,
                                const char *fact, struct pc_connection_draft *draft, bool *good)
{
    const char *name;
    PC_TRY(plain_name(reader, fact, &name));
    if (pc_str_eq(pc_str_from(name), PC_STR("context"))) {
        return read_context(reader, value, draft, good);
    }
    if (pc_connection_fact_is_flag(fact)) {
        *good = read_flag(reader, value, name, draft);
    } else if (value->type == PC_JSON_ARRAY && pc_connection_fact_is_list(fact)) {
        *good = read_list(reader, value, name, draft);
    } else if (value->type == PC_JSON_ARRAY) {
        complain(reader, value, pc_str_from(name), "has one value, not several");
        *good = false;
    } else {
        *good = check_text(reader, value, name);
        pc_connection_fact(draft, pc_str_from(name), *good ? value->text : PC_STR(""));
    }
    return PC_OK;
}

enum pc_status pc_manifest_facts(const struct pc_members *reader, const struct pc_json *element,
                                 const struct pc_connection_kind *kind,
                                 struct pc_connection_draft *draft, bool *good)
{
    *good = true;
    for (size_t i = 0; i < (size_t)2 * PC_CONNECTION_FACTS && *good; i++) {
        bool needed = i < PC_CONNECTION_FACTS;
        const char *fact = needed ? kind->needs[i] : kind->may[i - PC_CONNECTION_FACTS], *name;
        if (fact == NULL) {
            continue;
        }
        PC_TRY(plain_name(reader, fact, &name));
        const struct pc_json *value = pc_members_find(element, name); // null is reported elsewhere
        if (value != NULL) {
            PC_TRY(pc_manifest_fact(reader, value, fact, draft, good));
        } else if (needed) {
            pc_diag_report(reader->import->diags, reader->code, pc_members_place(reader, element),
                           "a connection of kind \"%s\" needs \"%s\"", kind->kind, name);
            *good = false;
        }
    }
    return PC_OK;
}
