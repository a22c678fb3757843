// SPDX-License-Identifier: Apache-2.0
//
// Matching by segments, the parts between stars: the first is anchored at the start of the subject,
// the last at its end, and each one between is taken where it fits first. That is enough: a
// segment's end only grows with its start, so that what fits behind a later place fits behind the
// first one as well. Values of variables are read as literals where they stand, never
// spliced.
#define _GNU_SOURCE // memmem
#include "glob.h"

#include "base/utf8.h"
#include "fold.h"

#include <string.h>

struct glob {
    struct pc_str subject;
    const struct pc_str *values;
    bool fold;
};

// A place in the pattern, with the number of variables in front of it.
struct place {
    struct pc_token_cursor cursor;
    size_t variable;
};

// What stands between two stars.
struct segment {
    struct place start, behind; // behind the star that ends it
    bool last;                  // the pattern ends with it
    size_t least;               // fewest bytes that it matches; with FOLD its characters
    size_t questions;
    struct pc_str head; // its first element, when that is a literal
};

// Reads the next token, a variable as the literal that it stands for.
static enum pc_token_kind next(const struct glob *glob, struct place *place, struct pc_str *text)
{
    struct pc_token token = {0};
    if (!pc_token_next(&place->cursor, &token)) {
        return PC_TOKEN_END;
    }
    if (token.kind == PC_TOKEN_VARIABLE) {
        *text = glob->values[place->variable++];
        return PC_TOKEN_LITERAL;
    }
    if (token.kind == PC_TOKEN_LITERAL) {
        *text = token.text;
    }
    return token.kind;
}

static size_t characters_of(struct pc_str text)
{
    size_t count = 0;
    for (size_t at = 0; at < text.len; count++) {
        bool ascii = (unsigned char)text.ptr[at] < 0x80;
        at += ascii ? 1 : pc_utf8_step(pc_str_slice(text, at, text.len));
    }
    return count;
}

static struct segment segment_at(const struct glob *glob, struct place start)
{
    struct segment segment = {.start = start, .behind = start};
    struct pc_str text = {0};
    for (bool first = true;; first = false) {
        enum pc_token_kind kind = next(glob, &segment.behind, &text);
        if (kind == PC_TOKEN_QUESTION) {
            segment.questions++;
            segment.least++;
        } else if (kind == PC_TOKEN_LITERAL) {
            segment.head = first ? text : segment.head;
            segment.least += glob->fold ? characters_of(text) : text.len;
        } else {
            segment.last = kind == PC_TOKEN_END;
            return segment;
        }
    }
}

// Is the place inside a character? Valid UTF-8 never starts inside valid UTF-8, so that looking at
// the three bytes before is enough.
static bool is_inside(struct pc_str subject, size_t at)
{
    for (size_t back = 1; back <= 3 && back <= at; back++) {
        if (pc_utf8_decode(pc_str_slice(subject, at - back, subject.len), NULL) > back) {
            return true;
        }
    }
    return false;
}

// Bytes of the character that starts at the place; 0 when none does.
static size_t character_at(struct pc_str subject, size_t at)
{
    if (at >= subject.len) {
        return 0;
    }
    unsigned char byte = (unsigned char)subject.ptr[at];
    if (byte < 0x80) {
        return 1;
    }
    bool continues = (byte & 0xc0) == 0x80;
    return continues && is_inside(subject, at) ? 0
                                               : pc_utf8_step(pc_str_slice(subject, at, at + 4));
}

// Bytes of the character that ends at the place, which must not be 0 nor inside a character.
static size_t character_before(struct pc_str subject, size_t at)
{
    for (size_t back = 1; back <= 4 && back <= at; back++) {
        if (pc_utf8_decode(pc_str_slice(subject, at - back, at), NULL) == back) {
            return back;
        }
    }
    return 1;
}

bool pc_glob_fold_literal(struct pc_str subject, struct pc_str literal, size_t *at)
{
    size_t here = *at;
    for (size_t i = 0; i < literal.len;) {
        if (here >= subject.len || pc_fold_next(literal, &i) != pc_fold_next(subject, &here)) {
            return false;
        }
    }
    *at = here;
    return true;
}

static bool literal_at(struct pc_str subject, struct pc_str text, size_t *at)
{
    if (text.len > subject.len - *at) {
        return false;
    }
    if (text.len > 0 && memcmp(subject.ptr + *at, text.ptr, text.len) != 0) {
        return false;
    }
    *at += text.len;
    return true;
}

// Does the segment that starts at the place of the pattern match at *at? Then *at is behind it.
static bool segment_matches(const struct glob *glob, struct place place, size_t *at)
{
    size_t here = *at;
    struct pc_str text = {0};
    for (;;) {
        enum pc_token_kind kind = next(glob, &place, &text);
        if (kind == PC_TOKEN_QUESTION) {
            size_t length = character_at(glob->subject, here);
            if (length == 0) {
                return false;
            }
            here += length;
        } else if (kind != PC_TOKEN_LITERAL) {
            *at = here;
            return true;
        } else if (!(glob->fold ? pc_glob_fold_literal : literal_at)(glob->subject, text, &here)) {
            return false;
        }
    }
}

enum {
    SHORT_NEEDLE = 32, // bytes: where memmem costs more than looking at each place
};

// Where the text, which is not empty, first stands in the subject, or NULL.
static const char *find_text(struct pc_str subject, struct pc_str text)
{
    if (text.len > SHORT_NEEDLE) {
        return memmem(subject.ptr, subject.len, text.ptr, text.len);
    }
    while (subject.len >= text.len) {
        const char *hit = memchr(subject.ptr, text.ptr[0], subject.len - text.len + 1);
        if (hit == NULL || pc_bytes_eq(hit, text.ptr, text.len)) {
            return hit;
        }
        subject = pc_str_slice(subject, (size_t)(hit - subject.ptr) + 1, subject.len);
    }
    return NULL;
}

// The first place from `from` to `until` where the segment could start, or SIZE_MAX. Asked again
// for each place that does not do, so it seeks the start of the head only: for a long text memmem()
// first goes through all of it.
static size_t candidate(const struct glob *glob, const struct segment *segment, size_t from,
                        size_t until)
{
    struct pc_str head = pc_str_slice(segment->head, 0, SHORT_NEEDLE);
    if (from > until) {
        return SIZE_MAX;
    }
    if (glob->fold || head.len == 0) {
        return from;
    }
    const char *hit = find_text(pc_str_slice(glob->subject, from, until + head.len), head);
    return hit == NULL ? SIZE_MAX : (size_t)(hit - glob->subject.ptr);
}

// Finds the segment's first match at or after *at; *at is behind it then.
static bool find_segment(const struct glob *glob, const struct segment *segment, size_t *at)
{
    if (segment->least > glob->subject.len) {
        return false;
    }
    // INVARIANT: every byte of the head lies in the subject for a start up to `until`.
    size_t until = glob->subject.len - segment->least;
    for (size_t start = candidate(glob, segment, *at, until); start != SIZE_MAX;) {
        size_t end = start;
        if (segment_matches(glob, segment->start, &end)) {
            *at = end;
            return true;
        }
        size_t step = glob->fold ? character_at(glob->subject, start) : 1;
        start = step == 0 ? SIZE_MAX : candidate(glob, segment, start + step, until);
    }
    return false;
}

// With FOLD: the place `count` characters in front of the end, or SIZE_MAX.
static size_t characters_from_end(struct pc_str subject, size_t count)
{
    size_t at = subject.len;
    for (; count > 0; count--) {
        if (at == 0) {
            return SIZE_MAX;
        }
        at -= character_before(subject, at);
    }
    return at;
}

// Does the last segment match somewhere at or after `from`, up to the end of the subject?
static bool ends_with_segment(const struct glob *glob, const struct segment *segment, size_t from)
{
    size_t length = glob->subject.len;
    if (glob->fold) {
        size_t start = characters_from_end(glob->subject, segment->least);
        return start != SIZE_MAX && start >= from &&
               segment_matches(glob, segment->start, &start) && start == length;
    }
    if (segment->least > length - from) {
        return false;
    }
    // Each '?' can take up to three bytes more than the one that `least` counts.
    size_t start = length - segment->least;
    for (size_t spare = 3 * segment->questions;; spare--, start--) {
        size_t end = start;
        if (segment_matches(glob, segment->start, &end) && end == length) {
            return true;
        }
        if (spare == 0 || start == from) {
            return false;
        }
    }
}

bool pc_glob_match(struct pc_str bytes, struct pc_str subject, const struct pc_str *values)
{
    struct glob glob = {.subject = subject,
                        .values = values,
                        .fold = (pc_token_flags(bytes) & PC_PATTERN_FOLD) != 0};
    struct segment segment = segment_at(&glob, (struct place){pc_token_start(bytes), 0});
    size_t at = 0;
    if (!segment_matches(&glob, segment.start, &at)) {
        return false;
    }
    if (segment.last) {
        return at == subject.len;
    }
    segment = segment_at(&glob, segment.behind);
    while (!segment.last) {
        if (!find_segment(&glob, &segment, &at)) {
            return false;
        }
        segment = segment_at(&glob, segment.behind);
    }
    return ends_with_segment(&glob, &segment, at);
}

bool pc_glob_match_segments(struct pc_str bytes, struct pc_str subject)
{
    struct pc_token token = {0};
    struct pc_token_cursor cursor = pc_token_start(bytes);
    size_t at = 0;
    for (bool first = true; pc_token_next(&cursor, &token); first = false) {
        struct pc_str rest = pc_str_slice(subject, at, subject.len);
        if (token.kind != PC_TOKEN_LITERAL || token.text.ptr == NULL) {
            continue; // a star: segments hold nothing else
        }
        if (first) {
            if (!literal_at(subject, token.text, &at)) {
                return false;
            }
        } else if (cursor.at == cursor.end) {
            return pc_str_has_suffix(rest, token.text);
        } else {
            const char *hit = find_text(rest, token.text);
            if (hit == NULL) {
                return false;
            }
            at = (size_t)(hit - subject.ptr) + token.text.len;
        }
    }
    return true; // the last token is a star
}
