// SPDX-License-Identifier: Apache-2.0
//
// A server of the kill test: threads that ask one engine without end, and check every answer. The
// policies of round N give role I an Allow when N + I is even and a Deny else, in a statement whose
// Sid is "Round" and N: so an answer tells which round it is of, whether it is right for it, and
// all answers from one snapshot have to be of one round.
//
//   worker STORE ROLES [PAUSE [KEYS SEEN]]
//
// prints "ready", "SNAPSHOT ROUND" for each new snapshot, and what is wrong. PAUSE: microseconds
// between two questions of a thread; KEYS and SEEN: the files of polcheck_options.
#include <polcheck/polcheck.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
    THREADS = 2,
};

struct server {
    struct polcheck_engine *engine;
    unsigned roles;
    unsigned pause; // microseconds
};

// What a thread knows of the snapshot that it asked last.
struct seen {
    uint64_t snapshot;
    unsigned long round;
};

// One write a line, so that lines of threads do not mix.
static void say(const char *what, uint64_t first, unsigned long second)
{
    char line[160];
    int length =
        snprintf(line, sizeof(line), "%s%llu %lu\n", what, (unsigned long long)first, second);
    if (length > 0 && write(STDOUT_FILENO, line, (size_t)length) < 0) {
        _exit(1); // whoever started it is gone
    }
}

static unsigned long round_of(const struct polcheck_statement *statement)
{
    char digits[24] = "";
    struct polcheck_str sid = statement->sid;
    size_t length = sid.len > 5 && sid.len - 5 < sizeof(digits) ? sid.len - 5 : 0;
    memcpy(digits, sid.ptr + sid.len - length, length);
    return strtoul(digits, NULL, 10);
}

static void check(struct polcheck_scratch *scratch, struct polcheck_verdict verdict, unsigned role,
                  struct seen *seen)
{
    const struct polcheck_answer *answer;
    if (verdict.status != POLCHECK_OK || polcheck_reasons(scratch, &answer) != POLCHECK_OK ||
        polcheck_answer_statement_count(answer) != 1) {
        say("FAILED status, role: ", (uint64_t)verdict.status, role);
        return;
    }
    unsigned long round = round_of(polcheck_answer_statement(answer, 0));
    uint64_t snapshot = polcheck_answer_snapshot(answer);
    if (((round + role) % 2 == 0) != polcheck_is_allowed(verdict)) {
        say("WRONG decision, round, role: ", round, role);
    }
    if (snapshot != seen->snapshot) {
        say("", snapshot, round);
        *seen = (struct seen){snapshot, round};
    } else if (round != seen->round) {
        say("MIXED rounds of a snapshot: ", snapshot, round);
    }
}

static void ask(struct polcheck_scratch *scratch, struct polcheck_request *request, unsigned role,
                struct seen *seen)
{
    char principal[96];
    char resource[96];
    (void)snprintf(principal, sizeof(principal), "arn:aws:iam::111122223333:role/role-%u", role);
    (void)snprintf(resource, sizeof(resource), "arn:aws:s3:::bucket-%u/key", role);
    polcheck_request_begin(request, polcheck_text(principal), POLCHECK_STR("s3:GetObject"),
                           polcheck_text(resource));
    polcheck_request_set_resource_account(request, POLCHECK_STR("111122223333"));
    check(scratch, polcheck_ask(scratch, request), role, seen);
}

static void *serve(void *argument)
{
    const struct server *server = argument;
    struct polcheck_scratch *scratch;
    struct polcheck_request *request;
    struct seen seen = {0, 0};
    if (polcheck_scratch_new(server->engine, &scratch) != POLCHECK_OK ||
        polcheck_request_new(&request) != POLCHECK_OK) {
        say("FAILED to start a thread: ", 0, 0);
        return NULL;
    }
    for (unsigned role = 0;; role = (role + 1) % server->roles) {
        ask(scratch, request, role, &seen);
        if (server->pause > 0) {
            (void)nanosleep(&(struct timespec){0, 1000L * server->pause}, NULL);
        }
    }
}

int main(int argc, char **argv)
{
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    struct server server = {NULL, argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 0,
                            argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 0};
    pthread_t threads[THREADS];
    if (server.roles == 0) {
        (void)fputs("usage: worker STORE ROLES [PAUSE [KEYS SEEN]]\n", stderr);
        return 2;
    }
    options.store = argv[1];
    if (argc > 5) {
        options.trusted_keys = argv[4];
        options.seen = argv[5];
    }
    enum polcheck_status status = polcheck_engine_open(&options, &server.engine);
    if (status != POLCHECK_OK) {
        say("FAILED to open the store: ", (uint64_t)status, 0);
        return 1;
    }
    say("ready ", 0, 0);
    for (int i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, serve, &server) != 0) {
            return 1;
        }
    }
    return pthread_join(threads[0], NULL);
}
