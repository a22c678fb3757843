// SPDX-License-Identifier: Apache-2.0
//
// Files of trusted keys: what is a set, every mistake in one, who else may touch it, and when it is
// another one.
#include "trust_case.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "file.h"
#include "trust_vectors.def"

#define KNOWN "polcheck-ed25519 ANBaHR6iUTltVXr71FiLPG2Z2+uXL+0QoyVi6ibc3Po="
// The published key of RFC 8032, test 1.
#define OTHER "polcheck-ed25519 11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

static enum pc_status read_set(struct shelf *shelf, const char *text, struct pc_trusted_keys **out)
{
    return pc_trusted_keys_read(case_write(shelf, "keys", text), &shelf->diags, out);
}

static size_t count_of(struct shelf *shelf, const char *text)
{
    struct pc_trusted_keys *keys;
    assert_int_equal(read_set(shelf, text, &keys), PC_OK);
    size_t count = pc_trusted_keys_count(keys);
    pc_trusted_keys_free(keys);
    return count;
}

// Sets --------------------------------------------------------------------------------------------

static void a_line_is_a_key(void **state)
{
    struct shelf *shelf = *state;
    assert_int_equal(count_of(shelf, KNOWN), 1);
    assert_int_equal(count_of(shelf, KNOWN "\n" OTHER " two\n"), 2);
    assert_int_equal(count_of(shelf, "# ours\r\n\r\n" KNOWN " a name of words \r\n"), 1);
    assert_int_equal(count_of(shelf, "\n  # x\n \t " KNOWN "\t\n\n" KNOWN " again\n"), 1);
}

static void keys_are_found_with_their_names(void **state)
{
    struct shelf *shelf = *state;
    struct pc_trusted_keys *keys, *one;
    struct pc_signing_key stranger = case_key(9);
    assert_int_equal(read_set(shelf, KNOWN " first of all\n" KNOWN " x\n" OTHER "\n", &keys),
                     PC_OK);
    const struct pc_trusted_key *first = pc_trusted_keys_at(keys, 0);
    const struct pc_trusted_key *second = pc_trusted_keys_at(keys, 1);
    assert_string_equal(first->name, "first of all");
    assert_string_equal(second->name, "");
    assert_null(pc_trusted_keys_at(keys, 2));
    assert_ptr_equal(pc_trusted_keys_find(keys, second->key), second);
    assert_null(pc_trusted_keys_find(keys, stranger.public));
    assert_int_equal(pc_trusted_keys_of(first->key, &one), PC_OK);
    assert_false(pc_trusted_keys_equal(keys, one));
    assert_false(pc_trusted_keys_equal(one, keys));
    assert_null(pc_trusted_keys_find(one, second->key));
    pc_trusted_keys_free(one);
    pc_trusted_keys_free(keys);
}

static void sets_are_equal_by_their_keys(void **state)
{
    struct shelf *shelf = *state;
    struct pc_trusted_keys *a, *b, *c;
    assert_int_equal(read_set(shelf, KNOWN "\n" OTHER "\n", &a), PC_OK);
    assert_int_equal(read_set(shelf, "#\n" OTHER " named\n" KNOWN "\n" OTHER "\n", &b), PC_OK);
    assert_int_equal(read_set(shelf, OTHER "\n", &c), PC_OK);
    assert_true(pc_trusted_keys_equal(a, b));
    assert_true(pc_trusted_keys_equal(b, a));
    assert_false(pc_trusted_keys_equal(a, c));
    assert_false(pc_trusted_keys_equal(c, a));
    pc_trusted_keys_free(a);
    pc_trusted_keys_free(b);
    pc_trusted_keys_free(c);
}

static void a_set_has_up_to_64_keys(void **state)
{
    struct shelf *shelf = *state;
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    for (unsigned n = 1; n <= PC_TRUST_KEYS_MAX + 1; n++) {
        struct pc_signing_key key = case_key((uint8_t)n);
        if (n == PC_TRUST_KEYS_MAX + 1) {
            pc_buf_byte(&text, '\0');
            assert_int_equal(count_of(shelf, text.ptr), PC_TRUST_KEYS_MAX);
            text.len--;
        }
        pc_trust_public_write(&text, key.public, "");
    }
    struct pc_trusted_keys *keys = NULL;
    pc_buf_byte(&text, '\0');
    assert_int_equal(read_set(shelf, text.ptr, &keys), PC_ERR_INVALID);
    assert_int_equal(shelf->diags.last->place.line, PC_TRUST_KEYS_MAX + 1);
    assert_int_equal(shelf_code(shelf), PC_DIAG_TRUST_KEY);
    assert_null(keys);
}

// Mistakes ----------------------------------------------------------------------------------------

static void each_mistake_is_refused_where_it_is(void **state)
{
    struct shelf *shelf = *state;
    static const struct {
        const char *text;
        uint32_t line, column;
    } rows[] = {
        {"", 0, 0},
        {"\n# nothing\n", 0, 0},
        {"ssh-ed25519 AAAA x\n", 1, 1},
        {KNOWN "\n  polcheck-ed25518 AAAA\n", 2, 3},
        {"Polcheck-ed25519 " OTHER, 1, 1},
        {KNOWN "\n" KNOWN_SECRET_LINE, 2, 1},
        {"polcheck-ed25519\n", 1, 17},
        {"polcheck-ed25519 AAAA\n", 1, 18},
        // a character less, one more, padding left out, bits to spare, another alphabet
        {"polcheck-ed25519 ANBaHR6iUTltVXr71FiLPG2Z2+uXL+0QoyVi6ibc3P=\n", 1, 18},
        {"polcheck-ed25519 ANBaHR6iUTltVXr71FiLPG2Z2+uXL+0QoyVi6ibc3PoA=\n", 1, 18},
        {"polcheck-ed25519 ANBaHR6iUTltVXr71FiLPG2Z2+uXL+0QoyVi6ibc3Po\n", 1, 18},
        {"polcheck-ed25519 ANBaHR6iUTltVXr71FiLPG2Z2+uXL+0QoyVi6ibc3Pp=\n", 1, 18},
        {"polcheck-ed25519 ANBaHR6iUTltVXr71FiLPG2Z2-uXL-0QoyVi6ibc3Po=\n", 1, 18},
        // no point of the curve (2), and one of small order (1)
        {"polcheck-ed25519 AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", 1, 18},
        {"polcheck-ed25519 AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", 1, 18},
        {OTHER "\n\n" KNOWN " a\033[2J\n", 3, 63},
        {KNOWN " 12345678901234567890123456789012345678901234567890123456789012345\n", 1, 63},
        {KNOWN " gr\303\274n\n", 1, 63},
        // a line that lost its end, before another one
        {KNOWN OTHER "\n", 1, 18},
        {KNOWN " " OTHER "\n", 1, 63},
        {KNOWN " x" OTHER "\n", 1, 63},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pc_trusted_keys *keys = NULL;
        assert_int_equal(read_set(shelf, rows[i].text, &keys), PC_ERR_INVALID);
        assert_null(keys);
        assert_int_equal(shelf->diags.last->place.line, rows[i].line);
        assert_int_equal(shelf->diags.last->place.column, rows[i].column);
        assert_int_equal(shelf_code(shelf), PC_DIAG_TRUST_KEY);
    }
}

// What is in a file is not in a message: it may be a secret in the wrong place.
static void a_secret_key_is_not_told(void **state)
{
    struct shelf *shelf = *state;
    struct pc_trusted_keys *keys;
    assert_int_equal(read_set(shelf, "BwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJSY=\n", &keys),
                     PC_ERR_INVALID);
    assert_int_equal(read_set(shelf, KNOWN_SECRET_LINE, &keys), PC_ERR_INVALID);
    for (const struct pc_diag *diag = shelf->diags.first; diag != NULL; diag = diag->next) {
        PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
        pc_diag_write(&text, diag, false);
        pc_buf_byte(&text, '\0');
        assert_null(strstr(text.ptr, "BwgJ"));
    }
}

static void zeros_in_the_file_are_no_end(void **state)
{
    struct shelf *shelf = *state;
    static const char text[] = KNOWN "\n\0" OTHER "\n";
    const char *path = case_path(shelf, "keys");
    struct pc_trusted_keys *keys;
    assert_true(shelf_write_file(path, text, sizeof(text) - 1));
    assert_int_equal(pc_trusted_keys_read(path, &shelf->diags, &keys), PC_ERR_INVALID);
    assert_int_equal(shelf->diags.last->place.line, 2);
}

static void a_file_of_more_than_64_kib_is_none(void **state)
{
    struct shelf *shelf = *state;
    static char text[PC_TRUST_KEYS_BYTES + 2];
    memset(text, '\n', sizeof(text) - 1);
    memcpy(text, KNOWN, sizeof(KNOWN) - 1);
    struct pc_trusted_keys *keys;
    assert_int_equal(read_set(shelf, text, &keys), PC_ERR_INVALID);
    text[PC_TRUST_KEYS_BYTES] = '\0';
    assert_int_equal(count_of(shelf, text), 1);
}

// The file ----------------------------------------------------------------------------------------

static void what_others_may_write_to_is_refused(void **state)
{
    struct shelf *shelf = *state;
    static const struct {
        mode_t mode;
        enum pc_status status;
    } rows[] = {{0600, PC_OK},          {0644, PC_OK},          {0444, PC_OK},
                {0664, PC_ERR_INVALID}, {0646, PC_ERR_INVALID}, {0666, PC_ERR_INVALID}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pc_trusted_keys *keys = NULL;
        const char *path = case_write(shelf, "keys", KNOWN "\n");
        assert_int_equal(chmod(path, rows[i].mode), 0);
        assert_int_equal(pc_trusted_keys_read(path, &shelf->diags, &keys), rows[i].status);
        assert_int_equal(shelf_code(shelf),
                         rows[i].status == PC_OK ? PC_DIAG_NONE : PC_DIAG_TRUST_FILE_EXPOSED);
        pc_trusted_keys_free(keys);
        assert_int_equal(unlink(path), 0);
    }
}

// Who may change the folder could make it a link to an older set, whose keys were taken out since.
static void a_folder_that_others_may_change_is_refused(void **state)
{
    struct shelf *shelf = *state;
    static const struct {
        mode_t mode;
        enum pc_status status;
    } rows[] = {{0700, PC_OK},          {0755, PC_OK},          {01777, PC_OK},
                {0770, PC_ERR_INVALID}, {0702, PC_ERR_INVALID}, {0777, PC_ERR_INVALID}};
    (void)case_write(shelf, "old", KNOWN "\n");
    const char *path = case_path(shelf, "keys");
    assert_int_equal(symlink("old", path), 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pc_trusted_keys *keys = NULL;
        assert_int_equal(chmod(shelf->base, rows[i].mode), 0);
        assert_int_equal(pc_trusted_keys_read(path, &shelf->diags, &keys), rows[i].status);
        assert_int_equal(shelf_code(shelf),
                         rows[i].status == PC_OK ? PC_DIAG_NONE : PC_DIAG_TRUST_FILE_EXPOSED);
        pc_trusted_keys_free(keys);
    }
}

// So could who may change the folder that the link leads to, or one on the way.
static void a_folder_behind_a_link_is_looked_at_as_well(void **state)
{
    struct shelf *shelf = *state;
    static const char *const links[] = {"keys", "further", "whole"};
    assert_int_equal(mkdir(case_path(shelf, "shared"), 0700), 0);
    (void)case_write(shelf, "shared/keys", KNOWN "\n");
    (void)case_write(shelf, "own", KNOWN "\n");
    assert_int_equal(symlink("shared/keys", case_path(shelf, links[0])), 0);
    assert_int_equal(symlink("../own", case_path(shelf, "shared/on")), 0);
    assert_int_equal(symlink("shared/on", case_path(shelf, links[1])), 0);
    assert_int_equal(symlink(case_path(shelf, "shared/keys"), case_path(shelf, links[2])), 0);
    for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
        const char *shared = case_path(shelf, "shared"), *path = case_path(shelf, links[i]);
        struct pc_trusted_keys *keys = NULL;
        assert_int_equal(chmod(shared, 01777), 0);
        assert_int_equal(pc_trusted_keys_read(path, &shelf->diags, &keys), PC_OK);
        pc_trusted_keys_free(keys);
        assert_int_equal(chmod(shared, 0777), 0);
        assert_int_equal(pc_trusted_keys_read(path, &shelf->diags, &keys), PC_ERR_INVALID);
        assert_int_equal(shelf_code(shelf), PC_DIAG_TRUST_FILE_EXPOSED);
    }
}

static void a_link_of_another_user_is_refused(void **state)
{
    struct shelf *shelf = *state;
    struct pc_trusted_keys *keys;
    if (geteuid() != 0) {
        skip(); // nobody else gives a link away
    }
    const char *link = case_path(shelf, "keys");
    (void)case_write(shelf, "old", KNOWN "\n");
    assert_int_equal(chmod(shelf->base, 01777), 0); // where he may make one
    assert_int_equal(symlink("old", link), 0);
    assert_int_equal(lchown(link, 12345, 0), 0);
    assert_int_equal(pc_trusted_keys_read(link, &shelf->diags, &keys), PC_ERR_INVALID);
    assert_int_equal(shelf_code(shelf), PC_DIAG_TRUST_FILE_EXPOSED);
}

// What has no name cannot be replaced.
static void a_file_without_a_name_is_one(void **state)
{
    struct shelf *shelf = *state;
    struct pc_trusted_keys *keys;
    char link[64];
    const char *path = case_write(shelf, "keys", KNOWN "\n");
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_int_equal(unlink(path), 0);
    (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    assert_int_equal(pc_trusted_keys_read(link, &shelf->diags, &keys), PC_OK);
    pc_trusted_keys_free(keys);
    (void)close(fd);
}

// What another user does between opening and looking is done here by hand: the file that was opened
// is an older set, to which a link of his led that is gone, or made way for the right one.
static void what_was_opened_is_what_is_looked_at(void **state)
{
    struct shelf *shelf = *state;
    struct stat old, own;
    const char *link = case_path(shelf, "link");
    const struct pc_trust_file file = {&pc_trust_public_kind, case_path(shelf, "keys")};
    const struct pc_trust_file linked = {&pc_trust_public_kind, link};
    const char *path = case_write(shelf, "old", OTHER "\n");
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0 && fstat(fd, &old) == 0);
    assert_int_equal(symlink("keys", link), 0);
    assert_int_equal(pc_trust_folder_check(&file, &old, &shelf->diags), PC_ERR_NOTFOUND);
    assert_int_equal(shelf_code(shelf), PC_DIAG_TRUST_FILE);
    assert_int_equal(pc_trust_folder_check(&linked, &old, &shelf->diags), PC_ERR_NOTFOUND);
    assert_int_equal(shelf_code(shelf), PC_DIAG_TRUST_FILE);
    (void)case_write(shelf, "keys", KNOWN "\n");
    assert_int_equal(stat(link, &own), 0);
    assert_int_equal(pc_trust_folder_check(&file, &old, &shelf->diags), PC_ERR_BUSY);
    assert_int_equal(pc_trust_folder_check(&linked, &old, &shelf->diags), PC_ERR_BUSY);
    assert_int_equal(pc_trust_folder_check(&file, &own, &shelf->diags), PC_OK);
    assert_int_equal(pc_trust_folder_check(&linked, &own, &shelf->diags), PC_OK);
    // Nor is a file that has no name any more, but for a descriptor of it.
    assert_int_equal(unlink(path), 0);
    assert_int_equal(unlink(file.name), 0);
    assert_int_equal(fstat(fd, &old), 0);
    assert_int_equal(pc_trust_folder_check(&file, &old, &shelf->diags), PC_ERR_NOTFOUND);
    assert_int_equal(shelf_code(shelf), PC_DIAG_TRUST_FILE);
    assert_int_equal(pc_trust_folder_check(&linked, &old, &shelf->diags), PC_ERR_NOTFOUND);
    assert_int_equal(shelf_code(shelf), PC_DIAG_TRUST_FILE);
    char name[64];
    (void)snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
    const struct pc_trust_file unnamed = {&pc_trust_public_kind, name};
    assert_int_equal(pc_trust_folder_check(&unnamed, &old, &shelf->diags), PC_OK);
    assert_int_not_equal(pc_trust_folder_check(&unnamed, &own, &shelf->diags), PC_OK);
    (void)close(fd);
}

struct replacing {
    char sets[2][128], other[128], keys[128];
    atomic_bool stop;
};

static void *replace(void *context)
{
    struct replacing *replacing = context;
    const struct timespec pause = {.tv_nsec = 100000};
    for (unsigned i = 0; !atomic_load(&replacing->stop); i++) {
        if (link(replacing->sets[i % 2], replacing->other) == 0) {
            (void)rename(replacing->other, replacing->keys);
        }
        (void)nanosleep(&pause, NULL);
    }
    return NULL;
}

// A set that takes the place of another is read, the one or the other.
static void a_set_that_is_replaced_is_read(void **state)
{
    struct shelf *shelf = *state;
    struct replacing replacing = {.stop = false};
    pthread_t thread;
    (void)snprintf(replacing.keys, sizeof(replacing.keys), "%s", case_path(shelf, "keys"));
    (void)snprintf(replacing.other, sizeof(replacing.other), "%s", case_path(shelf, "other"));
    static const char *const names[2] = {"one", "two"};
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(replacing.sets[i], sizeof(replacing.sets[i]), "%s",
                       case_write(shelf, names[i], KNOWN "\n"));
    }
    (void)case_write(shelf, "keys", KNOWN "\n");
    assert_int_equal(pthread_create(&thread, NULL, replace, &replacing), 0);
    enum pc_status status = PC_OK;
    for (unsigned i = 0; i < 5000 && status == PC_OK; i++) {
        struct pc_trusted_keys *keys = NULL;
        status = pc_trusted_keys_read(replacing.keys, &shelf->diags, &keys);
        pc_trusted_keys_free(keys);
    }
    atomic_store(&replacing.stop, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(status, PC_OK);
}

static void the_file_of_another_user_is_refused(void **state)
{
    struct shelf *shelf = *state;
    struct pc_trusted_keys *keys;
    if (geteuid() != 0) {
        skip();
    }
    const char *path = case_write(shelf, "keys", KNOWN "\n");
    assert_int_equal(chown(path, 12345, 0), 0);
    assert_int_equal(pc_trusted_keys_read(path, &shelf->diags, &keys), PC_ERR_INVALID);
    assert_int_equal(shelf_code(shelf), PC_DIAG_TRUST_FILE_EXPOSED);
}

static void only_a_regular_file_is_read_also_behind_a_link(void **state)
{
    struct shelf *shelf = *state;
    struct pc_trusted_keys *keys = NULL;
    const char *pipe = case_path(shelf, "pipe"), *link = case_path(shelf, "link");
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_int_equal(pc_trusted_keys_read(pipe, &shelf->diags, &keys), PC_ERR_INVALID);
    assert_int_equal(shelf_code(shelf), PC_DIAG_TRUST_FILE_EXPOSED);
    assert_int_equal(pc_trusted_keys_read(shelf->base, &shelf->diags, &keys), PC_ERR_INVALID);
    assert_int_equal(shelf_code(shelf), PC_DIAG_TRUST_FILE_EXPOSED);
    assert_int_equal(symlink("keys", link), 0);
    assert_int_equal(pc_trusted_keys_read(link, &shelf->diags, &keys), PC_ERR_NOTFOUND);
    assert_int_equal(shelf_code(shelf), PC_DIAG_TRUST_FILE);
    (void)case_write(shelf, "keys", KNOWN "\n");
    assert_int_equal(pc_trusted_keys_read(link, &shelf->diags, &keys), PC_OK);
    pc_trusted_keys_free(keys);
}

// Changes -----------------------------------------------------------------------------------------

// A set that was read long after its file was written.
static struct pc_trusted_keys *read_settled(struct shelf *shelf, const char *path)
{
    struct pc_trusted_keys *keys;
    assert_int_equal(pc_trusted_keys_read(path, &shelf->diags, &keys), PC_OK);
    assert_false(pc_trusted_keys_is_current(keys, path)); // too young to tell
    pc_trusted_keys_free(keys);
    sleep(3);
    assert_int_equal(pc_trusted_keys_read(path, &shelf->diags, &keys), PC_OK);
    return keys;
}

static void a_change_of_the_file_shows(void **state)
{
    struct shelf *shelf = *state;
    const char *path = case_write(shelf, "keys", KNOWN "\n");
    struct stat before;
    struct pc_trusted_keys *keys = read_settled(shelf, path);
    assert_true(pc_trusted_keys_is_current(keys, path));
    assert_false(pc_trusted_keys_is_current(keys, case_path(shelf, "none")));
    // Written over in place with as many bytes, its time of change put back.
    assert_int_equal(stat(path, &before), 0);
    assert_true(shelf_write_file(path, OTHER "\n", sizeof(OTHER)));
    const struct timespec times[2] = {before.st_atim, before.st_mtim};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    assert_false(pc_trusted_keys_is_current(keys, path));
    pc_trusted_keys_free(keys);
}

static void another_file_in_its_place_shows(void **state)
{
    struct shelf *shelf = *state;
    const char *path = case_write(shelf, "keys", KNOWN "\n");
    const char *other = case_write(shelf, "other", OTHER "\n");
    struct pc_trusted_keys *keys = read_settled(shelf, path);
    assert_true(pc_trusted_keys_is_current(keys, path));
    assert_int_equal(rename(other, path), 0);
    assert_false(pc_trusted_keys_is_current(keys, path));
    assert_int_equal(unlink(path), 0);
    assert_false(pc_trusted_keys_is_current(keys, path));
    pc_trusted_keys_free(keys);
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, case_setup, case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(a_line_is_a_key),
        WITH(keys_are_found_with_their_names),
        WITH(sets_are_equal_by_their_keys),
        WITH(a_set_has_up_to_64_keys),
        WITH(each_mistake_is_refused_where_it_is),
        WITH(a_secret_key_is_not_told),
        WITH(zeros_in_the_file_are_no_end),
        WITH(a_file_of_more_than_64_kib_is_none),
        WITH(what_others_may_write_to_is_refused),
        WITH(a_folder_that_others_may_change_is_refused),
        WITH(a_folder_behind_a_link_is_looked_at_as_well),
        WITH(a_link_of_another_user_is_refused),
        WITH(what_was_opened_is_what_is_looked_at),
        WITH(a_set_that_is_replaced_is_read),
        WITH(a_file_without_a_name_is_one),
        WITH(the_file_of_another_user_is_refused),
        WITH(only_a_regular_file_is_read_also_behind_a_link),
        WITH(a_change_of_the_file_shows),
        WITH(another_file_in_its_place_shows),
    };
    return cmocka_run_group_tests_name("trust keys", tests, NULL, NULL);
}
