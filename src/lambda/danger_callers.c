// SPDX-License-Identifier: Apache-2.0
#include "danger_callers.h"

#include "source_arn.h"
#include "stranger_account.h"

struct callers {
    struct pc_danger_search *search;
    struct pc_danger_caller **end;
};

static enum pc_status add(struct callers *callers, struct pc_str who, const struct pc_tag *keys,
                          size_t key_count)
{
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

// What callers say --------------------------------------------------------------------------------

// Keys whose value is the caller's, or its account's, to choose.
static bool is_chosen(struct pc_str key)
{
    static const struct pc_str families[] = {
        PC_STR_INIT("aws:principaltag/"), PC_STR_INIT("aws:requesttag/"),
        PC_STR_INIT("aws:useragent"), PC_STR_INIT("aws:referer"),
        PC_STR_INIT("aws:sourceidentity")};
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        if (pc_str_has_prefix(key, families[i])) {
            return true;
        }
    }
    return false;
}

// Of an organisation, or a network: a stranger has one, but not one that is named.
static bool is_any(struct pc_str key)
{
    return pc_str_eq(key, PC_STR("aws:principalorgid")) ||
           pc_str_eq(key, PC_STR("aws:principalorgpaths")) ||
           pc_str_eq(key, PC_STR("aws:sourcevpc")) || pc_str_eq(key, PC_STR("aws:sourcevpce"));
}

// A text that the pattern matches.
static enum pc_status write_plain(struct pc_arena *arena, struct pc_str pattern, struct pc_str *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    pc_plain_write(&text, pattern);
    PC_TRY(pc_buf_status(&text));
    return pc_arena_copy(arena, pc_buf_view(&text), out);
}

struct said {
    struct pc_tag *keys;
    size_t count;
};

static bool has(const struct said *said, struct pc_str key)
{
    for (size_t i = 0; i < said->count; i++) {
        if (pc_str_eq(said->keys[i].key, key)) {
            return true;
        }
    }
    return false;
}

// A value for the key of one of the statement's conditions, where a stranger has one.
static enum pc_status say(struct pc_arena *arena, const struct pc_view_statement *statement,
                          struct pc_str key, struct said *said)
{
    struct pc_str name, wanted, value = PC_STR(PC_STRANGER_NAME);
    bool chosen = is_chosen(key);
    if (has(said, key) || (!chosen && !is_any(key))) {
        return PC_OK;
    }
    PC_TRY(pc_arena_format(arena, &name, "%.*s", PC_STR_ARG(key)));
    PC_TRY(pc_statement_value(arena, statement, name.ptr, 0, &wanted));
    if (wanted.len > 0 && (chosen || pc_has_wildcard(wanted))) {
        PC_TRY(write_plain(arena, wanted, &value));
    }
    said->keys[said->count++] = (struct pc_tag){name, value};
    return PC_OK;
}

// What the statement asks of its callers, as far as a stranger can say it.
static enum pc_status find_said(struct pc_arena *arena, const struct pc_view_statement *statement,
                                struct said *out)
{
    static const struct pc_tag always[] = {
        PC_ANY_CALL,
        {PC_STR_INIT("aws:MultiFactorAuthPresent"), PC_STR_INIT("true")},
        {PC_STR_INIT("aws:MultiFactorAuthAge"), PC_STR_INIT("1")},
    };
    const size_t count = sizeof(always) / sizeof(always[0]);
    struct pc_str key;
    out->keys =
        pc_arena_array(arena, count + statement->record->conditions.count, sizeof(*out->keys));
    if (out->keys == NULL) {
        return PC_ERR_NOMEM;
    }
    memcpy(out->keys, always, sizeof(always));
    out->count = count;
    for (uint32_t i = 0; pc_statement_key(statement, i, &key); i++) {
        PC_TRY(say(arena, statement, key, out));
    }
    return PC_OK;
}

// Who calls ---------------------------------------------------------------------------------------

// A caller of the account that the pattern of aws:PrincipalArn may match; "" where there is none.
// One that is no ARN may begin with '*': what follows its last colon is who it is.
static enum pc_status make_stranger(const struct pc_danger_search *search, struct pc_str account,
                                    struct pc_str pattern, struct pc_str *out)
{
    struct pc_source_wish wish = {.account = account};
    size_t colon = pc_str_find_last(pattern, ':');
    struct pc_str who = pc_str_slice(pattern, colon == SIZE_MAX ? 0 : colon + 1, pattern.len);
    *out = PC_STR("");
    if (pc_arn_parse(pattern, &wish.pattern)) {
        return pc_source_make(search->texts, search->name, &wish, out);
    }
    while (pc_str_has_prefix(who, PC_STR("*"))) {
        who = pc_str_slice(who, 1, who.len);
    }
    who = pc_str_has_prefix(who, PC_STR("/")) ? pc_str_slice(who, 1, who.len) : who;
    bool typed = pc_str_has_prefix(who, PC_STR("role/")) || pc_str_has_prefix(who, PC_STR("user/"));
    PC_TRY(write_plain(search->texts, who, &who));
    return pc_arena_format(search->texts, out, "arn:%.*s:iam::%.*s:%s%.*s",
                           PC_STR_ARG(search->name->partition), PC_STR_ARG(account),
                           typed ? "" : "role/",
                           PC_STR_ARG(who.len > 0 ? who : PC_STR(PC_STRANGER_NAME)));
}

static enum pc_status add_of_account(struct callers *callers,
                                     const struct pc_view_statement *statement,
                                     const struct said *said, struct pc_str account)
{
    PC_TRY(add_named(callers, account, "role/" PC_STRANGER_NAME, said->keys, said->count));
    PC_TRY(add_named(callers, account, "user/" PC_STRANGER_NAME, said->keys, said->count));
    for (size_t i = 0;; i++) {
        struct pc_str pattern, who;
        PC_TRY(
            pc_statement_value(callers->search->texts, statement, "aws:principalarn", i, &pattern));
        if (pattern.len == 0) {
            return PC_OK;
        }
        PC_TRY(make_stranger(callers->search, account, pattern, &who));
        if (who.len > 0) {
            PC_TRY(add(callers, who, said->keys, said->count));
        }
    }
}

static enum pc_status add_statement(struct callers *callers,
                                    const struct pc_view_statement *statement)
{
    struct pc_stranger_account *accounts;
    struct said said;
    PC_TRY(find_said(callers->search->texts, statement, &said));
    PC_TRY(pc_stranger_accounts_find(callers->search, statement, "aws:principalarn",
                                     "aws:principalaccount", &accounts));
    for (; accounts != NULL; accounts = accounts->next) {
        PC_TRY(add_of_account(callers, statement, &said, accounts->id));
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
            PC_TRY(add_statement(&callers, &statement));
        }
    }
    return PC_OK;
}
