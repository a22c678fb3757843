// SPDX-License-Identifier: Apache-2.0
//
// Several processes append at once, and some are killed.
#include "audit_case.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    PROCESSES = 3,
    EACH = 2000,
    KILLS = 50,
};

// In a child: appends entries, and tells through the pipe the number of each that was acknowledged.
// Waits with the first until nobody holds the gate's other end any more.
static void append_and_tell(const struct audit_case *c, unsigned from, unsigned count, int pipe,
                            int gate)
{
    char byte;
    struct pc_arena arena = {0};
    struct pc_diags diags;
    struct pc_audit *audit = NULL;
    pc_diags_init(&diags, &arena);
    if (pc_audit_open(&c->place, false, &diags, &audit) != PC_OK) {
        _exit(2);
    }
    while (gate >= 0 && read(gate, &byte, 1) > 0) {
    }
    for (unsigned i = from; i < from + count; i++) {
        struct pc_audit_entry entry = audit_case_entry(i);
        if (pc_audit_append(audit, &entry, &diags) != PC_OK ||
            (pipe >= 0 && write(pipe, &i, sizeof(i)) != sizeof(i))) {
            _exit(1);
        }
    }
    pc_audit_close(audit);
    pc_arena_release(&arena);
    _exit(0);
}

static pid_t start(const struct audit_case *c, unsigned from, unsigned count, int pipe,
                   const int gate[2])
{
    (void)fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        if (gate != NULL) {
            (void)close(gate[1]);
        }
        append_and_tell(c, from, count, pipe, gate != NULL ? gate[0] : -1);
    }
    assert_true(child > 0);
    return child;
}

static int wait_for(pid_t child)
{
    int how = 0;
    assert_int_equal(waitpid(child, &how, 0), child);
    return how;
}

// The generations of the sound lines, which are the numbers of their entries.
struct seen {
    unsigned *numbers;
    size_t count, room;
};

static void see(void *context, struct pc_str line)
{
    struct seen *seen = context;
    static const char member[] = "\"generation\":";
    char text[32] = "";
    for (size_t i = 0; i + sizeof(member) < line.len; i++) {
        if (memcmp(line.ptr + i, member, sizeof(member) - 1) == 0) {
            struct pc_str rest = pc_str_slice(line, i + sizeof(member) - 1, line.len);
            memcpy(text, rest.ptr, rest.len < sizeof(text) ? rest.len : sizeof(text) - 1);
        }
    }
    assert_true(seen->count < seen->room);
    seen->numbers[seen->count++] = (unsigned)strtoul(text, NULL, 10);
}

static struct seen verify_seeing(struct audit_case *c)
{
    struct pc_audit_verdict verdict;
    struct seen seen = {.room = 1000000};
    seen.numbers = malloc(seen.room * sizeof(seen.numbers[0]));
    assert_non_null(seen.numbers);
    struct pc_audit_verify_options options = {.visit = see, .context = &seen};
    assert_int_equal(pc_audit_verify(&c->place, &options, &c->diags, &verdict), PC_OK);
    assert_int_equal(verdict.fault, PC_AUDIT_SOUND);
    assert_int_equal(verdict.end.seq, seen.count);
    return seen;
}

static void several_processes_make_one_sound_chain(void **state)
{
    struct audit_case *c = *state;
    pid_t children[PROCESSES];
    int gate[2];
    assert_int_equal(pipe(gate), 0);
    for (unsigned i = 0; i < PROCESSES; i++) {
        children[i] = start(c, 1 + i * EACH, EACH, -1, gate);
    }
    assert_int_equal(close(gate[0]), 0);
    assert_int_equal(close(gate[1]), 0);
    // Whoever verifies meanwhile finds nothing wrong either.
    for (int i = 0; i < 20; i++) {
        assert_int_equal(audit_case_verify(c).fault, PC_AUDIT_SOUND);
    }
    for (unsigned i = 0; i < PROCESSES; i++) {
        assert_int_equal(wait_for(children[i]), 0);
    }
    struct seen seen = verify_seeing(c);
    assert_int_equal(seen.count, PROCESSES * EACH);
    unsigned next[PROCESSES];
    for (unsigned i = 0; i < PROCESSES; i++) {
        next[i] = 1 + i * EACH;
    }
    for (size_t i = 0; i < seen.count; i++) { // each process's in its order
        unsigned *expected = &next[(seen.numbers[i] - 1) / EACH];
        assert_int_equal(seen.numbers[i], (*expected)++);
    }
    free(seen.numbers);
    audit_case_append(c, 1, 1); // by one who had it open all the time
    audit_case_assert_sound(c, PROCESSES * EACH + 1);
}

// Kills ------------------------------------------------------------------------------------------

static void kill_after(pid_t child, long nanoseconds)
{
    struct timespec pause = {0, nanoseconds};
    (void)nanosleep(&pause, NULL);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_true(WIFSIGNALED(wait_for(child)));
}

// Reads the number of the last entry that was acknowledged; `last` if no more were.
static unsigned last_told(int pipe, unsigned last)
{
    unsigned number;
    while (read(pipe, &number, sizeof(number)) == sizeof(number)) {
        last = number;
    }
    return last;
}

// How far the sound lines of one child go, whose numbers begin at `from`.
static size_t count_from(const struct seen *seen, unsigned from, unsigned until)
{
    size_t count = 0;
    for (size_t i = 0; i < seen->count; i++) {
        bool its = seen->numbers[i] >= from && seen->numbers[i] < until;
        assert_true(!its || seen->numbers[i] == from + count);
        count += its;
    }
    return count;
}

static void killed_processes_leave_a_log_that_goes_on(void **state)
{
    struct audit_case *c = *state;
    const unsigned apart = 1000000; // between the numbers of two children
    unsigned told[KILLS + 1] = {0};
    for (unsigned i = 1; i <= KILLS; i++) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        pid_t child = start(c, i * apart, apart, ends[1], NULL);
        assert_int_equal(close(ends[1]), 0);
        // Every other child has got somewhere when it is killed, wherever the test runs.
        if (i % 2 == 0) {
            assert_int_equal(read(ends[0], &told[i], sizeof(told[i])), sizeof(told[i]));
        }
        // The pipe holds some 16,000 numbers: the child is never done, and hardly ever waits.
        kill_after(child, 1000000 + (long)(i * UINT32_C(2654435761) % 4000000));
        told[i] = last_told(ends[0], told[i]);
        assert_int_equal(close(ends[0]), 0);
        assert_int_equal(audit_case_verify(c).fault, PC_AUDIT_SOUND); // also before it is tidied
        audit_case_append(c, i, i);
        assert_int_equal(audit_case_verify(c).fault, PC_AUDIT_SOUND);
    }
    struct seen seen = verify_seeing(c);
    size_t acknowledged = 0;
    for (unsigned i = 1; i <= KILLS; i++) {
        size_t least = told[i] == 0 ? 0 : told[i] - i * apart + 1;
        size_t count = count_from(&seen, i * apart, (i + 1) * apart);
        assert_true(count == least || count == least + 1); // the last may not have been told
        acknowledged += least;
    }
    assert_int_equal(count_from(&seen, 1, KILLS + 1), KILLS);
    assert_true(acknowledged >= KILLS / 2);
    free(seen.numbers);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, audit_case_open, audit_case_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(several_processes_make_one_sound_chain),
        TEST(killed_processes_leave_a_log_that_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
