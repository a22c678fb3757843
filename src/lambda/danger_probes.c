// SPDX-License-Identifier: Apache-2.0
//
// Which of a function's policies are looked at, and for what. Each version and alias is judged by
// its own policy and by the function's (LAMBDA.md 4).
//
// L55, statements that PutResourcePolicy overwrote, cannot be seen in one state of the policies:
// what is lacking then is refused, and reported as that.
#include "danger_probes.h"

#include "danger_search.h"

// The function, its versions and aliases, each once.
struct targets {
    struct pc_str *arns;
    size_t count, capacity;
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
    return PC_OK;
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
