// SPDX-License-Identifier: Apache-2.0
//
// Completion in zsh, by its _arguments: a function a verb.
#include "completion.h"

// Text inside single quotes, as a description in brackets.
static void write_text(struct pc_buf *out, struct pc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '\'') {
            pc_buf_text(out, "'\\''");
            continue;
        }
        if (c == '[' || c == ']' || c == ':' || c == '\\') {
            pc_buf_byte(out, '\\');
        }
        pc_buf_byte(out, c);
    }
}

// The name of a function for a verb or group: "secrets put" is _polcheck_secrets_put.
static void write_function(struct pc_buf *out, const char *name)
{
    pc_buf_text(out, "_polcheck_");
    for (; *name != '\0'; name++) {
        pc_buf_byte(out, *name == ' ' || *name == '-' ? '_' : *name);
    }
}

static void write_fill(struct pc_buf *out, enum pc_fill fill, struct pc_str words)
{
    struct pc_str word;
    switch (fill) {
    case PC_FILL_WORDS:
        for (size_t i = 0; (word = pc_fill_word(words, i)).len > 0; i++) {
            pc_buf_format(out, "%s%.*s", i > 0 ? " " : "(", PC_STR_ARG(word));
        }
        pc_buf_byte(out, ')');
        break;
    case PC_FILL_FILE:
        pc_buf_text(out, "_files");
        break;
    case PC_FILL_FOLDER:
        pc_buf_text(out, "_files -/");
        break;
    case PC_FILL_VERB:
        pc_buf_text(out, "_polcheck_verbs");
        break;
    case PC_FILL_NONE:
        pc_buf_byte(out, ' ');
        break;
    }
}

static void write_option(struct pc_buf *out, const struct pc_option *option)
{
    pc_buf_text(out, " \\\n        ");
    if (option->repeats) {
        pc_buf_text(out, "'*'");
    } else if (option->letter != 0) {
        pc_buf_format(out, "'(-%c --%s)'", option->letter, option->name);
    }
    if (option->letter != 0) {
        pc_buf_format(out, "{-%c,--%s}", option->letter, option->name);
    } else {
        pc_buf_format(out, "--%s", option->name);
    }
    pc_buf_text(out, "'[");
    write_text(out, pc_first_sentence(option->help));
    pc_buf_byte(out, ']');
    if (option->value != NULL) {
        enum pc_fill fill = pc_fill_of_value(option->value);
        pc_buf_byte(out, ':');
        write_text(out, pc_str_from(fill == PC_FILL_WORDS ? option->name : option->value));
        pc_buf_byte(out, ':');
        write_fill(out, fill, pc_str_from(option->value));
    }
    pc_buf_byte(out, '\'');
}

static void write_verb(struct pc_buf *out, const struct pc_verb *verb)
{
    const struct pc_option *option;
    enum pc_fill fill = pc_fill_of_operands(verb);
    write_function(out, verb->name);
    pc_buf_text(out, "() {\n    _arguments -s");
    for (size_t i = 0; (option = pc_shown_option(verb, i)) != NULL; i++) {
        write_option(out, option);
    }
    // Where nothing can be offered, a row that says so would keep options from being completed.
    if (fill != PC_FILL_NONE) {
        pc_buf_text(out, " \\\n        '*:operand:");
        write_fill(out, fill, pc_fill_operand_words(verb));
        pc_buf_byte(out, '\'');
    }
    pc_buf_text(out, "\n}\n\n");
}

static void write_row(struct pc_buf *out, struct pc_str name, const char *summary)
{
    pc_buf_format(out, "        '%.*s:", PC_STR_ARG(name));
    write_text(out, pc_first_sentence(summary));
    pc_buf_text(out, "'\n");
}

// A list of the words behind "polcheck" or behind a group, with what they do.
static void write_list(struct pc_buf *out, const struct pc_group *group)
{
    const struct pc_verb *verb;
    const struct pc_group *known;
    write_function(out, group != NULL ? group->name : "");
    pc_buf_text(out, group != NULL ? "_verbs() {\n" : "verbs() {\n");
    pc_buf_text(out, "    local -a verbs=(\n");
    for (size_t i = 0; (verb = pc_verb_at(i)) != NULL; i++) {
        struct pc_str word = pc_verb_word(verb, group);
        if (word.len > 0) {
            write_row(out, word, verb->summary);
        }
    }
    for (size_t i = 0; group == NULL && (known = pc_group_at(i)) != NULL; i++) {
        write_row(out, pc_str_from(known->name), known->summary);
    }
    pc_buf_text(out, "    )\n    _describe -t commands subcommand verbs\n}\n\n");
}

// The function that goes from the first word to that of the verb.
static void write_choice(struct pc_buf *out, const struct pc_group *group)
{
    const struct pc_verb *verb;
    const struct pc_group *known;
    const char *name = group != NULL ? group->name : "";
    const char *join = group != NULL ? "_" : "";
    pc_buf_text(out, group != NULL ? "_polcheck_" : "_polcheck");
    pc_buf_format(out, "%s() {\n    local curcontext=\"$curcontext\" state line\n", name);
    pc_buf_format(
        out,
        "    _arguments -C \\\n"
        "        '(-h --help)'{-h,--help}'[Shows this help]' \\\n"
        "        '--color=[Colours]:color:(auto always never)' \\\n"
        "%s"
        "        '1:subcommand:_polcheck_%s%sverbs' \\\n"
        "        '*::argument:->arguments'\n"
        "    [[ $state == arguments ]] || return\n"
        "    curcontext=\"${curcontext%%:*:*}:polcheck%s%s-$line[1]:\"\n"
        "    case $line[1] in\n",
        group != NULL ? "" : "        '(-V --version)'{-V,--version}'[Shows the version]' \\\n",
        name, join, group != NULL ? "-" : "", name);
    for (size_t i = 0; (verb = pc_verb_at(i)) != NULL; i++) {
        struct pc_str word = pc_verb_word(verb, group);
        if (word.len > 0) {
            pc_buf_format(out, "    %.*s) ", PC_STR_ARG(word));
            write_function(out, verb->name);
            pc_buf_text(out, " ;;\n");
        }
    }
    for (size_t i = 0; group == NULL && (known = pc_group_at(i)) != NULL; i++) {
        pc_buf_format(out, "    %s) _polcheck_%s ;;\n", known->name, known->name);
    }
    pc_buf_text(out, "    esac\n}\n\n");
}

static void write_script(struct pc_buf *out)
{
    const struct pc_verb *verb;
    const struct pc_group *group;
    pc_buf_text(out, "#compdef polcheck\n# zsh completion for polcheck, as \"polcheck completion "
                     "zsh\" prints it.\n\n");
    for (size_t i = 0; (verb = pc_verb_at(i)) != NULL; i++) {
        write_verb(out, verb);
    }
    for (size_t i = 0; (group = pc_group_at(i)) != NULL; i++) {
        write_list(out, group);
        write_choice(out, group);
    }
    write_list(out, NULL);
    write_choice(out, NULL);
    pc_buf_text(out, "if [[ $funcstack[1] == _polcheck ]]; then\n    _polcheck \"$@\"\nelse\n"
                     "    compdef _polcheck polcheck\nfi\n");
}

const struct pc_shell pc_shell_zsh = {"zsh", write_script};
