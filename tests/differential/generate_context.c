// SPDX-License-Identifier: Apache-2.0
#include "generate_context.h"

#include <assert.h>

static struct gen_entry *find(struct gen_scene *scene, const struct gen_key *key)
{
    for (size_t i = 0; i < scene->entry_count; i++) {
        if (scene->entries[i].key == key) {
            return &scene->entries[i];
        }
    }
    return NULL;
}

static struct gen_entry *add(struct gen_scene *scene, const struct gen_key *key)
{
    assert(scene->entry_count < GEN_MAX_ENTRIES); // the linked keys fit; others are asked first
    struct gen_entry *entry = &scene->entries[scene->entry_count++];
    entry->key = key;
    entry->count = 0;
    entry->list = false;
    entry->known = false;
    entry->absent = false;
    return entry;
}

static void push(struct gen_entry *entry, struct pc_str value, uint8_t group, bool bare)
{
    if (entry->count < GEN_MAX_VALUES) {
        entry->values[entry->count] = value;
        entry->groups[entry->count] = group;
        entry->bare[entry->count] = bare;
        entry->count++;
    }
}

static void push_row(struct gen_scene *scene, struct gen_entry *entry, const struct gen_pool *pool)
{
    const struct gen_value *row = &pool->rows[gen_below(scene, pool->count)];
    push(entry, gen_expand(scene, row->text), row->group, row->bare);
}

size_t gen_key_texts(const struct gen_key *key)
{
    size_t count = 0;
    while (count < sizeof(key->texts) / sizeof(key->texts[0]) && key->texts[count] != NULL) {
        count++;
    }
    return count;
}

// One of the key's own texts, or of its type's values if it has none.
static void push_own(struct gen_scene *scene, struct gen_entry *entry)
{
    const struct gen_key *key = entry->key;
    size_t texts = gen_key_texts(key);
    if (texts > 0) {
        push(entry, gen_expand(scene, key->texts[gen_below(scene, texts)]), 0, false);
    } else {
        push_row(scene, entry, &gen_types[key->type].request);
    }
}

static void push_any(struct gen_scene *scene, struct gen_entry *entry)
{
    if (gen_percent(scene, 4)) {
        push_row(scene, entry, &gen_types[entry->key->type].junk);
    } else if (entry->list && gen_percent(scene, 8)) {
        push(entry, PC_STR(""), 0, false);
    } else {
        push_own(scene, entry);
    }
}

// Values of a free key: mostly as many as it should have.
static void fill(struct gen_scene *scene, struct gen_entry *entry)
{
    static const size_t counts[] = {0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4};
    entry->list = gen_percent(scene, entry->key->multivalued ? 93 : 6);
    entry->absent = gen_percent(scene, 2);
    size_t count = entry->list ? counts[gen_below(scene, sizeof(counts) / sizeof(counts[0]))] : 1;
    for (size_t i = 0; i < count; i++) {
        push_any(scene, entry);
    }
}

const struct gen_key *gen_key_named(const char *name)
{
    for (size_t i = 0; i < gen_key_count; i++) {
        if (strcmp(gen_keys[i].name, name) == 0) {
            return &gen_keys[i];
        }
    }
    return NULL;
}

static bool can_carry(struct gen_scene *scene, const struct gen_key *key)
{
    return key->callers == 0 || (key->callers & scene->caller->kind) != 0 || gen_percent(scene, 1);
}

const struct gen_entry *gen_context_want(struct gen_scene *scene, const struct gen_key *key)
{
    struct gen_entry *entry = key == NULL ? NULL : find(scene, key);
    bool can = key != NULL && key->origin == GEN_FREE && can_carry(scene, key);
    if (entry == NULL && can && scene->entry_count < GEN_MAX_ENTRIES) {
        entry = add(scene, key);
        fill(scene, entry);
    }
    return entry;
}

// A key that follows from the scene, with one value; none when the value is empty.
static void know(struct gen_scene *scene, enum gen_linked_key name, struct pc_str value)
{
    if (value.len > 0) {
        struct gen_entry *entry = add(scene, &gen_keys[name]);
        entry->known = true;
        push(entry, value, 0, false);
    }
}

static void know_flag(struct gen_scene *scene, enum gen_linked_key name, bool value)
{
    struct gen_entry *entry = add(scene, &gen_keys[name]);
    entry->known = true;
    push(entry, value ? PC_STR("true") : PC_STR("false"), value ? 1 : 2, true);
}

//
static const char *principal_type(enum gen_caller_kind kind)
{
    switch (kind) {
    case GEN_ROOT:
        return "Account";
    case GEN_USER:
        return "User";
    case GEN_SESSION:
    case GEN_ROLE:
        return "AssumedRole";
    case GEN_FEDERATED:
        return "FederatedUser";
    case GEN_ANONYMOUS:
        return "Anonymous";
    case GEN_SERVICE:
    case GEN_PROVIDER:
    case GEN_WITH_ACCOUNT:
    case GEN_SIGNED:
    case GEN_ANYONE:
        break;
    }
    return "";
}

//
static struct pc_str userid(struct gen_scene *scene)
{
    switch (scene->caller->kind) {
    case GEN_ROOT:
        return pc_str_from(scene->account);
    case GEN_USER:
        return scene->unique_id;
    case GEN_SESSION:
        return scene->tell_role && scene->unique_id.len > 0 ? gen_expand(scene, "%d:%s")
                                                            : PC_STR("");
    case GEN_FEDERATED:
        return gen_expand(scene, "%a:%n");
    case GEN_ANONYMOUS:
        return PC_STR("anonymous");
    case GEN_ROLE:
    case GEN_SERVICE:
    case GEN_PROVIDER:
    case GEN_WITH_ACCOUNT:
    case GEN_SIGNED:
    case GEN_ANYONE:
        break;
    }
    return PC_STR("");
}

static void tell(struct gen_scene *scene, enum gen_linked_key name, struct pc_str value)
{
    push(add(scene, &gen_keys[name]), value, 0, false);
}

// The ARN and the id of the caller; what the principal does not say of a session or a user, the
// context says now and then.
static void know_names(struct gen_scene *scene)
{
    enum gen_caller_kind kind = scene->caller->kind;
    struct pc_str id = userid(scene);
    if (kind == GEN_SESSION && !scene->tell_role && gen_percent(scene, 15)) {
        tell(scene, GEN_KEY_PRINCIPAL_ARN, scene->role);
    } else {
        know(scene, GEN_KEY_PRINCIPAL_ARN, gen_principal_arn(scene));
    }
    if (id.len == 0 && (kind == GEN_USER || kind == GEN_SESSION) && gen_percent(scene, 20)) {
        id = gen_expand(scene, kind == GEN_USER ? "AIDABOB000000000002" : "AROAAPP000000000001:%s");
        tell(scene, GEN_KEY_USERID, id);
    } else {
        know(scene, GEN_KEY_USERID, id);
    }
}

static void know_caller(struct gen_scene *scene)
{
    enum gen_caller_kind kind = scene->caller->kind;
    bool held = (kind & GEN_WITH_ACCOUNT) != 0;
    know_names(scene);
    know(scene, GEN_KEY_PRINCIPAL_ACCOUNT,
         held                    ? pc_str_from(scene->account)
         : kind == GEN_ANONYMOUS ? PC_STR("anonymous")
                                 : PC_STR(""));
    know(scene, GEN_KEY_PRINCIPAL_TYPE, pc_str_from(principal_type(kind)));
    if (kind == GEN_USER) {
        know(scene, GEN_KEY_USERNAME, pc_str_from(scene->caller->name));
    }
    if ((kind & GEN_SIGNED) != 0) {
        know_flag(scene, GEN_KEY_IS_AWS_SERVICE, kind == GEN_SERVICE);
    }
    if (held && strcmp(scene->action->service, "kms") == 0) {
        know(scene, GEN_KEY_CALLER_ACCOUNT, pc_str_from(scene->account));
    }
    know(scene, GEN_KEY_RESOURCE_ACCOUNT, pc_str_from(scene->owner));
}

static void know_service(struct gen_scene *scene)
{
    if (scene->caller->kind != GEN_SERVICE) {
        return;
    }
    know(scene, GEN_KEY_SERVICE_NAME, scene->principal);
    struct gen_entry *names = add(scene, &gen_keys[GEN_KEY_SERVICE_NAMES]);
    names->known = true;
    names->list = true;
    push(names, scene->principal, 0, false);
    if (scene->caller->services != NULL) {
        push(names, pc_str_from(scene->caller->services), 0, false);
    }
}

static void choose_tags(struct gen_scene *scene)
{
    if ((scene->caller->kind & GEN_WITH_ACCOUNT) == 0) {
        return;
    }
    for (int name = GEN_KEY_TAG_TEAM; name <= GEN_KEY_TAG_SLASH; name++) {
        if (gen_percent(scene, name == GEN_KEY_TAG_TEAM ? 60 : 15)) {
            struct gen_entry *entry = add(scene, &gen_keys[name]);
            if (name == GEN_KEY_TAG_TEAM) {
                push(entry, scene->team, 0, false);
            } else {
                push_row(scene, entry, &gen_words);
            }
        }
    }
}

// The tags that the request passes, and their keys.
static void choose_request_tags(struct gen_scene *scene)
{
    static const char *const names[] = {"team", "Stage"};
    struct gen_entry *entries[2] = {NULL, NULL};
    if (!gen_percent(scene, 25)) {
        return;
    }
    for (int i = 0; i < 2; i++) {
        if (gen_percent(scene, 60)) {
            entries[i] = add(scene, &gen_keys[GEN_KEY_REQUEST_TAG_TEAM + i]);
            push_row(scene, entries[i], &gen_words);
        }
    }
    struct gen_entry *keys = add(scene, &gen_keys[GEN_KEY_TAG_KEYS]);
    keys->list = true;
    keys->known = entries[0] != NULL || entries[1] != NULL;
    for (int i = 0; i < 2; i++) {
        if (entries[i] != NULL) {
            push(keys, pc_str_from(names[i]), 0, false);
        }
    }
    if (!keys->known && gen_percent(scene, 70)) {
        push(keys, PC_STR("cost"), 0, false);
        push(keys, gen_percent(scene, 50) ? PC_STR("team") : PC_STR(""), 0, false);
    }
}

// Of a chain that is not told, an end or the bare fact may be.
static void tell_called_via(struct gen_scene *scene)
{
    uint32_t dice = gen_below(scene, 100);
    if (dice < 3) {
        struct gen_entry *end =
            add(scene, &gen_keys[dice == 0 ? GEN_KEY_CALLED_VIA_LAST : GEN_KEY_CALLED_VIA_FIRST]);
        push_own(scene, end);
        know_flag(scene, GEN_KEY_VIA_AWS_SERVICE, true);
    } else if (dice < 7) {
        push_row(scene, add(scene, &gen_keys[GEN_KEY_VIA_AWS_SERVICE]),
                 &gen_types[GEN_BOOL].request);
    } else {
        know_flag(scene, GEN_KEY_VIA_AWS_SERVICE, false);
    }
}

static void choose_called_via(struct gen_scene *scene)
{
    if (!gen_percent(scene, 12)) {
        tell_called_via(scene);
        return;
    }
    struct gen_entry *via = add(scene, &gen_keys[GEN_KEY_CALLED_VIA]);
    via->list = true;
    size_t count = gen_below(scene, 4);
    for (size_t i = 0; i < count; i++) {
        push_own(scene, via);
    }
    know_flag(scene, GEN_KEY_VIA_AWS_SERVICE, count > 0);
    if (count > 0) {
        know(scene, GEN_KEY_CALLED_VIA_FIRST, via->values[0]);
        know(scene, GEN_KEY_CALLED_VIA_LAST, via->values[via->count - 1]);
    }
}

// A resource on whose behalf a service calls, and its account.
static void choose_source(struct gen_scene *scene)
{
    bool service = scene->caller->kind == GEN_SERVICE;
    if (!gen_percent(scene, service ? 80 : 12)) {
        return;
    }
    struct gen_entry *arn = add(scene, &gen_keys[GEN_KEY_SOURCE_ARN]);
    push_row(scene, arn, &gen_types[GEN_ARN].request);
    arn->list = gen_percent(scene, 3);
    struct pc_str fields[6];
    size_t count = pc_str_split(arn->values[0], ':', fields, 6);
    bool told = count == 6 && fields[4].len > 0;
    if (told && service) {
        know(scene, GEN_KEY_SOURCE_ACCOUNT, fields[4]);
    } else if (gen_percent(scene, 70)) {
        struct gen_entry *account = add(scene, &gen_keys[GEN_KEY_SOURCE_ACCOUNT]);
        push(account, pc_str_from(scene->owner), 0, false);
    }
}

// A time that not both forms can say, or none at all, in one key; `other`: what follows for the
// other one, if not the clock's time.
static void choose_odd_time(struct gen_scene *scene)
{
    static const struct {
        bool seconds;
        const char *given, *other;
    } rows[] = {
        {true, "1704067200999", "9999-12-31T23:59:59Z"},
        {true, "99999999999999999999", "9999-12-31T23:59:59Z"},
        {true, "1704067200.5", "2024-01-01T00:00:00Z"},
        {true, "+1704067200", "2024-01-01T00:00:00Z"},
        {true, "-0.5", "1970-01-01T00:00:00Z"},
        {true, "noon", NULL},
        {true, "", NULL},
        {false, "1704067200.5", "1704067200"},
        {false, "1960-01-01", "0"},
        {false, "9999-12-31T23:59:59-01:00", "253402300799"},
        {false, "2024-13-01", NULL},
    };
    size_t at = gen_below(scene, sizeof(rows) / sizeof(rows[0]));
    const struct gen_key *seconds = &gen_keys[GEN_KEY_EPOCH_TIME];
    const struct gen_key *date = &gen_keys[GEN_KEY_CURRENT_TIME];
    push(add(scene, rows[at].seconds ? seconds : date), pc_str_from(rows[at].given), 0, false);
    if (rows[at].other != NULL) {
        struct gen_entry *other = add(scene, rows[at].seconds ? date : seconds);
        push(other, pc_str_from(rows[at].other), 0, false);
        other->known = true;
    }
}

// One instant in both its forms, of which the request tells one or both.
static void choose_time(struct gen_scene *scene)
{
    const struct gen_pool *dates = &gen_types[GEN_DATE].request;
    if (!gen_percent(scene, 45)) {
        return;
    }
    if (gen_percent(scene, 10)) {
        choose_odd_time(scene);
        return;
    }
    const struct gen_value *seconds = &dates->rows[gen_below(scene, dates->count)];
    const struct gen_value *text = &dates->rows[gen_below(scene, dates->count)];
    for (int i = 0; i < 100 && !seconds->bare; i++) {
        seconds = &dates->rows[gen_below(scene, dates->count)];
    }
    for (int i = 0; i < 100 && (text->bare || text->group != seconds->group); i++) {
        text = &dates->rows[gen_below(scene, dates->count)];
    }
    if (text->bare || text->group != seconds->group || !seconds->bare) {
        return;
    }
    uint32_t told = gen_below(scene, 5); // 0 and 1: the text; 2 and 3: the seconds; 4: both
    struct gen_entry *current = add(scene, &gen_keys[GEN_KEY_CURRENT_TIME]);
    push(current, pc_str_from(text->text), text->group, false);
    current->known = told == 2 || told == 3;
    struct gen_entry *epoch = add(scene, &gen_keys[GEN_KEY_EPOCH_TIME]);
    push(epoch, pc_str_from(seconds->text), seconds->group, true);
    epoch->known = told < 2;
}

static void choose_free(struct gen_scene *scene)
{
    for (size_t i = 0; i < sizeof(scene->action->keys) / sizeof(scene->action->keys[0]); i++) {
        if (scene->action->keys[i] != NULL && gen_percent(scene, 40)) {
            gen_context_want(scene, gen_key_named(scene->action->keys[i]));
        }
    }
    uint32_t more = gen_below(scene, 3);
    for (uint32_t i = 0; i < more; i++) {
        const struct gen_key *key =
            &gen_keys[GEN_LINKED_KEYS + gen_below(scene, gen_key_count - GEN_LINKED_KEYS)];
        if (key->service == NULL || strcmp(key->service, scene->action->service) == 0) {
            gen_context_want(scene, key);
        }
    }
}

void gen_context_choose(struct gen_scene *scene)
{
    know_caller(scene);
    know_service(scene);
    choose_tags(scene);
    choose_request_tags(scene);
    choose_called_via(scene);
    choose_source(scene);
    choose_time(scene);
    choose_free(scene);
}
