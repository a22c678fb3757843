// SPDX-License-Identifier: Apache-2.0
//
// A store that the command compiles in a folder of its own, an engine on it, and short ways to ask.
// Sees the library by its public header alone. Texts are written with ' for ", so that JSON can be
// read in C.
#ifndef PC_TESTS_API_HOUSE_H
#define PC_TESTS_API_HOUSE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../removal.h"
#include "polcheck/polcheck.h"

extern char **environ;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAS_SANITIZER 1
#endif
#endif
#ifndef HAS_SANITIZER
#define HAS_SANITIZER 0
#endif

enum {
    HOUSE_PATIENCE_MS = 2000, // for what takes some milliseconds
};

// What became of the store, as on_store told it.
struct house_event {
    enum polcheck_store_change change;
    enum polcheck_status status;
    uint64_t snapshot;
    char message[256];
};

struct house {
    char base[64];     // a fresh folder
    char manifest[96]; // what is compiled
    char store[96];    // where to
    char data[128];    // its data file

    pthread_mutex_t mutex; // for what follows, which other threads write
    struct house_event events[64];
    size_t event_count;

    struct polcheck_engine *engine;
    struct polcheck_scratch *scratch;
    struct polcheck_request *request;
};

#define ACCOUNT "111122223333"
#define OTHERS  "444455556666"
#define ALICE   "arn:aws:iam::" ACCOUNT ":user/alice"
#define BOB     "arn:aws:iam::" ACCOUNT ":user/bob"
#define PHOTO   "arn:aws:s3:::photos/cat.jpg"
#define QUEUE   "arn:aws:sqs:eu-west-1:" ACCOUNT ":jobs"

// A manifest where alice may do one action on everything.
#define MANIFEST_ALICE(action)                                                                     \
    "{'polcheck':1,'users':[{'arn':'" ALICE "','policies':[{'name':'alices','document':"           \
    "{'Version':'2012-10-17','Statement':[{'Sid':'Lets','Effect':'Allow','Action':'" action        \
    "','Resource':'*'}]}}]}],'resources':[{'arn':'arn:aws:s3:::photos','account':'" ACCOUNT "'}]}"

static inline int house_open(void **state)
{
    struct house *house = calloc(1, sizeof(*house));
    if (house == NULL) {
        return -1;
    }
    (void)snprintf(house->base, sizeof(house->base), "/tmp/polcheck-api-XXXXXX");
    if (mkdtemp(house->base) == NULL || pthread_mutex_init(&house->mutex, NULL) != 0) {
        free(house);
        return -1;
    }
    (void)snprintf(house->manifest, sizeof(house->manifest), "%s/manifest.json", house->base);
    (void)snprintf(house->store, sizeof(house->store), "%s/store", house->base);
    (void)snprintf(house->data, sizeof(house->data), "%s/data.mdb", house->store);
    *state = house;
    return 0;
}

static inline void house_close_engine(struct house *house)
{
    polcheck_request_free(house->request);
    polcheck_scratch_free(house->scratch);
    polcheck_engine_close(house->engine);
    house->request = NULL;
    house->scratch = NULL;
    house->engine = NULL;
}

static inline int house_close(void **state)
{
    struct house *house = *state;
    house_close_engine(house);
    remove_all(house->base);
    (void)pthread_mutex_destroy(&house->mutex);
    free(house);
    return 0;
}

#define HOUSE_TEST(function) cmocka_unit_test_setup_teardown(function, house_open, house_close)

// Files and processes -----------------------------------------------------------------------------

static inline void house_write_bytes(const char *path, const void *bytes, size_t count)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, count), (ssize_t)count);
    assert_int_equal(close(fd), 0);
}

// The text with " for '. To be freed.
static inline char *house_quote(const char *text)
{
    char *copy = strdup(text);
    assert_non_null(copy);
    for (char *at = copy; *at != '\0'; at++) {
        *at = *at == '\'' ? '"' : *at;
    }
    return copy;
}

static inline void house_write(const char *path, const char *text)
{
    char *copy = house_quote(text);
    house_write_bytes(path, copy, strlen(copy));
    free(copy);
}

// Compilers need not take a text of all of a large manifest at once. To be freed.
static inline char *house_join(const char *const *pieces, size_t count)
{
    size_t length = 1;
    for (size_t i = 0; i < count; i++) {
        length += strlen(pieces[i]);
    }
    char *text = calloc(1, length);
    assert_non_null(text);
    for (size_t i = 0; i < count; i++) {
        (void)strcat(text, pieces[i]);
    }
    return text;
}

// To be freed.
static inline char *house_read(const char *path, size_t *count)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat found;
    assert_true(fd >= 0 && fstat(fd, &found) == 0);
    char *bytes = malloc((size_t)found.st_size + 1);
    assert_non_null(bytes);
    assert_int_equal(read(fd, bytes, (size_t)found.st_size), found.st_size);
    close(fd);
    *count = (size_t)found.st_size;
    return bytes;
}

// Starts a program, silent. False: there is none.
static inline bool house_spawn(const char *const arguments[], pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
    assert_int_equal(posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0), 0);
    assert_int_equal(posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0), 0);
    int error =
        posix_spawnp(pid, arguments[0], &actions, NULL, (char **)(uintptr_t)arguments, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    return error == 0;
}

// Starts the command on a manifest.
static inline pid_t house_start_compile(const char *manifest, const char *store)
{
    const char *command = getenv("POLCHECK");
    assert_non_null(command); // the test's environment names the command
    const char *const arguments[] = {command, "compile", manifest, "-o", store, NULL};
    pid_t pid = 0;
    assert_true(house_spawn(arguments, &pid));
    return pid;
}

static inline int house_wait(pid_t pid)
{
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// Compiles the text to a store, in a process of its own.
static inline void house_compile_to(struct house *house, const char *text, const char *store)
{
    house_write(house->manifest, text);
    assert_int_equal(house_wait(house_start_compile(house->manifest, store)), 0);
}

static inline void house_compile(struct house *house, const char *text)
{
    house_compile_to(house, text, house->store);
}

static inline void house_sleep(unsigned milliseconds)
{
    const struct timespec time = {(time_t)(milliseconds / 1000),
                                  (long)(milliseconds % 1000) * 1000000};
    (void)nanosleep(&time, NULL);
}

// Events ------------------------------------------------------------------------------------------

static inline void house_note(void *context, const struct polcheck_store_event *event)
{
    struct house *house = context;
    pthread_mutex_lock(&house->mutex);
    size_t room = sizeof(house->events) / sizeof(house->events[0]);
    if (house->event_count < room) {
        struct house_event *note = &house->events[house->event_count];
        note->change = event->change;
        note->status = event->status;
        note->snapshot = event->snapshot;
        (void)snprintf(note->message, sizeof(note->message), "%.*s",
                       POLCHECK_STR_ARG(event->message));
    }
    house->event_count++;
    pthread_mutex_unlock(&house->mutex);
}

static inline size_t house_events(struct house *house)
{
    pthread_mutex_lock(&house->mutex);
    size_t count = house->event_count;
    pthread_mutex_unlock(&house->mutex);
    return count;
}

static inline void house_forget_events(struct house *house)
{
    pthread_mutex_lock(&house->mutex);
    house->event_count = 0;
    pthread_mutex_unlock(&house->mutex);
}

// Waits for an event that is about to be told: the engine goes by what happened before it tells.
static inline void house_await_event(struct house *house)
{
    for (unsigned waited = 0; waited < HOUSE_PATIENCE_MS && house_events(house) == 0; waited++) {
        house_sleep(1);
    }
}

// The last one, once it is of that kind.
static inline void house_await_change(struct house *house, enum polcheck_store_change change)
{
    bool there = false;
    for (unsigned waited = 0; waited < HOUSE_PATIENCE_MS && !there; waited++) {
        pthread_mutex_lock(&house->mutex);
        size_t count = house->event_count;
        there = count > 0 && house->events[count - 1].change == change;
        pthread_mutex_unlock(&house->mutex);
        if (!there) {
            house_sleep(1);
        }
    }
    assert_true(there);
}

// The one event there was since the last call; forgets it.
static inline struct house_event house_event(struct house *house)
{
    house_await_event(house);
    pthread_mutex_lock(&house->mutex);
    struct house_event event = house->events[0];
    size_t count = house->event_count;
    house->event_count = 0;
    pthread_mutex_unlock(&house->mutex);
    assert_int_equal(count, 1);
    return event;
}

// The engine --------------------------------------------------------------------------------------

static inline struct polcheck_options house_options(struct house *house,
                                                    enum polcheck_reload reload)
{
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    options.store = house->store;
    options.reload = reload;
    options.on_store = house_note;
    options.store_context = house;
    return options;
}

static inline void house_start_with(struct house *house, const struct polcheck_options *options)
{
    assert_int_equal(polcheck_engine_open(options, &house->engine), POLCHECK_OK);
    assert_int_equal(polcheck_scratch_new(house->engine, &house->scratch), POLCHECK_OK);
    assert_int_equal(polcheck_request_new(&house->request), POLCHECK_OK);
}

static inline void house_start(struct house *house, enum polcheck_reload reload)
{
    const struct polcheck_options options = house_options(house, reload);
    house_start_with(house, &options);
}

// Compiles the text and starts an engine that looks at the store only when it is told to.
static inline void house_live(struct house *house, const char *text)
{
    house_compile(house, text);
    house_start(house, POLCHECK_RELOAD_MANUAL);
}

static inline void house_begin(struct house *house, const char *principal, const char *action,
                               const char *resource)
{
    polcheck_request_begin(house->request, polcheck_text(principal), polcheck_text(action),
                           polcheck_text(resource));
}

static inline struct polcheck_verdict house_ask(struct house *house)
{
    return polcheck_ask(house->scratch, house->request);
}

static inline struct polcheck_verdict house_question(struct house *house, const char *principal,
                                                     const char *action, const char *resource)
{
    house_begin(house, principal, action, resource);
    return house_ask(house);
}

// A policy that a request carries, from a document with ' for ".
static inline struct polcheck_policy *house_policy(enum polcheck_policy_type type, const char *text)
{
    char why[512] = "";
    const struct polcheck_room room = {why, sizeof(why)};
    struct polcheck_policy *policy = NULL;
    char *json = house_quote(text);
    const struct polcheck_document document = {POLCHECK_STR("carried"), polcheck_text(json)};
    enum polcheck_status status = polcheck_policy_compile(type, &document, 1, &room, &policy);
    if (status != POLCHECK_OK) {
        print_message("%s", why);
    }
    assert_int_equal(status, POLCHECK_OK);
    memset(json, 'x', strlen(json)); // nothing of it is borrowed
    free(json);
    return policy;
}

static inline bool house_contains(struct polcheck_str text, const char *words)
{
    size_t length = strlen(words);
    for (size_t i = 0; i + length <= text.len; i++) {
        if (memcmp(text.ptr + i, words, length) == 0) {
            return true;
        }
    }
    return false;
}

static inline bool house_is(struct polcheck_str text, const char *words)
{
    return text.len == strlen(words) && (text.len == 0 || memcmp(text.ptr, words, text.len) == 0);
}

#define assert_allowed(verdict)                                                                    \
    do {                                                                                           \
        struct polcheck_verdict pc_verdict = (verdict);                                            \
        assert_int_equal(pc_verdict.status, POLCHECK_OK);                                          \
        assert_int_equal(pc_verdict.decision, POLCHECK_ALLOWED);                                   \
        assert_true(polcheck_is_allowed(pc_verdict));                                              \
    } while (0)

// Answered with a deny.
#define assert_denied(verdict)                                                                     \
    do {                                                                                           \
        struct polcheck_verdict pc_verdict = (verdict);                                            \
        assert_int_equal(pc_verdict.status, POLCHECK_OK);                                          \
        assert_int_equal(pc_verdict.decision, POLCHECK_IMPLICIT_DENY);                             \
        assert_false(polcheck_is_allowed(pc_verdict));                                             \
    } while (0)

// Not answered, which is a deny.
#define assert_failed(verdict, error)                                                              \
    do {                                                                                           \
        struct polcheck_verdict pc_verdict = (verdict);                                            \
        assert_int_equal(pc_verdict.status, error);                                                \
        assert_int_equal(pc_verdict.decision, POLCHECK_IMPLICIT_DENY);                             \
        assert_false(polcheck_is_allowed(pc_verdict));                                             \
    } while (0)

// The last question was refused with a message that bears this code.
#define assert_says(house, words)                                                                  \
    do {                                                                                           \
        struct polcheck_str pc_message = polcheck_scratch_message((house)->scratch);               \
        if (!house_contains(pc_message, words)) {                                                  \
            print_message("message: %.*s\n", POLCHECK_STR_ARG(pc_message));                        \
        }                                                                                          \
        assert_true(house_contains(pc_message, words));                                            \
    } while (0)

#endif
