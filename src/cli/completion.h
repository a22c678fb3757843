// SPDX-License-Identifier: Apache-2.0
//
// Completion of command lines in the shells: scripts that are made from the tables of verbs and
// options, so that none of them can be forgotten. A shell is one row.
#ifndef PC_CLI_COMPLETION_H
#define PC_CLI_COMPLETION_H

#include "command.h"

struct pc_shell {
    const char *name;
    void (*write)(struct pc_buf *out); // the whole script
};

// Shells by place, NULL behind the last one.
const struct pc_shell *pc_shell_at(size_t index);

extern const struct pc_shell pc_shell_bash, pc_shell_zsh, pc_shell_fish;

// What may stand for a value or an operand, as the tables name it.
enum pc_fill {
    PC_FILL_NONE = 0, // a shell has nothing to offer
    PC_FILL_WORDS,    // one of a few: pc_fill_word
    PC_FILL_FILE,     // also of a folder
    PC_FILL_FOLDER,
    PC_FILL_VERB, // of help: a verb, a group
};
enum pc_fill pc_fill_of_value(const char *value); // "FILE", "people|json"; NULL: NONE
enum pc_fill pc_fill_of_operands(const struct pc_verb *verb);

// The words of "people|json", by place; "" behind the last one. Of operands: of the first group of
// such words in the usage.
struct pc_str pc_fill_word(struct pc_str words, size_t index);
struct pc_str pc_fill_operand_words(const struct pc_verb *verb);

// The options that a verb shows, its own and the common ones, by place; NULL behind the last one.
const struct pc_option *pc_shown_option(const struct pc_verb *verb, size_t index);

// The first sentence of a help text, without its full stop.
struct pc_str pc_first_sentence(const char *help);

#endif
