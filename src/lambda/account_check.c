// SPDX-License-Identifier: Apache-2.0
#include "lambda/account_check.h"

#include "account/known_functions.h"
#include "account/principals.h"
#include "danger_probes.h"
#include "danger_search.h"
#include "eval/told.h"
#include "finding_list.h"
#include "value/arn.h"

#include <stdlib.h>

enum {
    NAMES_SHOWN = 5, // functions that a message lists
};

// Shared roles -----------------------------------------------------------------------------------

struct user { // of a role
    struct pc_str role, function;
    struct pc_place place; // of the function
};

struct users {
    struct pc_arena *arena;
    struct user *rows;
    size_t count, capacity;
};

static enum pc_status make_room(struct users *users)
{
    if (users->count < users->capacity) {
        return PC_OK;
    }
    size_t capacity = users->capacity == 0 ? 64 : 2 * users->capacity;
    struct user *grown = pc_arena_array(users->arena, capacity, sizeof(*grown));
    if (grown == NULL) {
        return PC_ERR_NOMEM;
    }
    if (users->count > 0) {
        memcpy(grown, users->rows, users->count * sizeof(*grown));
    }
    users->rows = grown;
    users->capacity = capacity;
    return PC_OK;
}

// Versions of a function count as the function.
static enum pc_status add_user(void *context, const struct pc_stored_function *function)
{
    struct users *users = context;
    struct pc_function_name name;
    if (function->known.role.len == 0 || !pc_function_name_parse(function->arn, &name)) {
        return PC_OK;
    }
    PC_TRY(make_room(users));
    struct user *user = &users->rows[users->count++];
    user->place = function->known.place;
    PC_TRY(pc_arena_copy(users->arena, function->known.place.file, &user->place.file));
    PC_TRY(pc_arena_copy(users->arena, function->known.role, &user->role));
    return pc_arena_copy(users->arena, name.function, &user->function);
}

static int compare(const void *a, const void *b)
{
    const struct user *left = a, *right = b;
    int order = pc_str_cmp(left->role, right->role);
    return order != 0 ? order : pc_str_cmp(left->function, right->function);
}

// Takes away what is there twice, from sorted rows.
static void remove_doubles(struct users *users)
{
    size_t kept = 0;
    for (size_t i = 0; i < users->count; i++) {
        if (kept == 0 || compare(&users->rows[kept - 1], &users->rows[i]) != 0) {
            users->rows[kept++] = users->rows[i];
        }
    }
    users->count = kept;
}

static enum pc_status report_shared(struct pc_checker *checker, const struct user *users,
                                    size_t count, struct pc_finding **out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    struct pc_finding finding = {
        .code = PC_DIAG_ROLE_SHARED,
        .severity = pc_diag_row(PC_DIAG_ROLE_SHARED)->severity,
        .place = users[0].place,
        .hint = PC_STR("give each function a role of its own"),
        .symptom = PC_STR("none; whoever takes over one of the functions has the rights of all"),
    };
    pc_buf_format(
        &text, "\"%.*s\" is the execution role of %zu functions:", PC_STR_ARG(users->role), count);
    for (size_t i = 0; i < count && i < NAMES_SHOWN; i++) {
        pc_buf_format(&text, "%s \"%.*s\"", i > 0 ? "," : "", PC_STR_ARG(users[i].function));
    }
    if (count > NAMES_SHOWN) {
        pc_buf_format(&text, " and %zu more", count - NAMES_SHOWN);
    }
    PC_TRY(pc_buf_status(&text));
    PC_TRY(pc_arena_copy(checker->arena, users[0].place.file, &finding.place.file));
    PC_TRY(pc_arena_copy(checker->arena, pc_buf_view(&text), &finding.message));
    return pc_finding_add(checker->arena, &finding, out);
}

static enum pc_status check_roles(struct pc_checker *checker, struct pc_snapshot *snapshot,
                                  struct pc_finding **out)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena;
    struct users users = {.arena = &arena};
    pc_arena_init(&arena);
    PC_TRY(pc_each_function(snapshot, add_user, &users));
    if (users.count > 0) {
        qsort(users.rows, users.count, sizeof(*users.rows), compare);
    }
    remove_doubles(&users);
    for (size_t i = 0, next; i < users.count; i = next) {
        next = i + 1;
        while (next < users.count && pc_str_eq(users.rows[i].role, users.rows[next].role)) {
            next++;
        }
        if (next - i > 1) {
            PC_TRY(report_shared(checker, &users.rows[i], next - i, out));
        }
    }
    return PC_OK;
}

// Passing roles ----------------------------------------------------------------------------------

struct passing {
    struct pc_checker *checker;
    struct pc_checker asking; // the same asker; its arena is emptied before each question
    struct pc_diags *diags;
    struct pc_finding **out;
};

static enum pc_status ask(struct passing *passing, struct pc_str who, struct pc_str action,
                          bool to_service, struct pc_answer *out)
{
    static const struct pc_tag key = {PC_STR_INIT("iam:PassedToService"),
                                      PC_STR_INIT("ec2.amazonaws.com")};
    struct pc_stranger stranger = {
        .who = who, .action = action, .keys = &key, .key_count = to_service, .known = true};
    struct pc_arn arn;
    pc_arena_reset(passing->asking.arena);
    if (!pc_arn_parse(who, &arn)) {
        *out = (struct pc_answer){.primary = PC_SLOTS};
        return PC_OK;
    }
    PC_TRY(pc_arena_format(passing->asking.arena, &stranger.resource,
                           "arn:%.*s:iam::%.*s:role/" PC_STRANGER_NAME, PC_STR_ARG(arn.partition),
                           PC_STR_ARG(arn.account)));
    return pc_stranger_ask(&passing->asking, &stranger, passing->diags, out);
}

static enum pc_status report_passing(struct passing *passing, struct pc_str who,
                                     const struct pc_deciding *deciding)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    const struct pc_told_statement told = pc_tell_statement(deciding);
    struct pc_finding finding = {
        .code = PC_DIAG_PASS_ROLE,
        .severity = pc_diag_row(PC_DIAG_PASS_ROLE)->severity,
        .place = {told.file, told.line, told.column},
        .hint = PC_STR("name the roles that are meant, and test iam:PassedToService"),
        .symptom = PC_STR("nothing, until a stronger role is given to a function of their making"),
        .decision = PC_DECISION_ALLOWED,
    };
    pc_buf_format(&text, "\"%.*s\" may pass any role to any service: ", PC_STR_ARG(who));
    pc_danger_write_statement(&text, deciding);
    PC_TRY(pc_buf_status(&text));
    PC_TRY(pc_arena_copy(passing->checker->arena, who, &finding.who));
    PC_TRY(pc_arena_copy(passing->checker->arena, pc_buf_view(&text), &finding.message));
    return pc_finding_add(passing->checker->arena, &finding, passing->out);
}

// L26: an administrator may do what a stronger role may without passing it.
static enum pc_status check_principal(void *context, const struct pc_stored_principal *principal)
{
    struct passing *passing = context;
    struct pc_str who = principal->arn;
    struct pc_answer answer;
    PC_TRY(ask(passing, who, PC_STR("iam:PassRole"), true, &answer));
    if (answer.decision != PC_DECISION_ALLOWED) {
        return PC_OK;
    }
    PC_TRY(ask(passing, who, PC_STR("iam:AttachRolePolicy"), false, &answer));
    if (answer.decision == PC_DECISION_ALLOWED) {
        return PC_OK;
    }
    PC_TRY(ask(passing, who, PC_STR("iam:PassRole"), false, &answer));
    return answer.decision == PC_DECISION_ALLOWED && answer.deciding_count > 0
               ? report_passing(passing, who, &answer.deciding[0])
               : PC_OK;
}

enum pc_status pc_account_check(struct pc_checker *checker, struct pc_snapshot *snapshot,
                                struct pc_diags *diags, struct pc_finding **out)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena questions;
    struct passing passing = {
        .checker = checker,
        .asking = {.asker = checker->asker, .arena = &questions},
        .diags = diags,
        .out = out,
    };
    pc_arena_init(&questions);
    PC_TRY(check_roles(checker, snapshot, out));
    enum pc_status status = pc_each_principal(snapshot, check_principal, &passing);
    checker->asker->asked = NULL; // its request is gone with the arena
    return status;
}
