// SPDX-License-Identifier: Apache-2.0
//
// The last word before a state is published: what changed between its judgement and that moment.
#include "testing.h"

#include "keyring.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../removal.h"
#include "trust/signing.h"

// A store that "ours" has signed, and a keyring that trusts it.
struct scene {
    char base[64], store[96], trusted[96], seen[96];
    struct pc_arena arena;
    struct pc_diags diags;
    struct pc_store *opened;
    struct pc_snapshot *snapshot;
    struct pc_keyring keyring;
    struct pc_judgement judgement; // good
};

static const char *path_in(const struct scene *scene, const char *name)
{
    static char rooms[2][128];
    static unsigned turn;
    turn = (turn + 1) % 2;
    (void)snprintf(rooms[turn], sizeof(rooms[turn]), "%s/%s", scene->base, name);
    return rooms[turn];
}

static void make_key(struct scene *scene, const char *secret, const char *public)
{
    uint8_t key[PC_SIGN_PUBLIC_BYTES];
    const struct pc_signing_key_files files = {path_in(scene, secret), path_in(scene, public), ""};
    assert_int_equal(pc_signing_key_create(&files, &scene->diags, key), PC_OK);
}

// The keys of this file are trusted from now on.
static void trust(struct scene *scene, const char *public)
{
    char text[256];
    int from = open(path_in(scene, public), O_RDONLY | O_CLOEXEC);
    ssize_t count = read(from, text, sizeof(text));
    assert_true(from >= 0 && count > 0);
    assert_int_equal(close(from), 0);
    (void)unlink(scene->trusted);
    int to = open(scene->trusted, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert_true(to >= 0);
    assert_int_equal(write(to, text, (size_t)count), count);
    assert_int_equal(close(to), 0);
}

static enum pc_status write_something(void *context, struct pc_store_write *write)
{
    (void)context;
    return pc_store_put(write, PC_STORE_META, PC_STR("a"), PC_STR("b"));
}

static void sign(struct scene *scene, uint64_t serial)
{
    struct pc_signing_key *key;
    struct pc_str store = pc_str_from(scene->store);
    assert_int_equal(pc_store_update(store, &scene->diags, write_something, NULL), PC_OK);
    assert_int_equal(pc_signing_key_from_file(path_in(scene, "ours.key"), &scene->diags, &key),
                     PC_OK);
    struct pc_signing signing = {
        .key = key, .store = store, .diags = &scene->diags, .serial = serial};
    assert_int_equal(pc_sign_store(&signing), PC_OK);
    pc_signing_key_free(key);
}

static void judge(struct scene *scene)
{
    struct pc_trust_basis basis;
    struct pc_keyring *keyring = &scene->keyring;
    assert_int_equal(pc_keyring_look(keyring, false, &scene->diags), PC_OK);
    assert_int_equal(pc_keyring_basis(keyring, &scene->diags, &basis), PC_OK);
    assert_int_equal(pc_trust_judge(scene->snapshot, &basis, NULL, &scene->judgement, NULL), PC_OK);
    assert_int_equal(scene->judgement.verdict, PC_TRUST_GOOD);
}

static int open_scene(void **state)
{
    struct scene *scene = calloc(1, sizeof(*scene));
    if (scene == NULL) {
        return -1;
    }
    *state = scene;
    (void)snprintf(scene->base, sizeof(scene->base), "/tmp/polcheck-keyring-XXXXXX");
    if (mkdtemp(scene->base) == NULL || pc_crypto_init() != PC_OK) {
        return -1;
    }
    (void)snprintf(scene->store, sizeof(scene->store), "%s/store", scene->base);
    (void)snprintf(scene->trusted, sizeof(scene->trusted), "%s/trusted", scene->base);
    (void)snprintf(scene->seen, sizeof(scene->seen), "%s/seen", scene->base);
    pc_diags_init(&scene->diags, &scene->arena);
    make_key(scene, "ours.key", "ours.pub");
    make_key(scene, "others.key", "others.pub");
    sign(scene, 5);
    trust(scene, "ours.pub");
    scene->keyring = (struct pc_keyring){
        .store = scene->store, .path = scene->trusted, .seen_path = scene->seen};
    bool opened =
        pc_store_open(pc_str_from(scene->store), &scene->diags, &scene->opened) == PC_OK &&
        pc_snapshot_open(scene->opened, &scene->snapshot) == PC_OK;
    if (opened) {
        judge(scene);
    }
    return opened ? 0 : -1;
}

static int close_scene(void **state)
{
    struct scene *scene = *state;
    pc_keyring_forget(&scene->keyring);
    pc_snapshot_close(scene->snapshot);
    pc_store_close(scene->opened);
    pc_arena_release(&scene->arena);
    remove_all(scene->base);
    free(scene);
    return 0;
}

static enum pc_status admit(struct scene *scene)
{
    return pc_keyring_admit(&scene->keyring, 0, &scene->judgement, &scene->diags);
}

// Refused with this code, and nobody notes that the edition was accepted.
static void expect_refused(struct scene *scene, enum pc_diag_code code)
{
    const struct pc_seen before = scene->keyring.seen;
    struct pc_seen noted, now;
    assert_int_equal(pc_seen_read(scene->seen, &scene->diags, &noted), PC_OK);
    assert_int_equal(admit(scene), PC_ERR_INVALID);
    assert_non_null(scene->diags.first);
    assert_int_equal(scene->diags.first->code, code);
    assert_int_equal(scene->keyring.seen.serial, before.serial);
    assert_int_equal(pc_seen_read(scene->seen, &scene->diags, &now), PC_OK);
    assert_int_equal(now.serial, noted.serial);
}

static void what_is_good_is_admitted_and_noted(void **state)
{
    struct scene *scene = *state;
    struct pc_seen noted;
    assert_int_equal(admit(scene), PC_OK);
    assert_int_equal(scene->keyring.seen.serial, 5);
    assert_int_equal(pc_seen_read(scene->seen, &scene->diags, &noted), PC_OK);
    assert_int_equal(noted.serial, 5);
    assert_true(pc_hash_eq(&noted.digest, &scene->judgement.signature.digest));
    judge(scene);
    assert_int_equal(admit(scene), PC_OK); // the same again is no older one
}

static void the_key_was_removed_meanwhile(void **state)
{
    struct scene *scene = *state;
    trust(scene, "others.pub");
    expect_refused(scene, PC_DIAG_STORE_UNTRUSTED);
}

static void the_keys_went_meanwhile(void **state)
{
    struct scene *scene = *state;
    struct pc_seen noted;
    assert_int_equal(unlink(scene->trusted), 0);
    assert_int_equal(admit(scene), PC_ERR_NOTFOUND);
    assert_int_equal(scene->diags.first->code, PC_DIAG_TRUST_FILE);
    assert_int_equal(scene->keyring.seen.serial, 0);
    assert_int_equal(pc_seen_read(scene->seen, &scene->diags, &noted), PC_OK);
    assert_int_equal(noted.serial, 0);
}

static void another_process_went_further_meanwhile(void **state)
{
    struct scene *scene = *state;
    const struct pc_seen newer = {.serial = 6};
    struct pc_seen before;
    enum pc_seen_order order;
    const struct pc_seen_file file = {scene->seen, PC_SEEN_WAIT_MS};
    assert_int_equal(pc_seen_advance(&file, &newer, &scene->diags, &before, &order), PC_OK);
    expect_refused(scene, PC_DIAG_STORE_ROLLBACK);
}

// It may be offered again, until the wait is long enough to be told.
static void another_process_holds_the_lock(void **state)
{
    struct scene *scene = *state;
    int fd = open(path_in(scene, "seen.lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(admit(scene), PC_ERR_BUSY);
        assert_int_equal(scene->judgement.verdict, PC_TRUST_GOOD);
        assert_int_equal(scene->keyring.seen.serial, 0);
    }
    scene->keyring.busy_at -= 6000; // as if that long had gone by
    assert_int_equal(admit(scene), PC_ERR_IO);
    assert_int_equal(scene->diags.first->code, PC_DIAG_SEEN_FILE);
    assert_int_equal(scene->keyring.seen.serial, 0);
    assert_int_equal(close(fd), 0);
    assert_int_equal(admit(scene), PC_OK);
    assert_int_equal(scene->keyring.seen.serial, 5);
    assert_false(scene->keyring.busy);
}

static void this_engine_went_further_meanwhile(void **state)
{
    struct scene *scene = *state;
    scene->keyring.seen.serial = 6;
    expect_refused(scene, PC_DIAG_STORE_ROLLBACK);
}

static void the_same_serial_was_another_content(void **state)
{
    struct scene *scene = *state;
    scene->keyring.seen.serial = 5;
    expect_refused(scene, PC_DIAG_STORE_ROLLBACK);
}

// Whatever is not known to be good is not.
static void every_other_verdict_is_refused(void **state)
{
    static const enum pc_trust_verdict verdicts[] = {
        PC_TRUST_UNKNOWN, PC_TRUST_UNSIGNED, PC_TRUST_MALFORMED, PC_TRUST_UNTRUSTED,
        PC_TRUST_FORGED,  PC_TRUST_OLDER,    PC_TRUST_OTHER,     PC_TRUST_ALTERED};
    struct scene *scene = *state;
    struct pc_seen noted;
    for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
        scene->judgement.verdict = verdicts[i];
        assert_int_equal(admit(scene), PC_ERR_INVALID);
        assert_int_equal(scene->keyring.seen.serial, 0);
    }
    assert_int_equal(pc_seen_read(scene->seen, &scene->diags, &noted), PC_OK);
    assert_int_equal(noted.serial, 0);
}

// A judgement that goes on keeps its keys, also where their file is written again.
static void keys_in_use_stay(void **state)
{
    struct scene *scene = *state;
    struct pc_keyring *keyring = &scene->keyring;
    const struct pc_trusted_keys *used = keyring->keys;
    uint64_t version = keyring->version;
    trust(scene, "ours.pub");
    assert_int_equal(pc_keyring_look(keyring, true, &scene->diags), PC_OK);
    assert_ptr_equal(keyring->keys, used);
    trust(scene, "others.pub");
    assert_int_equal(pc_keyring_look(keyring, true, &scene->diags), PC_OK);
    assert_true(keyring->version > version);
    assert_int_equal(pc_trusted_keys_count(used), 1); // until the next look that brings others
    assert_false(pc_keyring_has(keyring, &scene->judgement.signature));
}

// Keys that stay in use are not read again and again: a file that was written a moment ago may be
// written once more unseen, and after that moment no longer.
static void keys_in_use_settle(void **state)
{
    struct scene *scene = *state;
    struct pc_keyring *keyring = &scene->keyring;
    const struct timespec pause = {0, 100000000};
    trust(scene, "ours.pub");
    const struct pc_trusted_keys *used = keyring->keys;
    for (int i = 0; i < 100 && !pc_keyring_is_current(keyring); i++) {
        assert_int_equal(pc_keyring_look(keyring, true, &scene->diags), PC_OK);
        assert_ptr_equal(keyring->keys, used);
        (void)nanosleep(&pause, NULL);
    }
    assert_true(pc_keyring_is_current(keyring));
    trust(scene, "others.pub");
    assert_false(pc_keyring_is_current(keyring));
}

int main(void)
{
#define SCENE_TEST(function) cmocka_unit_test_setup_teardown(function, open_scene, close_scene)
    const struct CMUnitTest tests[] = {
        SCENE_TEST(what_is_good_is_admitted_and_noted),
        SCENE_TEST(the_key_was_removed_meanwhile),
        SCENE_TEST(the_keys_went_meanwhile),
        SCENE_TEST(another_process_went_further_meanwhile),
        SCENE_TEST(another_process_holds_the_lock),
        SCENE_TEST(this_engine_went_further_meanwhile),
        SCENE_TEST(the_same_serial_was_another_content),
        SCENE_TEST(every_other_verdict_is_refused),
        SCENE_TEST(keys_in_use_stay),
        SCENE_TEST(keys_in_use_settle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
