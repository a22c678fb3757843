// SPDX-License-Identifier: Apache-2.0
//
// Looks for the dearest decision: a case, as polcheck test has it, in which a mark "#N#" stands for
// N more of the character before it, so that few bytes make long texts. libFuzzer is led by the
// steps that a decision takes (match/effort.h): more than ever before count as something new. None
// may take more than the limit and still be answered. What was dearest is told in the end.
#include "decide_input.h"

#include "engine.h"

#include <time.h>

enum {
    LONGEST = 512 << 10, // bytes of the case
    REPEATS = 64 << 10,  // of one character
    BUCKETS = 256,       // of steps, eight an octave
};

#if defined(__clang__)
#define EXTRA_COUNTERS __attribute__((section("__libfuzzer_extra_counters"), used))
#else
#define EXTRA_COUNTERS
#endif

// A byte each that libFuzzer reads like its own counters of edges.
EXTRA_COUNTERS static uint8_t reached[BUCKETS];

static struct {
    uint64_t steps;
    int64_t ns; // of the processor
    size_t bytes;
    bool refused;
} dearest;

static struct engine engine;
static bool is_ready;

static void tell_dearest(void)
{
    (void)printf("# the dearest decision: %llu steps, %.3f ms, a case of %zu bytes, %s\n",
                 (unsigned long long)dearest.steps, (double)dearest.ns / 1e6, dearest.bytes,
                 dearest.refused ? "refused" : "answered");
}

static int64_t now_ns(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static unsigned bucket_of(uint64_t steps)
{
    unsigned octave = steps == 0 ? 0 : 63 - (unsigned)__builtin_clzll(steps);
    unsigned eighth = octave < 3 ? 0 : (unsigned)(steps >> (octave - 3)) & 7;
    unsigned bucket = octave * 8 + eighth;
    return bucket < BUCKETS ? bucket : BUCKETS - 1;
}

// Reads "#N#" at the place; its length, or 0.
static size_t read_mark(struct pc_str text, size_t at, size_t *count)
{
    size_t number = 0;
    size_t i = at + 1;
    for (; i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9' && number < REPEATS; i++) {
        number = number * 10 + (size_t)(text.ptr[i] - '0');
    }
    bool whole = i > at + 1 && i < text.len && text.ptr[i] == '#' && number < REPEATS;
    *count = number;
    return whole ? i + 1 - at : 0;
}

static void expand(struct pc_str text, struct pc_buf *out)
{
    for (size_t i = 0; i < text.len && out->len < LONGEST;) {
        size_t count;
        size_t mark = text.ptr[i] == '#' && i > 0 ? read_mark(text, i, &count) : 0;
        if (mark == 0) {
            pc_buf_byte(out, text.ptr[i]);
        } else {
            pc_buf_fill(out, text.ptr[i - 1], count);
        }
        i += mark == 0 ? 1 : mark;
    }
}

static void decide(struct engine_case *prepared, unsigned flags, size_t bytes)
{
    struct pc_answer answer;
    int64_t begin = now_ns();
    enum pc_status status =
        pc_decide(&prepared->policies, &prepared->request, flags, engine.scratch, &answer);
    int64_t took = now_ns() - begin;
    uint64_t steps = pc_scratch_steps(engine.scratch);
    bool over = steps >= PC_DECIDE_MOST_STEPS;
    FUZZ_CHECK(status == (over ? PC_ERR_EFFORT : PC_OK), "status %d after %llu steps", (int)status,
               (unsigned long long)steps);
    FUZZ_CHECK(!over || answer.decision == PC_DECISION_IMPLICIT_DENY, "an answer after all");
    reached[bucket_of(steps)] = 1;
    if (took > dearest.ns) {
        dearest.ns = took;
        dearest.steps = steps;
        dearest.bytes = bytes;
        dearest.refused = over;
    }
}

void fuzz_one(struct pc_str input)
{
    static const unsigned ways[] = {0, PC_DECIDE_NO_REASONS, PC_DECIDE_NO_INDEX,
                                    PC_DECIDE_WIDE_STARS};
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    PC_CLEANUP(pc_arena_release) struct pc_arena arena = {0};
    const struct pc_json *subject;
    struct pc_diags diags;
    if (!is_ready) {
        engine_init(&engine);
        (void)atexit(tell_dearest);
        is_ready = true;
    }
    expand(input, &text);
    const struct pc_json_source source = {.file = PC_STR("case"), .text = pc_buf_view(&text)};
    pc_diags_init(&diags, &arena);
    if (pc_json_parse(&arena, &source, &diags, &subject) != PC_OK) {
        return;
    }
    struct engine_case prepared;
    engine_prepare(&arena, source.text, subject, &prepared);
    if (prepared.refused.len > 0) {
        return;
    }
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        decide(&prepared, ways[i], source.text.len);
    }
}
