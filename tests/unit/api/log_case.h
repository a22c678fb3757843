// SPDX-License-Identifier: Apache-2.0
//
// A folder for logs, events to log, and the lines of a log read back as JSON.
#ifndef PC_TESTS_API_LOG_CASE_H
#define PC_TESTS_API_LOG_CASE_H

#include "testing.h"

#include "fake_answer.h"
#include "log_writer.h"
#include "json/reader.h"

enum {
    LONG_MS = 60000, // for what comes at once unless it never does
};

// What a test has; made by log_case_open.
struct log_case {
    char folder[48];
    char path[64]; // in it; there is no such file yet
    struct pc_arena arena;
    struct pc_diags diags;
};

int log_case_open(void **state); // for cmocka_unit_test_setup_teardown
int log_case_close(void **state);

// Another path in the folder; valid as long as the arena.
const char *log_case_path(struct log_case *log, const char *name);

// An allowed question with one statement and a context of two keys. Its parts live for ever and do
// not change.
struct polcheck_decision_event log_case_event(void);

// Options for `path` with a ring of so many entries of so many bytes.
struct polcheck_logger_options log_case_options(const char *path, size_t entries,
                                                size_t entry_bytes);

// The bytes of a file, in the arena of the case.
struct pc_str log_case_read(struct log_case *log, const char *path);

// Splits at newlines: all lines must be whole; empty ones are left out. Returns how many there are.
size_t log_case_lines(struct log_case *log, struct pc_str text, struct pc_str **out);

// Parses a line, which must be an object.
const struct pc_json *log_case_parse(struct log_case *log, struct pc_str line);

// Parses a text of one line.
const struct pc_json *log_case_parse_only(struct log_case *log, struct pc_str text);

// Member of a member ... of an object; each must be there.
struct pc_str log_case_text(const struct pc_json *object, const char *name);
const struct pc_json *log_case_member(const struct pc_json *object, const char *name);
uint64_t log_case_number(const struct pc_json *object, const char *name);

// The line of an event that goes through a record of `size` bytes, all in memory of exactly the
// sizes that are promised to suffice, so that a sanitizer sees any step beyond. NULL: no mask.
struct pc_str log_case_line(struct log_case *log, const struct polcheck_decision_event *event,
                            size_t size, const struct pc_log_mask *mask);
const struct pc_json *log_case_logged(struct log_case *log,
                                      const struct polcheck_decision_event *event, size_t size);
bool log_case_truncated(const struct pc_json *line);

// A text of so many bytes, made of one again and again.
char *log_case_repeated(struct log_case *log, const char *part, size_t length);

// Loggers -----------------------------------------------------------------------------------------

// Opens a log with so many entries of the least size.
struct polcheck_logger *log_case_logger(const char *path, size_t entries);

// Logs an event that says who logs it, and how many that one logged before.
void log_case_log(struct polcheck_logger *logger, const char *who, uint64_t number);

// The lines of `who` must count on from a number; returns the first number that is not there.
uint64_t log_case_numbers(struct log_case *log, const char *path, const char *who, uint64_t from);

// Counts lines of decisions, and of how many drops the others tell, each since the one before it.
struct log_case_tally {
    uint64_t decisions, told;
};
struct log_case_tally log_case_count(struct log_case *log, const char *path);

// Holds the writer's thread, which comes no further than what was logged before: claims a slot, and
// lets it go with an event of "held". A logger begins with its writer.
void *log_case_hold(struct polcheck_logger *logger, size_t *ticket);
void log_case_let_go(struct polcheck_logger *logger, void *room, size_t ticket);

#endif
