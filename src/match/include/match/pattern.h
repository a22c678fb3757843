// SPDX-License-Identifier: Apache-2.0
//
// Wildcard patterns with policy variables: compiled once to a flat byte form that an image stores
// and that is matched in place. This module alone knows the form, and is the only one that sees
// pcre2.h.
//
// A pattern is anchored at both ends: '*' is any run of characters (also none), '?' exactly one
// code point (R-204), where a byte that is not part of valid UTF-8 counts as one; everything else
// literal. ${key} and ${key, 'default'} are replaced by the value of a context key; the value is
// literal text, never wildcards (R-506). ${*}, ${?} and ${$} are the plain characters (R-505).
#ifndef PC_MATCH_PATTERN_H
#define PC_MATCH_PATTERN_H

#include "base/buf.h"
#include "match/effort.h"

enum pc_match {
    PC_NOMATCH = 0,
    PC_MATCH = 1,
    PC_MATCH_ERROR =
        2, // an operand of the wrong form (R-425); pattern matching itself never gives it
};

// How pc_pattern_compile reads the text.
enum {
    PC_PATTERN_WILDCARDS = 1, // '*' and '?' are wildcards; else they are literal
    PC_PATTERN_VARIABLES = 2, // ${...} is a variable; else it is literal
    PC_PATTERN_FOLD = 4,      // letters compare without case (simple lower case of Unicode 14.0,
                              // no locale; one code point to one, R-412), values of variables too
};

enum pc_pattern_fault {
    PC_PATTERN_FINE = 0,
    PC_PATTERN_UNTERMINATED, // "${" without "}"
    PC_PATTERN_EMPTY_NAME,   // "${}"
    PC_PATTERN_NAME,         // white space or another character that no key has
    PC_PATTERN_DEFAULT,      // something behind the name that is not ", 'text'"
};

// What was wrong: kind and byte offset in the text.
struct pc_pattern_error {
    enum pc_pattern_fault fault;
    size_t offset;
};

// Compiles the text and appends its byte form to out. A variable ends at the first '}' (R-513).
// PC_ERR_INVALID: a malformed variable (R-512), *error says which; out is as it was. PC_ERR_NOMEM.
// PC_ERR_LIMIT: more than 64 KiB, 4,096 tokens or 64 variables.
PC_MUST_CHECK enum pc_status pc_pattern_compile(struct pc_str text, unsigned flags,
                                                struct pc_buf *out, struct pc_pattern_error *error);

// A sentence for a fault: "a policy variable without a closing brace".
const char *pc_pattern_fault_text(enum pc_pattern_fault fault);

// Which limit a text is beyond that gave PC_ERR_LIMIT, read with or without variables: "is longer
// than 65,536 bytes".
const char *pc_pattern_limit_text(struct pc_str text, bool variables);

// Are these bytes exactly one well-formed pattern? Everything below may be called with bytes that
// passed this check and with no others.
bool pc_pattern_is_valid(struct pc_str bytes);

// Where variables get their values. Called with the key in ASCII lower case. True and *value set
// when the key has a single, non-empty value; false for null (R-507, R-510, R-511).
struct pc_variables {
    bool (*lookup)(void *context, struct pc_str key, struct pc_str *value);
    void *context;
};

// Room for the PCRE2 side of matching, one a thread, warm after a while: holds compiled patterns
// (JIT) of the general globs, up to a fixed number. NULL is allowed everywhere: then the built-in
// matcher does the work, more slowly in rare cases, with the same answer.
struct pc_pattern_cache;
PC_MUST_CHECK enum pc_status pc_pattern_cache_new(struct pc_pattern_cache **out); // PC_ERR_NOMEM
void pc_pattern_cache_free(struct pc_pattern_cache *cache);                       // NULL is fine

// From now on matching with this cache takes from the effort, which is borrowed, what exceeds one
// pass over the texts; NULL: from none, as with a new cache.
void pc_pattern_cache_limit(struct pc_pattern_cache *cache, struct pc_effort *effort);

// Does the whole subject match? A variable that is null and has no default: PC_NOMATCH (R-428).
// Time at most proportional to pattern length * subject length, whatever the pattern; allocates
// nothing (but for the cache's warming). variables may be NULL: every variable is null then. Where
// the cache's effort is spent the answer means nothing.
enum pc_match pc_pattern_match(struct pc_str bytes, struct pc_str subject,
                               const struct pc_variables *variables,
                               struct pc_pattern_cache *cache);

// Does the pattern match every subject ("*")?
bool pc_pattern_is_any(struct pc_str bytes);

// Is the pattern a literal text, or none, and one '*' behind it?
bool pc_pattern_is_prefix(struct pc_str bytes);

// Does the pattern hold no wildcard and no variable? Then *literal, if not NULL, gets its text
// (lower-cased where FOLD was given), valid as long as the bytes.
bool pc_pattern_is_literal(struct pc_str bytes, struct pc_str *literal);

// The literal text in front of the first wildcard or variable, valid as long as the bytes.
struct pc_str pc_pattern_prefix(struct pc_str bytes);

// Calls visit for every variable's key (lower case), in order, also with a default.
void pc_pattern_each_variable(struct pc_str bytes, void (*visit)(void *context, struct pc_str key),
                              void *context);

// Appends the readable text, such that compiling it again gives the same bytes.
void pc_pattern_write(struct pc_str bytes, struct pc_buf *out);

// Appends the text as a document of Version 2012-10-17 writes it: the plain text "${" of an older
// one, where there are no variables (R-502), is told from a variable as "${$}{".
void pc_pattern_write_2012(struct pc_str bytes, struct pc_buf *out);

#endif
