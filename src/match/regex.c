// SPDX-License-Identifier: Apache-2.0
//
// General globs by PCRE2 with JIT, compiled at first sight and kept in a cache of fixed size. Each
// segment between stars becomes an atomic group, so that a found segment is never looked for again
// and matching stays linear in the subject. Whatever PCRE2 cannot do (invalid UTF-8, a limit, no
// JIT) is no answer, never 'no match': read as 'no match' it would skip a Deny.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "regex.h"

#include <stdlib.h>
#include <string.h>

enum {
    SLOTS = 128,            // a power of two
    WINDOW = 8,             // slots in a row where a pattern may be
    LONGEST = 1024,         // bytes of a pattern; longer ones are left to the built-in matcher
    REPLACE_AFTER = 64,     // refusals before a pattern takes another one's slot
    STACK_FIRST = 32 << 10, // bytes of the JIT stack
    STACK_MOST = 256 << 10,
};

struct slot {
    char *key; // copy of the pattern's bytes; NULL: free
    size_t length;
    uint64_t hash;
    pcre2_code *code; // NULL: PCRE2 could not compile it
};

struct pc_pattern_cache {
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
    pcre2_match_data *data;
    unsigned refused;         // patterns that found no slot since one was replaced
    struct pc_effort *effort; // or NULL
    struct slot slots[SLOTS];
};

static void release_slot(struct slot *slot)
{
    free(slot->key);
    pcre2_code_free(slot->code);
    *slot = (struct slot){0};
}

void pc_pattern_cache_free(struct pc_pattern_cache *cache)
{
    if (cache == NULL) {
        return;
    }
    for (size_t i = 0; i < SLOTS; i++) {
        release_slot(&cache->slots[i]);
    }
    pcre2_match_data_free(cache->data);
    pcre2_jit_stack_free(cache->stack);
    pcre2_match_context_free(cache->context);
    free(cache);
}

void pc_pattern_cache_limit(struct pc_pattern_cache *cache, struct pc_effort *effort)
{
    cache->effort = effort;
}

bool pc_pattern_cache_can_afford(struct pc_pattern_cache *cache, uint64_t steps)
{
    if (cache == NULL || cache->effort == NULL) {
        return true;
    }
    pc_effort_take(cache->effort, steps);
    return !pc_effort_is_spent(cache->effort);
}

// Whether code for the machine can be made here; without it the built-in matcher is the faster one.
static bool has_jit(void)
{
    uint32_t jit = 0;
    return pcre2_config(PCRE2_CONFIG_JIT, &jit) >= 0 && jit == 1;
}

enum pc_status pc_pattern_cache_new(struct pc_pattern_cache **out)
{
    struct pc_pattern_cache *cache = calloc(1, sizeof(*cache));
    if (cache == NULL) {
        return PC_ERR_NOMEM;
    }
    cache->context = pcre2_match_context_create(NULL);
    cache->data = pcre2_match_data_create(1, NULL);
    cache->stack = has_jit() ? pcre2_jit_stack_create(STACK_FIRST, STACK_MOST, NULL) : NULL;
    if (cache->context == NULL || cache->data == NULL || (has_jit() && cache->stack == NULL)) {
        pc_pattern_cache_free(cache);
        return PC_ERR_NOMEM;
    }
    if (cache->stack != NULL) {
        pcre2_jit_stack_assign(cache->context, NULL, cache->stack);
    }
    *out = cache;
    return PC_OK;
}

static void write_literal(struct pc_buf *out, struct pc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool letter = pc_char_lower(c) >= 'a' && pc_char_lower(c) <= 'z';
        if (c > ' ' && c < 0x7f && !letter && !pc_char_is_digit(c)) {
            pc_buf_byte(out, '\\');
        }
        pc_buf_byte(out, c);
    }
}

// Is there a star at or behind the cursor?
static bool has_star(struct pc_token_cursor cursor)
{
    struct pc_token token;
    while (pc_token_next(&cursor, &token)) {
        if (token.kind == PC_TOKEN_STAR) {
            return true;
        }
    }
    return false;
}

// first(?>.*?middle)...(?>.*?middle).*last\z
static void write_regex(struct pc_buf *out, struct pc_str bytes)
{
    struct pc_token token;
    bool open = false;
    for (struct pc_token_cursor cursor = pc_token_start(bytes); pc_token_next(&cursor, &token);) {
        if (token.kind == PC_TOKEN_LITERAL) {
            write_literal(out, token.text);
        } else if (token.kind == PC_TOKEN_QUESTION) {
            pc_buf_byte(out, '.');
        } else {
            pc_buf_text(out, open ? ")" : "");
            open = has_star(cursor);
            pc_buf_text(out, open ? "(?>.*?" : ".*");
        }
    }
    pc_buf_text(out, "\\z");
}

static pcre2_code *compile(struct pc_str bytes)
{
    struct pc_buf PC_CLEANUP(pc_buf_release) text;
    int error;
    PCRE2_SIZE offset;
    pc_buf_init(&text);
    write_regex(&text, bytes);
    if (pc_buf_status(&text) != PC_OK) {
        return NULL;
    }
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)text.ptr, text.len, PCRE2_UTF | PCRE2_DOTALL | PCRE2_ANCHORED,
                      &error, &offset, NULL);
    if (code != NULL && pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) != 0) {
        pcre2_code_free(code);
        code = NULL;
    }
    return code;
}

// A free slot of the window; in a full one, once in a while, the first.
static struct slot *room(struct pc_pattern_cache *cache, uint64_t hash)
{
    for (size_t i = 0; i < WINDOW; i++) {
        struct slot *slot = &cache->slots[(hash + i) % SLOTS];
        if (slot->key == NULL) {
            return slot;
        }
    }
    if (++cache->refused < REPLACE_AFTER) {
        return NULL;
    }
    cache->refused = 0;
    struct slot *slot = &cache->slots[hash % SLOTS];
    release_slot(slot);
    return slot;
}

static const struct slot *find(struct pc_pattern_cache *cache, struct pc_str bytes, uint64_t hash)
{
    for (size_t i = 0; i < WINDOW; i++) {
        const struct slot *slot = &cache->slots[(hash + i) % SLOTS];
        if (slot->key != NULL && slot->hash == hash && slot->length == bytes.len &&
            memcmp(slot->key, bytes.ptr, bytes.len) == 0) {
            return slot;
        }
    }
    return NULL;
}

static const struct slot *add(struct pc_pattern_cache *cache, struct pc_str bytes, uint64_t hash)
{
    struct slot *slot = room(cache, hash);
    char *key = slot == NULL ? NULL : malloc(bytes.len);
    if (key == NULL) {
        return NULL;
    }
    memcpy(key, bytes.ptr, bytes.len);
    *slot = (struct slot){.key = key, .length = bytes.len, .hash = hash, .code = compile(bytes)};
    return slot;
}

bool pc_regex_match(struct pc_pattern_cache *cache, struct pc_str bytes, struct pc_str subject,
                    bool *matched)
{
    if (cache->stack == NULL || bytes.len > LONGEST) {
        return false;
    }
    uint64_t hash = pc_str_hash(bytes);
    const struct slot *slot = find(cache, bytes, hash);
    if (slot == NULL) {
        slot = add(cache, bytes, hash);
    }
    if (slot == NULL || slot->code == NULL) {
        return false;
    }
    // Checks the subject's UTF-8 first, and with that error leaves it to the built-in matcher.
    int count = pcre2_match(slot->code, (PCRE2_SPTR)subject.ptr, subject.len, 0, 0, cache->data,
                            cache->context);
    if (count < 0 && count != PCRE2_ERROR_NOMATCH) {
        return false;
    }
    *matched = count >= 0;
    return true;
}
