// SPDX-License-Identifier: Apache-2.0
//
// Which of a function's policies are looked at, and for what. Each version and alias is judged by
// its own policy and by the function's (LAMBDA.md 4), so that $LATEST, which is always there, and
// one for each pattern of the function's policy that means none of those told are looked at, too.
//
// L55, statements that PutResourcePolicy overwrote, cannot be seen in one state of the policies:
// what is lacking then is refused, and reported as that.
#include "danger_probes.h"

#include "danger_search.h"
#include "match/arn_pattern.h"
#include "source_arn.h"

enum {
    RESOURCE_FIELD = 6, // of an ARN
};

// The function, its versions and aliases, each once: first those that are told.
struct targets {
    struct pc_str *arns;
    size_t count, capacity;
    size_t told;
};

static enum pc_status add_target(struct pc_danger_search *search, struct targets *targets,
                                 struct pc_str arn)
{
    for (size_t i = 0; i < targets->count; i++) {
        if (pc_str_eq(targets->arns[i], arn)) {
            return PC_OK;
        }
    }
    if (targets->count == targets->capacity) {
        size_t capacity = targets->capacity == 0 ? 8 : 2 * targets->capacity;
        struct pc_str *grown = pc_arena_array(search->texts, capacity, sizeof(*grown));
        if (grown == NULL) {
            return PC_ERR_NOMEM;
        }
        if (targets->count > 0) {
            memcpy(grown, targets->arns, targets->count * sizeof(*grown));
        }
        targets->arns = grown;
        targets->capacity = capacity;
    }
    targets->arns[targets->count++] = arn;
    return PC_OK;
}

// The version or alias that a pattern names, an alias where it has wildcards; "" where it names
// none of the function.
static enum pc_status make_qualified(struct pc_danger_search *search, struct pc_str pattern,
                                     struct pc_str *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf resource = {0};
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    struct pc_function_name name;
    struct pc_str fields[4];
    *out = PC_STR("");
    pc_arn_pattern_write_field(pattern, RESOURCE_FIELD, &resource);
    PC_TRY(pc_buf_status(&resource));
    if (pc_str_split(pc_buf_view(&resource), ':', fields, 4) != 3) {
        return PC_OK;
    }
    pc_buf_str(&text, search->name->function);
    pc_buf_byte(&text, ':');
    pc_plain_write(&text, fields[2]);
    PC_TRY(pc_buf_status(&text));
    bool named = pc_function_name_parse(pc_buf_view(&text), &name) &&
                 pc_resource_covers(pattern, pc_buf_view(&text));
    return named ? pc_arena_copy(search->texts, pc_buf_view(&text), out) : PC_OK;
}

static bool covers_any(struct pc_str pattern, const struct targets *targets)
{
    for (size_t i = 0; i < targets->count; i++) {
        if (pc_resource_covers(pattern, targets->arns[i])) {
            return true;
        }
    }
    return false;
}

static enum pc_status add_stand_ins_of(struct pc_danger_search *search,
                                       const struct pc_view_statement *statement,
                                       struct targets *targets)
{
    struct pc_str pattern, arn;
    for (uint32_t i = 0; (pattern = pc_statement_resource(statement, i)).len > 0; i++) {
        PC_TRY(make_qualified(search, pattern, &arn));
        if (arn.len > 0 && !covers_any(pattern, targets)) {
            PC_TRY(add_target(search, targets, arn));
        }
    }
    return PC_OK;
}

static enum pc_status add_stand_ins(struct pc_danger_search *search, struct targets *targets)
{
    struct pc_policy_view view = {.count = 0};
    struct pc_view_statement statement;
    struct pc_str latest;
    PC_TRY(pc_policy_view_add(search->checker, search->name->function, &view));
    PC_TRY(pc_arena_format(search->texts, &latest, "%.*s:$LATEST",
                           PC_STR_ARG(search->name->function)));
    PC_TRY(add_target(search, targets, latest));
    for (size_t i = 0; pc_policy_view_at(&view, i, &statement); i++) {
        PC_TRY(add_stand_ins_of(search, &statement, targets));
    }
    return PC_OK;
}

static enum pc_status find_targets(struct pc_danger_search *search, struct targets *out)
{
    struct pc_str function = search->name->function;
    const struct pc_function_policies *policies = search->checker->policies;
    *out = (struct targets){.count = 0};
    PC_TRY(add_target(search, out, function));
    for (size_t i = 0; i < search->known->connection_count; i++) {
        struct pc_str arn = pc_known_function_connection(search->known, i).function;
        if (arn.len > 0) {
            PC_TRY(add_target(search, out, arn));
        }
    }
    if (policies != NULL) {
        size_t at = SIZE_MAX;
        for (struct pc_str arn = pc_function_policies_next(policies, function, &at); arn.len > 0;
             arn = pc_function_policies_next(policies, function, &at)) {
            PC_TRY(add_target(search, out, arn));
        }
    }
    out->told = out->count;
    return add_stand_ins(search, out);
}

static enum pc_status search_target(struct pc_danger_search *search, struct pc_str target)
{
    search->target = target;
    search->view.count = 0;
    PC_TRY(pc_policy_view_add(search->checker, search->name->function, &search->view));
    if (!pc_str_eq(target, search->name->function)) {
        PC_TRY(pc_policy_view_add(search->checker, target, &search->view));
    }
    if (search->view.count == 0) {
        return PC_OK; // without a policy nobody else may do anything
    }
    PC_TRY(pc_danger_public(search));
    PC_TRY(pc_danger_accounts(search));
    PC_TRY(pc_danger_left_over(search));
    PC_TRY(pc_danger_services(search));
    PC_TRY(pc_danger_named(search));
    PC_TRY(pc_danger_never(search));
    PC_TRY(pc_danger_undeclared(search));
    return pc_danger_ids(search);
}

// Of a version that is told by itself: is its function told, too, and does it have the same role?
struct version {
    bool told, same_role;
};

static enum pc_status find_version(const struct pc_danger_search *search, struct version *out)
{
    const struct pc_asking asking = {search->texts, {.file = PC_STR("")}, search->diags};
    struct pc_known_function bare;
    *out = (struct version){.told = false};
    if (search->name->qualifier.len == 0) {
        return PC_OK;
    }
    enum pc_status status = pc_resolver_function(search->checker->asker->resolver,
                                                 search->name->function, &asking, &bare);
    if (status == PC_OK) {
        *out = (struct version){true, pc_str_eq(bare.role, search->known->role)};
    }
    return status == PC_ERR_NOTFOUND ? PC_OK : status;
}

// What is the function's is said there, once, and not of each of its versions.
static enum pc_status search_version(struct pc_danger_search *search, const struct version *version)
{
    search->target = search->name->arn;
    if (!version->same_role) {
        PC_TRY(pc_danger_role(search));
    }
    return pc_danger_secrets(search);
}

static enum pc_status search_all(struct pc_danger_search *search)
{
    struct targets targets;
    struct version version;
    PC_TRY(find_version(search, &version));
    if (version.told) {
        return search_version(search, &version);
    }
    PC_TRY(find_targets(search, &targets));
    for (size_t i = 0; i < targets.count; i++) {
        search->stand_in = i >= targets.told;
        PC_TRY(search_target(search, targets.arns[i]));
    }
    search->target = search->name->function;
    PC_TRY(pc_danger_ids_around(search));
    PC_TRY(pc_danger_role(search));
    PC_TRY(pc_danger_prefixes(search));
    return pc_danger_secrets(search);
}

enum pc_status pc_dangers_find(struct pc_checker *checker, const struct pc_known_function *known,
                               const struct pc_function_name *name, struct pc_diags *diags,
                               struct pc_checked_function *out)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena questions;
    PC_CLEANUP(pc_arena_release) struct pc_arena texts;
    struct pc_danger_search search = {
        .checker = checker,
        .asking = {.asker = checker->asker, .arena = &questions},
        .texts = &texts,
        .known = known,
        .name = name,
        .diags = diags,
        .out = out,
    };
    pc_arena_init(&questions);
    pc_arena_init(&texts);
    enum pc_status status = search_all(&search);
    checker->asker->asked = NULL; // its request is gone with the arena
    return status;
}
