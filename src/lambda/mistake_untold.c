// SPDX-License-Identifier: Apache-2.0
//
// Keys that a call bears and that nobody tells. What is refused for want of one, and allowed with
// some value of it, is not known.
#include "mistake.h"

#include "policy_view.h"
#include "source_arn.h"

static const struct untold {
    const char *kind, *action; // NULL: any
    const char *key;           // in lower case
    const char *value;         // a template: one of its values
    const char *hint;
} rows[] = {
    {"deployer", "lambda:CreateFunction", "lambda:codesigningconfigarn",
     "arn:{P}:lambda:{R}:{A}:code-signing-config:csc-0123456789abcdef0",
     "nothing that is compiled tells the code signing config of a function: ask polcheck eval "
     "with lambda:CodeSigningConfigArn in the context"},
    // LAMBDA.md 9: which services send it is not known.
    {NULL, NULL, "aws:sourceorgid", "o-0123456789",
     "which services send the organization of their source (aws:SourceOrgID) is not documented"},
};

enum {
    MOST_VALUES = 16, // that are tried: with more it fails, as it would without any
};

struct search {
    struct pc_checker *checker;
    const struct pc_refusal *refusal;
    const struct untold *row;
    struct pc_str values[MOST_VALUES];
    size_t count;
};

static bool is(const char *wanted, struct pc_str text)
{
    return wanted == NULL || pc_str_eq(pc_str_from(wanted), text);
}

static const struct untold *row_of(const struct pc_refusal *refusal)
{
    const struct pc_answer *answer = &refusal->answer->answer;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool asked = is(rows[i].kind, pc_str_from(refusal->kind)) &&
                     is(rows[i].action, refusal->question->action);
        for (size_t j = 0; asked && j < answer->missing_count; j++) {
            if (pc_str_eq_icase(answer->missing[j], pc_str_from(rows[i].key))) {
                return &rows[i];
            }
        }
    }
    return NULL;
}

// Values ------------------------------------------------------------------------------------------

static enum pc_status add_values(struct search *search, const struct pc_view_statement *statement)
{
    struct pc_arena *arena = search->checker->arena;
    for (size_t i = 0; search->count < MOST_VALUES; i++) {
        struct pc_str text;
        PC_TRY(pc_statement_text(arena, statement, search->row->key, i, &text));
        if (text.len == 0) {
            break;
        }
        PC_TRY(pc_plain_text(arena, text, &search->values[search->count++]));
    }
    return PC_OK;
}

static enum pc_status add_all_values(struct search *search, const struct pc_image *image)
{
    struct pc_policy_view view = {.count = 0};
    struct pc_view_statement statement;
    if (image != NULL) {
        view.images[view.count++] = *image;
    }
    for (size_t i = 0; pc_policy_view_at(&view, i, &statement); i++) {
        PC_TRY(add_values(search, &statement));
    }
    return PC_OK;
}

// One of no statement, those of the statements that deny, and of all of the caller's own and of the
// resource's.
static enum pc_status find_values(struct search *search)
{
    const struct pc_answer *answer = &search->refusal->answer->answer;
    const struct pc_policies *policies = &search->checker->asker->policies;
    PC_TRY(pc_template_fill(search->checker->arena, search->row->value, search->refusal->subject,
                            &search->values[search->count++]));
    for (size_t i = 0; i < answer->deciding_count; i++) {
        const struct pc_deciding *deciding = &answer->deciding[i];
        const struct pc_view_statement statement = {
            deciding->image, deciding->statement,
            pc_image_statement(deciding->image, deciding->statement)};
        PC_TRY(add_values(search, &statement));
    }
    PC_TRY(add_all_values(search, policies->identity));
    for (size_t i = 0; i < policies->resource_count; i++) {
        PC_TRY(add_all_values(search, &policies->resource[i]));
    }
    return PC_OK;
}

// Asking ------------------------------------------------------------------------------------------

static enum pc_status ask(const struct search *search, struct pc_str *value, struct pc_diags *diags,
                          enum pc_decision *out)
{
    struct pc_lambda_question varied = *search->refusal->question;
    struct pc_context_key *keys =
        pc_arena_array(search->checker->arena, varied.key_count + 1, sizeof(*keys));
    if (keys == NULL) {
        return PC_ERR_NOMEM;
    }
    memcpy(keys, varied.keys, varied.key_count * sizeof(*keys));
    keys[varied.key_count++] = (struct pc_context_key){
        .key = pc_str_from(search->row->key), .values = value, .count = 1, .place = varied.place};
    varied.keys = keys;
    return pc_lambda_decide(search->checker, &varied, diags, out);
}

enum pc_status pc_mistake_of_untold(struct pc_checker *checker, const struct pc_refusal *refusal,
                                    struct pc_diags *diags, struct pc_mistake *out)
{
    struct search search = {.checker = checker, .refusal = refusal, .row = row_of(refusal)};
    if (search.row == NULL) {
        return PC_OK;
    }
    PC_TRY(find_values(&search));
    for (size_t i = 0; i < search.count && out->code == PC_DIAG_NONE; i++) {
        enum pc_decision decision;
        PC_TRY(ask(&search, &search.values[i], diags, &decision));
        if (decision == PC_DECISION_ALLOWED) {
            *out = (struct pc_mistake){PC_DIAG_INTEGRATION_UNKNOWN, pc_str_from(search.row->hint),
                                       true};
        }
    }
    return PC_OK;
}
