// SPDX-License-Identifier: Apache-2.0
//
// polcheck as a worker of the benchmark (tools/bench): loads a workload into a store, then decides
// requests as it is told and says how long it took.
#include "asking.h"
#include "options.h"
#include "order.h"
#include "staging.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
    ROUND = 100, // decisions between two looks at the clock
    CHECKS = 1000,
    LONGEST = 256, // path of the temporary folder, with its zero
};

struct worker {
    struct pc_bench_options options;
    struct pc_arena arena;
    struct pc_diags diags;
    struct pc_bench_requests requests;
    struct pc_bench_order order;
    struct pc_bench_asker asker;
    char folder[LONGEST]; // of the store of its own
};

static double now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void remove_folder(const struct worker *worker)
{
    static const char *const names[] = {"store/data.mdb", "store/lock.mdb", "store",
                                        "manifest.json"};
    char path[LONGEST + 32];
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", worker->folder, names[i]);
        (void)remove(path);
    }
    (void)rmdir(worker->folder);
}

static enum pc_status make_folder(struct worker *worker)
{
    const char *above = getenv("TMPDIR");
    int length = snprintf(worker->folder, LONGEST, "%s/polcheck-bench-XXXXXX",
                          above != NULL && above[0] != '\0' ? above : "/tmp");
    if (length < 0 || length >= LONGEST) {
        return PC_ERR_LIMIT;
    }
    return mkdtemp(worker->folder) != NULL ? PC_OK : PC_ERR_IO;
}

static enum pc_status stage_at(struct worker *worker, const char *manifest, const char *store)
{
    const struct pc_bench_site site = {worker->options.folder, manifest, store};
    return pc_bench_stage(&worker->arena, &site, &worker->requests, &worker->diags);
}

static enum pc_status open_asker(struct worker *worker, const char *store)
{
    enum pc_bench_way way = worker->options.reasons ? PC_BENCH_REASONS : PC_BENCH_DIRECT;
    way = worker->options.explained ? PC_BENCH_EXPLAIN : way;
    way = worker->options.in_public ? PC_BENCH_PUBLIC : way;
    return pc_bench_asker_open(&worker->asker, store, way, &worker->diags);
}

// A store in a folder of its own, which is gone as soon as the store is open: nothing is left,
// whatever ends the worker.
static enum pc_status open_own(struct worker *worker)
{
    char manifest[LONGEST + 16];
    char store[LONGEST + 16];
    PC_TRY(make_folder(worker));
    (void)snprintf(manifest, sizeof(manifest), "%s/manifest.json", worker->folder);
    (void)snprintf(store, sizeof(store), "%s/store", worker->folder);
    enum pc_status status = stage_at(worker, manifest, store);
    if (status == PC_OK) {
        status = open_asker(worker, store);
    }
    remove_folder(worker);
    return status;
}

static enum pc_status make_store(struct worker *worker)
{
    struct pc_str manifest;
    PC_TRY(pc_arena_format(&worker->arena, &manifest, "%s.manifest.json", worker->options.store));
    return stage_at(worker, manifest.ptr, worker->options.store);
}

static size_t decide(struct worker *worker, size_t count)
{
    size_t allowed = 0;
    for (size_t i = 0; i < count; i++) {
        allowed += pc_bench_ask(&worker->asker, pc_bench_order_next(&worker->order));
    }
    return allowed;
}

static size_t count_mismatches(struct worker *worker, size_t count)
{
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) {
        const struct pc_bench_request *request = pc_bench_order_next(&worker->order);
        wrong += pc_bench_ask(&worker->asker, request) != request->allowed;
    }
    return wrong;
}

static void batch(struct worker *worker, double milliseconds)
{
    double begin = now();
    double end = begin;
    size_t count = 0;
    size_t allowed = 0;
    while (end - begin < milliseconds * 1e6) {
        allowed += decide(worker, ROUND);
        count += ROUND;
        end = now();
    }
    (void)printf("%zu %.0f %zu\n", count, end - begin, allowed);
    (void)fflush(stdout);
}

static enum pc_status serve(struct worker *worker)
{
    char line[64];
    size_t checks = worker->options.numbers > 0 ? CHECKS : worker->requests.count;
    size_t wrong = count_mismatches(worker, checks);
    (void)printf("READY polcheck%s%s%s%s checked=%zu mismatches=%zu\n",
                 worker->options.reasons ? "-reasons" : "",
                 worker->options.explained ? "-explain" : "",
                 worker->options.prepared ? "-prepared" : "",
                 worker->options.in_public ? "-public" : "", checks, wrong);
    (void)fflush(stdout);
    while (fgets(line, sizeof(line), stdin) != NULL && strncmp(line, "batch ", 6) == 0) {
        batch(worker, strtod(line + 6, NULL));
    }
    return PC_OK;
}

static enum pc_status first(struct worker *worker)
{
    const struct pc_bench_request *request = pc_bench_order_next(&worker->order);
    double begin = now();
    PC_TRY(open_asker(worker, worker->options.store));
    bool allowed = pc_bench_ask(&worker->asker, request);
    (void)printf("%.0f %s\n", now() - begin, allowed == request->allowed ? "right" : "wrong");
    return PC_OK;
}

static enum pc_status run(struct worker *worker)
{
    const struct pc_bench_options *options = &worker->options;
    PC_TRY(pc_bench_requests_read(&worker->arena, options->folder, &worker->requests));
    pc_bench_order_init(&worker->order, worker->requests, options->numbers, options->hot);
    if (options->task == PC_BENCH_MAKE) {
        return make_store(worker);
    }
    if (options->task == PC_BENCH_FIRST) {
        return first(worker);
    }
    PC_TRY(options->store != NULL ? open_asker(worker, options->store) : open_own(worker));
    if (options->prepared) {
        PC_TRY(pc_bench_prepare(&worker->asker, &worker->arena, worker->requests));
    }
    if (options->task == PC_BENCH_COUNT) {
        (void)printf("%zu\n", decide(worker, options->count));
        return PC_OK;
    }
    return serve(worker);
}

static void complain(const struct worker *worker, enum pc_status status)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    for (const struct pc_diag *diag = worker->diags.first; diag != NULL; diag = diag->next) {
        pc_diag_write(&text, diag, false);
    }
    struct pc_str said = pc_buf_view(&text);
    (void)fprintf(stderr, "%.*spolcheck-bench-worker: %s: %s\n", PC_STR_ARG(said),
                  worker->options.folder, pc_status_text(status));
}

int main(int argc, char **argv)
{
    struct worker worker = {0};
    if (!pc_bench_options_read(argc, argv, &worker.options)) {
        (void)fputs(pc_bench_usage, stderr);
        return 2;
    }
    pc_diags_init(&worker.diags, &worker.arena);
    enum pc_status status = run(&worker);
    if (status != PC_OK) {
        complain(&worker, status);
    }
    pc_bench_asker_close(&worker.asker);
    pc_arena_release(&worker.arena);
    return status == PC_OK ? 0 : 2;
}
