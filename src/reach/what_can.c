// SPDX-License-Identifier: Apache-2.0
//
// Whatever a principal may do, an Allow lets it: one of its own, or one of a resource that names
// it. So each pair of an action and a resource of those is asked about, as patterns, and what no
// pair matches is denied.
#include "reach/what_can.h"

#include "account/principals.h"
#include "account/stored_resources.h"
#include "match/cover.h"
#include "ways.h"

#include <stdlib.h>

struct pass {
    struct pc_reach_asking asking;
    const struct pc_what_question *question;
    struct pc_reach_somebody somebody;
    struct pc_action_pattern wanted_action;
    struct pc_str wanted_resource; // compiled; "" all
    struct pc_reach_names asked;   // pairs, as texts
    bool bare;                     // actions without a resource are asked about
    struct pc_reach_ways ways;
};

// Pairs -------------------------------------------------------------------------------------------

// The narrower of the two, or "" where they have nothing in common.
static enum pc_status narrow_action(struct pass *pass, struct pc_str *text)
{
    struct pc_action_pattern pattern;
    PC_TRY(pc_action_pattern_read(pass->asking.arena, *text, &pattern));
    if (pass->question->action.len == 0 ||
        pc_action_pattern_covers(&pass->wanted_action, &pattern)) {
        return PC_OK;
    }
    if (pc_action_pattern_covers(&pattern, &pass->wanted_action)) {
        *text = pass->question->action;
    } else if (!pc_action_pattern_overlaps(&pattern, &pass->wanted_action)) {
        *text = PC_STR("");
    }
    return PC_OK;
}

static enum pc_status narrow_resource(struct pass *pass, struct pc_str *text)
{
    struct pc_reach_part part;
    if (pass->wanted_resource.len == 0) {
        return PC_OK;
    }
    PC_TRY(pc_reach_read_part(&pass->asking, *text, &part));
    if (pc_arn_pattern_covers(part.pattern, pass->wanted_resource)) {
        *text = pass->question->resource;
    } else if (!pc_arn_pattern_overlaps(part.pattern, pass->wanted_resource)) {
        *text = PC_STR("");
    }
    return PC_OK;
}

// Was the pair asked about before?
static enum pc_status is_new(struct pass *pass, struct pc_str action, struct pc_str resource,
                             bool *new)
{
    const struct pc_str parts[] = {action, PC_STR(" "), resource};
    size_t before = pass->asked.count;
    struct pc_str pair;
    PC_TRY(pc_arena_join(pass->asking.arena, parts, 3, &pair));
    PC_TRY(pc_reach_add_pair(pass->asking.arena, pair, &pass->asked));
    *new = pass->asked.count > before;
    return PC_OK;
}

// "*" is every resource and none, or, of an action by itself, none.
static enum pc_status ask_pair(struct pass *pass, struct pc_str action, struct pc_str resource)
{
    struct pc_reach_question question = {.request = pass->question->request};
    bool new, excluded;
    PC_TRY(narrow_action(pass, &action));
    PC_TRY(narrow_resource(pass, &resource));
    if (action.len == 0 || resource.len == 0) {
        return PC_OK;
    }
    PC_TRY(is_new(pass, action, resource, &new));
    if (!new) {
        return PC_OK;
    }
    question.whole = !pass->question->expand;
    PC_TRY(pc_reach_read_action(
        &pass->asking, action, question.whole ? NULL : pass->question->catalog, &question.actions));
    const struct pc_reach_asked asked = {
        .resource = resource,
        .owner = question.request->resource_account,
        .actions = &question.actions,
        .any = !pass->bare && pc_str_eq(resource, PC_STR("*")),
    };
    PC_TRY(pc_reach_read_parts(&pass->asking, &asked, &question.parts));
    return pc_reach_find_ways(&pass->asking, &question, &pass->somebody, &pass->ways, &excluded);
}

// Statements --------------------------------------------------------------------------------------

static enum pc_status take_first(void *context, const struct pc_catalog_service *service,
                                 const struct pc_catalog_action *action)
{
    struct pc_str *name = context;
    (void)service;
    *name = action->name;
    return PC_ERR_LIMIT; // of the others nothing is wanted
}

// Images have the names of actions in lower case. What stands in front of the first wildcard is
// spelled as AWS spells it in the first action that the pattern matches.
static enum pc_status write_spelled(const struct pass *pass, struct pc_str text, size_t front,
                                    struct pc_buf *out)
{
    struct pc_str name = PC_STR("");
    size_t colon = pc_str_find(text, ':', 0);
    enum pc_status status =
        pc_catalog_each_action(pass->question->catalog, text, take_first, &name);
    if (status == PC_OK || name.len < front) {
        pc_buf_str(out, text);
        return status;
    }
    pc_buf_str(out, pc_str_slice(text, 0, colon + 1));
    pc_buf_str(out, pc_str_slice(name, 0, front));
    pc_buf_str(out, pc_str_slice(text, colon + 1 + front, text.len));
    return status == PC_ERR_LIMIT ? PC_OK : status;
}

static enum pc_status action_text(struct pass *pass, const struct pc_image *image,
                                  const struct pc_image_action *entry, struct pc_str *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    PC_CLEANUP(pc_buf_release) struct pc_buf spelled = {0};
    if (entry->kind == PC_IMAGE_ACTION_NAME) {
        struct pc_str name = pc_image_text(image, entry->name);
        pc_buf_str(&text, pc_image_text(image, entry->service));
        pc_buf_byte(&text, ':');
        pc_pattern_write(name, &text);
        PC_TRY(pc_buf_status(&text));
        PC_TRY(write_spelled(pass, pc_buf_view(&text), pc_pattern_prefix(name).len, &spelled));
    } else if (entry->kind == PC_IMAGE_ACTION_ANY) {
        pc_buf_byte(&spelled, '*');
    }
    PC_TRY(pc_buf_status(&spelled));
    return pc_arena_copy(pass->asking.arena, pc_buf_view(&spelled), out);
}

// The resource of an entry with its variables as "*": what it may be about at most.
static enum pc_status resource_text(struct pass *pass, const struct pc_image *image,
                                    const struct pc_image_resource *entry, struct pc_str *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    if (entry->kind == PC_IMAGE_RESOURCE_PATTERN) {
        PC_TRY(pc_reach_write_widened(pc_image_text(image, entry->pattern), &text));
    }
    return pc_arena_copy(pass->asking.arena, pc_buf_view(&text), out);
}

static enum pc_status ask_resources(struct pass *pass, const struct pc_image *image,
                                    const struct pc_image_statement *statement,
                                    struct pc_str action)
{
    struct pc_str resource;
    if (statement->resource_kind != PC_IMAGE_LIST_POSITIVE) {
        return ask_pair(pass, action, PC_STR("*"));
    }
    for (uint32_t i = 0; i < statement->resources.count; i++) {
        PC_TRY(resource_text(pass, image, pc_image_resource(image, statement->resources.first + i),
                             &resource));
        if (resource.len > 0) {
            PC_TRY(ask_pair(pass, action, resource));
        }
    }
    return PC_OK;
}

typedef enum pc_status ask_action(struct pass *pass, const struct pc_image *image,
                                  const struct pc_image_statement *statement, struct pc_str action);

// Roles have policies that judge actions of STS alone, so those are asked about by themselves.
static enum pc_status ask_every_action(struct pass *pass, const struct pc_image *image,
                                       const struct pc_image_statement *statement, ask_action *ask)
{
    PC_TRY(ask(pass, image, statement, PC_STR("*")));
    return ask(pass, image, statement, PC_STR("sts:*"));
}

// Calls ask for each action of a statement, by entry; for all of NotAction at once.
static enum pc_status each_action(struct pass *pass, const struct pc_image *image,
                                  const struct pc_image_statement *statement, ask_action *ask)
{
    struct pc_str action;
    if (statement->action_kind != PC_IMAGE_LIST_POSITIVE) {
        return ask_every_action(pass, image, statement, ask);
    }
    for (uint32_t i = 0; i < statement->actions.count; i++) {
        PC_TRY(action_text(pass, image, pc_image_action(image, statement->actions.first + i),
                           &action));
        if (pc_str_eq(action, PC_STR("*"))) {
            PC_TRY(ask_every_action(pass, image, statement, ask));
        } else if (action.len > 0) {
            PC_TRY(ask(pass, image, statement, action));
        }
    }
    return PC_OK;
}

static enum pc_status ask_identity(struct pass *pass, const struct pc_image *image)
{
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_STATEMENTS); i++) {
        const struct pc_image_statement *statement = pc_image_statement(image, i);
        if (statement->effect == PC_IMAGE_ALLOW) {
            PC_TRY(each_action(pass, image, statement, ask_resources));
        }
    }
    return PC_OK;
}

// Policies of resources ---------------------------------------------------------------------------

struct holding {
    struct pass *pass;
    struct pc_str action;
};

static enum pc_status ask_form(void *context, struct pc_str resource)
{
    const struct holding *holding = context;
    return ask_pair(holding->pass, holding->action, resource);
}

struct held {
    struct pass *pass;
    struct pc_str holder;
};

static enum pc_status ask_held(struct held *held, const struct pc_image *image,
                               const struct pc_image_statement *statement)
{
    struct pass *pass = held->pass;
    for (uint32_t i = 0; i < statement->actions.count; i++) {
        struct holding holding = {pass, PC_STR("*")};
        if (statement->action_kind == PC_IMAGE_LIST_POSITIVE) {
            PC_TRY(action_text(pass, image, pc_image_action(image, statement->actions.first + i),
                               &holding.action));
        }
        if (holding.action.len > 0) {
            PC_TRY(pc_reach_each_form(&pass->asking, held->holder, ask_form, &holding));
        }
    }
    return PC_OK;
}

static enum pc_status ask_policy(struct held *held, const struct pc_image *image,
                                 const struct pc_request *request)
{
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_STATEMENTS); i++) {
        const struct pc_image_statement *statement = pc_image_statement(image, i);
        if (statement->effect == PC_IMAGE_ALLOW && pc_statement_names(image, statement, request)) {
            PC_TRY(ask_held(held, image, statement));
        }
    }
    return PC_OK;
}

enum {
    HELD_IMAGES = 4, // of one resource: at most two
};

// Asks about what the resource's policies allow whoever it is, beyond its account: that takes an
// Allow of its own, which was asked about.
static enum pc_status ask_holder(struct pass *pass, struct pc_str action, struct pc_str arn)
{
    struct pc_request request = *pass->question->request;
    struct pc_reach_ready ready;
    struct pc_image images[HELD_IMAGES];
    struct held held = {.pass = pass};
    PC_TRY(pc_arena_copy(pass->asking.arena, arn, &held.holder));
    request.action = action;
    request.resource = held.holder;
    enum pc_status status = pc_reach_make_ready(&pass->asking, &request, &pass->somebody, &ready);
    if (status == PC_ERR_INVALID) {
        return PC_OK; // of another owner than was given
    }
    PC_TRY(status);
    size_t count = ready.policies.resource_count;
    if (count > HELD_IMAGES) {
        return PC_ERR_INTERNAL;
    }
    for (size_t i = 0; i < count; i++) {
        images[i] = ready.policies.resource[i]; // the resolver is asked again
    }
    request = ready.request; // of which nothing but the caller is asked
    for (size_t i = 0; i < count; i++) {
        PC_TRY(ask_policy(&held, &images[i], &request));
    }
    return PC_OK;
}

static enum pc_status ask_resource(void *context, const struct pc_stored_resource *resource)
{
    return resource->policy ? ask_holder(context, PC_STR("any:Any"), resource->arn) : PC_OK;
}

static enum pc_status ask_role(void *context, const struct pc_stored_principal *principal)
{
    return principal->role ? ask_holder(context, PC_STR("sts:Any"), principal->arn) : PC_OK;
}

// All ---------------------------------------------------------------------------------------------

static bool acts_as_root(const struct pc_caller *caller)
{
    struct pc_caller parent;
    return caller->kind == PC_CALLER_ROOT ||
           (caller->kind == PC_CALLER_FEDERATED_USER && pc_caller_parse(caller->parent, &parent) &&
            parent.kind == PC_CALLER_ROOT);
}

// What takes no policy: root users, and two actions of STS.
static enum pc_status ask_unwritten(struct pass *pass)
{
    if (acts_as_root(&pass->somebody.caller)) {
        PC_TRY(ask_pair(pass, PC_STR("*"), PC_STR("*")));
    }
    pass->bare = true;
    PC_TRY(ask_pair(pass, PC_STR("sts:GetCallerIdentity"), PC_STR("*")));
    return ask_pair(pass, PC_STR("sts:GetSessionToken"), PC_STR("*"));
}

static enum pc_status ask_all(struct pass *pass)
{
    struct pc_snapshot *snapshot = pc_resolver_snapshot(pass->asking.asker->resolver);
    struct pc_request request = *pass->question->request;
    struct pc_reach_ready ready;
    request.action = PC_STR("any:Any");
    request.resource = PC_STR("*");
    enum pc_status status = pc_reach_make_ready(&pass->asking, &request, &pass->somebody, &ready);
    if (status == PC_ERR_INVALID) {
        pc_reach_complain(&pass->asking);
    }
    PC_TRY(status);
    if (ready.policies.identity != NULL) {
        const struct pc_image identity = *ready.policies.identity;
        PC_TRY(ask_identity(pass, &identity));
    }
    PC_TRY(pc_each_resource(snapshot, ask_resource, pass));
    PC_TRY(pc_each_principal(snapshot, ask_role, pass));
    PC_TRY(ask_unwritten(pass));
    const struct pc_asking about = {&pass->asking.work, pass->asking.place, pass->asking.diags};
    return pc_resolver_check(pass->asking.asker->resolver, &about);
}

static int by_action(const void *a, const void *b)
{
    const struct pc_way *const *left = a;
    const struct pc_way *const *right = b;
    int order = pc_str_cmp((*left)->actions[0], (*right)->actions[0]);
    return order != 0 ? order : pc_str_cmp((*left)->resource, (*right)->resource);
}

static enum pc_status hand_over(const struct pass *pass, struct pc_what_can *out)
{
    size_t count = 0;
    for (const struct pc_way *way = pass->ways.first; way != NULL; way = way->next) {
        count++;
    }
    const struct pc_way **ways = pc_arena_array(pass->asking.arena, count, sizeof(struct pc_way *));
    if (ways == NULL) {
        return PC_ERR_NOMEM;
    }
    count = 0;
    for (const struct pc_way *way = pass->ways.first; way != NULL; way = way->next) {
        ways[count++] = way;
    }
    qsort((void *)ways, count, sizeof(struct pc_way *), by_action);
    *out = (struct pc_what_can){ways, count};
    return PC_OK;
}

static enum pc_status read_filters(struct pass *pass)
{
    const struct pc_what_question *question = pass->question;
    struct pc_reach_part part;
    if (question->action.len > 0) {
        struct pc_reach_actions actions;
        PC_TRY(pc_reach_read_action(&pass->asking, question->action, NULL, &actions));
        pass->wanted_action = actions.pattern;
    }
    if (question->resource.len > 0 && !pc_str_eq(question->resource, PC_STR("*"))) {
        PC_TRY(pc_reach_read_part(&pass->asking, question->resource, &part));
        pass->wanted_resource = part.pattern;
    }
    return PC_OK;
}

static void release(struct pass *pass)
{
    pc_reach_end(&pass->asking);
}

enum pc_status pc_what_can(struct pc_asker *asker, const struct pc_what_question *question,
                           struct pc_arena *arena, struct pc_diags *diags, struct pc_what_can *out)
{
    PC_CLEANUP(release) struct pass pass = {.question = question};
    PC_TRY(pc_reach_begin(asker, arena, question->place, diags, &pass.asking));
    pass.somebody = (struct pc_reach_somebody){.caller = question->request->caller, .stored = true};
    pass.ways.end = &pass.ways.first;
    PC_TRY(read_filters(&pass));
    PC_TRY(ask_all(&pass));
    return hand_over(&pass, out);
}
