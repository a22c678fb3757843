// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "io_plan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *const names[CALLS] = {
    "open",   "close",    "read",     "pread", "print",  "write", "pwrite",
    "sync",   "truncate", "allocate", "stat",  "mmap",   "fcntl", "flock",
    "rename", "link",     "unlink",   "mkdir", "folder", "list",  "realpath",
};

enum {
    SHORT = 0,
    FULL = -1,
};

static struct {
    _Atomic(uint64_t) *counts; // NULL: nothing is counted, and nothing fails
    enum call call;
    uint64_t first, last;
    int error; // or SHORT, FULL
} plan = {.call = CALLS};

static uint64_t number_of(const char *name)
{
    const char *text = getenv(name);
    return text == NULL ? 0 : strtoull(text, NULL, 10);
}

static int error_of(const char *text)
{
    if (text == NULL || strcmp(text, "short") == 0) {
        return SHORT;
    }
    return strcmp(text, "full") == 0 ? FULL : (int)strtol(text, NULL, 10);
}

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("FAULT_COUNTS");
    const char *call = getenv("FAULT_CALL");
    if (path == NULL) {
        return;
    }
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
    void *map = (void *)syscall(SYS_mmap, NULL, (CALLS + 1) * sizeof(uint64_t),
                                PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    (void)syscall(SYS_close, fd);
    if (fd < 0 || map == MAP_FAILED) {
        _exit(99); // a test without faults would pass
    }
    plan.first = number_of("FAULT_FIRST");
    plan.last = number_of("FAULT_LAST");
    plan.error = error_of(getenv("FAULT_ERROR"));
    for (unsigned i = 0; call != NULL && i < CALLS; i++) {
        plan.call = strcmp(call, names[i]) == 0 ? (enum call)i : plan.call;
    }
    plan.counts = map;
}

bool io_fails(enum call call)
{
    if (plan.counts == NULL) {
        return false;
    }
    uint64_t number = atomic_fetch_add(&plan.counts[call], 1) + 1;
    bool chosen = call == plan.call && number >= plan.first && number <= plan.last;
    if (chosen) {
        atomic_fetch_add(&plan.counts[CALLS], 1);
    }
    return chosen;
}

bool io_is_short(enum call call)
{
    return plan.error == SHORT ||
           (plan.error == FULL && atomic_load(&plan.counts[call]) <= plan.first);
}

bool io_is_full(void)
{
    return plan.error == FULL;
}

int io_error(void)
{
    return plan.error > 0 ? plan.error : plan.error == FULL ? ENOSPC : EIO;
}
