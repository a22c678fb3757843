// SPDX-License-Identifier: Apache-2.0
//
// Memory that runs out at whichever call: the explanation fails, and what it holds denies.
#include "explaining.h"

#include "../base/faults.h"

enum {
    MOST_CALLS = 100,
};

// Many statements with conditions, so that what is kept of them has to grow.
static void write_statements(struct pc_buf *out)
{
    for (unsigned i = 0; i < 200; i++) {
        pc_buf_format(out, "%s{'Effect':'Allow','Action':'s3:*','Resource':'*','Condition':{",
                      i > 0 ? "," : "");
        pc_buf_format(out, "'StringEquals':{'ex:a':'%u','ex:b':'%u'}}}", i, i);
    }
    pc_buf_text(out, ",{'Effect':'Allow','Action':'s3:Get*','Resource':'*'}");
    pc_buf_byte(out, '\0');
}

static enum pc_status explain_with(struct explaining *explaining, size_t calls,
                                   struct pc_explanation *out)
{
    struct pc_arena arena = {0};
    allocations_left = calls;
    const struct pc_explain_question question = {&explaining->policies, &explaining->request, 0,
                                                 explaining->scratch};
    enum pc_status status = pc_explain(&arena, &question, out);
    allocations_left = SIZE_MAX;
    pc_arena_release(&arena);
    return status;
}

static void without_memory_it_is_denied(void **state)
{
    (void)state;
    struct explaining explaining;
    struct pc_explanation explanation;
    struct pc_buf statements = {0};
    size_t calls = 0;
    write_statements(&statements);
    const struct asked asked = {.identity = statements.ptr, .boundary = ALLOW_ALL};
    explain(&explaining, &asked);
    assert_int_equal(explaining.answer.decision, PC_DECISION_ALLOWED);
    for (; calls < MOST_CALLS; calls++) {
        enum pc_status status = explain_with(&explaining, calls, &explanation);
        if (status == PC_OK) {
            break;
        }
        assert_int_equal(status, PC_ERR_NOMEM);
        assert_int_equal(explanation.answer.decision, PC_DECISION_IMPLICIT_DENY);
        assert_int_equal(explanation.answer.deciding_count, 0);
    }
    assert_in_range(calls, 2, MOST_CALLS - 1);
    assert_int_equal(explanation.answer.decision, PC_DECISION_ALLOWED);
    explaining_release(&explaining);
    pc_buf_release(&statements);
}

// The same where it is the needs of a denied request that find no room.
static void without_memory_for_needs_it_is_denied(void **state)
{
    (void)state;
    struct explaining explaining;
    struct pc_explanation explanation;
    const struct asked asked = {.identity = "{'Effect':'Deny','Action':'*','Resource':'*'}"};
    explain(&explaining, &asked);
    assert_int_equal(explain_with(&explaining, 0, &explanation), PC_ERR_NOMEM);
    assert_int_equal(explanation.answer.decision, PC_DECISION_IMPLICIT_DENY);
    explaining_release(&explaining);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_memory_it_is_denied),
        cmocka_unit_test(without_memory_for_needs_it_is_denied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
