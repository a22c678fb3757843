// SPDX-License-Identifier: Apache-2.0
//
// Memory that runs out in a server that asks libpolcheck: at each allocation of opening a store,
// asking, finding reasons, reloading, logging and releasing secrets, once and from there on. After
// each fault every call has said that it failed or has done what it does: a verdict with status OK
// is right for the snapshot that it is of, a released value is the value; and without faults the
// same works at once, with the handles that are there.
//
//   faults_memory_api POLCHECK [--tries N] [--seed S]    the command
//   in
#define _DEFAULT_SOURCE // MAP_ANONYMOUS
#include "memory_api.h"

#include "../unit/removal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct memory_action *const actions[] = {
    &memory_first, // before any other
    &memory_open,  &memory_ask,  &memory_policy,  &memory_reload,  &memory_poll,
    &memory_next,  &memory_wait, &memory_logging, &memory_release,
};

enum {
    ACTIONS = sizeof(actions) / sizeof(actions[0]),
    MOST_SAID = 40, // lines about what is wrong
};

struct campaign {
    struct memory_world world;
    size_t tries, wrong, said;
    size_t sample; // tries of each action; 0: every allocation
    uint64_t random;
};

void memory_complain(struct memory_world *world, const char *format, ...)
{
    va_list arguments;
    world->complaints++;
    if (world->complaints > 1) {
        return;
    }
    (void)fprintf(stderr, "memory-api: %s: ", world->what);
    va_start(arguments, format);
    (void)vfprintf(stderr, format, arguments);
    va_end(arguments);
    (void)fputc('\n', stderr);
}

void memory_fail(struct memory_world *world)
{
    struct memory_faults *faults = memory_faults();
    faults->calls = 0;
    faults->failed = 0;
    faults->all = world->all;
    faults->at = world->at;
}

void memory_suffices(struct memory_world *world)
{
    struct memory_faults *faults = memory_faults();
    faults->at = UINT64_MAX;
    faults->all = 0;
    world->failed += faults->failed;
    world->calls = faults->calls;
}

// xorshift64*: any number but 0.
static uint64_t next_random(struct campaign *campaign)
{
    uint64_t x = campaign->random;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    campaign->random = x;
    return x * 0x2545f4914f6cdd1du;
}

// Runs an action with the fault, and again without.
static void run_twice(struct memory_world *world, const struct memory_action *action)
{
    uint64_t at = world->at;
    action->run(world);
    world->at = UINT64_MAX;
    world->whole = true;
    action->run(world);
    world->whole = false;
    world->at = at;
}

// The same in a process of its own, of which comes back what it counted.
static void run_apart(struct memory_world *world, const struct memory_action *action)
{
    struct memory_world *shared =
        mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int status = -1;
    if (shared == MAP_FAILED) {
        memory_complain(world, "no memory to share");
        return;
    }
    (void)fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        run_twice(world, action);
        *shared = *world;
        exit(EXIT_SUCCESS); // so that a sanitizer looks for leaks
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) {
        memory_complain(world, "the process ended with %d", status);
    }
    world->calls = shared->calls;
    world->failed = shared->failed + (status != 0);
    world->complaints += shared->complaints;
    (void)munmap(shared, sizeof(*shared));
}

// Whether anything failed.
static bool try_one(struct campaign *campaign, const struct memory_action *action, uint64_t at,
                    bool all)
{
    struct memory_world *world = &campaign->world;
    char what[128];
    (void)snprintf(what, sizeof(what), "%s, allocation %llu%s", action->name,
                   (unsigned long long)at, all ? " and all behind it" : "");
    world->what = what;
    world->complaints = 0;
    world->failed = 0;
    world->at = at;
    world->all = all;
    (action->first ? run_apart : run_twice)(world, action);
    if (world->failed > 0) {
        campaign->tries++;
        campaign->wrong += world->complaints > 0;
    }
    return world->failed > 0;
}

static void try_every(struct campaign *campaign, const struct memory_action *action)
{
    for (int all = 0; all < 2; all++) {
        for (uint64_t at = 0; try_one(campaign, action, at, all != 0); at++) {
        }
    }
}

static void try_some(struct campaign *campaign, const struct memory_action *action)
{
    struct memory_world *world = &campaign->world;
    (void)try_one(campaign, action, UINT64_MAX, false); // counts
    uint64_t calls = world->calls;
    for (size_t i = 0; i < campaign->sample && calls > 0; i++) {
        uint64_t at = next_random(campaign) % calls;
        (void)try_one(campaign, action, at, i % 3 == 2);
    }
}

static int run(struct campaign *campaign)
{
    struct memory_world *world = &campaign->world;
    for (size_t i = 0; i < ACTIONS; i++) {
        if (!actions[i]->first && world->engine == NULL && !memory_handles_make(world)) {
            return 2;
        }
        size_t before = campaign->tries;
        (campaign->sample == 0 ? try_every : try_some)(campaign, actions[i]);
        (void)fprintf(stderr, "memory-api: %s: %zu tries\n", actions[i]->name,
                      campaign->tries - before);
    }
    memory_handles_release(world);
    printf("campaign memory-api: tries=%zu survived=%zu lost=0 wrong=%zu\n", campaign->tries,
           campaign->tries - campaign->wrong, campaign->wrong);
    return campaign->tries > 0 && campaign->wrong == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    struct campaign campaign = {.random = 1};
    char folder[256];
    bool good = argc >= 2;
    for (int i = 2; i < argc && good; i += 2) {
        unsigned long number = i + 1 < argc ? strtoul(argv[i + 1], NULL, 10) : 0;
        good = i + 1 < argc;
        if (strcmp(argv[i], "--tries") == 0) {
            campaign.sample = (number + ACTIONS - 1) / ACTIONS;
        } else if (strcmp(argv[i], "--seed") == 0) {
            campaign.random = number * 2 + 1;
        } else {
            good = false;
        }
    }
    if (!good) {
        (void)fputs("usage: faults_memory_api POLCHECK [--tries N] [--seed S]\n", stderr);
        return 2;
    }
    (void)memory_faults();
    const char *memory = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"; // needs no disk
    const char *place = getenv("TMPDIR");
    (void)snprintf(folder, sizeof(folder), "%s/polcheck-memory-XXXXXX",
                   place != NULL ? place : memory);
    if (mkdtemp(folder) == NULL || !memory_world_make(&campaign.world, argv[1], folder)) {
        (void)fputs("the stores and the vault to begin with cannot be made\n", stderr);
        return 2;
    }
    int status = run(&campaign);
    remove_all(folder);
    return status;
}
