// SPDX-License-Identifier: Apache-2.0
//
// Diagnostics: what people read about their input. Each has a stable code, a row of diag.def, and a
// place. They are collected, never printed, where they arise. Messages start in lower case, say
// what is wrong first, quote the subject, end without a full stop.
#ifndef PC_BASE_DIAG_H
#define PC_BASE_DIAG_H

#include "base/arena.h"
#include "base/buf.h"

enum pc_severity {
    PC_SEVERITY_ERROR = 0, // an unknown severity is the worst one
    PC_SEVERITY_WARNING = 1,
    PC_SEVERITY_SUGGESTION = 2,
};

enum pc_diag_code {
    PC_DIAG_NONE = 0,
#define PC_DIAG(name, number, severity, summary, explanation) PC_DIAG_##name = number,
#include "base/diag.def"
#undef PC_DIAG
};

struct pc_diag_row {
    enum pc_diag_code code; // prints as POL%04d
    const char *name;
    enum pc_severity severity;
    const char *summary;     // one line
    const char *explanation; // a few sentences: why, and what to do
};

struct pc_place {
    struct pc_str file;    // as named by the user; "" when there is none
    uint32_t line, column; // from 1, column in code points; 0 = unknown
};

struct pc_diag {
    enum pc_diag_code code;
    enum pc_severity severity;
    struct pc_place place;
    struct pc_str message;
    struct pc_str hint; // "" when there is none
    struct pc_diag *next;
};

// The collection. Strings are copied to the arena.
struct pc_diags {
    struct pc_arena *arena;
    struct pc_diag *first, *last; // in the order of reporting
    size_t errors, warnings;      // counted even when memory for the text is out
    size_t unsaid;                // of those counted, how many were not kept, memory being out
    bool lost;                    // the one reported last was not kept
};

void pc_diags_init(struct pc_diags *diags, struct pc_arena *arena);

// Reports one. When memory is out the counts still rise, so that an error is never lost: who prints
// says that `unsaid` is not 0.
void pc_diag_report(struct pc_diags *diags, enum pc_diag_code code, struct pc_place place,
                    const char *format, ...) __attribute__((format(printf, 4, 5)));

// Sets the hint of the diagnostic reported last, if it was kept.
void pc_diag_hint(struct pc_diags *diags, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// As much of a string as a message quotes, cut between two characters.
struct pc_str pc_shown(struct pc_str s);
#define PC_SHOWN(s) PC_STR_ARG(pc_shown(s))

// Reports those of another collection again, in their order.
void pc_diags_append(struct pc_diags *diags, const struct pc_diags *from);

// Rows of the table by place in it, NULL behind the last one.
const struct pc_diag_row *pc_diag_row_at(size_t index);

// Row of a code, or NULL.
const struct pc_diag_row *pc_diag_row(enum pc_diag_code code);

// Row of a code as people write it ("POL0123", letters in any case), or NULL.
const struct pc_diag_row *pc_diag_row_named(struct pc_str name);

const char *pc_severity_text(enum pc_severity severity);

// Appends text that came from input so that it cannot draw on a terminal: control characters (C0,
// DEL, C1), the marks that turn the direction of text, and bytes that are not UTF-8 are written as
// \xNN.
void pc_buf_printable(struct pc_buf *out, struct pc_str s);

// Appends "file:line:column: error: message [CODE]" and, on a line of its own, the hint; with an
// end of line. An unknown column, or line, is left out. Each part as pc_buf_printable writes it.
// color: with ANSI colours.
void pc_diag_write(struct pc_buf *out, const struct pc_diag *diag, bool color);

#endif
