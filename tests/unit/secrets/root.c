// SPDX-License-Identifier: Apache-2.0
#include "vault_case.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROOT_TEST(function)                                                                        \
    cmocka_unit_test_setup_teardown(function, vault_case_empty, vault_case_close)

// The digits of vault_case_root(1).
#define DIGITS "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"

// The same as bytes.
#define RAW                                                                                        \
    "\x01\x02\x03\x04\x05\x06\x07\x08\t\n\x0b\x0c\r\x0e\x0f\x10"                                   \
    "\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f "

static const char *path_in(struct vault_case *c, const char *name)
{
    static char path[160];
    (void)snprintf(path, sizeof(path), "%s/%s", c->base, name);
    return path;
}

static const char *write_file(struct vault_case *c, const char *name, struct pc_str bytes)
{
    const char *path = path_in(c, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes.ptr, bytes.len), bytes.len);
    assert_int_equal(close(fd), 0);
    return path;
}

// The key is the case's own root, whatever it came from.
static void assert_ours(struct vault_case *c, struct pc_root_key *key)
{
    assert_non_null(key);
    assert_memory_equal(key, c->root, sizeof(*key));
    pc_root_key_free(key);
    assert_int_equal(vault_case_code(c), PC_DIAG_NONE);
}

static void assert_file(struct vault_case *c, const char *path, enum pc_diag_code code)
{
    struct pc_root_key *key = NULL;
    enum pc_status status = pc_root_key_from_file(path, &c->diags, &key);
    if (code == PC_DIAG_NONE) {
        assert_int_equal(status, PC_OK);
        assert_ours(c, key);
        return;
    }
    assert_int_equal(status, PC_ERR_INVALID);
    assert_null(key);
    const struct pc_diag *told = c->diags.last;
    assert_non_null(told);
    assert_true(told->hint.len > 0);
    assert_null(strstr(told->message.ptr, "0102030405")); // nothing of the key
    assert_int_equal(vault_case_code(c), code);
}

// Forms -------------------------------------------------------------------------------------------

static void a_key_is_64_digits_or_32_bytes(void **state)
{
    struct vault_case *c = *state;
    static const struct {
        struct pc_str bytes;
        bool good;
    } cases[] = {
        {PC_STR_INIT(DIGITS), true},
        {PC_STR_INIT(DIGITS "\n"), true},
        {PC_STR_INIT(DIGITS "\r\n"), true},
        {PC_STR_INIT("0102030405060708090A0B0C0D0E0F101112131415161718191a1b1c1d1e1f20"), true},
        {PC_STR_INIT(RAW), true},
        {PC_STR_INIT(""), false},
        {PC_STR_INIT("\n"), false},
        {PC_STR_INIT(DIGITS "\n\n"), false},
        {PC_STR_INIT(DIGITS " "), false},
        {PC_STR_INIT(DIGITS "0"), false},
        {PC_STR_INIT(DIGITS "00"), false},
        {PC_STR_INIT(DIGITS "\r\n\n"), false},
        {PC_STR_INIT(DIGITS DIGITS), false},
        {PC_STR_INIT(" " DIGITS), false},
        {PC_STR_INIT("\xef\xbb\xbf" DIGITS), false},
        {PC_STR_INIT("0x02030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"), false},
        {PC_STR_INIT("g102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"), false},
        {PC_STR_INIT("0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2\n"), false},
        {PC_STR_INIT("0000000000000000000000000000000000000000000000000000000000000000"), false},
        {PC_STR_INIT("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *path = write_file(c, "root.key", cases[i].bytes);
        assert_file(c, path, cases[i].good ? PC_DIAG_NONE : PC_DIAG_ROOT_KEY);
    }
    for (size_t length = 0; length <= 70; length++) {
        char bytes[70];
        memset(bytes, 'z', sizeof(bytes)); // no digits, so good as raw bytes only
        struct pc_root_key *key = NULL;
        const char *path = write_file(c, "root.key", (struct pc_str){bytes, length});
        enum pc_status status = pc_root_key_from_file(path, &c->diags, &key);
        assert_int_equal(status, length == 32 ? PC_OK : PC_ERR_INVALID);
        pc_root_key_free(key);
    }
}

static void a_large_file_is_not_read_whole(void **state)
{
    struct vault_case *c = *state;
    const char *path = write_file(c, "root.key", PC_STR(DIGITS));
    assert_int_equal(truncate(path, (off_t)1 << 40), 0);
    assert_file(c, path, PC_DIAG_ROOT_KEY);
}

// Who may read it ---------------------------------------------------------------------------------

static void modes_of_others_are_refused(void **state)
{
    struct vault_case *c = *state;
    const char *path = write_file(c, "root.key", PC_STR(DIGITS "\n"));
    for (mode_t mode = 0; mode <= 0777; mode++) {
        assert_int_equal(chmod(path, mode), 0);
        bool readable = geteuid() == 0 || (mode & S_IRUSR) != 0;
        if ((mode & 077) == 0 && readable) {
            assert_file(c, path, PC_DIAG_NONE);
        } else {
            assert_file(c, path, readable ? PC_DIAG_ROOT_KEY_EXPOSED : PC_DIAG_ROOT_KEY);
        }
    }
}

static void a_file_of_another_user_is_refused(void **state)
{
    struct vault_case *c = *state;
    const char *path = write_file(c, "root.key", PC_STR(DIGITS "\n"));
    if (geteuid() != 0) {
        return; // only root can give files away
    }
    assert_int_equal(chown(path, 65534, (gid_t)-1), 0);
    assert_file(c, path, PC_DIAG_ROOT_KEY_EXPOSED);
    assert_int_equal(chown(path, 0, 65534), 0); // a group without rights is nobody
    assert_file(c, path, PC_DIAG_NONE);
}

static void what_is_no_file_is_refused_at_once(void **state)
{
    struct vault_case *c = *state;
    char target[160];
    (void)snprintf(target, sizeof(target), "%s", write_file(c, "root.key", PC_STR(DIGITS)));
    assert_int_equal(symlink(target, path_in(c, "link")), 0);
    assert_int_equal(symlink("nothing", path_in(c, "dangling")), 0);
    assert_int_equal(mkdir(path_in(c, "folder"), 0700), 0);
    assert_int_equal(mkfifo(path_in(c, "pipe"), 0600), 0);
    assert_file(c, path_in(c, "link"), PC_DIAG_ROOT_KEY_EXPOSED);
    assert_file(c, path_in(c, "dangling"), PC_DIAG_ROOT_KEY_EXPOSED);
    assert_file(c, path_in(c, "folder"), PC_DIAG_ROOT_KEY_EXPOSED);
    (void)alarm(10);
    assert_file(c, path_in(c, "pipe"), PC_DIAG_ROOT_KEY_EXPOSED);
    (void)alarm(0);
    assert_file(c, "/dev/null", PC_DIAG_ROOT_KEY_EXPOSED);
    assert_file(c, path_in(c, "missing"), PC_DIAG_ROOT_KEY);
    assert_file(c, path_in(c, "root.key/below"), PC_DIAG_ROOT_KEY);
    assert_file(c, "", PC_DIAG_ROOT_KEY);
}

// Credentials -------------------------------------------------------------------------------------

static enum pc_diag_code credential(struct vault_case *c, const char *name)
{
    struct pc_root_key *key = NULL;
    enum pc_status status = pc_root_key_from_credential(name, &c->diags, &key);
    assert_int_equal(status, key != NULL ? PC_OK : PC_ERR_INVALID);
    if (key != NULL) {
        assert_ours(c, key);
    }
    return vault_case_code(c);
}

static void a_credential_is_a_name_in_the_folder(void **state)
{
    struct vault_case *c = *state;
    char longest[5000];
    const char *path = write_file(c, "root.key", PC_STR(DIGITS));
    assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
    assert_int_equal(credential(c, "root.key"), PC_DIAG_ROOT_KEY);
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", "", 1), 0);
    assert_int_equal(credential(c, "root.key"), PC_DIAG_ROOT_KEY);
    assert_int_equal(chdir(c->base), 0);
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", ".", 1), 0);
    assert_int_equal(credential(c, "root.key"), PC_DIAG_ROOT_KEY);
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", c->base, 1), 0);
    assert_int_equal(credential(c, "root.key"), PC_DIAG_NONE);
    static const char *const wrong[] = {"",
                                        ".",
                                        "..",
                                        "../root.key",
                                        "./root.key",
                                        "/etc/passwd",
                                        "folder/root.key",
                                        "root.key/",
                                        ".hidden",
                                        "missing"};
    assert_int_equal(mkdir(path_in(c, "folder"), 0700), 0);
    (void)write_file(c, "folder/root.key", PC_STR(DIGITS));
    (void)write_file(c, ".hidden", PC_STR(DIGITS));
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_int_equal(credential(c, wrong[i]), PC_DIAG_ROOT_KEY);
    }
    memset(longest, 'a', sizeof(longest));
    longest[sizeof(longest) - 1] = '\0';
    assert_int_equal(credential(c, longest), PC_DIAG_ROOT_KEY);
    // systemd lets the service's user read by an access list, which shows as a right of the group.
    path = path_in(c, "root.key");
    for (mode_t mode = 0400; mode <= 0477; mode++) {
        assert_int_equal(chmod(path, mode), 0);
        assert_int_equal(credential(c, "root.key"),
                         (mode & 037) == 0 ? PC_DIAG_NONE : PC_DIAG_ROOT_KEY_EXPOSED);
    }
    assert_int_equal(symlink("root.key", path_in(c, "link")), 0);
    assert_int_equal(credential(c, "link"), PC_DIAG_ROOT_KEY_EXPOSED);
    assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
}

// Descriptors -------------------------------------------------------------------------------------

static void assert_descriptor(struct vault_case *c, int fd, enum pc_diag_code code)
{
    struct pc_root_key *key = NULL;
    enum pc_status status = pc_root_key_from_descriptor(fd, &c->diags, &key);
    assert_int_equal(status, code == PC_DIAG_NONE ? PC_OK : PC_ERR_INVALID);
    if (code == PC_DIAG_NONE) {
        assert_ours(c, key);
        assert_int_equal(fcntl(fd, F_GETFD), 0); // open still, as it was
    } else {
        assert_null(key);
        assert_int_equal(vault_case_code(c), code);
    }
}

// Writes the text in pieces, as a slow writer would.
static void feed(int fd, const char *text, size_t length, size_t piece)
{
    for (size_t at = 0; at < length; at += piece) {
        size_t size = length - at < piece ? length - at : piece;
        assert_int_equal(write(fd, text + at, size), size);
    }
}

static void a_descriptor_is_read_to_its_end(void **state)
{
    struct vault_case *c = *state;
    static const size_t pieces[] = {1, 7, 100};
    int ends[2];
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(pipe(ends), 0);
        feed(ends[1], DIGITS "\n", 65, pieces[i]);
        (void)close(ends[1]);
        assert_descriptor(c, ends[0], PC_DIAG_NONE);
        assert_descriptor(c, ends[0], PC_DIAG_ROOT_KEY); // it was read
        (void)close(ends[0]);
    }
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    feed(ends[1], DIGITS, 64, 10);
    (void)close(ends[1]);
    assert_descriptor(c, ends[0], PC_DIAG_NONE);
    (void)close(ends[0]);
    assert_descriptor(c, ends[0], PC_DIAG_ROOT_KEY);
    assert_descriptor(c, -1, PC_DIAG_ROOT_KEY);
    assert_int_equal(pipe(ends), 0);
    feed(ends[1], DIGITS DIGITS, 128, 128); // more than a key, and an end that does not come
    (void)alarm(10);
    assert_descriptor(c, ends[0], PC_DIAG_ROOT_KEY);
    (void)alarm(0);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void a_file_by_descriptor_is_held_to_the_same(void **state)
{
    struct vault_case *c = *state;
    const char *path = write_file(c, "root.key", PC_STR(DIGITS "\n"));
    static const mode_t modes[] = {0600, 0400, 0640, 0604, 0620, 0602, 0660, 0644};
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        assert_int_equal(chmod(path, modes[i]), 0);
        int fd = open(path, O_RDONLY);
        assert_true(fd >= 0);
        assert_descriptor(c, fd, i < 2 ? PC_DIAG_NONE : PC_DIAG_ROOT_KEY_EXPOSED);
        (void)close(fd);
    }
    int folder = open(c->base, O_RDONLY | O_DIRECTORY);
    assert_descriptor(c, folder, PC_DIAG_ROOT_KEY);
    (void)close(folder);
}

// Passphrases -------------------------------------------------------------------------------------

static void a_passphrase_is_not_empty_and_not_endless(void **state)
{
    struct vault_case *c = *state;
    static char endless[4097];
    const struct pc_passphrase_terms terms = {.cost = {1, 8U << 20}, .salt = {1}};
    struct pc_root_key *key = NULL;
    memset(endless, 'p', sizeof(endless));
    assert_int_equal(pc_root_key_from_passphrase(PC_STR(""), &terms, &c->diags, &key),
                     PC_ERR_INVALID);
    assert_int_equal(vault_case_code(c), PC_DIAG_ROOT_KEY);
    assert_int_equal(pc_root_key_from_passphrase((struct pc_str){endless, sizeof(endless)}, &terms,
                                                 &c->diags, &key),
                     PC_ERR_INVALID);
    assert_int_equal(vault_case_code(c), PC_DIAG_ROOT_KEY);
    assert_null(key);
    assert_int_equal(
        pc_root_key_from_passphrase((struct pc_str){endless, 4096}, &terms, &c->diags, &key),
        PC_OK);
    pc_root_key_free(key);
}

// Making ------------------------------------------------------------------------------------------

static void a_new_key_is_for_its_owner_alone(void **state)
{
    struct vault_case *c = *state;
    static const mode_t masks[] = {0, 0077, 0022, 0177, 0277, 0777};
    for (size_t i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
        struct pc_root_key *made = NULL;
        struct pc_root_key *read = NULL;
        struct stat info;
        const char *path = path_in(c, "new.key");
        mode_t mask = umask(masks[i]);
        enum pc_status status = pc_root_key_create(path, &c->diags, &made);
        (void)umask(mask);
        assert_int_equal(status, PC_OK);
        assert_int_equal(stat(path, &info), 0);
        assert_int_equal(info.st_mode & 07777, 0600);
        assert_int_equal(info.st_size, 65);
        assert_int_equal(pc_root_key_from_file(path, &c->diags, &read), PC_OK);
        assert_memory_equal(made, read, sizeof(*made));
        assert_memory_not_equal(made, c->root, sizeof(*made));
        pc_root_key_free(made);
        pc_root_key_free(read);
        assert_int_equal(unlink(path), 0);
    }
}

static void assert_not_made(struct vault_case *c, const char *path)
{
    struct pc_root_key *key = NULL;
    assert_int_equal(pc_root_key_create(path, &c->diags, &key), PC_ERR_INVALID);
    assert_null(key);
    assert_int_equal(vault_case_code(c), PC_DIAG_ROOT_KEY);
}

static void nothing_is_overwritten_by_a_new_key(void **state)
{
    struct vault_case *c = *state;
    char bytes[8] = "";
    (void)write_file(c, "there", PC_STR("mine"));
    assert_int_equal(symlink("missing", path_in(c, "link")), 0);
    assert_not_made(c, path_in(c, "there"));
    assert_not_made(c, path_in(c, "link"));
    assert_not_made(c, path_in(c, "no/folder"));
    assert_not_made(c, c->base);
    assert_int_equal(access(path_in(c, "missing"), F_OK), -1);
    int fd = open(path_in(c, "there"), O_RDONLY);
    assert_int_equal(read(fd, bytes, sizeof(bytes)), 4);
    assert_string_equal(bytes, "mine");
    (void)close(fd);
}

// A full disk, here a limit of what may be written.
static void a_key_that_cannot_be_written_leaves_no_file(void **state)
{
    struct vault_case *c = *state;
    struct rlimit before, limit;
    assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    for (rlim_t bytes = 0; bytes < 65; bytes += 16) {
        limit = before;
        limit.rlim_cur = bytes;
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
        assert_not_made(c, path_in(c, "new.key"));
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        assert_int_equal(access(path_in(c, "new.key"), F_OK), -1);
        assert_int_equal(errno, ENOENT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROOT_TEST(a_key_is_64_digits_or_32_bytes),
        ROOT_TEST(a_large_file_is_not_read_whole),
        ROOT_TEST(modes_of_others_are_refused),
        ROOT_TEST(a_file_of_another_user_is_refused),
        ROOT_TEST(what_is_no_file_is_refused_at_once),
        ROOT_TEST(a_credential_is_a_name_in_the_folder),
        ROOT_TEST(a_descriptor_is_read_to_its_end),
        ROOT_TEST(a_file_by_descriptor_is_held_to_the_same),
        ROOT_TEST(a_passphrase_is_not_empty_and_not_endless),
        ROOT_TEST(a_new_key_is_for_its_owner_alone),
        ROOT_TEST(nothing_is_overwritten_by_a_new_key),
        ROOT_TEST(a_key_that_cannot_be_written_leaves_no_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
