// SPDX-License-Identifier: Apache-2.0
#define _DEFAULT_SOURCE // MAP_ANONYMOUS
#include "workers.h"

#include "base/clock.h"
#include "progress.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    POLL_MILLIS = 50,
    PATIENCE_MILLIS = 20000, // for workers that are told to stop: time to make a case small
    PARENT_EACH = 64,        // cases between two looks whether the parent lives
};

// What the processes share.
struct board {
    atomic_bool stop;
    struct check_tally tallies[WORKERS_MAX];
};

static struct board *board;
static volatile sig_atomic_t interrupted;

static void on_interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

void workers_init(void)
{
    void *memory =
        mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        perror("mmap");
        exit(2);
    }
    board = memory;
}

// The bar has a handler of its own, which ends the process.
static void watch_interrupt(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof(action));
    action.sa_handler = on_interrupt;
    (void)sigaction(SIGINT, &action, NULL);
}

bool workers_interrupted(void)
{
    return interrupted != 0;
}

void workers_add(struct workers_sum *sum, const struct check_tally *tally)
{
    sum->cases += tally->cases;
    sum->refused += tally->refused;
    sum->disagreements += tally->disagreements;
    for (size_t i = 0; i < sizeof(sum->decisions) / sizeof(sum->decisions[0]); i++) {
        sum->decisions[i] += tally->decisions[i];
    }
    for (int party = 0; party < JUDGE_PARTIES; party++) {
        for (int aspect = 0; aspect < JUDGE_ASPECTS; aspect++) {
            sum->kinds[party][aspect] += tally->kinds[party][aspect];
        }
    }
}

// Disagreements of this run so far.
static uint64_t found(const struct workers_run *run)
{
    uint64_t count = 0;
    for (unsigned i = 0; i < run->jobs; i++) {
        count += board->tallies[i].disagreements;
    }
    return count;
}

// The share of one worker: every jobs-th case. Never returns.
static void work(const struct workers_run *run, unsigned worker, pid_t parent)
{
    struct check check;
    struct check_tally *tally = &board->tallies[worker];
    (void)signal(SIGINT, SIG_IGN); // a terminal interrupts the whole group; the parent tells us
    check_init(&check, tally, run->folder, run->stop_after);
    check.large = run->large;
    for (uint64_t i = worker; i < run->cases && !board->stop; i += run->jobs) {
        if (!check_generated(&check, run->seed, run->first + i) && found(run) >= run->stop_after) {
            board->stop = true;
        }
        if (tally->cases % PARENT_EACH == 0 && getppid() != parent) {
            break;
        }
    }
    check_release(&check);
    exit(0);
}

struct crew {
    pid_t pids[WORKERS_MAX]; // 0: has ended
    size_t alive;
};

static void start(const struct workers_run *run, struct crew *crew)
{
    pid_t parent = getpid();
    (void)fflush(NULL);
    for (unsigned i = 0; i < run->jobs; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            work(run, i, parent);
        }
        if (pid < 0) {
            perror("fork");
            board->stop = true;
            break;
        }
        crew->pids[i] = pid;
        crew->alive++;
    }
}

static void tell_crash(const struct workers_run *run, unsigned worker, int status)
{
    unsigned long long number = board->tallies[worker].current;
    (void)printf("# crash: a worker ended with %s %d at seed %llu case %llu\n",
                 WIFSIGNALED(status) ? "signal" : "status",
                 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
                 (unsigned long long)run->seed, number);
}

static void collect(const struct workers_run *run, struct crew *crew, struct workers_sum *sum)
{
    for (unsigned i = 0; i < run->jobs; i++) {
        int status = 0;
        if (crew->pids[i] == 0 || waitpid(crew->pids[i], &status, WNOHANG) != crew->pids[i]) {
            continue;
        }
        crew->pids[i] = 0;
        crew->alive--;
        if (status != 0) {
            tell_crash(run, i, status);
            sum->crashes++;
        }
    }
}

static struct workers_sum sum_up(const struct workers_run *run)
{
    struct workers_sum sum = {0};
    for (unsigned i = 0; i < run->jobs; i++) {
        workers_add(&sum, &board->tallies[i]);
    }
    return sum;
}

// Ends workers that do not stop although they were told to.
static void end_late(const struct workers_run *run, const struct crew *crew)
{
    for (unsigned i = 0; i < run->jobs; i++) {
        if (crew->pids[i] != 0) {
            (void)kill(crew->pids[i], SIGKILL);
        }
    }
}

static void watch(const struct workers_run *run, struct crew *crew, struct pc_bar *bar,
                  struct workers_sum *sum)
{
    const struct timespec pause = {0, POLL_MILLIS * 1000000L};
    int64_t stopped = 0;
    while (crew->alive > 0) {
        struct workers_sum now = sum_up(run);
        board->stop = board->stop || interrupted != 0;
        stopped = board->stop && stopped == 0 ? pc_clock_millis() : stopped;
        if (stopped != 0 && pc_clock_millis() - stopped > PATIENCE_MILLIS) {
            end_late(run, crew);
        }
        pc_bar_step(bar, now.cases, run->cases);
        collect(run, crew, sum);
        if (crew->alive > 0) {
            (void)nanosleep(&pause, NULL);
        }
    }
}

void workers_run(const struct workers_run *run, struct workers_sum *sum)
{
    struct crew crew = {.alive = 0};
    struct pc_bar bar;
    memset(board->tallies, 0, sizeof(board->tallies));
    pc_bar_begin(&bar, "asking");
    watch_interrupt();
    start(run, &crew);
    watch(run, &crew, &bar, sum);
    pc_bar_end(&bar);
    watch_interrupt();
    for (unsigned i = 0; i < run->jobs; i++) {
        workers_add(sum, &board->tallies[i]);
    }
}
