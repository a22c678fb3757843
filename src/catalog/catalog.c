// SPDX-License-Identifier: Apache-2.0
//
// What is asked of the catalog.
#include "facts.h"

#include "match/pattern.h"

int pc_catalog_order(struct pc_str a, struct pc_str b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    for (size_t i = 0; i < common; i++) {
        unsigned char left = (unsigned char)pc_char_lower(a.ptr[i]);
        unsigned char right = (unsigned char)pc_char_lower(b.ptr[i]);
        if (left != right) {
            return left < right ? -1 : 1;
        }
    }
    return (a.len > b.len) - (a.len < b.len);
}

const void *pc_catalog_find(const void *list, size_t count, size_t size, struct pc_str name)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const void *element = (const char *)list + middle * size;
        const struct pc_str *its = element; // INVARIANT: the name is the first member
        int order = pc_catalog_order(*its, name);
        if (order == 0) {
            return element;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

struct pc_str pc_catalog_date(const struct pc_catalog *catalog)
{
    return catalog->date;
}

const struct pc_catalog_service *pc_catalog_service_at(const struct pc_catalog *catalog,
                                                       size_t index)
{
    return index < catalog->service_count ? &catalog->services[index] : NULL;
}

const struct pc_catalog_service *pc_catalog_service(const struct pc_catalog *catalog,
                                                    struct pc_str prefix)
{
    return pc_catalog_find(catalog->services, catalog->service_count, sizeof(*catalog->services),
                           prefix);
}

const struct pc_catalog_action *pc_catalog_action(const struct pc_catalog_service *service,
                                                  struct pc_str name)
{
    return pc_catalog_find(service->actions, service->action_count, sizeof(*service->actions),
                           name);
}

const struct pc_catalog_key *pc_catalog_global_at(const struct pc_catalog *catalog, size_t index)
{
    return index < catalog->global_count ? &catalog->globals[index] : NULL;
}

// The key itself before a family that has it: "ec2:Attribute/x" before "ec2:Attribute/${Name}".
static const struct pc_catalog_key *find_key(const struct pc_catalog_key *keys, size_t count,
                                             struct pc_str name)
{
    const struct pc_catalog_key *exact = pc_catalog_find(keys, count, sizeof(*keys), name);
    for (size_t i = 0; exact == NULL && i < count; i++) {
        if (pc_catalog_key_is_family(&keys[i]) && pc_catalog_family_has(keys[i].name, name)) {
            return &keys[i];
        }
    }
    return exact;
}

// Of any service: of the one that the name begins with, if it has it.
static const struct pc_catalog_key *find_anywhere(const struct pc_catalog *catalog,
                                                  struct pc_str name)
{
    size_t colon = pc_str_find(name, ':', 0);
    const struct pc_catalog_service *own =
        colon == SIZE_MAX ? NULL : pc_catalog_service(catalog, pc_str_slice(name, 0, colon));
    const struct pc_catalog_key *key =
        own == NULL ? NULL : find_key(own->keys, own->key_count, name);
    for (size_t i = 0; key == NULL && i < catalog->service_count; i++) {
        key = find_key(catalog->services[i].keys, catalog->services[i].key_count, name);
    }
    return key;
}

const struct pc_catalog_key *pc_catalog_key(const struct pc_catalog *catalog,
                                            const struct pc_catalog_service *service,
                                            struct pc_str name)
{
    const struct pc_catalog_key *key =
        service == NULL ? NULL : find_key(service->keys, service->key_count, name);
    if (key == NULL) {
        key = find_key(catalog->globals, catalog->global_count, name);
    }
    if (key == NULL && service == NULL && !pc_str_has_prefix_icase(name, PC_STR("aws:"))) {
        key = find_anywhere(catalog, name);
    }
    return key;
}

static bool lists(const struct pc_catalog_key *const *keys, size_t count,
                  const struct pc_catalog_key *key)
{
    for (size_t i = 0; i < count; i++) {
        if (keys[i] == key) {
            return true;
        }
    }
    return false;
}

bool pc_catalog_action_lists_key(const struct pc_catalog_action *action,
                                 const struct pc_catalog_key *key)
{
    bool found = lists(action->keys, action->key_count, key);
    for (size_t i = 0; !found && i < action->resource_count; i++) {
        const struct pc_catalog_resource_type *type = action->resources[i].type;
        found = lists(type->keys, type->key_count, key);
    }
    return found;
}

// A key in a list may be a family that has the name, or the key of that name.
static bool lists_name(const struct pc_catalog_key *const *keys, size_t count, struct pc_str name)
{
    for (size_t i = 0; i < count; i++) {
        if (pc_catalog_key_is_family(keys[i]) ? pc_catalog_family_has(keys[i]->name, name)
                                              : pc_str_eq_icase(keys[i]->name, name)) {
            return true;
        }
    }
    return false;
}

bool pc_catalog_action_has_key(const struct pc_catalog *catalog,
                               const struct pc_catalog_action *action, struct pc_str name)
{
    bool found = find_key(catalog->globals, catalog->global_count, name) != NULL ||
                 lists_name(action->keys, action->key_count, name);
    for (size_t i = 0; !found && i < action->resource_count; i++) {
        const struct pc_catalog_resource_type *type = action->resources[i].type;
        found = lists_name(type->keys, type->key_count, name);
    }
    return found;
}

static enum pc_status each_of(const struct pc_catalog_service *service, struct pc_str bytes,
                              pc_catalog_visit *visit, void *context)
{
    for (size_t i = 0; i < service->action_count; i++) {
        const struct pc_catalog_action *action = &service->actions[i];
        if (pc_pattern_match(bytes, action->name, NULL, NULL) == PC_MATCH) {
            PC_TRY(visit(context, service, action));
        }
    }
    return PC_OK;
}

static enum pc_status each_of_all(const struct pc_catalog *catalog, pc_catalog_visit *visit,
                                  void *context)
{
    for (size_t i = 0; i < catalog->service_count; i++) {
        const struct pc_catalog_service *service = &catalog->services[i];
        for (size_t j = 0; j < service->action_count; j++) {
            PC_TRY(visit(context, service, &service->actions[j]));
        }
    }
    return PC_OK;
}

// By the first shape; those of a type are of one service.
bool pc_catalog_type_has_service(const struct pc_catalog_resource_type *type,
                                 struct pc_str arn_service)
{
    struct pc_str fields[4];
    (void)pc_str_split(type->arns[0], ':', fields, 4);
    return pc_str_eq(fields[2], arn_service);
}

bool pc_catalog_each_type(const struct pc_catalog *catalog, struct pc_str arn_service,
                          pc_catalog_visit_type *visit, void *context)
{
    const struct pc_catalog_service *own = pc_catalog_service(catalog, arn_service);
    for (size_t i = 0; own != NULL && i < own->type_count; i++) {
        if (pc_catalog_type_has_service(&own->types[i], arn_service) &&
            visit(context, &own->types[i])) {
            return true;
        }
    }
    for (size_t i = 0; i < catalog->guest_count; i++) {
        if (pc_catalog_type_has_service(catalog->guests[i], arn_service) &&
            visit(context, catalog->guests[i])) {
            return true;
        }
    }
    return false;
}

// the service is literal, in the name there are wildcards and no variables.
enum pc_status pc_catalog_each_action(const struct pc_catalog *catalog, struct pc_str pattern,
                                      pc_catalog_visit *visit, void *context)
{
    if (pc_str_eq(pattern, PC_STR("*"))) {
        return each_of_all(catalog, visit, context);
    }
    struct pc_str parts[2];
    if (pc_str_split(pattern, ':', parts, 2) < 2) {
        return PC_OK;
    }
    const struct pc_catalog_service *service = pc_catalog_service(catalog, parts[0]);
    if (service == NULL) {
        return PC_OK;
    }
    if (pc_str_find(parts[1], '*', 0) == SIZE_MAX && pc_str_find(parts[1], '?', 0) == SIZE_MAX) {
        const struct pc_catalog_action *action = pc_catalog_action(service, parts[1]);
        return action == NULL ? PC_OK : visit(context, service, action);
    }
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes;
    struct pc_pattern_error error;
    pc_buf_init(&bytes);
    PC_TRY(pc_pattern_compile(parts[1], PC_PATTERN_WILDCARDS | PC_PATTERN_FOLD, &bytes, &error));
    return each_of(service, pc_buf_view(&bytes), visit, context);
}
