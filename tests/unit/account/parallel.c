// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "parallel.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
    PIECES = 1000,
};

struct job {
    struct pc_str results[PIECES], trees[PIECES];
    int runs[PIECES];
    size_t workers[PIECES];
    int blocked[PIECES];   // is SIGINT left to others
    size_t before[PIECES]; // bytes that the scratch arena gave to earlier pieces and still holds
};

static void run(void *context, struct pc_worker *worker, size_t piece)
{
    struct job *job = context;
    sigset_t mask;
    job->runs[piece]++;
    job->workers[piece] = worker->number;
    job->before[piece] = worker->scratch.total;
    bool room = pc_arena_alloc(&worker->scratch, 4000) != NULL; // most of a block
    bool masked = pthread_sigmask(SIG_SETMASK, NULL, &mask) == 0;
    job->blocked[piece] = masked ? sigismember(&mask, SIGINT) : -1;
    if (worker->trees != NULL &&
        pc_arena_format(worker->trees, &job->trees[piece], "tree %zu", piece) != PC_OK) {
        job->runs[piece] = -1;
    }
    if (!room ||
        pc_arena_format(worker->arena, &job->results[piece], "piece %zu", piece) != PC_OK) {
        job->runs[piece] = -1;
    }
}

// Each piece is run once, and what it leaves stays when the threads are gone.
static void every_piece_is_run_once(void **state)
{
    (void)state;
    static const size_t jobs[] = {0, 1, 2, 3, 8, 64, 1000};
    for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++) {
        static const size_t counts[] = {0, 1, 2, 63, PIECES};
        for (size_t j = 0; j < sizeof(counts) / sizeof(counts[0]); j++) {
            static struct job job;
            struct pc_arena arena = {0};
            struct pc_arena trees = {0};
            const struct pc_parallel work = {.count = counts[j],
                                             .least = 1,
                                             .run = run,
                                             .context = &job,
                                             .arena = &arena,
                                             .trees = &trees};
            memset(&job, 0, sizeof(job));
            pc_parallel_run(jobs[i], &work);
            for (size_t k = 0; k < PIECES; k++) {
                char text[32];
                (void)snprintf(text, sizeof(text), "piece %zu", k);
                assert_int_equal(job.runs[k], k < counts[j]);
                assert_true(pc_str_eq(job.results[k], pc_str_from(k < counts[j] ? text : "")));
                (void)snprintf(text, sizeof(text), "tree %zu", k);
                assert_true(pc_str_eq(job.trees[k], pc_str_from(k < counts[j] ? text : "")));
                assert_true(job.workers[k] < PC_PARALLEL_MOST);
                assert_true(job.workers[k] == 0 || job.workers[k] < jobs[i]);
                assert_int_equal(job.blocked[k], job.workers[k] != 0);
                assert_true(job.before[k] <= 4096); // one block, used again and again
            }
            pc_arena_release(&trees);
            assert_true(pc_str_eq(job.results[0], pc_str_from(counts[j] > 0 ? "piece 0" : "")));
            pc_arena_release(&arena);
        }
    }
}

enum {
    PATIENCE = 10, // seconds: far more than a thread needs to begin
};

struct meeting {
    atomic_int begun;
    bool met[2];
};

// Ends when the other piece has begun as well.
static void meet(void *context, struct pc_worker *worker, size_t piece)
{
    struct meeting *meeting = context;
    const struct timespec pause = {0, 1000000};
    time_t end = time(NULL) + PATIENCE;
    (void)worker;
    atomic_fetch_add(&meeting->begun, 1);
    while (atomic_load(&meeting->begun) < 2 && time(NULL) < end) {
        (void)nanosleep(&pause, NULL);
    }
    meeting->met[piece] = atomic_load(&meeting->begun) == 2;
}

static void pieces_run_at_a_time(void **state)
{
    (void)state;
    struct meeting meeting = {.met = {false}};
    struct pc_arena arena = {0};
    const struct pc_parallel work = {
        .count = 2, .least = 1, .run = meet, .context = &meeting, .arena = &arena};
    pc_parallel_run(2, &work);
    assert_true(meeting.met[0] && meeting.met[1]);
    pc_arena_release(&arena);
}

// Few pieces are not worth a thread: the caller does them.
static void threads_have_to_be_worth_it(void **state)
{
    (void)state;
    static struct job job;
    struct pc_arena arena = {0};
    const struct pc_parallel work = {
        .count = 19, .least = 10, .run = run, .context = &job, .arena = &arena};
    memset(&job, 0, sizeof(job));
    pc_parallel_run(8, &work);
    for (size_t i = 0; i < 19; i++) {
        assert_int_equal(job.runs[i], 1);
        assert_int_equal(job.workers[i], 0);
    }
    pc_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_piece_is_run_once),
        cmocka_unit_test(pieces_run_at_a_time),
        cmocka_unit_test(threads_have_to_be_worth_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
