// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE // flock, nanosleep
#include "base/lock.h"

#include <errno.h>
#include <stdint.h>
#include <sys/file.h>
#include <time.h>

enum {
    FIRST_PAUSE_NS = 20 * 1000, // a lock is had for as long, as a rule
    LAST_PAUSE_NS = 10 * 1000 * 1000,
    NS_OF_MS = 1000 * 1000,
};

int pc_lock_take(int fd, bool alone, unsigned wait_ms)
{
    struct timespec pause = {0, FIRST_PAUSE_NS};
    uint64_t waited = 0;
    while (flock(fd, (alone ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return errno;
        }
        if (waited >= (uint64_t)wait_ms * NS_OF_MS) {
            return EWOULDBLOCK;
        }
        (void)nanosleep(&pause, NULL);
        waited += (uint64_t)pause.tv_nsec;
        pause.tv_nsec = pause.tv_nsec < LAST_PAUSE_NS / 2 ? 2 * pause.tv_nsec : LAST_PAUSE_NS;
    }
    return 0;
}

void pc_lock_give(int fd)
{
    int result;
    do {
        result = flock(fd, LOCK_UN);
    } while (result != 0 && errno == EINTR);
}
