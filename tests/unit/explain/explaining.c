// SPDX-License-Identifier: Apache-2.0
#include "explaining.h"

#include <string.h>

static const char *or_else(const char *text, const char *otherwise)
{
    return text != NULL ? text : otherwise;
}

static struct pc_image *compile(struct explaining *explaining, enum pc_policy_type type,
                                const char *statements)
{
    struct pc_buf text = {0};
    assert_true(explaining->compiled_count < MOST_IMAGES);
    struct compiled *compiled = &explaining->compiled[explaining->compiled_count++];
    pc_buf_format(&text, DOCUMENT("%s"), statements);
    pc_buf_byte(&text, '\0');
    if (statements[0] == '\0') { // a set without a document
        compile_texts(compiled, type, NULL, 0);
        assert_int_equal(compiled->status, PC_OK);
    } else {
        compile_fine(compiled, type, text.ptr);
    }
    pc_buf_release(&text);
    return &compiled->image;
}

static const struct pc_image *compile_if(struct explaining *explaining, enum pc_policy_type type,
                                         const char *statements)
{
    return statements != NULL ? compile(explaining, type, statements) : NULL;
}

static void compile_all(struct explaining *explaining, const struct asked *asked)
{
    struct pc_policies *policies = &explaining->policies;
    policies->identity = compile_if(explaining, PC_POLICY_IDENTITY, asked->identity);
    policies->boundary = compile_if(explaining, PC_POLICY_BOUNDARY, asked->boundary);
    policies->session = compile_if(explaining, PC_POLICY_SESSION, asked->session);
    policies->endpoint = compile_if(explaining, PC_POLICY_ENDPOINT, asked->endpoint);
    policies->resource = compile_if(explaining, PC_POLICY_RESOURCE, asked->resource);
    policies->resource_count = asked->resource != NULL;
    for (size_t i = 0; i < COUNT(asked->scp) && asked->scp[i] != NULL; i++) {
        explaining->levels[i] = *compile(explaining, PC_POLICY_SCP, asked->scp[i]);
        policies->scp_count = i + 1;
    }
    policies->scp = explaining->levels;
}

static void give(struct explaining *explaining, const struct given *given)
{
    struct pc_str values[8];
    struct pc_str text = pc_str_from(given->value);
    struct pc_context_key key = {.key = pc_str_from(given->key), .list = given->list, .count = 1};
    if (given->list) {
        key.count = text.len == 0 ? 0 : pc_str_split(text, '|', values, COUNT(values));
    } else {
        values[0] = text;
    }
    struct pc_str *kept = pc_arena_array(&explaining->arena, COUNT(values), sizeof(*kept));
    assert_non_null(kept);
    memcpy(kept, values, key.count * sizeof(*kept));
    key.values = kept;
    assert_int_equal(pc_request_add(&explaining->arena, &explaining->request, &key), PC_OK);
}

static void make_request(struct explaining *explaining, const struct asked *asked)
{
    struct pc_request *request = &explaining->request;
    const struct pc_request_options options = {.now = 1704067200};
    const struct pc_place place = {PC_STR("request"), 1, 1};
    assert_true(pc_request_start(request, pc_str_from(or_else(asked->principal, USER)),
                                 pc_str_from(or_else(asked->action, "s3:GetObject")),
                                 pc_str_from(or_else(asked->resource_arn, OBJECT))));
    request->resource_account = pc_str_from(or_else(asked->owner, ACCOUNT));
    for (size_t i = 0; i < COUNT(asked->context) && asked->context[i].key != NULL; i++) {
        give(explaining, &asked->context[i]);
    }
    assert_int_equal(
        pc_request_finish(&explaining->arena, request, options, place, &explaining->diags), PC_OK);
}

void explain(struct explaining *explaining, const struct asked *asked)
{
    *explaining = (struct explaining){.compiled_count = 0};
    pc_diags_init(&explaining->diags, &explaining->arena);
    assert_int_equal(pc_scratch_new(&explaining->scratch), PC_OK);
    compile_all(explaining, asked);
    make_request(explaining, asked);
    assert_int_equal(pc_decide(&explaining->policies, &explaining->request, 0, explaining->scratch,
                               &explaining->answer),
                     PC_OK);
    const struct pc_answer plain = explaining->answer;
    const struct pc_explain_question question = {&explaining->policies, &explaining->request, 0,
                                                 explaining->scratch};
    assert_int_equal(pc_explain(&explaining->arena, &question, &explaining->explanation), PC_OK);
    const struct pc_answer *found = &explaining->explanation.answer;
    assert_int_equal(found->decision, plain.decision);
    assert_int_equal(found->primary, plain.primary);
    assert_int_equal(found->blocked_by, plain.blocked_by);
    assert_int_equal(found->deciding_count, plain.deciding_count);
}

void explaining_release(struct explaining *explaining)
{
    for (size_t i = 0; i < explaining->compiled_count; i++) {
        compiled_release(&explaining->compiled[i]);
    }
    pc_scratch_free(explaining->scratch);
    pc_arena_release(&explaining->arena);
}

static struct pc_str sid_of(const struct pc_explained *statement)
{
    const struct pc_image *image = statement->deciding.image;
    return pc_image_text(image, pc_image_statement(image, statement->deciding.statement)->sid);
}

const struct pc_explained *statement_of(const struct explaining *explaining, const char *sid)
{
    for (size_t i = 0; i < explaining->explanation.count; i++) {
        const struct pc_explained *statement = &explaining->explanation.statements[i];
        if (pc_str_eq(sid_of(statement), pc_str_from(sid))) {
            return statement;
        }
    }
    fail_msg("no statement %s", sid);
    return NULL;
}

static void check_text(struct pc_buf *text, const char *expected)
{
    assert_int_equal(pc_buf_status(text), PC_OK);
    pc_buf_byte(text, '\0');
    assert_string_equal(text->ptr, expected);
    pc_buf_release(text);
}

void check_miss(const struct explaining *explaining, const char *sid, const char *expected)
{
    struct pc_buf text = {0};
    pc_explained_write_miss(&text, &explaining->explanation, statement_of(explaining, sid));
    check_text(&text, expected);
}

void check_lacks(const struct explaining *explaining, const char *sid, const char *expected)
{
    struct pc_buf text = {0};
    const struct pc_explained *statement = statement_of(explaining, sid);
    for (size_t i = 0; i < pc_explained_lacks(statement); i++) {
        pc_buf_text(&text, i > 0 ? " & " : "");
        pc_explained_write_lack(&text, &explaining->explanation, statement, i);
    }
    check_text(&text, expected);
}

void check_needs(const struct explaining *explaining, const char *expected)
{
    struct pc_buf text = {0};
    for (size_t i = 0; i < explaining->explanation.need_count; i++) {
        const struct pc_explained_need *need = &explaining->explanation.needs[i];
        pc_buf_text(&text, i > 0 ? " & " : "");
        pc_explained_need_write(&text, &explaining->explanation, need);
        if (need->statement != NULL) {
            pc_buf_format(&text, " by %.*s", PC_STR_ARG(sid_of(need->statement)));
        }
    }
    if (explaining->explanation.instead != PC_STRENGTH_NONE) {
        pc_buf_text(&text, " & ");
        pc_explanation_write_instead(&text, &explaining->explanation);
    }
    check_text(&text, expected);
}
