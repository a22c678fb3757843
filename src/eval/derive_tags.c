// SPDX-License-Identifier: Apache-2.0
//
// The condition keys that tags are: those of the principal and of the resource, one key each, and
// the keys of the tags that the request passes. Names of tags compare without case.
#include "context.h"

#include "match/key.h"

// Tags that the request passes -------------------------------------------------------------------

// The tag as the request spells it, of a key whose tag is `tag` in lower case. In letters beyond
// ASCII the two may differ in length, and the prefix does not.
static struct pc_str spelled(const struct pc_context_other *other, struct pc_str tag)
{
    return pc_str_slice(other->text, other->key.len - tag.len, other->text.len);
}

enum pc_follows pc_tell_tag_keys(const struct pc_request *request, struct pc_told *told)
{
    struct pc_str *keys = request->context->tag_keys;
    size_t count = 0;
    const struct pc_context_other *other = NULL;
    struct pc_str tag;
    while (keys != NULL &&
           (other = pc_context_next(request, KEY_REQUEST_TAGS, other, &tag)) != NULL) {
        if (!other->entry.absent) {
            keys[count++] = spelled(other, tag);
        }
    }
    return count == 0 ? PC_FOLLOWS_NOTHING : pc_told_list(told, keys, count);
}

static bool lists(const struct pc_context_entry *tag_keys, struct pc_str tag)
{
    for (size_t i = 0; i < tag_keys->count; i++) {
        if (pc_key_eq(tag_keys->values[i], tag)) {
            return true;
        }
    }
    return false;
}

// A request may pass more tags than the context spells out, but not fewer.
enum pc_status pc_check_tag_keys(const struct pc_derivation *job, enum pc_known_key key,
                                 const struct pc_context_entry *given)
{
    const struct pc_context_other *other = NULL;
    struct pc_str tag;
    while ((other = pc_context_next(job->request, KEY_REQUEST_TAGS, other, &tag)) != NULL) {
        if (!other->entry.absent && !lists(given, tag)) {
            return pc_contradict(job, pc_known_rows[key].text, given, other->text);
        }
    }
    return PC_OK;
}

// Tags of the principal and the resource ---------------------------------------------------------

// The tags of one of the two.
struct tags {
    enum pc_known_key family;
    const struct pc_tag *tags;
    size_t count;
};

static struct tags principal_tags(const struct pc_request *request)
{
    return (struct tags){KEY_PRINCIPAL_TAGS, request->caller.tags, request->caller.tag_count};
}

static struct tags resource_tags(const struct pc_request *request)
{
    return (struct tags){KEY_RESOURCE_TAGS, request->resource_tags, request->resource_tag_count};
}

// The place of a tag among the first `count`, or SIZE_MAX.
static size_t find_tag(const struct tags *tags, size_t count, struct pc_str key)
{
    for (size_t i = 0; i < count; i++) {
        if (pc_key_eq(tags->tags[i].key, key)) {
            return i;
        }
    }
    return SIZE_MAX;
}

const struct pc_context_entry *pc_derived_tag(const struct pc_request *request, struct pc_str key)
{
    struct pc_str tag;
    struct tags tags = principal_tags(request);
    if (!request->finished || request->context->tags == NULL) {
        return NULL;
    }
    struct pc_context_entry *entries = request->context->tags;
    if (!pc_context_of_family(key, KEY_PRINCIPAL_TAGS, &tag)) {
        entries += tags.count;
        tags = resource_tags(request);
        if (!pc_context_of_family(key, KEY_RESOURCE_TAGS, &tag)) {
            return NULL;
        }
    }
    size_t place = find_tag(&tags, tags.count, tag);
    if (place == SIZE_MAX) {
        return NULL;
    }
    // The same at each time, so that there is nothing to remember.
    entries[place] = (struct pc_context_entry){.values = &tags.tags[place].value, .count = 1};
    return &entries[place];
}

// What the context gives of the tag, also an entry that says absent, or NULL.
static const struct pc_context_entry *find_given(const struct pc_request *request,
                                                 enum pc_known_key family, struct pc_str key)
{
    const struct pc_context_other *other = NULL;
    struct pc_str tag;
    while ((other = pc_context_next(request, family, other, &tag)) != NULL) {
        if (pc_key_eq(tag, key)) {
            return &other->entry;
        }
    }
    return NULL;
}

// Refuses a tag of another value than the context gives it or, under the same name, a tag before.
static enum pc_status check_tag(const struct pc_derivation *job, const struct tags *tags,
                                size_t place)
{
    const struct pc_tag *tag = &tags->tags[place];
    const struct pc_context_entry *given = find_given(job->request, tags->family, tag->key);
    struct pc_context_entry before = {.count = 1};
    if (given == NULL) {
        size_t earlier = find_tag(tags, place, tag->key);
        if (earlier == SIZE_MAX) {
            return PC_OK;
        }
        before.values = &tags->tags[earlier].value;
        given = &before;
    }
    if (given->absent || (!given->list && pc_str_eq(given->values[0], tag->value))) {
        return PC_OK;
    }
    struct pc_str text;
    const struct pc_str parts[] = {pc_known_rows[tags->family].text, tag->key};
    PC_TRY(pc_arena_join(job->arena, parts, 2, &text));
    return given->list ? pc_contradict_form(job, text, given)
                       : pc_contradict(job, text, given, tag->value);
}

static enum pc_status check_tags(const struct pc_derivation *job, struct tags tags)
{
    for (size_t i = 0; i < tags.count; i++) {
        PC_TRY(check_tag(job, &tags, i));
    }
    return PC_OK;
}

// Who calls without an account has none: an anonymous caller, a service, a provider.
enum pc_status pc_check_principal_tags(const struct pc_derivation *job, enum pc_known_key key,
                                       const struct pc_context_entry *given)
{
    const struct pc_request *request = job->request;
    const struct pc_context_other *other = NULL;
    struct pc_str tag;
    (void)given;
    while (request->caller.account.len == 0 &&
           (other = pc_context_next(request, key, other, &tag)) != NULL) {
        if (!other->entry.absent) {
            return pc_contradict_presence(job, other->text, &other->entry);
        }
    }
    return check_tags(job, principal_tags(request));
}

enum pc_status pc_check_resource_tags(const struct pc_derivation *job, enum pc_known_key key,
                                      const struct pc_context_entry *given)
{
    (void)key;
    (void)given;
    return check_tags(job, resource_tags(job->request));
}
