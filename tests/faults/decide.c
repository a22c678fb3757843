// SPDX-License-Identifier: Apache-2.0
//
// Memory that runs out, once, anywhere on the way of a question: for every case of the corpus and
// every n the n-th allocation fails, from reading the policies to the decision. Then either the
// question fails or the answer is the right one: no lost statement, no condition that is skipped,
// and never an allow that should be a deny. Prints TAP, a line a file, and last what
// tools/faults.py reads.
//
// usage: faults_decide PATTERN... (of files, as the shell writes them)

#include "base/buf.h"
#include "case.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

// --- the allocator -----------------------------------------------------------------------------

static size_t until_failure = SIZE_MAX; // allocations before the one that fails; SIZE_MAX: none
static bool failed;

static bool fails(void)
{
    if (until_failure == SIZE_MAX || until_failure-- > 0) {
        return false;
    }
    failed = true;
    return true; // the counter is SIZE_MAX now: only this one fails
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_pc_arena_alloc(struct pc_arena *arena, size_t size);
void *__real_pc_arena_array(struct pc_arena *arena, size_t count, size_t size);
enum pc_status __real_pc_arena_copy(struct pc_arena *arena, struct pc_str s, struct pc_str *out);
enum pc_status __real_pc_arena_copy_lower(struct pc_arena *arena, struct pc_str s,
                                          struct pc_str *out);
enum pc_status __real_pc_arena_join(struct pc_arena *arena, const struct pc_str *parts,
                                    size_t count, struct pc_str *out);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_pc_arena_alloc(struct pc_arena *arena, size_t size);
void *__wrap_pc_arena_array(struct pc_arena *arena, size_t count, size_t size);
enum pc_status __wrap_pc_arena_copy(struct pc_arena *arena, struct pc_str s, struct pc_str *out);
enum pc_status __wrap_pc_arena_copy_lower(struct pc_arena *arena, struct pc_str s,
                                          struct pc_str *out);
enum pc_status __wrap_pc_arena_join(struct pc_arena *arena, const struct pc_str *parts,
                                    size_t count, struct pc_str *out);

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size);
}

// The arena asks the heap for large blocks only; here each of its pieces can fail.
void *__wrap_pc_arena_alloc(struct pc_arena *arena, size_t size)
{
    return fails() ? NULL : __real_pc_arena_alloc(arena, size);
}

void *__wrap_pc_arena_array(struct pc_arena *arena, size_t count, size_t size)
{
    return fails() ? NULL : __real_pc_arena_array(arena, count, size);
}

enum pc_status __wrap_pc_arena_copy(struct pc_arena *arena, struct pc_str s, struct pc_str *out)
{
    return fails() ? PC_ERR_NOMEM : __real_pc_arena_copy(arena, s, out);
}

enum pc_status __wrap_pc_arena_copy_lower(struct pc_arena *arena, struct pc_str s,
                                          struct pc_str *out)
{
    return fails() ? PC_ERR_NOMEM : __real_pc_arena_copy_lower(arena, s, out);
}

enum pc_status __wrap_pc_arena_join(struct pc_arena *arena, const struct pc_str *parts,
                                    size_t count, struct pc_str *out)
{
    return fails() ? PC_ERR_NOMEM : __real_pc_arena_join(arena, parts, count, out);
}

// --- one question ------------------------------------------------------------------------------

enum {
    NOW = 1700000000, // seconds since 1970: the clock of every question
};

// What a question came to.
struct outcome {
    enum pc_status status;
    enum pc_decision decision;
    uint32_t blocked_by;
    size_t deciding, missing;
};

static void release_scratch(struct pc_scratch **scratch)
{
    pc_scratch_free(*scratch);
}

static enum pc_status decide(const struct pc_case_source *source, const struct pc_json *json,
                             struct outcome *out)
{
    struct pc_case subject;
    struct pc_request request;
    struct pc_policies policies;
    struct pc_answer answer;
    PC_CLEANUP(release_scratch) struct pc_scratch *scratch = NULL;
    PC_TRY(pc_scratch_new(&scratch));
    PC_TRY(pc_case_read(source, json, &subject));
    PC_TRY(pc_case_prepare(source, &subject, NOW, &request, &policies));
    enum pc_status status = pc_decide(&policies, &request, 0, scratch, &answer);
    out->decision = answer.decision; // set, and a deny, also on failure
    out->blocked_by = answer.blocked_by;
    out->deciding = status == PC_OK ? answer.deciding_count : 0;
    out->missing = status == PC_OK ? answer.missing_count : 0;
    return status;
}

// Asks the case with the n-th allocation failing; SIZE_MAX: with none.
static struct outcome ask(struct pc_arena *arena, const struct pc_case_source *file,
                          const struct pc_json *json, size_t n)
{
    struct pc_diags diags;
    struct outcome outcome = {.decision = PC_DECISION_IMPLICIT_DENY};
    pc_arena_reset(arena);
    pc_diags_init(&diags, arena);
    const struct pc_case_source source = {
        .arena = arena, .file = file->file, .text = file->text, .diags = &diags};
    failed = false;
    until_failure = n;
    outcome.status = decide(&source, json, &outcome);
    until_failure = SIZE_MAX;
    return outcome;
}

static bool same(const struct outcome *a, const struct outcome *b)
{
    return a->status == b->status && a->decision == b->decision && a->blocked_by == b->blocked_by &&
           a->deciding == b->deciding && a->missing == b->missing;
}

// Is the outcome of a question whose memory ran out as it should be? A piece that only a
// diagnostic wanted may be missing; then the answer is the right one.
static bool is_sound(const struct outcome *whole, const struct outcome *faulty)
{
    if (faulty->status == PC_OK) {
        return same(whole, faulty);
    }
    bool refused = faulty->status == PC_ERR_NOMEM || faulty->status == whole->status;
    return refused && faulty->decision != PC_DECISION_ALLOWED;
}

// --- the corpus --------------------------------------------------------------------------------

struct count {
    size_t cases, faults, wrong;
};

static void try_case(struct pc_arena *arena, const struct pc_case_source *file,
                     const struct pc_json *json, struct count *count)
{
    struct outcome whole = ask(arena, file, json, SIZE_MAX);
    count->cases++;
    for (size_t n = 0;; n++) {
        struct outcome faulty = ask(arena, file, json, n);
        if (!failed) {
            break; // there were no more than n allocations
        }
        count->faults++;
        if (!is_sound(&whole, &faulty)) {
            count->wrong++;
            printf("# %.*s:%u: allocation %zu: %s, status %d; without the failure %s, status %d\n",
                   PC_STR_ARG(file->file), json->line, n, pc_decision_text(faulty.decision),
                   (int)faulty.status, pc_decision_text(whole.decision), (int)whole.status);
        }
    }
}

static bool read_file(const char *path, struct pc_buf *out)
{
    char piece[65536];
    FILE *file = fopen(path, "rb");
    size_t got;
    if (file == NULL) {
        return false;
    }
    while ((got = fread(piece, 1, sizeof(piece), file)) > 0) {
        pc_buf_append(out, piece, got);
    }
    bool good = ferror(file) == 0 && pc_buf_status(out) == PC_OK;
    return fclose(file) == 0 && good;
}

// True when there were cases, and all came out as they should.
static bool try_file(const char *path, struct pc_arena *tree, struct pc_arena *arena,
                     struct count *count)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    struct pc_diags diags;
    const struct pc_json *json;
    pc_arena_reset(tree);
    pc_diags_init(&diags, tree);
    if (!read_file(path, &bytes)) {
        printf("# %s cannot be read\n", path);
        return false;
    }
    const struct pc_case_source file = {.file = pc_str_from(path), .text = pc_buf_view(&bytes)};
    const struct pc_json_source source = {.file = file.file, .text = file.text, .repeats = true};
    if (pc_json_parse(tree, &source, &diags, &json) != PC_OK) {
        printf("# %s is no JSON document\n", path);
        return false;
    }
    if (json->type != PC_JSON_ARRAY) {
        try_case(arena, &file, json, count);
    }
    for (size_t i = 0; json->type == PC_JSON_ARRAY && i < json->count; i++) {
        try_case(arena, &file, &json->items[i], count);
    }
    return count->wrong == 0 && count->faults > 0;
}

static int try_files(size_t files, char *const *paths)
{
    struct pc_arena tree, arena;
    size_t tries = 0, wrong = 0;
    bool all = files > 0;
    pc_arena_init(&tree);
    pc_arena_init(&arena);
    printf("1..%zu\n", files);
    for (size_t i = 0; i < files; i++) {
        struct count count = {0};
        bool good = try_file(paths[i], &tree, &arena, &count);
        printf("%sok %zu - %s: %zu cases, %zu failed allocations\n", good ? "" : "not ", i + 1,
               paths[i], count.cases, count.faults);
        all = all && good;
        tries += count.faults;
        wrong += count.wrong;
    }
    pc_arena_release(&arena);
    pc_arena_release(&tree);
    printf("# campaign memory-decide: tries=%zu survived=%zu lost=0 wrong=%zu\n", tries,
           tries - wrong, wrong);
    return all ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    glob_t found = {0};
    int missing = argc < 2;
    for (int i = 1; i < argc && missing == 0; i++) {
        missing = glob(argv[i], i > 1 ? GLOB_APPEND : 0, NULL, &found);
    }
    if (missing != 0) {
        fprintf(stderr, "usage: faults_decide PATTERN... (each of files that exist)\n");
        globfree(&found);
        return 2;
    }
    int status = try_files(found.gl_pathc, found.gl_pathv);
    globfree(&found);
    return status;
}
