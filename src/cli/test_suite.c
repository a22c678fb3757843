// SPDX-License-Identifier: Apache-2.0
//
// Cases that are asked of a whole account cover what it says, but cannot be asked again: their
// questions lie in its store's memory.
#include "test_suite.h"

#include "expect.h"
#include "progress.h"
#include "suite/mutation.h"
#include "test_suite_report.h"

struct pc_kept_text {
    struct pc_buf bytes;
    struct pc_kept_text *next;
};

// A run -------------------------------------------------------------------------------------------

static void forget(struct pc_test_suite *suite)
{
    for (struct pc_kept_text *text = suite->texts; text != NULL; text = text->next) {
        pc_buf_release(&text->bytes);
    }
    suite->texts = NULL;
    pc_suite_free(suite->suite);
    suite->suite = NULL;
    if (suite->runner != NULL) {
        suite->runner->hook = NULL;
    }
    pc_arena_release(&suite->arena);
}

void pc_test_suite_release(struct pc_test_suite *suite)
{
    forget(suite);
    pc_buf_release(&suite->compared);
}

// The sets of the policies, as a suite wants them: those of scp and rcp are levels.
struct gathering {
    struct pc_suite_set *sets;
    size_t count;
    const struct pc_case_used *used;
    bool all_known; // what each was compiled from
};

static void gather(struct gathering *to, enum pc_slot slot, const struct pc_image *images,
                   size_t count)
{
    for (size_t i = 0; images != NULL && i < count; i++) {
        struct pc_suite_set *set = &to->sets[to->count++];
        const struct pc_case_used *used = to->used;
        while (used != NULL && used->image != &images[i]) {
            used = used->next;
        }
        *set = (struct pc_suite_set){.slot = slot, .image = images[i]};
        if (used != NULL) {
            set->policies = used->policies;
            set->count = used->count;
        }
        to->all_known = to->all_known && used != NULL;
    }
}

static enum pc_status gather_all(struct pc_arena *arena, const struct pc_case_decided *decided,
                                 struct gathering *out)
{
    const struct pc_policies *policies = decided->policies;
    size_t most = PC_SLOTS + policies->resource_count + policies->scp_count + policies->rcp_count;
    *out = (struct gathering){.sets = pc_arena_array(arena, most, sizeof(*out->sets)),
                              .used = decided->used,
                              .all_known = true};
    if (out->sets == NULL) {
        return PC_ERR_NOMEM;
    }
    gather(out, PC_SLOT_IDENTITY, policies->identity, 1);
    gather(out, PC_SLOT_RESOURCE, policies->resource, policies->resource_count);
    gather(out, PC_SLOT_BOUNDARY, policies->boundary, 1);
    gather(out, PC_SLOT_SESSION, policies->session, 1);
    gather(out, PC_SLOT_ENDPOINT, policies->endpoint, 1);
    gather(out, PC_SLOT_SCP, policies->scp, policies->scp_count);
    gather(out, PC_SLOT_RCP, policies->rcp, policies->rcp_count);
    return PC_OK;
}

static bool expects_decision_alone(const struct pc_json *expect)
{
    return expect->count == 1 && pc_str_eq(expect->members[0].name, PC_STR("decision"));
}

// What the question lies in stays: memory that is taken over is where it was.
static enum pc_status keep_question(struct pc_test_suite *suite, struct pc_suite_question *question)
{
    struct pc_request *request = pc_arena_alloc(&suite->arena, sizeof(*request));
    if (request == NULL) {
        return PC_ERR_NOMEM;
    }
    *request = *question->request;
    question->request = request;
    pc_arena_adopt(&suite->arena, &suite->runner->arena);
    pc_arena_adopt(&suite->arena, &suite->runner->shared);
    pc_arena_adopt(&suite->arena, &suite->walk->tree);
    return PC_OK;
}

static enum pc_status take_decided(void *context, const struct pc_case_decided *decided)
{
    struct pc_test_suite *suite = context;
    struct gathering gathering;
    PC_TRY(gather_all(&suite->runner->arena, decided, &gathering));
    struct pc_suite_question question = {.sets = gathering.sets,
                                         .set_count = gathering.count,
                                         .request = decided->request,
                                         .expect = decided->expect,
                                         .brief = expects_decision_alone(decided->expect),
                                         .passing = !gathering.all_known};
    if (suite->mutate && !question.passing) {
        PC_TRY(keep_question(suite, &question));
    }
    return pc_suite_ask(suite->suite, &question);
}

enum pc_status pc_test_suite_begin(struct pc_test_suite *suite, struct pc_case_runner *runner,
                                   struct pc_case_walk *walk)
{
    forget(suite);
    if (!suite->coverage && !suite->mutate && suite->count == 0) {
        return PC_OK;
    }
    suite->runner = runner;
    suite->walk = walk;
    suite->hook = (struct pc_case_hook){take_decided, suite};
    runner->hook = &suite->hook;
    return pc_suite_new(suite->mutate, runner->flags, &suite->suite);
}

enum pc_status pc_test_suite_end_file(struct pc_test_suite *suite)
{
    if (suite->suite == NULL || !suite->mutate) {
        return PC_OK;
    }
    struct pc_kept_text *text = pc_arena_alloc(&suite->arena, sizeof(*text));
    if (text == NULL) {
        return PC_ERR_NOMEM;
    }
    *text = (struct pc_kept_text){suite->walk->bytes, suite->texts};
    suite->walk->bytes = (struct pc_buf){0};
    suite->texts = text;
    return PC_OK;
}

// What was found ----------------------------------------------------------------------------------

static bool meets(void *context, const struct pc_suite_question *question,
                  const struct pc_answer *answer)
{
    struct pc_test_suite *suite = context;
    const struct pc_reply reply = {.request = question->request, .answer = answer};
    pc_buf_reset(&suite->compared);
    pc_expect_compare(question->expect, &reply, (struct pc_expect_style){.why = false},
                      &suite->compared);
    return pc_buf_status(&suite->compared) == PC_OK && suite->compared.len == 0;
}

static enum pc_status run_mutants(struct pc_test_suite *suite, struct pc_mutation *out)
{
    struct pc_bar bar;
    const struct pc_mutation_judge judge = {
        .meets = meets, .context = suite, .progress = pc_bar_step, .progress_context = &bar};
    (void)pc_output_flush(&suite->cli->out);
    pc_bar_begin(&bar, "mutants");
    enum pc_status status = pc_mutation_run(suite->suite, &judge, &suite->arena, out);
    pc_bar_end(&bar);
    PC_TRY(status);
    return pc_buf_status(&suite->compared) == PC_ERR_NOMEM ? PC_ERR_NOMEM : PC_OK;
}

static enum pc_status end_coverage(struct pc_test_suite *suite, bool *content)
{
    struct pc_coverage coverage;
    if (!suite->coverage && suite->count == 0) {
        return PC_OK;
    }
    PC_TRY(pc_coverage_sum(suite->suite, &suite->arena, &coverage));
    PC_TRY(pc_test_suite_tell_coverage(suite, &coverage));
    *content = pc_test_suite_check_coverage(suite, &coverage) && *content;
    return pc_test_suite_write_reports(suite, &coverage);
}

static enum pc_status end_mutants(struct pc_test_suite *suite, bool *content)
{
    struct pc_mutation mutation;
    if (!suite->mutate) {
        return PC_OK;
    }
    PC_TRY(run_mutants(suite, &mutation));
    PC_TRY(pc_test_suite_tell_mutants(suite, &mutation));
    *content = pc_test_suite_check_mutants(suite, &mutation) && *content;
    return PC_OK;
}

enum pc_status pc_test_suite_end(struct pc_test_suite *suite, bool cut, bool *content)
{
    enum pc_status status = PC_OK;
    *content = true;
    if (suite->suite == NULL) {
        return PC_OK;
    }
    if (cut) {
        pc_test_suite_tell_cut(suite);
        *content = false;
    } else {
        status = end_coverage(suite, content);
        enum pc_status further = end_mutants(suite, content);
        status = status == PC_OK ? further : status;
    }
    forget(suite);
    return status;
}
