// SPDX-License-Identifier: Apache-2.0
#include "parallel.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

struct crew {
    const struct pc_parallel *work;
    atomic_size_t next; // piece that nobody has taken
};

struct hand {
    struct crew *crew;
    struct pc_arena arena, trees;
    struct pc_worker worker;
    pthread_t thread;
    bool threaded;
};

static void take_pieces(struct crew *crew, struct pc_worker *worker)
{
    const struct pc_parallel *parallel = crew->work;
    pc_arena_init(&worker->scratch);
    for (;;) {
        size_t piece = atomic_fetch_add_explicit(&crew->next, 1, memory_order_relaxed);
        if (piece >= parallel->count) {
            break;
        }
        pc_arena_reset(&worker->scratch);
        parallel->run(parallel->context, worker, piece);
    }
    pc_arena_release(&worker->scratch);
}

static void *run_hand(void *argument)
{
    struct hand *hand = argument;
    take_pieces(hand->crew, &hand->worker);
    return NULL;
}

// A new thread has the mask of the one that makes it.
static void start(struct hand *hands, size_t count)
{
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    for (size_t i = 0; i < count; i++) {
        hands[i].threaded = pthread_create(&hands[i].thread, NULL, run_hand, &hands[i]) == 0;
    }
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static size_t threads_for(const struct pc_parallel *work, size_t jobs)
{
    size_t worth = work->count / (work->least == 0 ? 1 : work->least);
    size_t threads = jobs < worth ? jobs : worth;
    threads = threads < PC_PARALLEL_MOST ? threads : PC_PARALLEL_MOST;
    return threads == 0 ? 1 : threads;
}

void pc_parallel_run(size_t jobs, const struct pc_parallel *work)
{
    struct hand hands[PC_PARALLEL_MOST - 1];
    struct crew crew = {.work = work};
    struct pc_worker own = {.arena = work->arena, .trees = work->trees};
    size_t others = threads_for(work, jobs) - 1;
    atomic_init(&crew.next, 0);
    for (size_t i = 0; i < others; i++) {
        hands[i].crew = &crew;
        pc_arena_init(&hands[i].arena);
        pc_arena_init(&hands[i].trees);
        hands[i].worker =
            (struct pc_worker){.number = i + 1, .arena = &hands[i].arena, .trees = &hands[i].trees};
    }
    start(hands, others);
    take_pieces(&crew, &own);
    for (size_t i = 0; i < others; i++) {
        if (hands[i].threaded) {
            (void)pthread_join(hands[i].thread, NULL);
        }
        pc_arena_adopt(work->arena, &hands[i].arena);
        if (work->trees != NULL) {
            pc_arena_adopt(work->trees, &hands[i].trees);
        }
        pc_arena_release(&hands[i].trees);
    }
}
