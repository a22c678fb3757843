// SPDX-License-Identifier: Apache-2.0
//
// Help, made from the tables of verbs, options and diagnostics.
#include "command.h"
#include "completion.h"

#include <string.h>

enum {
    WIDTH = 80,
    NAME_COLUMN = 28,  // where the description of an option begins
    USAGE_INDENT = 12, // of a usage that goes on in another line
};

// Appends words, breaking lines before WIDTH; lines after the first are indented. at: column
// reached.
static void wrap(struct pc_buf *out, struct pc_str text, size_t indent, size_t at)
{
    bool first = true;
    while (text.len > 0) {
        size_t end = pc_str_find(text, ' ', 0);
        struct pc_str word = pc_str_slice(text, 0, end == SIZE_MAX ? text.len : end);
        text = pc_str_slice(text, word.len + 1, text.len);
        if (!first && at + 1 + word.len > WIDTH) {
            pc_buf_byte(out, '\n');
            pc_buf_fill(out, ' ', indent);
            at = indent;
        } else if (!first) {
            pc_buf_byte(out, ' ');
            at++;
        }
        pc_buf_str(out, word);
        at += word.len;
        first = false;
    }
    pc_buf_byte(out, '\n');
}

// Paragraphs: each line is one, but a line that starts with a blank is kept as it is.
static void write_paragraphs(struct pc_buf *out, const char *text)
{
    struct pc_str rest = pc_str_from(text);
    while (rest.len > 0) {
        size_t end = pc_str_find(rest, '\n', 0);
        struct pc_str line = pc_str_slice(rest, 0, end == SIZE_MAX ? rest.len : end);
        rest = pc_str_slice(rest, line.len + 1, rest.len);
        if (line.len > 0 && line.ptr[0] == ' ') {
            pc_buf_str(out, line);
            pc_buf_byte(out, '\n');
        } else {
            wrap(out, line, 0, 0);
        }
    }
}

static void write_option(struct pc_buf *out, const struct pc_option *option, bool brief)
{
    size_t start = out->len;
    if (option->letter != 0) {
        pc_buf_format(out, "  -%c, --%s", option->letter, option->name);
    } else {
        pc_buf_format(out, "      --%s", option->name);
    }
    if (option->value != NULL) {
        pc_buf_format(out, " %s", option->value);
    }
    size_t used = out->len - start;
    if (used + 2 > NAME_COLUMN) {
        pc_buf_byte(out, '\n');
        used = 0;
    }
    pc_buf_fill(out, ' ', NAME_COLUMN - used);
    struct pc_str help = brief ? pc_first_sentence(option->help) : pc_str_from(option->help);
    wrap(out, help, NAME_COLUMN, NAME_COLUMN);
}

// The next word of a usage: to a blank that is in no brackets.
static struct pc_str usage_word(struct pc_str text)
{
    size_t depth = 0, end = 0;
    for (; end < text.len && (text.ptr[end] != ' ' || depth > 0); end++) {
        depth += text.ptr[end] == '[' ? 1U : 0U;
        depth -= text.ptr[end] == ']' ? 1U : 0U;
    }
    return pc_str_slice(text, 0, end);
}

// Its words, breaking lines before WIDTH.
static void wrap_usage(struct pc_buf *out, struct pc_str text, size_t at)
{
    while (text.len > 0) {
        struct pc_str word = usage_word(text);
        text = pc_str_slice(text, word.len + 1, text.len);
        if (at + 1 + word.len > WIDTH) {
            pc_buf_byte(out, '\n');
            pc_buf_fill(out, ' ', USAGE_INDENT - 1);
            at = USAGE_INDENT - 1;
        }
        pc_buf_byte(out, ' ');
        pc_buf_str(out, word);
        at += 1 + word.len;
    }
    pc_buf_byte(out, '\n');
}

static void write_usage(struct pc_buf *out, const struct pc_verb *verb)
{
    struct pc_str rest = pc_str_from(verb->usage);
    const char *label = "Usage:";
    do {
        size_t start = out->len, end = pc_str_find(rest, '\n', 0);
        struct pc_str line = pc_str_slice(rest, 0, end == SIZE_MAX ? rest.len : end);
        pc_buf_format(out, "%s polcheck %s", label, verb->name);
        wrap_usage(out, line, out->len - start);
        rest = pc_str_slice(rest, line.len + 1, rest.len);
        label = "      ";
    } while (rest.len > 0);
}

static void write_options(struct pc_buf *out, const struct pc_verb *verb, bool brief)
{
    const struct pc_option *option;
    pc_buf_text(out, "\nOptions:\n");
    for (size_t i = 0; i < verb->option_count; i++) {
        if (verb->options[i].help != NULL) {
            write_option(out, &verb->options[i], brief);
        }
    }
    for (size_t i = 0; (option = pc_option_common(i)) != NULL; i++) {
        write_option(out, option, brief);
    }
}

static void write_examples(struct pc_buf *out, const struct pc_verb *verb)
{
    if (verb->example_count > 0) {
        pc_buf_text(out, "\nExamples:\n");
    }
    for (size_t i = 0; i < verb->example_count; i++) {
        pc_buf_format(out, "  %s\n      %s\n", verb->examples[i].command, verb->examples[i].text);
    }
}

void pc_help_verb(struct pc_buf *out, const struct pc_verb *verb)
{
    write_usage(out, verb);
    pc_buf_byte(out, '\n');
    wrap(out, pc_str_from(verb->summary), 0, 0);
    write_options(out, verb, false);
    if (verb->details != NULL) {
        pc_buf_byte(out, '\n');
        write_paragraphs(out, verb->details);
    }
    write_examples(out, verb);
}

void pc_help_verb_brief(struct pc_buf *out, const struct pc_verb *verb)
{
    write_usage(out, verb);
    pc_buf_byte(out, '\n');
    wrap(out, pc_str_from(verb->summary), 0, 0);
    write_options(out, verb, true);
    if (verb->example_count > 0) {
        pc_buf_format(out, "\n\"polcheck help %s\" tells the rest, with examples.\n", verb->name);
    }
}

// A name and what it stands for, the width of names being that.
static void write_row(struct pc_buf *out, struct pc_str name, int width, const char *summary)
{
    pc_buf_format(out, "  %-*.*s  %s\n", width, PC_STR_ARG(name), summary);
}

// The longest name of a verb of a group, or, of group NULL, of those of none.
static int width_of(const struct pc_group *group)
{
    const struct pc_verb *verb;
    size_t width = 0;
    for (size_t i = 0; (verb = pc_verb_at(i)) != NULL; i++) {
        struct pc_str word = pc_verb_word(verb, group);
        width = word.len > width ? word.len : width;
    }
    return (int)width;
}

// A line each of the verbs of a group, or, of group NULL, of those of none.
static void list_verbs(struct pc_buf *out, const struct pc_group *group)
{
    const struct pc_verb *verb;
    int width = width_of(group);
    for (size_t i = 0; (verb = pc_verb_at(i)) != NULL; i++) {
        struct pc_str word = pc_verb_word(verb, group);
        if (word.len > 0) {
            write_row(out, word, width, verb->summary);
        }
    }
}

void pc_help_group(struct pc_buf *out, const struct pc_group *group)
{
    pc_buf_format(out, "Usage: polcheck %s SUBCOMMAND [OPTIONS] [OPERANDS]\n\n", group->name);
    wrap(out, pc_str_from(group->summary), 0, 0);
    pc_buf_text(out, "\nSubcommands:\n");
    list_verbs(out, group);
    pc_buf_byte(out, '\n');
    write_paragraphs(out, group->details);
    pc_buf_format(out, "\n\"polcheck help %s SUBCOMMAND\" shows its options and examples.\n",
                  group->name);
}

void pc_help_overview(struct pc_buf *out)
{
    const struct pc_group *group;
    pc_buf_text(out, "Usage: polcheck SUBCOMMAND [OPTIONS] [OPERANDS]\n\n");
    wrap(
        out,
        PC_STR(
            "polcheck answers from AWS IAM policies, offline: may this principal do this action on "
            "this resource?"),
        0, 0);
    pc_buf_text(out, "\nSubcommands:\n");
    list_verbs(out, NULL);
    pc_buf_text(out, "\nGroups of subcommands:\n");
    for (size_t i = 0; (group = pc_group_at(i)) != NULL; i++) {
        write_row(out, pc_str_from(group->name), width_of(NULL), group->summary);
    }
    pc_buf_byte(out, '\n');
    wrap(out,
         PC_STR(
             "\"polcheck help SUBCOMMAND\" shows its options and examples, \"polcheck help "
             "GROUP\" lists its subcommands, \"polcheck help CODE\" explains a diagnostic, "
             "\"polcheck --version\" says which version this is. Rules such as R-206 are those of "
             "corpus/SEMANTICS.md in its sources."),
         0, 0);
}

void pc_help_code(struct pc_buf *out, const struct pc_diag_row *row)
{
    pc_buf_format(out, "%s (%s): %s\n\n", pc_diag_name(row->code).text,
                  pc_severity_text(row->severity), row->summary);
    wrap(out, pc_str_from(row->explanation), 0, 0);
    if (strstr(row->explanation, "R-") != NULL) {
        pc_buf_text(out,
                    "\nRules (R-...) are those of corpus/SEMANTICS.md in polcheck's sources.\n");
    }
}

void pc_help_codes(struct pc_buf *out)
{
    const struct pc_diag_row *row;
    for (size_t i = 0; (row = pc_diag_row_at(i)) != NULL; i++) {
        pc_buf_format(out, "%s  %-10s  %s\n", pc_diag_name(row->code).text,
                      pc_severity_text(row->severity), row->summary);
    }
}
