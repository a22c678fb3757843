// SPDX-License-Identifier: Apache-2.0
//
// What the kernel says of the pages (/proc/self/smaps), and what becomes of children that touch
// what they may not. The sanitizers of addresses and threads make mlock do nothing; what needs it
// in force is not looked at under them.
#define _GNU_SOURCE // MAP_ANONYMOUS, syscall
#include "sample.h"

#include "crypto/guarded.h"

#include <linux/capability.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MLOCK_WORKS false
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MLOCK_WORKS false
#endif
#endif
#ifndef MLOCK_WORKS
#define MLOCK_WORKS true
#endif

// What becomes of calls of the system. These functions stand in front of the C library's, for
// libsodium too.
static const uint8_t *watched; // what is looked at before it is given back to the system
static bool seen, wiped;
static atomic_size_t unmapped; // calls
static bool unlimited;         // getrlimit says so

int give_back(void *begin, size_t size) __asm__("munmap") __attribute__((visibility("default")));

int give_back(void *begin, size_t size)
{
    const uint8_t *from = begin;
    size_t guard = (size_t)sysconf(_SC_PAGESIZE);
    unmapped++;
    if (watched != NULL && watched >= from && watched < from + size) {
        seen = true;
        wiped = is_zero(watched, (size_t)(from + size - watched) - guard);
    }
    return (int)syscall(SYS_munmap, begin, size);
}

int limit_of(unsigned resource, struct rlimit *out) __asm__("getrlimit64");

int limit_of(unsigned resource, struct rlimit *out)
{
    if (unlimited) {
        *out = (struct rlimit){RLIM_INFINITY, RLIM_INFINITY};
        return 0;
    }
    return (int)syscall(SYS_prlimit64, 0, resource, NULL, out);
}

static const size_t sizes[] = {1, 15, 16, 17, 4079, 4080, 4081, 4096, 8192, 100000};

enum {
    SIZES = sizeof(sizes) / sizeof(sizes[0]),
};

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

static uint8_t *take(size_t size)
{
    void *memory = NULL;
    assert_int_equal(pc_guarded_new(size, &memory), PC_OK);
    assert_non_null(memory);
    return memory;
}

// Calls act(argument) in a child, without cmocka's handlers of signals and without a core dump.
// Returns the child's wait status; a child that returns from `act` exits with what it returned.
static int in_child(int (*act)(void *), void *argument)
{
    pid_t child = fork();
    assert_return_code(child, 0);
    if (child == 0) {
        struct rlimit none = {0, 0};
        (void)setrlimit(RLIMIT_CORE, &none);
        (void)signal(SIGSEGV, SIG_DFL);
        (void)signal(SIGABRT, SIG_DFL);
        alarm(60);
        _exit(act(argument));
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void assert_killed(int (*act)(void *), void *argument, int number)
{
    int status = in_child(act, argument);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), number);
}

static void assert_exits_well(int (*act)(void *), void *argument)
{
    int status = in_child(act, argument);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static int read_byte(void *at)
{
    return *(volatile uint8_t *)at;
}

static int write_byte(void *at)
{
    *(volatile uint8_t *)at = 1;
    return 0;
}

static void memory_is_zeroed_aligned_and_of_its_size(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZES; i++) {
        for (size_t again = 0; again < 2; again++) {
            uint8_t *memory = take(sizes[i]);
            assert_int_equal((uintptr_t)memory % 16, 0);
            assert_true(is_zero(memory, sizes[i]));
            memset(memory, 0x5a, sizes[i]);
            pc_guarded_free(memory);
        }
    }
    pc_guarded_free(NULL);
}

// Whether the mapping that the line of smaps begins holds the address.
static bool line_holds(const char *line, uintptr_t at)
{
    char *next;
    unsigned long begin = strtoul(line, &next, 16);
    if (*next != '-') {
        return false; // a line of another kind
    }
    unsigned long end = strtoul(next + 1, &next, 16);
    return *next == ' ' && at >= begin && at < end;
}

// The VmFlags of the mapping that holds the address.
static void read_flags(const void *at, char *out, size_t size)
{
    FILE *file = fopen("/proc/self/smaps", "r");
    assert_non_null(file);
    char line[1024];
    bool found = false;
    out[0] = '\0';
    while (out[0] == '\0' && fgets(line, sizeof(line), file) != NULL) {
        found = found || line_holds(line, (uintptr_t)at);
        if (found && strncmp(line, "VmFlags:", 8) == 0) {
            snprintf(out, size, "%s", line + 8);
        }
    }
    (void)fclose(file);
    assert_true(out[0] != '\0');
}

static bool has_flag(const void *at, const char *flag)
{
    char flags[1024];
    read_flags(at, flags, sizeof(flags));
    return strstr(flags, flag) != NULL;
}

static void pages_are_locked_not_dumped_and_not_inherited(void **state)
{
    (void)state;
    uint8_t *usual = malloc(100);
    assert_non_null(usual);
    assert_false(has_flag(usual, " lo"));
    assert_false(has_flag(usual, " dd"));
    assert_false(has_flag(usual, " dc"));
    free(usual);
    for (size_t i = 0; i < SIZES; i++) {
        uint8_t *memory = take(sizes[i]);
        for (size_t at = 0; at < sizes[i]; at += 1000) {
            assert_true(has_flag(memory + at, " lo") || !MLOCK_WORKS);
            assert_true(has_flag(memory + at, " dd"));
            assert_true(has_flag(memory + at, " dc"));
        }
        assert_true(has_flag(memory + sizes[i] - 1, " lo") || !MLOCK_WORKS);
        assert_true(has_flag(memory + sizes[i] - 1, " dd"));
        assert_true(has_flag(memory + sizes[i] - 1, " dc"));
        pc_guarded_free(memory);
    }
}

static long locked_kilobytes(void)
{
    FILE *file = fopen("/proc/self/status", "r");
    assert_non_null(file);
    char line[1024];
    long locked = -1;
    while (locked < 0 && fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, "VmLck:", 6) == 0) {
            locked = strtol(line + 6, NULL, 10);
        }
    }
    (void)fclose(file);
    assert_true(locked >= 0);
    return locked;
}

static void what_is_freed_is_locked_no_longer(void **state)
{
    (void)state;
    if (!MLOCK_WORKS) {
        return;
    }
    long before = locked_kilobytes();
    uint8_t *memory = take(100000);
    assert_true(locked_kilobytes() >= before + 100000 / 1024);
    pc_guarded_free(memory);
    assert_int_equal(locked_kilobytes(), before);
}

// Takes the capability away that makes RLIMIT_MEMLOCK count for nothing, and sets the limit.
static bool limit_locks(rlim_t limit)
{
    struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    if (syscall(SYS_capget, &head, data) != 0) {
        return false;
    }
    data[CAP_IPC_LOCK / 32].effective &= ~(1u << CAP_IPC_LOCK % 32);
    struct rlimit both = {limit, limit};
    return syscall(SYS_capset, &head, data) == 0 && setrlimit(RLIMIT_MEMLOCK, &both) == 0;
}

static int take_without_right_to_lock(void *argument)
{
    (void)argument;
    void *memory = &memory;
    if (!limit_locks(0) || pc_guarded_limit() != 0) {
        return 1;
    }
    size_t before = unmapped;
    return pc_guarded_new(100, &memory) != PC_ERR_LIMIT || memory != &memory ||
           unmapped != before + 1;
}

// As much as the limit says and no more; what is given back may be had again.
static int take_up_to_limit(void *argument)
{
    (void)argument;
    const size_t most = 16;
    void *memory[17];
    if (!limit_locks(most * page_size()) || pc_guarded_limit() != most * page_size()) {
        return 1;
    }
    for (size_t i = 0; i < most; i++) {
        if (pc_guarded_new(page_size() - 16, &memory[i]) != PC_OK) {
            return 2;
        }
    }
    for (size_t i = 0; i < 3; i++) { // what failed must not stay locked
        if (pc_guarded_new(1, &memory[most]) != PC_ERR_LIMIT) {
            return 3;
        }
    }
    pc_guarded_free(memory[5]);
    return pc_guarded_new(1, &memory[5]) != PC_OK ||
           pc_guarded_new(1, &memory[most]) != PC_ERR_LIMIT;
}

static void what_cannot_be_locked_is_refused(void **state)
{
    (void)state;
    if (!MLOCK_WORKS) {
        return;
    }
    assert_exits_well(take_without_right_to_lock, NULL);
    assert_exits_well(take_up_to_limit, NULL);
}

static int look_at_limit(void *argument)
{
    (void)argument;
    struct rlimit limit;
    if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0) {
        return 1;
    }
    limit.rlim_cur = 4096;
    if (setrlimit(RLIMIT_MEMLOCK, &limit) != 0 || pc_guarded_limit() != 4096) {
        return 2;
    }
    unlimited = true;
    return pc_guarded_limit() != UINT64_MAX;
}

static void the_limit_is_that_of_the_process(void **state)
{
    (void)state;
    assert_exits_well(look_at_limit, NULL);
}

static void more_than_there_is_is_refused(void **state)
{
    (void)state;
    const size_t too_much[] = {SIZE_MAX, SIZE_MAX - 14, SIZE_MAX - 15, SIZE_MAX - 100000,
                               SIZE_MAX / 2};
    for (size_t i = 0; i < sizeof(too_much) / sizeof(too_much[0]); i++) {
        void *memory = &memory;
        assert_int_equal(pc_guarded_new(too_much[i], &memory), PC_ERR_NOMEM);
        assert_ptr_equal(memory, &memory);
    }
}

struct overrun {
    size_t size;
    bool in_front;
};

// Only the process that took the memory has it: in a child all of it is out of reach.
static int overrun_own(void *argument)
{
    const struct overrun *overrun = argument;
    void *memory;
    if (pc_guarded_new(overrun->size, &memory) != PC_OK) {
        return 1;
    }
    uint8_t *begin = memory;
    uint8_t *last = begin + overrun->size - 1;
    *(volatile uint8_t *)begin = 1;
    *(volatile uint8_t *)last = 1;
    // The page of the canary may be one more.
    uint8_t *first_page = begin - ((uintptr_t)begin - 16) % page_size() - 16;
    return overrun->in_front ? write_byte(first_page - 1)
                             : write_byte(begin + (overrun->size + 15) / 16 * 16);
}

static void overruns_end_the_process(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * SIZES; i++) {
        struct overrun overrun = {sizes[i / 2], i % 2 == 1};
        assert_killed(overrun_own, &overrun, SIGSEGV);
    }
}

static int free_after_underrun(void *argument)
{
    (void)argument;
    void *memory;
    if (pc_guarded_new(100, &memory) != PC_OK) {
        return 1;
    }
    uint8_t *bytes = memory;
    bytes[-1] ^= 1;
    pc_guarded_free(memory);
    return 0;
}

static int free_twice(void *argument)
{
    (void)argument;
    void *memory;
    if (pc_guarded_new(100, &memory) != PC_OK) {
        return 1;
    }
    pc_guarded_free(memory);
    pc_guarded_free(memory);
    return 0;
}

static int free_other(void *memory)
{
    pc_guarded_free(memory);
    return 0;
}

static void wrong_frees_end_the_process(void **state)
{
    (void)state;
    int status = in_child(free_after_underrun, NULL);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) != SIGALRM);
    assert_killed(free_twice, NULL, SIGABRT);
    assert_killed(free_other, &status, SIGABRT);
}

// Maps so much that any hole where the memory was would be filled.
static int touch_after_mapping(void *memory)
{
    for (size_t i = 0; i < 2000; i++) {
        if (mmap(NULL, page_size(), i % 2 == 0 ? PROT_READ : PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED) {
            return 1;
        }
    }
    return read_byte(memory);
}

static int touch_in_grandchild(void *memory)
{
    pid_t child = fork();
    if (child == 0) {
        _exit(read_byte(memory));
    }
    int status;
    return child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
                   WTERMSIG(status) == SIGSEGV
               ? 0
               : 1;
}

static void children_do_not_have_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZES; i++) {
        uint8_t *memory = take(sizes[i]);
        assert_killed(read_byte, memory, SIGSEGV);
        assert_killed(write_byte, memory + sizes[i] - 1, SIGSEGV);
        assert_killed(touch_after_mapping, memory, SIGSEGV);
        assert_exits_well(touch_in_grandchild, memory);
        pc_guarded_free(memory);
    }
}

// Frees what it did not inherit, and takes, uses and frees memory of its own.
static int free_and_take(void *memory)
{
    void *own;
    pc_guarded_free(memory);
    if (pc_guarded_new(100000, &own) != PC_OK || !is_zero(own, 100000)) {
        return 1;
    }
    memset(own, 1, 100000);
    pc_guarded_free(own);
    return 0;
}

static int free_in_grandchild(void *memory)
{
    pid_t child = fork();
    if (child == 0) {
        _exit(free_and_take(memory));
    }
    int status;
    bool well = child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
                WEXITSTATUS(status) == 0;
    return well ? free_and_take(memory) : 1;
}

static int use_own_in_grandchild(void *argument)
{
    (void)argument;
    void *own;
    if (pc_guarded_new(100, &own) != PC_OK) {
        return 1;
    }
    return touch_in_grandchild(own) != 0 || free_in_grandchild(own) != 0;
}

static void freeing_in_a_child_harms_nobody(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZES; i++) {
        uint8_t *memory = take(sizes[i]);
        memset(memory, 0x5a, sizes[i]);
        assert_exits_well(free_and_take, memory);
        assert_exits_well(free_in_grandchild, memory);
        for (size_t at = 0; at < sizes[i]; at++) {
            assert_int_equal(memory[at], 0x5a);
        }
        pc_guarded_free(memory);
    }
    assert_exits_well(use_own_in_grandchild, NULL);
}

// Ends by a signal, for at an exit memcheck would call lost what other threads had in their hands
// at the fork.
static int free_take_and_die(void *memory)
{
    if (free_and_take(memory) == 0) {
        raise(SIGKILL);
    }
    return 1;
}

static atomic_bool stop;

static void *take_and_free(void *argument)
{
    uint8_t mark = *(uint8_t *)argument;
    size_t wrong = 0;
    for (size_t round = 0; round < 200 || !atomic_load(&stop); round++) {
        void *memory[4] = {NULL, NULL, NULL, NULL};
        for (size_t i = 0; i < 4; i++) {
            wrong += pc_guarded_new(100, &memory[i]) != PC_OK || !is_zero(memory[i], 100);
            memset(memory[i], mark, 100);
        }
        for (size_t i = 0; i < 4; i++) {
            size_t which = (i + round) % 4; // not always the last one first
            wrong += ((uint8_t *)memory[which])[99] != mark;
            pc_guarded_free(memory[which]);
        }
    }
    *(uint8_t *)argument = wrong != 0;
    return NULL;
}

static void threads_and_forks_do_not_meet(void **state)
{
    (void)state;
    pthread_t threads[3];
    uint8_t marks[] = {1, 2, 3};
    atomic_store(&stop, false);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, take_and_free, &marks[i]), 0);
    }
    uint8_t *memory = take(100);
    for (size_t i = 0; i < 50; i++) {
        assert_killed(free_take_and_die, memory, SIGKILL);
    }
    atomic_store(&stop, true);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(marks[i], 0);
    }
    pc_guarded_free(memory);
}

static void what_is_freed_is_wiped(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZES; i++) {
        uint8_t *memory = take(sizes[i]);
        memset(memory, 0x5a, sizes[i]);
        seen = wiped = false;
        watched = memory;
        pc_guarded_free(memory);
        watched = NULL;
        assert_true(seen);
        assert_true(wiped);
    }
}

static void wiping_leaves_what_is_beside(void **state)
{
    (void)state;
    uint8_t bytes[48];
    memset(bytes, 0x5a, sizeof(bytes));
    pc_wipe(bytes + 1, 0);
    pc_wipe(bytes + 5, 37);
    for (size_t i = 0; i < sizeof(bytes); i++) {
        assert_int_equal(bytes[i], i >= 5 && i < 42 ? 0 : 0x5a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_aligned_and_of_its_size),
        cmocka_unit_test(pages_are_locked_not_dumped_and_not_inherited),
        cmocka_unit_test(what_is_freed_is_locked_no_longer),
        cmocka_unit_test(what_cannot_be_locked_is_refused),
        cmocka_unit_test(the_limit_is_that_of_the_process),
        cmocka_unit_test(more_than_there_is_is_refused),
        cmocka_unit_test(overruns_end_the_process),
        cmocka_unit_test(wrong_frees_end_the_process),
        cmocka_unit_test(children_do_not_have_it),
        cmocka_unit_test(freeing_in_a_child_harms_nobody),
        cmocka_unit_test(threads_and_forks_do_not_meet),
        cmocka_unit_test(what_is_freed_is_wiped),
        cmocka_unit_test(wiping_leaves_what_is_beside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
