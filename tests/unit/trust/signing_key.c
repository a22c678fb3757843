// SPDX-License-Identifier: Apache-2.0
//
// Secret keys: from files, descriptors and credentials, every mistake in one, and making them.
#include "trust_case.h"

#include "trust_vectors.def"

#define SEED "BwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJSY="

static enum pc_status read_text(struct shelf *shelf, const char *text, struct pc_signing_key **out)
{
    return pc_signing_key_from_file(case_write(shelf, "key", text), &shelf->diags, out);
}

static void assert_known(struct pc_signing_key *key)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf line = {0};
    pc_trust_public_write(&line, pc_signing_key_public(key), "known");
    assert_view(pc_buf_view(&line), KNOWN_PUBLIC_LINE);
    pc_signing_key_free(key);
}

static void a_key_is_read_from_file_descriptor_and_credential(void **state)
{
    struct shelf *shelf = *state;
    struct pc_signing_key *key;
    const char *path = case_write(shelf, "key", "# ours\n\n" KNOWN_SECRET_LINE);
    assert_int_equal(pc_signing_key_from_file(path, &shelf->diags, &key), PC_OK);
    assert_string_equal(pc_signing_key_name(key), "known");
    assert_known(key);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_int_equal(pc_signing_key_from_descriptor(fd, &shelf->diags, &key), PC_OK);
    (void)close(fd);
    assert_known(key);
    assert_int_equal(chmod(path, 0440), 0); // as systemd makes it
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", shelf->base, 1), 0);
    assert_int_equal(pc_signing_key_from_credential("key", &shelf->diags, &key), PC_OK);
    assert_known(key);
    assert_int_equal(pc_signing_key_from_credential("../key", &shelf->diags, &key), PC_ERR_INVALID);
    assert_int_equal(pc_signing_key_from_credential("none", &shelf->diags, &key), PC_ERR_NOTFOUND);
    assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
    assert_int_equal(pc_signing_key_from_credential("key", &shelf->diags, &key), PC_ERR_INVALID);
    assert_int_equal(shelf_code(shelf), PC_DIAG_TRUST_FILE);
}

static void each_mistake_is_refused_and_not_told(void **state)
{
    struct shelf *shelf = *state;
    static const struct {
        const char *text;
        uint32_t line, column;
    } rows[] = {
        {"", 0, 0},
        {"# nothing\n", 0, 0},
        {SEED "\n", 1, 1},
        {KNOWN_PUBLIC_LINE, 1, 1},
        {"polcheck-ed25519-secret", 1, 24},
        {"\n polcheck-ed25519-secret BwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJS=\n", 2, 26},
        {"polcheck-ed25519-secret AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", 1, 25},
        {"polcheck-ed25519-secret " SEED " a\a\n", 1, 70},
        {KNOWN_SECRET_LINE KNOWN_SECRET_LINE, 2, 1},
        {KNOWN_SECRET_LINE KNOWN_PUBLIC_LINE, 2, 1},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        PC_CLEANUP(pc_buf_release) struct pc_buf told = {0};
        struct pc_signing_key *key = NULL;
        assert_int_equal(read_text(shelf, rows[i].text, &key), PC_ERR_INVALID);
        assert_null(key);
        assert_int_equal(shelf->diags.last->place.line, rows[i].line);
        assert_int_equal(shelf->diags.last->place.column, rows[i].column);
        pc_diag_write(&told, shelf->diags.last, false);
        pc_buf_byte(&told, '\0');
        assert_null(strstr(told.ptr, "BwgJ"));
        assert_int_equal(shelf_code(shelf), PC_DIAG_TRUST_KEY);
    }
}

static void a_file_that_is_too_long_is_no_key(void **state)
{
    struct shelf *shelf = *state;
    char text[1026];
    struct pc_signing_key *key;
    memset(text, '\n', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    memcpy(text, KNOWN_SECRET_LINE, sizeof(KNOWN_SECRET_LINE) - 1);
    assert_int_equal(read_text(shelf, text, &key), PC_ERR_INVALID);
    assert_int_equal(shelf_code(shelf), PC_DIAG_TRUST_KEY);
    text[1024] = '\0';
    assert_int_equal(read_text(shelf, text, &key), PC_OK);
    assert_known(key);
}

static void what_others_have_a_right_to_is_refused(void **state)
{
    struct shelf *shelf = *state;
    struct pc_signing_key *key;
    static const mode_t modes[] = {0640, 0604, 0620, 0602, 0610, 0601};
    const char *path = case_write(shelf, "key", KNOWN_SECRET_LINE);
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        assert_int_equal(chmod(path, modes[i]), 0);
        assert_int_equal(pc_signing_key_from_file(path, &shelf->diags, &key), PC_ERR_INVALID);
        assert_int_equal(shelf_code(shelf), PC_DIAG_TRUST_FILE_EXPOSED);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        assert_int_equal(pc_signing_key_from_descriptor(fd, &shelf->diags, &key), PC_ERR_INVALID);
        assert_int_equal(shelf_code(shelf), PC_DIAG_TRUST_FILE_EXPOSED);
        (void)close(fd);
    }
    assert_int_equal(chmod(path, 0400), 0);
    assert_int_equal(symlink("key", case_path(shelf, "link")), 0);
    assert_int_equal(pc_signing_key_from_file(case_path(shelf, "link"), &shelf->diags, &key),
                     PC_ERR_INVALID);
    assert_int_equal(shelf_code(shelf), PC_DIAG_TRUST_FILE_EXPOSED);
    assert_int_equal(pc_signing_key_from_file(path, &shelf->diags, &key), PC_OK);
    assert_known(key);
}

static void a_key_as_an_argument_is_refused_and_not_told(void **state)
{
    struct shelf *shelf = *state;
    struct pc_signing_key *key;
    assert_int_equal(pc_signing_key_from_file("polcheck-ed25519-secret " SEED, &shelf->diags, &key),
                     PC_ERR_INVALID);
    assert_int_equal(shelf->diags.last->place.file.len, 0);
    assert_int_equal(shelf_code(shelf), PC_DIAG_TRUST_KEY);
}

// Making ------------------------------------------------------------------------------------------

static enum pc_status create(struct shelf *shelf, const char *name, uint8_t public[32])
{
    const struct pc_signing_key_files files = {case_path(shelf, "n.key"), case_path(shelf, "n.pub"),
                                               name};
    return pc_signing_key_create(&files, &shelf->diags, public);
}

static mode_t mode_of(const char *path)
{
    struct stat about;
    assert_int_equal(stat(path, &about), 0);
    return about.st_mode & 07777;
}

static void a_new_key_is_a_pair_of_files(void **state)
{
    struct shelf *shelf = *state;
    uint8_t public[PC_SIGN_PUBLIC_BYTES];
    struct pc_signing_key *key;
    struct pc_trusted_keys *keys;
    mode_t mask = umask(0777);
    assert_int_equal(create(shelf, "the name", public), PC_OK);
    (void)umask(mask);
    assert_int_equal(mode_of(case_path(shelf, "n.key")), 0600);
    assert_int_equal(mode_of(case_path(shelf, "n.pub")), 0644);
    assert_int_equal(pc_signing_key_from_file(case_path(shelf, "n.key"), &shelf->diags, &key),
                     PC_OK);
    assert_int_equal(pc_trusted_keys_read(case_path(shelf, "n.pub"), &shelf->diags, &keys), PC_OK);
    assert_memory_equal(pc_signing_key_public(key), public, sizeof(public));
    assert_string_equal(pc_signing_key_name(key), "the name");
    assert_string_equal(pc_trusted_keys_find(keys, public)->name, "the name");
    pc_signing_key_free(key);
    pc_trusted_keys_free(keys);
}

static void nothing_is_written_over(void **state)
{
    struct shelf *shelf = *state;
    uint8_t public[PC_SIGN_PUBLIC_BYTES], second[PC_SIGN_PUBLIC_BYTES];
    const char *secret = case_path(shelf, "n.key"), *shown = case_path(shelf, "n.pub");
    assert_int_equal(create(shelf, "", public), PC_OK);
    assert_int_equal(create(shelf, "", second), PC_ERR_IO);
    assert_int_equal(shelf_code(shelf), PC_DIAG_TRUST_FILE);
    // A public file in the way leaves no secret one behind.
    assert_int_equal(unlink(secret), 0);
    assert_int_equal(create(shelf, "", second), PC_ERR_IO);
    assert_false(shelf_exists(secret));
    assert_int_equal(unlink(shown), 0);
    assert_int_equal(symlink("elsewhere", secret), 0);
    assert_int_equal(create(shelf, "", second), PC_ERR_IO);
    assert_false(shelf_exists(case_path(shelf, "elsewhere")));
    assert_int_equal(unlink(secret), 0);
    assert_int_equal(create(shelf, "", second), PC_OK);
    assert_memory_not_equal(public, second, sizeof(public));
}

static void a_name_is_a_line_s_rest(void **state)
{
    struct shelf *shelf = *state;
    uint8_t public[PC_SIGN_PUBLIC_BYTES];
    assert_int_equal(create(shelf, "a\nb", public), PC_ERR_INVALID);
    assert_int_equal(shelf_code(shelf), PC_DIAG_TRUST_KEY);
    assert_false(shelf_exists(case_path(shelf, "n.key")));
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, case_setup, case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(a_key_is_read_from_file_descriptor_and_credential),
        WITH(each_mistake_is_refused_and_not_told),
        WITH(a_file_that_is_too_long_is_no_key),
        WITH(what_others_have_a_right_to_is_refused),
        WITH(a_key_as_an_argument_is_refused_and_not_told),
        WITH(a_new_key_is_a_pair_of_files),
        WITH(nothing_is_written_over),
        WITH(a_name_is_a_line_s_rest),
    };
    return cmocka_run_group_tests_name("trust signing key", tests, NULL, NULL);
}
