// SPDX-License-Identifier: Apache-2.0
//
// The file of what was seen: it only rises, whoever writes it, and what is wrong with it is never
// taken for nothing seen.
#include "trust_case.h"

#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>

#include "trust_vectors.def"

static struct pc_seen edition_of(uint64_t serial, uint8_t content)
{
    struct pc_seen edition = {.serial = serial};
    memset(edition.digest.bytes, content, sizeof(edition.digest.bytes));
    return edition;
}

static enum pc_status try_advance(struct shelf *shelf, const char *path,
                                  const struct pc_seen *edition, struct pc_seen *before,
                                  enum pc_seen_order *order)
{
    const struct pc_seen_file file = {path, PC_SEEN_WAIT_MS};
    return pc_seen_advance(&file, edition, &shelf->diags, before, order);
}

static enum pc_status accept(struct shelf *shelf, const char *path, struct pc_judgement *judgement)
{
    const struct pc_seen_file file = {path, PC_SEEN_WAIT_MS};
    return pc_trust_accept(&file, &shelf->diags, judgement);
}

// Advances to an edition; gives what came of it.
static enum pc_seen_order advance(struct shelf *shelf, const char *path, uint64_t serial,
                                  uint8_t content)
{
    const struct pc_seen edition = edition_of(serial, content);
    struct pc_seen before;
    enum pc_seen_order order = PC_SEEN_OLDER;
    assert_int_equal(try_advance(shelf, path, &edition, &before, &order), PC_OK);
    return order;
}

static void assert_seen(struct shelf *shelf, const char *path, uint64_t serial, uint8_t content)
{
    const struct pc_seen expected = edition_of(serial, content);
    struct pc_seen seen;
    assert_int_equal(pc_seen_read(path, &shelf->diags, &seen), PC_OK);
    assert_int_equal(seen.serial, serial);
    assert_true(serial == 0 || pc_hash_eq(&seen.digest, &expected.digest));
}

static void editions_have_an_order(void **state)
{
    (void)state;
    const struct pc_seen none = {.serial = 0}, first = edition_of(1, 1), other = edition_of(1, 2);
    const struct pc_seen second = edition_of(2, 1), last = edition_of(PC_SIGNATURE_SERIAL_MAX, 1);
    assert_int_equal(pc_seen_compare(&first, &none), PC_SEEN_NEWER);
    assert_int_equal(pc_seen_compare(&none, &none), PC_SEEN_OLDER);
    assert_int_equal(pc_seen_compare(&none, &first), PC_SEEN_OLDER);
    assert_int_equal(pc_seen_compare(&first, &first), PC_SEEN_SAME);
    assert_int_equal(pc_seen_compare(&first, &other), PC_SEEN_OTHER);
    assert_int_equal(pc_seen_compare(&second, &other), PC_SEEN_NEWER);
    assert_int_equal(pc_seen_compare(&first, &second), PC_SEEN_OLDER);
    assert_int_equal(pc_seen_compare(&last, &second), PC_SEEN_NEWER);
    assert_int_equal(pc_seen_compare(&second, &last), PC_SEEN_OLDER);
}

static void it_rises_and_never_falls(void **state)
{
    struct shelf *shelf = *state;
    const char *path = case_path(shelf, "seen");
    struct stat about;
    assert_seen(shelf, path, 0, 0);
    assert_int_equal(advance(shelf, path, 5, 1), PC_SEEN_NEWER);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 07777, 0600);
    assert_seen(shelf, path, 5, 1);
    assert_int_equal(advance(shelf, path, 5, 1), PC_SEEN_SAME);
    assert_int_equal(advance(shelf, path, 5, 2), PC_SEEN_OTHER);
    assert_int_equal(advance(shelf, path, 4, 1), PC_SEEN_OLDER);
    assert_seen(shelf, path, 5, 1);
    assert_int_equal(advance(shelf, path, PC_SIGNATURE_SERIAL_MAX, 3), PC_SEEN_NEWER);
    assert_int_equal(advance(shelf, path, 6, 1), PC_SEEN_OLDER);
    assert_seen(shelf, path, PC_SIGNATURE_SERIAL_MAX, 3);
    assert_false(shelf_exists(case_path(shelf, "seen.new")));
}

// Failures ----------------------------------------------------------------------------------------

static void assert_unusable(struct shelf *shelf, const char *path, enum pc_status status,
                            enum pc_diag_code code)
{
    const struct pc_seen edition = edition_of(PC_SIGNATURE_SERIAL_MAX, 1);
    struct pc_seen before;
    enum pc_seen_order order = PC_SEEN_OLDER;
    assert_int_equal(try_advance(shelf, path, &edition, &before, &order), status);
    assert_int_equal(order, PC_SEEN_OLDER);
    assert_int_equal(shelf_code(shelf), code);
}

static void each_byte_of_it_counts(void **state)
{
    struct shelf *shelf = *state;
    char text[sizeof(KNOWN_SEEN) + 1] = KNOWN_SEEN;
    size_t size = sizeof(KNOWN_SEEN) - 1;
    const char *path = case_path(shelf, "seen");
    struct pc_seen seen;
    for (size_t i = 0; i < size; i++) {
        text[i] ^= 1;
        assert_true(shelf_write_file(path, text, size));
        assert_int_equal(pc_seen_read(path, &shelf->diags, &seen), PC_ERR_INVALID);
        assert_int_equal(shelf_code(shelf), PC_DIAG_SEEN_FILE);
        text[i] ^= 1;
    }
    for (size_t length = 0; length < size; length++) {
        assert_true(shelf_write_file(path, text, length));
        assert_int_equal(pc_seen_read(path, &shelf->diags, &seen), PC_ERR_INVALID);
    }
    text[size] = '\n';
    assert_true(shelf_write_file(path, text, size + 1));
    assert_unusable(shelf, path, PC_ERR_INVALID, PC_DIAG_SEEN_FILE);
    assert_true(shelf_write_file(path, text, size));
    assert_int_equal(pc_seen_read(path, &shelf->diags, &seen), PC_OK);
    assert_int_equal(seen.serial, KNOWN_SERIAL);
}

static void what_others_may_write_to_says_nothing(void **state)
{
    struct shelf *shelf = *state;
    const char *path = case_write(shelf, "seen", KNOWN_SEEN);
    assert_int_equal(chmod(path, 0620), 0);
    assert_unusable(shelf, path, PC_ERR_INVALID, PC_DIAG_TRUST_FILE_EXPOSED);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(chmod(case_path(shelf, "seen.lock"), 0666), 0);
    assert_unusable(shelf, path, PC_ERR_INVALID, PC_DIAG_TRUST_FILE_EXPOSED);
}

// Who can remove the file has nothing seen, and who can make one there first, as also in a folder
// with the sticky bit, has everything refused.
static void a_folder_that_others_may_write_to_keeps_nothing(void **state)
{
    struct shelf *shelf = *state;
    static const struct {
        mode_t mode;
        bool fine;
    } rows[] = {{0700, true},  {0755, true},   {0775, false}, {0757, false},
                {0777, false}, {01777, false}, {01770, false}};
    const char *path = case_path(shelf, "seen");
    assert_int_equal(advance(shelf, path, 5, 1), PC_SEEN_NEWER);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pc_seen seen;
        enum pc_status expected = rows[i].fine ? PC_OK : PC_ERR_INVALID;
        assert_int_equal(chmod(shelf->base, rows[i].mode), 0);
        assert_int_equal(pc_seen_read(path, &shelf->diags, &seen), expected);
        assert_int_equal(shelf_code(shelf),
                         rows[i].fine ? PC_DIAG_NONE : PC_DIAG_TRUST_FILE_EXPOSED);
    }
    assert_unusable(shelf, path, PC_ERR_INVALID, PC_DIAG_TRUST_FILE_EXPOSED);
    if (geteuid() == 0) {
        assert_int_equal(chmod(shelf->base, 0700), 0);
        assert_int_equal(chown(shelf->base, 12345, 0), 0);
        assert_unusable(shelf, path, PC_ERR_INVALID, PC_DIAG_TRUST_FILE_EXPOSED);
    }
}

static void links_and_folders_are_not_followed(void **state)
{
    struct shelf *shelf = *state;
    const char *path = case_path(shelf, "seen"), *link = case_path(shelf, "link");
    (void)case_write(shelf, "seen", KNOWN_SEEN);
    assert_int_equal(symlink("seen", link), 0);
    assert_unusable(shelf, link, PC_ERR_INVALID, PC_DIAG_TRUST_FILE_EXPOSED);
    assert_int_equal(unlink(path), 0); // it leads nowhere now, and is not "never written"
    assert_unusable(shelf, link, PC_ERR_INVALID, PC_DIAG_TRUST_FILE_EXPOSED);
    assert_unusable(shelf, shelf->base, PC_ERR_INVALID, PC_DIAG_TRUST_FILE_EXPOSED);
    assert_int_equal(symlink("elsewhere", case_path(shelf, "x.lock")), 0);
    assert_unusable(shelf, case_path(shelf, "x"), PC_ERR_IO, PC_DIAG_SEEN_FILE);
    assert_false(shelf_exists(case_path(shelf, "elsewhere")));
}

static void without_its_folder_nothing_is_accepted(void **state)
{
    struct shelf *shelf = *state;
    assert_unusable(shelf, case_path(shelf, "none/seen"), PC_ERR_NOTFOUND, PC_DIAG_SEEN_FILE);
    char path[5000];
    memset(path, 'x', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    assert_unusable(shelf, path, PC_ERR_IO, PC_DIAG_SEEN_FILE);
}

static int no_room(void *context)
{
    struct shelf *shelf = context;
    const struct rlimit none = {40, 40};
    const struct pc_seen edition = edition_of(9, 1);
    struct pc_seen before;
    enum pc_seen_order order = PC_SEEN_OLDER;
    (void)signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &none) != 0) {
        return 2;
    }
    enum pc_status status = try_advance(shelf, case_path(shelf, "seen"), &edition, &before, &order);
    return status == PC_ERR_IO && order == PC_SEEN_OLDER ? 0 : 1;
}

static void what_cannot_be_written_is_not_accepted(void **state)
{
    struct shelf *shelf = *state;
    const char *path = case_path(shelf, "seen");
    assert_int_equal(advance(shelf, path, 5, 1), PC_SEEN_NEWER);
    assert_int_equal(shelf_in_child(no_room, shelf), 0);
    assert_seen(shelf, path, 5, 1);
    assert_false(shelf_exists(case_path(shelf, "seen.new")));
}

static void what_a_killed_process_left_is_in_nobody_s_way(void **state)
{
    struct shelf *shelf = *state;
    const char *path = case_path(shelf, "seen");
    const char *left = case_write(shelf, "seen.new", "polcheck se");
    assert_int_equal(advance(shelf, path, 5, 1), PC_SEEN_NEWER);
    assert_seen(shelf, path, 5, 1);
    assert_false(shelf_exists(left));
}

static void a_lock_that_is_held_is_not_waited_for_long(void **state)
{
    struct shelf *shelf = *state;
    const char *path = case_path(shelf, "seen");
    int fd = open(case_path(shelf, "seen.lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    int64_t begin = pc_clock_millis();
    assert_unusable(shelf, path, PC_ERR_BUSY, PC_DIAG_SEEN_FILE);
    int64_t patient = pc_clock_millis() - begin;
    const struct pc_seen_file at_once = {path, 0};
    const struct pc_seen edition = edition_of(1, 1);
    struct pc_seen before;
    enum pc_seen_order order = PC_SEEN_OLDER;
    begin = pc_clock_millis();
    assert_int_equal(pc_seen_advance(&at_once, &edition, &shelf->diags, &before, &order),
                     PC_ERR_BUSY);
    assert_true(pc_clock_millis() - begin < patient);
    (void)close(fd);
    assert_int_equal(advance(shelf, path, 1, 1), PC_SEEN_NEWER);
}

// Several processes -------------------------------------------------------------------------------

enum {
    PROCESSES = 8,
    EDITIONS = 25,
};

// One of several that offer editions in an order of their own: none is accepted that is below one
// that the file held already.
static int offer(struct shelf *shelf, unsigned which)
{
    const char *path = case_path(shelf, "seen");
    uint64_t random = which;
    for (unsigned i = 0; i < EDITIONS; i++) {
        const struct pc_seen edition = edition_of(1 + shelf_random(&random) % 1000, 1);
        struct pc_seen before, after;
        enum pc_seen_order order = PC_SEEN_OLDER;
        enum pc_status status = try_advance(shelf, path, &edition, &before, &order);
        if (status == PC_ERR_BUSY) {
            continue;
        }
        bool newer = status == PC_OK && edition.serial > before.serial;
        bool told = newer == (order == PC_SEEN_NEWER);
        if (status != PC_OK || !told || pc_seen_read(path, &shelf->diags, &after) != PC_OK ||
            after.serial < edition.serial || after.serial < before.serial) {
            return 1;
        }
    }
    return 0;
}

static void the_highest_of_several_processes_wins(void **state)
{
    struct shelf *shelf = *state;
    pid_t children[PROCESSES];
    uint64_t highest = 0;
    for (unsigned i = 0; i < PROCESSES; i++) {
        uint64_t random = i;
        for (unsigned n = 0; n < EDITIONS; n++) {
            uint64_t serial = 1 + shelf_random(&random) % 1000;
            highest = serial > highest ? serial : highest;
        }
        (void)fflush(NULL);
        children[i] = fork();
        if (children[i] == 0) {
            _exit(offer(shelf, i));
        }
        assert_true(children[i] > 0);
    }
    for (unsigned i = 0; i < PROCESSES; i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    assert_seen(shelf, case_path(shelf, "seen"), highest, 1);
}

// Accepting ---------------------------------------------------------------------------------------

static void accepting_advances_the_file_or_lowers_the_verdict(void **state)
{
    struct shelf *shelf = *state;
    const char *path = case_path(shelf, "seen");
    struct pc_judgement judgement = {.verdict = PC_TRUST_GOOD, .signature = {.serial = 7}};
    assert_int_equal(accept(shelf, NULL, &judgement), PC_OK);
    assert_int_equal(judgement.verdict, PC_TRUST_GOOD);
    assert_int_equal(accept(shelf, path, &judgement), PC_OK);
    assert_int_equal(judgement.verdict, PC_TRUST_GOOD);
    assert_seen(shelf, path, 7, 0);
    judgement.signature.serial = 6;
    assert_int_equal(accept(shelf, path, &judgement), PC_OK);
    assert_int_equal(judgement.verdict, PC_TRUST_OLDER);
    assert_int_equal(judgement.seen.serial, 7);
    judgement = (struct pc_judgement){.verdict = PC_TRUST_GOOD, .signature = {.serial = 7}};
    judgement.signature.digest.bytes[3] = 1;
    assert_int_equal(accept(shelf, path, &judgement), PC_OK);
    assert_int_equal(judgement.verdict, PC_TRUST_OTHER);
}

static void what_was_not_good_is_not_accepted(void **state)
{
    struct shelf *shelf = *state;
    const char *path = case_path(shelf, "seen");
    for (unsigned verdict = PC_TRUST_UNKNOWN; verdict <= PC_TRUST_ALTERED; verdict++) {
        struct pc_judgement judgement = {.verdict = (enum pc_trust_verdict)verdict,
                                         .signature = {.serial = 9}};
        assert_int_equal(accept(shelf, path, &judgement), PC_OK);
        assert_int_equal(judgement.verdict, verdict);
        assert_false(shelf_exists(path));
    }
}

static void a_file_that_fails_leaves_no_good_verdict(void **state)
{
    struct shelf *shelf = *state;
    const char *path = case_write(shelf, "seen", "something else\n");
    struct pc_judgement judgement = {.verdict = PC_TRUST_GOOD, .signature = {.serial = 9}};
    assert_int_equal(accept(shelf, path, &judgement), PC_ERR_INVALID);
    assert_int_equal(judgement.verdict, PC_TRUST_UNKNOWN);
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, case_setup, case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(editions_have_an_order),
        WITH(it_rises_and_never_falls),
        WITH(each_byte_of_it_counts),
        WITH(what_others_may_write_to_says_nothing),
        WITH(a_folder_that_others_may_write_to_keeps_nothing),
        WITH(links_and_folders_are_not_followed),
        WITH(without_its_folder_nothing_is_accepted),
        WITH(what_cannot_be_written_is_not_accepted),
        WITH(what_a_killed_process_left_is_in_nobody_s_way),
        WITH(a_lock_that_is_held_is_not_waited_for_long),
        WITH(the_highest_of_several_processes_wins),
        WITH(accepting_advances_the_file_or_lowers_the_verdict),
        WITH(what_was_not_good_is_not_accepted),
        WITH(a_file_that_fails_leaves_no_good_verdict),
    };
    return cmocka_run_group_tests_name("trust seen", tests, NULL, NULL);
}
