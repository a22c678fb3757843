// SPDX-License-Identifier: Apache-2.0
//
// Each call of the system and each piece of memory fails in turn: what is told about the log stays
// true. The linker puts the functions here in front of the C library's, whose names end in 64 where
// files may be large.
#define _GNU_SOURCE // flock, memmem
#include "audit_case.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    KILLED_STATUS = 99, // of the process then
};

enum fault {
    NONE = 0,
    FAILS,       // this call
    FAILS_ON,    // this call and all behind it
    INTERRUPTED, // this call, by a signal
    SHORT,       // this call does half of its work, if it can
    KILLED,      // the process ends in front of this call
};

static struct {
    enum fault fault;
    unsigned at; // the call that fails, from 1
    unsigned calls;
    unsigned pieces; // of memory
} plan;

static void arm(enum fault fault, unsigned at)
{
    plan.fault = fault;
    plan.at = at;
    plan.calls = 0;
    plan.pieces = 0;
}

// The fault that this call meets.
static enum fault meet(void)
{
    plan.calls++;
    bool hit = plan.calls == plan.at || (plan.fault == FAILS_ON && plan.calls > plan.at);
    enum fault fault = hit ? plan.fault : NONE;
    if (fault == KILLED) {
        _exit(KILLED_STATUS);
    }
    if (fault != NONE) {
        errno = fault == INTERRUPTED ? EINTR : EIO;
    }
    return fault;
}

static bool fails(void)
{
    enum fault fault = meet();
    return fault != NONE && fault != SHORT;
}

// Of a call that is counted alone: giving back a lock that one has cannot fail.
static bool never_fails(void)
{
    if (plan.fault == KILLED) {
        (void)meet();
    } else {
        plan.calls++;
    }
    return false;
}

// Of a call that can do a part of its work: how much of it, or -1.
static ssize_t share(size_t count)
{
    enum fault fault = meet();
    return fault == NONE ? (ssize_t)count : fault == SHORT ? (ssize_t)(count / 2) : -1;
}

// Of a call that no signal interrupts.
static bool fails_by_itself(void)
{
    return plan.fault == INTERRUPTED ? never_fails() : fails();
}

static bool memory_fails(void)
{
    plan.pieces++;
    return fails_by_itself();
}

#define WRAP(type, name, parameters, arguments, condition, failure)                                \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        return (condition) ? (failure) : __real_##name arguments;                                  \
    }
#define WRAP_BOTH(type, name, parameters, arguments)                                               \
    WRAP(type, name, parameters, arguments, fails(), -1)                                           \
    WRAP(type, name##64, parameters, arguments, fails(), -1)
#define WRAP_PART(name, parameters, first, rest)                                                   \
    ssize_t __real_##name parameters;                                                              \
    ssize_t __wrap_##name parameters;                                                              \
    ssize_t __wrap_##name parameters                                                               \
    {                                                                                              \
        ssize_t part = share(count);                                                               \
        return part < 0 ? -1 : __real_##name(first, bytes, (size_t)part rest);                     \
    }
#define COMMA ,

WRAP_BOTH(int, openat, (int folder, const char *name, int flags, mode_t mode),
          (folder, name, flags, mode))
WRAP(int, fstat, (int fd, struct stat *info), (fd, info), fails_by_itself(), -1)
WRAP(int, fstat64, (int fd, struct stat *info), (fd, info), fails_by_itself(), -1)
WRAP(int, fstatat, (int folder, const char *name, struct stat *info, int flags),
     (folder, name, info, flags), fails_by_itself(), -1)
WRAP(int, fstatat64, (int folder, const char *name, struct stat *info, int flags),
     (folder, name, info, flags), fails_by_itself(), -1)
WRAP_BOTH(int, ftruncate, (int fd, off_t size), (fd, size))
WRAP(int, flock, (int fd, int how), (fd, how), how == LOCK_UN ? never_fails() : fails(), -1)
WRAP(int, fsync, (int fd), (fd), fails(), -1)
WRAP(int, fdatasync, (int fd), (fd), fails(), -1)
WRAP_PART(write, (int fd, const void *bytes, size_t count), fd, )
WRAP_PART(pread, (int fd, void *bytes, size_t count, off_t at), fd, COMMA at)
WRAP_PART(pread64, (int fd, void *bytes, size_t count, off_t at), fd, COMMA at)
WRAP_PART(pwrite, (int fd, const void *bytes, size_t count, off_t at), fd, COMMA at)
WRAP_PART(pwrite64, (int fd, const void *bytes, size_t count, off_t at), fd, COMMA at)
WRAP(void *, malloc, (size_t size), (size), memory_fails(), NULL)
WRAP(void *, calloc, (size_t count, size_t size), (count, size), memory_fails(), NULL)
WRAP(void *, realloc, (void *piece, size_t size), (piece, size), memory_fails(), NULL)

// The tests ---------------------------------------------------------------------------------------

static const enum fault faults[] = {FAILS, FAILS_ON, INTERRUPTED, SHORT};

enum {
    ROUNDS = 4,
    MOST_CALLS = 200,
};

// Was there a call left for the fault to happen to?
static bool disarm(void)
{
    bool happened = plan.calls >= plan.at;
    arm(NONE, 0);
    return happened;
}

// Forgets what was reported.
static void forget(struct audit_case *c)
{
    pc_diags_init(&c->diags, &c->arena);
}

static bool is_there(struct audit_case *c, const char *name)
{
    return faccessat(c->place.folder, name, F_OK, 0) == 0;
}

static void creating_leaves_all_or_nothing(void **state)
{
    struct audit_case *c = *state;
    for (size_t round = 0; round < ROUNDS; round++) {
        bool happened = true;
        for (unsigned at = 1; happened; at++) {
            assert_true(at < MOST_CALLS);
            arm(faults[round], at);
            enum pc_status status = pc_audit_open(&c->place, true, &c->diags, &c->audit);
            happened = disarm();
            assert_true(status == PC_OK || c->diags.errors > 0 || status == PC_ERR_NOMEM);
            assert_true(status == PC_OK || faults[round] != INTERRUPTED);
            assert_int_equal(is_there(c, PC_AUDIT_LOG), status == PC_OK);
            assert_int_equal(is_there(c, PC_AUDIT_HEAD), status == PC_OK);
            forget(c);
            if (status == PC_OK) {
                audit_case_assert_sound(c, 0);
                pc_audit_close(c->audit);
                c->audit = NULL;
                assert_int_equal(unlinkat(c->place.folder, PC_AUDIT_LOG, 0), 0);
                assert_int_equal(unlinkat(c->place.folder, PC_AUDIT_HEAD, 0), 0);
            }
        }
    }
}

// After a failure the log has the entry or not, and goes on; without one it has it.
static void appending_leaves_a_log_that_goes_on(void **state)
{
    struct audit_case *c = *state;
    unsigned entries = 0;
    for (size_t round = 0; round < ROUNDS; round++) {
        bool happened = true;
        for (unsigned at = 1; happened; at++) {
            struct pc_audit_entry entry = audit_case_entry(at);
            size_t before = audit_case_read(c, PC_AUDIT_LOG).len;
            arm(faults[round], at);
            enum pc_status status = pc_audit_append(c->audit, &entry, &c->diags);
            happened = disarm();
            assert_true(status == PC_OK || (status == PC_ERR_IO && c->diags.errors > 0));
            assert_true(status == PC_OK || faults[round] != INTERRUPTED);
            // After one failure alone everything is as it was.
            assert_true(status == PC_OK || faults[round] == FAILS_ON ||
                        audit_case_read(c, PC_AUDIT_LOG).len == before);
            forget(c);
            struct pc_audit_verdict verdict = audit_case_verify(c);
            assert_int_equal(verdict.fault, PC_AUDIT_SOUND);
            assert_true(verdict.end.seq == entries + 1 ||
                        (status != PC_OK && verdict.end.seq == entries));
            audit_case_append(c, 1, 1);
            entries = (unsigned)verdict.end.seq + 1;
            audit_case_assert_sound(c, entries);
        }
    }
}

// As above, where there is something to adopt or to cut off first.
static void tidying_up_loses_nothing(void **state)
{
    struct audit_case *c = *state;
    audit_case_append(c, 1, 2);
    struct pc_str head = audit_case_read(c, PC_AUDIT_HEAD);
    audit_case_append(c, 3, 4);
    struct pc_buf log = {0};
    pc_buf_str(&log, audit_case_read(c, PC_AUDIT_LOG));
    pc_buf_text(&log, "{\"seq\":5,\"time\":");
    pc_audit_close(c->audit);
    c->audit = NULL;
    for (size_t round = 0; round < ROUNDS; round++) {
        bool happened = true;
        for (unsigned at = 1; happened; at++) {
            assert_true(at < MOST_CALLS);
            audit_case_write(c, PC_AUDIT_LOG, pc_buf_view(&log));
            audit_case_write(c, PC_AUDIT_HEAD, head);
            arm(faults[round], at);
            enum pc_status status = pc_audit_open(&c->place, false, &c->diags, &c->audit);
            happened = disarm();
            assert_true(status == PC_OK || c->diags.errors > 0 || status == PC_ERR_NOMEM);
            assert_true(status == PC_OK || faults[round] != INTERRUPTED);
            forget(c);
            audit_case_assert_sound(c, 4);
            audit_case_reopen(c);
            audit_case_append(c, 5, 5);
            audit_case_assert_sound(c, 5);
            pc_audit_close(c->audit);
            c->audit = NULL;
        }
    }
    pc_buf_release(&log);
}

// Whoever cannot read the log does not say that something is wrong with it.
static void verifying_blames_no_entry_for_the_system(void **state)
{
    struct audit_case *c = *state;
    audit_case_append(c, 1, 5);
    for (size_t round = 0; round < ROUNDS; round++) {
        bool happened = true;
        for (unsigned at = 1; happened; at++) {
            struct pc_audit_verdict verdict = {.fault = PC_AUDIT_SOUND};
            assert_true(at < MOST_CALLS);
            arm(faults[round], at);
            enum pc_status status = pc_audit_verify(&c->place, NULL, &c->diags, &verdict);
            happened = disarm();
            assert_true(status == PC_OK || status == PC_ERR_NOMEM ||
                        (status == PC_ERR_IO && c->diags.errors > 0));
            assert_true(status == PC_OK || faults[round] != INTERRUPTED);
            assert_int_equal(verdict.fault, PC_AUDIT_SOUND);
            forget(c);
        }
    }
}

static void syncing_tells_what_fails(void **state)
{
    struct audit_case *c = *state;
    audit_case_append(c, 1, 1);
    for (unsigned at = 1; at <= 2; at++) {
        arm(FAILS, at);
        enum pc_status status = pc_audit_sync(c->audit, &c->diags);
        assert_true(disarm());
        assert_int_equal(status, PC_ERR_IO);
        audit_case_assert_said(c, PC_DIAG_AUDIT_IO, "brought to the disk", 0);
    }
}

// Looks for what secrets/audit.h promises: seven calls of the system and no memory.
static void an_append_costs_seven_calls(void **state)
{
    struct audit_case *c = *state;
    audit_case_append(c, 1, 1);
    struct pc_audit_entry entry = audit_case_entry(6);
    arm(NONE, 0);
    enum pc_status status = pc_audit_append(c->audit, &entry, &c->diags);
    unsigned calls = plan.calls;
    unsigned pieces = plan.pieces;
    assert_int_equal(status, PC_OK);
    assert_int_equal(calls, 7);
    assert_int_equal(pieces, 0);
}

// Accepting ---------------------------------------------------------------------------------------

// What a power failure may leave of a log of six entries: lines that are sound, and what is behind
// them.
enum {
    BEHIND = 70000
}; // bytes: some pages, and more than a line may have
struct wreck {
    size_t sound;
    bool behind;    // something that is not sound
    bool whole;     // it ends a line
    bool head_torn; // the head is not ours
    bool lost;      // what the vault has noted is not there, and that is said
};
static const struct wreck wrecks[] = {
    {.sound = 4},
    {.sound = 4, .behind = true},
    {.sound = 3, .behind = true, .whole = true},
    {.sound = 6, .behind = true, .whole = true},
    {.sound = 6, .head_torn = true},
    {.sound = 5, .behind = true, .whole = true, .head_torn = true},
    {.sound = 1, .behind = true, .lost = true},
    {.sound = 0, .lost = true}, // and no log
    {.sound = 0, .head_torn = true, .lost = true},
};

enum {
    WRECKS = sizeof(wrecks) / sizeof(wrecks[0]),
    SECONDS = 1764072000,
    MOST_KEPT = 4,
};

struct wreckage {
    struct pc_str sound, behind, head;
    bool headed; // the head is ours
    struct pc_audit_acceptance acceptance;
};

static void name_kept(char *name, int number)
{
    (void)snprintf(name, PC_AUDIT_KEPT_NAME, PC_AUDIT_KEPT "%d", SECONDS + number);
}

static void lay_out(struct audit_case *c, const struct wreckage *w)
{
    char name[PC_AUDIT_KEPT_NAME];
    struct pc_buf log = {0};
    for (int i = 0; i < MOST_KEPT; i++) {
        name_kept(name, i);
        (void)unlinkat(c->place.folder, name, 0);
    }
    pc_buf_str(&log, w->sound);
    pc_buf_str(&log, w->behind);
    assert_int_equal(pc_buf_status(&log), PC_OK);
    audit_case_write(c, PC_AUDIT_LOG, pc_buf_view(&log));
    if (log.len == 0) {
        assert_int_equal(unlinkat(c->place.folder, PC_AUDIT_LOG, 0), 0);
    }
    audit_case_write(c, PC_AUDIT_HEAD, w->head);
    pc_buf_release(&log);
}

// Entries have the generations 1 to 6; the vault has noted the second.
static void make_log(struct audit_case *c, struct wreckage *w)
{
    audit_case_append(c, 1, 2);
    assert_int_equal(pc_audit_where(c->audit, &c->diags, &w->acceptance.noted), PC_OK);
    audit_case_append(c, 3, 6);
    pc_audit_close(c->audit);
    c->audit = NULL;
    w->acceptance.time = (int64_t)SECONDS * 1000000000;
    w->acceptance.principal = PC_STR("uid 0 (root)");
    w->acceptance.generation = 6;
}

static void wreck(struct audit_case *c, const struct wreck *how, struct pc_str log,
                  struct pc_str head, struct wreckage *w)
{
    size_t end = 0;
    for (size_t i = 1; i <= how->sound; i++) {
        end += audit_case_line(log, i).len;
    }
    w->sound = pc_str_slice(log, 0, end);
    w->behind = PC_STR("");
    w->headed = !how->head_torn;
    w->acceptance.lost = how->lost;
    w->head = how->head_torn ? pc_str_slice(head, 0, head.len - 1) : head;
    if (how->behind) {
        char *bytes = pc_arena_alloc(&c->arena, BEHIND);
        assert_non_null(bytes);
        memset(bytes, 0, BEHIND); // as of pages that were not written
        bytes[BEHIND - 1] = how->whole ? '\n' : '}';
        w->behind = (struct pc_str){bytes, BEHIND};
    }
}

static bool says(struct pc_str log, const char *text)
{
    return memmem(log.ptr, log.len, text, strlen(text)) != NULL;
}

// Some entry names a file that has all that was behind the sound part.
static bool is_kept(struct audit_case *c, struct pc_str log, struct pc_str behind)
{
    char text[2 * PC_AUDIT_KEPT_NAME];
    char name[PC_AUDIT_KEPT_NAME];
    bool kept = false;
    for (int i = 0; i < MOST_KEPT && !kept; i++) {
        name_kept(name, i);
        (void)snprintf(text, sizeof(text), " are in %s\"", name);
        kept = is_there(c, name) && says(log, text) && pc_str_eq(audit_case_read(c, name), behind);
    }
    return kept;
}

static size_t lines_of(struct pc_str log)
{
    size_t count = 0;
    for (size_t i = 0; i < log.len; i++) {
        count += log.ptr[i] == '\n';
    }
    return count;
}

// Whatever was done before, the sound part is there; and if the log is sound, it tells all of it.
static bool is_accepted(struct audit_case *c, const struct wreckage *w)
{
    struct pc_str log = is_there(c, PC_AUDIT_LOG) ? audit_case_read(c, PC_AUDIT_LOG) : PC_STR("");
    assert_true(pc_str_has_prefix(log, w->sound));
    struct pc_audit_verdict verdict = audit_case_verify(c);
    assert_int_equal(verdict.lost, says(log, "\"lost\":") ? 2 - lines_of(w->sound) : 0);
    if (verdict.fault != PC_AUDIT_SOUND) {
        return false;
    }
    log = pc_str_slice(log, 0, verdict.end.bytes);
    assert_true(says(log, "\"event\":\"accept\",\"principal\":\"uid 0 (root)\""));
    assert_true(says(log, w->headed ? "its head had said entry 6"
                                    : "its head was missing or not made with this vault's key"));
    assert_true(w->behind.len == 0 || is_kept(c, log, w->behind));
    assert_int_equal(verdict.lost > 0, w->acceptance.lost);
    return true;
}

static void accept_again(struct audit_case *c, const struct wreckage *w)
{
    struct pc_audit_accepted accepted = {.changed = false};
    assert_int_equal(pc_audit_accept(&c->place, &w->acceptance, &c->diags, &accepted), PC_OK);
    assert_true(is_accepted(c, w));
    audit_case_reopen(c); // and it goes on
    audit_case_append(c, 6, 6);
    pc_audit_close(c->audit);
    c->audit = NULL;
    assert_int_equal(audit_case_verify(c).fault, PC_AUDIT_SOUND);
}

// Ends in front of the call; false when there is none.
static bool accept_and_end(struct audit_case *c, const struct wreckage *w, unsigned at)
{
    int status = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct pc_audit_accepted accepted;
        arm(KILLED, at);
        _exit(pc_audit_accept(&c->place, &w->acceptance, &c->diags, &accepted) == PC_OK ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_true(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == KILLED_STATUS);
    return WEXITSTATUS(status) == KILLED_STATUS;
}

static void accepting_may_end_anywhere(void **state)
{
    struct audit_case *c = *state;
    struct wreckage w;
    make_log(c, &w);
    struct pc_str log = audit_case_read(c, PC_AUDIT_LOG);
    struct pc_str head = audit_case_read(c, PC_AUDIT_HEAD);
    for (size_t i = 0; i < WRECKS; i++) {
        unsigned ends_unsound = 0, ends_sound = 0;
        bool ended = true;
        wreck(c, &wrecks[i], log, head, &w);
        for (unsigned at = 1; ended; at++) {
            assert_true(at < MOST_CALLS);
            lay_out(c, &w);
            assert_int_not_equal(audit_case_verify(c).fault, PC_AUDIT_SOUND);
            ended = accept_and_end(c, &w, at);
            bool accepted = is_accepted(c, &w);
            assert_true(accepted || ended);
            ends_sound += accepted;
            ends_unsound += !accepted;
            accept_again(c, &w);
        }
        assert_true(ends_unsound > 3 && ends_sound > 1);
    }
}

static void accepting_survives_what_fails(void **state)
{
    struct audit_case *c = *state;
    struct wreckage w;
    make_log(c, &w);
    struct pc_str log = audit_case_read(c, PC_AUDIT_LOG);
    struct pc_str head = audit_case_read(c, PC_AUDIT_HEAD);
    for (size_t round = 0; round < ROUNDS * WRECKS; round++) {
        enum fault fault = faults[round % ROUNDS];
        bool happened = true;
        wreck(c, &wrecks[round / ROUNDS], log, head, &w);
        for (unsigned at = 1; happened; at++) {
            struct pc_audit_accepted accepted = {.changed = false};
            assert_true(at < MOST_CALLS);
            lay_out(c, &w);
            arm(fault, at);
            enum pc_status status = pc_audit_accept(&c->place, &w.acceptance, &c->diags, &accepted);
            happened = disarm();
            assert_true(status == PC_OK || c->diags.errors > 0 || status == PC_ERR_NOMEM);
            assert_true(status == PC_OK || fault != INTERRUPTED);
            assert_int_equal(accepted.changed, status == PC_OK);
            forget(c);
            assert_true(is_accepted(c, &w) || status != PC_OK);
            accept_again(c, &w);
        }
    }
}

#define EMPTY(name) cmocka_unit_test_setup_teardown(name, audit_case_empty, audit_case_close)
#define TEST(name)  cmocka_unit_test_setup_teardown(name, audit_case_open, audit_case_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EMPTY(creating_leaves_all_or_nothing), TEST(appending_leaves_a_log_that_goes_on),
        TEST(tidying_up_loses_nothing),        TEST(verifying_blames_no_entry_for_the_system),
        TEST(syncing_tells_what_fails),        TEST(an_append_costs_seven_calls),
        TEST(accepting_may_end_anywhere),      TEST(accepting_survives_what_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
