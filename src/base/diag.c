// SPDX-License-Identifier: Apache-2.0
#include "base/diag.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>

static const struct pc_diag_row rows[] = {
#define PC_DIAG(name, number, severity, summary, explanation)                                      \
    {PC_DIAG_##name, #name, PC_SEVERITY_##severity, summary, explanation},
#include "base/diag.def"
#undef PC_DIAG
};

enum {
    ROW_COUNT = sizeof(rows) / sizeof(rows[0]),
    SHOWN_BYTES = 200,
};

void pc_diags_init(struct pc_diags *diags, struct pc_arena *arena)
{
    *diags = (struct pc_diags){.arena = arena};
}

const struct pc_diag_row *pc_diag_row_at(size_t index)
{
    return index < ROW_COUNT ? &rows[index] : NULL;
}

const struct pc_diag_row *pc_diag_row(enum pc_diag_code code)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (rows[i].code == code) {
            return &rows[i];
        }
    }
    return NULL;
}

const struct pc_diag_row *pc_diag_row_named(struct pc_str name)
{
    int number = 0;
    if (name.len != 7 || !pc_str_has_prefix_icase(name, PC_STR("POL"))) {
        return NULL;
    }
    for (size_t i = 3; i < name.len; i++) {
        if (!pc_char_is_digit(name.ptr[i])) {
            return NULL;
        }
        number = number * 10 + (name.ptr[i] - '0');
    }
    return pc_diag_row((enum pc_diag_code)number);
}

const char *pc_severity_text(enum pc_severity severity)
{
    switch (severity) {
    case PC_SEVERITY_WARNING:
        return "warning";
    case PC_SEVERITY_SUGGESTION:
        return "suggestion";
    case PC_SEVERITY_ERROR:
        break;
    }
    return "error";
}

// vsnprintf into the arena; a view of NULL when memory is out.
__attribute__((format(printf, 2, 0))) static struct pc_str
format_text(struct pc_arena *arena, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0) {
        return PC_STR("");
    }
    char *text = pc_arena_alloc(arena, (size_t)length + 1);
    if (text == NULL) {
        return (struct pc_str){NULL, 0};
    }
    (void)vsnprintf(text, (size_t)length + 1, format, arguments);
    return (struct pc_str){text, (size_t)length};
}

void pc_diag_report(struct pc_diags *diags, enum pc_diag_code code, struct pc_place place,
                    const char *format, ...)
{
    const struct pc_diag_row *row = pc_diag_row(code);
    enum pc_severity severity = row != NULL ? row->severity : PC_SEVERITY_ERROR;
    diags->errors += severity == PC_SEVERITY_ERROR;
    diags->warnings += severity == PC_SEVERITY_WARNING;
    struct pc_diag *diag = pc_arena_alloc(diags->arena, sizeof(*diag));
    if (diag != NULL) {
        va_list arguments;
        va_start(arguments, format);
        diag->message = format_text(diags->arena, format, arguments);
        va_end(arguments);
    }
    diags->lost = diag == NULL || diag->message.ptr == NULL;
    if (diags->lost) {
        diags->unsaid++;
        return;
    }
    diag->code = code;
    diag->severity = severity;
    diag->place = place;
    if (pc_arena_copy(diags->arena, place.file, &diag->place.file) != PC_OK) {
        diag->place.file = PC_STR("");
    }
    diag->hint = PC_STR("");
    if (diags->last == NULL) {
        diags->first = diag;
    } else {
        diags->last->next = diag;
    }
    diags->last = diag;
}

void pc_diag_hint(struct pc_diags *diags, const char *format, ...)
{
    if (diags->last == NULL || diags->lost) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    diags->last->hint = format_text(diags->arena, format, arguments);
    va_end(arguments);
}

struct pc_str pc_shown(struct pc_str s)
{
    return pc_str_slice(s, 0, pc_utf8_within(s, SHOWN_BYTES));
}

void pc_diags_append(struct pc_diags *diags, const struct pc_diags *from)
{
    size_t errors = diags->errors;
    size_t warnings = diags->warnings;
    diags->unsaid += from->unsaid;
    for (const struct pc_diag *diag = from->first; diag != NULL; diag = diag->next) {
        pc_diag_report(diags, diag->code, diag->place, "%.*s", PC_STR_ARG(diag->message));
        if (diag->hint.len > 0) {
            pc_diag_hint(diags, "%.*s", PC_STR_ARG(diag->hint));
        }
    }
    // Those that were lost for want of memory count no less.
    diags->errors = errors + from->errors;
    diags->warnings = warnings + from->warnings;
}

// Could the code point move the cursor, ring a bell, end a line or turn the text around it?
static bool is_unprintable(uint32_t code_point)
{
    bool control = code_point < 0x20 || (code_point >= 0x7f && code_point <= 0x9f);
    bool direction = code_point == 0x200e || code_point == 0x200f || code_point == 0x061c ||
                     (code_point >= 0x2028 && code_point <= 0x202e) ||
                     (code_point >= 0x2066 && code_point <= 0x2069);
    return control || direction;
}

static void write_escaped(struct pc_buf *out, struct pc_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        pc_buf_format(out, "\\x%02x", (unsigned)(unsigned char)s.ptr[i]);
    }
}

void pc_buf_printable(struct pc_buf *out, struct pc_str s)
{
    for (size_t at = 0; at < s.len;) {
        struct pc_str rest = pc_str_slice(s, at, s.len);
        uint32_t code_point = 0;
        bool valid = pc_utf8_decode(rest, &code_point) > 0;
        struct pc_str piece = pc_str_slice(rest, 0, pc_utf8_step(rest));
        if (valid && !is_unprintable(code_point)) {
            pc_buf_str(out, piece);
        } else {
            write_escaped(out, piece);
        }
        at += piece.len;
    }
}

static const char *severity_color(enum pc_severity severity)
{
    switch (severity) {
    case PC_SEVERITY_WARNING:
        return "\033[1;35m";
    case PC_SEVERITY_SUGGESTION:
        return "\033[1;36m";
    case PC_SEVERITY_ERROR:
        break;
    }
    return "\033[1;31m";
}

void pc_diag_write(struct pc_buf *out, const struct pc_diag *diag, bool color)
{
    const char *plain = color ? "\033[0m" : "";
    if (diag->place.file.len > 0) {
        pc_buf_text(out, color ? "\033[1m" : "");
        pc_buf_printable(out, diag->place.file);
        if (diag->place.line > 0) {
            pc_buf_format(out, ":%u", diag->place.line);
        }
        if (diag->place.line > 0 && diag->place.column > 0) {
            pc_buf_format(out, ":%u", diag->place.column);
        }
        pc_buf_format(out, ":%s ", plain);
    } else {
        pc_buf_text(out, "polcheck: ");
    }
    pc_buf_format(out, "%s%s:%s ", color ? severity_color(diag->severity) : "",
                  pc_severity_text(diag->severity), plain);
    pc_buf_printable(out, diag->message);
    pc_buf_format(out, " [POL%04d]\n", (int)diag->code);
    if (diag->hint.len > 0) {
        pc_buf_text(out, "  hint: ");
        pc_buf_printable(out, diag->hint);
        pc_buf_byte(out, '\n');
    }
}
