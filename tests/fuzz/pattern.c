// SPDX-License-Identifier: Apache-2.0
//
// A pattern against a text, as the engine matches it (with PCRE2 and without) and as the reference
// does. Input: a line of flags, a line with the pattern, and the text.
#include "match/pattern.h"
#include "base/utf8.h"
#include "fuzz.h"
#include "text.h"

enum {
    LONGEST = 2000, // bytes of pattern or text: the reference is slow
};

static bool refers(struct pc_arena *arena, struct pc_str pattern, struct pc_str text,
                   unsigned flags)
{
    struct ref_pattern tokens = ref_wildcards(arena, pattern);
    return ref_glob(arena, &tokens, text, (flags & PC_PATTERN_FOLD) != 0);
}

static void check_match(struct pc_arena *arena, struct pc_str pattern, struct pc_str text,
                        unsigned flags, struct pc_pattern_cache *cache)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf compiled = {0};
    struct pc_pattern_error error;
    enum pc_status status = pc_pattern_compile(pattern, flags, &compiled, &error);
    if (status != PC_OK) {
        FUZZ_CHECK(status == PC_ERR_LIMIT, "status %d of a pattern without variables", (int)status);
        return;
    }
    struct pc_str bytes = pc_buf_view(&compiled);
    FUZZ_CHECK(pc_pattern_is_valid(bytes), "what was compiled is not valid");
    // The reference takes valid UTF-8 only.
    bool known = pc_utf8_invalid(pattern) == SIZE_MAX && pc_utf8_invalid(text) == SIZE_MAX;
    bool expected = known ? refers(arena, pattern, text, flags)
                          : pc_pattern_match(bytes, text, NULL, NULL) == PC_MATCH;
    for (int with = 0; with < 2; with++) {
        enum pc_match got = pc_pattern_match(bytes, text, NULL, with == 0 ? NULL : cache);
        FUZZ_CHECK(got == (expected ? PC_MATCH : PC_NOMATCH),
                   "the engine says %d, the rules %d (%s)", (int)got, (int)expected,
                   with == 0 ? "by hand" : "with PCRE2");
    }
    FUZZ_CHECK(!pc_pattern_is_any(bytes) || expected, "a pattern for all does not match");
}

void fuzz_one(struct pc_str input)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena;
    pc_arena_init(&arena);
    struct pc_str flags = fuzz_line(&input);
    struct pc_str pattern = fuzz_line(&input);
    struct pc_str text = fuzz_rest(&input);
    struct pc_pattern_cache *cache;
    if (pattern.len > LONGEST || text.len > LONGEST) {
        return;
    }
    FUZZ_CHECK(pc_pattern_cache_new(&cache) == PC_OK, "no memory");
    unsigned fold = pc_str_eq(flags, PC_STR("fold")) ? PC_PATTERN_FOLD : 0U;
    check_match(&arena, pattern, text, PC_PATTERN_WILDCARDS | fold, cache);
    pc_pattern_cache_free(cache);
}
