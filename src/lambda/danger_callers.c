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

// Keys that callers of any account have, and how much of their values is theirs to choose.
struct sayable {
    struct pc_str key; // in lower case; of a family what its keys begin with, ending in '/'
    bool own;          // up to the separator it is the caller's own, and no other's
    char separator;    // '\0': up to the end
};

static const struct sayable *sayable_of(struct pc_str key)
{
    // The caller's, or its account's, to choose; then of an organisation, or a network: a stranger
    // has one, but not one that is named.
    static const struct sayable rows[] = {
        {PC_STR_INIT("aws:principaltag/"), false, '\0'},
        {PC_STR_INIT("aws:requesttag/"), false, '\0'},
        {PC_STR_INIT("aws:useragent"), false, '\0'},
        {PC_STR_INIT("aws:referer"), false, '\0'},
        {PC_STR_INIT("aws:sourceidentity"), false, '\0'},
        {PC_STR_INIT("aws:principalorgid"), true, '\0'},
        {PC_STR_INIT("aws:principalorgpaths"), true, '/'},
        {PC_STR_INIT("aws:sourcevpc"), true, '\0'},
        {PC_STR_INIT("aws:sourcevpce"), true, '\0'},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool family = pc_str_has_suffix(rows[i].key, PC_STR("/"));
        if (family ? pc_str_has_prefix(key, rows[i].key) : pc_str_eq(key, rows[i].key)) {
            return &rows[i];
        }
    }
    return NULL;
}

// May a stranger have a value that the pattern matches?
static bool may_have(const struct sayable *row, struct pc_str pattern)
{
    size_t end = row->separator == '\0' ? SIZE_MAX : pc_str_find(pattern, row->separator, 0);
    return !row->own || pc_has_wildcard(pc_str_slice(pattern, 0, end));
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

// The first of the values that the statement wants and that a stranger may have, else one that
// nobody names.
static enum pc_status find_value(struct pc_arena *arena, const struct pc_view_statement *statement,
                                 const struct sayable *row, const char *key, struct pc_str *out)
{
    *out = PC_STR(PC_STRANGER_NAME);
    for (size_t i = 0;; i++) {
        struct pc_str wanted;
        PC_TRY(pc_statement_value(arena, statement, key, i, &wanted));
        if (wanted.len == 0) {
            return PC_OK;
        }
        if (may_have(row, wanted)) {
            return write_plain(arena, wanted, out);
        }
    }
}

// A value for the key of one of the statement's conditions, where a stranger has one.
static enum pc_status say(struct pc_arena *arena, const struct pc_view_statement *statement,
                          struct pc_str key, struct said *said)
{
    const struct sayable *row = sayable_of(key);
    struct pc_str name, value;
    if (row == NULL || has(said, key)) {
        return PC_OK;
    }
    PC_TRY(pc_arena_format(arena, &name, "%.*s", PC_STR_ARG(key)));
    PC_TRY(find_value(arena, statement, row, name.ptr, &value));
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
