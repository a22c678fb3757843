// SPDX-License-Identifier: Apache-2.0
#include "github.h"

#include "plain_path.h"

#include "base/utf8.h"
#include "output.h"

// As the runner decodes them: '%' and the ends of lines everywhere, in a property also what ends
// it. Other control characters are shown as pc_buf_printable does: the line goes to a log, too.
static void write_escaped(struct pc_buf *out, struct pc_str text, bool property)
{
    for (size_t at = 0; at < text.len;) {
        struct pc_str rest = pc_str_slice(text, at, text.len);
        struct pc_str piece = pc_str_slice(rest, 0, pc_utf8_step(rest));
        char c = piece.ptr[0];
        if (c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','))) {
            pc_buf_format(out, "%%%02X", (unsigned)(unsigned char)c);
        } else {
            pc_buf_printable(out, piece);
        }
        at += piece.len;
    }
}

static const char *command_of(enum pc_severity severity)
{
    return severity == PC_SEVERITY_SUGGESTION ? "notice"
           : severity == PC_SEVERITY_WARNING  ? "warning"
                                              : "error";
}

// An end of line behind the last line would be shown as an empty one.
static struct pc_str without_end(struct pc_str text)
{
    return pc_str_has_suffix(text, PC_STR("\n")) ? pc_str_slice(text, 0, text.len - 1) : text;
}

void pc_github_write(struct pc_buf *out, const struct pc_github_annotation *annotation)
{
    const struct pc_place *place = &annotation->place;
    pc_buf_format(out, "::%s ", command_of(annotation->severity));
    if (place->file.len > 0) {
        pc_buf_text(out, "file=");
        write_escaped(out, pc_plain_path(place->file), true);
        pc_buf_byte(out, ',');
    }
    if (place->file.len > 0 && place->line > 0) {
        pc_buf_format(out, "line=%u,", place->line);
    }
    if (place->file.len > 0 && place->line > 0 && place->column > 0) {
        pc_buf_format(out, "col=%u,", place->column);
    }
    pc_buf_text(out, "title=");
    write_escaped(out, annotation->title, true);
    pc_buf_text(out, "::");
    write_escaped(out, without_end(annotation->message), false);
    pc_buf_byte(out, '\n');
}

enum pc_status pc_github_write_diag(struct pc_buf *out, const struct pc_diag *diag, bool suppressed)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf message = {0};
    const struct pc_diag_name title = pc_diag_name(diag->code);
    pc_buf_text(&message, suppressed ? "suppressed: " : "");
    pc_buf_str(&message, diag->message);
    if (diag->hint.len > 0) {
        pc_buf_text(&message, "\nhint: ");
        pc_buf_str(&message, diag->hint);
    }
    PC_TRY(pc_buf_status(&message));
    const struct pc_github_annotation annotation = {.severity = suppressed ? PC_SEVERITY_SUGGESTION
                                                                           : diag->severity,
                                                    .place = diag->place,
                                                    .title = pc_str_from(title.text),
                                                    .message = pc_buf_view(&message)};
    pc_github_write(out, &annotation);
    return PC_OK;
}
