// SPDX-License-Identifier: Apache-2.0
#include "parts.h"

#include "account/principals.h"
#include "account/stored_resources.h"
#include "base/map.h"
#include "eval/form.h"
#include "match/cover.h"

bool pc_reach_has_wildcard(struct pc_str text)
{
    return pc_str_find(text, '*', 0) != SIZE_MAX || pc_str_find(text, '?', 0) != SIZE_MAX;
}

// Actions -----------------------------------------------------------------------------------------

enum {
    FIRST_ITEMS = 16, // doubled when they are full
};

// Makes room for one more item of an array in the arena.
static void *grow(struct pc_arena *arena, const void *items, size_t size, size_t count,
                  size_t *capacity)
{
    size_t wanted = *capacity == 0 ? FIRST_ITEMS : *capacity * 2;
    char *grown = pc_arena_array(arena, wanted, size);
    if (grown != NULL && count > 0) {
        memcpy(grown, items, count * size);
    }
    *capacity = wanted;
    return grown;
}

static enum pc_status push_name(struct pc_arena *arena, struct pc_str name,
                                struct pc_reach_names *names)
{
    if (names->count == names->capacity) {
        names->items =
            grow(arena, names->items, sizeof(*names->items), names->count, &names->capacity);
        if (names->items == NULL) {
            return PC_ERR_NOMEM;
        }
    }
    names->items[names->count++] = name;
    return PC_OK;
}

enum pc_status pc_reach_add_name(struct pc_arena *arena, struct pc_str name,
                                 struct pc_reach_names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        if (pc_str_eq_icase(names->items[i], name)) {
            return PC_OK;
        }
    }
    return push_name(arena, name, names);
}

enum pc_status pc_reach_add_pair(struct pc_arena *arena, struct pc_str pair,
                                 struct pc_reach_names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        if (pc_str_eq(names->items[i], pair)) {
            return PC_OK;
        }
    }
    return push_name(arena, pair, names);
}

struct naming {
    struct pc_reach_asking *asking;
    struct pc_reach_names *names;
};

// The catalog has each name once.
static enum pc_status take_name(void *context, const struct pc_catalog_service *service,
                                const struct pc_catalog_action *action)
{
    const struct naming *naming = context;
    struct pc_reach_names *names = naming->names;
    const struct pc_str parts[] = {service->prefix, PC_STR(":"), action->name};
    struct pc_str name;
    PC_TRY(pc_arena_join(naming->asking->arena, parts, 3, &name));
    return push_name(naming->asking->arena, name, names);
}

// "*" is every action of the resource's service, where it tells one.
static enum pc_status settle_text(struct pc_reach_asking *asking,
                                  const struct pc_who_question *question, struct pc_str *text)
{
    struct pc_arn arn;
    bool every = pc_str_eq(*text, PC_STR("*")) || pc_str_eq(*text, PC_STR("*:*"));
    bool tells = every && pc_arn_parse(question->request->resource, &arn) && arn.service.len > 0 &&
                 !pc_reach_has_wildcard(arn.service);
    return tells ? pc_arena_format(asking->arena, text, "%.*s:*", PC_STR_ARG(arn.service)) : PC_OK;
}

static enum pc_status read_pattern(struct pc_reach_asking *asking, const struct pc_catalog *catalog,
                                   struct pc_reach_actions *out)
{
    struct naming naming = {asking, &out->known};
    PC_TRY(pc_action_pattern_read(asking->arena, out->text, &out->pattern));
    if (out->pattern.kind == PC_ACTION_NEVER) {
        pc_diag_report(asking->diags, PC_DIAG_REQUEST_ACTION, asking->place,
                       "\"%.*s\" is no pattern of actions", PC_STR_ARG(out->text));
        pc_diag_hint(asking->diags, "write the service without wildcards, as in \"s3:Get*\"; \"*\" "
                                    "is every action of the resource's service");
        return PC_ERR_INVALID;
    }
    bool any = out->pattern.kind == PC_ACTION_ANY;
    struct pc_str service = any ? PC_STR("any") : out->pattern.service;
    PC_TRY(pc_arena_format(asking->arena, &out->stand_in, "%.*s:Any", PC_STR_ARG(service)));
    out->special = any || pc_str_eq(service, PC_STR("sts")) || pc_str_eq(service, PC_STR("kms"));
    return any || catalog == NULL ? PC_OK
                                  : pc_catalog_each_action(catalog, out->text, take_name, &naming);
}

enum pc_status pc_reach_read_action(struct pc_reach_asking *asking, struct pc_str text,
                                    const struct pc_catalog *catalog, struct pc_reach_actions *out)
{
    const struct pc_form form = {asking->place, asking->diags};
    *out = (struct pc_reach_actions){.text = text, .is_pattern = pc_reach_has_wildcard(text)};
    if (out->is_pattern) {
        return read_pattern(asking, catalog, out);
    }
    PC_TRY(pc_form_action(&form, out->text));
    out->stand_in = out->text;
    PC_TRY(pc_action_pattern_read(asking->arena, out->text, &out->pattern));
    return pc_reach_add_name(asking->arena, out->text, &out->known);
}

enum pc_status pc_reach_read_actions(struct pc_reach_asking *asking,
                                     const struct pc_who_question *question,
                                     struct pc_reach_actions *out)
{
    struct pc_str text = question->request->action;
    PC_TRY(settle_text(asking, question, &text));
    return pc_reach_read_action(asking, text, question->catalog, out);
}

// Resources ---------------------------------------------------------------------------------------

enum pc_status pc_reach_read_part(struct pc_reach_asking *asking, struct pc_str resource,
                                  struct pc_reach_part *out)
{
    static const struct pc_arn_pattern_options options = {.allow_any = true};
    const struct pc_form form = {asking->place, asking->diags};
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    struct pc_pattern_error error;
    PC_TRY(pc_form_resource(&form, resource));
    enum pc_status status = pc_arn_pattern_compile(resource, options, &bytes, &error);
    if (status == PC_ERR_INVALID || status == PC_ERR_LIMIT) {
        pc_diag_report(asking->diags, PC_DIAG_REQUEST_RESOURCE, asking->place,
                       "\"%.*s\" is no pattern of ARNs", PC_STR_ARG(resource));
        pc_diag_hint(asking->diags, "an ARN is arn:partition:service:region:account:resource");
        return PC_ERR_INVALID;
    }
    PC_TRY(status);
    *out = (struct pc_reach_part){.resource = resource};
    // "*" is an action without a resource, as in every request (R-212).
    out->is_pattern = pc_reach_has_wildcard(resource) && !pc_str_eq(resource, PC_STR("*"));
    return pc_arena_copy(asking->arena, pc_buf_view(&bytes), &out->pattern);
}

static enum pc_status add_part(struct pc_reach_asking *asking, const struct pc_reach_part *part,
                               struct pc_reach_parts *parts)
{
    if (parts->count == parts->capacity) {
        parts->items = grow(asking->arena, parts->items, sizeof(*parts->items), parts->count,
                            &parts->capacity);
        if (parts->items == NULL) {
            return PC_ERR_NOMEM;
        }
    }
    parts->items[parts->count++] = *part;
    return PC_OK;
}

struct parting {
    struct pc_reach_asking *asking;
    const struct pc_reach_asked *asked;
    struct pc_reach_parts *parts; // the first of them is the question's
};

static const struct pc_str forms[] = {PC_STR_INIT(""), PC_STR_INIT("/*"), PC_STR_INIT("/index/*"),
                                      PC_STR_INIT(":*")};

// A form of a resource's name that is judged by its policy: objects of a bucket, indexes of a
// table, versions of a function.
enum pc_status pc_reach_each_form(struct pc_reach_asking *asking, struct pc_str holder,
                                  enum pc_status (*visit)(void *context, struct pc_str resource),
                                  void *context)
{
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        const struct pc_str texts[] = {holder, forms[i]};
        struct pc_str text;
        PC_TRY(pc_arena_join(asking->arena, texts, 2, &text));
        if (pc_resource_is_judged_by(text, holder)) {
            PC_TRY(visit(context, text));
        }
    }
    return PC_OK;
}

static enum pc_status take_form(void *context, struct pc_str text)
{
    const struct parting *parting = context;
    struct pc_reach_part asked = parting->parts->items[0];
    struct pc_reach_part part;
    PC_TRY(pc_reach_read_part(parting->asking, text, &part));
    if (!pc_arn_pattern_overlaps(asked.pattern, part.pattern)) {
        return PC_OK;
    }
    if (!pc_arn_pattern_covers(asked.pattern, part.pattern)) {
        // What is asked stays, of this resource alone: a wider pattern than both have in common.
        part.pattern = asked.pattern;
        part.is_pattern = true;
        part.loose = true;
    }
    return add_part(parting->asking, &part, parting->parts);
}

// Where all resources are asked about, those of the actions' service are meant.
static bool is_meant(const struct pc_reach_asked *asked, struct pc_str arn)
{
    const struct pc_action_pattern *actions = &asked->actions->pattern;
    struct pc_arn parts;
    return !asked->any || actions->kind != PC_ACTION_NAME || !pc_arn_parse(arn, &parts) ||
           pc_str_eq(parts.service, actions->service);
}

// Is it to be asked about by itself? It has a policy, or has to have one and lets nobody in
// (R-701).
static bool is_judged(const struct pc_stored_resource *resource)
{
    struct pc_arn arn;
    return resource->policy ||
           (pc_arn_parse(resource->arn, &arn) && pc_str_eq(arn.service, PC_STR("kms")) &&
            pc_str_has_prefix(arn.resource, PC_STR("key/")));
}

// What is asked about may be parts of this resource only; then the first part tells of them.
static enum pc_status take_resource(void *context, const struct pc_stored_resource *resource)
{
    struct parting *parting = context;
    struct pc_str owner = parting->asked->owner;
    bool others = owner.len > 0 && !pc_str_eq(owner, resource->account);
    if (others || !is_meant(parting->asked, resource->arn)) {
        return PC_OK;
    }
    bool judges = pc_resource_is_judged_by(parting->parts->items[0].resource, resource->arn);
    if (judges) { // it tells whose the resources are
        parting->parts->items[0].own = false;
    }
    if (!is_judged(resource)) {
        return PC_OK;
    }
    if (judges) {
        struct pc_str arn;
        PC_TRY(pc_arena_copy(parting->asking->arena, resource->arn, &arn));
        return take_form(parting, arn);
    }
    return pc_reach_each_form(parting->asking, resource->arn, take_form, parting);
}

// Roles are judged by their trust policies, each its own.
static enum pc_status take_role(void *context, const struct pc_stored_principal *principal)
{
    const struct parting *parting = context;
    struct pc_str arn;
    if (!principal->role) {
        return PC_OK;
    }
    PC_TRY(pc_arena_copy(parting->asking->arena, principal->arn, &arn));
    return take_form(context, arn);
}

// Does nothing say whose the resources are? Then they are the principal's account's. Of a pattern
// resources of the store may say it yet.
static enum pc_status find_own(struct pc_reach_asking *asking, const struct pc_reach_asked *asked,
                               struct pc_reach_part *part)
{
    const struct pc_asking about = {&asking->work, asking->place, asking->diags};
    struct pc_arn arn;
    struct pc_str owner;
    bool is_arn = pc_arn_parse(asked->resource, &arn);
    if (asked->owner.len > 0 || (is_arn && pc_account_id_is(arn.account)) ||
        (!is_arn && !part->is_pattern)) {
        return PC_OK;
    }
    enum pc_status status = PC_ERR_NOTFOUND;
    if (!part->is_pattern) {
        status = pc_resolver_owner(asking->asker->resolver,
                                   pc_resource_policy_holder(asked->resource), &about, &owner);
    }
    part->own = status == PC_ERR_NOTFOUND;
    return part->own ? PC_OK : status;
}

static bool asks_for_roles(const struct pc_reach_actions *actions)
{
    return actions->pattern.kind == PC_ACTION_ANY ||
           pc_str_eq(actions->pattern.service, PC_STR("sts"));
}

// The text of all versions of the function that this is one of; "" it is none.
static enum pc_status write_versions(struct pc_reach_asking *asking, struct pc_str resource,
                                     struct pc_str *out)
{
    size_t colon = resource.len;
    while (colon > 0 && resource.ptr[colon - 1] != ':') {
        colon--;
    }
    const struct pc_str parts[] = {pc_str_slice(resource, 0, colon), PC_STR("*")};
    bool version =
        colon > 0 && pc_resource_is_judged_by(resource, pc_str_slice(resource, 0, colon - 1));
    *out = PC_STR("");
    return version ? pc_arena_join(&asking->work, parts, 2, out) : PC_OK;
}

// A version or alias with a policy is judged by that of its function, too (LAMBDA.md 4).
static enum pc_status find_versions(struct pc_reach_asking *asking, struct pc_reach_parts *parts)
{
    struct pc_map numbers;
    pc_map_init(&numbers, &asking->work);
    for (size_t i = 1; i < parts->count; i++) {
        PC_TRY(pc_map_put(&numbers, parts->items[i].resource, &parts->items[i]));
    }
    for (size_t i = 1; i < parts->count; i++) {
        struct pc_str versions;
        PC_TRY(write_versions(asking, parts->items[i].resource, &versions));
        struct pc_reach_part *all = pc_map_get(&numbers, versions);
        if (all != NULL && all != &parts->items[i]) {
            parts->items[i].within = (size_t)(all - parts->items);
            all->divided = true;
        }
    }
    return PC_OK;
}

enum pc_status pc_reach_read_parts(struct pc_reach_asking *asking,
                                   const struct pc_reach_asked *asked, struct pc_reach_parts *out)
{
    struct parting parting = {asking, asked, out};
    struct pc_snapshot *snapshot = pc_resolver_snapshot(asking->asker->resolver);
    struct pc_reach_part first;
    *out = (struct pc_reach_parts){0};
    PC_TRY(pc_reach_read_part(asking, asked->resource, &first));
    first.is_pattern = first.is_pattern || asked->any;
    PC_TRY(find_own(asking, asked, &first));
    PC_TRY(add_part(asking, &first, out));
    if (!first.is_pattern) {
        return PC_OK;
    }
    PC_TRY(pc_each_resource(snapshot, take_resource, &parting));
    if (asks_for_roles(asked->actions)) {
        PC_TRY(pc_each_principal(snapshot, take_role, &parting));
    }
    return find_versions(asking, out);
}

static void see_variable(void *context, struct pc_str key)
{
    (void)key;
    *(bool *)context = true;
}

enum pc_status pc_reach_add_pattern(struct pc_reach_asking *asking, struct pc_str pattern,
                                    struct pc_reach_parts *parts, bool *others)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf written = {0};
    struct pc_reach_part part;
    bool variables = false;
    pc_arn_pattern_each_variable(pattern, see_variable, &variables);
    if (variables) {
        *others = true;
        return PC_OK;
    }
    for (size_t i = 0; i < parts->count; i++) {
        if (pc_str_eq(parts->items[i].pattern, pattern)) {
            return PC_OK;
        }
    }
    pc_arn_pattern_write(pattern, &written);
    PC_TRY(pc_buf_status(&written));
    PC_TRY(pc_arena_copy(asking->arena, pc_buf_view(&written), &part.resource));
    part = (struct pc_reach_part){
        .resource = part.resource,
        .pattern = pattern,
        .is_pattern = pc_reach_has_wildcard(part.resource),
    };
    return add_part(asking, &part, parts);
}

enum pc_status pc_reach_write_widened(struct pc_str pattern, struct pc_buf *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    pc_arn_pattern_write(pattern, &text);
    struct pc_str rest = pc_buf_view(&text);
    for (size_t at = 0; at < rest.len; at++) {
        bool opens = pc_str_has_prefix(pc_str_slice(rest, at, rest.len), PC_STR("${"));
        size_t end = opens ? pc_str_find(rest, '}', at) : SIZE_MAX;
        if (end == SIZE_MAX) {
            pc_buf_byte(out, rest.ptr[at]);
            continue;
        }
        pc_buf_byte(out, '*');
        at = end;
    }
    PC_TRY(pc_buf_status(&text));
    return pc_buf_status(out);
}
