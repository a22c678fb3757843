// SPDX-License-Identifier: Apache-2.0
//
// Reads the catalog from its text: lines of fields with tabs between them, in a fixed order.
//
//     polcheck service reference  1
//     date     2026-09-26
//     source   where the facts are from
//     g        aws:CalledVia  ArrayOfString          a global key and its type
//     s        s3             rcp,shared             a service; rcp: such policies reach it;
//     shared:
//                                                    several of AWS's services have the prefix
//     k        :authType      String                 its keys; without its prefix, where it is that
//     t        bucket         ARN,ARN  KEY,KEY       its resource types
//     a        GetObject      R        TYPE*,TYPE  KEY,KEY    its actions: levels of access, types
//                                                             of resources (*: required), keys
//
// Names are in the order of pc_catalog_order and none comes twice. Empty fields at the end of a
// line are left out, tabs and all. What is not so is refused: a catalog that was read by halves
// would call good policies bad.
#include "lines.h"

// Keys.

static const struct {
    struct pc_str name;
    enum pc_key_type type;
} key_types[] = {
    {PC_STR_INIT("String"), PC_KEY_STRING}, {PC_STR_INIT("ARN"), PC_KEY_ARN},
    {PC_STR_INIT("Bool"), PC_KEY_BOOL},     {PC_STR_INIT("Numeric"), PC_KEY_NUMERIC},
    {PC_STR_INIT("Date"), PC_KEY_DATE},     {PC_STR_INIT("IPAddress"), PC_KEY_IP},
    {PC_STR_INIT("Binary"), PC_KEY_BINARY}, {PC_STR_INIT("Unknown"), PC_KEY_NONE},
};

static enum pc_status read_key_type(const struct pc_catalog_reader *reader,
                                    struct pc_catalog_key *key)
{
    struct pc_str name = reader->fields[2];
    const struct pc_str array = PC_STR("ArrayOf");
    key->multivalued = pc_str_has_prefix(name, array);
    if (key->multivalued) {
        name = pc_str_slice(name, array.len, name.len);
    }
    for (size_t i = 0; i < sizeof(key_types) / sizeof(key_types[0]); i++) {
        if (pc_str_eq(name, key_types[i].name)) {
            key->type = key_types[i].type;
            return PC_OK;
        }
    }
    return PC_CATALOG_FAULT(reader, "unknown type of a condition key: \"%.*s\"",
                            PC_STR_ARG(reader->fields[2]));
}

static enum pc_status read_global(struct pc_catalog_reader *reader)
{
    struct pc_catalog *catalog = reader->catalog;
    const struct pc_str *before =
        catalog->global_count > 0 ? &reader->globals[catalog->global_count - 1].name : NULL;
    struct pc_catalog_key *key = &reader->globals[catalog->global_count];
    key->name = reader->fields[1];
    PC_TRY(pc_catalog_check_line(reader, 3, 3, before, key->name));
    PC_TRY(read_key_type(reader, key));
    catalog->global_count++;
    return PC_OK;
}

// ":authType" of s3 as "s3:authType", in the room; what begins with no colon as it is.
static enum pc_status full_name(const struct pc_catalog_reader *reader, struct pc_str name,
                                char *room, struct pc_str *out)
{
    *out = name;
    if (name.len == 0 || name.ptr[0] != ':') {
        return PC_OK;
    }
    struct pc_str prefix = reader->service->prefix;
    if (name.len + prefix.len > PC_CATALOG_NAME) {
        return PC_CATALOG_FAULT(reader, "a name that is too long");
    }
    memcpy(room, prefix.ptr, prefix.len);
    memcpy(room + prefix.len, name.ptr, name.len);
    *out = (struct pc_str){room, prefix.len + name.len};
    return PC_OK;
}

static enum pc_status read_key(struct pc_catalog_reader *reader)
{
    struct pc_catalog_service *service = reader->service;
    struct pc_catalog_key *key = &reader->keys[service->key_count];
    const struct pc_str *before = service->key_count > 0 ? &key[-1].name : NULL;
    char room[PC_CATALOG_NAME];
    PC_TRY(full_name(reader, reader->fields[1], room, &key->name));
    PC_TRY(pc_catalog_check_line(reader, 3, 3, before, key->name));
    PC_TRY(pc_arena_copy(reader->arena, key->name, &key->name));
    PC_TRY(read_key_type(reader, key));
    service->key_count++;
    return PC_OK;
}

// The key that a list names: of the service, or a global one.
static enum pc_status find_key(const struct pc_catalog_reader *reader, struct pc_str name,
                               const struct pc_catalog_key **out)
{
    const struct pc_catalog_service *service = reader->service;
    char room[PC_CATALOG_NAME];
    struct pc_str full;
    PC_TRY(full_name(reader, name, room, &full));
    *out = pc_catalog_find(service->keys, service->key_count, sizeof(**out), full);
    if (*out == NULL) {
        *out = pc_catalog_find(reader->catalog->globals, reader->catalog->global_count,
                               sizeof(**out), full);
    }
    if (*out == NULL || !pc_str_eq((*out)->name, full)) {
        return PC_CATALOG_FAULT(reader, "unknown condition key \"%.*s\"", PC_STR_ARG(name));
    }
    return PC_OK;
}

static enum pc_status read_keys(struct pc_catalog_reader *reader, struct pc_str list,
                                const struct pc_catalog_key *const **out, size_t *out_count)
{
    size_t count = pc_catalog_item_count(list);
    const struct pc_catalog_key **keys =
        pc_arena_array(reader->arena, count, sizeof(struct pc_catalog_key *));
    if (keys == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        PC_TRY(find_key(reader, pc_catalog_next_item(&list), &keys[i]));
        if (i > 0 && pc_catalog_order(keys[i - 1]->name, keys[i]->name) == 0) {
            return PC_CATALOG_FAULT(reader, "the condition key \"%.*s\" twice",
                                    PC_STR_ARG(keys[i]->name));
        }
    }
    *out = keys;
    *out_count = count;
    return PC_OK;
}

// Resource types and actions.

static enum pc_status read_arns(struct pc_catalog_reader *reader,
                                struct pc_catalog_resource_type *type)
{
    struct pc_str list = reader->fields[2];
    type->arn_count = pc_catalog_item_count(list);
    struct pc_str *arns = pc_arena_array(reader->arena, type->arn_count, sizeof(*arns));
    if (arns == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < type->arn_count; i++) {
        struct pc_str parts[6];
        arns[i] = pc_catalog_next_item(&list);
        if (pc_str_split(arns[i], ':', parts, 6) < 6 || !pc_str_eq(parts[0], PC_STR("arn"))) {
            return PC_CATALOG_FAULT(reader, "no shape of ARNs: \"%.*s\"", PC_STR_ARG(arns[i]));
        }
    }
    type->arns = arns;
    return type->arn_count > 0 ? PC_OK : PC_CATALOG_FAULT(reader, "a resource type without an ARN");
}

static enum pc_status read_type(struct pc_catalog_reader *reader)
{
    struct pc_catalog_service *service = reader->service;
    struct pc_catalog_resource_type *type = &reader->types[service->type_count];
    const struct pc_str *before = service->type_count > 0 ? &type[-1].name : NULL;
    type->name = reader->fields[1];
    PC_TRY(pc_catalog_check_line(reader, 3, 4, before, type->name));
    PC_TRY(read_arns(reader, type));
    PC_TRY(read_keys(reader, reader->fields[3], &type->keys, &type->key_count));
    service->type_count++;
    struct pc_str fields[4];
    (void)pc_str_split(type->arns[0], ':', fields, 4);
    if (!pc_str_eq(fields[2], service->prefix)) {
        reader->catalog->guests[reader->catalog->guest_count++] = type;
    }
    return PC_OK;
}

static enum pc_status read_access(const struct pc_catalog_reader *reader,
                                  struct pc_catalog_action *action)
{
    static const char letters[] = "LRWPT"; // in the order of the bits
    struct pc_str text = reader->fields[2];
    for (size_t i = 0; i < text.len; i++) {
        const char *letter = memchr(letters, text.ptr[i], sizeof(letters) - 1);
        unsigned bit = letter == NULL ? 0 : 1U << (letter - letters);
        if (bit == 0 || (action->access & bit) != 0) {
            return PC_CATALOG_FAULT(reader, "no levels of access: \"%.*s\"", PC_STR_ARG(text));
        }
        action->access |= bit;
    }
    return text.len > 0 ? PC_OK : PC_CATALOG_FAULT(reader, "an action without a level of access");
}

static enum pc_status read_use(struct pc_catalog_reader *reader, struct pc_str item,
                               struct pc_catalog_use *use)
{
    const struct pc_catalog_service *service = reader->service;
    use->required = pc_str_has_suffix(item, PC_STR("*"));
    struct pc_str name = pc_str_slice(item, 0, item.len - use->required);
    use->type = pc_catalog_find(service->types, service->type_count, sizeof(*use->type), name);
    if (use->type == NULL || !pc_str_eq(use->type->name, name)) {
        return PC_CATALOG_FAULT(reader, "unknown resource type \"%.*s\"", PC_STR_ARG(name));
    }
    return PC_OK;
}

static enum pc_status read_uses(struct pc_catalog_reader *reader, struct pc_catalog_action *action)
{
    struct pc_str list = reader->fields[3];
    action->resource_count = pc_catalog_item_count(list);
    struct pc_catalog_use *uses =
        pc_arena_array(reader->arena, action->resource_count, sizeof(*uses));
    if (uses == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < action->resource_count; i++) {
        PC_TRY(read_use(reader, pc_catalog_next_item(&list), &uses[i]));
        if (i > 0 && uses[i - 1].type >= uses[i].type) { // they lie in the order of their names
            return PC_CATALOG_FAULT(
                reader, "\"%.*s\" behind \"%.*s\": names are in order and come once",
                PC_STR_ARG(uses[i].type->name), PC_STR_ARG(uses[i - 1].type->name));
        }
    }
    action->resources = uses;
    return PC_OK;
}

static enum pc_status read_action(struct pc_catalog_reader *reader)
{
    struct pc_catalog_service *service = reader->service;
    struct pc_catalog_action *action = &reader->actions[service->action_count];
    const struct pc_str *before = service->action_count > 0 ? &action[-1].name : NULL;
    action->name = reader->fields[1];
    PC_TRY(pc_catalog_check_line(reader, 3, 5, before, action->name));
    PC_TRY(read_access(reader, action));
    PC_TRY(read_uses(reader, action));
    PC_TRY(read_keys(reader, reader->fields[4], &action->keys, &action->key_count));
    service->action_count++;
    return PC_OK;
}

// The whole.

static enum pc_status read_lines(struct pc_catalog_reader *reader, const char *kind,
                                 enum pc_status (*read)(struct pc_catalog_reader *reader))
{
    while (pc_catalog_line_is(reader, pc_str_from(kind))) {
        PC_TRY(read(reader));
        PC_TRY(pc_catalog_next_line(reader));
    }
    return PC_OK;
}

static enum pc_status read_marks(const struct pc_catalog_reader *reader,
                                 struct pc_catalog_service *service)
{
    struct pc_str list = reader->fields[2];
    for (size_t i = pc_catalog_item_count(list); i > 0; i--) {
        struct pc_str mark = pc_catalog_next_item(&list);
        if (pc_str_eq(mark, PC_STR("rcp")) && !service->rcp) {
            service->rcp = true;
        } else if (pc_str_eq(mark, PC_STR("shared")) && !service->shared) {
            service->shared = true;
        } else {
            return PC_CATALOG_FAULT(reader,
                                    "neither \"rcp\" nor \"shared\" behind a service: \"%.*s\"",
                                    PC_STR_ARG(reader->fields[2]));
        }
    }
    return PC_OK;
}

static enum pc_status read_service(struct pc_catalog_reader *reader)
{
    struct pc_catalog_service *service = &reader->services[reader->catalog->service_count];
    const struct pc_str *before = reader->catalog->service_count > 0 ? &service[-1].prefix : NULL;
    service->prefix = reader->fields[1];
    PC_TRY(pc_catalog_check_line(reader, 2, 3, before, service->prefix));
    PC_TRY(read_marks(reader, service));
    service->keys = reader->keys;
    service->types = reader->types;
    service->actions = reader->actions;
    reader->service = service;
    PC_TRY(pc_catalog_next_line(reader));
    PC_TRY(read_lines(reader, "k", read_key));
    PC_TRY(read_lines(reader, "t", read_type));
    PC_TRY(read_lines(reader, "a", read_action));
    reader->keys += service->key_count;
    reader->types += service->type_count;
    reader->actions += service->action_count;
    reader->catalog->service_count++;
    return PC_OK;
}

static bool is_date(struct pc_str text)
{
    bool fits = text.len == PC_CATALOG_DATE;
    for (size_t i = 0; fits && i < text.len; i++) {
        fits = i == 4 || i == 7 ? text.ptr[i] == '-' : pc_char_is_digit(text.ptr[i]);
    }
    return fits;
}

static enum pc_status read_head(struct pc_catalog_reader *reader)
{
    PC_TRY(pc_catalog_next_line(reader));
    if (!pc_catalog_line_is(reader, PC_STR("polcheck service reference")) ||
        reader->field_count != 2 || !pc_str_eq(reader->fields[1], PC_STR("1"))) {
        return PC_CATALOG_FAULT(reader, "no service reference of polcheck, in its form 1");
    }
    PC_TRY(pc_catalog_next_line(reader));
    if (!pc_catalog_line_is(reader, PC_STR("date")) || reader->field_count != 2 ||
        !is_date(reader->fields[1])) {
        return PC_CATALOG_FAULT(reader, "no date of the facts");
    }
    reader->catalog->date = reader->fields[1];
    PC_TRY(pc_catalog_next_line(reader));
    if (!pc_catalog_line_is(reader, PC_STR("source")) || reader->field_count != 2) {
        return PC_CATALOG_FAULT(reader, "no source of the facts");
    }
    return pc_catalog_next_line(reader);
}

// Room for what the lines hold, by their first letters. Lists that borrow from each other do not
// move.
static enum pc_status make_room(struct pc_catalog_reader *reader)
{
    size_t lines[128] = {0};
    for (size_t at = 0; at < reader->text.len;) {
        lines[(unsigned char)reader->text.ptr[at] & 127]++;
        size_t end = pc_str_find(reader->text, '\n', at);
        at = end == SIZE_MAX ? reader->text.len : end + 1;
    }
    struct pc_arena *arena = reader->arena;
    reader->globals = pc_arena_array(arena, lines['g'], sizeof(*reader->globals));
    reader->keys = pc_arena_array(arena, lines['k'], sizeof(*reader->keys));
    reader->services = pc_arena_array(arena, lines['s'], sizeof(*reader->services));
    reader->types = pc_arena_array(arena, lines['t'], sizeof(*reader->types));
    reader->actions = pc_arena_array(arena, lines['a'], sizeof(*reader->actions));
    reader->catalog = pc_arena_alloc(arena, sizeof(*reader->catalog));
    if (reader->globals == NULL || reader->keys == NULL || reader->services == NULL ||
        reader->types == NULL || reader->actions == NULL || reader->catalog == NULL) {
        return PC_ERR_NOMEM;
    }
    reader->catalog->guests =
        pc_arena_array(arena, lines['t'], sizeof(struct pc_catalog_resource_type *));
    reader->catalog->globals = reader->globals;
    reader->catalog->services = reader->services;
    return reader->catalog->guests == NULL ? PC_ERR_NOMEM : PC_OK;
}

enum pc_status pc_catalog_read(struct pc_arena *arena, struct pc_str file, struct pc_str text,
                               struct pc_diags *diags, const struct pc_catalog **out)
{
    struct pc_catalog_reader reader = {.arena = arena, .diags = diags, .file = file, .text = text};
    PC_TRY(make_room(&reader));
    PC_TRY(read_head(&reader));
    PC_TRY(read_lines(&reader, "g", read_global));
    while (pc_catalog_line_is(&reader, PC_STR("s"))) {
        PC_TRY(read_service(&reader));
    }
    if (reader.field_count > 0) {
        return PC_CATALOG_FAULT(&reader, "a line of another kind, or not in its place: \"%.*s\"",
                                PC_STR_ARG(reader.fields[0]));
    }
    *out = reader.catalog;
    return PC_OK;
}
