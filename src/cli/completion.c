// SPDX-License-Identifier: Apache-2.0
//
// What the tables say about values and operands, for the scripts of the shells.
#include "completion.h"

static const struct pc_shell *const shells[] = {&pc_shell_bash, &pc_shell_zsh, &pc_shell_fish};

const struct pc_shell *pc_shell_at(size_t index)
{
    return index < sizeof(shells) / sizeof(shells[0]) ? shells[index] : NULL;
}

// The names that stand for files and folders in usages and tables of options.
static const struct {
    const char *name;
    enum pc_fill fill;
} fills[] = {
    {"FILE", PC_FILL_FILE},    {"PATH", PC_FILL_FILE},  {"STORE", PC_FILL_FILE},
    {"VAULT", PC_FILL_FOLDER}, {"DIR", PC_FILL_FOLDER}, {"SUBCOMMAND", PC_FILL_VERB},
};

static bool is_word_character(char c)
{
    return (c >= 'a' && c <= 'z') || pc_char_is_digit(c) || c == '-' || c == '|';
}

// Is it "people|json|tap": words in lower case with bars between them?
static bool is_choice(struct pc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!is_word_character(text.ptr[i])) {
            return false;
        }
    }
    size_t bar = pc_str_find(text, '|', 0);
    return bar != SIZE_MAX && bar > 0 && bar + 1 < text.len && text.ptr[0] != '-';
}

static enum pc_fill fill_of(struct pc_str name)
{
    for (size_t i = 0; i < sizeof(fills) / sizeof(fills[0]); i++) {
        if (pc_str_eq(name, pc_str_from(fills[i].name))) {
            return fills[i].fill;
        }
    }
    return is_choice(name) ? PC_FILL_WORDS : PC_FILL_NONE;
}

enum pc_fill pc_fill_of_value(const char *value)
{
    return value != NULL ? fill_of(pc_str_from(value)) : PC_FILL_NONE;
}

// A word of a usage without the marks around it: "[PATH...]" is PATH.
static struct pc_str bare(struct pc_str word)
{
    size_t begin = 0;
    while (begin < word.len && (word.ptr[begin] == '[' || word.ptr[begin] == '(')) {
        begin++;
    }
    size_t end = word.len;
    while (end > begin &&
           (word.ptr[end - 1] == ']' || word.ptr[end - 1] == ')' || word.ptr[end - 1] == '.')) {
        end--;
    }
    return pc_str_slice(word, begin, end);
}

static size_t end_of_word(struct pc_str text)
{
    size_t end = 0;
    while (end < text.len && text.ptr[end] != ' ' && text.ptr[end] != '\n') {
        end++;
    }
    return end;
}

// The first operand of the usage that something can be offered for; "" when there is none. What
// follows an option is its value.
static struct pc_str operand_of(const struct pc_verb *verb)
{
    struct pc_str rest = pc_str_from(verb->usage);
    bool value = false;
    while (rest.len > 0) {
        struct pc_str word = bare(pc_str_slice(rest, 0, end_of_word(rest)));
        rest = pc_str_slice(rest, end_of_word(rest) + 1, rest.len);
        bool option = word.len > 0 && word.ptr[0] == '-';
        if (!option && !value && fill_of(word) != PC_FILL_NONE) {
            return word;
        }
        value = option;
    }
    return PC_STR("");
}

enum pc_fill pc_fill_of_operands(const struct pc_verb *verb)
{
    return fill_of(operand_of(verb));
}

struct pc_str pc_fill_operand_words(const struct pc_verb *verb)
{
    return operand_of(verb);
}

struct pc_str pc_fill_word(struct pc_str words, size_t index)
{
    for (;; index--) {
        size_t bar = pc_str_find(words, '|', 0);
        size_t end = bar == SIZE_MAX ? words.len : bar;
        if (index == 0 || words.len == 0) {
            return pc_str_slice(words, 0, end);
        }
        words = pc_str_slice(words, end + 1, words.len);
    }
}

const struct pc_option *pc_shown_option(const struct pc_verb *verb, size_t index)
{
    for (size_t i = 0; i < verb->option_count; i++) {
        if (verb->options[i].help != NULL && index-- == 0) {
            return &verb->options[i];
        }
    }
    return pc_option_common(index);
}

struct pc_str pc_first_sentence(const char *help)
{
    struct pc_str text = pc_str_from(help);
    for (size_t i = 0; i < text.len; i++) {
        bool ends = i + 1 == text.len || text.ptr[i + 1] == ' ';
        if (text.ptr[i] == ';' || (text.ptr[i] == '.' && ends)) {
            return pc_str_slice(text, 0, i);
        }
    }
    return text;
}
