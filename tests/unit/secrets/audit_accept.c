// SPDX-License-Identifier: Apache-2.0
//
// What a power failure leaves is accepted, and told for ever; nothing else is.
#define _GNU_SOURCE // memmem
#include "audit_case.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    SECONDS = 1764072000,
    LARGE = 200000, // bytes, more than any line may have
};

#define KEPT PC_AUDIT_KEPT "1764072000"

struct acceptance_case {
    struct audit_case *c;
    struct pc_audit_acceptance acceptance;
    struct pc_audit_accepted accepted;
    struct pc_str log, head; // of six entries
};

static struct acceptance_case begin(void **state)
{
    struct acceptance_case a = {.c = *state};
    audit_case_append(a.c, 1, 2);
    assert_int_equal(pc_audit_where(a.c->audit, &a.c->diags, &a.acceptance.noted), PC_OK);
    audit_case_append(a.c, 3, 6);
    a.acceptance.time = (int64_t)SECONDS * 1000000000;
    a.acceptance.principal = PC_STR("uid 1000 (ann)");
    a.acceptance.generation = 6;
    a.log = audit_case_read(a.c, PC_AUDIT_LOG);
    a.head = audit_case_read(a.c, PC_AUDIT_HEAD);
    return a;
}

// Bytes of the first lines.
static struct pc_str lines(const struct acceptance_case *a, size_t count)
{
    size_t end = 0;
    for (size_t i = 1; i <= count; i++) {
        end += audit_case_line(a->log, i).len;
    }
    return pc_str_slice(a->log, 0, end);
}

// Writes a log of so many sound lines and something behind them.
static void leave(const struct acceptance_case *a, size_t count, struct pc_str behind)
{
    struct pc_buf log = {0};
    pc_buf_str(&log, lines(a, count));
    pc_buf_str(&log, behind);
    audit_case_write(a->c, PC_AUDIT_LOG, pc_buf_view(&log));
    pc_buf_release(&log);
}

static enum pc_status accept_log(struct acceptance_case *a)
{
    a->accepted = (struct pc_audit_accepted){.changed = false};
    return pc_audit_accept(&a->c->place, &a->acceptance, &a->c->diags, &a->accepted);
}

static bool is_there(const struct acceptance_case *a, const char *name)
{
    return faccessat(a->c->place.folder, name, F_OK, 0) == 0;
}

// The log has `count` lines as they were and the entry; what it says is as given.
static void assert_accepted(struct acceptance_case *a, size_t count, const char *message)
{
    struct pc_buf expected = {0};
    assert_true(a->accepted.changed);
    assert_int_equal(a->accepted.ended.seq, count);
    assert_int_equal(a->accepted.now.seq, count + 1);
    audit_case_assert_sound(a->c, count + 1);
    struct pc_str log = audit_case_read(a->c, PC_AUDIT_LOG);
    struct pc_str sound = lines(a, count);
    assert_true(pc_str_has_prefix(log, sound));
    pc_buf_format(&expected,
                  "{\"seq\":%zu,\"time\":\"2025-11-25T12:00:00.000000Z\",\"event\":\"accept\","
                  "\"principal\":\"uid 1000 (ann)\",\"message\":\"%s\",\"generation\":6,\"mac\":\"",
                  count + 1, message);
    struct pc_str entry = pc_str_slice(log, sound.len, log.len);
    if (!pc_str_has_prefix(entry, pc_buf_view(&expected))) {
        fail_msg("%.*s", PC_STR_ARG(entry));
    }
    pc_buf_release(&expected);
    audit_case_reopen(a->c);
    audit_case_append(a->c, 6, 6);
    audit_case_assert_sound(a->c, count + 2);
}

static void assert_kept(struct acceptance_case *a, const char *name, struct pc_str behind)
{
    struct stat info;
    assert_string_equal(a->accepted.kept, name);
    assert_int_equal(a->accepted.kept_bytes, behind.len);
    assert_true(pc_str_eq(audit_case_read(a->c, name), behind));
    assert_int_equal(fstatat(a->c->place.folder, name, &info, AT_SYMLINK_NOFOLLOW), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
}

static void assert_as_it_was(struct acceptance_case *a, struct pc_str log, struct pc_str head)
{
    assert_false(a->accepted.changed);
    assert_true(pc_str_eq(audit_case_read(a->c, PC_AUDIT_LOG), log));
    assert_true(pc_str_eq(audit_case_read(a->c, PC_AUDIT_HEAD), head));
    assert_false(is_there(a, KEPT));
}

// Accepted ----------------------------------------------------------------------------------------

static void a_log_that_ends_before_its_head(void **state)
{
    struct acceptance_case a = begin(state);
    leave(&a, 4, PC_STR(""));
    assert_int_equal(accept_log(&a), PC_OK);
    assert_true(a.accepted.headed);
    assert_int_equal(a.accepted.said.seq, 6);
    assert_false(is_there(&a, KEPT));
    assert_accepted(&a, 4, "the log ended at entry 4, its head had said entry 6");
}

// Up to the very entry that the vault has noted.
static void a_log_that_ends_where_the_vault_saw_it(void **state)
{
    struct acceptance_case a = begin(state);
    leave(&a, 2, PC_STR(""));
    assert_int_equal(accept_log(&a), PC_OK);
    assert_accepted(&a, 2, "the log ended at entry 2, its head had said entry 6");
}

static void a_line_without_its_end_is_kept(void **state)
{
    struct acceptance_case a = begin(state);
    struct pc_str half = pc_str_slice(audit_case_line(a.log, 6), 0, 20);
    leave(&a, 5, half);
    assert_int_equal(accept_log(&a), PC_OK);
    assert_kept(&a, KEPT, half);
    assert_accepted(&a, 5,
                    "the log ended at entry 5, its head had said entry 6; 20 bytes behind it "
                    "are in " KEPT);
}

static void what_is_not_sound_is_kept_with_all_behind_it(void **state)
{
    struct acceptance_case a = begin(state);
    struct pc_str lost = lines(&a, 6);
    char *bytes = pc_arena_alloc(&a.c->arena, lost.len);
    assert_non_null(bytes);
    memcpy(bytes, lost.ptr, lost.len);
    size_t from = lines(&a, 3).len;
    memset(bytes + from, 0, 30); // into the fourth
    struct pc_str behind = {bytes + from, lost.len - from};
    leave(&a, 3, behind);
    assert_int_equal(accept_log(&a), PC_OK);
    assert_kept(&a, KEPT, behind);
    audit_case_assert_sound(a.c, 4);
}

static void more_than_a_line_may_have_is_kept(void **state)
{
    struct acceptance_case a = begin(state);
    char *bytes = pc_arena_alloc(&a.c->arena, LARGE);
    assert_non_null(bytes);
    for (size_t i = 0; i < LARGE; i++) {
        bytes[i] = (char)(i % 251 == '\n' ? 0 : i % 251);
    }
    bytes[LARGE - 1] = '\n';
    leave(&a, 6, (struct pc_str){bytes, LARGE});
    assert_int_equal(accept_log(&a), PC_OK);
    assert_kept(&a, KEPT, (struct pc_str){bytes, LARGE});
    assert_accepted(&a, 6,
                    "the log ended at entry 6, its head had said entry 6; 200000 bytes "
                    "behind it are in " KEPT);
}

// No file is written over, nor a link followed.
static void a_name_that_is_taken_is_left_alone(void **state)
{
    struct acceptance_case a = begin(state);
    assert_int_equal(symlinkat("elsewhere", a.c->place.folder, KEPT), 0);
    audit_case_write(a.c, PC_AUDIT_KEPT "1764072001", PC_STR("other"));
    leave(&a, 6, PC_STR("x\n"));
    assert_int_equal(accept_log(&a), PC_OK);
    assert_kept(&a, PC_AUDIT_KEPT "1764072002", PC_STR("x\n"));
    assert_true(pc_str_eq(audit_case_read(a.c, PC_AUDIT_KEPT "1764072001"), PC_STR("other")));
    assert_false(is_there(&a, "elsewhere"));
}

static void a_head_of_another_is_written_anew(void **state)
{
    struct acceptance_case a = begin(state);
    struct pc_buf longer = {0};
    pc_buf_str(&longer, a.head);
    pc_buf_byte(&longer, '\n');
    const struct pc_str heads[] = {pc_buf_view(&longer), PC_STR(""), pc_str_slice(a.head, 0, 40)};
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        leave(&a, 6, PC_STR(""));
        audit_case_write(a.c, PC_AUDIT_HEAD, heads[i]);
        assert_int_equal(accept_log(&a), PC_OK);
        assert_false(a.accepted.headed);
        assert_accepted(
            &a, 6,
            "the log ended at entry 6, its head was missing or not made with this vault's key");
    }
    pc_buf_release(&longer);
}

static void a_missing_head_is_made(void **state)
{
    struct acceptance_case a = begin(state);
    assert_int_equal(unlinkat(a.c->place.folder, PC_AUDIT_HEAD, 0), 0);
    assert_int_equal(accept_log(&a), PC_OK);
    assert_accepted(
        &a, 6, "the log ended at entry 6, its head was missing or not made with this vault's key");
}

// A head from another history of the log: the entries of both are sound.
static void a_head_that_the_log_never_passed(void **state)
{
    struct acceptance_case a = begin(state);
    leave(&a, 4, PC_STR(""));
    assert_int_equal(accept_log(&a), PC_OK);
    audit_case_write(a.c, PC_AUDIT_HEAD, a.head);
    a.acceptance.noted = a.accepted.ended;
    assert_int_equal(accept_log(&a), PC_OK);
    assert_int_equal(a.accepted.ended.seq, 5);
    audit_case_assert_sound(a.c, 6);
}

// Nothing to accept -------------------------------------------------------------------------------

static void a_sound_log_is_left_alone(void **state)
{
    struct acceptance_case a = begin(state);
    assert_int_equal(accept_log(&a), PC_OK);
    assert_int_equal(a.accepted.now.seq, 6);
    assert_as_it_was(&a, a.log, a.head);
    audit_case_append(a.c, 6, 6); // and whoever has it open goes on
}

static void what_a_killed_process_left_needs_no_acceptance(void **state)
{
    struct acceptance_case a = begin(state);
    audit_case_append(a.c, 6, 6);
    struct pc_str whole = audit_case_read(a.c, PC_AUDIT_LOG);
    audit_case_write(a.c, PC_AUDIT_HEAD, a.head);
    assert_int_equal(accept_log(&a), PC_OK);
    assert_int_equal(a.accepted.now.seq, 7);
    assert_as_it_was(&a, whole, a.head);
    leave(&a, 6, PC_STR("{\"seq\":7,"));
    struct pc_str torn = audit_case_read(a.c, PC_AUDIT_LOG);
    assert_int_equal(accept_log(&a), PC_OK);
    assert_as_it_was(&a, torn, a.head);
}

// Refused -----------------------------------------------------------------------------------------

static void a_log_that_ends_before_the_vault_saw_it(void **state)
{
    struct acceptance_case a = begin(state);
    leave(&a, 1, PC_STR("rest"));
    assert_int_equal(accept_log(&a), PC_ERR_DAMAGED);
    assert_non_null(strstr(a.c->diags.last->hint.ptr, "has entry 2"));
    audit_case_assert_said(a.c, PC_DIAG_AUDIT_DAMAGED, "not sound up to entry 2", 2);
    assert_false(is_there(&a, KEPT));
    assert_true(pc_str_eq(audit_case_read(a.c, PC_AUDIT_HEAD), a.head));
    assert_int_equal(audit_case_read(a.c, PC_AUDIT_LOG).len, lines(&a, 1).len + 4);
}

// Also when its head agrees: both were put back.
static void an_older_log_with_its_head(void **state)
{
    struct acceptance_case a = begin(state);
    audit_case_append(a.c, 6, 7);
    assert_int_equal(pc_audit_where(a.c->audit, &a.c->diags, &a.acceptance.noted), PC_OK);
    a.acceptance.generation = 7;
    audit_case_write(a.c, PC_AUDIT_LOG, a.log);
    audit_case_write(a.c, PC_AUDIT_HEAD, a.head);
    assert_int_equal(accept_log(&a), PC_ERR_DAMAGED);
    audit_case_assert_said(a.c, PC_DIAG_AUDIT_DAMAGED, "not sound up to entry 8", 7);
    assert_as_it_was(&a, a.log, a.head);
}

static void another_history_than_the_vault_saw(void **state)
{
    struct acceptance_case a = begin(state);
    a.acceptance.noted.mac.bytes[0] ^= 1;
    leave(&a, 4, PC_STR(""));
    assert_int_equal(accept_log(&a), PC_ERR_DAMAGED);
    audit_case_assert_said(a.c, PC_DIAG_AUDIT_DAMAGED, "not sound up to entry 2", 5);
    assert_as_it_was(&a, lines(&a, 4), a.head);
}

// The head alone tells of the changes, or the sound part does.
static void a_vault_that_is_older_than_the_log(void **state)
{
    struct acceptance_case a = begin(state);
    leave(&a, 4, PC_STR(""));
    for (uint64_t generation = 3; generation < 6; generation += 2) {
        a.acceptance.generation = generation;
        assert_int_equal(accept_log(&a), PC_ERR_DAMAGED);
        audit_case_assert_said(a.c, PC_DIAG_VAULT_ROLLED_BACK, "tells of change 6", 0);
        assert_as_it_was(&a, lines(&a, 4), a.head);
    }
    audit_case_write(a.c, PC_AUDIT_HEAD, pc_str_slice(a.head, 0, 1));
    a.acceptance.generation = 3;
    assert_int_equal(accept_log(&a), PC_ERR_DAMAGED);
    audit_case_assert_said(a.c, PC_DIAG_VAULT_ROLLED_BACK, "tells of change 4", 0);
}

static void a_log_of_another_key(void **state)
{
    struct acceptance_case a = begin(state);
    a.c->key[0] ^= 1;
    assert_int_equal(accept_log(&a), PC_ERR_DAMAGED);
    assert_as_it_was(&a, a.log, a.head);
    a.c->key[0] ^= 1;
}

static void a_missing_log(void **state)
{
    struct acceptance_case a = begin(state);
    assert_int_equal(unlinkat(a.c->place.folder, PC_AUDIT_LOG, 0), 0);
    assert_int_equal(accept_log(&a), PC_ERR_DAMAGED);
    audit_case_assert_said(a.c, PC_DIAG_AUDIT_DAMAGED, "is missing", 0);
    assert_false(is_there(&a, PC_AUDIT_LOG));
}

// Whoever had the log open does not go on as if nothing had happened.
static void an_open_log_is_opened_anew(void **state)
{
    struct acceptance_case a = begin(state);
    struct pc_audit_entry entry = audit_case_entry(6);
    leave(&a, 4, PC_STR(""));
    assert_int_equal(accept_log(&a), PC_OK);
    assert_int_equal(pc_audit_append(a.c->audit, &entry, &a.c->diags), PC_ERR_DAMAGED);
    audit_case_assert_said(a.c, PC_DIAG_AUDIT_DAMAGED, "put back to entry 5", 0);
    assert_accepted(&a, 4, "the log ended at entry 4, its head had said entry 6");
}

// Lost
// ------------------------------------------------------------------------------------------------

// Ten entries, of which the vault has noted the ninth; `lost` is said.
static struct acceptance_case begin_lost(void **state)
{
    struct acceptance_case a = begin(state);
    audit_case_append(a.c, 6, 8);
    assert_int_equal(pc_audit_where(a.c->audit, &a.c->diags, &a.acceptance.noted), PC_OK);
    audit_case_append(a.c, 9, 9);
    assert_int_equal(a.acceptance.noted.seq, 9);
    a.acceptance.generation = 9;
    a.acceptance.lost = true;
    a.log = audit_case_read(a.c, PC_AUDIT_LOG);
    a.head = audit_case_read(a.c, PC_AUDIT_HEAD);
    return a;
}

static struct pc_audit_verdict verify_noted(struct acceptance_case *a)
{
    struct pc_audit_verdict verdict = {.fault = PC_AUDIT_UNHEADED};
    const struct pc_audit_verify_options how = {.expected = &a->acceptance.noted,
                                                .expected_count = 1};
    assert_int_equal(pc_audit_verify(&a->c->place, &how, &a->c->diags, &verdict), PC_OK);
    return verdict;
}

// The log has `count` lines as they were and then the entry of the number behind what was noted.
static void assert_lost(struct acceptance_case *a, size_t count, const char *message)
{
    struct pc_buf expected = {0};
    assert_true(a->accepted.changed);
    assert_int_equal(a->accepted.lost, 9 - count);
    assert_int_equal(a->accepted.entries, count + 1);
    assert_int_equal(a->accepted.now.seq, 10);
    struct pc_str log = audit_case_read(a->c, PC_AUDIT_LOG);
    struct pc_str sound = lines(a, count);
    assert_true(pc_str_has_prefix(log, sound));
    pc_buf_format(&expected,
                  "{\"seq\":10,\"time\":\"2025-11-25T12:00:00.000000Z\",\"event\":\"accept\","
                  "\"principal\":\"uid 1000 (ann)\",\"message\":\"%s\",\"lost\":%zu,"
                  "\"lostMac\":\"",
                  message, 9 - count);
    pc_hash_write(&expected, &a->acceptance.noted.mac);
    pc_buf_text(&expected, "\",\"generation\":9,\"mac\":\"");
    struct pc_str entry = pc_str_slice(log, sound.len, log.len);
    if (!pc_str_has_prefix(entry, pc_buf_view(&expected))) {
        fail_msg("%.*s", PC_STR_ARG(entry));
    }
    pc_buf_release(&expected);
    struct pc_audit_verdict verdict = verify_noted(a);
    assert_int_equal(verdict.fault, PC_AUDIT_SOUND);
    assert_true(verdict.end.seq == 10 && verdict.lost == 9 - count && verdict.line == count + 2);
    audit_case_reopen(a->c);
    audit_case_append(a->c, 9, 9);
    assert_int_equal(verify_noted(a).fault, PC_AUDIT_SOUND);
    a->acceptance.lost = false; // nothing is wrong with it any more
    assert_int_equal(accept_log(a), PC_OK);
    assert_false(a->accepted.changed);
    assert_true(a->accepted.now.seq == 11 && a->accepted.entries == count + 2);
}

#define NO_HEAD "its head was missing or not made with this vault's key"

static void all_is_lost(void **state)
{
    struct acceptance_case a = begin_lost(state);
    assert_int_equal(unlinkat(a.c->place.folder, PC_AUDIT_LOG, 0), 0);
    assert_int_equal(unlinkat(a.c->place.folder, PC_AUDIT_HEAD, 0), 0);
    assert_int_equal(accept_log(&a), PC_OK);
    assert_lost(&a, 0,
                "entries 1 to 9, which the vault has noted, and all behind them are lost; the log "
                "was missing, " NO_HEAD);
}

static void the_log_is_lost_and_its_head_is_there(void **state)
{
    struct acceptance_case a = begin_lost(state);
    assert_int_equal(unlinkat(a.c->place.folder, PC_AUDIT_LOG, 0), 0);
    assert_int_equal(accept_log(&a), PC_OK);
    assert_lost(&a, 0,
                "entries 1 to 9, which the vault has noted, and all behind them are lost; the log "
                "was missing, its head had said entry 10");
}

static void the_end_of_the_log_is_lost(void **state)
{
    struct acceptance_case a = begin_lost(state);
    leave(&a, 8, PC_STR("rest"));
    assert_int_equal(accept_log(&a), PC_OK);
    assert_kept(&a, KEPT, PC_STR("rest"));
    assert_lost(&a, 8,
                "entry 9, which the vault has noted, and all behind it are lost; the log ended at "
                "entry 8, its head had said entry 10; 4 bytes behind it are in " KEPT);
}

// A log and its head from before, as of a copy.
static void an_older_log_is_all_that_is_left(void **state)
{
    struct acceptance_case a = begin(state);
    struct pc_str log = a.log, head = a.head;
    audit_case_append(a.c, 6, 8);
    assert_int_equal(pc_audit_where(a.c->audit, &a.c->diags, &a.acceptance.noted), PC_OK);
    audit_case_append(a.c, 9, 9);
    a.acceptance.generation = 9;
    a.acceptance.lost = true;
    a.log = audit_case_read(a.c, PC_AUDIT_LOG);
    audit_case_write(a.c, PC_AUDIT_LOG, log);
    audit_case_write(a.c, PC_AUDIT_HEAD, head);
    assert_int_equal(accept_log(&a), PC_OK);
    assert_lost(&a, 6,
                "entries 7 to 9, which the vault has noted, and all behind them are lost; the log "
                "ended at entry 6, its head had said entry 6");
}

// From where it differs it is kept beside, though it is sound.
static void another_history_is_all_that_is_left(void **state)
{
    struct acceptance_case a = begin_lost(state);
    a.acceptance.noted.mac.bytes[0] ^= 1;
    assert_int_equal(accept_log(&a), PC_OK);
    struct pc_str behind = pc_str_slice(a.log, lines(&a, 8).len, a.log.len);
    assert_kept(&a, KEPT, behind);
    assert_true(a.accepted.ended.seq == 8 && a.accepted.lost == 1 && a.accepted.now.seq == 10);
    assert_int_equal(verify_noted(&a).fault, PC_AUDIT_SOUND);
}

// Nothing is said to be lost that is not.
static void what_the_power_took_is_accepted_as_ever(void **state)
{
    struct acceptance_case a = begin_lost(state);
    leave(&a, 9, PC_STR(""));
    assert_int_equal(accept_log(&a), PC_OK);
    assert_int_equal(a.accepted.lost, 0);
    assert_int_equal(a.accepted.now.seq, 10);
    audit_case_assert_sound(a.c, 10);
    struct pc_str log = audit_case_read(a.c, PC_AUDIT_LOG);
    assert_null(memmem(log.ptr, log.len, "\"lost\"", 6));
    struct pc_str head = audit_case_read(a.c, PC_AUDIT_HEAD);
    assert_int_equal(accept_log(&a), PC_OK);
    assert_as_it_was(&a, log, head);
}

// Whoever brings both files to nothing and puts back an older vault is told nothing by them; but
// what is left of either tells.
static void a_vault_that_was_put_back_is_refused(void **state)
{
    struct acceptance_case a = begin_lost(state);
    a.acceptance.generation = 8;
    assert_int_equal(unlinkat(a.c->place.folder, PC_AUDIT_LOG, 0), 0);
    assert_int_equal(accept_log(&a), PC_ERR_DAMAGED);
    audit_case_assert_said(a.c, PC_DIAG_VAULT_ROLLED_BACK, "tells of change 9", 0);
    assert_false(is_there(&a, PC_AUDIT_LOG));
    assert_true(pc_str_eq(audit_case_read(a.c, PC_AUDIT_HEAD), a.head));
    leave(&a, 8, PC_STR(""));
    assert_int_equal(unlinkat(a.c->place.folder, PC_AUDIT_HEAD, 0), 0);
    a.acceptance.generation = 6;
    assert_int_equal(accept_log(&a), PC_ERR_DAMAGED);
    audit_case_assert_said(a.c, PC_DIAG_VAULT_ROLLED_BACK, "tells of change 7", 0);
    assert_false(is_there(&a, PC_AUDIT_HEAD));
    assert_true(pc_str_eq(audit_case_read(a.c, PC_AUDIT_LOG), lines(&a, 8)));
    // Of another history, the changes count too that it has behind the common part.
    leave(&a, 10, PC_STR(""));
    a.acceptance.noted.mac.bytes[0] ^= 1;
    assert_int_equal(accept_log(&a), PC_ERR_DAMAGED);
    audit_case_assert_said(a.c, PC_DIAG_VAULT_ROLLED_BACK, "tells of change 9", 0);
    assert_false(is_there(&a, PC_AUDIT_HEAD));
}

// The gap may be lost in turn, and more of it.
static void losses_add_up(void **state)
{
    struct acceptance_case a = begin_lost(state);
    leave(&a, 4, PC_STR(""));
    assert_int_equal(accept_log(&a), PC_OK);
    audit_case_reopen(a.c);
    audit_case_append(a.c, 10, 12);
    struct pc_audit_position noted;
    assert_int_equal(pc_audit_where(a.c->audit, &a.c->diags, &noted), PC_OK);
    assert_int_equal(noted.seq, 13);
    a.acceptance.noted = noted;
    a.acceptance.generation = 13;
    struct pc_str log = audit_case_read(a.c, PC_AUDIT_LOG);
    audit_case_write(a.c, PC_AUDIT_LOG, pc_str_slice(log, 0, log.len - 1)); // without the last
    assert_int_equal(accept_log(&a), PC_OK);
    assert_true(a.accepted.ended.seq == 12 && a.accepted.lost == 1 && a.accepted.entries == 8);
    struct pc_audit_verdict verdict = verify_noted(&a);
    assert_int_equal(verdict.fault, PC_AUDIT_SOUND);
    assert_true(verdict.end.seq == 14 && verdict.lost == 5 + 1 && verdict.line == 9);
}

// Who has no key can use the entry in the place alone that it was made for.
static void a_loss_is_of_one_place(void **state)
{
    struct acceptance_case a = begin_lost(state);
    leave(&a, 5, PC_STR(""));
    assert_int_equal(accept_log(&a), PC_OK);
    struct pc_str log = audit_case_read(a.c, PC_AUDIT_LOG);
    struct pc_str entry = audit_case_line(log, 6);
    for (size_t count = 0; count < 10; count++) {
        leave(&a, count, entry);
        struct pc_audit_verdict verdict = audit_case_verify(a.c);
        assert_int_equal(verdict.fault == PC_AUDIT_SOUND, count == 5);
        assert_int_equal(verdict.end.seq, count == 5 ? 10 : count);
    }
    // Nor does it cover another entry that the vault has noted.
    leave(&a, 5, entry);
    for (uint64_t seq = 6; seq <= 9; seq++) {
        a.acceptance.noted.seq = seq;
        assert_int_equal(verify_noted(&a).fault, seq == 9 ? PC_AUDIT_SOUND : PC_AUDIT_UNEXPECTED);
    }
    a.acceptance.noted.mac.bytes[31] ^= 1;
    struct pc_audit_verdict verdict = verify_noted(&a);
    assert_int_equal(verdict.fault, PC_AUDIT_UNEXPECTED);
    assert_true(verdict.line == 6 && verdict.seq == 10 && verdict.end.seq == 5);
    // Each byte of it counts.
    for (size_t i = 0; i + 1 < entry.len; i++) {
        struct pc_buf other = {0};
        pc_buf_str(&other, entry);
        other.ptr[i] ^= 1;
        leave(&a, 5, pc_buf_view(&other));
        verdict = audit_case_verify(a.c);
        assert_true(verdict.fault != PC_AUDIT_SOUND && verdict.line == 6 && verdict.lost == 0);
        pc_buf_release(&other);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, audit_case_open, audit_case_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_log_that_ends_before_its_head),
        TEST(a_log_that_ends_where_the_vault_saw_it),
        TEST(a_line_without_its_end_is_kept),
        TEST(what_is_not_sound_is_kept_with_all_behind_it),
        TEST(more_than_a_line_may_have_is_kept),
        TEST(a_name_that_is_taken_is_left_alone),
        TEST(a_head_of_another_is_written_anew),
        TEST(a_missing_head_is_made),
        TEST(a_head_that_the_log_never_passed),
        TEST(a_sound_log_is_left_alone),
        TEST(what_a_killed_process_left_needs_no_acceptance),
        TEST(a_log_that_ends_before_the_vault_saw_it),
        TEST(an_older_log_with_its_head),
        TEST(another_history_than_the_vault_saw),
        TEST(a_vault_that_is_older_than_the_log),
        TEST(a_log_of_another_key),
        TEST(a_missing_log),
        TEST(an_open_log_is_opened_anew),
        TEST(all_is_lost),
        TEST(the_log_is_lost_and_its_head_is_there),
        TEST(the_end_of_the_log_is_lost),
        TEST(an_older_log_is_all_that_is_left),
        TEST(another_history_is_all_that_is_left),
        TEST(what_the_power_took_is_accepted_as_ever),
        TEST(a_vault_that_was_put_back_is_refused),
        TEST(losses_add_up),
        TEST(a_loss_is_of_one_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
