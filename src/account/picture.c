// SPDX-License-Identifier: Apache-2.0
#include "picture.h"

#include "principal_key.h"

enum pc_status pc_picture_new(struct pc_arena *arena, struct pc_diags *diags,
                              struct pc_import **out)
{
    struct pc_import *import = pc_arena_alloc(arena, sizeof(*import));
    if (import == NULL) {
        return PC_ERR_NOMEM;
    }
    struct pc_map *const maps[] = {
        &import->seen,
        &import->file_by_identity,
        &import->file_by_path,
        &import->ahead_by_path,
        &import->visited_by_identity,
        &import->name_taken,
        &import->group_by_key,
        &import->principal_by_key,
        &import->managed_by_arn,
        &import->resource_by_arn,
        &import->function_by_arn,
        &import->level_by_id,
        &import->account_by_id,
        &import->connection_by_key,
    };
    for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
        pc_map_init(maps[i], arena);
    }
    import->arena = arena;
    import->diags = diags;
    import->loads_end = &import->loads;
    import->files_end = &import->files;
    import->recognised_end = &import->recognised;
    import->documents_end = &import->documents;
    import->principals_end = &import->principals;
    import->groups_end = &import->groups;
    import->managed_end = &import->managed;
    import->resources_end = &import->resources;
    import->functions_end = &import->functions;
    import->connections_end = &import->connections;
    import->grants_end = &import->grants;
    import->levels_end = &import->levels;
    import->accounts_end = &import->accounts;
    *out = import;
    return PC_OK;
}

void pc_picture_twice(struct pc_import *import, const char *what, struct pc_str name,
                      struct pc_place first, struct pc_place second)
{
    pc_diag_report(import->diags, PC_DIAG_DEFINED_TWICE, second,
                   "%s \"%.*s\" is defined twice: first at %.*s:%u:%u", what, PC_STR_ARG(name),
                   PC_STR_ARG(first.file), first.line, first.column);
}

enum pc_status pc_references_add(struct pc_import *import, struct pc_references *references,
                                 const struct pc_reference *reference)
{
    struct pc_reference *copy = pc_arena_alloc(import->arena, sizeof(*copy));
    if (copy == NULL) {
        return PC_ERR_NOMEM;
    }
    *copy = *reference;
    copy->next = NULL;
    if (references->last == NULL) {
        references->first = copy;
    } else {
        references->last->next = copy;
    }
    references->last = copy;
    return PC_OK;
}

// Names are unique in an account, whatever their paths and letter case, although those of
// users compare with it. Taken before: reports it.
static enum pc_status take_name(struct pc_import *import, const char *kind,
                                const struct pc_iam_name *name, const struct pc_word *taker,
                                bool *taken)
{
    struct pc_str text, key;
    PC_TRY(pc_arena_format(import->arena, &text, "%s:%.*s:%.*s:%.*s", kind,
                           PC_STR_ARG(name->partition), PC_STR_ARG(name->account),
                           PC_STR_ARG(name->name)));
    PC_TRY(pc_arena_copy_lower(import->arena, text, &key));
    const struct pc_word *before = pc_map_get(&import->name_taken, key);
    *taken = before != NULL;
    if (before != NULL) {
        pc_picture_twice(import, kind, taker->text, before->place, taker->place);
        return PC_OK;
    }
    struct pc_word *word = pc_arena_alloc(import->arena, sizeof(*word));
    if (word == NULL) {
        return PC_ERR_NOMEM;
    }
    *word = *taker;
    return pc_map_put(&import->name_taken, key, word);
}

enum pc_status pc_picture_principal(struct pc_import *import, struct pc_str arn,
                                    struct pc_place place, struct pc_principal **out)
{
    struct pc_iam_name name;
    const struct pc_word taker = {.text = arn, .place = place};
    struct pc_str key;
    bool taken, role = pc_iam_name_parse(arn, PC_STR("role/"), &name);
    if (!role && !pc_iam_name_parse(arn, PC_STR("user/"), &name)) {
        return PC_ERR_INTERNAL;
    }
    *out = NULL;
    PC_TRY(take_name(import, role ? "role" : "user", &name, &taker, &taken));
    if (taken) {
        return PC_OK;
    }
    PC_TRY(pc_principal_key(import->arena, role, &name, &key));
    struct pc_principal *principal = pc_arena_alloc(import->arena, sizeof(*principal));
    if (principal == NULL) {
        return PC_ERR_NOMEM;
    }
    *principal = (struct pc_principal){
        .role = role,
        .arn = arn,
        .partition = name.partition,
        .account = name.account,
        .name = name.name,
        .key = key,
        .place = place,
    };
    principal->groups_end = &principal->groups;
    PC_TRY(pc_map_put(&import->principal_by_key, key, principal));
    *import->principals_end = principal;
    import->principals_end = &principal->next;
    *out = principal;
    return PC_OK;
}

enum pc_status pc_picture_group_key(struct pc_import *import, const struct pc_iam_name *name,
                                    struct pc_str *out)
{
    return pc_arena_format(import->arena, out, "%.*s:%.*s:%.*s", PC_STR_ARG(name->partition),
                           PC_STR_ARG(name->account), PC_STR_ARG(name->name));
}

enum pc_status pc_picture_group(struct pc_import *import, struct pc_str arn, struct pc_place place,
                                struct pc_group **out)
{
    struct pc_iam_name name;
    const struct pc_word taker = {.text = arn, .place = place};
    struct pc_str key;
    bool taken;
    if (!pc_iam_name_parse(arn, PC_STR("group/"), &name)) {
        return PC_ERR_INTERNAL;
    }
    *out = NULL;
    PC_TRY(take_name(import, "group", &name, &taker, &taken));
    if (taken) {
        return PC_OK;
    }
    PC_TRY(pc_picture_group_key(import, &name, &key));
    struct pc_group *group = pc_arena_alloc(import->arena, sizeof(*group));
    if (group == NULL) {
        return PC_ERR_NOMEM;
    }
    *group = (struct pc_group){.arn = arn, .place = place};
    PC_TRY(pc_map_put(&import->group_by_key, key, group));
    *import->groups_end = group;
    import->groups_end = &group->next;
    *out = group;
    return PC_OK;
}

enum pc_status pc_picture_level(struct pc_import *import, struct pc_str id, struct pc_place place,
                                struct pc_level **out)
{
    const struct pc_level *before = pc_map_get(&import->level_by_id, id);
    if (before != NULL) {
        pc_picture_twice(import, "level", id, before->place, place);
        *out = NULL;
        return PC_OK;
    }
    struct pc_level *level = pc_arena_alloc(import->arena, sizeof(*level));
    if (level == NULL) {
        return PC_ERR_NOMEM;
    }
    *level = (struct pc_level){.id = id, .place = place};
    PC_TRY(pc_map_put(&import->level_by_id, id, level));
    *import->levels_end = level;
    import->levels_end = &level->next;
    *out = level;
    return PC_OK;
}

static bool json_equal(const struct pc_json *a, const struct pc_json *b);

static bool members_equal(const struct pc_json *a, const struct pc_json *b)
{
    for (size_t i = 0; i < a->count; i++) {
        const struct pc_json *other = pc_json_get(b, a->members[i].name);
        if (other == NULL || !json_equal(&a->members[i].value, other)) {
            return false;
        }
    }
    return true;
}

// Do the two say the same? Nesting is limited by the reader of JSON.
static bool json_equal(const struct pc_json *a, const struct pc_json *b)
{
    if (a->type != b->type || a->count != b->count || a->boolean != b->boolean ||
        !pc_str_eq(a->text, b->text)) {
        return false;
    }
    if (a->type == PC_JSON_OBJECT) {
        return members_equal(a, b);
    }
    for (size_t i = 0; a->type == PC_JSON_ARRAY && i < a->count; i++) {
        if (!json_equal(&a->items[i], &b->items[i])) {
            return false;
        }
    }
    return true;
}

enum pc_status pc_picture_managed(struct pc_import *import, struct pc_str arn,
                                  struct pc_document *document, struct pc_place place)
{
    const struct pc_managed *before = pc_map_get(&import->managed_by_arn, arn);
    if (before != NULL) {
        bool same = before->document != NULL && document != NULL &&
                    json_equal(before->document->json, document->json);
        if (same) {
            document->used = true;
        } else {
            pc_picture_twice(import, "policy", arn, before->place, place);
            if (pc_policy_arn_is_managed_by_aws(arn)) {
                pc_diag_hint(import->diags, "they are two versions of it: leave one of both out; a "
                                            "dump of the account has what is in force there");
            }
        }
        return PC_OK;
    }
    struct pc_managed *managed = pc_arena_alloc(import->arena, sizeof(*managed));
    if (managed == NULL) {
        return PC_ERR_NOMEM;
    }
    *managed = (struct pc_managed){.arn = arn, .place = place, .document = document};
    PC_TRY(pc_map_put(&import->managed_by_arn, arn, managed));
    *import->managed_end = managed;
    import->managed_end = &managed->next;
    return PC_OK;
}

enum pc_status pc_picture_resource(struct pc_import *import, struct pc_str arn,
                                   struct pc_place place, struct pc_resource **out)
{
    struct pc_resource *resource = pc_map_get(&import->resource_by_arn, arn);
    if (resource == NULL) {
        resource = pc_arena_alloc(import->arena, sizeof(*resource));
        if (resource == NULL) {
            return PC_ERR_NOMEM;
        }
        *resource = (struct pc_resource){.arn = arn, .place = place};
        PC_TRY(pc_map_put(&import->resource_by_arn, arn, resource));
        *import->resources_end = resource;
        import->resources_end = &resource->next;
    }
    *out = resource;
    return PC_OK;
}

enum pc_status pc_picture_resource_policy(struct pc_import *import, struct pc_str arn,
                                          struct pc_document *document, struct pc_place place)
{
    struct pc_resource *resource;
    PC_TRY(pc_picture_resource(import, arn, place, &resource));
    if (resource->document != NULL && resource->document != document) {
        pc_picture_twice(import, "the policy of", arn, resource->policy_place, place);
        return PC_OK;
    }
    resource->document = document;
    resource->policy_place = place;
    return PC_OK;
}

// An id alone is a key of the resource's own region and account.
static enum pc_status whole_key(struct pc_arena *arena, struct pc_str resource, struct pc_str key,
                                struct pc_str *out)
{
    struct pc_arn arn;
    bool id = pc_str_find(key, ':', 0) == SIZE_MAX && pc_str_find(key, '/', 0) == SIZE_MAX;
    if (!id || !pc_arn_parse(resource, &arn)) {
        *out = key;
        return PC_OK;
    }
    return pc_arena_format(arena, out, "arn:%.*s:kms:%.*s:%.*s:key/%.*s", PC_STR_ARG(arn.partition),
                           PC_STR_ARG(arn.region), PC_STR_ARG(arn.account), PC_STR_ARG(key));
}

enum pc_status pc_picture_resource_key(struct pc_import *import, struct pc_str arn,
                                       struct pc_str key, struct pc_place place)
{
    struct pc_resource *resource;
    struct pc_str whole;
    PC_TRY(pc_picture_resource(import, arn, place, &resource));
    PC_TRY(whole_key(import->arena, arn, key, &whole));
    if (resource->kms_key.len > 0 && !pc_str_eq(resource->kms_key, whole)) {
        pc_picture_twice(import, "the key of", arn, resource->kms_place, place);
        return PC_OK;
    }
    resource->kms_key = whole;
    resource->kms_place = place;
    return PC_OK;
}

enum pc_status pc_picture_function(struct pc_import *import, struct pc_str arn,
                                   struct pc_place place, struct pc_function **out)
{
    struct pc_function *function = pc_map_get(&import->function_by_arn, arn);
    if (function == NULL) {
        function = pc_arena_alloc(import->arena, sizeof(*function));
        if (function == NULL) {
            return PC_ERR_NOMEM;
        }
        *function = (struct pc_function){.arn = arn, .place = place};
        PC_TRY(pc_map_put(&import->function_by_arn, arn, function));
        *import->functions_end = function;
        import->functions_end = &function->next;
    }
    *out = function;
    return PC_OK;
}

enum pc_status pc_picture_membership(struct pc_import *import, struct pc_principal *user,
                                     struct pc_str group, struct pc_place place)
{
    struct pc_membership *membership = pc_arena_alloc(import->arena, sizeof(*membership));
    if (membership == NULL) {
        return PC_ERR_NOMEM;
    }
    *membership = (struct pc_membership){.group = group, .place = place};
    *user->groups_end = membership;
    user->groups_end = &membership->next;
    return PC_OK;
}

enum pc_status pc_picture_account(struct pc_import *import, struct pc_str id,
                                  struct pc_known_account **out)
{
    struct pc_known_account *account = pc_map_get(&import->account_by_id, id);
    if (account == NULL) {
        account = pc_arena_alloc(import->arena, sizeof(*account));
        if (account == NULL) {
            return PC_ERR_NOMEM;
        }
        *account = (struct pc_known_account){.id = id};
        PC_TRY(pc_map_put(&import->account_by_id, id, account));
        *import->accounts_end = account;
        import->accounts_end = &account->next;
    }
    *out = account;
    return PC_OK;
}
