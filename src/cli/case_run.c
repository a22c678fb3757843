// SPDX-License-Identifier: Apache-2.0
#include "case_run.h"

#include "expect.h"
#include "match/key.h"

enum pc_status pc_case_runner_init(struct pc_case_runner *runner)
{
    pc_arena_init(&runner->arena);
    PC_TRY(pc_scratch_new(&runner->scratch));
    return pc_scratch_new(&runner->without);
}

void pc_case_runner_release(struct pc_case_runner *runner)
{
    pc_scratch_free(runner->scratch);
    pc_scratch_free(runner->without);
    pc_arena_release(&runner->arena);
    pc_buf_release(&runner->actual);
    pc_buf_release(&runner->reasons);
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

// The question failed: what it says instead of an answer.
static void tell_failure(struct pc_case_runner *runner, enum pc_status status,
                         const struct pc_diags *diags)
{
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, &runner->actual, false);
    pc_reply_write_error(&writer, PC_STR(""), status, diags);
}

// Asks, and says what is not as expected.
static enum pc_status ask(struct pc_case_runner *runner, const struct pc_case_source *source,
                          const struct pc_case *subject)
{
    struct pc_request request;
    struct pc_policies policies;
    struct pc_answer answer;
    struct pc_json_writer writer;
    PC_TRY(pc_case_prepare(source, subject, runner->now, &request, &policies));
    PC_TRY(decide(runner, &request, &policies, source->diags, &answer));
    const struct pc_reply reply = {.request = &request, .answer = &answer};
    pc_json_writer_init(&writer, &runner->actual, false);
    pc_reply_write_json(&writer, &reply);
    pc_expect_compare(subject->expect, &reply, &runner->reasons);
    return PC_OK;
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

enum pc_status pc_case_run(struct pc_case_runner *runner, const struct pc_json_source *text,
                           const struct pc_json *json, struct pc_case_result *result)
{
    struct pc_diags diags;
    struct pc_case subject = {.name = PC_STR("")};
    pc_arena_reset(&runner->arena);
    pc_buf_reset(&runner->actual);
    pc_buf_reset(&runner->reasons);
    pc_diags_init(&diags, &runner->arena);
    const struct pc_case_source source = {&runner->arena, text->file, text->text, &diags};
    *result = (struct pc_case_result){.place = pc_json_place(text->file, json)};

    // A case that is malformed fails, whatever it expects.
    enum pc_status status = pc_case_read(&source, json, &subject);
    if (status == PC_OK) {
        status = pc_expect_check(&source, subject.expect, result->place);
    }
    bool sound = status == PC_OK;
    if (sound) {
        status = ask(runner, &source, &subject);
    }
    if (status == PC_ERR_NOMEM) {
        return status;
    }
    if (status != PC_OK) {
        tell_failure(runner, status, &diags);
        pc_expect_compare_failure(sound ? subject.expect : NULL, &diags, &runner->reasons);
    }
    PC_TRY(name_case(runner, &subject, result));
    PC_TRY(pc_buf_status(&runner->actual));
    PC_TRY(pc_buf_status(&runner->reasons));
    result->passed = runner->reasons.len == 0;
    result->expected = subject.expect;
    result->actual = pc_buf_view(&runner->actual);
    result->reasons = pc_buf_view(&runner->reasons);
    return PC_OK;
}
