// SPDX-License-Identifier: Apache-2.0
#include "sandbox.h"

#define ROLE "arn:aws:iam::111122223333:role/r"
#define MANIFEST                                                                                   \
    "{'polcheck':1,'roles':[{'arn':'" ROLE "','policies':['a.json'],'trust':" TRUST_LAMBDA "}]}"

static const char *source_path(const char *name)
{
    static char path[1024];
    const char *root = getenv("POLCHECK_SOURCE");
    (void)snprintf(path, sizeof(path), "%s/%s", root == NULL ? "." : root, name);
    return path;
}

// The examples of the project import as they stand.
static void all_examples_need_no_word(void **state)
{
    struct sandbox *box = *state;
    struct pc_str path = pc_str_from(source_path("policies"));
    enum pc_status status = sandbox_import_paths(box, &path, 1);
    sandbox_show(box);
    assert_int_equal(status, PC_OK);
    assert_null(box->diags.first);
}

static void the_thumbnails_are_whole(void **state)
{
    struct sandbox *box = *state;
    static char managed[1024];
    (void)snprintf(managed, sizeof(managed), "%s", source_path("policies/managed"));
    const struct pc_str paths[] = {pc_str_from(managed),
                                   pc_str_from(source_path("policies/thumbnails"))};
    enum pc_status status = sandbox_import_paths(box, paths, 2);
    sandbox_show(box);
    assert_int_equal(status, PC_OK);
    assert_null(box->diags.first);
    struct pc_import_counts counts = pc_import_counts(box->import);
    assert_int_equal(counts.principals, 7); // 3 roles, 2 users, 2 roles of the partner
    assert_int_equal(counts.functions, 2);  // and its copy for development
    assert_int_equal(counts.levels, 3);
    assert_int_equal(counts.resources, 10); // 2 queues, topic, 2 buckets, key, function, 3 trusts
}

static void a_manifest_claims_its_files(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "a.json", ALLOW_ALL);
    sandbox_write(box, "m.json", MANIFEST);
    sandbox_accept(box);
    struct pc_import_counts counts = pc_import_counts(box->import);
    assert_int_equal(counts.files, 2);
    assert_int_equal(counts.documents, 2);
    assert_int_equal(counts.principals, 1);
    assert_int_equal(counts.resources, 1);
    const struct pc_recognised *first = pc_import_recognised(box->import);
    assert_string_equal(first->shape, "policy document");
    assert_int_equal(first->policies, 1);
    assert_string_equal(first->next->shape, "polcheck manifest");
    assert_int_equal(first->next->policies, 1);
    assert_null(first->next->next);
}

// A file is read once, however it is named, and the manifest finds files that nobody listed.
static void files_are_told_apart_by_what_they_are(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "x/m.json",
                  "{'polcheck':1,'roles':[{'arn':'" ROLE "','policies':['../a.json']}]}");
    sandbox_write(box, "a.json", ALLOW_ALL);
    assert_int_equal(symlink("m.json", sandbox_path(box, "x/z.json").ptr), 0);
    assert_int_equal(symlink(".", sandbox_path(box, "x/loop").ptr), 0);
    assert_int_equal(symlink("nowhere", sandbox_path(box, "broken").ptr), 0);
    const struct pc_str paths[] = {pc_str_from(box->folder), sandbox_path(box, "x"),
                                   sandbox_path(box, "x/../a.json"), pc_str_from(box->folder)};
    assert_int_equal(sandbox_import_paths(box, paths, 4), PC_OK);
    assert_int_equal(pc_import_counts(box->import).files, 2);

    const struct pc_str manifest = sandbox_path(box, "x/m.json");
    assert_int_equal(sandbox_import_paths(box, &manifest, 1), PC_OK);
    assert_int_equal(pc_import_counts(box->import).files, 2);
    assert_null(box->diags.first);
}

static void what_cannot_be_opened_is_an_error(void **state)
{
    struct sandbox *box = *state;
    const struct pc_str missing = sandbox_path(box, "none.json");
    assert_int_equal(sandbox_import_paths(box, &missing, 1), PC_ERR_INVALID);
    const struct pc_diag *diag = sandbox_find(box, PC_DIAG_FILE_MISSING, "none.json", 0, 0);
    assert_non_null(diag);
    assert_true(sandbox_says(diag->message, strerror(2)));

    assert_int_equal(symlink("none", sandbox_path(box, "broken.json").ptr), 0);
    (void)sandbox_refuse(box, PC_DIAG_FILE_MISSING, "broken.json", 0, 0);
}

static void a_folder_without_documents_is_an_error(void **state)
{
    struct sandbox *box = *state;
    const struct pc_str folder = pc_str_from(box->folder);
    sandbox_write(box, "notes.txt", "not for us");
    assert_int_equal(sandbox_import_paths(box, &folder, 1), PC_ERR_INVALID);
    assert_int_equal(box->diags.errors, 1);
    assert_int_equal(box->diags.first->code, PC_DIAG_FOLDER_EMPTY);
    assert_true(pc_str_eq(box->diags.first->place.file, folder));
}

static void special_files_are_not_waited_for(void **state)
{
    struct sandbox *box = *state;
    assert_int_equal(mkfifo(sandbox_path(box, "pipe.json").ptr, 0600), 0);
    (void)sandbox_refuse(box, PC_DIAG_FILE_READ, "pipe.json", 0, 0);
}

// All errors of all files are told at once.
static void every_file_is_looked_at(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "a.json", "{'Statement':");
    sandbox_write(box, "b.json", "{'something':'else'}");
    sandbox_write(box, "c.json", ALLOW_ALL);
    assert_int_equal(sandbox_import_paths(box, NULL, 0), PC_ERR_INVALID);
    assert_int_equal(box->diags.errors, 3);
    assert_non_null(sandbox_find(box, PC_DIAG_SHAPE_UNKNOWN, "b.json", 1, 1));
    assert_non_null(sandbox_find(box, PC_DIAG_POLICY_UNATTACHED, "c.json", 1, 1));
}

static void a_file_with_several_documents(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "all.json",
                  "[{'polcheck':1,'roles':[{'arn':'" ROLE "'}]},\n"
                  " {'FunctionArn':'arn:aws:lambda:eu-west-1:111122223333:function:f',"
                  "'Role':'" ROLE "'}]");
    sandbox_accept(box);
    assert_int_equal(pc_import_counts(box->import).functions, 1);
    sandbox_write(box, "all.json", "[]");
    (void)sandbox_refuse(box, PC_DIAG_SHAPE_UNKNOWN, "all.json", 1, 1);
    sandbox_write(box, "all.json", "[[" ALLOW_ALL "]]");
    (void)sandbox_refuse(box, PC_DIAG_SHAPE_UNKNOWN, "all.json", 1, 2);
}

static void the_same_thing_twice_names_both_places(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "a.json", "{'polcheck':1,'roles':[{'arn':'" ROLE "'}]}");
    sandbox_write(box, "b.json",
                  "{'polcheck':1,'roles':[\n{'arn':'arn:aws:iam::111122223333:role/path/R'}]}");
    const struct pc_diag *diag = sandbox_refuse(box, PC_DIAG_DEFINED_TWICE, "b.json", 2, 1);
    assert_true(sandbox_says(diag->message, "/a.json:1:24"));
}

// IAM does not tell names by case when it makes them, which requests do.
static void names_that_differ_in_case_are_the_same_thing(void **state)
{
    struct sandbox *box = *state;
    static const char *const kinds[] = {"user", "role", "group"};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        char text[256];
        (void)snprintf(text, sizeof(text),
                       "{'polcheck':1,'%ss':[{'arn':'arn:aws:iam::111122223333:%s/Al'},\n"
                       "{'arn':'arn:aws:iam::111122223333:%s/p/al'}]}",
                       kinds[i], kinds[i], kinds[i]);
        sandbox_write(box, "a.json", text);
        const struct pc_diag *diag = sandbox_refuse(box, PC_DIAG_DEFINED_TWICE, "a.json", 2, 1);
        assert_true(sandbox_says(diag->message, "/a.json:1:"));
    }
    sandbox_write(box, "a.json",
                  "{'polcheck':1,'users':[{'arn':'arn:aws:iam::111122223333:user/al'},"
                  "{'arn':'arn:aws:iam::444455556666:user/AL'},"
                  "{'arn':'arn:aws-cn:iam::111122223333:user/AL'}],"
                  "'roles':[{'arn':'arn:aws:iam::111122223333:role/AL'}]}");
    sandbox_accept(box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SANDBOX_TEST(all_examples_need_no_word),
        SANDBOX_TEST(the_thumbnails_are_whole),
        SANDBOX_TEST(a_manifest_claims_its_files),
        SANDBOX_TEST(files_are_told_apart_by_what_they_are),
        SANDBOX_TEST(what_cannot_be_opened_is_an_error),
        SANDBOX_TEST(a_folder_without_documents_is_an_error),
        SANDBOX_TEST(special_files_are_not_waited_for),
        SANDBOX_TEST(every_file_is_looked_at),
        SANDBOX_TEST(a_file_with_several_documents),
        SANDBOX_TEST(the_same_thing_twice_names_both_places),
        SANDBOX_TEST(names_that_differ_in_case_are_the_same_thing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
