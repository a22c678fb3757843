// SPDX-License-Identifier: Apache-2.0
//
// Keys that a call bears and that nobody tells. What is refused for want of one, and allowed with
// some value of it, is not known.
#include "mistake.h"

#include "policy_view.h"
#include "source_arn.h"

static const struct untold {
    const char *kind, *action; // NULL: any
    bool service;              // of calls by a service alone
    bool list;                 // the key has several values
    const char *key;           // in lower case
    const char *value;         // a template: one of its values
    const char *hint;
} rows[] = {
    {"deployer", "lambda:CreateFunction", false, false, "lambda:codesigningconfigarn",
     "arn:{P}:lambda:{R}:{A}:code-signing-config:csc-0123456789abcdef0",
     "nothing that is compiled tells the code signing config of a function: ask polcheck eval "
     "with lambda:CodeSigningConfigArn in the context"},
    // LAMBDA.md 9: which services send them is not known. Sessions of a role have none (1.2).
    {NULL, NULL, true, false, "aws:sourceorgid", "o-0123456789",
     "which services send the organization of their source (aws:SourceOrgID) is not documented"},
    {NULL, NULL, true, true, "aws:sourceorgpaths", "o-0123456789/r-ab12/ou-ab12-01234567/",
     "which services send the place of their source in its organization (aws:SourceOrgPaths) is "
     "not documented"},
};

enum {
    ROWS = sizeof(rows) / sizeof(rows[0]),
    MOST_VALUES = 16, // that are tried: with more it fails, as it would without any
};

// A row whose key is missing, and what to try as its value.
struct wanted {
    const struct untold *row;
    struct pc_str values[MOST_VALUES];
    size_t count;
};

struct search {
    struct pc_checker *checker;
    const struct pc_refusal *refusal;
    struct wanted wanted[ROWS];
    size_t count;
};

static bool is(const char *wanted, struct pc_str text)
{
    return wanted == NULL || pc_str_eq(pc_str_from(wanted), text);
}

// Neither somebody of IAM nor everybody.
static bool is_of_service(const struct pc_refusal *refusal)
{
    return !pc_refusal_is_of_iam(refusal) && !pc_str_eq(refusal->question->who, PC_STR("*"));
}

static bool is_missing(const struct pc_answer *answer, const char *key)
{
    for (size_t i = 0; i < answer->missing_count; i++) {
        if (pc_str_eq_icase(answer->missing[i], pc_str_from(key))) {
            return true;
        }
    }
    return false;
}

static void find_rows(struct search *search)
{
    const struct pc_refusal *refusal = search->refusal;
    for (size_t i = 0; i < ROWS; i++) {
        if (is(rows[i].kind, pc_str_from(refusal->kind)) &&
            is(rows[i].action, refusal->question->action) &&
            (!rows[i].service || is_of_service(refusal)) &&
            is_missing(&refusal->answer->answer, rows[i].key)) {
            search->wanted[search->count++].row = &rows[i];
        }
    }
}

// Values ------------------------------------------------------------------------------------------

static enum pc_status add_values(struct pc_arena *arena, const struct pc_view_statement *statement,
                                 struct wanted *wanted)
{
    for (size_t i = 0; wanted->count < MOST_VALUES; i++) {
        struct pc_str text;
        PC_TRY(pc_statement_text(arena, statement, wanted->row->key, i, &text));
        if (text.len == 0) {
            break;
        }
        PC_TRY(pc_plain_text(arena, text, &wanted->values[wanted->count++]));
    }
    return PC_OK;
}

static enum pc_status add_all_values(struct pc_arena *arena, const struct pc_image *image,
                                     struct wanted *wanted)
{
    struct pc_policy_view view = {.count = 0};
    struct pc_view_statement statement;
    if (image != NULL) {
        view.images[view.count++] = *image;
    }
    for (size_t i = 0; pc_policy_view_at(&view, i, &statement); i++) {
        PC_TRY(add_values(arena, &statement, wanted));
    }
    return PC_OK;
}

// One of no statement, those of the statements that deny, and of all of the caller's own and of the
// resource's.
static enum pc_status find_values(struct search *search, struct wanted *wanted)
{
    struct pc_arena *arena = search->checker->arena;
    const struct pc_answer *answer = &search->refusal->answer->answer;
    const struct pc_policies *policies = &search->checker->asker->policies;
    PC_TRY(pc_template_fill(arena, wanted->row->value, search->refusal->subject,
                            &wanted->values[wanted->count++]));
    for (size_t i = 0; i < answer->deciding_count; i++) {
        const struct pc_deciding *deciding = &answer->deciding[i];
        const struct pc_view_statement statement = {
            deciding->image, deciding->statement,
            pc_image_statement(deciding->image, deciding->statement)};
        PC_TRY(add_values(arena, &statement, wanted));
    }
    PC_TRY(add_all_values(arena, policies->identity, wanted));
    for (size_t i = 0; i < policies->resource_count; i++) {
        PC_TRY(add_all_values(arena, &policies->resource[i], wanted));
    }
    return PC_OK;
}

// Asking ------------------------------------------------------------------------------------------

// With a value of each of the keys, by its number.
static enum pc_status ask(const struct search *search, const size_t *numbers,
                          struct pc_diags *diags, enum pc_decision *out)
{
    struct pc_lambda_question varied = *search->refusal->question;
    struct pc_context_key *keys =
        pc_arena_array(search->checker->arena, varied.key_count + ROWS, sizeof(*keys));
    if (keys == NULL) {
        return PC_ERR_NOMEM;
    }
    memcpy(keys, varied.keys, varied.key_count * sizeof(*keys));
    for (size_t i = 0; i < search->count; i++) {
        const struct wanted *wanted = &search->wanted[i];
        keys[varied.key_count++] = (struct pc_context_key){.key = pc_str_from(wanted->row->key),
                                                           .list = wanted->row->list,
                                                           .values = &wanted->values[numbers[i]],
                                                           .count = 1,
                                                           .place = varied.place};
    }
    varied.keys = keys;
    return pc_lambda_decide(search->checker, &varied, diags, out);
}

// The next choice of values; false: that was the last one.
static bool advance(const struct search *search, size_t *numbers)
{
    for (size_t i = 0; i < search->count; i++) {
        if (++numbers[i] < search->wanted[i].count) {
            return true;
        }
        numbers[i] = 0;
    }
    return false;
}

enum pc_status pc_mistake_of_untold(struct pc_checker *checker, const struct pc_refusal *refusal,
                                    struct pc_diags *diags, struct pc_mistake *out)
{
    struct search search = {.checker = checker, .refusal = refusal};
    enum pc_decision decision = PC_DECISION_IMPLICIT_DENY;
    size_t numbers[ROWS] = {0};
    find_rows(&search);
    for (size_t i = 0; i < search.count; i++) {
        PC_TRY(find_values(&search, &search.wanted[i]));
    }
    bool more = search.count > 0;
    while (more && decision != PC_DECISION_ALLOWED) {
        PC_TRY(ask(&search, numbers, diags, &decision));
        more = advance(&search, numbers);
    }
    if (decision == PC_DECISION_ALLOWED) {
        *out = (struct pc_mistake){PC_DIAG_INTEGRATION_UNKNOWN,
                                   pc_str_from(search.wanted[0].row->hint), true};
    }
    return PC_OK;
}
