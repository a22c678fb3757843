// SPDX-License-Identifier: Apache-2.0
#define _DEFAULT_SOURCE // flock
#include "audit_case.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

// Opening -----------------------------------------------------------------------------------------

static void both_files_are_made_for_their_owner_alone(void **state)
{
    struct audit_case *c = *state;
    struct stat info;
    mode_t mask = umask(0);
    assert_int_equal(pc_audit_open(&c->place, true, &c->diags, &c->audit), PC_OK);
    (void)umask(mask);
    assert_int_equal(fstatat(c->place.folder, PC_AUDIT_LOG, &info, 0), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    assert_int_equal(info.st_size, 0);
    assert_int_equal(fstatat(c->place.folder, PC_AUDIT_HEAD, &info, 0), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    audit_case_assert_sound(c, 0);
    audit_case_reopen(c);
}

static void nothing_is_created_over_what_is_there(void **state)
{
    struct audit_case *c = *state;
    struct pc_audit *audit = NULL;
    audit_case_write(c, PC_AUDIT_HEAD, PC_STR("mine"));
    assert_int_equal(pc_audit_open(&c->place, true, &c->diags, &audit), PC_ERR_IO);
    audit_case_assert_said(c, PC_DIAG_AUDIT_IO, "exists", 0);
    assert_view(audit_case_read(c, PC_AUDIT_HEAD), "mine");
    assert_int_equal(faccessat(c->place.folder, PC_AUDIT_LOG, F_OK, 0), -1);
    audit_case_write(c, PC_AUDIT_LOG, PC_STR("mine"));
    assert_int_equal(unlinkat(c->place.folder, PC_AUDIT_HEAD, 0), 0);
    assert_int_equal(pc_audit_open(&c->place, true, &c->diags, &audit), PC_ERR_IO);
    audit_case_assert_said(c, PC_DIAG_AUDIT_IO, "exists", 0);
    assert_view(audit_case_read(c, PC_AUDIT_LOG), "mine");
    assert_int_equal(faccessat(c->place.folder, PC_AUDIT_HEAD, F_OK, 0), -1);
}

static void assert_refused(struct audit_case *c, enum pc_status status, const char *text)
{
    struct pc_audit *audit = NULL;
    assert_int_equal(pc_audit_open(&c->place, false, &c->diags, &audit), status);
    assert_null(audit);
    audit_case_assert_said(c, status == PC_ERR_IO ? PC_DIAG_AUDIT_IO : PC_DIAG_AUDIT_DAMAGED, text,
                           0);
}

static void what_is_missing_is_not_made_anew(void **state)
{
    struct audit_case *c = *state;
    audit_case_append(c, 1, 2);
    struct pc_str log = audit_case_read(c, PC_AUDIT_LOG);
    assert_int_equal(unlinkat(c->place.folder, PC_AUDIT_LOG, 0), 0);
    assert_refused(c, PC_ERR_DAMAGED, "audit.log\" is missing");
    assert_int_equal(audit_case_verify(c).fault, PC_AUDIT_SHORTENED);
    assert_int_equal(audit_case_verify(c).line, 1);
    audit_case_write(c, PC_AUDIT_LOG, log);
    assert_int_equal(unlinkat(c->place.folder, PC_AUDIT_HEAD, 0), 0);
    assert_refused(c, PC_ERR_DAMAGED, "missing");
    assert_int_equal(unlinkat(c->place.folder, PC_AUDIT_LOG, 0), 0);
    assert_refused(c, PC_ERR_DAMAGED, "missing");
    struct pc_audit_verdict verdict;
    assert_int_equal(pc_audit_verify(&c->place, NULL, &c->diags, &verdict), PC_ERR_IO);
    audit_case_assert_said(c, PC_DIAG_AUDIT_IO, "No such file", 0);
}

static const char *const both[] = {PC_AUDIT_LOG, PC_AUDIT_HEAD};

static void links_are_refused(void **state)
{
    struct audit_case *c = *state;
    struct pc_audit_verdict verdict;
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(renameat(c->place.folder, both[i], c->place.folder, "other"), 0);
        assert_int_equal(symlinkat("other", c->place.folder, both[i]), 0);
        assert_refused(c, PC_ERR_IO, "symbolic links");
        assert_int_equal(pc_audit_verify(&c->place, NULL, &c->diags, &verdict), PC_ERR_IO);
        audit_case_assert_said(c, PC_DIAG_AUDIT_IO, "symbolic links", 0);
        assert_int_equal(renameat(c->place.folder, "other", c->place.folder, both[i]), 0);
    }
    audit_case_reopen(c);
}

static void files_that_others_may_write_are_refused(void **state)
{
    struct audit_case *c = *state;
    static const mode_t modes[] = {0620, 0602};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(fchmodat(c->place.folder, both[i / 2], modes[i % 2], 0), 0);
        assert_refused(c, PC_ERR_IO, "written by others");
        assert_int_equal(fchmodat(c->place.folder, both[i / 2], 0644, 0), 0);
    }
    audit_case_reopen(c);
}

static void files_of_another_user_are_refused(void **state)
{
    struct audit_case *c = *state;
    if (geteuid() != 0) {
        return; // only root can give files away
    }
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(fchownat(c->place.folder, both[i], 65534, (gid_t)-1, 0), 0);
        assert_refused(c, PC_ERR_IO, "another user");
        assert_int_equal(fchownat(c->place.folder, both[i], 0, (gid_t)-1, 0), 0);
    }
    audit_case_reopen(c);
}

static void what_is_no_file_is_refused(void **state)
{
    struct audit_case *c = *state;
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(renameat(c->place.folder, both[i], c->place.folder, "other"), 0);
        assert_int_equal(mkfifoat(c->place.folder, both[i], 0600), 0);
        assert_refused(c, PC_ERR_IO, "not a regular file"); // at once: nobody writes into it
        assert_int_equal(renameat(c->place.folder, "other", c->place.folder, both[i]), 0);
    }
    audit_case_reopen(c);
}

static void wait_for_a_look(void)
{
    const struct timespec time = {.tv_nsec = (PC_LOOK_MS + 20) * 1000000L};
    (void)nanosleep(&time, NULL);
}

// As a tool that rotates logs does it: the next entry would go where nobody looks.
static void what_was_moved_or_replaced_takes_no_entry(void **state)
{
    struct audit_case *c = *state;
    struct pc_audit_entry entry = audit_case_entry(2);
    audit_case_append(c, 1, 1);
    for (size_t i = 0; i < 4; i++) {
        const char *name = both[i / 2];
        struct pc_str bytes = audit_case_read(c, name);
        assert_int_equal(renameat(c->place.folder, name, c->place.folder, "other"), 0);
        if (i % 2 == 1) {
            audit_case_write(c, name, bytes);
        }
        wait_for_a_look();
        assert_int_equal(pc_audit_append(c->audit, &entry, &c->diags), PC_ERR_DAMAGED);
        audit_case_assert_said(c, PC_DIAG_AUDIT_DAMAGED, "replaced", 0);
        assert_int_equal(audit_case_read(c, "other").len, bytes.len);
        assert_int_equal(renameat(c->place.folder, "other", c->place.folder, name), 0);
        audit_case_assert_sound(c, 1);
    }
    audit_case_append(c, 2, 2);
    audit_case_assert_sound(c, 2);
}

static void another_key_or_vault_does_not_open(void **state)
{
    struct audit_case *c = *state;
    audit_case_append(c, 1, 2);
    c->key[31] ^= 1;
    assert_refused(c, PC_ERR_DAMAGED, "key");
    c->key[31] ^= 1;
    c->place.vault[0] ^= 1;
    assert_refused(c, PC_ERR_DAMAGED, "key");
    c->place.vault[0] ^= 1;
    audit_case_reopen(c);
}

static void every_altered_byte_of_a_head_is_refused(void **state)
{
    struct audit_case *c = *state;
    audit_case_append(c, 1, 2);
    struct pc_str head = audit_case_read(c, PC_AUDIT_HEAD);
    char room[200];
    for (size_t i = 0; i < head.len; i++) {
        memcpy(room, head.ptr, head.len);
        room[i] ^= 4;
        audit_case_write(c, PC_AUDIT_HEAD, (struct pc_str){room, head.len});
        assert_refused(c, PC_ERR_DAMAGED, "altered");
        assert_int_equal(audit_case_verify(c).fault, PC_AUDIT_UNHEADED);
        audit_case_write(c, PC_AUDIT_HEAD, pc_str_slice(head, 0, i));
        assert_refused(c, PC_ERR_DAMAGED, "altered");
    }
    memcpy(room, head.ptr, head.len);
    room[head.len] = '\0';
    audit_case_write(c, PC_AUDIT_HEAD, (struct pc_str){room, head.len + 1});
    assert_refused(c, PC_ERR_DAMAGED, "altered");
    audit_case_write(c, PC_AUDIT_HEAD, head);
    audit_case_reopen(c);
}

// Nor one of zeros, which is what nobody's memory of a head begins as: whoever cut the log at the
// end of an entry would have the rest taken for all of it.
static void a_head_of_zeros_is_refused(void **state)
{
    static const char zeros[200];
    struct audit_case *c = *state;
    audit_case_append(c, 1, 3);
    struct pc_str log = audit_case_read(c, PC_AUDIT_LOG);
    struct pc_str nothing = {zeros, audit_case_read(c, PC_AUDIT_HEAD).len};
    struct pc_str cut = pc_str_slice(log, 0, log.len - audit_case_line(log, 3).len);
    audit_case_write(c, PC_AUDIT_HEAD, nothing);
    assert_refused(c, PC_ERR_DAMAGED, "altered");
    audit_case_write(c, PC_AUDIT_LOG, cut);
    assert_refused(c, PC_ERR_DAMAGED, "altered");
    audit_case_write(c, PC_AUDIT_LOG, PC_STR(""));
    assert_refused(c, PC_ERR_DAMAGED, "altered");
    assert_true(pc_str_eq(audit_case_read(c, PC_AUDIT_HEAD), nothing));
}

// Appending ---------------------------------------------------------------------------------------

static void entries_are_where_it_stands(void **state)
{
    struct audit_case *c = *state;
    struct pc_audit_position at = {.seq = 99};
    assert_int_equal(pc_audit_where(c->audit, &c->diags, &at), PC_OK);
    assert_true(at.seq == 0 && at.bytes == 0 && at.generation == 0);
    audit_case_append(c, 1, 3);
    audit_case_append(c, 2, 2); // an older generation
    assert_int_equal(pc_audit_where(c->audit, &c->diags, &at), PC_OK);
    assert_true(at.seq == 4 && at.generation == 3);
    assert_int_equal(at.bytes, audit_case_read(c, PC_AUDIT_LOG).len);
    struct pc_audit_verdict verdict = audit_case_verify(c);
    assert_memory_equal(&verdict.end, &at, sizeof(at));
    assert_int_equal(pc_audit_sync(c->audit, &c->diags), PC_OK);
    audit_case_reopen(c);
    audit_case_append(c, 5, 5);
    audit_case_assert_sound(c, 5);
}

static void two_that_are_open_take_turns(void **state)
{
    struct audit_case *c = *state;
    struct pc_audit *first = c->audit;
    struct pc_audit *second = NULL;
    assert_int_equal(pc_audit_open(&c->place, false, &c->diags, &second), PC_OK);
    for (unsigned i = 1; i <= 10; i++) {
        c->audit = i % 3 == 0 ? second : first;
        audit_case_append(c, i, i);
    }
    c->audit = first;
    pc_audit_close(second);
    audit_case_assert_sound(c, 10);
}

static void an_entry_that_is_too_long_is_refused(void **state)
{
    struct audit_case *c = *state;
    static char text[PC_AUDIT_ENTRY_MAX];
    memset(text, 'x', sizeof(text));
    audit_case_append(c, 1, 1);
    struct pc_audit_entry entry = audit_case_entry(2);
    entry.message = (struct pc_str){text, 0};
    assert_int_equal(pc_audit_append(c->audit, &entry, &c->diags), PC_OK);
    struct pc_str log = audit_case_read(c, PC_AUDIT_LOG);
    // The member costs ,"message":"" besides its text.
    size_t least = audit_case_line(log, 2).len + strlen(",\"message\":\"\"");
    entry.message.len = PC_AUDIT_ENTRY_MAX - least + 1;
    assert_int_equal(pc_audit_append(c->audit, &entry, &c->diags), PC_ERR_LIMIT);
    audit_case_assert_said(c, PC_DIAG_AUDIT_IO, "limit", 0);
    assert_int_equal(audit_case_read(c, PC_AUDIT_LOG).len, log.len);
    entry.message.len--;
    assert_int_equal(pc_audit_append(c->audit, &entry, &c->diags), PC_OK);
    assert_int_equal(audit_case_read(c, PC_AUDIT_LOG).len, log.len + PC_AUDIT_ENTRY_MAX);
    audit_case_append(c, 4, 4);
    audit_case_assert_sound(c, 4);
}

// A disk that is full at each byte of a line: the log is as it was, and goes on afterwards.
static void a_short_write_is_taken_back(void **state)
{
    struct audit_case *c = *state;
    audit_case_append(c, 1, 2);
    struct pc_str log = audit_case_read(c, PC_AUDIT_LOG);
    struct pc_str head = audit_case_read(c, PC_AUDIT_HEAD);
    struct pc_audit_entry entry = audit_case_entry(3);
    for (size_t room = 0; room < 300; room++) {
        audit_case_limit_files(log.len + room);
        enum pc_status status = pc_audit_append(c->audit, &entry, &c->diags);
        audit_case_unlimit_files();
        assert_int_equal(status, PC_ERR_IO);
        audit_case_assert_said(c, PC_DIAG_AUDIT_IO, "cannot be written", 0);
        struct pc_str now = audit_case_read(c, PC_AUDIT_LOG);
        assert_true(pc_str_eq(now, log));
        assert_true(pc_str_eq(audit_case_read(c, PC_AUDIT_HEAD), head));
    }
    audit_case_append(c, 3, 3);
    audit_case_assert_sound(c, 3);
}

// What killed processes leave ---------------------------------------------------------------------

static void whole_lines_behind_the_head_are_adopted(void **state)
{
    struct audit_case *c = *state;
    struct pc_audit_position at;
    for (unsigned lines = 1; lines <= 3; lines++) {
        struct pc_str head = audit_case_read(c, PC_AUDIT_HEAD);
        audit_case_append(c, 1, lines);
        struct pc_str log = audit_case_read(c, PC_AUDIT_LOG);
        pc_audit_close(c->audit);
        c->audit = NULL;
        audit_case_write(c, PC_AUDIT_HEAD, head);
        assert_int_equal(audit_case_verify(c).fault, PC_AUDIT_SOUND);
        assert_int_equal(pc_audit_open(&c->place, false, &c->diags, &c->audit), PC_OK);
        assert_true(pc_str_eq(audit_case_read(c, PC_AUDIT_LOG), log));
        assert_int_equal(pc_audit_where(c->audit, &c->diags, &at), PC_OK);
        assert_int_equal(at.seq, lines * (lines + 1) / 2);
        assert_int_equal(at.bytes, log.len);
        assert_int_equal(at.generation, lines);
    }
    audit_case_assert_sound(c, 6);
}

// Also by one who had the log open all the time, at each byte of a line.
static void a_torn_line_is_cut_off(void **state)
{
    struct audit_case *c = *state;
    audit_case_append(c, 1, 2);
    struct pc_str log = audit_case_read(c, PC_AUDIT_LOG);
    struct pc_str head = audit_case_read(c, PC_AUDIT_HEAD);
    struct pc_audit_entry entry = audit_case_entry(3);
    assert_int_equal(pc_audit_append(c->audit, &entry, &c->diags), PC_OK);
    struct pc_str more = audit_case_read(c, PC_AUDIT_LOG);
    for (size_t size = log.len; size < more.len; size++) {
        audit_case_write(c, PC_AUDIT_LOG, pc_str_slice(more, 0, size));
        audit_case_write(c, PC_AUDIT_HEAD, head);
        audit_case_assert_sound(c, 2);
        audit_case_reopen(c);
        assert_int_equal(audit_case_read(c, PC_AUDIT_LOG).len, log.len);
        audit_case_write(c, PC_AUDIT_LOG, pc_str_slice(more, 0, size));
        assert_int_equal(pc_audit_append(c->audit, &entry, &c->diags), PC_OK);
        assert_true(pc_str_eq(audit_case_read(c, PC_AUDIT_LOG), more));
    }
}

// Without an end there may be as much as a killed process leaves of one line. What is longer was
// put there: it is not read to its end, however far that is, and not cut off.
static void a_tail_longer_than_a_line_is_refused(void **state)
{
    struct audit_case *c = *state;
    audit_case_append(c, 1, 2);
    struct pc_str log = audit_case_read(c, PC_AUDIT_LOG);
    const struct pc_audit_entry entry = audit_case_entry(3);
    struct pc_buf more = {0};
    pc_buf_str(&more, log);
    pc_buf_fill(&more, 'x', PC_AUDIT_ENTRY_MAX - 1);
    audit_case_write(c, PC_AUDIT_LOG, pc_buf_view(&more));
    audit_case_assert_sound(c, 2);
    audit_case_reopen(c);
    assert_true(pc_str_eq(audit_case_read(c, PC_AUDIT_LOG), log));
    pc_buf_byte(&more, 'x');
    audit_case_write(c, PC_AUDIT_LOG, pc_buf_view(&more));
    for (int far = 0; far < 2; far++) {
        struct pc_audit *audit = NULL;
        if (far == 1) { // a gap, which takes no room
            char path[128];
            (void)snprintf(path, sizeof(path), "%s/%s", c->folder, PC_AUDIT_LOG);
            assert_int_equal(truncate(path, (off_t)1 << 33), 0);
        }
        assert_int_equal(pc_audit_append(c->audit, &entry, &c->diags), PC_ERR_DAMAGED);
        audit_case_assert_said(c, PC_DIAG_AUDIT_DAMAGED, "does not follow", 3);
        assert_int_equal(pc_audit_open(&c->place, false, &c->diags, &audit), PC_ERR_DAMAGED);
        audit_case_assert_said(c, PC_DIAG_AUDIT_DAMAGED, "does not follow", 3);
        struct pc_audit_verdict verdict = audit_case_verify(c);
        assert_int_equal(verdict.fault, PC_AUDIT_ALTERED);
        assert_int_equal(verdict.line, 3);
    }
    pc_buf_release(&more);
}

static void what_does_not_follow_is_not_adopted(void **state)
{
    struct audit_case *c = *state;
    audit_case_append(c, 1, 2);
    struct pc_str log = audit_case_read(c, PC_AUDIT_LOG);
    struct pc_buf more = {0};
    pc_buf_str(&more, log);
    pc_buf_str(&more, audit_case_line(log, 2));
    audit_case_write(c, PC_AUDIT_LOG, pc_buf_view(&more));
    struct pc_audit_entry entry = audit_case_entry(3);
    assert_int_equal(pc_audit_append(c->audit, &entry, &c->diags), PC_ERR_DAMAGED);
    audit_case_assert_said(c, PC_DIAG_AUDIT_DAMAGED, "does not follow", 3);
    struct pc_audit *audit = NULL;
    assert_int_equal(pc_audit_open(&c->place, false, &c->diags, &audit), PC_ERR_DAMAGED);
    audit_case_assert_said(c, PC_DIAG_AUDIT_DAMAGED, "does not follow", 3);
    // A line that is longer than any.
    pc_buf_reset(&more);
    pc_buf_str(&more, log);
    pc_buf_fill(&more, 'x', PC_AUDIT_ENTRY_MAX);
    pc_buf_byte(&more, '\n');
    audit_case_write(c, PC_AUDIT_LOG, pc_buf_view(&more));
    assert_int_equal(pc_audit_append(c->audit, &entry, &c->diags), PC_ERR_DAMAGED);
    audit_case_assert_said(c, PC_DIAG_AUDIT_DAMAGED, "does not follow", 3);
    // Without an end, and one byte less, it is what a killed process could leave.
    audit_case_write(c, PC_AUDIT_LOG, pc_str_slice(pc_buf_view(&more), 0, more.len - 2));
    assert_int_equal(pc_audit_append(c->audit, &entry, &c->diags), PC_OK);
    audit_case_assert_sound(c, 3);
    pc_buf_release(&more);
}

// Tampering that is noticed without reading the log -----------------------------------------------

static void a_shorter_log_is_refused(void **state)
{
    struct audit_case *c = *state;
    audit_case_append(c, 1, 3);
    struct pc_str log = audit_case_read(c, PC_AUDIT_LOG);
    struct pc_audit_entry entry = audit_case_entry(4);
    struct pc_audit_position at;
    for (size_t size = 0; size < log.len; size++) {
        audit_case_write(c, PC_AUDIT_LOG, pc_str_slice(log, 0, size));
        assert_refused(c, PC_ERR_DAMAGED, "the audit log was cut short");
        assert_int_equal(pc_audit_append(c->audit, &entry, &c->diags), PC_ERR_DAMAGED);
        audit_case_assert_said(c, PC_DIAG_AUDIT_DAMAGED, "cut short", 0);
        assert_int_equal(pc_audit_where(c->audit, &c->diags, &at), PC_ERR_DAMAGED);
        audit_case_assert_said(c, PC_DIAG_AUDIT_DAMAGED, "cut short", 0);
        assert_int_equal(audit_case_read(c, PC_AUDIT_LOG).len, size);
    }
    audit_case_write(c, PC_AUDIT_LOG, log);
    audit_case_append(c, 4, 4);
    audit_case_assert_sound(c, 4);
}

// By whoever opens it, and by whoever has had it open: an entry behind it would have the head name
// that, and the log open again.
static void another_last_entry_is_refused(void **state)
{
    struct audit_case *c = *state;
    audit_case_append(c, 1, 2);
    struct pc_str log = audit_case_read(c, PC_AUDIT_LOG);
    struct pc_str head = audit_case_read(c, PC_AUDIT_HEAD);
    struct pc_audit_entry entry = audit_case_entry(3);
    struct pc_audit_position at;
    struct pc_audit *audit = NULL;
    struct pc_buf other = {0};
    pc_buf_str(&other, log);
    for (size_t back = 1; back <= 2 * PC_HASH_BYTES + 3; back++) {
        other.ptr[log.len - back] ^= 1;
        audit_case_write(c, PC_AUDIT_LOG, pc_buf_view(&other));
        assert_int_equal(pc_audit_open(&c->place, false, &c->diags, &audit), PC_ERR_DAMAGED);
        audit_case_assert_said(c, PC_DIAG_AUDIT_DAMAGED, "last entry", 2);
        assert_int_equal(pc_audit_append(c->audit, &entry, &c->diags), PC_ERR_DAMAGED);
        audit_case_assert_said(c, PC_DIAG_AUDIT_DAMAGED, "last entry", 2);
        assert_int_equal(pc_audit_where(c->audit, &c->diags, &at), PC_ERR_DAMAGED);
        assert_int_equal(pc_audit_hold(c->audit, &c->diags), PC_ERR_DAMAGED);
        audit_case_assert_said(c, PC_DIAG_AUDIT_DAMAGED, "last entry", 2);
        assert_true(pc_str_eq(audit_case_read(c, PC_AUDIT_LOG), pc_buf_view(&other)));
        assert_true(pc_str_eq(audit_case_read(c, PC_AUDIT_HEAD), head));
        other.ptr[log.len - back] ^= 1;
    }
    pc_buf_release(&other);
    audit_case_write(c, PC_AUDIT_LOG, log);
    audit_case_append(c, 3, 3);
    audit_case_assert_sound(c, 3);
}

// Of a log that is not the head's nothing is cut off: what follows its last entry may be all that
// is left of what was written there.
static void a_log_that_is_refused_stays_as_it_was(void **state)
{
    struct audit_case *c = *state;
    audit_case_append(c, 1, 3);
    struct pc_str log = audit_case_read(c, PC_AUDIT_LOG);
    char *altered = pc_arena_alloc(&c->arena, log.len + 4);
    assert_non_null(altered);
    memcpy(altered, log.ptr, log.len);
    memcpy(altered + log.len, "torn", 4);
    altered[log.len - 4] = altered[log.len - 4] == '0' ? '1' : '0'; // the last digit of the mac
    const struct pc_str bytes = {altered, log.len + 4};
    audit_case_write(c, PC_AUDIT_LOG, bytes);
    struct pc_audit *audit = NULL;
    assert_int_equal(pc_audit_open(&c->place, false, &c->diags, &audit), PC_ERR_DAMAGED);
    audit_case_assert_said(c, PC_DIAG_AUDIT_DAMAGED, "last entry", 3);
    assert_true(pc_str_eq(audit_case_read(c, PC_AUDIT_LOG), bytes));
}

static void a_log_that_is_put_back_while_open_is_refused(void **state)
{
    struct audit_case *c = *state;
    audit_case_append(c, 1, 2);
    struct pc_str log = audit_case_read(c, PC_AUDIT_LOG);
    struct pc_str head = audit_case_read(c, PC_AUDIT_HEAD);
    audit_case_append(c, 3, 3);
    audit_case_write(c, PC_AUDIT_LOG, log);
    audit_case_write(c, PC_AUDIT_HEAD, head);
    struct pc_audit_entry entry = audit_case_entry(4);
    assert_int_equal(pc_audit_append(c->audit, &entry, &c->diags), PC_ERR_DAMAGED);
    audit_case_assert_said(c, PC_DIAG_AUDIT_DAMAGED, "put back to entry 2, entry 3", 0);
    // And one that went on differently.
    struct pc_audit *other = NULL;
    struct pc_audit *mine = c->audit;
    assert_int_equal(pc_audit_open(&c->place, false, &c->diags, &other), PC_OK);
    c->audit = other;
    audit_case_append(c, 7, 7);
    c->audit = mine;
    pc_audit_close(other);
    assert_int_equal(pc_audit_append(c->audit, &entry, &c->diags), PC_ERR_DAMAGED);
    audit_case_assert_said(c, PC_DIAG_AUDIT_DAMAGED, "put back to entry 3, entry 3", 0);
}

static void a_log_that_is_replaced_while_open_is_refused(void **state)
{
    struct audit_case *c = *state;
    audit_case_append(c, 1, 2);
    struct pc_str log = audit_case_read(c, PC_AUDIT_LOG);
    audit_case_write(c, "copy", log);
    assert_int_equal(renameat(c->place.folder, "copy", c->place.folder, PC_AUDIT_LOG), 0);
    struct pc_audit_entry entry = audit_case_entry(3);
    wait_for_a_look();
    assert_int_equal(pc_audit_append(c->audit, &entry, &c->diags), PC_ERR_DAMAGED);
    audit_case_assert_said(c, PC_DIAG_AUDIT_DAMAGED, "replaced", 0);
    audit_case_reopen(c); // the copy is as good
    audit_case_append(c, 3, 3);
    audit_case_assert_sound(c, 3);
}

#define EMPTY(name) cmocka_unit_test_setup_teardown(name, audit_case_empty, audit_case_close)
// Changes without an entry
// ----------------------------------------------------------------------------

static void append_logged(struct audit_case *c, uint64_t generation, uint64_t logged)
{
    const struct pc_audit_entry entry = {.time = INT64_C(1764072000000000000),
                                         .event = PC_STR("put"),
                                         .generation = generation,
                                         .logged = logged};
    assert_int_equal(pc_audit_append(c->audit, &entry, &c->diags), PC_OK);
}

static void assert_line(struct audit_case *c, size_t number, const char *begin)
{
    struct pc_str line = audit_case_line(audit_case_read(c, PC_AUDIT_LOG), number);
    if (!pc_str_has_prefix(line, pc_str_from(begin))) {
        fail_msg("%.*s", PC_STR_ARG(line));
    }
}

#define UNLOGGED(seq, text, generation)                                                            \
    "{\"seq\":" #seq ",\"time\":\"2025-11-25T12:00:00.000000Z\",\"event\":\"unlogged\","           \
    "\"message\":\"" text " no entry\",\"generation\":" #generation ",\"mac\":\""

static void changes_without_an_entry_get_one(void **state)
{
    struct audit_case *c = *state;
    append_logged(c, 1, 0);
    append_logged(c, 2, 1);
    append_logged(c, 2, 2); // as of a release
    audit_case_assert_sound(c, 3);
    append_logged(c, 4, 3);
    audit_case_assert_sound(c, 5);
    assert_line(c, 4, UNLOGGED(4, "change 3 has", 3));
    append_logged(c, 7, 7);
    assert_line(c, 6, UNLOGGED(6, "changes 5 to 7 have", 7));
    append_logged(c, 7, 7); // told once
    append_logged(c, 6, 6); // of one that has not heard of it yet
    append_logged(c, 8, 7);
    audit_case_assert_sound(c, 10);
    // By whomever it is opened.
    audit_case_reopen(c);
    append_logged(c, 10, 9);
    audit_case_assert_sound(c, 12);
    assert_line(c, 11, UNLOGGED(11, "change 9 has", 9));
}

static void nobody_gets_at_a_log_that_is_held(void **state)
{
    struct audit_case *c = *state;
    struct pc_audit *other;
    struct pc_audit_position at;
    assert_int_equal(pc_audit_open(&c->place, false, &c->diags, &other), PC_OK);
    int head = openat(c->place.folder, PC_AUDIT_HEAD, O_RDONLY | O_CLOEXEC);
    for (int round = 0; round < 2; round++) {
        assert_int_equal(pc_audit_hold(c->audit, &c->diags), PC_OK);
        assert_int_equal(flock(head, LOCK_EX | LOCK_NB), -1);
        audit_case_append(c, 1, 2);
        assert_int_equal(pc_audit_where(c->audit, &c->diags, &at), PC_OK);
        assert_int_equal(flock(head, LOCK_EX | LOCK_NB), -1);
        pc_audit_let_go(c->audit);
        assert_int_equal(flock(head, LOCK_EX | LOCK_NB), 0);
        assert_int_equal(flock(head, LOCK_UN), 0);
    }
    assert_int_equal(pc_audit_where(other, &c->diags, &at), PC_OK);
    assert_int_equal(at.seq, 4);
    assert_int_equal(pc_audit_hold(c->audit, &c->diags), PC_OK);
    audit_case_reopen(c); // closing lets go
    // Nor is a log held that is not as it was.
    audit_case_write(c, PC_AUDIT_LOG, PC_STR(""));
    assert_int_equal(pc_audit_hold(c->audit, &c->diags), PC_ERR_DAMAGED);
    assert_int_equal(flock(head, LOCK_EX | LOCK_NB), 0);
    assert_int_equal(close(head), 0);
    pc_audit_close(other);
}

// Whoever may read the head can lock it, and never give it back.
static void a_lock_that_is_kept_is_not_waited_for_without_end(void **state)
{
    struct audit_case *c = *state;
    struct pc_audit *other = NULL;
    audit_case_append(c, 1, 1);
    struct pc_audit_entry entry = audit_case_entry(2);
    struct pc_str log = audit_case_read(c, PC_AUDIT_LOG);
    assert_int_equal(fchmodat(c->place.folder, PC_AUDIT_HEAD, 0644, 0), 0);
    int head = openat(c->place.folder, PC_AUDIT_HEAD, O_RDONLY | O_CLOEXEC);
    assert_int_equal(flock(head, LOCK_EX), 0);
    assert_int_equal(pc_audit_append(c->audit, &entry, &c->diags), PC_ERR_IO);
    audit_case_assert_said(c, PC_DIAG_AUDIT_IO, "is locked by another process", 0);
    assert_int_equal(pc_audit_open(&c->place, false, &c->diags, &other), PC_ERR_IO);
    audit_case_assert_said(c, PC_DIAG_AUDIT_IO, "is locked by another process", 0);
    assert_true(pc_str_eq(audit_case_read(c, PC_AUDIT_LOG), log));
    assert_int_equal(close(head), 0);
    audit_case_append(c, 2, 2);
    audit_case_assert_sound(c, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, audit_case_open, audit_case_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(changes_without_an_entry_get_one),
        TEST(nobody_gets_at_a_log_that_is_held),
        TEST(a_lock_that_is_kept_is_not_waited_for_without_end),
        EMPTY(both_files_are_made_for_their_owner_alone),
        EMPTY(nothing_is_created_over_what_is_there),
        TEST(what_is_missing_is_not_made_anew),
        TEST(links_are_refused),
        TEST(files_that_others_may_write_are_refused),
        TEST(files_of_another_user_are_refused),
        TEST(what_is_no_file_is_refused),
        TEST(what_was_moved_or_replaced_takes_no_entry),
        TEST(another_key_or_vault_does_not_open),
        TEST(every_altered_byte_of_a_head_is_refused),
        TEST(a_head_of_zeros_is_refused),
        TEST(entries_are_where_it_stands),
        TEST(two_that_are_open_take_turns),
        TEST(an_entry_that_is_too_long_is_refused),
        TEST(a_short_write_is_taken_back),
        TEST(whole_lines_behind_the_head_are_adopted),
        TEST(a_torn_line_is_cut_off),
        TEST(a_tail_longer_than_a_line_is_refused),
        TEST(what_does_not_follow_is_not_adopted),
        TEST(a_shorter_log_is_refused),
        TEST(another_last_entry_is_refused),
        TEST(a_log_that_is_refused_stays_as_it_was),
        TEST(a_log_that_is_put_back_while_open_is_refused),
        TEST(a_log_that_is_replaced_while_open_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
