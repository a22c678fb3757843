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

static enum pc_status search_all(struct pc_danger_search *search)
{
    struct targets targets;
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
