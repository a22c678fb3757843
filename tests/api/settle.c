// SPDX-License-Identifier: Apache-2.0
#include "settle.h"

#include <stdio.h>

#include "names.h"
#include "json/writer.h"

const struct pc_json *settle_list(const struct settle_case *subject, const char *name)
{
    return pc_json_get(subject->policies, pc_str_from(name));
}

struct settle_document settle_document(const struct settle_case *subject,
                                       const struct pc_json *element)
{
    const struct pc_json *document = pc_json_get(element, PC_STR("document"));
    const struct pc_json *name = pc_json_get(element, PC_STR("name"));
    const struct pc_json *found = document == NULL ? element : document;
    struct settle_document out = {
        .json = pc_str_slice(subject->text, found->start, found->end),
        .name = document != NULL && name != NULL ? name->text : PC_STR(""),
    };
    return out;
}

static void put_document(const struct settle_case *subject, const struct pc_json *element,
                         struct pc_json_writer *writer)
{
    pc_json_raw(writer, settle_document(subject, element).json);
}

static void put_documents(const struct settle_case *subject, const char *key,
                          const struct pc_json *list, struct pc_json_writer *writer)
{
    pc_json_key(writer, key);
    pc_json_begin_array(writer);
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        put_document(subject, &list->items[i], writer);
    }
    pc_json_end_array(writer);
}

static bool is_list(const struct pc_json *json)
{
    return json == NULL || json->type == PC_JSON_ARRAY;
}

// The caller --------------------------------------------------------------------------------------

static bool is_iam(const struct pc_caller *caller)
{
    return caller->kind == PC_CALLER_USER || caller->kind == PC_CALLER_SESSION;
}

// A role's path that only the context knows is the store's.
static void put_role_arn(const struct settle_case *subject, const struct pc_caller *caller,
                         struct pc_json_writer *writer)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf arn = {0};
    struct pc_caller role;
    if (caller->role.len > 0) {
        pc_json_string(writer, caller->role);
    } else if (pc_caller_parse(subject->principal_arn, &role) && role.role.len > 0 &&
               pc_str_eq_icase(role.name, caller->name)) {
        pc_json_string(writer, subject->principal_arn);
    } else {
        pc_buf_format(&arn, "arn:%.*s:iam::%.*s:role/%.*s", PC_STR_ARG(caller->partition),
                      PC_STR_ARG(caller->account), PC_STR_ARG(caller->name));
        pc_json_string(writer, pc_buf_view(&arn));
    }
}

static const char *put_holder(const struct settle_case *subject, const struct pc_caller *caller,
                              struct pc_json_writer *writer)
{
    const struct pc_json *boundary = settle_list(subject, "boundary");
    bool role = caller->kind == PC_CALLER_SESSION;
    pc_json_key(writer, role ? "roles" : "users");
    pc_json_begin_array(writer);
    pc_json_begin_object(writer);
    pc_json_key(writer, "arn");
    if (role) {
        put_role_arn(subject, caller, writer);
    } else {
        pc_json_string(writer, caller->text);
    }
    put_documents(subject, "policies", settle_list(subject, "identity"), writer);
    if (boundary != NULL) {
        if (!is_list(boundary) || boundary->count != 1) {
            return "a boundary of none or several documents";
        }
        pc_json_key(writer, "boundary");
        put_document(subject, &boundary->items[0], writer);
    }
    pc_json_end_object(writer);
    return NULL; // the array stays open, for the role that is asked for
}

// The role whose trust policy is asked, unless it is the caller's own.
static const char *put_trust(const struct settle_case *subject, bool open,
                             struct pc_json_writer *writer)
{
    const struct pc_json *trust = settle_list(subject, "resource");
    struct pc_str role = subject->request->resource;
    struct pc_caller caller;
    if (!pc_caller_parse(role, &caller) || caller.kind != PC_CALLER_SESSION ||
        caller.role.len == 0) {
        return "a trust policy of something other than a role";
    }
    if (open && subject->request->caller.kind == PC_CALLER_SESSION &&
        pc_str_eq(caller.name, subject->request->caller.name) &&
        pc_str_eq(caller.account, subject->request->caller.account)) {
        return "a role that assumes itself";
    }
    if (trust->count != 1) {
        return "a trust policy of none or several documents";
    }
    pc_json_begin_object(writer);
    pc_json_key(writer, "arn");
    pc_json_string(writer, role);
    pc_json_key(writer, "trust");
    put_document(subject, &trust->items[0], writer);
    pc_json_end_object(writer);
    return NULL;
}

// Root and its federated users are known by what their account holds.
static void put_somebody(const struct pc_caller *caller, struct pc_json_writer *writer)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf arn = {0};
    pc_buf_format(&arn, "arn:%.*s:iam::%.*s:user/somebody", PC_STR_ARG(caller->partition),
                  PC_STR_ARG(caller->account));
    pc_json_key(writer, "users");
    pc_json_begin_array(writer);
    pc_json_begin_object(writer);
    pc_json_key(writer, "arn");
    pc_json_string(writer, pc_buf_view(&arn));
    pc_json_end_object(writer);
    pc_json_end_array(writer);
}

static const char *put_principals(const struct settle_case *subject, bool trust,
                                  struct pc_json_writer *writer)
{
    const struct pc_caller *caller = &subject->request->caller;
    struct pc_caller parent;
    bool roles = false;
    bool federated = caller->kind == PC_CALLER_FEDERATED_USER &&
                     pc_caller_parse(caller->parent, &parent) && parent.kind == PC_CALLER_USER;
    const struct pc_caller *holder = federated ? &parent : is_iam(caller) ? caller : NULL;
    if (!is_list(settle_list(subject, "identity"))) {
        return "identity policies that are no list";
    }
    if (holder == NULL &&
        (settle_list(subject, "identity") != NULL || settle_list(subject, "boundary") != NULL)) {
        return "identity policies of a caller that can have none";
    }
    if (holder == NULL && caller->account.len > 0) {
        put_somebody(caller, writer);
    }
    if (caller->kind == PC_CALLER_FEDERATED_USER && caller->parent.len == 0) {
        return "a federated user whose parent nobody knows";
    }
    if (holder != NULL && pc_str_find(holder->name, ':', 0) != SIZE_MAX) {
        return "a role of AWS itself, which no store has";
    }
    if (holder != NULL) {
        const char *why = put_holder(subject, holder, writer);
        roles = why == NULL && holder->kind == PC_CALLER_SESSION;
        if (why != NULL) {
            return why;
        }
        if (!roles || !trust) {
            pc_json_end_array(writer);
        }
    }
    if (!trust) {
        return NULL;
    }
    if (!roles) {
        pc_json_key(writer, "roles");
        pc_json_begin_array(writer);
    }
    const char *why = put_trust(subject, roles, writer);
    pc_json_end_array(writer);
    return why;
}

// The resource ------------------------------------------------------------------------------------

static const char *put_resource(const struct settle_case *subject, struct pc_json_writer *writer)
{
    const struct pc_json *list = settle_list(subject, "resource");
    struct pc_holders holders = pc_holders_of(subject->request->resource);
    if (list->count != 1) {
        return "a resource policy of none or several documents";
    }
    if (holders.count != 1) {
        return "a resource that several policies judge, or none";
    }
    pc_json_key(writer, "resources");
    pc_json_begin_array(writer);
    pc_json_begin_object(writer);
    pc_json_key(writer, "arn");
    pc_json_string(writer, holders.arns[0]);
    pc_json_key(writer, "policy");
    put_document(subject, &list->items[0], writer);
    struct pc_str caller = subject->request->caller.account;
    struct pc_str owner = subject->owner.len > 0 ? subject->owner : caller;
    if (owner.len > 0) {
        pc_json_key(writer, "account");
        pc_json_string(writer, owner);
    }
    pc_json_end_object(writer);
    pc_json_end_array(writer);
    return NULL;
}

// The organisation --------------------------------------------------------------------------------

// A way from the root down to an account; lists are NULL for what it does not have.
struct chain {
    const char *name;
    struct pc_str account;
    const struct pc_json *scp, *rcp;
};

static size_t length_of(const struct chain *chain)
{
    size_t scp = chain->scp == NULL ? 0 : chain->scp->count;
    size_t rcp = chain->rcp == NULL ? 0 : chain->rcp->count;
    return scp > rcp ? scp : rcp;
}

static void put_level(const struct settle_case *subject, const struct chain *chain, size_t at,
                      struct pc_json_writer *writer)
{
    char id[32];
    bool last = at + 1 == length_of(chain);
    pc_json_begin_object(writer);
    (void)snprintf(id, sizeof(id), "ou-%s-%zu", chain->name, at);
    pc_json_key(writer, "id");
    pc_json_string(writer, last ? chain->account : pc_str_from(id));
    (void)snprintf(id, sizeof(id), "ou-%s-%zu", chain->name, at - 1);
    pc_json_key(writer, "parent");
    pc_json_text(writer, at == 0 ? "r-root" : id);
    if (chain->scp != NULL && at < chain->scp->count) {
        put_documents(subject, "scp", &chain->scp->items[at], writer);
    }
    if (chain->rcp != NULL && at < chain->rcp->count) {
        put_documents(subject, "rcp", &chain->rcp->items[at], writer);
    }
    pc_json_end_object(writer);
}

static void put_organization(const struct settle_case *subject, const struct chain chains[2],
                             struct pc_json_writer *writer)
{
    pc_json_key(writer, "organization");
    pc_json_begin_object(writer);
    pc_json_key(writer, "levels");
    pc_json_begin_array(writer);
    pc_json_begin_object(writer);
    pc_json_key(writer, "id");
    pc_json_text(writer, "r-root");
    pc_json_end_object(writer);
    for (size_t i = 0; i < 2; i++) {
        for (size_t at = 0; at + 1 < length_of(&chains[i]); at++) {
            put_level(subject, &chains[i], at, writer);
        }
    }
    pc_json_end_array(writer);
    pc_json_key(writer, "accounts");
    pc_json_begin_array(writer);
    for (size_t i = 0; i < 2; i++) {
        if (length_of(&chains[i]) > 0) {
            put_level(subject, &chains[i], length_of(&chains[i]) - 1, writer);
        }
    }
    pc_json_end_array(writer);
    pc_json_end_object(writer);
}

static const char *put_levels(const struct settle_case *subject, struct pc_json_writer *writer)
{
    const struct pc_caller *caller = &subject->request->caller;
    const struct pc_json *scp = settle_list(subject, "scp");
    const struct pc_json *rcp = settle_list(subject, "rcp");
    struct pc_str owner = subject->owner.len > 0 ? subject->owner : caller->account;
    struct chain chains[2] = {{.name = "caller"}, {.name = "owner"}};
    if (!is_list(scp) || !is_list(rcp)) {
        return "levels that are no list";
    }
    if ((scp != NULL && caller->account.len == 0) || (rcp != NULL && owner.len == 0)) {
        return "guard-rails of nobody's account";
    }
    chains[0].account = caller->account;
    chains[0].scp = scp;
    chains[1].account = owner;
    chains[1].rcp = rcp;
    if (pc_str_eq(owner, caller->account)) {
        chains[0].rcp = rcp;
        chains[1].rcp = NULL;
    }
    if (length_of(&chains[0]) + length_of(&chains[1]) > 0) {
        put_organization(subject, chains, writer);
    }
    return NULL;
}

// A case ------------------------------------------------------------------------------------------

static bool is_trust(const struct pc_request *request)
{
    return pc_action_asks_for_role(request->action, request->resource);
}

const char *settle_case(const struct settle_case *subject, struct pc_buf *out)
{
    const struct pc_json *resource = settle_list(subject, "resource");
    struct pc_json_writer writer;
    bool trust = resource != NULL && is_trust(subject->request);
    if (!is_list(resource)) {
        return "a resource policy that is no list";
    }
    pc_json_writer_init(&writer, out, false);
    pc_json_begin_object(&writer);
    pc_json_key(&writer, "polcheck");
    pc_json_number(&writer, 1);
    const char *why = put_principals(subject, trust, &writer);
    if (why == NULL && resource != NULL && !trust) {
        why = put_resource(subject, &writer);
    }
    if (why == NULL) {
        why = put_levels(subject, &writer);
    }
    pc_json_end_object(&writer);
    return why;
}
