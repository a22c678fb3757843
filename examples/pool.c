// SPDX-License-Identifier: Apache-2.0
//
// A worker pool: threads that share one engine, each with a scratch and a request of its own.
//
//     pool STORE THREADS [LOG] < questions
//
// A question is a line, PRINCIPAL ACTION RESOURCE [KEY=VALUE]..., parted by blanks. Its answer is a
// line with its number, when it is ready: "1 allowed", "2 implicitDeny", "3 error: ...". The store
// may be compiled anew meanwhile: the engine moves on to it, and that is told on standard error.
// With LOG each decision and its reasons are appended to that file, a line of JSON each.
// Exit status: 0 every question was answered, 2 one was not.
#define _POSIX_C_SOURCE 200809L // getline and strtok_r, also with -std=c11

#include <polcheck/polcheck.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    ROOM = 64,
    MOST_THREADS = 64,
    IDLE_SECONDS = 1
};

// A ring of lines. Question n, from 0, waits at n % ROOM; the lines belong to who takes them.
struct queue {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    char *lines[ROOM];
    unsigned long put, taken;
    bool ended;
};

struct worker {
    struct queue *queue;
    struct polcheck_scratch *scratch;
    struct polcheck_request *request;
    pthread_t thread;
    bool failed; // a question was not answered
};

// Waits for room. NULL: no more lines will come.
static void put(struct queue *queue, char *line)
{
    pthread_mutex_lock(&queue->mutex);
    while (line != NULL && queue->put - queue->taken == ROOM) {
        pthread_cond_wait(&queue->changed, &queue->mutex);
    }
    if (line != NULL) {
        queue->lines[queue->put++ % ROOM] = line;
    } else {
        queue->ended = true;
    }
    pthread_cond_broadcast(&queue->changed);
    pthread_mutex_unlock(&queue->mutex);
}

// Waits a while for a line. False: no more will come. True with *line NULL: none came.
static bool take(struct queue *queue, char **line, unsigned long *number)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += IDLE_SECONDS;
    *line = NULL;
    pthread_mutex_lock(&queue->mutex);
    int error = 0;
    while (queue->put == queue->taken && !queue->ended && error == 0) {
        error = pthread_cond_timedwait(&queue->changed, &queue->mutex, &until);
    }
    if (queue->put != queue->taken) {
        *line = queue->lines[queue->taken++ % ROOM];
        *number = queue->taken;
        pthread_cond_broadcast(&queue->changed);
    }
    bool more = *line != NULL || !queue->ended;
    pthread_mutex_unlock(&queue->mutex);
    return more;
}

// Fills the request with the words of the line, which it borrows. False: they are no question.
static bool read_question(struct polcheck_request *request, char *line)
{
    char *rest = NULL;
    const char *principal = strtok_r(line, " \n", &rest);
    const char *action = strtok_r(NULL, " \n", &rest);
    const char *resource = strtok_r(NULL, " \n", &rest);
    polcheck_request_begin(request, polcheck_text(principal), polcheck_text(action),
                           polcheck_text(resource));
    for (char *pair; (pair = strtok_r(NULL, " \n", &rest)) != NULL;) {
        char *equals = strchr(pair, '=');
        if (equals == NULL) {
            return false;
        }
        polcheck_request_add(request, polcheck_bytes(pair, (size_t)(equals - pair)),
                             polcheck_string(polcheck_text(equals + 1)));
    }
    return resource != NULL;
}

// Prints by one call, so that lines of several threads do not mix.
static bool answer(struct worker *worker, char *line, unsigned long number)
{
    if (!read_question(worker->request, line)) {
        printf("%lu error: not PRINCIPAL ACTION RESOURCE [KEY=VALUE]...\n", number);
        return false;
    }
    struct polcheck_verdict verdict = polcheck_ask(worker->scratch, worker->request);
    if (polcheck_is_allowed(verdict)) {
        printf("%lu allowed\n", number);
    } else if (verdict.status == POLCHECK_OK) {
        printf("%lu %s\n", number, polcheck_decision_text(verdict.decision));
    } else {
        struct polcheck_str message = polcheck_scratch_message(worker->scratch);
        printf("%lu error: %.*s\n", number, POLCHECK_STR_ARG(message));
    }
    return verdict.status == POLCHECK_OK;
}

static void *work(void *argument)
{
    struct worker *worker = argument;
    char *line;
    unsigned long number;
    while (take(worker->queue, &line, &number)) {
        if (line == NULL) {
            // A scratch that rests would hold an old snapshot. What fails here, on_store tells.
            polcheck_scratch_renew(worker->scratch);
        } else if (!answer(worker, line, number)) {
            worker->failed = true;
        }
        free(line);
    }
    return NULL;
}

// Called by the engine's thread.
static void tell_change(void *context, const struct polcheck_store_event *event)
{
    (void)context;
    (void)fprintf(stderr, "pool: snapshot %llu: %.*s\n", (unsigned long long)event->snapshot,
                  POLCHECK_STR_ARG(event->message));
}

static bool start(struct worker *worker, struct polcheck_engine *engine)
{
    return polcheck_scratch_new(engine, &worker->scratch) == POLCHECK_OK &&
           polcheck_request_new(&worker->request) == POLCHECK_OK &&
           pthread_create(&worker->thread, NULL, work, worker) == 0;
}

// Starts the workers, reads the questions and waits for the last answer. False: something failed.
static bool run(struct polcheck_engine *engine, struct worker *workers, size_t count)
{
    struct queue queue = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    size_t started = 0;
    for (; started < count; started++) {
        workers[started].queue = &queue;
        if (!start(&workers[started], engine)) {
            break;
        }
    }
    bool good = started == count;
    char *line = NULL;
    for (size_t size = 0; good && getline(&line, &size, stdin) > 0; size = 0) {
        put(&queue, line);
        line = NULL; // a worker frees it
    }
    free(line);
    put(&queue, NULL);
    for (size_t i = 0; i < count; i++) {
        if (i < started) {
            pthread_join(workers[i].thread, NULL);
        }
        good = good && !workers[i].failed;
        polcheck_request_free(workers[i].request); // of NULL: nothing
        polcheck_scratch_free(workers[i].scratch);
    }
    return good && !ferror(stdin);
}

static enum polcheck_status failed(const char *path, enum polcheck_status status)
{
    (void)fprintf(stderr, "pool: %s: %s\n", path, polcheck_status_text(status));
    return status;
}

// Opens the engine, and the log if one is named.
static enum polcheck_status open_all(char *const *words, struct polcheck_engine **engine,
                                     struct polcheck_logger **logger)
{
    struct polcheck_options options =
        POLCHECK_OPTIONS_INIT; // a thread of its own watches the store
    options.store = words[0];
    options.on_store = tell_change;
    if (words[2] != NULL) {
        struct polcheck_logger_options log = POLCHECK_LOGGER_OPTIONS_INIT;
        log.path = words[2];
        enum polcheck_status status = polcheck_logger_open(&log, logger);
        if (status != POLCHECK_OK) {
            return failed(words[2], status);
        }
        options.on_decision = polcheck_logger_log;
        options.decision_context = *logger;
    }
    enum polcheck_status status = polcheck_engine_open(&options, engine);
    return status == POLCHECK_OK ? status : failed(words[0], status);
}

int main(int argc, char **argv)
{
    long count = argc == 3 || argc == 4 ? strtol(argv[2], NULL, 10) : 0;
    if (count < 1 || count > MOST_THREADS) {
        (void)fprintf(stderr, "usage: pool STORE THREADS [LOG] < questions\n");
        return 2;
    }
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    struct polcheck_engine *engine = NULL;
    struct polcheck_logger *logger = NULL;
    enum polcheck_status status = open_all(argv + 1, &engine, &logger);
    bool good = status == POLCHECK_OK;
    if (good) {
        struct worker workers[MOST_THREADS];
        memset(workers, 0, sizeof(workers));
        good = run(engine, workers, (size_t)count);
    }
    polcheck_engine_close(engine); // after the last scratch
    polcheck_logger_close(logger); // after the last decision; writes what is left
    return good ? 0 : 2;
}
