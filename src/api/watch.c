// SPDX-License-Identifier: Apache-2.0
//
// The thread of an engine that looks at its store now and then.
#include "engine.h"

#include <signal.h>
#include <time.h>

static struct timespec later(unsigned milliseconds)
{
    struct timespec time = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    time.tv_sec += (time_t)(milliseconds / 1000);
    time.tv_nsec += (long)(milliseconds % 1000) * 1000000;
    if (time.tv_nsec >= 1000000000) {
        time.tv_nsec -= 1000000000;
        time.tv_sec++;
    }
    return time;
}

// Waits for the interval. False: the engine is being closed.
static bool wait_for_turn(struct polcheck_engine *engine)
{
    const struct timespec until = later(engine->options.interval_ms);
    int error = 0;
    pthread_mutex_lock(&engine->look_mutex);
    while (!atomic_load(&engine->stop) && error == 0) {
        error = pthread_cond_timedwait(&engine->wake, &engine->look_mutex, &until);
    }
    bool go_on = !atomic_load(&engine->stop);
    pthread_mutex_unlock(&engine->look_mutex);
    return go_on;
}

static void *watch(void *argument)
{
    struct polcheck_engine *engine = argument;
    while (wait_for_turn(engine)) {
        (void)pc_engine_look(engine, (struct pc_look){true, PC_LOOK_WHOLE});
    }
    return NULL;
}

enum polcheck_status pc_watch_start(struct polcheck_engine *engine)
{
    sigset_t all, before;
    (void)sigfillset(&all);
    // The thread begins with the signals of the one that makes it: those of the process are its own
    // business.
    if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0) {
        return POLCHECK_ERR_INTERNAL;
    }
    int error = pthread_create(&engine->thread, NULL, watch, engine);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    engine->has_thread = error == 0;
    return error == 0 ? POLCHECK_OK : POLCHECK_ERR_INTERNAL;
}

void pc_watch_stop(struct polcheck_engine *engine)
{
    if (!engine->has_thread) {
        return;
    }
    atomic_store(&engine->stop, true); // before the mutex, which a look has
    pthread_mutex_lock(&engine->look_mutex);
    pthread_cond_signal(&engine->wake);
    pthread_mutex_unlock(&engine->look_mutex);
    (void)pthread_join(engine->thread, NULL);
    engine->has_thread = false;
}
