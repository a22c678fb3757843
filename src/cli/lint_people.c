// SPDX-License-Identifier: Apache-2.0
//
// Findings for people, as all diagnostics are told, each with its line of the file; then how many
// there are. For GitHub the same with its annotations.
#include "github.h"
#include "lint_listing.h"

enum {
    WIDTH = 100, // of what is no terminal
};

static void begin(struct pc_lint_listing *listing)
{
    (void)listing;
}

static enum pc_status add_annotation(struct pc_lint_listing *listing,
                                     const struct pc_lint_finding *finding)
{
    return pc_github_write_diag(&listing->out->text, &finding->diag, finding->suppression != NULL);
}

static enum pc_status add_lines(struct pc_lint_listing *listing,
                                const struct pc_lint_finding *finding)
{
    struct pc_buf *out = &listing->out->text;
    const struct pc_place *place = &finding->diag.place;
    pc_diag_write(out, &finding->diag, listing->color);
    if (finding->suppression != NULL) {
        pc_buf_text(out, "  suppressed until ");
        pc_buf_printable(out, finding->suppression->until);
        pc_buf_text(out, ": ");
        pc_buf_printable(out, finding->suppression->reason);
        pc_buf_byte(out, '\n');
    }
    pc_excerpt_write(&listing->excerpt, pc_import_text(listing->import, place->file), place,
                     listing->width > 0 ? listing->width : WIDTH, out);
    return PC_OK;
}

static void write_found(struct pc_buf *out, size_t count, const char *one, const char *many)
{
    if (count > 0) {
        pc_buf_text(out, ", ");
        pc_write_count(out, count, one, many);
    }
}

static void write_passed_over(struct pc_buf *out, size_t cases)
{
    if (cases > 0) {
        pc_buf_text(out, "; ");
        pc_write_count(out, cases, "case of polcheck test", "cases of polcheck test");
        pc_buf_text(out, " passed over");
    }
}

// Errors that are left out or suppressed leave behind what no check has seen.
static void write_refused(struct pc_buf *out, const struct pc_lint_counts *counts)
{
    if (counts->refused > 0 && counts->found[PC_SEVERITY_ERROR] == 0) {
        pc_buf_format(out, "; %zu not checked, for errors that are left out", counts->refused);
    }
}

// "12 policies, 3 errors, 2 warnings, 1 suggestion; 2 suppressed".
static void end(struct pc_lint_listing *listing)
{
    struct pc_buf *out = &listing->out->text;
    const struct pc_lint_counts *counts = &listing->counts;
    const size_t *found = counts->found;
    pc_write_count(out, counts->policies, "policy", "policies");
    write_found(out, found[PC_SEVERITY_ERROR], "error", "errors");
    write_found(out, found[PC_SEVERITY_WARNING], "warning", "warnings");
    write_found(out, found[PC_SEVERITY_SUGGESTION], "suggestion", "suggestions");
    if (found[PC_SEVERITY_ERROR] + found[PC_SEVERITY_WARNING] + found[PC_SEVERITY_SUGGESTION] ==
        0) {
        bool all = !listing->incomplete && counts->refused == 0;
        pc_buf_text(out, listing->incomplete ? ", not all could be read" : "");
        pc_buf_text(out, all ? ", nothing found" : "");
    }
    if (counts->suppressed > 0) {
        pc_buf_format(out, "; %zu suppressed", counts->suppressed);
    }
    write_passed_over(out, pc_import_counts(listing->import).cases);
    write_refused(out, counts);
    pc_buf_byte(out, '\n');
}

const struct pc_lint_format pc_lint_people = {.begin = begin, .add = add_lines, .end = end};
const struct pc_lint_format pc_lint_github = {.begin = begin, .add = add_annotation, .end = end};
