// SPDX-License-Identifier: Apache-2.0
#include "entries.h"

#include "connections.h"

#include "definitions.h"
#include "names.h"
#include "record.h"

struct making {
    struct pc_sets *sets;
    struct pc_entries *entries;
};

enum pc_status pc_entries_add(struct pc_entries *entries, struct pc_arena *arena,
                              const struct pc_entry *entry)
{
    struct pc_entry *copy = pc_arena_alloc(arena, sizeof(*copy));
    if (copy == NULL) {
        return PC_ERR_NOMEM;
    }
    *copy = *entry;
    copy->next = NULL;
    *entries->end = copy;
    entries->end = &copy->next;
    entries->count[entry->table]++;
    return PC_OK;
}

static enum pc_status add_entry(struct making *making, enum pc_store_table table, struct pc_str key,
                                const struct pc_buf *value)
{
    struct pc_entry entry = {.table = table, .key = key};
    PC_TRY(pc_buf_status(value));
    PC_TRY(pc_arena_copy(making->sets->arena, pc_buf_view(value), &entry.value));
    return pc_entries_add(making->entries, making->sets->arena, &entry);
}

static enum pc_status make_tags(struct pc_arena *arena, const struct pc_tags *tags,
                                const struct pc_tag **out)
{
    struct pc_tag *copy = pc_arena_array(arena, tags->count, sizeof(*copy));
    if (copy == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < tags->count; i++) {
        copy[i] = (struct pc_tag){tags->pairs[2 * i], tags->pairs[2 * i + 1]};
    }
    *out = copy;
    return PC_OK;
}

// The digest of a set; "" for no references where an empty set is none.
static enum pc_status place(struct making *making, enum pc_policy_type type,
                            const struct pc_references *references, bool empty_is_none,
                            struct pc_str *out)
{
    struct pc_document_list list = {.count = 0};
    struct pc_set *set;
    *out = PC_STR("");
    if (references->first == NULL && empty_is_none) {
        return PC_OK;
    }
    PC_TRY(pc_document_list_add(making->sets->arena, &list, references));
    PC_TRY(pc_sets_place(making->sets, type, &list, &set));
    *out = pc_set_key(set);
    return PC_OK;
}

static enum pc_status add_actions(struct pc_arena *arena, const struct pc_statement *statement,
                                  struct pc_allowed *allowed)
{
    if (statement->actions.kind != PC_LIST_POSITIVE) {
        pc_allowed_add_all(allowed);
    }
    for (size_t i = 0; i < statement->actions.count; i++) {
        struct pc_action_pattern pattern;
        enum pc_status status =
            pc_action_pattern_read(arena, statement->actions.items[i].text, &pattern);
        if (status == PC_ERR_LIMIT) {
            pc_allowed_add_all(allowed); // the compiler refuses it
            continue;
        }
        PC_TRY(status);
        pc_allowed_add(allowed, &pattern);
    }
    return PC_OK;
}

static enum pc_status add_allows(struct pc_arena *arena, const struct pc_policy *policy,
                                 struct pc_allowed *allowed)
{
    for (size_t i = 0; i < policy->count; i++) {
        if (policy->statements[i].effect == PC_EFFECT_ALLOW) {
            PC_TRY(add_actions(arena, &policy->statements[i], allowed));
        }
    }
    return PC_OK;
}

// What the documents of a set allow, found once. One that was refused is not stored either.
static enum pc_status find_allowed(struct pc_arena *arena, struct pc_set *set)
{
    for (size_t i = 0; set->holders == 1 && i < set->count; i++) {
        const struct pc_policy *policy = set->documents[i]->read[PC_POLICY_IDENTITY];
        if (policy == NULL) {
            pc_allowed_add_all(&set->allowed);
            continue;
        }
        PC_TRY(add_allows(arena, policy, &set->allowed));
    }
    return PC_OK;
}

// A group's policies belong to its users' identity set.
static enum pc_status place_identity(struct making *making, const struct pc_principal *principal,
                                     struct pc_principal_fields *fields)
{
    struct pc_arena *arena = making->sets->arena;
    struct pc_document_list list = {.count = 0};
    struct pc_set *set;
    PC_TRY(pc_document_list_add(arena, &list, &principal->policies));
    for (const struct pc_membership *membership = principal->groups; membership != NULL;
         membership = membership->next) {
        PC_TRY(pc_document_list_add(arena, &list, &membership->found->policies));
    }
    PC_TRY(pc_sets_place(making->sets, PC_POLICY_IDENTITY, &list, &set));
    PC_TRY(find_allowed(arena, set));
    fields->allowed = set->allowed;
    fields->identity = pc_set_key(set);
    return PC_OK;
}

static enum pc_status make_principal(struct making *making, const struct pc_principal *principal)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf value;
    pc_buf_init(&value);
    struct pc_principal_fields fields = {
        .role = principal->role,
        .arn = principal->arn,
        .id = principal->id,
        .tag_count = principal->tags.count,
    };
    PC_TRY(make_tags(making->sets->arena, &principal->tags, &fields.tags));
    PC_TRY(place_identity(making, principal, &fields));
    PC_TRY(place(making, PC_POLICY_BOUNDARY, &principal->boundary, true, &fields.boundary));
    PC_TRY(place(making, PC_POLICY_TRUST, &principal->trust, true, &fields.trust));
    pc_principal_record_write(&value, &fields);
    return add_entry(making, PC_STORE_PRINCIPALS, principal->key, &value);
}

static enum pc_status make_resource(struct making *making, const struct pc_resource *resource)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf value;
    pc_buf_init(&value);
    struct pc_resource_fields fields = {
        .account = resource->account,
        .tag_count = resource->tags.count,
    };
    PC_TRY(make_tags(making->sets->arena, &resource->tags, &fields.tags));
    if (resource->document != NULL) {
        struct pc_reference reference = {.document = resource->document};
        struct pc_references references = {&reference, &reference};
        PC_TRY(place(making, pc_resource_policy_type(resource->arn), &references, false,
                     &fields.policy));
    }
    pc_resource_record_write(&value, &fields);
    bool part = !pc_resource_is_holder(resource->arn);
    return add_entry(making, part ? PC_STORE_PARTS : PC_STORE_RESOURCES, resource->arn, &value);
}

static enum pc_status make_connections(struct pc_arena *arena, const struct pc_function *function,
                                       const struct pc_str **out)
{
    struct pc_str *texts = pc_arena_array(arena, function->connection_count, sizeof(*texts));
    size_t i = 0;
    if (texts == NULL) {
        return PC_ERR_NOMEM;
    }
    for (const struct pc_connection *connection = function->connections; connection != NULL;
         connection = connection->next) {
        PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
        pc_connection_write(&text, connection);
        PC_TRY(pc_buf_status(&text));
        PC_TRY(pc_arena_copy(arena, pc_buf_view(&text), &texts[i++]));
    }
    *out = texts;
    return PC_OK;
}

static enum pc_status make_function(struct making *making, const struct pc_function *function)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf value;
    pc_buf_init(&value);
    size_t count = function->variable_count;
    struct pc_str *names = pc_arena_array(making->sets->arena, count, sizeof(*names));
    if (names == NULL) {
        return PC_ERR_NOMEM;
    }
    size_t i = 0;
    for (const struct pc_word *word = function->variables; word != NULL; word = word->next) {
        names[i++] = word->text;
    }
    struct pc_function_fields fields = {
        .role = function->role,
        .kms_key = function->kms_key,
        .place = function->place,
        .variables = names,
        .variable_count = count,
        .connection_count = function->connection_count,
    };
    PC_TRY(make_connections(making->sets->arena, function, &fields.connections));
    pc_function_record_write(&value, &fields);
    return add_entry(making, PC_STORE_FUNCTIONS, function->arn, &value);
}

// The sets of the levels that lead to an account, from the root down. A level of which nothing is
// said has AWS's default, which restricts nothing, and is left out.
static enum pc_status place_levels(struct making *making, const struct pc_level *account, bool scp,
                                   const struct pc_str **out, size_t *count)
{
    size_t depth = 0;
    for (const struct pc_level *level = account; level != NULL; level = level->up) {
        depth += scp ? level->has_scp : level->has_rcp;
    }
    struct pc_str *digests = pc_arena_array(making->sets->arena, depth, sizeof(*digests));
    if (digests == NULL) {
        return PC_ERR_NOMEM;
    }
    size_t i = depth;
    for (const struct pc_level *level = account; level != NULL; level = level->up) {
        if (scp ? level->has_scp : level->has_rcp) {
            PC_TRY(place(making, scp ? PC_POLICY_SCP : PC_POLICY_RCP,
                         scp ? &level->scp : &level->rcp, false, &digests[--i]));
        }
    }
    *out = digests;
    *count = depth;
    return PC_OK;
}

static enum pc_status make_account(struct making *making, const struct pc_known_account *account)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf value;
    pc_buf_init(&value);
    PC_TRY(add_entry(making, PC_STORE_ACCOUNTS, account->id, &value));
    if (account->level == NULL) {
        return PC_OK;
    }
    struct pc_account_fields fields = {.management = account->level->management};
    PC_TRY(place_levels(making, account->level, true, &fields.scp, &fields.scp_count));
    PC_TRY(place_levels(making, account->level, false, &fields.rcp, &fields.rcp_count));
    pc_account_record_write(&value, &fields);
    return add_entry(making, PC_STORE_LEVELS, account->id, &value);
}

// Compiled for the sake of their diagnostics.
static enum pc_status check_unattached(struct making *making, const struct pc_import *import)
{
    for (const struct pc_managed *managed = import->managed; managed != NULL;
         managed = managed->next) {
        const struct pc_document *document = managed->document;
        if (document->only == PC_POLICY_NONE && !making->sets->placed[document->number]) {
            PC_TRY(pc_sets_place_unheld(making->sets, PC_POLICY_IDENTITY, document));
        }
    }
    return PC_OK;
}

enum pc_status pc_entries_make(const struct pc_import *import, struct pc_sets *sets,
                               struct pc_entries *out)
{
    struct making making = {.sets = sets, .entries = out};
    *out = (struct pc_entries){.end = &out->first};
    for (const struct pc_principal *principal = import->principals; principal != NULL;
         principal = principal->next) {
        PC_TRY(make_principal(&making, principal));
    }
    for (const struct pc_resource *resource = import->resources; resource != NULL;
         resource = resource->next) {
        PC_TRY(make_resource(&making, resource));
    }
    for (const struct pc_function *function = import->functions; function != NULL;
         function = function->next) {
        PC_TRY(make_function(&making, function));
    }
    for (const struct pc_known_account *account = import->accounts; account != NULL;
         account = account->next) {
        PC_TRY(make_account(&making, account));
    }
    PC_TRY(pc_definitions_add(import, sets->arena, out));
    return check_unattached(&making, import);
}
