// SPDX-License-Identifier: Apache-2.0
//
// Sets and rows of sets, each kept once however many cases have it.
#include "parts.h"

// A set is known by what it is compiled to, names of files and places included (the image's own
// checksum), and by whether its models are known.
static enum pc_status write_unit_key(struct pc_buf *key, const struct pc_suite_set *set,
                                     bool passing)
{
    const struct pc_image_header *header = set->image.header;
    pc_buf_reset(key);
    pc_buf_format(key, "%u %u %llu %d", (unsigned)header->type, (unsigned)header->size,
                  (unsigned long long)header->checksum, set->policies != NULL && !passing);
    return pc_buf_status(key);
}

// Others may write a store while it is read, so the copy of an image from one is verified. The rest
// is taken from the copy.
static enum pc_status copy_image(struct pc_arena *arena, const struct pc_suite_set *set,
                                 struct pc_image *out)
{
    struct pc_str bytes = {set->image.bytes, set->image.header->size};
    PC_TRY(pc_arena_copy(arena, bytes, &bytes));
    if (set->policies == NULL) {
        return pc_image_open(bytes, out);
    }
    *out = pc_image_trusted(bytes);
    return PC_OK;
}

static enum pc_status fill_unit(struct pc_suite *suite, const struct pc_suite_set *set,
                                bool passing, struct pc_suite_unit *unit)
{
    struct pc_arena *arena = &suite->arena;
    bool models = set->policies != NULL;
    PC_TRY(copy_image(arena, set, &unit->image));
    unit->asked = unit->image;
    unit->count = pc_image_count(&unit->image, PC_IMAGE_DOCUMENTS);
    unit->documents = pc_arena_array(arena, unit->count, sizeof(struct pc_suite_document *));
    if (unit->documents == NULL) {
        return PC_ERR_NOMEM;
    }
    if (models && set->count != unit->count) {
        return PC_ERR_INTERNAL;
    }
    for (size_t i = 0; i < unit->count; i++) {
        PC_TRY(pc_suite_document_find(suite, &unit->image, (uint32_t)i,
                                      models ? set->policies[i] : NULL, &unit->documents[i]));
    }
    if (models && suite->keeps && !passing) {
        unit->policies = pc_arena_array(arena, unit->count, sizeof(const struct pc_policy *));
        if (unit->policies == NULL) {
            return PC_ERR_NOMEM;
        }
        memcpy(unit->policies, set->policies, unit->count * sizeof(const struct pc_policy *));
    }
    return PC_OK;
}

static enum pc_status find_unit(struct pc_suite *suite, const struct pc_suite_set *set,
                                bool passing, struct pc_suite_unit **out)
{
    struct pc_str key;
    PC_TRY(write_unit_key(&suite->key, set, passing));
    struct pc_suite_unit *unit = pc_map_get(&suite->units_by_key, pc_buf_view(&suite->key));
    if (unit != NULL) {
        *out = unit;
        return PC_OK;
    }
    PC_TRY(pc_arena_copy(&suite->arena, pc_buf_view(&suite->key), &key));
    unit = pc_arena_alloc(&suite->arena, sizeof(*unit));
    if (unit == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(fill_unit(suite, set, passing, unit));
    unit->number = (uint32_t)suite->units.count;
    PC_TRY(pc_map_put(&suite->units_by_key, key, unit));
    PC_TRY(pc_suite_list_add(&suite->arena, &suite->units, unit));
    *out = unit;
    return PC_OK;
}

// Where the image of one more set of that slot goes.
static void place_image(struct pc_policies *policies, enum pc_slot slot,
                        const struct pc_image *image)
{
    switch (slot) {
    case PC_SLOT_IDENTITY:
        policies->identity = image;
        break;
    case PC_SLOT_BOUNDARY:
        policies->boundary = image;
        break;
    case PC_SLOT_SESSION:
        policies->session = image;
        break;
    case PC_SLOT_ENDPOINT:
        policies->endpoint = image;
        break;
    case PC_SLOT_RESOURCE:
        policies->resource = policies->resource_count++ == 0 ? image : policies->resource;
        break;
    case PC_SLOT_SCP:
        policies->scp = policies->scp_count++ == 0 ? image : policies->scp;
        break;
    case PC_SLOT_RCP:
        policies->rcp = policies->rcp_count++ == 0 ? image : policies->rcp;
        break;
    case PC_SLOTS:
        break;
    }
}

static enum pc_status make_group(struct pc_suite *suite, const struct pc_suite_question *question,
                                 struct pc_suite_unit **units, struct pc_suite_group **out)
{
    struct pc_suite_group *group = pc_arena_alloc(&suite->arena, sizeof(*group));
    if (group == NULL) {
        return PC_ERR_NOMEM;
    }
    group->count = question->set_count;
    group->units = units;
    group->images = pc_arena_array(&suite->arena, group->count, sizeof(*group->images));
    if (group->images == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < group->count; i++) {
        place_image(&group->policies, question->sets[i].slot, &group->images[i]);
    }
    pc_suite_group_renew(group);
    group->number = (uint32_t)suite->groups.count;
    PC_TRY(pc_suite_list_add(&suite->arena, &suite->groups, group));
    *out = group;
    return PC_OK;
}

void pc_suite_group_renew(struct pc_suite_group *group)
{
    for (size_t i = 0; i < group->count; i++) {
        group->images[i] = group->units[i]->asked;
    }
}

enum pc_status pc_suite_group_find(struct pc_suite *suite, const struct pc_suite_question *question,
                                   struct pc_suite_group **out)
{
    struct pc_str key;
    size_t count = question->set_count;
    struct pc_suite_unit **units =
        pc_arena_array(&suite->arena, count, sizeof(struct pc_suite_unit *));
    if (units == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        PC_TRY(find_unit(suite, &question->sets[i], question->passing, &units[i]));
    }
    pc_buf_reset(&suite->key);
    for (size_t i = 0; i < count; i++) {
        pc_buf_format(&suite->key, "%d %u ", (int)question->sets[i].slot,
                      (unsigned)units[i]->number);
    }
    PC_TRY(pc_buf_status(&suite->key));
    struct pc_suite_group *group = pc_map_get(&suite->groups_by_key, pc_buf_view(&suite->key));
    if (group == NULL) {
        PC_TRY(pc_arena_copy(&suite->arena, pc_buf_view(&suite->key), &key));
        PC_TRY(make_group(suite, question, units, &group));
        PC_TRY(pc_map_put(&suite->groups_by_key, key, group));
    }
    *out = group;
    return PC_OK;
}
