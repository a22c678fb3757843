// SPDX-License-Identifier: Apache-2.0
#include "case_run.h"

#include "expect.h"
#include "explanation.h"
#include "match/key.h"

enum pc_status pc_case_runner_init(struct pc_case_runner *runner)
{
    *runner = (struct pc_case_runner){.no_index = false};
    pc_arena_init(&runner->arena);
    pc_arena_init(&runner->shared);
    PC_TRY(pc_scratch_new(&runner->scratch));
    return pc_scratch_new(&runner->without);
}

void pc_case_runner_release(struct pc_case_runner *runner)
{
    pc_scratch_free(runner->scratch);
    pc_scratch_free(runner->without);
    pc_arena_release(&runner->arena);
    pc_arena_release(&runner->shared);
    pc_buf_release(&runner->actual);
    pc_buf_release(&runner->reasons);
    pc_buf_release(&runner->differences);
    pc_buf_release(&runner->explanation);
    *runner = (struct pc_case_runner){0};
}

// Do two answers say the same? The order of their lists does not count.
static bool has_deciding(const struct pc_answer *answer, const struct pc_deciding *deciding)
{
    for (size_t i = 0; i < answer->deciding_count; i++) {
        const struct pc_deciding *other = &answer->deciding[i];
        if (other->slot == deciding->slot && other->image == deciding->image &&
            other->statement == deciding->statement) {
            return true;
        }
    }
    return false;
}

static bool has_missing(const struct pc_answer *answer, struct pc_str key)
{
    for (size_t i = 0; i < answer->missing_count; i++) {
        if (pc_key_eq(answer->missing[i], key)) {
            return true;
        }
    }
    return false;
}

static bool agree(const struct pc_answer *a, const struct pc_answer *b)
{
    if (a->decision != b->decision || a->primary != b->primary || a->blocked_by != b->blocked_by ||
        a->deciding_count != b->deciding_count || a->missing_count != b->missing_count) {
        return false;
    }
    for (size_t i = 0; i < a->deciding_count; i++) {
        if (!has_deciding(b, &a->deciding[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < a->missing_count; i++) {
        if (!has_missing(b, a->missing[i])) {
            return false;
        }
    }
    return true;
}

static enum pc_status decide(struct pc_case_runner *runner, const struct pc_request *request,
                             const struct pc_policies *policies, struct pc_diags *diags,
                             struct pc_answer *answer)
{
    struct pc_answer indexed;
    PC_TRY(
        pc_decide(policies, request, runner->flags | PC_DECIDE_NO_INDEX, runner->without, answer));
    if (runner->no_index) {
        return PC_OK;
    }
    PC_TRY(pc_decide(policies, request, runner->flags, runner->scratch, &indexed));
    if (!agree(answer, &indexed)) {
        pc_diag_report(diags, PC_DIAG_INTERNAL, (struct pc_place){.file = PC_STR("")},
                       "with the index of actions the answer is %s, without it %s, or the two "
                       "differ in their reasons",
                       pc_decision_text(indexed.decision), pc_decision_text(answer->decision));
        return PC_ERR_INTERNAL;
    }
    *answer = indexed;
    return PC_OK;
}

static void forget_result(struct pc_case_runner *runner)
{
    pc_buf_reset(&runner->actual);
    pc_buf_reset(&runner->reasons);
    pc_buf_reset(&runner->differences);
    pc_buf_reset(&runner->explanation);
}

// The question failed: what it says instead of an answer.
static void tell_failure(struct pc_case_runner *runner, enum pc_status status,
                         const struct pc_diags *diags)
{
    struct pc_json_writer writer;
    forget_result(runner);
    pc_json_writer_init(&writer, &runner->actual, false);
    pc_reply_write_error(&writer, PC_STR(""), status, diags);
}

// A question that was answered otherwise than expected: how the answer came about.
static enum pc_status explain(struct pc_case_runner *runner, const struct pc_case_decided *decided)
{
    const struct pc_explanation_question question = {.policies = decided->policies,
                                                     .request = decided->request,
                                                     .flags = decided->flags,
                                                     .scratch = decided->scratch,
                                                     .arena = &runner->arena};
    const struct pc_explanation_style style = {
        .color = runner->color, .no_verdict = true, .indent = 2};
    return pc_explanation_append(&runner->explanation, &question, &style);
}

static enum pc_status show(struct pc_case_runner *runner, const struct pc_case_decided *decided)
{
    if (runner->hook != NULL) {
        PC_TRY(runner->hook->decided(runner->hook->context, decided));
    }
    return decided->as_expected ? PC_OK : explain(runner, decided);
}

// Asks, and says what is not as expected.
static enum pc_status ask(struct pc_case_runner *runner, const struct pc_case_source *source,
                          const struct pc_case *subject, struct pc_place place)
{
    struct pc_request request;
    struct pc_policies policies;
    struct pc_answer answer;
    struct pc_json_writer writer;
    const struct pc_case_used *used = NULL;
    struct pc_case_source watched = *source;
    watched.used = runner->hook != NULL ? &used : NULL;
    PC_TRY(pc_case_prepare(&watched, subject, runner->now, &request, &policies));
    PC_TRY(decide(runner, &request, &policies, source->diags, &answer));
    const struct pc_reply reply = {.request = &request, .answer = &answer};
    pc_json_writer_init(&writer, &runner->actual, false);
    pc_reply_write_json(&writer, &reply);
    pc_expect_compare(subject->expect, &reply, (struct pc_expect_style){.why = true},
                      &runner->reasons);
    bool as_expected = runner->reasons.len == 0;
    if (!as_expected) {
        pc_expect_compare(subject->expect, &reply, (struct pc_expect_style){.color = runner->color},
                          &runner->differences);
    }
    const struct pc_case_decided decided = {
        .policies = &policies,
        .request = &request,
        .answer = &answer,
        .scratch = runner->scratch,
        .flags = runner->flags,
        .place = place,
        .name = subject->name,
        .expect = subject->expect,
        .used = used,
        .as_expected = as_expected,
    };
    PC_TRY(show(runner, &decided));
    return pc_case_check(source, subject); // last: all of it read what may be another's by now
}

static enum pc_status name_case(struct pc_case_runner *runner, const struct pc_case *subject,
                                struct pc_case_result *result)
{
    result->name = subject->name;
    if (subject->name.len > 0) {
        return PC_OK;
    }
    return pc_arena_format(&runner->arena, &result->name, "case of line %u",
                           (unsigned)result->place.line);
}

static bool is_wanted(struct pc_case_runner *runner, struct pc_str name)
{
    bool wanted = runner->wanted == NULL || runner->wanted(runner->wanted_context, name);
    runner->left_out += !wanted;
    return wanted;
}

// Runs what was read, or failed to be (status), and hands the result on.
static enum pc_status run_one(struct pc_case_runner *runner, const struct pc_case_source *source,
                              const struct pc_case *subject, struct pc_case_result *result,
                              enum pc_status status)
{
    // A case that is malformed fails, whatever it expects.
    if (status == PC_OK) {
        status = pc_expect_check(source, subject->expect, result->place);
    }
    bool sound = status == PC_OK;
    if (sound) {
        status = ask(runner, source, subject, result->place);
    }
    if (status == PC_ERR_NOMEM) {
        return status;
    }
    if (status != PC_OK && source->diags->errors == 0) {
        pc_diag_report_status(source->diags, status, result->place);
    }
    if (status != PC_OK) {
        tell_failure(runner, status, source->diags);
        pc_expect_compare_failure(sound ? subject->expect : NULL, source->diags, &runner->reasons);
    }
    PC_TRY(pc_buf_status(&runner->actual));
    PC_TRY(pc_buf_status(&runner->reasons));
    PC_TRY(pc_buf_status(&runner->differences));
    PC_TRY(pc_buf_status(&runner->explanation));
    result->passed = runner->reasons.len == 0;
    result->expected = subject->expect;
    result->actual = pc_buf_view(&runner->actual);
    result->reasons = pc_buf_view(&runner->reasons);
    result->differences = pc_buf_view(&runner->differences);
    result->explanation = pc_buf_view(&runner->explanation);
    return PC_OK;
}

// Reads the case, or the row of a table, runs it and hands the result on.
static enum pc_status run_subject(struct pc_case_runner *runner, struct pc_case_source source,
                                  const struct pc_case *table, const struct pc_json *json,
                                  const struct pc_case_sink *sink)
{
    struct pc_diags diags;
    struct pc_case subject = {.name = PC_STR("")};
    struct pc_case_result result = {.place = pc_json_place(source.file, json)};
    pc_arena_reset(&runner->arena);
    forget_result(runner);
    pc_diags_init(&diags, &runner->arena);
    source.arena = &runner->arena;
    source.diags = &diags;
    enum pc_status status = table != NULL ? pc_case_row(&source, table, json, &subject)
                                          : pc_case_read(&source, json, &subject);
    PC_TRY(name_case(runner, &subject, &result));
    bool malformed_table = subject.rows != NULL; // nobody knows the names of its rows
    if (!malformed_table && !is_wanted(runner, result.name)) {
        return PC_OK;
    }
    PC_TRY(run_one(runner, &source, &subject, &result, status));
    return sink->take(sink->context, &result);
}

// Is it a table that can be read, so that its rows are what is run?
static enum pc_status read_table(struct pc_case_runner *runner, struct pc_case_source source,
                                 const struct pc_json *json, struct pc_case *table, bool *is)
{
    struct pc_diags diags; // a table that cannot be read fails as a case does
    pc_arena_reset(&runner->shared);
    pc_diags_init(&diags, &runner->shared);
    source.arena = &runner->shared;
    source.diags = &diags;
    enum pc_status status = pc_case_read(&source, json, table);
    if (status == PC_OK && table->expect != NULL) {
        status = pc_expect_check(&source, table->expect, pc_json_place(source.file, json));
    }
    *is = status == PC_OK && table->rows != NULL;
    return status == PC_ERR_NOMEM ? status : PC_OK;
}

enum pc_status pc_case_run(struct pc_case_runner *runner, const struct pc_json_source *text,
                           const struct pc_json *json, const struct pc_case_sink *sink)
{
    struct pc_case table;
    struct pc_case_sets sets = {&runner->shared, NULL};
    const struct pc_case_source source = {.file = text->file,
                                          .text = text->text,
                                          .loader = runner->loader,
                                          .accounts = runner->accounts};
    bool is_table = false;
    if (pc_json_get(json, PC_STR("rows")) != NULL) {
        PC_TRY(read_table(runner, source, json, &table, &is_table));
    }
    if (!is_table) {
        return run_subject(runner, source, NULL, json, sink);
    }
    table.sets = &sets;
    for (size_t i = 0; i < table.rows->count; i++) {
        PC_TRY(run_subject(runner, source, &table, &table.rows->items[i], sink));
    }
    return PC_OK;
}
