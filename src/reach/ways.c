// SPDX-License-Identifier: Apache-2.0
//
// For each part of the resources the question is asked of all its actions at once, where they are a
// pattern: most principals can do none of it. Then of one action after the other: those of the
// catalog, and those that the statements name which let the first question through. Where an answer
// depends on which resource of a pattern is meant, the narrower patterns of those statements are
// asked about by themselves.
#include "ways.h"

#include "match/cover.h"

// What was found out for one action and part.
struct found {
    enum pc_reach reach;
    struct pc_str action;
    const struct pc_reach_part *part;
    bool partly;
    bool same; // as of the first part, which tells of it
    const struct pc_str *except;
    size_t except_count;
    struct pc_reach_statements statements;
};

// Ways of one somebody, while they are found.
struct finding {
    struct pc_reach_asking *asking;
    const struct pc_reach_question *question;
    const struct pc_reach_somebody *somebody;
    struct pc_reach_ways *ways;
    struct found *found; // of all parts, in their order
    size_t count, capacity;
    size_t *starts; // where those of each part begin; one more: their end
};

// Keeping -----------------------------------------------------------------------------------------

static bool same_statements(const struct pc_reach_statements *left,
                            const struct pc_reach_statements *right)
{
    if (left->count != right->count) {
        return false;
    }
    for (size_t i = 0; i < left->count; i++) {
        const struct pc_reach_statement *a = &left->items[i];
        const struct pc_reach_statement *b = &right->items[i];
        if (a->image.bytes != b->image.bytes || a->number != b->number || a->sure != b->sure ||
            a->open_count != b->open_count || a->open_action != b->open_action ||
            a->open_resource != b->open_resource || a->open_principal != b->open_principal) {
            return false;
        }
    }
    return true;
}

static struct pc_str service_of(struct pc_str action)
{
    return pc_str_slice(action, 0, pc_str_find(action, ':', 0));
}

static bool same_exceptions(const struct pc_way *way, const struct found *found)
{
    bool same = way->except_count == found->except_count;
    for (size_t i = 0; same && i < found->except_count; i++) {
        same = pc_str_eq(way->except[i], found->except[i]);
    }
    return same;
}

// The way that the action can join: all but it is the same, also its service.
static struct pc_way *find_same(const struct finding *finding, const struct found *found)
{
    for (struct pc_way *way = finding->ways->first; way != NULL; way = way->next) {
        const struct pc_reach_statements statements = {way->statements, way->statement_count};
        if (way->reach == found->reach && pc_str_eq(way->resource, found->part->resource) &&
            way->partly == found->partly && way->own == found->part->own &&
            pc_str_eq_icase(service_of(way->actions[0]), service_of(found->action)) &&
            same_exceptions(way, found) && same_statements(&statements, &found->statements)) {
            return way;
        }
    }
    return NULL;
}

static enum pc_status keep(struct finding *finding, const struct found *found)
{
    struct pc_arena *arena = finding->asking->arena;
    struct pc_way *way = find_same(finding, found);
    if (way == NULL) {
        way = pc_arena_alloc(arena, sizeof(*way));
        if (way == NULL) {
            return PC_ERR_NOMEM;
        }
        *way = (struct pc_way){
            .reach = found->reach,
            .resource = found->part->resource,
            .own = found->part->own,
            .partly = found->partly,
            .except = found->except,
            .except_count = found->except_count,
            .statements = found->statements.items,
            .statement_count = found->statements.count,
        };
        *finding->ways->end = way;
        finding->ways->end = &way->next;
    }
    struct pc_reach_names names = {(struct pc_str *)(uintptr_t)way->actions, way->action_count,
                                   way->action_room};
    PC_TRY(pc_reach_add_name(arena, found->action, &names));
    way->actions = names.items;
    way->action_count = names.count;
    way->action_room = names.capacity;
    return PC_OK;
}

// Asking ------------------------------------------------------------------------------------------

static enum pc_status make_ready(const struct finding *finding, const struct pc_reach_part *part,
                                 struct pc_str action, struct pc_reach_ready *out)
{
    struct pc_request request = *finding->question->request;
    request.action = pc_reach_has_wildcard(action) ? finding->question->actions.stand_in : action;
    request.resource = part->resource;
    request.resource_pattern = part->pattern;
    request.resource_is_pattern = part->is_pattern;
    return pc_reach_make_ready(finding->asking, &request, finding->somebody, out);
}

static enum pc_status ask_ready(const struct finding *finding, const struct pc_reach_ready *ready,
                                struct found *found)
{
    return pc_reach_ask(finding->asking, ready, &found->reach, &found->statements);
}

// Parts of a pattern ------------------------------------------------------------------------------

// Does it depend on which of the resources is meant?
static bool is_of_a_part(const struct found *found)
{
    if (!found->part->is_pattern || found->reach != PC_REACH_DEPENDS) {
        return false;
    }
    for (size_t i = 0; i < found->statements.count; i++) {
        if (found->statements.items[i].open_resource) {
            return true;
        }
    }
    return false;
}

// The resources of the statement that lie within the part.
static enum pc_status narrower_parts(const struct finding *finding,
                                     const struct pc_reach_part *part,
                                     const struct pc_reach_statement *statement,
                                     struct pc_reach_parts *out, bool *others)
{
    const struct pc_image *image = &statement->image;
    const struct pc_image_statement *record = pc_image_statement(image, statement->number);
    bool listed = record->resource_kind == PC_IMAGE_LIST_POSITIVE;
    *others = *others || !listed;
    for (uint32_t i = 0; listed && i < record->resources.count; i++) {
        const struct pc_image_resource *entry =
            pc_image_resource(image, record->resources.first + i);
        struct pc_str pattern = pc_image_text(image, entry->pattern);
        if (entry->kind != PC_IMAGE_RESOURCE_PATTERN ||
            !pc_arn_pattern_overlaps(pattern, part->pattern)) {
            continue;
        }
        if (!pc_arn_pattern_covers(part->pattern, pattern) ||
            pc_arn_pattern_covers(pattern, part->pattern)) {
            *others = true;
            continue;
        }
        PC_TRY(pc_reach_add_pattern(finding->asking, pattern, out, others));
    }
    return PC_OK;
}

// What was told by itself of the whole is so of a part of it, but where it was the policy of that
// which the part was asked with.
static enum pc_status take_exceptions(const struct finding *finding, const struct found *whole,
                                      struct found *out)
{
    struct pc_str *except =
        pc_arena_array(finding->asking->arena, whole->except_count, sizeof(*except));
    if (except == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < whole->except_count; i++) {
        struct pc_reach_part part;
        PC_TRY(pc_reach_read_part(finding->asking, whole->except[i], &part));
        if (pc_arn_pattern_overlaps(part.pattern, out->part->pattern) &&
            !pc_arn_pattern_covers(part.pattern, out->part->pattern)) {
            except[out->except_count++] = whole->except[i];
        }
    }
    out->except = except;
    return PC_OK;
}

// Asks the action of one part by itself.
static enum pc_status ask_part(struct finding *finding, const struct found *whole,
                               const struct pc_reach_part *part, bool *asked)
{
    struct pc_str action = whole->action;
    struct found found = {.part = part, .action = action};
    struct pc_reach_ready ready;
    enum pc_status status = make_ready(finding, part, action, &ready);
    *asked = status == PC_OK;
    if (status == PC_ERR_INVALID) {
        return PC_OK;
    }
    PC_TRY(status);
    if (pc_reach_has_wildcard(action)) {
        ready.request.actions = &finding->question->actions.pattern;
    }
    PC_TRY(ask_ready(finding, &ready, &found));
    if (found.reach == PC_REACH_NO) {
        return PC_OK;
    }
    found.partly = is_of_a_part(&found);
    PC_TRY(take_exceptions(finding, whole, &found));
    return keep(finding, &found);
}

// Asks about each narrower part. *told: nothing is left that these do not tell.
static enum pc_status ask_narrower(struct finding *finding, const struct found *found, bool *told)
{
    struct pc_reach_parts parts = {0};
    bool others = false;
    for (size_t i = 0; i < found->statements.count; i++) {
        const struct pc_reach_statement *statement = &found->statements.items[i];
        bool grants = statement->slot == PC_SLOT_IDENTITY || statement->slot == PC_SLOT_RESOURCE;
        if (statement->allows && grants) {
            PC_TRY(narrower_parts(finding, found->part, statement, &parts, &others));
        }
    }
    for (size_t i = 0; i < parts.count; i++) {
        bool asked;
        parts.items[i].own = found->part->own;
        PC_TRY(ask_part(finding, found, &parts.items[i], &asked));
        others = others || !asked; // as where its owner is another than was given
    }
    *told = !others && parts.count > 0;
    return PC_OK;
}

// One part ----------------------------------------------------------------------------------------

static enum pc_status settle(struct finding *finding, struct found *found)
{
    bool told = false;
    found->partly = is_of_a_part(found);
    if (found->partly && !found->part->loose) {
        PC_TRY(ask_narrower(finding, found, &told));
    }
    return told ? PC_OK : keep(finding, found);
}

static enum pc_status add_found(struct finding *finding, const struct found *found)
{
    if (found->reach == PC_REACH_NO) {
        return PC_OK;
    }
    if (finding->count == finding->capacity) {
        size_t capacity = finding->capacity == 0 ? 16 : finding->capacity * 2;
        struct found *grown = pc_arena_array(finding->asking->arena, capacity, sizeof(*grown));
        if (grown == NULL) {
            return PC_ERR_NOMEM;
        }
        if (finding->count > 0) {
            memcpy(grown, finding->found, finding->count * sizeof(*grown));
        }
        finding->found = grown;
        finding->capacity = capacity;
    }
    finding->found[finding->count++] = *found;
    return PC_OK;
}

// Names that statements list and that are asked about, beside those of the catalog.
static enum pc_status add_listed(struct finding *finding,
                                 const struct pc_reach_statement *statement,
                                 struct pc_reach_names *names)
{
    const struct pc_image *image = &statement->image;
    const struct pc_image_statement *record = pc_image_statement(image, statement->number);
    struct pc_arena *arena = finding->asking->arena;
    for (uint32_t i = 0; statement->allows && i < record->actions.count; i++) {
        const struct pc_image_action *entry = pc_image_action(image, record->actions.first + i);
        struct pc_str literal, name;
        const struct pc_action_pattern pattern = {
            .kind = (enum pc_action_kind)entry->kind,
            .service = pc_image_text(image, entry->service),
            .name = pc_image_text(image, entry->name),
        };
        if (pattern.kind != PC_ACTION_NAME || !pc_pattern_is_literal(pattern.name, &literal) ||
            !pc_action_pattern_covers(&finding->question->actions.pattern, &pattern)) {
            continue;
        }
        const struct pc_str parts[] = {pattern.service, PC_STR(":"), literal};
        PC_TRY(pc_arena_join(arena, parts, 3, &name));
        PC_TRY(pc_reach_add_name(arena, name, names));
    }
    return PC_OK;
}

// The actions to ask one after the other, of those that `all` lets through.
static enum pc_status names_of(struct finding *finding, const struct found *all,
                               struct pc_reach_names *out)
{
    const struct pc_reach_actions *actions = &finding->question->actions;
    *out = actions->known;
    out->capacity = out->count; // shared: adding one makes a copy
    for (size_t i = 0; actions->is_pattern && i < all->statements.count; i++) {
        PC_TRY(add_listed(finding, &all->statements.items[i], out));
    }
    return PC_OK;
}

// Puts the next action in place of the one before. Of other services, policies may be others.
static enum pc_status next_action(struct finding *finding, const struct pc_reach_part *part,
                                  struct pc_str action, struct pc_reach_ready *ready)
{
    const struct pc_reach_actions *actions = &finding->question->actions;
    if (!actions->is_pattern) {
        return PC_OK; // it is there
    }
    return actions->pattern.kind == PC_ACTION_ANY
               ? make_ready(finding, part, action, ready)
               : pc_reach_set_action(finding->asking, ready, action);
}

static enum pc_status ask_actions(struct finding *finding, const struct found *all,
                                  struct pc_reach_ready *ready)
{
    struct pc_reach_names names;
    size_t before = finding->count;
    PC_TRY(names_of(finding, all, &names));
    for (size_t i = 0; i < names.count; i++) {
        struct found found = {.part = all->part, .action = names.items[i]};
        PC_TRY(next_action(finding, all->part, found.action, ready));
        PC_TRY(ask_ready(finding, ready, &found));
        PC_TRY(add_found(finding, &found));
    }
    // Else by an action that nothing here names; of all services not all are named.
    bool every = finding->question->actions.pattern.kind == PC_ACTION_ANY;
    return finding->count > before && !every ? PC_OK : add_found(finding, all);
}

// Asks about all actions of a pattern at once. Unless they are meant as a whole, nothing is sure
// then: perhaps there is no action by that name.
static enum pc_status ask_pattern(const struct finding *finding, struct pc_reach_ready *ready,
                                  struct found *all)
{
    ready->request.actions = &finding->question->actions.pattern;
    PC_TRY(ask_ready(finding, ready, all));
    if (all->reach == PC_REACH_YES && !finding->question->whole) {
        all->reach = PC_REACH_DEPENDS;
    }
    return PC_OK;
}

static enum pc_status ask_whole(struct finding *finding, const struct pc_reach_part *part,
                                bool *excluded)
{
    const struct pc_reach_actions *actions = &finding->question->actions;
    struct found all = {.part = part, .action = actions->text};
    struct pc_reach_ready ready;
    enum pc_status status = make_ready(finding, part, actions->text, &ready);
    *excluded = status == PC_ERR_INVALID;
    if (*excluded) {
        return PC_OK;
    }
    PC_TRY(status);
    if (actions->is_pattern) {
        PC_TRY(ask_pattern(finding, &ready, &all));
        if (finding->question->whole) {
            return add_found(finding, &all);
        }
        if (all.reach == PC_REACH_NO && !actions->special) {
            return PC_OK;
        }
    }
    return ask_actions(finding, &all, &ready);
}

// The rest of a pattern and the parts of it that are judged by policies of their own
// ----------------

static bool is_same(const struct found *a, const struct found *b)
{
    return a->reach == b->reach && pc_str_eq(a->action, b->action) &&
           same_statements(&a->statements, &b->statements);
}

// Of a part, what is as for the rest goes without saying. True: there is such.
static bool is_told_with(struct finding *finding, const struct found *rest, size_t number,
                         size_t part)
{
    bool direct = finding->question->parts.items[part].within == number;
    for (size_t i = finding->starts[part]; i < finding->starts[part + 1]; i++) {
        if (is_same(rest, &finding->found[i])) {
            finding->found[i].same = finding->found[i].same || direct;
            return true;
        }
    }
    return false;
}

// The parts of part `number` of which something else holds than of the rest of it, or nothing.
static enum pc_status find_exceptions(struct finding *finding, struct found *rest, size_t number)
{
    const struct pc_reach_parts *parts = &finding->question->parts;
    struct pc_reach_asking *asking = finding->asking;
    struct pc_str *all = pc_arena_array(&asking->work, parts->count, sizeof(*all));
    size_t count = 0;
    if (all == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 1; i < parts->count; i++) {
        bool some = number == 0 || parts->items[i].within == number;
        if (some && !is_told_with(finding, rest, number, i)) {
            all[count++] = parts->items[i].resource;
        }
    }
    struct pc_str *except = pc_arena_array(asking->arena, count, sizeof(*except));
    if (except == NULL) {
        return PC_ERR_NOMEM;
    }
    if (count > 0) {
        memcpy(except, all, count * sizeof(*except));
    }
    rest->except = except;
    rest->except_count = count;
    return PC_OK;
}

static enum pc_status settle_all(struct finding *finding)
{
    const struct pc_reach_parts *parts = &finding->question->parts;
    for (size_t number = 0; number < parts->count; number++) {
        bool divided = number == 0 ? parts->count > 1 : parts->items[number].divided;
        for (size_t i = finding->starts[number]; divided && i < finding->starts[number + 1]; i++) {
            PC_TRY(find_exceptions(finding, &finding->found[i], number));
        }
    }
    for (size_t i = 0; i < finding->count; i++) {
        if (!finding->found[i].same) {
            PC_TRY(settle(finding, &finding->found[i]));
        }
    }
    return PC_OK;
}

enum pc_status pc_reach_find_ways(struct pc_reach_asking *asking,
                                  const struct pc_reach_question *question,
                                  const struct pc_reach_somebody *somebody,
                                  struct pc_reach_ways *ways, bool *excluded)
{
    struct finding finding = {
        .asking = asking, .question = question, .somebody = somebody, .ways = ways};
    size_t count = question->parts.count;
    finding.starts = pc_arena_array(asking->arena, count + 1, sizeof(*finding.starts));
    if (finding.starts == NULL) {
        return PC_ERR_NOMEM;
    }
    *excluded = true;
    for (size_t i = 0; i < count; i++) {
        bool part_excluded;
        PC_TRY(ask_whole(&finding, &question->parts.items[i], &part_excluded));
        *excluded = *excluded && part_excluded;
        finding.starts[i + 1] = finding.count;
    }
    return settle_all(&finding);
}
