// SPDX-License-Identifier: Apache-2.0
#include "stored.h"

#define A    "arn:aws:iam::111122223333:"
#define DENY "{'Statement':{'Effect':'Deny','Action':'*','Resource':'*'}}"

// Three roles: two hold the same policies in another order, one holds one of them.
static void write_roles(struct sandbox *box)
{
    sandbox_write(box, "all.json", ALLOW_ALL);
    sandbox_write(box, "none.json", DENY);
    sandbox_write(box, "m.json",
                  "{'polcheck':1,'roles':["
                  "{'arn':'" A "role/a','policies':['all.json','none.json']},"
                  "{'arn':'" A "role/b','policies':['none.json','all.json','none.json']},"
                  "{'arn':'" A "role/c','policies':['none.json'],'trust':" TRUST_LAMBDA "}]}");
}

static void equal_sets_are_compiled_once(void **state)
{
    struct sandbox *box = *state;
    write_roles(box);
    sandbox_accept(box);
    struct pc_published published = sandbox_publish(box);
    assert_int_equal(published.sets, 3); // two of identity, one trust policy
    assert_int_equal(published.compiled, 3);
    assert_int_equal(published.reused, 0);
    assert_int_equal(published.dropped, 0);
    assert_true(published.bytes > 0);
}

static void what_did_not_change_is_not_compiled_again(void **state)
{
    struct sandbox *box = *state;
    write_roles(box);
    sandbox_accept(box);
    (void)sandbox_publish(box);

    sandbox_accept(box);
    struct pc_published published = sandbox_publish(box);
    assert_int_equal(published.sets, 3);
    assert_int_equal(published.compiled, 0);
    assert_int_equal(published.reused, 3);
    assert_int_equal(published.dropped, 0);

    sandbox_write(box, "all.json",
                  "{'Statement':{'Effect':'Allow','Action':'s3:*','Resource':'*'}}");
    sandbox_accept(box);
    published = sandbox_publish(box);
    assert_int_equal(published.sets, 3);
    assert_int_equal(published.compiled, 1); // the set of a and b
    assert_int_equal(published.reused, 2);
    assert_int_equal(published.dropped, 1);
}

// A policy that moved in its file is compiled again: answers name its line.
static void a_place_belongs_to_a_set(void **state)
{
    struct sandbox *box = *state;
    write_roles(box);
    sandbox_accept(box);
    (void)sandbox_publish(box);
    sandbox_write(box, "none.json", "\n" DENY);
    sandbox_accept(box);
    assert_int_equal(sandbox_publish(box).compiled, 2);
}

// The store holds exactly the picture: what is gone from the input is gone from it.
static void the_store_holds_the_picture(void **state)
{
    struct sandbox *box = *state;
    write_roles(box);
    sandbox_write(box, "q.json",
                  "{'polcheck':1,'resources':[{'arn':'arn:aws:s3:::b','account':'444455556666'}],"
                  "'functions':[{'arn':'arn:aws:lambda:eu-west-1:111122223333:function:f'}]}");
    sandbox_accept(box);
    (void)sandbox_publish(box);
    assert_int_equal(stored_entries(box, PC_STORE_PRINCIPALS), 3);
    assert_int_equal(stored_entries(box, PC_STORE_RESOURCES), 1);
    assert_int_equal(stored_entries(box, PC_STORE_FUNCTIONS), 1);
    assert_int_equal(stored_entries(box, PC_STORE_ACCOUNTS), 2); // that are known
    assert_int_equal(stored_entries(box, PC_STORE_LEVELS), 0);   // none is of an organisation
    assert_int_equal(stored_entries(box, PC_STORE_TREES), 3);

    assert_int_equal(unlink(sandbox_path(box, "q.json").ptr), 0);
    sandbox_write(box, "all.json", "[]");
    assert_int_equal(unlink(sandbox_path(box, "all.json").ptr), 0);
    sandbox_write(box, "m.json",
                  "{'polcheck':1,'roles':[{'arn':'" A "role/c','policies':['none.json']}]}");
    sandbox_accept(box);
    struct pc_published published = sandbox_publish(box);
    assert_int_equal(published.sets, 1);
    assert_int_equal(published.reused, 1);
    assert_int_equal(published.dropped, 2);
    assert_int_equal(stored_entries(box, PC_STORE_PRINCIPALS), 1);
    assert_int_equal(stored_entries(box, PC_STORE_RESOURCES), 0);
    assert_int_equal(stored_entries(box, PC_STORE_FUNCTIONS), 0);
    assert_int_equal(stored_entries(box, PC_STORE_ACCOUNTS), 1);
    assert_int_equal(stored_entries(box, PC_STORE_TREES), 1);
}

// Roles from `from` on, each with a policy of its own; every third one is large.
static void write_many_roles(struct sandbox *box, size_t from, size_t to)
{
    struct pc_buf text;
    pc_buf_init(&text);
    pc_buf_text(&text, "{\"polcheck\":1,\"roles\":[");
    for (size_t n = from; n < to; n++) {
        pc_buf_format(&text, "%s\n{\"arn\":\"" A "role/r%zu\",\"policies\":[", n > from ? "," : "",
                      n);
        pc_buf_text(&text, "{\"Statement\":{\"Effect\":\"Allow\",\"Resource\":\"*\",\"Action\":[");
        for (size_t i = 0; i < (n % 3 == 0 ? 1000 : 1); i++) {
            pc_buf_format(&text, "%s\"s%zu:Action%zu\"", i > 0 ? "," : "", n, i);
        }
        pc_buf_text(&text, "]}}]}");
    }
    pc_buf_text(&text, "]}");
    assert_int_equal(pc_buf_status(&text), PC_OK);
    sandbox_write_bytes(box, "m.json", text.ptr, text.len);
    pc_buf_release(&text);
    assert_int_equal(sandbox_import_paths(box, NULL, 0), PC_OK); // larger than AWS takes
}

static void publish_to(struct sandbox *box, const char *path)
{
    struct pc_published published;
    const struct pc_publish_options options = {.path = path};
    assert_int_equal(pc_publish(&box->arena, box->import, &options, &box->diags, &published),
                     PC_OK);
}

// The same picture gives the same values under the same keys, whatever was there before.
static void the_way_to_a_picture_leaves_no_trace(void **state)
{
    struct sandbox *box = *state;
    struct pc_str other = sandbox_path(box, "other");
    write_many_roles(box, 0, 90);
    publish_to(box, box->store);
    assert_int_equal(stored_entries(box, PC_STORE_TREES), 90);
    assert_int_equal(stored_values(box, PC_STORE_TREES), 4); // 90 > 2 * 32
    assert_int_equal(stored_values(box, PC_STORE_IMAGES), 30);
    write_many_roles(box, 85, 95);
    publish_to(box, other.ptr);
    write_many_roles(box, 0, 150);
    publish_to(box, other.ptr);
    write_many_roles(box, 0, 90);
    publish_to(box, other.ptr);
    stored_are_equal(box, box->store, other.ptr);
    write_many_roles(box, 0, 4);
    publish_to(box, box->store);
    assert_int_equal(stored_values(box, PC_STORE_IMAGES), 2);
    assert_int_equal(stored_values(box, PC_STORE_TREES), 1);
}

#define BAD_OPERATOR                                                                               \
    "{'Statement':{'Effect':'Allow','Action':'*','Resource':'*','Condition':\n"                    \
    "{'StringMaybe':{'aws:x':'y'}}}}"

// A compile that fails leaves the store as it was, and an error shows once however many hold it.
static void a_failure_leaves_the_store_untouched(void **state)
{
    struct sandbox *box = *state;
    struct pc_published published;
    write_roles(box);
    sandbox_accept(box);
    (void)sandbox_publish(box);
    sandbox_write(box, "none.json", BAD_OPERATOR);
    sandbox_accept(box);
    assert_int_equal(pc_publish(&box->arena, box->import,
                                &(struct pc_publish_options){.path = box->store}, &box->diags,
                                &published),
                     PC_ERR_INVALID);
    assert_int_equal(box->diags.errors, 1);
    assert_non_null(sandbox_find(box, PC_DIAG_OPERATOR_UNKNOWN, "none.json", 2, 2));
    assert_int_equal(stored_entries(box, PC_STORE_TREES), 3);
    write_roles(box);
    sandbox_accept(box);
    assert_int_equal(sandbox_publish(box).reused, 3);
}

static void a_failure_makes_no_store(void **state)
{
    struct sandbox *box = *state;
    struct pc_published published;
    write_roles(box);
    sandbox_write(box, "none.json", BAD_OPERATOR);
    sandbox_accept(box);
    assert_int_equal(pc_publish(&box->arena, box->import,
                                &(struct pc_publish_options){.path = box->store}, &box->diags,
                                &published),
                     PC_ERR_INVALID);
    assert_int_equal(access(box->store, F_OK), -1);
}

static void without_a_path_nothing_is_written(void **state)
{
    struct sandbox *box = *state;
    struct pc_published published;
    write_roles(box);
    sandbox_accept(box);
    assert_int_equal(pc_publish(&box->arena, box->import,
                                &(struct pc_publish_options){.path = NULL}, &box->diags,
                                &published),
                     PC_OK);
    assert_int_equal(published.compiled, 3);
    assert_int_equal(published.bytes, 0);
    assert_int_equal(access(box->store, F_OK), -1);
}

// A managed policy that nobody holds is compiled for its errors, and not stored.
static void policies_of_nobody_are_checked(void **state)
{
    struct sandbox *box = *state;
    struct pc_published published;
    sandbox_write(box, "m.json",
                  "{'polcheck':1,'policies':[{'arn':'" A "policy/p','policy':" ALLOW_ALL "}],"
                  "'roles':[{'arn':'" A "role/r'}]}");
    sandbox_accept(box);
    published = sandbox_publish(box);
    assert_int_equal(published.sets, 1); // the empty set of the role
    assert_int_equal(stored_entries(box, PC_STORE_TREES), 1);
    sandbox_write(box, "m.json",
                  "{'polcheck':1,'policies':[{'arn':'" A "policy/p','policy':" BAD_OPERATOR "}]}");
    sandbox_accept(box);
    assert_int_equal(pc_publish(&box->arena, box->import,
                                &(struct pc_publish_options){.path = box->store}, &box->diags,
                                &published),
                     PC_ERR_INVALID);
    assert_non_null(sandbox_find(box, PC_DIAG_OPERATOR_UNKNOWN, "m.json", 2, 2));
}

// Warnings of the compiler show at every compile, also of policies that did not change.
static void warnings_show_again(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "m.json",
                  "{'polcheck':1,'roles':[{'arn':'" A "role/r','policies':[{'Version':'2012-10-17',"
                  "'Statement':{'Effect':'Allow','Action':'*','Resource':'*','Condition':"
                  "{'ForAnyValue:Null':{'aws:x':'true'}}}}]}]}");
    assert_int_equal(sandbox_import_paths(box, NULL, 0), PC_OK);
    (void)sandbox_publish(box);
    size_t warnings = box->diags.warnings;
    assert_true(warnings > 0);
    assert_int_equal(sandbox_import_paths(box, NULL, 0), PC_OK);
    (void)sandbox_publish(box);
    assert_int_equal(box->diags.warnings, warnings);
}

static void a_folder_of_other_things_is_not_a_store(void **state)
{
    struct sandbox *box = *state;
    struct pc_published published;
    write_roles(box);
    sandbox_accept(box);
    assert_int_equal(pc_publish(&box->arena, box->import,
                                &(struct pc_publish_options){.path = box->folder}, &box->diags,
                                &published),
                     PC_ERR_INVALID);
    assert_int_equal(box->diags.last->code, PC_DIAG_STORE_NOT_STORE);
}

struct steps {
    size_t calls, done, total;
};

static void count_step(void *context, size_t done, size_t total)
{
    struct steps *steps = context;
    assert_true(done > steps->done);
    *steps = (struct steps){steps->calls + 1, done, total};
}

static void progress_ends_with_the_last_set(void **state)
{
    struct sandbox *box = *state;
    struct pc_published published;
    struct steps steps = {0, 0, 0};
    const struct pc_progress progress = {count_step, &steps};
    write_roles(box);
    sandbox_accept(box);
    assert_int_equal(
        pc_publish(&box->arena, box->import,
                   &(struct pc_publish_options){.path = box->store, .progress = &progress},
                   &box->diags, &published),
        PC_OK);
    assert_true(steps.calls > 0);
    assert_int_equal(steps.done, 3);
    assert_int_equal(steps.total, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SANDBOX_TEST(equal_sets_are_compiled_once),
        SANDBOX_TEST(what_did_not_change_is_not_compiled_again),
        SANDBOX_TEST(a_place_belongs_to_a_set),
        SANDBOX_TEST(the_store_holds_the_picture),
        SANDBOX_TEST(the_way_to_a_picture_leaves_no_trace),
        SANDBOX_TEST(a_failure_leaves_the_store_untouched),
        SANDBOX_TEST(a_failure_makes_no_store),
        SANDBOX_TEST(without_a_path_nothing_is_written),
        SANDBOX_TEST(policies_of_nobody_are_checked),
        SANDBOX_TEST(warnings_show_again),
        SANDBOX_TEST(a_folder_of_other_things_is_not_a_store),
        SANDBOX_TEST(progress_ends_with_the_last_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
