// SPDX-License-Identifier: Apache-2.0
//
// Patterns of ARNs: six fields, each matched alone, so that a '*' in fields 2 to 5 never crosses a
// colon. A resource has variables in field 6 only, the value of an ARN
// operator in every field; they are substituted after the split, so that a value with ':'
// stays in its field.
#ifndef PC_MATCH_ARN_PATTERN_H
#define PC_MATCH_ARN_PATTERN_H

#include "match/pattern.h"

// Compiles "*" (matches everything, ARN or not) or an ARN pattern and appends its byte form.
// flags: 0 or PC_PATTERN_VARIABLES. Fewer than six fields: when `expand` is set the missing ones
// become '*', else PC_ERR_INVALID with error->fault == PC_PATTERN_FINE; so also when the
// first field is not "arn" (nor has a wildcard, with glob_first: R-422), or nothing follows it.
// "*" alone needs allow_any, else it is refused like a short ARN. With every_field the
// flags are those of all fields, and a colon inside "${...}" separates nothing; else of the last
// one. PC_ERR_INVALID, PC_ERR_NOMEM, PC_ERR_LIMIT as pc_pattern_compile.
struct pc_arn_pattern_options {
    unsigned flags;
    bool expand;
    bool allow_any;
    bool glob_first;
    bool every_field;
};
PC_MUST_CHECK enum pc_status pc_arn_pattern_compile(struct pc_str text,
                                                    struct pc_arn_pattern_options options,
                                                    struct pc_buf *out,
                                                    struct pc_pattern_error *error);

bool pc_arn_pattern_is_valid(struct pc_str bytes);

// An ARN split once and matched against many patterns.
struct pc_arn_subject {
    bool is_arn; // has six fields and starts with "arn"; false: only "*" matches
    struct pc_str fields[6];
};
struct pc_arn_subject pc_arn_subject_of(struct pc_str text);

// PC_MATCH or PC_NOMATCH; a subject that is no ARN matches only "*".
enum pc_match pc_arn_pattern_match(struct pc_str bytes, const struct pc_arn_subject *subject,
                                   const struct pc_variables *variables,
                                   struct pc_pattern_cache *cache);

// The wider reading of R-206, for what the strict one says PC_NOMATCH to: a '*' at the end of one
// of the fields 2 to 5 may run past the colon. text: that of the subject; reached: room for a flag
// for each of its bytes and one more. Time: tokens times bytes.
enum pc_match pc_arn_pattern_match_wide(struct pc_str bytes, struct pc_str text,
                                        const struct pc_variables *variables, bool *reached);

// For people who ask why it does not match: a bit for each field that does, field n being bit
// n - 1; all six for "*", none where the subject is no ARN. Strictly read.
enum {
    PC_ARN_ALL_FIELDS = 0x3f,
};
unsigned pc_arn_pattern_fields(struct pc_str bytes, const struct pc_arn_subject *subject,
                               const struct pc_variables *variables,
                               struct pc_pattern_cache *cache);

// How many bytes the text has in common with the plain text that the field, 1 to 6, begins with; 0
// for "*".
size_t pc_arn_pattern_common(struct pc_str bytes, size_t field, struct pc_str text);

// Appends the field, 1 to 6, as pc_arn_pattern_write does; "*" for "*".
void pc_arn_pattern_write_field(struct pc_str bytes, size_t field, struct pc_buf *out);

// What an index can go by: what the pattern matches has the service in its third field, and begins
// its last field with the prefix, or has exactly that there.
struct pc_arn_pattern_key {
    struct pc_str service, prefix; // valid as long as the bytes
    bool exact;
};

// False when the pattern may match ARNs of several services, or what is no ARN.
bool pc_arn_pattern_key(struct pc_str bytes, struct pc_arn_pattern_key *out);

// Is it the pattern "*" that matches everything?
bool pc_arn_pattern_is_any(struct pc_str bytes);

void pc_arn_pattern_each_variable(struct pc_str bytes,
                                  void (*visit)(void *context, struct pc_str key), void *context);

// Appends the readable text, such that compiling it again gives the same bytes.
void pc_arn_pattern_write(struct pc_str bytes, struct pc_buf *out);

// As pc_pattern_write_2012, for a reader with or without every_field.
void pc_arn_pattern_write_2012(struct pc_str bytes, bool every_field, struct pc_buf *out);

#endif
