// SPDX-License-Identifier: Apache-2.0
//
// A log of a few entries is tampered with in every way that is small enough to be tried whole.
#include "audit_case.h"

#include <sys/stat.h>
#include <unistd.h>

enum {
    ENTRIES = 12, // numbers of one and of two digits
};

struct tampering {
    struct audit_case *c;
    struct pc_str log, head;
    struct pc_buf other; // the log that takes its place
};

static struct tampering begin(struct audit_case *c)
{
    audit_case_append(c, 1, ENTRIES);
    return (struct tampering){
        .c = c,
        .log = audit_case_read(c, PC_AUDIT_LOG),
        .head = audit_case_read(c, PC_AUDIT_HEAD),
    };
}

static void end(struct tampering *t)
{
    pc_buf_release(&t->other);
}

static void add_lines(struct tampering *t, size_t from, size_t to)
{
    for (size_t i = from; i <= to; i++) {
        pc_buf_str(&t->other, audit_case_line(t->log, i));
    }
}

static void assert_fault(struct tampering *t, enum pc_audit_fault fault, uint64_t line)
{
    audit_case_write(t->c, PC_AUDIT_LOG, pc_buf_view(&t->other));
    struct pc_audit_verdict verdict = audit_case_verify(t->c);
    if (verdict.fault != fault || verdict.line != line) {
        fail_msg("line %u: %s, instead of line %u: %s", (unsigned)verdict.line,
                 pc_audit_fault_text(verdict.fault), (unsigned)line, pc_audit_fault_text(fault));
    }
    assert_int_equal(verdict.end.seq, line - 1);
    pc_buf_reset(&t->other);
}

// One byte ----------------------------------------------------------------------------------------

static void each_altered_byte_is_found_in_its_line(void **state)
{
    struct audit_case *c = *state;
    struct tampering t = begin(c);
    uint64_t line = 1;
    for (size_t i = 0; i < t.log.len; i++) {
        static const char masks[] = {1, 2, 4, 8, 0x10, 0x20, 0x40, (char)0x80};
        pc_buf_str(&t.other, t.log);
        t.other.ptr[i] ^= masks[i % sizeof(masks)];
        assert_fault(&t, PC_AUDIT_ALTERED, line);
        line += t.log.ptr[i] == '\n';
    }
    end(&t);
}

// Digits to digits, where a number may pass for another entry's.
static void each_altered_number_is_an_altered_entry(void **state)
{
    struct audit_case *c = *state;
    struct tampering t = begin(c);
    for (size_t line = 1; line <= ENTRIES; line++) {
        for (unsigned number = 0; number <= ENTRIES + 3; number++) {
            if (number == line) {
                continue;
            }
            add_lines(&t, 1, line - 1);
            struct pc_str whole = audit_case_line(t.log, line);
            pc_buf_format(&t.other, "{\"seq\":%u", number);
            pc_buf_str(&t.other, pc_str_slice(whole, pc_str_find(whole, ',', 0), whole.len));
            add_lines(&t, line + 1, ENTRIES);
            assert_fault(&t, PC_AUDIT_ALTERED, line);
        }
    }
    end(&t);
}

static void each_byte_that_is_put_in_or_taken_out_is_found(void **state)
{
    struct audit_case *c = *state;
    struct tampering t = begin(c);
    uint64_t line = 1;
    for (size_t i = 0; i < t.log.len; i++) {
        bool is_end = i % 2 == 0;
        pc_buf_str(&t.other, pc_str_slice(t.log, 0, i));
        pc_buf_byte(&t.other, is_end ? '\n' : 'x');
        pc_buf_str(&t.other, pc_str_slice(t.log, i, t.log.len));
        // A second end makes an empty line of its own.
        assert_fault(&t, PC_AUDIT_ALTERED, line + (is_end && t.log.ptr[i] == '\n'));
        bool is_last = i == t.log.len - 1;
        pc_buf_str(&t.other, pc_str_slice(t.log, 0, i));
        pc_buf_str(&t.other, pc_str_slice(t.log, i + 1, t.log.len));
        assert_fault(&t, is_last ? PC_AUDIT_SHORTENED : PC_AUDIT_ALTERED, line);
        line += t.log.ptr[i] == '\n';
    }
    end(&t);
}

// Whole lines -------------------------------------------------------------------------------------

static void each_removed_line_is_missed(void **state)
{
    struct audit_case *c = *state;
    struct tampering t = begin(c);
    for (size_t from = 1; from <= ENTRIES; from++) {
        for (size_t to = from; to <= ENTRIES; to++) {
            add_lines(&t, 1, from - 1);
            add_lines(&t, to + 1, ENTRIES);
            assert_fault(&t, to == ENTRIES ? PC_AUDIT_SHORTENED : PC_AUDIT_REMOVED, from);
        }
    }
    end(&t);
}

static void all_swapped_lines_are_found(void **state)
{
    struct audit_case *c = *state;
    struct tampering t = begin(c);
    for (size_t first = 1; first < ENTRIES; first++) {
        for (size_t second = first + 1; second <= ENTRIES; second++) {
            add_lines(&t, 1, first - 1);
            add_lines(&t, second, second);
            add_lines(&t, first + 1, second - 1);
            add_lines(&t, first, first);
            add_lines(&t, second + 1, ENTRIES);
            assert_fault(&t, PC_AUDIT_REORDERED, first);
        }
    }
    end(&t);
}

static void each_doubled_line_is_found(void **state)
{
    struct audit_case *c = *state;
    struct tampering t = begin(c);
    for (size_t line = 1; line <= ENTRIES; line++) {
        for (size_t behind = line; behind <= ENTRIES; behind++) {
            add_lines(&t, 1, behind);
            add_lines(&t, line, line);
            add_lines(&t, behind + 1, ENTRIES);
            assert_fault(&t, PC_AUDIT_REORDERED, behind + 1);
        }
    }
    end(&t);
}

// A line of another log with the same key, in the place of each.
static void a_line_of_another_log_is_altered(void **state)
{
    struct audit_case *c = *state;
    struct tampering t = begin(c);
    struct pc_audit *first = c->audit;
    assert_int_equal(unlinkat(c->place.folder, PC_AUDIT_LOG, 0), 0);
    assert_int_equal(unlinkat(c->place.folder, PC_AUDIT_HEAD, 0), 0);
    c->place.vault[0] ^= 1;
    assert_int_equal(pc_audit_open(&c->place, true, &c->diags, &c->audit), PC_OK);
    audit_case_append(c, 1, ENTRIES);
    struct tampering other = t;
    other.log = audit_case_read(c, PC_AUDIT_LOG);
    pc_audit_close(c->audit);
    c->audit = first;
    c->place.vault[0] ^= 1;
    audit_case_write(c, PC_AUDIT_HEAD, t.head);
    for (size_t line = 1; line <= ENTRIES; line++) {
        add_lines(&t, 1, line - 1);
        pc_buf_str(&t.other, audit_case_line(other.log, line));
        add_lines(&t, line + 1, ENTRIES);
        assert_fault(&t, PC_AUDIT_ALTERED, line);
    }
    end(&t);
}

static void a_line_longer_than_any_is_altered(void **state)
{
    struct audit_case *c = *state;
    struct tampering t = begin(c);
    for (size_t length = PC_AUDIT_ENTRY_MAX - 1; length < 3 * PC_AUDIT_ENTRY_MAX;
         length += PC_AUDIT_ENTRY_MAX / 2) {
        add_lines(&t, 1, 3);
        pc_buf_fill(&t.other, 'x', length);
        pc_buf_byte(&t.other, '\n');
        add_lines(&t, 4, ENTRIES);
        assert_fault(&t, PC_AUDIT_ALTERED, 4);
    }
    // What is behind a buffer full of it is no line, even where it looks like the next one.
    add_lines(&t, 1, 3);
    pc_buf_fill(&t.other, 'x', PC_AUDIT_ENTRY_MAX);
    add_lines(&t, 4, ENTRIES);
    assert_fault(&t, PC_AUDIT_ALTERED, 4);
    end(&t);
}

static void a_log_cut_at_any_byte_is_shortened(void **state)
{
    struct audit_case *c = *state;
    struct tampering t = begin(c);
    uint64_t line = 1;
    for (size_t size = 0; size < t.log.len; size++) {
        line += size > 0 && t.log.ptr[size - 1] == '\n';
        pc_buf_str(&t.other, pc_str_slice(t.log, 0, size));
        assert_fault(&t, PC_AUDIT_SHORTENED, line);
    }
    end(&t);
}

// Heads -------------------------------------------------------------------------------------------

static void a_missing_or_foreign_head_is_told(void **state)
{
    struct audit_case *c = *state;
    struct tampering t = begin(c);
    assert_int_equal(unlinkat(c->place.folder, PC_AUDIT_HEAD, 0), 0);
    add_lines(&t, 1, ENTRIES);
    assert_fault(&t, PC_AUDIT_UNHEADED, ENTRIES + 1);
    assert_true(audit_case_verify(c).missing);
    add_lines(&t, 1, 4); // where there is more to say, it is said
    add_lines(&t, 6, ENTRIES);
    assert_fault(&t, PC_AUDIT_REMOVED, 5);
    assert_false(audit_case_verify(c).missing);
    audit_case_write(c, PC_AUDIT_HEAD, PC_STR(""));
    add_lines(&t, 1, ENTRIES);
    assert_fault(&t, PC_AUDIT_UNHEADED, ENTRIES + 1);
    assert_false(audit_case_verify(c).missing);
    audit_case_write(c, PC_AUDIT_HEAD, t.head);
    c->place.vault[3] ^= 1; // to another vault this head is foreign, and so are its lines
    add_lines(&t, 1, ENTRIES);
    assert_fault(&t, PC_AUDIT_UNHEADED, 1);
    end(&t);
}

static void another_key_is_told_apart_from_altered_lines(void **state)
{
    struct audit_case *c = *state;
    struct tampering t = begin(c);
    c->key[7] ^= 1;
    add_lines(&t, 1, ENTRIES);
    assert_fault(&t, PC_AUDIT_UNHEADED, 1);
    end(&t);
}

// The head of a log that went on differently from entry 5 on, and is as long.
static void the_head_of_another_history_is_told(void **state)
{
    struct audit_case *c = *state;
    audit_case_append(c, 1, 4);
    struct pc_str log = audit_case_read(c, PC_AUDIT_LOG);
    struct pc_str head = audit_case_read(c, PC_AUDIT_HEAD);
    audit_case_append(c, 5, 5);
    struct pc_str other = audit_case_read(c, PC_AUDIT_HEAD);
    audit_case_write(c, PC_AUDIT_LOG, log);
    audit_case_write(c, PC_AUDIT_HEAD, head);
    audit_case_reopen(c);
    struct pc_audit_entry entry = audit_case_entry(5);
    entry.delivery = PC_STR("EXEC");
    assert_int_equal(pc_audit_append(c->audit, &entry, &c->diags), PC_OK);
    audit_case_assert_sound(c, 5);
    audit_case_write(c, PC_AUDIT_HEAD, other);
    struct pc_audit_verdict verdict = audit_case_verify(c);
    assert_int_equal(verdict.fault, PC_AUDIT_UNHEADED);
    assert_int_equal(verdict.line, 6);
}

// Expected positions ------------------------------------------------------------------------------

static struct pc_audit_verdict
verify_expecting(struct audit_case *c, const struct pc_audit_position *expected, size_t count)
{
    struct pc_audit_verify_options options = {.expected = expected, .expected_count = count};
    struct pc_audit_verdict verdict;
    assert_int_equal(pc_audit_verify(&c->place, &options, &c->diags, &verdict), PC_OK);
    return verdict;
}

static void a_log_put_back_with_its_head_is_shorter_than_expected(void **state)
{
    struct audit_case *c = *state;
    struct pc_audit_position noted[3] = {{.seq = 0}};
    audit_case_append(c, 1, 2);
    struct pc_str log = audit_case_read(c, PC_AUDIT_LOG);
    struct pc_str head = audit_case_read(c, PC_AUDIT_HEAD);
    assert_int_equal(pc_audit_where(c->audit, &c->diags, &noted[1]), PC_OK);
    audit_case_append(c, 3, 4);
    assert_int_equal(pc_audit_where(c->audit, &c->diags, &noted[2]), PC_OK);
    assert_int_equal(verify_expecting(c, noted, 3).fault, PC_AUDIT_SOUND);
    audit_case_write(c, PC_AUDIT_LOG, log);
    audit_case_write(c, PC_AUDIT_HEAD, head);
    audit_case_assert_sound(c, 2); // without them it cannot be known
    assert_int_equal(verify_expecting(c, noted, 2).fault, PC_AUDIT_SOUND);
    struct pc_audit_verdict verdict = verify_expecting(c, noted, 3);
    assert_int_equal(verdict.fault, PC_AUDIT_SHORTENED);
    assert_int_equal(verdict.line, 3);
    assert_ptr_equal(verdict.expected, &noted[2]);
    // It goes on, with other entries: what was expected as the fourth is not there.
    audit_case_reopen(c);
    audit_case_append(c, 5, 8);
    verdict = verify_expecting(c, noted, 3);
    assert_int_equal(verdict.fault, PC_AUDIT_UNEXPECTED);
    assert_int_equal(verdict.line, 4);
    assert_int_equal(verdict.end.seq, 3);
    assert_ptr_equal(verdict.expected, &noted[2]);
    assert_null(verify_expecting(c, noted, 2).expected);
}

static void an_empty_log_is_where_a_zeroed_position_is(void **state)
{
    struct audit_case *c = *state;
    const struct pc_audit_position expected[] = {{.seq = 0}, {.seq = 1}};
    assert_int_equal(verify_expecting(c, expected, 1).fault, PC_AUDIT_SOUND);
    assert_int_equal(verify_expecting(c, expected, 2).fault, PC_AUDIT_SHORTENED);
}

// Visiting ----------------------------------------------------------------------------------------

static void keep(void *context, struct pc_str line)
{
    struct pc_buf *kept = context;
    pc_buf_str(kept, line);
    pc_buf_byte(kept, '\n');
}

static void sound_lines_are_visited_in_order(void **state)
{
    struct audit_case *c = *state;
    struct tampering t = begin(c);
    struct pc_buf kept = {0};
    struct pc_audit_verify_options options = {.visit = keep, .context = &kept};
    struct pc_audit_verdict verdict;
    assert_int_equal(pc_audit_verify(&c->place, &options, &c->diags, &verdict), PC_OK);
    assert_true(pc_str_eq(pc_buf_view(&kept), t.log));
    pc_buf_reset(&kept);
    add_lines(&t, 1, 5);
    size_t sound = t.other.len;
    add_lines(&t, 7, ENTRIES);
    audit_case_write(c, PC_AUDIT_LOG, pc_buf_view(&t.other));
    assert_int_equal(pc_audit_verify(&c->place, &options, &c->diags, &verdict), PC_OK);
    assert_true(pc_str_eq(pc_buf_view(&kept), pc_str_slice(t.log, 0, sound)));
    pc_buf_release(&kept);
    end(&t);
}

// Many buffers full, and lines of all lengths across their ends.
static void a_long_log_is_sound(void **state)
{
    struct audit_case *c = *state;
    static char text[40000];
    memset(text, 'x', sizeof(text));
    for (unsigned i = 1; i <= 200; i++) {
        struct pc_audit_entry entry = audit_case_entry(i);
        entry.message = (struct pc_str){text, i * 7919 % sizeof(text)};
        assert_int_equal(pc_audit_append(c->audit, &entry, &c->diags), PC_OK);
    }
    audit_case_assert_sound(c, 200);
    struct pc_audit_position at;
    assert_int_equal(pc_audit_where(c->audit, &c->diags, &at), PC_OK);
    struct pc_audit_verdict verdict = audit_case_verify(c);
    assert_memory_equal(&verdict.end, &at, sizeof(at));
}

static void each_fault_has_a_text_of_its_own(void **state)
{
    (void)state;
    for (int i = PC_AUDIT_SOUND; i <= PC_AUDIT_UNEXPECTED + 1; i++) {
        for (int j = PC_AUDIT_SOUND; j < i; j++) {
            assert_string_not_equal(pc_audit_fault_text((enum pc_audit_fault)i),
                                    pc_audit_fault_text((enum pc_audit_fault)j));
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, audit_case_open, audit_case_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_altered_byte_is_found_in_its_line),
        TEST(each_altered_number_is_an_altered_entry),
        TEST(each_byte_that_is_put_in_or_taken_out_is_found),
        TEST(each_removed_line_is_missed),
        TEST(all_swapped_lines_are_found),
        TEST(each_doubled_line_is_found),
        TEST(a_line_of_another_log_is_altered),
        TEST(a_line_longer_than_any_is_altered),
        TEST(a_log_cut_at_any_byte_is_shortened),
        TEST(a_missing_or_foreign_head_is_told),
        TEST(another_key_is_told_apart_from_altered_lines),
        TEST(the_head_of_another_history_is_told),
        TEST(a_log_put_back_with_its_head_is_shorter_than_expected),
        TEST(an_empty_log_is_where_a_zeroed_position_is),
        TEST(sound_lines_are_visited_in_order),
        TEST(a_long_log_is_sound),
        cmocka_unit_test(each_fault_has_a_text_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
