// SPDX-License-Identifier: Apache-2.0
//
// Updates of a store: what they come to is what a compile of everything would have come to, and
// what they would leave behind in silence they refuse.
#include "stored.h"

#include "shards.h"

#define A        "arn:aws:iam::111122223333:"
#define FN       "arn:aws:lambda:eu-west-1:111122223333:function:f"
#define DENY_ALL "{'Statement':{'Effect':'Deny','Action':'*','Resource':'*'}}"
#define ALLOW_S3 "{'Statement':{'Effect':'Allow','Action':'s3:*','Resource':'*'}}"
#define MANY     100

static const char organization[] =
    "{'polcheck':1,'organization':{'levels':[{'id':'r-1','scp':[" ALLOW_ALL "],'rcp':[]},"
    "{'id':'ou-1','parent':'r-1','scp':[" ALLOW_ALL "]}],"
    "'accounts':[{'id':'111122223333','parent':'ou-1','scp':[" ALLOW_ALL "]}]}}";
static const char shared[] =
    "{'polcheck':1,'policies':[{'arn':'" A "policy/shared','policy':" ALLOW_S3 "}],"
    "'groups':[{'arn':'" A "group/devs','policies':['" A "policy/shared'," ALLOW_ALL "]}]}";
static const char people[] = "{'polcheck':1,'users':[{'arn':'" A "user/alice','groups':['devs']}],"
                             "'roles':[{'arn':'" A "role/r1','policies':['" A "policy/shared']}]}";
static const char things[] =
    "{'polcheck':1,'resources':[{'arn':'arn:aws:s3:::b','account':'111122223333','tags':{'a':'1'}},"
    "{'arn':'arn:aws:s3:::b/k','account':'111122223333','tags':{'k':'1'}}],"
    "'functions':[{'arn':'" FN "','environment':['X']}]}";

// MANY roles that share a policy with nobody, so that there are several shards.
static void write_crowd(struct sandbox *box)
{
    struct pc_buf text;
    pc_buf_init(&text);
    pc_buf_text(&text, "{\"polcheck\":1,\"roles\":[");
    for (size_t n = 0; n < MANY; n++) {
        pc_buf_format(&text,
                      "%s\n{\"arn\":\"" A
                      "role/crowd%zu\",\"policies\":[{\"Statement\":{\"Effect\":"
                      "\"Allow\",\"Action\":\"*\",\"Resource\":\"arn:aws:s3:::b%zu\"}}]}",
                      n > 0 ? "," : "", n, n);
    }
    pc_buf_text(&text, "]}");
    assert_int_equal(pc_buf_status(&text), PC_OK);
    sandbox_write_bytes(box, "crowd.json", text.ptr, text.len);
    pc_buf_release(&text);
}

static int open_world(void **state)
{
    int failed = sandbox_open(state);
    struct sandbox *box = *state;
    if (failed == 0) {
        write_crowd(box);
        sandbox_write(box, "organization.json", organization);
        sandbox_write(box, "shared.json", shared);
        sandbox_write(box, "people.json", people);
        sandbox_write(box, "things.json", things);
        sandbox_accept(box);
        (void)sandbox_publish(box);
    }
    return failed;
}

// Updates the store with these files of the folder, separated by spaces, and without these ARNs.
static enum pc_status update(struct sandbox *box, const char *names, const char *removed,
                             struct pc_published *out)
{
    struct pc_str words[8], paths[8], arns[8];
    size_t count = 0, gone = 0;
    if (names[0] != '\0') {
        size_t found = pc_str_split(pc_str_from(names), ' ', words, 8);
        for (; count < found; count++) {
            struct pc_str name;
            assert_int_equal(pc_arena_copy(&box->arena, words[count], &name), PC_OK);
            paths[count] = sandbox_path(box, name.ptr);
        }
    }
    if (removed[0] != '\0') {
        gone = pc_str_split(pc_str_from(removed), ' ', arns, 8);
    }
    pc_diags_init(&box->diags, &box->arena);
    const struct pc_import_input input = {paths, count, box->jobs};
    assert_int_equal(pc_import_paths(&box->arena, &input, &box->diags, &box->import), PC_OK);
    const struct pc_publish_options options = {
        .path = box->store, .update = true, .removed = arns, .removed_count = gone};
    return pc_publish(&box->arena, box->import, &options, &box->diags, out);
}

static struct pc_published accept(struct sandbox *box, const char *names, const char *removed)
{
    struct pc_published published;
    enum pc_status status = update(box, names, removed, &published);
    if (status != PC_OK) {
        sandbox_show(box);
    }
    assert_int_equal(status, PC_OK);
    return published;
}

// The store holds what a compile of the whole folder makes.
static void expect_as_compiled(struct sandbox *box)
{
    struct pc_published published;
    struct pc_str other = sandbox_path(box, "other");
    sandbox_accept(box);
    assert_int_equal(pc_publish(&box->arena, box->import,
                                &(struct pc_publish_options){.path = other.ptr}, &box->diags,
                                &published),
                     PC_OK);
    stored_are_equal(box, box->store, other.ptr);
}

static void a_role_is_replaced(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "people.json",
                  "{'polcheck':1,'users':[{'arn':'" A "user/alice','groups':['devs']}],"
                  "'roles':[{'arn':'" A "role/r1','policies':[" DENY_ALL "],'boundary':" ALLOW_S3
                  ",'trust':" TRUST_LAMBDA ",'tags':{'a':'b'}}]}");
    struct pc_published published = accept(box, "people.json shared.json", "");
    assert_int_equal(published.sets, 4); // identity, boundary and trust of r1, identity of alice
    assert_int_equal(published.compiled, 3);
    assert_int_equal(published.dropped, 1); // that of r1
    expect_as_compiled(box);
    // And back: what nobody holds any more is gone.
    sandbox_write(box, "people.json", people);
    assert_int_equal(accept(box, "people.json shared.json", "").dropped, 3);
    expect_as_compiled(box);
    assert_int_equal(accept(box, "people.json shared.json", "").dropped, 0);
    expect_as_compiled(box);
}

static void new_things_come(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(
        box, "more.json",
        "{'polcheck':1,'policies':[{'arn':'" A "policy/new','policy':" ALLOW_ALL "}],"
        "'groups':[{'arn':'" A "group/new','policies':['" A "policy/new']}],"
        "'users':[{'arn':'" A "user/bob','groups':['new']},"
        "{'arn':'arn:aws:iam::444455556666:user/eve'}],"
        "'resources':[{'arn':'arn:aws:s3:::c','account':'444455556666','policy':"
        "{'Statement':{'Effect':'Allow','Principal':'*','Action':'*','Resource':'*'}}}]}");
    (void)accept(box, "more.json", "");
    expect_as_compiled(box);
    assert_int_equal(stored_entries(box, PC_STORE_ACCOUNTS), 2);
    assert_int_equal(stored_entries(box, PC_STORE_LEVELS), 1); // eve's is not of the organisation
}

static void things_are_replaced_whole(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "things.json",
                  "{'polcheck':1,'resources':[{'arn':'arn:aws:s3:::b','account':'444455556666',"
                  "'policy':{'Statement':{'Effect':'Allow','Principal':'*','Action':'*','Resource':"
                  "'*'}}},{'arn':'arn:aws:s3:::b/k','account':'444455556666'}],"
                  "'functions':[{'arn':'" FN "','environment':['Y','Z']}]}");
    (void)accept(box, "things.json", "");
    expect_as_compiled(box);
}

// An account that a role merely lies in keeps its levels.
static void guard_rails_stay(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "people.json",
                  "{'polcheck':1,'users':[{'arn':'" A "user/alice'}],'roles':[{'arn':'" A
                  "role/r1'}]}");
    (void)accept(box, "people.json", "");
    assert_int_equal(stored_entries(box, PC_STORE_LEVELS), 1);
    expect_as_compiled(box);
}

// An account's own level is its alone; those above it are there in the same words.
static void an_account_is_replaced(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "organization.json",
                  "{'polcheck':1,'organization':{'levels':[{'id':'r-1','scp':[" ALLOW_ALL
                  "],'rcp':[]},{'id':'ou-1','parent':'r-1','scp':[" ALLOW_ALL "]}],"
                  "'accounts':[{'id':'111122223333','parent':'r-1','scp':[" ALLOW_S3 "]},"
                  "{'id':'444455556666','parent':'ou-1','management':true}]}}");
    (void)accept(box, "organization.json", "");
    expect_as_compiled(box);
}

static void things_go(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "people.json",
                  "{'polcheck':1,'users':[{'arn':'" A "user/alice','groups':['devs']}]}");
    sandbox_write(box, "things.json",
                  "{'polcheck':1,'resources':[{'arn':'arn:aws:s3:::b','account':'111122223333',"
                  "'tags':{'a':'1'}}]}");
    (void)accept(box, "", A "role/r1 arn:aws:s3:::b/k " FN " " A "role/r1");
    expect_as_compiled(box);
}

// A role shrinks the directories below what they were parted for.
static void many_go_and_come(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "new.json", "{'polcheck':1,'roles':[{'arn':'" A "role/crowd1'}]}");
    (void)accept(box, "new.json",
                 A "role/crowd2 " A "role/crowd3 " A "role/crowd4 " A "role/crowd5");
    assert_int_equal(stored_entries(box, PC_STORE_PRINCIPALS), MANY + 2 - 4);
    (void)accept(box, "crowd.json", "");
    assert_int_equal(unlink(sandbox_path(box, "new.json").ptr), 0);
    expect_as_compiled(box);
}

static void refuse(struct sandbox *box, const char *names, enum pc_diag_code code)
{
    struct pc_published published;
    size_t shards = stored_values(box, PC_STORE_TREES);
    assert_int_equal(update(box, names, "", &published), PC_ERR_INVALID);
    assert_int_equal(box->diags.errors, 1);
    assert_int_equal(box->diags.last->code, code);
    assert_int_equal(stored_values(box, PC_STORE_TREES), shards);
}

// r1 and alice would stay on the old text.
static void shared_definitions_stay(void **state)
{
    struct sandbox *box = *state;
    static const char *const texts[] = {
        "{'polcheck':1,'policies':[{'arn':'" A "policy/shared','policy':" DENY_ALL "}]}",
        "{'polcheck':1,'groups':[{'arn':'" A "group/devs','policies':[" ALLOW_ALL "]}]}",
        "{'polcheck':1,'groups':[{'arn':'" A "group/devs'}]}",
        // An organisation whose levels say other things, or reach another root.
        "{'polcheck':1,'organization':{'levels':[{'id':'r-1','scp':[" ALLOW_S3 "],'rcp':[]}]}}",
        "{'polcheck':1,'organization':{'levels':[{'id':'r-1','scp':[" ALLOW_ALL "]}]}}",
        "{'polcheck':1,'organization':{'accounts':[{'id':'111122223333'}]}}",
        "{'polcheck':1,'organization':{'levels':[{'id':'r-2'}],"
        "'accounts':[{'id':'111122223333','parent':'r-2'}]}}",
        "{'polcheck':1,'organization':{'levels':[{'id':'r-1','scp':[" ALLOW_ALL "],'rcp':[]},"
        "{'id':'ou-2','parent':'r-1'},{'id':'ou-1','parent':'ou-2','scp':[" ALLOW_ALL "]}]}}",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        sandbox_write(box, "new.json", texts[i]);
        refuse(box, "new.json", PC_DIAG_UPDATE_SHARED);
        assert_int_equal(box->diags.last->place.line, 1);
    }
    assert_int_equal(unlink(sandbox_path(box, "new.json").ptr), 0);
    expect_as_compiled(box);
}

// Without SCPs a level restricts nothing; with an empty list of them it allows nothing.
static void an_empty_list_is_not_none(void **state)
{
    struct sandbox *box = *state;
    static const char text[] =
        "{'polcheck':1,'organization':{'levels':[{'id':'r-1','scp':[" ALLOW_ALL
        "],'rcp':[]},{'id':'ou-2','parent':'r-1'@}]}}";
    sandbox_write_with(box, "new.json", text, "");
    (void)accept(box, "new.json", "");
    sandbox_write_with(box, "new.json", text, ",'scp':[]");
    refuse(box, "new.json", PC_DIAG_UPDATE_SHARED);
}

// The same definition in other words of JSON, and at another place.
static void white_space_is_no_change(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "new.json",
                  "\n{'polcheck':1,'groups':[{'arn':'" A "group/devs','policies':[" ALLOW_ALL ",'" A
                  "policy/shared']}],'policies':[{'arn':'" A
                  "policy/shared','policy':{\n'Statement' : {'Effect':'Allow',\t"
                  "'Action':'s3:*', 'Resource':'*'} }}],"
                  "'users':[{'arn':'" A "user/carol','groups':['devs']}]}");
    (void)accept(box, "new.json", "");
    assert_int_equal(stored_entries(box, PC_STORE_PRINCIPALS), MANY + 3);
    // White space in a string is a change, also behind a quotation mark that ends none.
    static const char text[] = "{'polcheck':1,'policies':[{'arn':'" A
                               "policy/new','policy':{'Statement':{'Effect':'Allow',"
                               "'Action':'s3:*','Resource':'arn:aws:s3:::b/\\'x@y'}}}]}";
    struct pc_published published;
    sandbox_write_with(box, "new.json", text, "");
    (void)accept(box, "new.json", "");
    sandbox_write_with(box, "new.json", text, " ");
    assert_int_equal(update(box, "new.json", "", &published), PC_ERR_INVALID);
    assert_int_equal(box->diags.last->code, PC_DIAG_UPDATE_SHARED);
}

static void what_is_not_there_cannot_go(void **state)
{
    struct sandbox *box = *state;
    struct pc_published published;
    static const char *const unknown[] = {A "role/none", A "role/p/r1",       A "role/R1",
                                          A "user/r1",   "arn:aws:s3:::none", "r1"};
    for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
        assert_int_equal(update(box, "", unknown[i], &published), PC_ERR_NOTFOUND);
        assert_int_equal(box->diags.errors, 1);
        assert_int_equal(box->diags.last->code, PC_DIAG_PRINCIPAL_UNKNOWN);
    }
    assert_int_equal(update(box, "people.json shared.json", A "role/r1", &published),
                     PC_ERR_INVALID);
    assert_int_equal(box->diags.last->code, PC_DIAG_USAGE);
    expect_as_compiled(box);
}

static void an_update_needs_a_sound_store(void **state)
{
    struct sandbox *box = *state;
    struct pc_published published;
    struct stored_value broken = {PC_STORE_SETS, PC_STR("\0\0\0\0"), PC_STR("nonsense")};
    assert_int_equal(stored_values(box, PC_STORE_SETS), 2); // and which has the role's is chance
    assert_int_equal(pc_store_update(pc_str_from(box->store), &box->diags, stored_put, &broken),
                     PC_OK);
    broken.key = PC_STR("\0\0\0\1");
    assert_int_equal(pc_store_update(pc_str_from(box->store), &box->diags, stored_put, &broken),
                     PC_OK);
    sandbox_write(box, "people.json", "{'polcheck':1,'roles':[{'arn':'" A "role/crowd1'}]}");
    assert_int_equal(update(box, "people.json", "", &published), PC_ERR_DAMAGED);
    assert_int_equal(box->diags.errors, 1);
    assert_int_equal(box->diags.last->code, PC_DIAG_STORE_DAMAGED);
    broken = (struct stored_value){PC_STORE_META, PC_STR("directories"), PC_STR("nonsense")};
    assert_int_equal(pc_store_update(pc_str_from(box->store), &box->diags, stored_put, &broken),
                     PC_OK);
    assert_int_equal(update(box, "people.json", "", &published), PC_ERR_DAMAGED);
    assert_int_equal(box->diags.last->code, PC_DIAG_STORE_DAMAGED);
    sandbox_remove(box->store);
    assert_int_equal(update(box, "people.json", "", &published), PC_ERR_NOTFOUND);
    assert_int_equal(box->diags.last->code, PC_DIAG_STORE_MISSING);
    assert_int_equal(access(box->store, F_OK), -1);
}

// Every entry of a directory gets one value.
struct spoiling {
    struct sandbox *box;
    enum pc_store_table table;
    struct pc_str value;
    struct pc_shard_change changes[2 * MANY];
    size_t count;
};

static enum pc_status note_entry(void *context, struct pc_str key, struct pc_str value)
{
    struct spoiling *spoiling = context;
    struct pc_str copy;
    (void)value;
    PC_TRY(pc_arena_copy(&spoiling->box->arena, key, &copy));
    assert_true(spoiling->count < 2 * MANY);
    spoiling->changes[spoiling->count++] =
        pc_shard_change_of(spoiling->table, copy, spoiling->value, false);
    return PC_OK;
}

static enum pc_status spoil(void *context, struct pc_store_write *write)
{
    struct spoiling *spoiling = context;
    struct pc_census census;
    PC_TRY(pc_census_peek(write, &census));
    struct pc_shards_write shards = {.arena = &spoiling->box->arena,
                                     .write = write,
                                     .census = &census,
                                     .table = spoiling->table};
    PC_TRY(pc_shards_each(&shards, note_entry, spoiling));
    return pc_shards_write(&shards, spoiling->changes, spoiling->count);
}

// Shards that are sound, with a value in each entry that nothing writes: sets that nobody holds, a
// record that would be read beyond its end.
static void values_are_not_believed(void **state)
{
    struct sandbox *box = *state;
    static const struct {
        enum pc_store_table table;
        struct pc_str value;
    } rows[] = {
        {PC_STORE_SETS, PC_STR_INIT("\0\0\0\0\0\0\0\0")},
        {PC_STORE_SETS, PC_STR_INIT("short")},
        {PC_STORE_ACCOUNTS, PC_STR_INIT("nonsense")},
        {PC_STORE_PRINCIPALS, PC_STR_INIT("nonsense")},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct spoiling spoiling = {.box = box, .table = rows[i].table, .value = rows[i].value};
        struct pc_published published;
        assert_int_equal(pc_store_update(pc_str_from(box->store), &box->diags, spoil, &spoiling),
                         PC_OK);
        assert_true(spoiling.count > 0);
        sandbox_write(box, "new.json", "{'polcheck':1,'roles':[{'arn':'" A "role/crowd1'}]}");
        assert_int_equal(update(box, "new.json", "", &published), PC_ERR_DAMAGED);
        assert_int_equal(box->diags.last->code, PC_DIAG_STORE_DAMAGED);
        assert_int_equal(unlink(sandbox_path(box, "new.json").ptr), 0);
        sandbox_accept(box);
        (void)sandbox_publish(box); // as it was
    }
}

// A set whose compiling gave warnings is compiled again, and shows them, in an update too.
static void warnings_show_again(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "warned.json",
                  "{'polcheck':1,'roles':[{'arn':'" A "role/w','policies':[{'Version':'2012-10-17',"
                  "'Statement':{'Effect':'Allow','Action':'*','Resource':'*','Condition':"
                  "{'ForAnyValue:Null':{'aws:x':'true'}}}}]}]}");
    assert_int_equal(accept(box, "warned.json", "").compiled, 1);
    size_t warnings = box->diags.warnings;
    assert_true(warnings > 0);
    assert_int_equal(accept(box, "warned.json", "").compiled, 1);
    assert_int_equal(box->diags.warnings, warnings);
}

#define WORLD_TEST(function) cmocka_unit_test_setup_teardown(function, open_world, sandbox_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_role_is_replaced),
        WORLD_TEST(new_things_come),
        WORLD_TEST(things_are_replaced_whole),
        WORLD_TEST(guard_rails_stay),
        WORLD_TEST(an_account_is_replaced),
        WORLD_TEST(things_go),
        WORLD_TEST(many_go_and_come),
        WORLD_TEST(shared_definitions_stay),
        WORLD_TEST(an_empty_list_is_not_none),
        WORLD_TEST(white_space_is_no_change),
        WORLD_TEST(what_is_not_there_cannot_go),
        WORLD_TEST(an_update_needs_a_sound_store),
        WORLD_TEST(values_are_not_believed),
        WORLD_TEST(warnings_show_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
