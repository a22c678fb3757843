// SPDX-License-Identifier: Apache-2.0
//
// Completion in bash. It needs bash alone: not the package that other completions build on.
#include "completion.h"

// The words in front of the cursor, "--name=value" as the three that readline makes of it.
static const char head[] =
    "# bash completion for polcheck, as \"polcheck completion bash\" prints it.\n"
    "# shellcheck shell=bash\n"
    "\n";

static const char body[] =
    "_polcheck_offer() {\n"
    "    case $1 in\n"
    "    @file)\n"
    "        compopt -o filenames 2>/dev/null\n"
    "        mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
    "        ;;\n"
    "    @folder)\n"
    "        compopt -o filenames 2>/dev/null\n"
    "        mapfile -t COMPREPLY < <(compgen -d -- \"$cur\")\n"
    "        ;;\n"
    "    *) mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\") ;;\n"
    "    esac\n"
    "}\n"
    "\n"
    "_polcheck() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} previous='' verb='' word i\n"
    "    COMPREPLY=()\n"
    "    ((COMP_CWORD > 0)) && previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "    if [[ $cur == = ]]; then\n"
    "        cur=''\n"
    "    elif [[ $previous == = ]]; then\n"
    "        previous=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    fi\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        word=${COMP_WORDS[i]}\n"
    "        case $word in\n"
    "        --color) [[ ${COMP_WORDS[i + 1]-} == = ]] && ((i += 1)); ((i += 1)) ;;\n"
    "        -*) ;;\n"
    "        *)\n"
    "            if [[ -z $verb ]]; then\n"
    "                verb=$word\n"
    "                [[ -z $(_polcheck_members \"$verb\") ]] && break\n"
    "            else\n"
    "                verb+=\" $word\"\n"
    "                break\n"
    "            fi\n"
    "            ;;\n"
    "        esac\n"
    "    done\n"
    "    local members value\n"
    "    members=$(_polcheck_members \"$verb\")\n"
    "    value=$(_polcheck_value \"$verb\" \"$previous\")\n"
    "    if [[ $value == @none ]]; then\n"
    "        return\n"
    "    elif [[ -n $value ]]; then\n"
    "        _polcheck_offer \"$value\"\n"
    "    elif [[ $cur == -* ]]; then\n"
    "        _polcheck_offer \"$(_polcheck_options \"$verb\")\"\n"
    "    elif [[ -n $members ]]; then\n"
    "        _polcheck_offer \"$members\"\n"
    "    else\n"
    "        _polcheck_offer \"$(_polcheck_operand \"$verb\")\"\n"
    "    fi\n"
    "}\n"
    "complete -F _polcheck polcheck\n";

static void write_choices(struct pc_buf *out, struct pc_str words)
{
    struct pc_str word;
    for (size_t i = 0; (word = pc_fill_word(words, i)).len > 0; i++) {
        pc_buf_format(out, "%s%.*s", i > 0 ? " " : "", PC_STR_ARG(word));
    }
}

static void write_members(struct pc_buf *out, const struct pc_group *group)
{
    const struct pc_verb *verb;
    const char *space = "";
    for (size_t i = 0; (verb = pc_verb_at(i)) != NULL; i++) {
        struct pc_str word = pc_verb_word(verb, group);
        if (word.len > 0) {
            pc_buf_format(out, "%s%.*s", space, PC_STR_ARG(word));
            space = " ";
        }
    }
    const struct pc_group *known;
    for (size_t i = 0; group == NULL && (known = pc_group_at(i)) != NULL; i++) {
        pc_buf_format(out, " %s", known->name);
    }
}

static void write_member_table(struct pc_buf *out)
{
    const struct pc_group *group;
    pc_buf_text(out, "_polcheck_members() {\n    case $1 in\n    '') echo '");
    write_members(out, NULL);
    pc_buf_text(out, "' ;;\n");
    for (size_t i = 0; (group = pc_group_at(i)) != NULL; i++) {
        pc_buf_format(out, "    %s) echo '", group->name);
        write_members(out, group);
        pc_buf_text(out, "' ;;\n");
    }
    pc_buf_text(out, "    esac\n}\n\n");
}

static void write_option_table(struct pc_buf *out)
{
    const struct pc_verb *verb;
    const struct pc_option *option;
    pc_buf_text(out, "_polcheck_options() {\n    case $1 in\n");
    for (size_t i = 0; (verb = pc_verb_at(i)) != NULL; i++) {
        pc_buf_format(out, "    '%s') echo '", verb->name);
        for (size_t k = 0; (option = pc_shown_option(verb, k)) != NULL; k++) {
            pc_buf_format(out, "%s--%s", k > 0 ? " " : "", option->name);
        }
        pc_buf_text(out, "' ;;\n");
    }
    pc_buf_text(out, "    *) echo '--help --version --color' ;;\n    esac\n}\n\n");
}

static void write_fill(struct pc_buf *out, enum pc_fill fill, struct pc_str words)
{
    switch (fill) {
    case PC_FILL_WORDS:
        write_choices(out, words);
        break;
    case PC_FILL_FILE:
        pc_buf_text(out, "@file");
        break;
    case PC_FILL_FOLDER:
        pc_buf_text(out, "@folder");
        break;
    case PC_FILL_VERB:
        write_members(out, NULL);
        break;
    case PC_FILL_NONE:
        pc_buf_text(out, "@none");
        break;
    }
}

// What follows an option, for those that take a value.
static void write_value_row(struct pc_buf *out, const struct pc_verb *verb,
                            const struct pc_option *option)
{
    if (option->value == NULL) {
        return;
    }
    pc_buf_format(out, "    '%s --%s'", verb->name, option->name);
    if (option->letter != 0) {
        pc_buf_format(out, " | '%s -%c'", verb->name, option->letter);
    }
    pc_buf_text(out, ") echo '");
    write_fill(out, pc_fill_of_value(option->value), pc_str_from(option->value));
    pc_buf_text(out, "' ;;\n");
}

static void write_value_table(struct pc_buf *out)
{
    const struct pc_verb *verb;
    const struct pc_option *option;
    pc_buf_text(out, "_polcheck_value() {\n    case \"$1 $2\" in\n"
                     "    ' --color') echo 'auto always never' ;;\n");
    for (size_t i = 0; (verb = pc_verb_at(i)) != NULL; i++) {
        for (size_t k = 0; (option = pc_shown_option(verb, k)) != NULL; k++) {
            write_value_row(out, verb, option);
        }
    }
    pc_buf_text(out, "    esac\n}\n\n");
}

static void write_operand_table(struct pc_buf *out)
{
    const struct pc_verb *verb;
    pc_buf_text(out, "_polcheck_operand() {\n    case $1 in\n");
    for (size_t i = 0; (verb = pc_verb_at(i)) != NULL; i++) {
        enum pc_fill fill = pc_fill_of_operands(verb);
        if (fill != PC_FILL_NONE) {
            pc_buf_format(out, "    '%s') echo '", verb->name);
            write_fill(out, fill, pc_fill_operand_words(verb));
            pc_buf_text(out, "' ;;\n");
        }
    }
    pc_buf_text(out, "    esac\n}\n\n");
}

static void write_script(struct pc_buf *out)
{
    pc_buf_text(out, head);
    write_member_table(out);
    write_option_table(out);
    write_value_table(out);
    write_operand_table(out);
    pc_buf_text(out, body);
}

const struct pc_shell pc_shell_bash = {"bash", write_script};
