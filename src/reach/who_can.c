// SPDX-License-Identifier: Apache-2.0
//
// Goes through the principals of the store, and through those whom the resource's policies name.
#include "reach/who_can.h"

#include "account/principals.h"
#include "named.h"
#include "ways.h"

#include <stdlib.h>

const char *pc_member_kind_text(enum pc_member_kind kind)
{
    static const char *const texts[] = {
        [PC_MEMBER_ROLE] = "role",
        [PC_MEMBER_USER] = "user",
        [PC_MEMBER_ANONYMOUS] = "anonymous",
        [PC_MEMBER_OTHER_ACCOUNTS] = "other-accounts",
        [PC_MEMBER_OTHER_SERVICES] = "other-services",
        [PC_MEMBER_ACCOUNT] = "account",
        [PC_MEMBER_SERVICE] = "service",
        [PC_MEMBER_PROVIDER] = "provider",
        [PC_MEMBER_SESSION] = "session",
        [PC_MEMBER_FEDERATED_USER] = "federated-user",
    };
    return (size_t)kind < sizeof(texts) / sizeof(texts[0]) ? texts[kind] : "unknown";
}

struct pass {
    struct pc_reach_asking asking;
    struct pc_reach_question question;
    struct pc_reach_callers callers; // whom policies of the resources let in by themselves
    struct pc_reach_named *named;
    bool filter;               // who is not let in by policies is not
    struct pc_member *members; // on the heap, while they are found
    size_t count, capacity;
    size_t asked, excluded;
};

static void release(struct pass *pass)
{
    pc_reach_end(&pass->asking);
    free(pass->members);
}

static enum pc_status add(struct pass *pass, const struct pc_member *member)
{
    if (pass->count == pass->capacity) {
        size_t capacity = pass->capacity == 0 ? 64 : pass->capacity * 2;
        struct pc_member *grown = realloc(pass->members, capacity * sizeof(*grown));
        if (grown == NULL) {
            return PC_ERR_NOMEM;
        }
        pass->members = grown;
        pass->capacity = capacity;
    }
    pass->members[pass->count] = *member;
    PC_TRY(pc_arena_copy(pass->asking.arena, member->principal,
                         &pass->members[pass->count].principal));
    pass->count++;
    return PC_OK;
}

static enum pc_reach best(const struct pc_way *ways)
{
    enum pc_reach reach = PC_REACH_NO;
    for (; ways != NULL; ways = ways->next) {
        reach = ways->reach > reach ? ways->reach : reach;
    }
    return reach;
}

static enum pc_status ask(struct pass *pass, const struct pc_reach_somebody *somebody,
                          struct pc_member member)
{
    struct pc_reach_ways ways = {NULL, &ways.first};
    bool excluded;
    PC_TRY(pc_reach_find_ways(&pass->asking, &pass->question, somebody, &ways, &excluded));
    member.ways = ways.first;
    pass->asked++;
    pass->excluded += excluded;
    member.reach = best(member.ways);
    return member.ways == NULL ? PC_OK : add(pass, &member);
}

// Neither by its own policies nor by the resource's: the evaluator is not asked.
static bool is_out(const struct pass *pass, const struct pc_stored_principal *principal,
                   const struct pc_caller *caller)
{
    return pass->filter && !pc_stored_may_allow(principal, &pass->question.actions.pattern) &&
           !pc_reach_is_named(&pass->callers, caller, principal->id);
}

static enum pc_status note_account(struct pass *pass, struct pc_str account)
{
    struct pc_map *accounts = &pass->callers.accounts;
    struct pc_str *kept;
    if (pc_map_get(accounts, account) != NULL) {
        return PC_OK;
    }
    kept = pc_arena_alloc(pass->asking.arena, sizeof(*kept));
    if (kept == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(pc_arena_copy(pass->asking.arena, account, kept));
    return pc_map_put(accounts, *kept, kept);
}

static enum pc_status ask_stored(void *context, const struct pc_stored_principal *principal)
{
    struct pass *pass = context;
    struct pc_reach_somebody somebody = {.stored = true};
    const struct pc_member member = {
        .principal = principal->arn,
        .kind = principal->role ? PC_MEMBER_ROLE : PC_MEMBER_USER,
        .stored = true,
    };
    if (!pc_caller_parse(principal->arn, &somebody.caller)) {
        return PC_ERR_DAMAGED;
    }
    PC_TRY(note_account(pass, somebody.caller.account));
    return is_out(pass, principal, &somebody.caller) ? PC_OK : ask(pass, &somebody, member);
}

static enum pc_status find_named(struct pass *pass)
{
    const struct pc_reach_actions *actions = &pass->question.actions;
    for (size_t i = 0; i < pass->question.parts.count; i++) {
        PC_TRY(pc_reach_find_named(&pass->asking, &pass->question, &pass->question.parts.items[i],
                                   &pass->callers, &pass->named));
    }
    // Some actions of STS are allowed to whom no policy mentions.
    bool sts = pc_str_eq(actions->pattern.service, PC_STR("sts")) &&
               !pc_action_asks_for_role(actions->text, PC_STR(""));
    pass->filter = actions->pattern.kind == PC_ACTION_NAME && !sts;
    return PC_OK;
}

// The principals of an account are asked about one by one where the store has them.
static bool is_asked(const struct pass *pass, const struct pc_reach_named *named)
{
    return named->kind == PC_MEMBER_ACCOUNT &&
           pc_map_get(&pass->callers.accounts, named->principal) != NULL;
}

static enum pc_status ask_named(struct pass *pass)
{
    for (const struct pc_reach_named *named = pass->named; named != NULL; named = named->next) {
        const struct pc_member member = {.principal = named->principal, .kind = named->kind};
        if (!is_asked(pass, named)) {
            PC_TRY(ask(pass, &named->who, member));
        }
    }
    return PC_OK;
}

static int by_principal(const void *a, const void *b)
{
    const struct pc_member *left = a, *right = b;
    int order = pc_str_cmp(left->principal, right->principal);
    return order != 0 ? order : (int)left->kind - (int)right->kind;
}

static enum pc_status hand_over(struct pass *pass, struct pc_who_can *out)
{
    struct pc_member *members = pc_arena_array(pass->asking.arena, pass->count, sizeof(*members));
    if (members == NULL) {
        return PC_ERR_NOMEM;
    }
    if (pass->count > 0) {
        qsort(pass->members, pass->count, sizeof(*pass->members), by_principal);
        memcpy(members, pass->members, pass->count * sizeof(*members));
    }
    *out =
        (struct pc_who_can){.members = members, .count = pass->count, .excluded = pass->excluded};
    return PC_OK;
}

// Does anything say who owns what is asked about?
static enum pc_status find_owner(struct pass *pass, bool *assumed)
{
    const struct pc_request *request = pass->question.request;
    const struct pc_asking about = {&pass->asking.work, pass->asking.place, pass->asking.diags};
    struct pc_arn arn;
    struct pc_str owner;
    *assumed = false;
    if (request->resource_account.len > 0 || !pc_arn_parse(request->resource, &arn) ||
        pc_account_id_is(arn.account) || pc_request_owner_in_context(request).len > 0) {
        return PC_OK;
    }
    enum pc_status status = pc_resolver_owner(
        pass->asking.asker->resolver, pc_resource_policy_holder(request->resource), &about, &owner);
    *assumed = status == PC_ERR_NOTFOUND;
    return *assumed ? PC_OK : status;
}

static enum pc_status run(struct pass *pass, const struct pc_who_question *question,
                          struct pc_who_can *out)
{
    struct pc_reach_asking *asking = &pass->asking;
    struct pc_snapshot *snapshot = pc_resolver_snapshot(asking->asker->resolver);
    bool assumed;
    pass->question.request = question->request;
    PC_TRY(pc_reach_read_actions(asking, question, &pass->question.actions));
    const struct pc_reach_asked asked = {
        .resource = question->request->resource,
        .owner = question->request->resource_account,
        .actions = &pass->question.actions,
    };
    PC_TRY(pc_reach_read_parts(asking, &asked, &pass->question.parts));
    PC_TRY(find_owner(pass, &assumed));
    PC_TRY(find_named(pass));
    PC_TRY(pc_each_principal(snapshot, ask_stored, pass));
    PC_TRY(ask_named(pass));
    const struct pc_asking about = {&asking->work, asking->place, asking->diags};
    PC_TRY(pc_resolver_check(asking->asker->resolver, &about));
    if (pass->asked > 0 && pass->asked == pass->excluded) {
        pc_reach_complain(asking);
        return PC_ERR_INVALID;
    }
    PC_TRY(hand_over(pass, out));
    out->owner_assumed = assumed;
    return PC_OK;
}

enum pc_status pc_who_can(struct pc_asker *asker, const struct pc_who_question *question,
                          struct pc_arena *arena, struct pc_diags *diags, struct pc_who_can *out)
{
    PC_CLEANUP(release) struct pass pass = {.count = 0};
    PC_TRY(pc_reach_begin(asker, arena, question->place, diags, &pass.asking));
    pc_map_init(&pass.callers.accounts, arena);
    return run(&pass, question, out);
}
