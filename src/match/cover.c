// SPDX-License-Identifier: Apache-2.0
//
// Inclusion: the places that the wide pattern can be at are carried through the narrow one as a
// set. What a '?' or '*' of the narrow one stands for may be taken as characters that are nowhere
// in the wide one: whatever of it accepts such a character accepts every other. So only the number
// of characters that a '*' stands for has to be tried: one where the wide pattern has no '?', for
// what goes on after one is also there after none and stays after more; else up to one more than it
// has
// '?', for from then on nothing changes.
//
// Overlap: both are walked together, each pair of places once.
#include "match/cover.h"

#include "match/shape.h"

#include "arn_bytes.h"
#include "fold.h"
#include "token.h"

#include "base/utf8.h"

#include <string.h>

enum {
    MOST = PC_SHAPE_LONGEST, // elements of a pattern
    MOST_STARS = 16,         // of a narrow pattern whose lengths are tried
    MOST_WORK = 1 << 23,     // places looked at: more than both lengths at most multiply to
};

// Elements beyond the code points, and beyond what an invalid byte counts as.
enum element {
    STAR = 0x40000000,
    QUESTION,
    FRESH,    // a character that is in no pattern
    VARIABLE, // and its number in the list
};

struct elements {
    uint32_t items[MOST];
    size_t count;
    size_t questions, stars;
    struct pc_str variables[PC_TOKEN_VARIABLE_LIMIT]; // tokens, as they stand in the bytes
    size_t variable_count;
};

static bool add(struct elements *out, uint32_t element)
{
    if (out->count == MOST) {
        return false;
    }
    out->items[out->count++] = element;
    return true;
}

// The character at *at, and a step over it.
static uint32_t next_character(struct pc_str text, size_t *at, bool fold)
{
    uint32_t character;
    if (fold) {
        return pc_fold_next(text, at);
    }
    size_t length = pc_utf8_decode(pc_str_slice(text, *at, text.len), &character);
    if (length == 0) { // the same number as pc_fold_next gives it
        return pc_fold_next(text, at);
    }
    *at += length;
    return character;
}

static bool add_literal(struct elements *out, struct pc_str text, bool fold)
{
    for (size_t at = 0; at < text.len;) {
        if (!add(out, next_character(text, &at, fold))) {
            return false;
        }
    }
    return true;
}

static bool add_token(struct elements *out, const struct pc_token *token, struct pc_str written,
                      bool fold)
{
    switch (token->kind) {
    case PC_TOKEN_LITERAL:
        return add_literal(out, token->text, fold);
    case PC_TOKEN_STAR:
        out->stars++;
        return add(out, STAR);
    case PC_TOKEN_QUESTION:
        out->questions++;
        return add(out, QUESTION);
    case PC_TOKEN_VARIABLE:
        out->variables[out->variable_count] = written;
        return add(out, VARIABLE + (uint32_t)out->variable_count++);
    case PC_TOKEN_END:
        break;
    }
    return false;
}

// False: too many. fold: letters are compared without case, also if not by this pattern.
static bool take_apart(struct pc_str bytes, bool fold, struct elements *out)
{
    struct pc_token_cursor cursor = pc_token_start(bytes);
    out->count = out->questions = out->stars = out->variable_count = 0;
    struct pc_token_cursor before = cursor;
    for (struct pc_token token = {0}; pc_token_next(&cursor, &token); before = cursor) {
        struct pc_str written = {before.at, (size_t)(cursor.at - before.at)};
        if (!add_token(out, &token, written, fold)) {
            return false;
        }
    }
    return true;
}

static bool folds(struct pc_str bytes)
{
    return (pc_token_flags(bytes) & PC_PATTERN_FOLD) != 0;
}

// Inclusion.

struct covering {
    const struct elements *wide, *narrow;
    size_t work; // left
};

// Where the wide pattern can be; the place behind its last element is its end.
struct places {
    bool at[MOST + 1];
};

static void enter(const struct elements *wide, struct places *places)
{
    for (size_t i = 0; i < wide->count; i++) {
        places->at[i + 1] = places->at[i + 1] || (places->at[i] && wide->items[i] == STAR);
    }
}

// Does an element of the wide pattern take this one of the narrow one, and is behind it then?
static bool takes(const struct covering *job, uint32_t element, uint32_t taken)
{
    if (taken < VARIABLE) {
        return element == taken || element == QUESTION;
    }
    return element >= VARIABLE && pc_str_eq(job->wide->variables[element - VARIABLE],
                                            job->narrow->variables[taken - VARIABLE]);
}

// False: nowhere any more, or too much work.
static bool step(struct covering *job, struct places *places, uint32_t taken)
{
    const struct elements *wide = job->wide;
    bool from_before = false;
    bool somewhere = false;
    if (job->work <= wide->count) {
        return false;
    }
    job->work -= wide->count + 1;
    for (size_t i = 0; i <= wide->count; i++) {
        bool here = i < wide->count && places->at[i];
        places->at[i] = from_before || (here && wide->items[i] == STAR);
        somewhere = somewhere || places->at[i];
        from_before = here && takes(job, wide->items[i], taken);
    }
    enter(wide, places);
    return somewhere;
}

static bool goes_through(struct covering *job, const struct places *from, size_t at);

// Tries every number of characters for the star in front of `at`.
static bool goes_through_star(struct covering *job, struct places *places, size_t at)
{
    for (size_t length = 0; length <= job->wide->questions; length++) {
        if (!goes_through(job, places, at) || !step(job, places, FRESH)) {
            return false;
        }
    }
    return goes_through(job, places, at);
}

// Does the wide pattern, from these places, match all that the narrow one matches from `at` on?
static bool goes_through(struct covering *job, const struct places *from, size_t at)
{
    struct places places = *from;
    for (; at < job->narrow->count; at++) {
        uint32_t element = job->narrow->items[at];
        if (element == STAR && job->wide->questions > 0) {
            return goes_through_star(job, &places, at + 1);
        }
        bool any = element == STAR || element == QUESTION;
        if (!step(job, &places, any ? FRESH : element)) {
            return false;
        }
    }
    return places.at[job->wide->count];
}

static bool covers_elements(const struct elements *wide, const struct elements *narrow)
{
    struct covering job = {wide, narrow, MOST_WORK};
    struct places start = {{true}};
    if (wide->questions > 0 && narrow->stars > MOST_STARS) {
        return false; // deeper than the stack should go
    }
    enter(wide, &start);
    return goes_through(&job, &start, 0);
}

static bool has_variables(struct pc_str bytes)
{
    return pc_token_shape(bytes) == PC_SHAPE_OF_VARIABLE;
}

// The literal text behind the last wildcard or variable.
static struct pc_str suffix_of(struct pc_str bytes)
{
    struct pc_token_cursor cursor = pc_token_start(bytes);
    struct pc_token token = {0};
    struct pc_str last = pc_str_slice(bytes, bytes.len, bytes.len);
    while (pc_token_next(&cursor, &token)) {
        last =
            token.kind == PC_TOKEN_LITERAL ? token.text : pc_str_slice(bytes, bytes.len, bytes.len);
    }
    return last;
}

// What all texts of a pattern begin and end with, all texts of a narrower one do, too.
static bool may_cover(struct pc_str wide, struct pc_str narrow)
{
    return pc_str_has_prefix(pc_pattern_prefix(narrow), pc_pattern_prefix(wide)) &&
           pc_str_has_suffix(suffix_of(narrow), suffix_of(wide));
}

bool pc_pattern_covers(struct pc_str wide, struct pc_str narrow)
{
    struct elements wides, narrows;
    struct pc_str literal;
    if (pc_pattern_is_any(wide) || pc_str_eq(wide, narrow)) {
        return true;
    }
    if (folds(narrow) && !folds(wide)) {
        return false; // what it matches has its letters in any case
    }
    if (has_variables(wide) && !has_variables(narrow)) {
        return false;
    }
    if (pc_pattern_is_literal(narrow, &literal)) {
        return pc_pattern_match(wide, literal, NULL, NULL) == PC_MATCH;
    }
    if (folds(wide) == folds(narrow) && !may_cover(wide, narrow)) {
        return false;
    }
    return take_apart(wide, folds(wide), &wides) && take_apart(narrow, folds(wide), &narrows) &&
           covers_elements(&wides, &narrows);
}

// Overlap.

static bool is_open(uint32_t element)
{
    return element == STAR || element >= VARIABLE;
}

// What is known of the places behind a pair: behind that of a, of b, of both.
struct behind {
    bool a, b, both;
};

static bool can_meet(const struct elements *a, size_t i, const struct elements *b, size_t j,
                     struct behind behind)
{
    if (i == a->count || j == b->count) {
        const struct elements *rest = i == a->count ? b : a;
        size_t at = i == a->count ? j : i;
        return at == rest->count ||
               (is_open(rest->items[at]) && (i == a->count ? behind.b : behind.a));
    }
    uint32_t left = a->items[i];
    uint32_t right = b->items[j];
    if (is_open(left) || is_open(right)) {
        return behind.a || behind.b;
    }
    return (left == right || left == QUESTION || right == QUESTION) && behind.both;
}

// From the ends: can what is behind i of a and behind j of b be the same?
static bool overlap_elements(const struct elements *a, const struct elements *b)
{
    bool row[MOST + 2] = {false}; // of i and, behind j, of i + 1
    for (size_t i = a->count + 1; i-- > 0;) {
        bool both = false; // of i + 1 and j + 1
        for (size_t j = b->count + 1; j-- > 0;) {
            bool here = row[j];
            row[j] = can_meet(a, i, b, j, (struct behind){here, row[j + 1], both});
            both = here;
        }
    }
    return row[0];
}

static bool overlap_prefixes(struct pc_str a, struct pc_str b)
{
    struct pc_str left = pc_pattern_prefix(a);
    struct pc_str right = pc_pattern_prefix(b);
    return pc_str_has_prefix(left, right) || pc_str_has_prefix(right, left);
}

bool pc_pattern_overlaps(struct pc_str a, struct pc_str b)
{
    struct elements lefts, rights;
    bool fold = folds(a) || folds(b);
    if (pc_pattern_is_any(a) || pc_pattern_is_any(b) || pc_str_eq(a, b)) {
        return true;
    }
    if (folds(a) == folds(b) && !overlap_prefixes(a, b)) {
        return false;
    }
    if (!take_apart(a, fold, &lefts) || !take_apart(b, fold, &rights)) {
        return true;
    }
    return overlap_elements(&lefts, &rights);
}

// ARNs and actions.

bool pc_arn_pattern_covers(struct pc_str wide, struct pc_str narrow)
{
    if (pc_arn_pattern_is_any(wide) || pc_arn_pattern_is_any(narrow)) {
        return pc_arn_pattern_is_any(wide);
    }
    for (size_t i = PC_ARN_FIELDS; i-- > 0;) { // from the end, where patterns differ most
        if (!pc_pattern_covers(pc_arn_bytes_field(wide, i), pc_arn_bytes_field(narrow, i))) {
            return false;
        }
    }
    return true;
}

bool pc_arn_pattern_overlaps(struct pc_str a, struct pc_str b)
{
    if (pc_arn_pattern_is_any(a) || pc_arn_pattern_is_any(b)) {
        return true;
    }
    for (size_t i = PC_ARN_FIELDS; i-- > 0;) {
        if (!pc_pattern_overlaps(pc_arn_bytes_field(a, i), pc_arn_bytes_field(b, i))) {
            return false;
        }
    }
    return true;
}

bool pc_action_pattern_covers(const struct pc_action_pattern *wide,
                              const struct pc_action_pattern *narrow)
{
    if (wide->kind == PC_ACTION_ANY || narrow->kind == PC_ACTION_NEVER) {
        return true;
    }
    return wide->kind == PC_ACTION_NAME && narrow->kind == PC_ACTION_NAME &&
           pc_str_eq(wide->service, narrow->service) && pc_pattern_covers(wide->name, narrow->name);
}

bool pc_action_pattern_overlaps(const struct pc_action_pattern *a,
                                const struct pc_action_pattern *b)
{
    if (a->kind == PC_ACTION_NEVER || b->kind == PC_ACTION_NEVER) {
        return false;
    }
    if (a->kind == PC_ACTION_ANY || b->kind == PC_ACTION_ANY) {
        return true;
    }
    return pc_str_eq(a->service, b->service) && pc_pattern_overlaps(a->name, b->name);
}
