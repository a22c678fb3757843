// SPDX-License-Identifier: Apache-2.0
//
// Coverage as Cobertura's XML: a class a file, all in one package.
#include "base/xml.h"
#include "lines.h"

enum {
    WHOLE = 10000, // a rate of 1
};

// A rate of nothing is 1, as other writers of this format have it.
static void write_rate(struct pc_buf *out, const char *name, size_t covered, size_t total)
{
    uint64_t rate = total == 0 ? WHOLE : (uint64_t)covered * WHOLE / total;
    pc_buf_format(out, " %s=\"%u.%04u\"", name, (unsigned)(rate / WHOLE), (unsigned)(rate % WHOLE));
}

static void write_rates(struct pc_buf *out, const struct pc_coverage_lines *lines)
{
    write_rate(out, "line-rate", lines->hit, lines->count);
    write_rate(out, "branch-rate", lines->sides_covered, lines->sides);
}

static void write_attribute(struct pc_buf *out, const char *name, struct pc_str value)
{
    pc_buf_format(out, " %s=\"", name);
    pc_buf_xml(out, value);
    pc_buf_byte(out, '"');
}

static void write_conditions(struct pc_buf *out, const struct pc_coverage_line *line)
{
    size_t seen = 0;
    for (size_t i = 0; i < line->count; i++) {
        seen += pc_coverage_sides(line->conditions[i]);
    }
    pc_buf_format(out, " branch=\"true\" condition-coverage=\"%zu%% (%zu/%zu)\">\n",
                  seen * 100 / (2 * line->count), seen, 2 * line->count);
    pc_buf_text(out, "              <conditions>\n");
    for (size_t i = 0; i < line->count; i++) {
        pc_buf_format(out,
                      "                <condition number=\"%zu\" type=\"jump\" "
                      "coverage=\"%zu%%\"/>\n",
                      i, pc_coverage_sides(line->conditions[i]) * 50);
    }
    pc_buf_text(out, "              </conditions>\n            </line>\n");
}

static void write_line(struct pc_buf *out, const struct pc_coverage_line *line)
{
    pc_buf_format(out, "            <line number=\"%u\" hits=\"%llu\"", (unsigned)line->number,
                  (unsigned long long)line->hits);
    if (line->count > 0) {
        write_conditions(out, line);
    } else {
        pc_buf_text(out, " branch=\"false\"/>\n");
    }
}

static void write_class(struct pc_buf *out, const struct pc_coverage_file *file,
                        const struct pc_coverage_lines *lines)
{
    pc_buf_text(out, "        <class");
    write_attribute(out, "name", file->name);
    write_attribute(out, "filename", file->name);
    write_rates(out, lines);
    pc_buf_text(out, " complexity=\"0\">\n          <methods/>\n          <lines>\n");
    for (size_t i = 0; i < lines->count; i++) {
        write_line(out, &lines->items[i]);
    }
    pc_buf_text(out, "          </lines>\n        </class>\n");
}

static void write_head(struct pc_buf *out, const struct pc_cobertura_facts *facts,
                       const struct pc_coverage_lines *sum)
{
    pc_buf_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE coverage SYSTEM "
                     "\"http://cobertura.sourceforge.net/xml/coverage-04.dtd\">\n<coverage");
    write_rates(out, sum);
    pc_buf_format(out,
                  " lines-covered=\"%zu\" lines-valid=\"%zu\" branches-covered=\"%zu\" "
                  "branches-valid=\"%zu\" complexity=\"0\"",
                  sum->hit, sum->count, sum->sides_covered, sum->sides);
    write_attribute(out, "version", pc_str_from(facts->version));
    pc_buf_format(out, " timestamp=\"%lld\">\n  <sources>\n    <source>", (long long)facts->millis);
    pc_buf_xml(out, facts->root);
    pc_buf_text(out, "</source>\n  </sources>\n  <packages>\n    <package name=\"policies\"");
    write_rates(out, sum);
    pc_buf_text(out, " complexity=\"0\">\n      <classes>\n");
}

static void add_lines(struct pc_coverage_lines *sum, const struct pc_coverage_lines *more)
{
    sum->count += more->count;
    sum->hit += more->hit;
    sum->sides += more->sides;
    sum->sides_covered += more->sides_covered;
}

enum pc_status pc_coverage_write_cobertura(const struct pc_coverage *coverage,
                                           const struct pc_cobertura_facts *facts,
                                           struct pc_arena *arena, struct pc_buf *out)
{
    const struct pc_coverage_file **files;
    struct pc_coverage_lines sum = {0};
    struct pc_coverage_lines *lines = pc_arena_array(arena, coverage->count, sizeof(*lines));
    if (lines == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(pc_coverage_files_by_name(coverage, arena, &files));
    for (size_t i = 0; i < coverage->count; i++) {
        PC_TRY(pc_coverage_lines(files[i], arena, &lines[i]));
        add_lines(&sum, &lines[i]);
    }
    write_head(out, facts, &sum);
    for (size_t i = 0; i < coverage->count; i++) {
        write_class(out, files[i], &lines[i]);
    }
    pc_buf_text(out, "      </classes>\n    </package>\n  </packages>\n</coverage>\n");
    return pc_buf_status(out);
}
