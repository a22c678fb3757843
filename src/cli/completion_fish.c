// SPDX-License-Identifier: Apache-2.0
//
// Completion in fish: a line for each verb and option, which holds where its condition does.
#include "completion.h"

// Is the command line behind these words? Options in front of a verb are passed over.
static const char head[] =
    "# fish completion for polcheck, as \"polcheck completion fish\" prints it.\n"
    "\n"
    "# The words behind \"polcheck\" up to the cursor, without options.\n"
    "function __polcheck_words\n"
    "    set -l words (commandline -opc)\n"
    "    set -l skip 0\n"
    "    for word in $words[2..-1]\n"
    "        if test $skip = 1\n"
    "            set skip 0\n"
    "        else if test \"$word\" = --color\n"
    "            set skip 1\n"
    "        else if not string match -q -- '-*' $word\n"
    "            echo $word\n"
    "        end\n"
    "    end\n"
    "end\n"
    "\n"
    "# Do they begin with these?\n"
    "function __polcheck_in\n"
    "    set -l words (__polcheck_words)\n"
    "    test (count $words) -ge (count $argv); or return 1\n"
    "    test \"$words[1..\"(count $argv)\"]\" = \"$argv\"\n"
    "end\n"
    "\n"
    "# Are they these, and no more?\n"
    "function __polcheck_at\n"
    "    set -l words (__polcheck_words)\n"
    "    test \"$words\" = \"$argv\"\n"
    "end\n"
    "\n"
    "complete -c polcheck -f\n"
    "complete -c polcheck -n __polcheck_at -s V -l version -d 'Shows the version'\n"
    "complete -c polcheck -s h -l help -d 'Shows help'\n"
    "complete -c polcheck -l color -x -a 'auto always never' -d 'Colours'\n";

static void write_text(struct pc_buf *out, struct pc_str text)
{
    pc_buf_byte(out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\'' || text.ptr[i] == '\\') {
            pc_buf_byte(out, '\\');
        }
        pc_buf_byte(out, text.ptr[i]);
    }
    pc_buf_byte(out, '\'');
}

static void write_names(struct pc_buf *out)
{
    const struct pc_verb *verb;
    const struct pc_group *group;
    const char *space = "";
    for (size_t i = 0; (verb = pc_verb_at(i)) != NULL; i++) {
        struct pc_str word = pc_verb_word(verb, NULL);
        if (word.len > 0) {
            pc_buf_format(out, "%s%.*s", space, PC_STR_ARG(word));
            space = " ";
        }
    }
    for (size_t i = 0; (group = pc_group_at(i)) != NULL; i++) {
        pc_buf_format(out, " %s", group->name);
    }
}

static void write_fill(struct pc_buf *out, enum pc_fill fill, struct pc_str words)
{
    struct pc_str word;
    switch (fill) {
    case PC_FILL_WORDS:
        for (size_t i = 0; (word = pc_fill_word(words, i)).len > 0; i++) {
            pc_buf_format(out, "%s%.*s", i > 0 ? " " : " -a '", PC_STR_ARG(word));
        }
        pc_buf_byte(out, '\'');
        break;
    case PC_FILL_FILE:
        pc_buf_text(out, " -F");
        break;
    case PC_FILL_FOLDER:
        pc_buf_text(out, " -a '(__fish_complete_directories)'");
        break;
    case PC_FILL_VERB:
        pc_buf_text(out, " -a '");
        write_names(out);
        pc_buf_byte(out, '\'');
        break;
    case PC_FILL_NONE:
        break;
    }
}

static void write_option(struct pc_buf *out, const struct pc_verb *verb,
                         const struct pc_option *option)
{
    pc_buf_format(out, "complete -c polcheck -n '__polcheck_in %s'", verb->name);
    if (option->letter != 0) {
        pc_buf_format(out, " -s %c", option->letter);
    }
    pc_buf_format(out, " -l %s", option->name);
    if (option->value != NULL) {
        enum pc_fill fill = pc_fill_of_value(option->value);
        pc_buf_text(out, fill == PC_FILL_FILE ? " -r" : " -x");
        write_fill(out, fill, pc_str_from(option->value));
    }
    pc_buf_text(out, " -d ");
    write_text(out, pc_first_sentence(option->help));
    pc_buf_byte(out, '\n');
}

static void write_verb(struct pc_buf *out, const struct pc_verb *verb)
{
    struct pc_str name = pc_str_from(verb->name);
    size_t space = pc_str_find(name, ' ', 0);
    struct pc_str group = space == SIZE_MAX ? PC_STR("") : pc_str_slice(name, 0, space);
    struct pc_str word = space == SIZE_MAX ? name : pc_str_slice(name, space + 1, name.len);
    pc_buf_format(out, "complete -c polcheck -n '__polcheck_at%s%.*s' -a %.*s -d ",
                  group.len > 0 ? " " : "", PC_STR_ARG(group), PC_STR_ARG(word));
    write_text(out, pc_first_sentence(verb->summary));
    pc_buf_byte(out, '\n');
    for (size_t i = 0; i < verb->option_count; i++) {
        if (verb->options[i].help != NULL) {
            write_option(out, verb, &verb->options[i]);
        }
    }
    enum pc_fill fill = pc_fill_of_operands(verb);
    if (fill != PC_FILL_NONE) {
        pc_buf_format(out, "complete -c polcheck -n '__polcheck_in %s'", verb->name);
        write_fill(out, fill, pc_fill_operand_words(verb));
        pc_buf_byte(out, '\n');
    }
}

static void write_script(struct pc_buf *out)
{
    const struct pc_verb *verb;
    const struct pc_group *group;
    pc_buf_text(out, head);
    for (size_t i = 0; (group = pc_group_at(i)) != NULL; i++) {
        pc_buf_format(out, "complete -c polcheck -n __polcheck_at -a %s -d ", group->name);
        write_text(out, pc_first_sentence(group->summary));
        pc_buf_byte(out, '\n');
    }
    for (size_t i = 0; (verb = pc_verb_at(i)) != NULL; i++) {
        write_verb(out, verb);
    }
}

const struct pc_shell pc_shell_fish = {"fish", write_script};
