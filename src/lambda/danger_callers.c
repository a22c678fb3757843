// SPDX-License-Identifier: Apache-2.0
#include "danger_callers.h"

#include "said_keys.h"
#include "source_arn.h"
#include "stranger_account.h"

struct callers {
    struct pc_danger_search *search;
    struct pc_danger_caller **end;
};

// What is made up of a pattern may be nobody's ARN: then it calls nothing.
static enum pc_status add(struct callers *callers, struct pc_str who, const struct pc_tag *keys,
                          size_t key_count)
{
    struct pc_caller parsed;
    if (!pc_caller_parse(who, &parsed)) {
        return PC_OK;
    }
    struct pc_danger_caller *caller = pc_arena_alloc(callers->search->texts, sizeof(*caller));
    if (caller == NULL) {
        return PC_ERR_NOMEM;
    }
    *caller = (struct pc_danger_caller){who, keys, key_count, NULL};
    *callers->end = caller;
    callers->end = &caller->next;
    return PC_OK;
}

// One of that account: "root", "role/NAME", "user/NAME".
static enum pc_status add_named(struct callers *callers, struct pc_str account, const char *name,
                                const struct pc_tag *keys, size_t key_count)
{
    struct pc_str who;
    PC_TRY(pc_arena_format(callers->search->texts, &who, "arn:%.*s:iam::%.*s:%s",
                           PC_STR_ARG(callers->search->name->partition), PC_STR_ARG(account),
                           name));
    return add(callers, who, keys, key_count);
}

// Who calls ---------------------------------------------------------------------------------------

// A caller of the account that the pattern of aws:PrincipalArn may match. One that is no ARN may
// begin with '*': what follows its last colon is who it is.
static enum pc_status make_stranger(const struct pc_danger_search *search, struct pc_str account,
                                    struct pc_str pattern, struct pc_str *out)
{
    struct pc_source_wish wish = {.account = account};
    size_t colon = pc_str_find_last(pattern, ':');
    struct pc_str who = pc_str_slice(pattern, colon == SIZE_MAX ? 0 : colon + 1, pattern.len);
    if (pc_arn_parse(pattern, &wish.pattern)) {
        return pc_source_make(search->texts, search->name, &wish, out);
    }
    while (pc_str_has_prefix(who, PC_STR("*"))) {
        who = pc_str_slice(who, 1, who.len);
    }
    who = pc_str_has_prefix(who, PC_STR("/")) ? pc_str_slice(who, 1, who.len) : who;
    bool typed = pc_str_has_prefix(who, PC_STR("role/")) || pc_str_has_prefix(who, PC_STR("user/"));
    PC_TRY(pc_plain_text(search->texts, who, &who));
    return pc_arena_format(search->texts, out, "arn:%.*s:iam::%.*s:%s%.*s",
                           PC_STR_ARG(search->name->partition), PC_STR_ARG(account),
                           typed ? "" : "role/",
                           PC_STR_ARG(who.len > 0 ? who : PC_STR(PC_STRANGER_NAME)));
}

static enum pc_status add_arns(struct callers *callers, const struct pc_view_statement *statement,
                               const struct pc_said *said, struct pc_str account)
{
    for (size_t i = 0;; i++) {
        struct pc_str pattern, who;
        PC_TRY(
            pc_statement_value(callers->search->texts, statement, "aws:principalarn", i, &pattern));
        if (pattern.len == 0) {
            return PC_OK;
        }
        PC_TRY(make_stranger(callers->search, account, pattern, &who));
        PC_TRY(add(callers, who, said->keys, said->count));
    }
}

// Users of those names.
static enum pc_status add_users(struct callers *callers, const struct pc_view_statement *statement,
                                const struct pc_said *said, struct pc_str account)
{
    for (size_t i = 0;; i++) {
        struct pc_arena *arena = callers->search->texts;
        struct pc_str pattern, name;
        PC_TRY(pc_statement_value(arena, statement, "aws:username", i, &pattern));
        if (pattern.len == 0) {
            return PC_OK;
        }
        PC_TRY(pc_plain_text(arena, pattern, &name));
        PC_TRY(pc_arena_format(arena, &name, "user/%.*s", PC_STR_ARG(name)));
        PC_TRY(add_named(callers, account, name.ptr, said->keys, said->count));
    }
}

// Those whose user id leaves open which role or user it is of (SEMANTICS.md R-803).
static enum pc_status add_ids(struct callers *callers, const struct pc_view_statement *statement,
                              const struct pc_said *said, struct pc_str account)
{
    for (size_t i = 0;; i++) {
        struct pc_arena *arena = callers->search->texts;
        struct pc_tag *keys = pc_arena_array(arena, said->count + 1, sizeof(*keys));
        struct pc_str pattern;
        PC_TRY(pc_statement_value(arena, statement, "aws:userid", i, &pattern));
        if (keys == NULL) {
            return PC_ERR_NOMEM;
        }
        if (pattern.len == 0) {
            return PC_OK;
        }
        size_t colon = pc_str_find(pattern, ':', 0);
        memcpy(keys, said->keys, said->count * sizeof(*keys));
        keys[said->count].key = PC_STR("aws:userid");
        PC_TRY(pc_plain_text(arena, pattern, &keys[said->count].value));
        if (pc_has_wildcard(pc_str_slice(pattern, 0, colon))) {
            PC_TRY(
                add_named(callers, account,
                          colon == SIZE_MAX ? "user/" PC_STRANGER_NAME : "role/" PC_STRANGER_NAME,
                          keys, said->count + 1));
        }
    }
}

static enum pc_status add_of_account(struct callers *callers,
                                     const struct pc_view_statement *statement,
                                     const struct pc_said *said, struct pc_str account)
{
    PC_TRY(add_named(callers, account, "role/" PC_STRANGER_NAME, said->keys, said->count));
    PC_TRY(add_named(callers, account, "user/" PC_STRANGER_NAME, said->keys, said->count));
    PC_TRY(add_arns(callers, statement, said, account));
    PC_TRY(add_users(callers, statement, said, account));
    return add_ids(callers, statement, said, account);
}

static enum pc_status add_statement(struct callers *callers,
                                    const struct pc_view_statement *statement, bool forwarded)
{
    struct pc_stranger_account *accounts;
    struct pc_said said;
    PC_TRY(pc_said_find(callers->search, statement, forwarded, &said));
    PC_TRY(pc_stranger_accounts_find(callers->search, statement, "aws:principalarn",
                                     "aws:principalaccount", &accounts));
    for (; accounts != NULL; accounts = accounts->next) {
        PC_TRY(add_of_account(callers, statement, &said, accounts->id));
    }
    return PC_OK;
}

enum pc_status pc_danger_callers_of(struct pc_danger_search *search,
                                    const struct pc_view_statement *statement,
                                    struct pc_str account, struct pc_danger_caller **out)
{
    struct callers callers = {search, out};
    bool more = pc_said_of_forwarding(statement);
    *out = NULL;
    for (int forwarded = 0; forwarded <= more; forwarded++) {
        struct pc_said said;
        PC_TRY(pc_said_find(search, statement, forwarded != 0, &said));
        PC_TRY(add_of_account(&callers, statement, &said, account));
    }
    return PC_OK;
}

enum pc_status pc_danger_callers_find(struct pc_danger_search *search,
                                      struct pc_danger_caller **out)
{
    static const struct pc_tag keys[] = {PC_ANY_CALL};
    const size_t count = sizeof(keys) / sizeof(keys[0]);
    const struct pc_str account = PC_STR(PC_STRANGER_ACCOUNT);
    struct callers callers = {search, out};
    struct pc_view_statement statement;
    *out = NULL;
    PC_TRY(add_named(&callers, account, "root", keys, count));
    PC_TRY(add_named(&callers, account, "role/" PC_STRANGER_NAME, keys, count));
    for (size_t i = 0; pc_policy_view_at(&search->view, i, &statement); i++) {
        struct pc_str key;
        if (pc_statement_is_open(&statement) && pc_statement_key(&statement, 0, &key)) {
            PC_TRY(add_statement(&callers, &statement, false));
        }
        if (pc_statement_is_open(&statement) && pc_said_of_forwarding(&statement)) {
            PC_TRY(add_statement(&callers, &statement, true));
        }
    }
    return PC_OK;
}
