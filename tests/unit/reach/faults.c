// SPDX-License-Identifier: Apache-2.0
//
// Without memory who can and what can end in an error, or say what they say with memory: never
// less. Variables of resources are apart: what cannot be bound is told as what depends.
#include "../account/sandbox.h"

#include "reach/what_can.h"
#include "reach/who_can.h"

// The n-th call fails, and with `forever` all that come after it; 0: none does.
static size_t fails_at;
static bool forever;
static size_t calls;

void *__real_malloc(size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_realloc(void *old, size_t size);

static bool fails(void)
{
    calls++;
    return fails_at > 0 && (calls == fails_at || (forever && calls > fails_at));
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size);
}

static const char account[] =
    "{'polcheck':1,'roles':[{'arn':'arn:aws:iam::111122223333:role/a','policies':[{'Version':"
    "'2012-10-17','Statement':[{'Effect':'Allow','Action':['s3:Get*','sqs:SendMessage'],"
    "'Resource':['arn:aws:s3:::photos/x/*','arn:aws:s3:::photos/y/*']},{'Effect':'Deny','Action':"
    "'s3:*','Resource':'*','Condition':{'Bool':{'aws:SecureTransport':'false'}}}]}]}],'users':["
    "{'arn':'arn:aws:iam::111122223333:user/b','policies':[{'Version':'2012-10-17','Statement':"
    "{'Effect':'Allow','Action':'*','Resource':'*'}}]}],'resources':[{'arn':'arn:aws:s3:::photos',"
    "'account':'111122223333','policy':{'Version':'2012-10-17','Statement':[{'Effect':'Allow',"
    "'Principal':'*','Action':'s3:GetObject','Resource':'arn:aws:s3:::photos/public/*'},{'Effect':"
    "'Allow','Principal':{'AWS':'444455556666','Service':'logs.amazonaws.com'},'Action':"
    "'s3:PutObject','Resource':'arn:aws:s3:::photos/*'}]}}]}";

struct asking {
    struct pc_asker asker;
    struct pc_arena arena;
    struct pc_diags diags;
    struct pc_request request;
    const struct pc_catalog *catalog;
};

static void write_way(struct pc_buf *out, const struct pc_way *way)
{
    pc_buf_format(out, " %s %.*s", pc_reach_text(way->reach), PC_STR_ARG(way->resource));
    for (size_t i = 0; i < way->action_count; i++) {
        pc_buf_format(out, " %.*s", PC_STR_ARG(way->actions[i]));
    }
    pc_buf_format(out, " %zu %zu %d %d\n", way->statement_count, way->except_count, way->own,
                  way->partly);
}

static enum pc_status ask_who(struct asking *asking, struct pc_buf *out)
{
    const struct pc_who_question question = {.request = &asking->request,
                                             .catalog = asking->catalog};
    struct pc_who_can found;
    PC_TRY(pc_who_can(&asking->asker, &question, &asking->arena, &asking->diags, &found));
    for (size_t i = 0; i < found.count; i++) {
        pc_buf_format(out, "%.*s %s\n", PC_STR_ARG(found.members[i].principal),
                      pc_member_kind_text(found.members[i].kind));
        for (const struct pc_way *way = found.members[i].ways; way != NULL; way = way->next) {
            write_way(out, way);
        }
    }
    return PC_OK;
}

static enum pc_status ask_what(struct asking *asking, struct pc_buf *out)
{
    const struct pc_what_question question = {.request = &asking->request,
                                              .catalog = asking->catalog};
    struct pc_what_can found;
    PC_TRY(pc_what_can(&asking->asker, &question, &asking->arena, &asking->diags, &found));
    for (size_t i = 0; i < found.count; i++) {
        write_way(out, found.ways[i]);
    }
    return PC_OK;
}

// Asks with the failing call of that number (0: none). Gives the number of calls.
static size_t ask(struct asking *asking, bool who, size_t at, enum pc_status *status,
                  struct pc_buf *out)
{
    struct pc_buf made = {0};
    pc_arena_init(&asking->arena);
    pc_diags_init(&asking->diags, &asking->arena);
    asking->request = (struct pc_request){.action = PC_STR("s3:Get*"),
                                          .resource = PC_STR("arn:aws:s3:::photos/*")};
    assert_true(
        pc_caller_parse(PC_STR("arn:aws:iam::111122223333:user/b"), &asking->request.caller));
    calls = 0;
    fails_at = at;
    *status = (who ? ask_who : ask_what)(asking, &made);
    size_t count = calls;
    fails_at = 0;
    if (*status == PC_OK) {
        *status = pc_buf_status(&made);
    }
    pc_buf_reset(out);
    pc_buf_str(out, pc_buf_view(&made));
    pc_buf_release(&made);
    pc_arena_release(&asking->arena);
    return count;
}

static void every_call_fails(struct asking *asking, bool who, struct pc_str expected, size_t count)
{
    size_t failed = 0;
    for (size_t at = 1; at <= count; at++) {
        struct pc_buf found = {0};
        enum pc_status status;
        (void)ask(asking, who, at, &status, &found);
        assert_true(status == PC_OK || status == PC_ERR_NOMEM);
        if (status == PC_OK) {
            assert_true(pc_str_eq(pc_buf_view(&found), expected));
        }
        failed += status != PC_OK;
        pc_buf_release(&found);
    }
    assert_true(failed > 0);
}

static void faults(void **state)
{
    struct sandbox *box = *state;
    struct asking asking = {.asker = {.fixed_clock = true}};
    struct pc_published published;
    struct pc_publish_options options = {.path = box->store};
    struct pc_arena kept = {0};
    sandbox_write(box, "m.json", account);
    assert_int_equal(sandbox_import_paths(box, NULL, 0), PC_OK);
    assert_int_equal(pc_publish(&box->arena, box->import, &options, &box->diags, &published),
                     PC_OK);
    assert_int_equal(pc_asker_open(&asking.asker, box->store, &box->diags), PC_OK);
    assert_int_equal(pc_catalog_builtin(&kept, &asking.catalog), PC_OK);
    for (int round = 0; round < 4; round++) {
        struct pc_buf expected = {0};
        enum pc_status status;
        bool who = round % 2 == 0;
        forever = round >= 2;
        (void)ask(&asking, who, 0, &status, &expected); // what is kept for later is there then
        size_t count = ask(&asking, who, 0, &status, &expected);
        assert_int_equal(status, PC_OK);
        assert_true(expected.len > 0);
        every_call_fails(&asking, who, pc_buf_view(&expected), count);
        pc_buf_release(&expected);
    }
    pc_arena_release(&kept);
    pc_asker_close(&asking.asker);
}

static void words_are_fixed(void **state)
{
    (void)state;
    assert_string_equal(pc_reach_text(PC_REACH_YES), "yes");
    assert_string_equal(pc_reach_text(PC_REACH_DEPENDS), "depends");
    assert_string_equal(pc_reach_text(PC_REACH_NO), "no");
    assert_string_equal(pc_reach_text((enum pc_reach)9), "no");
    assert_string_equal(pc_member_kind_text(PC_MEMBER_OTHER_ACCOUNTS), "other-accounts");
    assert_string_equal(pc_member_kind_text(PC_MEMBER_OTHER_SERVICES), "other-services");
    assert_string_equal(pc_member_kind_text((enum pc_member_kind)99), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SANDBOX_TEST(faults),
        cmocka_unit_test(words_are_fixed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
