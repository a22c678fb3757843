// SPDX-License-Identifier: Apache-2.0
#include "stranger_account.h"

#include "source_arn.h"

enum {
    DIGITS = 12,
};

// An id that the pattern stands for, with that digit for its wildcards. False: it stands for none.
static bool make_id(struct pc_str pattern, char digit, char out[DIGITS])
{
    size_t star = pc_str_find(pattern, '*', 0), count = 0, fixed = 0;
    for (size_t i = 0; i < pattern.len; i++) {
        fixed += pattern.ptr[i] != '*';
    }
    if (fixed > DIGITS || (star == SIZE_MAX && fixed < DIGITS)) {
        return false;
    }
    for (size_t i = 0; i < pattern.len; i++) {
        char c = pattern.ptr[i] == '?' ? digit : pattern.ptr[i];
        size_t times = c != '*' ? 1 : i == star ? DIGITS - fixed : 0;
        if (c != '*' && !pc_char_is_digit(c)) {
            return false;
        }
        memset(out + count, c == '*' ? digit : c, times);
        count += times;
    }
    return true;
}

// The account in what a statement wants an ARN to be; "" where there is none. One that is no ARN
// may begin with '*': what precedes its last colon is the account.
static enum pc_status account_in(struct pc_arena *arena, struct pc_str text, struct pc_str *out)
{
    struct pc_arn arn;
    bool whole;
    PC_TRY(pc_source_read(arena, text, &arn, &whole));
    size_t end = pc_str_find_last(text, ':');
    struct pc_str front = pc_str_slice(text, 0, end == SIZE_MAX ? 0 : end);
    size_t colon = pc_str_find_last(front, ':');
    *out = whole ? arn.account : pc_str_slice(front, colon == SIZE_MAX ? 0 : colon + 1, front.len);
    return PC_OK;
}

static enum pc_status add(struct pc_danger_search *search, struct pc_str id,
                          struct pc_stranger_account **out)
{
    while (*out != NULL && !pc_str_eq((*out)->id, id)) {
        out = &(*out)->next;
    }
    if (*out != NULL) {
        return PC_OK;
    }
    struct pc_stranger_account *made = pc_arena_alloc(search->texts, sizeof(*made));
    if (made == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(pc_arena_copy(search->texts, id, &made->id));
    *out = made;
    return PC_OK;
}

static enum pc_status add_like(struct pc_danger_search *search, struct pc_str pattern,
                               struct pc_stranger_account **out)
{
    char room[DIGITS];
    const struct pc_str id = {room, DIGITS};
    bool made = pc_has_wildcard(pattern) && make_id(pattern, '9', room);
    if (made && pc_str_eq(id, search->name->account)) {
        made = make_id(pattern, '8', room);
    }
    return made ? add(search, id, out) : PC_OK;
}

static enum pc_status add_values(struct pc_danger_search *search,
                                 const struct pc_view_statement *statement, const char *key,
                                 bool of_arns, struct pc_stranger_account **out)
{
    for (size_t i = 0;; i++) {
        struct pc_str value;
        PC_TRY(pc_statement_value(search->texts, statement, key, i, &value));
        if (value.len == 0) {
            return PC_OK;
        }
        if (of_arns) {
            PC_TRY(account_in(search->texts, value, &value));
        }
        PC_TRY(add_like(search, value, out));
    }
}

enum pc_status pc_stranger_accounts_find(struct pc_danger_search *search,
                                         const struct pc_view_statement *statement,
                                         const char *arn_key, const char *id_key,
                                         struct pc_stranger_account **out)
{
    *out = NULL;
    PC_TRY(add(search, PC_STR(PC_STRANGER_ACCOUNT), out));
    PC_TRY(add_values(search, statement, arn_key, true, out));
    return add_values(search, statement, id_key, false, out);
}
