// SPDX-License-Identifier: Apache-2.0
#include "generate_request.h"

#include "generate_context.h"
#include "generate_pattern.h"

enum {
    KNOWN_WRITTEN = 5,      // of a hundred keys that could be derived, so many are given
    KNOWN_CONTRADICTED = 3, // of a hundred of those, so many contradict
    TAG_PREFIX = sizeof("aws:PrincipalTag/") - 1,
};

static bool is_tag(const struct gen_entry *entry)
{
    return entry->key >= &gen_keys[GEN_KEY_TAG_TEAM] && entry->key <= &gen_keys[GEN_KEY_TAG_SLASH];
}

static void write_value(struct gen_scene *scene, struct pc_json_writer *writer,
                        const struct gen_entry *entry, size_t i)
{
    if (entry->bare[i] && gen_percent(scene, 75)) {
        pc_json_raw(writer, entry->values[i]);
    } else {
        pc_json_string(writer, entry->values[i]);
    }
}

static void write_entry(struct gen_scene *scene, struct pc_json_writer *writer,
                        const struct gen_entry *entry)
{
    struct pc_str name = pc_str_from(entry->key->name);
    pc_json_key_str(writer, gen_percent(scene, 8) ? gen_recase(scene, name) : name);
    if (entry->absent) {
        pc_json_null(writer);
        return;
    }
    if (entry->list) {
        pc_json_begin_array(writer);
    }
    for (size_t i = 0; i < entry->count; i++) {
        write_value(scene, writer, entry, i);
    }
    if (entry->list) {
        pc_json_end_array(writer);
    }
}

// Of a key that could be derived: rarely another value, or the word that it is absent.
static void write_known(struct gen_scene *scene, struct pc_json_writer *writer,
                        struct gen_entry entry)
{
    if (gen_percent(scene, KNOWN_CONTRADICTED)) {
        entry.values[0] = PC_STR("other");
        entry.bare[0] = false;
    } else if (gen_percent(scene, 1)) {
        entry.list = !entry.list;
        entry.count = 1;
    } else if (gen_percent(scene, 12)) {
        entry.absent = true;
    }
    write_entry(scene, writer, &entry);
}

static void write_context(struct gen_scene *scene, struct pc_json_writer *writer)
{
    pc_json_key(writer, "context");
    pc_json_begin_object(writer);
    for (size_t i = 0; i < scene->entry_count; i++) {
        const struct gen_entry *entry = &scene->entries[i];
        if (entry->known) {
            if (gen_percent(scene, KNOWN_WRITTEN)) {
                write_known(scene, writer, *entry);
            }
        } else if (!scene->tags_apart || !is_tag(entry)) {
            write_entry(scene, writer, entry);
        }
    }
    pc_json_end_object(writer);
}

static bool has_tags(const struct gen_scene *scene)
{
    for (size_t i = 0; i < scene->entry_count; i++) {
        if (is_tag(&scene->entries[i])) {
            return true;
        }
    }
    return false;
}

static void write_tags(const struct gen_scene *scene, struct pc_json_writer *writer)
{
    pc_json_key(writer, "tags");
    pc_json_begin_object(writer);
    for (size_t i = 0; i < scene->entry_count; i++) {
        const struct gen_entry *entry = &scene->entries[i];
        if (is_tag(entry)) {
            pc_json_key(writer, entry->key->name + TAG_PREFIX);
            pc_json_string(writer, entry->values[0]);
        }
    }
    pc_json_end_object(writer);
}

static void write_member(struct pc_json_writer *writer, const char *name, struct pc_str text)
{
    if (text.len > 0) {
        pc_json_key(writer, name);
        pc_json_string(writer, text);
    }
}

// with the session's name or without.
static struct pc_str told_id(struct gen_scene *scene)
{
    bool whole = scene->caller->kind == GEN_SESSION && gen_percent(scene, 50);
    if (scene->unique_id.len == 0 || !whole) {
        return scene->unique_id;
    }
    return gen_expand(scene, "%d:%s");
}

static void write_principal_object(struct gen_scene *scene, struct pc_json_writer *writer)
{
    const struct gen_caller *caller = scene->caller;
    pc_json_begin_object(writer);
    write_member(writer, caller->kind == GEN_PROVIDER ? "federated" : "arn", scene->principal);
    if (scene->tell_role && caller->kind == GEN_SESSION) {
        write_member(writer, "role", scene->role);
    }
    write_member(writer, "parent", scene->parent);
    if (scene->tell_role || caller->kind == GEN_USER) {
        write_member(writer, "id", told_id(scene));
    }
    if (caller->services != NULL) {
        pc_json_key(writer, "services");
        pc_json_begin_array(writer);
        pc_json_text(writer, caller->services);
        pc_json_end_array(writer);
    }
    if (scene->tags_apart) {
        write_tags(scene, writer);
    }
    pc_json_end_object(writer);
}

static void write_principal(struct gen_scene *scene, struct pc_json_writer *writer)
{
    const struct gen_caller *caller = scene->caller;
    bool more = scene->tell_role || scene->parent.len > 0 || scene->unique_id.len > 0 ||
                caller->services != NULL || scene->tags_apart || caller->kind == GEN_PROVIDER;
    pc_json_key(writer, "principal");
    if (more) {
        write_principal_object(scene, writer);
    } else {
        pc_json_string(writer, scene->principal);
    }
}

static void write_action(struct gen_scene *scene, struct pc_json_writer *writer)
{
    struct pc_str action = gen_expand(scene, "%v:%m");
    pc_json_key(writer, "action");
    pc_json_string(writer, gen_percent(scene, 6) ? gen_recase(scene, action) : action);
}

static void write_owner(struct gen_scene *scene, struct pc_json_writer *writer)
{
    if (scene->tell_owner) {
        pc_json_key(writer, "resourceAccount");
        pc_json_text(writer, gen_random_chance(scene->random, 4) ? scene->stranger : scene->owner);
    }
}

static void write_resource(struct gen_scene *scene, struct pc_json_writer *writer)
{
    pc_json_key(writer, "resource");
    pc_json_string(writer, scene->resource);
}

// The member of the request that this writes, unless its slip is about it.
static const struct member {
    const char *name;
    void (*write)(struct gen_scene *scene, struct pc_json_writer *writer);
} members[] = {
    {"principal", write_principal},   {"action", write_action},   {"resource", write_resource},
    {"resourceAccount", write_owner}, {"context", write_context},
};

static void write_slip(struct gen_scene *scene, struct pc_json_writer *writer)
{
    const struct gen_slip *slip = scene->slip;
    scene->slip = NULL;
    pc_json_key(writer, slip->member);
    pc_json_raw(writer, gen_expand_json(scene, slip->json));
}

void gen_request_write(struct gen_scene *scene, struct pc_json_writer *writer)
{
    scene->tags_apart = has_tags(scene) && gen_percent(scene, 65);
    pc_json_key(writer, "request");
    pc_json_begin_object(writer);
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        if (scene->slip != NULL && strcmp(scene->slip->member, members[i].name) == 0) {
            write_slip(scene, writer);
        } else {
            members[i].write(scene, writer);
        }
    }
    if (scene->slip != NULL) {
        write_slip(scene, writer); // a member that no request has
    }
    pc_json_end_object(writer);
}
