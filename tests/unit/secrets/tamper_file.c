// SPDX-License-Identifier: Apache-2.0
//
// The bytes of a vault's store as they lie in its file (tamper_case.h).
#include "tamper_case.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

// The file ----------------------------------------------------------------------------------------

struct image {
    int fd;
    struct pc_str bytes;
};

static struct image open_image(struct vault_case *c)
{
    char path[128];
    struct stat info;
    (void)snprintf(path, sizeof(path), "%s/data.mdb", c->store);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0 && fstat(fd, &info) == 0);
    char *bytes = pc_arena_alloc(&c->arena, (size_t)info.st_size);
    assert_non_null(bytes);
    assert_int_equal(pread(fd, bytes, (size_t)info.st_size, 0), info.st_size);
    return (struct image){fd, {bytes, (size_t)info.st_size}};
}

// Opening may fail with what the store says of a file that is none any more.
static void examine_image(struct vault_case *c, const struct truth *truth)
{
    struct pc_vault *vault;
    struct finding out = {0, 0};
    if (pc_vault_open(c->vault, truth->root, &c->diags, &vault) == PC_OK) {
        examine_open(c, vault, truth, &out);
        pc_vault_close(vault);
    }
    (void)vault_case_code(c);
}

static void flip(struct vault_case *c, const struct truth *truth, const struct image *image,
                 size_t at)
{
    char altered = (char)(image->bytes.ptr[at] ^ (1 << (at * 5 + at / 8) % 8));
    assert_int_equal(pwrite(image->fd, &altered, 1, (off_t)at), 1);
    examine_image(c, truth);
    assert_int_equal(pwrite(image->fd, &image->bytes.ptr[at], 1, (off_t)at), 1);
}

static void flipped_bytes_of_the_file_give_no_other_value(void **state)
{
    struct vault_case *c = *state;
    struct truth truth = furnish(c);
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "value-new"), PC_OK);
    truth.secrets[0].value = "value-new";
    const struct image image = open_image(c);
    uint64_t random = UINT64_C(88172645463325252);
    for (unsigned i = 0; i < 2000; i++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        flip(c, &truth, &image, random % image.bytes.len);
    }
    // Both heads of the file whole: what they name may be an older state.
    for (size_t page = 0; page < 2; page++) {
        for (size_t at = 0; at < 168; at++) {
            flip(c, &truth, &image, page * 4096 + at);
        }
    }
    assert_int_equal(close(image.fd), 0);
    assert_whole(c, &truth);
}

static void a_cut_file_gives_no_other_value(void **state)
{
    struct vault_case *c = *state;
    const struct truth truth = furnish(c);
    const struct image image = open_image(c);
    for (size_t length = image.bytes.len; length > 0; length -= length > 512 ? 512 : length) {
        assert_int_equal(ftruncate(image.fd, (off_t)length), 0);
        examine_image(c, &truth);
    }
    assert_int_equal(close(image.fd), 0);
}

// What would be waited for, or has no end, in the place of each file.
static void what_is_no_file_ends_in_an_error_at_once(void **state)
{
    struct vault_case *c = *state;
    const struct truth truth = furnish(c);
    static const char *const names[] = {"data.mdb", "lock.mdb"};
    char path[160], aside[160];
    (void)snprintf(aside, sizeof(aside), "%s/aside", c->base);
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", c->store, names[i]);
        for (unsigned kind = 0; kind < 4; kind++) {
            struct pc_vault *vault = NULL;
            assert_int_equal(rename(path, aside), 0);
            assert_int_equal(kind == 0   ? mkfifo(path, 0600)
                             : kind == 1 ? mkdir(path, 0700)
                             : kind == 2 ? symlink("/dev/zero", path)
                                         : symlink("/dev/full", path),
                             0);
            (void)alarm(20);
            enum pc_status status = pc_vault_open(c->vault, c->root, &c->diags, &vault);
            assert_int_not_equal(status, PC_OK);
            assert_int_not_equal(vault_case_put(c, PAY, "", "FIRST", "other"), PC_OK);
            (void)alarm(0);
            (void)vault_case_code(c);
            remove_all(path);
            assert_int_equal(rename(aside, path), 0);
        }
        assert_whole(c, &truth);
    }
}

// The file of locks is worth nothing but to those who have it open.
static void flipped_bytes_of_the_locks_give_no_other_value(void **state)
{
    struct vault_case *c = *state;
    const struct truth truth = furnish(c);
    char path[160], bytes[8192];
    (void)snprintf(path, sizeof(path), "%s/lock.mdb", c->store);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    ssize_t length = pread(fd, bytes, sizeof(bytes), 0);
    assert_true(length > 200);
    for (off_t at = 0; at < 400 && at < length; at++) {
        char altered = (char)(bytes[at] ^ (1 << at % 8));
        (void)alarm(20);
        assert_int_equal(pwrite(fd, &altered, 1, at), 1);
        examine_image(c, &truth);
        assert_int_equal(pwrite(fd, &altered, 1, at), 1);
        assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "value-one"), PC_OK);
    }
    (void)alarm(0);
    assert_int_equal(close(fd), 0);
    assert_whole(c, &truth);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VAULT_TEST(flipped_bytes_of_the_file_give_no_other_value),
        VAULT_TEST(a_cut_file_gives_no_other_value),
        VAULT_TEST(what_is_no_file_ends_in_an_error_at_once),
        VAULT_TEST(flipped_bytes_of_the_locks_give_no_other_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
