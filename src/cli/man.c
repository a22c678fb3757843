// SPDX-License-Identifier: Apache-2.0
//
// What scdoc reads: sections from the rows of verbs, options and groups.
#include "man.h"

static const char exit_status[] = "Exit status:";

// Would scdoc take it for a mark at the start of a line?
static bool is_mark(char c)
{
    return pc_str_find(PC_STR("#-;.:[]|+'` "), c, 0) != SIZE_MAX;
}

enum {
    WIDTH = 60, // of lines of text, to which scdoc adds marks; pages break their lines anew
};

static size_t length_of_word(struct pc_str text, size_t from)
{
    size_t end = pc_str_find(text, ' ', from);
    return (end == SIZE_MAX ? text.len : end) - from;
}

// Text that scdoc takes as it is: its marks are escaped, and long lines broken, each after
// `indent`.
static void write_lines(struct pc_buf *out, struct pc_str text, const char *indent)
{
    bool start = true;
    size_t at = 0;
    for (size_t i = 0; i < text.len; i++, at++) {
        char c = text.ptr[i];
        if (c == ' ' && at + length_of_word(text, i + 1) >= WIDTH) {
            pc_buf_format(out, "\n%s", indent);
            start = true;
            at = 0;
            continue;
        }
        if (c == '_' || c == '*' || c == '\\' || c == '~' || c == '<' || (start && is_mark(c))) {
            pc_buf_byte(out, '\\');
        }
        pc_buf_byte(out, c);
        start = false;
    }
}

static void write_text(struct pc_buf *out, struct pc_str text)
{
    write_lines(out, text, "");
}

static void write_plain(struct pc_buf *out, const char *text)
{
    write_text(out, pc_str_from(text));
}

// "secrets put" is polcheck-secrets-put.
static void write_page_name(struct pc_buf *out, const char *name)
{
    pc_buf_text(out, "polcheck");
    pc_buf_text(out, name[0] != '\0' ? "-" : "");
    for (; *name != '\0'; name++) {
        pc_buf_byte(out, *name == ' ' ? '-' : *name);
    }
}

bool pc_man_names(const struct pc_verb *verb, struct pc_str page)
{
    struct pc_str name = pc_str_from(verb->name);
    bool same = name.len == page.len;
    for (size_t i = 0; same && i < name.len; i++) {
        same = page.ptr[i] == (name.ptr[i] == ' ' ? '-' : name.ptr[i]);
    }
    return same;
}

// The summary of a page is a phrase: without its full stop.
static void write_head(struct pc_buf *out, const char *name, const char *summary)
{
    struct pc_str phrase = pc_str_from(summary);
    if (pc_str_has_suffix(phrase, PC_STR("."))) {
        phrase = pc_str_slice(phrase, 0, phrase.len - 1);
    }
    write_page_name(out, name);
    pc_buf_text(out, "(1) \"polcheck " PC_VERSION "\"\n\n# NAME\n\n");
    write_page_name(out, name);
    pc_buf_text(out, " -\n");
    write_text(out, phrase);
    pc_buf_text(out, "\n\n# SYNOPSIS\n\n");
}

// One line of a text, taken off its front.
static struct pc_str next_line(struct pc_str *rest)
{
    size_t end = pc_str_find(*rest, '\n', 0);
    struct pc_str line = pc_str_slice(*rest, 0, end == SIZE_MAX ? rest->len : end);
    *rest = pc_str_slice(*rest, line.len + 1, rest->len);
    return line;
}

static void write_synopsis(struct pc_buf *out, const struct pc_verb *verb)
{
    struct pc_str rest = pc_str_from(verb->usage);
    bool first = true;
    do {
        struct pc_str line = next_line(&rest);
        pc_buf_format(out, "%s*polcheck %s*", first ? "" : "++\n", verb->name);
        pc_buf_text(out, line.len > 0 ? " " : "");
        write_text(out, line);
        first = false;
    } while (rest.len > 0);
    pc_buf_text(out, "\n\n");
}

// Paragraphs as of the help; lines that start with a blank stay as they are.
static void write_paragraphs(struct pc_buf *out, struct pc_str rest)
{
    bool literal = false;
    while (rest.len > 0) {
        struct pc_str line = next_line(&rest);
        bool blank = pc_str_has_prefix(line, PC_STR(" "));
        if (blank != literal) {
            pc_buf_text(out, blank ? "```\n" : "```\n\n");
            literal = blank;
        }
        if (literal) {
            pc_buf_format(out, "%.*s\n", PC_STR_ARG(line));
        } else {
            write_text(out, line);
            pc_buf_text(out, "\n\n");
        }
    }
    pc_buf_text(out, literal ? "```\n\n" : "");
}

// The details without the line about the exit status, which has a section of its own.
static void write_details(struct pc_buf *out, const char *details)
{
    struct pc_str rest = pc_str_from(details != NULL ? details : "");
    struct pc_str status = PC_STR("");
    struct pc_buf body;
    pc_buf_init(&body);
    while (rest.len > 0) {
        struct pc_str line = next_line(&rest);
        if (pc_str_has_prefix(line, pc_str_from(exit_status))) {
            status = pc_str_slice(line, sizeof(exit_status), line.len);
        } else {
            pc_buf_format(&body, "%.*s\n", PC_STR_ARG(line));
        }
    }
    write_paragraphs(out, pc_buf_view(&body));
    pc_buf_text(out, "# EXIT STATUS\n\n");
    if (status.len > 0) {
        write_text(out, status);
    } else {
        pc_buf_text(out, "0 done, 2 not done.");
    }
    pc_buf_text(out, "\n\n");
    pc_buf_release(&body);
}

static void write_option(struct pc_buf *out, const struct pc_option *option)
{
    if (option->letter != 0) {
        pc_buf_format(out, "*-%c*, ", option->letter);
    }
    pc_buf_format(out, "*--%s*", option->name);
    if (option->value != NULL) {
        pc_buf_text(out, " _");
        write_plain(out, option->value);
        pc_buf_byte(out, '_');
    }
    pc_buf_text(out, "\n\t");
    write_lines(out, pc_str_from(option->help), "\t");
    pc_buf_text(out, "\n\n");
}

static void write_options(struct pc_buf *out, const struct pc_verb *verb)
{
    const struct pc_option *option;
    pc_buf_text(out, "# OPTIONS\n\n");
    for (size_t i = 0; i < verb->option_count; i++) {
        if (verb->options[i].help != NULL) {
            write_option(out, &verb->options[i]);
        }
    }
    for (size_t i = 0; (option = pc_option_common(i)) != NULL; i++) {
        write_option(out, option);
    }
}

static void write_examples(struct pc_buf *out, const struct pc_verb *verb)
{
    if (verb->example_count > 0) {
        pc_buf_text(out, "# EXAMPLES\n\n");
    }
    for (size_t i = 0; i < verb->example_count; i++) {
        write_plain(out, verb->examples[i].text);
        pc_buf_format(out, "\n\n```\n%s\n```\n\n", verb->examples[i].command);
    }
}

// The pages of verbs of a group, or, of group NULL, of those of none, in a row.
static void write_pages(struct pc_buf *out, const struct pc_group *group)
{
    const struct pc_verb *verb;
    for (size_t i = 0; (verb = pc_verb_at(i)) != NULL; i++) {
        if (pc_verb_word(verb, group).len > 0) {
            pc_buf_text(out, ", *");
            write_page_name(out, verb->name);
            pc_buf_text(out, "*(1)");
        }
    }
}

static void write_verbs(struct pc_buf *out, const struct pc_group *group)
{
    const struct pc_verb *verb;
    for (size_t i = 0; (verb = pc_verb_at(i)) != NULL; i++) {
        if (pc_verb_word(verb, group).len > 0) {
            pc_buf_format(out, "*%.*s*\n\t", PC_STR_ARG(pc_verb_word(verb, group)));
            write_lines(out, pc_str_from(verb->summary), "\t");
            pc_buf_text(out, "\n\n");
        }
    }
}

void pc_man_verb(struct pc_buf *out, const struct pc_verb *verb)
{
    struct pc_str name = pc_str_from(verb->name);
    size_t space = pc_str_find(name, ' ', 0);
    write_head(out, verb->name, verb->summary);
    write_synopsis(out, verb);
    pc_buf_text(out, "# DESCRIPTION\n\n");
    write_plain(out, verb->summary);
    pc_buf_text(out, "\n\n");
    write_options(out, verb);
    pc_buf_text(out, verb->details != NULL ? "# NOTES\n\n" : "");
    write_details(out, verb->details);
    write_examples(out, verb);
    pc_buf_text(out, "# SEE ALSO\n\n*polcheck*(1)");
    if (space != SIZE_MAX) {
        pc_buf_format(out, ", *polcheck-%.*s*(1)", PC_STR_ARG(pc_str_slice(name, 0, space)));
    }
    pc_buf_byte(out, '\n');
}

void pc_man_group(struct pc_buf *out, const struct pc_group *group)
{
    write_head(out, group->name, group->summary);
    pc_buf_format(out, "*polcheck %s* _SUBCOMMAND_ [_OPTIONS_] [_OPERANDS_]\n\n# DESCRIPTION\n\n",
                  group->name);
    write_plain(out, group->summary);
    pc_buf_text(out, "\n\n");
    write_paragraphs(out, pc_str_from(group->details));
    pc_buf_text(out, "# SUBCOMMANDS\n\n");
    write_verbs(out, group);
    pc_buf_text(out, "# SEE ALSO\n\n*polcheck*(1)");
    write_pages(out, group);
    pc_buf_byte(out, '\n');
}

static void write_groups(struct pc_buf *out)
{
    const struct pc_group *group;
    pc_buf_text(out, "# GROUPS OF SUBCOMMANDS\n\n");
    for (size_t i = 0; (group = pc_group_at(i)) != NULL; i++) {
        pc_buf_format(out, "*%s*\n\t", group->name);
        write_lines(out, pc_str_from(group->summary), "\t");
        pc_buf_text(out, "\n\n");
    }
}

static const char description[] =
    "polcheck answers from AWS IAM policies, offline: may this principal do this action on this "
    "resource? It compiles policies, dumps of the AWS CLI and manifests into a store, decides as "
    "AWS would, and says which statement decided.\n"
    "What it does not understand it refuses when it compiles.";
static const char options[] =
    "Each subcommand has its own: \"polcheck help SUBCOMMAND\" shows them. Long ones may be "
    "written "
    "--name=value; -- ends them. Where a file is wanted, - is standard input.";
static const char statuses[] =
    "0 done, and of a question: allowed. 1 the answer is no: denied, a case failed, something was "
    "found. 2 the question could not be asked, or the work not done.\n"
    "Results go to standard output, all else to standard error.";

void pc_man_overview(struct pc_buf *out)
{
    const struct pc_group *group;
    write_head(out, "", "answers questions to AWS IAM policies, offline");
    pc_buf_text(out, "*polcheck* _SUBCOMMAND_ [_OPTIONS_] [_OPERANDS_]\n\n# DESCRIPTION\n\n");
    write_paragraphs(out, pc_str_from(description));
    pc_buf_text(out, "# SUBCOMMANDS\n\n");
    write_verbs(out, NULL);
    write_groups(out);
    pc_buf_text(out, "# OPTIONS\n\n");
    write_paragraphs(out, pc_str_from(options));
    pc_buf_text(out, "# ENVIRONMENT\n\n"
                     "*NO\\_COLOR*\n\tWith any value: no colours, but for *--color=always*.\n\n"
                     "*TERM*\n\tOf the value dumb: no colours.\n\n"
                     "# EXIT STATUS\n\n");
    write_paragraphs(out, pc_str_from(statuses));
    pc_buf_text(out, "# SEE ALSO\n\n*polcheck*(3)");
    for (size_t i = 0; (group = pc_group_at(i)) != NULL; i++) {
        pc_buf_format(out, ", *polcheck-%s*(1)", group->name);
    }
    write_pages(out, NULL);
    pc_buf_byte(out, '\n');
}
