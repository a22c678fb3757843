// SPDX-License-Identifier: Apache-2.0
//
// Memory that runs out, for a whole process: preloaded, it stands in front of every function by
// which the program, LMDB, PCRE2, libsodium and the C library get memory, and lets the calls fail
// that the file of the variable MEMORY_FAULTS names. The program is the one that people run, and
// what its libraries ask for is asked here too; a linker's --wrap would see neither of the two.
//
// The C library maps memory of its own (for the heap, stacks, the loader) without asking here. Of
// these the heap's are failed by failing malloc, and stacks by failing pthread_create.
#define _GNU_SOURCE
#include "memory_faults.h"

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    FRAMES = 24,
};

static struct memory_faults *control;
static _Thread_local bool inside; // finding out about a stack, which may itself want memory

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);

static uint64_t hash_of_stack(void)
{
    void *frames[FRAMES];
    uint64_t hash = 14695981039346656037u; // FNV-1a
    int count = backtrace(frames, FRAMES);
    for (int i = 2; i < count; i++) {
        hash = (hash ^ (uint64_t)(uintptr_t)frames[i]) * 1099511628211u;
    }
    return hash;
}

static void note_stack(uint64_t call)
{
    if (control->trace == 0 || call >= MEMORY_STACKS) {
        return;
    }
    inside = true;
    control->stacks[call] = hash_of_stack();
    inside = false;
}

static void show_stack(void)
{
    void *frames[FRAMES];
    if (getenv("MEMORY_FAULTS_SHOW") != NULL) { // for whoever looks for the cause
        inside = true;
        backtrace_symbols_fd(frames, backtrace(frames, FRAMES), STDERR_FILENO);
        inside = false;
    }
}

static bool fails(enum memory_kind kind)
{
    if (control == NULL || inside) {
        return false;
    }
    uint64_t call = __atomic_fetch_add(&control->calls, 1, __ATOMIC_RELAXED);
    note_stack(call);
    if (call < control->at || (call > control->at && control->all == 0)) {
        return false;
    }
    if (__atomic_fetch_add(&control->failed, 1, __ATOMIC_RELAXED) == 0) {
        control->kind = kind;
        show_stack();
    }
    return true;
}

// The function behind this one, looked up once. Looking up allocates nothing where it succeeds.
#define BEHIND(name)                                                                               \
    static __typeof__(&name) behind;                                                               \
    if (behind == NULL) {                                                                          \
        inside = true;                                                                             \
        *(void **)&behind = dlsym(RTLD_NEXT, #name);                                               \
        inside = false;                                                                            \
    }

#define FAIL(error, value)                                                                         \
    do {                                                                                           \
        errno = (error);                                                                           \
        return (value);                                                                            \
    } while (0)

#define VISIBLE __attribute__((visibility("default")))

// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): the C library's are reserved

VISIBLE void *malloc(size_t size)
{
    if (inside) {
        return __libc_malloc(size);
    }
    BEHIND(malloc)
    if (fails(MEMORY_HEAP)) {
        FAIL(ENOMEM, NULL);
    }
    return behind(size);
}

VISIBLE void *calloc(size_t count, size_t size)
{
    if (inside) {
        return __libc_calloc(count, size);
    }
    BEHIND(calloc)
    if (fails(MEMORY_HEAP)) {
        FAIL(ENOMEM, NULL);
    }
    return behind(count, size);
}

VISIBLE void *realloc(void *old, size_t size)
{
    BEHIND(realloc)
    if (fails(MEMORY_HEAP)) {
        FAIL(ENOMEM, NULL);
    }
    return behind(old, size);
}

VISIBLE void *reallocarray(void *old, size_t count, size_t size)
{
    BEHIND(reallocarray)
    if (fails(MEMORY_HEAP)) {
        FAIL(ENOMEM, NULL);
    }
    return behind(old, count, size);
}

VISIBLE int posix_memalign(void **out, size_t alignment, size_t size)
{
    BEHIND(posix_memalign)
    return fails(MEMORY_HEAP) ? ENOMEM : behind(out, alignment, size);
}

VISIBLE void *aligned_alloc(size_t alignment, size_t size)
{
    BEHIND(aligned_alloc)
    if (fails(MEMORY_HEAP)) {
        FAIL(ENOMEM, NULL);
    }
    return behind(alignment, size);
}

VISIBLE void *mmap(void *where, size_t size, int protection, int flags, int fd, off_t offset)
{
    BEHIND(mmap)
    if (fails(MEMORY_MAP)) {
        FAIL(ENOMEM, MAP_FAILED);
    }
    return behind(where, size, protection, flags, fd, offset);
}

VISIBLE void *mmap64(void *where, size_t size, int protection, int flags, int fd, off64_t offset)
{
    BEHIND(mmap64)
    if (fails(MEMORY_MAP)) {
        FAIL(ENOMEM, MAP_FAILED);
    }
    return behind(where, size, protection, flags, fd, offset);
}

VISIBLE int mlock(const void *begin, size_t size)
{
    BEHIND(mlock)
    if (fails(MEMORY_LOCK)) {
        FAIL(ENOMEM, -1);
    }
    return behind(begin, size);
}

VISIBLE int pthread_create(pthread_t *thread, const pthread_attr_t *how, void *(*run)(void *),
                           void *context)
{
    BEHIND(pthread_create)
    return fails(MEMORY_THREAD) ? EAGAIN : behind(thread, how, run, context);
}

// NOLINTEND(readability-inconsistent-declaration-parameter-name)

struct memory_faults *memory_faults(void)
{
    static struct memory_faults own = {.at = UINT64_MAX};
    if (control == NULL) {
        control = &own;
    }
    return control;
}

__attribute__((constructor)) static void begin(void)
{
    void *frames[2];
    const char *path = getenv("MEMORY_FAULTS");
    int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
    void *map = fd < 0 ? MAP_FAILED
                       : mmap(NULL, sizeof(*control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    (void)backtrace(frames, 2);   // loads what it needs
    (void)unsetenv("LD_PRELOAD"); // of what this process starts
    if (fd >= 0) {
        (void)close(fd);
    }
    if (map != MAP_FAILED) {
        control = map;
    }
}
