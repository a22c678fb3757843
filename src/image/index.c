// SPDX-License-Identifier: Apache-2.0
//
// Drives the steps: sets of actions and resources first, then a record a service with both of its
// trees, then principals and what the statements of a block have in common.
#include "indexing.h"

#include "open_statement.h"

// How many entries from `at` on are of this service.
static size_t of_service(const struct pc_index_entries *entries, size_t at, struct pc_str service)
{
    size_t end = at;
    while (end < entries->count && pc_str_eq(entries->items[end].service, service)) {
        end++;
    }
    return end - at;
}

// The service that comes first of those that are left.
static struct pc_str next_service(const struct pc_index_entries *actions, size_t action,
                                  const struct pc_index_entries *resources, size_t resource)
{
    if (action == actions->count) {
        return resources->items[resource].service;
    }
    if (resource == resources->count) {
        return actions->items[action].service;
    }
    struct pc_str a = actions->items[action].service;
    struct pc_str b = resources->items[resource].service;
    return pc_str_cmp(a, b) <= 0 ? a : b;
}

// The tree of a service's actions holds those with wildcards, if names are hashed.
static enum pc_status add_action_tree(struct pc_indexing *job, const struct pc_index_entry *entries,
                                      size_t count, uint32_t *root)
{
    struct pc_index_entry *wild = pc_arena_array(job->arena, count, sizeof(*wild));
    size_t kept = 0;
    if (wild == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        if (entries[i].kind != PC_INDEX_EXACT) {
            wild[kept++] = entries[i];
        }
    }
    return pc_index_tree(job, wild, kept, root);
}

enum {
    QUESTIONS = 1 << 20, // some tenth of a second
};

// Making a name complete asks it every glob of its service: true if that is soon done.
static bool can_complete(const struct pc_indexing *job, const struct pc_index_entry *entries,
                         size_t count)
{
    size_t names = 0;
    size_t globs = 0;
    for (size_t i = 0; i < count; i++) {
        names += entries[i].kind == PC_INDEX_EXACT;
        globs += entries[i].kind == PC_INDEX_GLOB;
    }
    return !pc_indexing_is_single(job) || globs == 0 || names <= QUESTIONS / globs;
}

// Of a service with too many names and globs, or with names that were chosen to have one hash, the
// names are in the tree as well.
static enum pc_status add_actions(struct pc_indexing *job, const struct pc_index_entry *entries,
                                  size_t count, struct pc_image_service *record)
{
    struct pc_image_range slots = {0, 0};
    uint32_t root;
    enum pc_status status = can_complete(job, entries, count)
                                ? pc_index_names(job, entries, count, &slots)
                                : PC_ERR_EFFORT;
    if (status == PC_OK) {
        PC_TRY(add_action_tree(job, entries, count, &root));
    } else if (status == PC_ERR_EFFORT) {
        PC_TRY(pc_index_tree(job, entries, count, &root));
    } else {
        return status;
    }
    record->names = slots;
    record->actions = root;
    return PC_OK;
}

// Those from there on; of none at all there is no memory.
static const struct pc_index_entry *entries_from(const struct pc_index_entries *entries, size_t at)
{
    return entries->items == NULL ? NULL : entries->items + at;
}

static enum pc_status add_services(struct pc_indexing *job, const struct pc_index_entries *actions,
                                   const struct pc_index_entries *resources)
{
    size_t action = 0;
    size_t resource = 0;
    while (action < actions->count || resource < resources->count) {
        struct pc_str name = next_service(actions, action, resources, resource);
        struct pc_image_service record = {.hash = pc_str_hash(name),
                                          .name = pc_index_span(job, name)};
        size_t named = of_service(actions, action, name);
        size_t placed = of_service(resources, resource, name);
        uint32_t root;
        PC_TRY(add_actions(job, entries_from(actions, action), named, &record));
        PC_TRY(pc_index_tree(job, entries_from(resources, resource), placed, &root));
        record.resources = root;
        pc_image_builder_add(job->builder, PC_IMAGE_SERVICES, &record);
        action += named;
        resource += placed;
    }
    struct pc_image_range slots;
    PC_TRY(pc_index_slots(job, PC_IMAGE_SERVICES, 0, &slots));
    job->roots->services = slots;
    return PC_OK;
}

// The records of a table, which has no memory while it is empty.
static const void *records_of(const struct pc_indexing *job, enum pc_image_table table)
{
    return job->builder->tables[table].ptr;
}

static void add_words(struct pc_indexing *job)
{
    const struct pc_image_parts parts = {
        .type = job->type,
        .principals = records_of(job, PC_IMAGE_PRINCIPALS),
        .resources = records_of(job, PC_IMAGE_RESOURCES),
        .pool = job->builder->pool.ptr,
    };
    for (uint32_t first = 0; first < job->statements; first += PC_INDEX_BLOCK) {
        struct pc_image_word word = pc_image_word_of(
            &parts, pc_index_record(job, PC_IMAGE_STATEMENTS, first), job->statements - first);
        pc_image_builder_add(job->builder, PC_IMAGE_WORDS, &word);
    }
}

static enum pc_status add_index(struct pc_indexing *job)
{
    struct pc_index_entries actions, resources;
    PC_TRY(pc_buf_status(&job->builder->pool));
    for (size_t i = 0; i < PC_IMAGE_TABLES; i++) {
        PC_TRY(pc_buf_status(&job->builder->tables[i]));
    }
    add_words(job);
    PC_TRY(pc_index_actions(job, &actions));
    PC_TRY(pc_index_resources(job, &resources));
    PC_TRY(add_services(job, &actions, &resources));
    PC_TRY(pc_index_holders(job));
    return pc_index_edges(job);
}

enum pc_status pc_image_index(struct pc_image_builder *builder, uint32_t type,
                              struct pc_image_roots *out)
{
    struct pc_image_roots roots = {.by_resource = 0};
    struct pc_indexing job = {
        .builder = builder, .arena = builder->arena, .type = type, .roots = &roots};
    job.statements = pc_image_builder_count(builder, PC_IMAGE_STATEMENTS);
    pc_map_init(&job.sets, job.arena);
    enum pc_status status = add_index(&job);
    pc_buf_release(&job.blocks);
    PC_TRY(status);
    *out = roots;
    return PC_OK;
}
